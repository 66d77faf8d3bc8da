#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 900
#
# Other ways through a gateway: conntrack zones, a flowtable, a VRF, and a bridge
# that tracks connections. A transfer passes on each, and not without the helper; and
# so does a call.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   sends                        masquerades         +- bob (peer)

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"

# As attach_helper, in the table of a bridge.
attach_in_bridge()
{
	in_ns "$gw" nft -f - <<-'END'
	table bridge helpers {
		ct helper msnp {
			type "msnp" protocol tcp; l3proto ip;
		}
		ct helper sip {
			type "imsip" protocol udp; l3proto ip;
		}
		chain pre {
			type filter hook prerouting priority 0; policy accept;
			iifname "l1" tcp dport 1863 ct helper set "msnp"
			iifname "l1" udp dport 5060 ct helper set "sip"
		}
	}
	END
}

bridge_rules()
{
	in_ns "$gw" nft -f - <<-'END'
	table bridge filter {
		chain forward {
			type filter hook forward priority 0; policy drop;
			ether type arp accept
			ct state established accept
			ct state related ct helper "msnp" tcp dport 1024-65535 accept
			ct state related ct helper "imsip" udp dport 1024-65535 accept
			iifname "l1" ct state new accept
			iifname "wan" ct state new tcp dport 1863 accept
		}
	}
	END
}

zone_rules()
{
	in_ns "$gw" nft -f - <<-'END'
	table inet zones {
		chain pre {
			type filter hook prerouting priority raw; policy accept;
			ct zone set 5
		}
		chain out {
			type filter hook output priority raw; policy accept;
			ct zone set 5
		}
	}
	END
}

flow_rules()
{
	in_ns "$gw" nft -f - <<-'END'
	table inet fast {
		flowtable f {
			hook ingress priority 0; devices = { lan, wan };
		}
		chain forward {
			type filter hook forward priority 10; policy accept;
			meta l4proto { tcp, udp } ct state established flow add @f
		}
	}
	END
}

forget()
{
	in_ns "$gw" conntrack -F >/dev/null 2>&1
}

# offloaded PORT: a connection to there has left conntrack's usual way.
offloaded()
{
	in_ns "$gw" conntrack -L 2>/dev/null | grep "dport=$1 " |
		grep -q OFFLOAD
}

# The kernel does not tell the zone of an expectation, but looks for it there.
in_zone()
{
	nfim -j show | tr -d ' \n' | grep -q '"zone":5,"state":"waiting"'
}

# A call whose media take the short way, and whose signalling stays with us.
call_stays()
{
	local status=0

	phone bob "$peer" "$peer_addr" rtp=18000-18001 &&
		call alice "$lan1" "$lan1_addr" "sip:bob@$peer_addr" \
			rtp=17000-17001 &&
		talks alice && hears alice && hears bob &&
		wait_for 30 offloaded 17000 && ! offloaded 5060 || status=1
	hang_up alice
	stop bob
	return $status
}

into_vrf()
{
	ip -n "$gw" -b - <<-END
	link add blue type vrf table 10
	link set blue up
	link set lan master blue
	link set wan master blue
	route add default via $rt_addr table 10
	END
	in_ns "$gw" nft insert rule inet filter forward iifname blue \
		oifname wan ct state new accept
}

# The gateway is but a bridge; its router has the LAN's address.
into_bridge()
{
	ip -n "$gw" -b - <<-END
	link set lan nomaster
	link set wan nomaster
	addr flush dev lan
	addr flush dev wan
	link set wan master lan
	END
	ip -n "$rt" addr add "$lan_gw/24" dev wan
	# Its hardware address is another one now.
	ip -n "$lan1" neigh flush all
	in_ns "$gw" nft flush ruleset
}

attach()
{
	attach_helper
	attach_sip imsip
}

load_module
need_phones
modprobe -qa nft_flow_offload nf_flow_table_inet nf_conntrack_bridge vrf
plan 22
setup_topology masq
gateway_rules masq
sip_rules imsip
start_server
make_file 1000000

check "zones: rules" zone_rules
attach
begin_transfer "$lan1" "$peer" -- --pause
check "zones: announcement arrives" wait_said receive paused
check "zones: expected in the zone" wait_for 5 in_zone
go receive
check "zones: file arrives" end_transfer
check "zones: a call has audio" rings
in_ns "$gw" nft delete table inet zones
forget

if flow_rules 2>/dev/null; then
	check "flowtable: file arrives" transfer "$lan1" "$peer"
	begin_transfer "$lan1" "$peer" --linger -- --linger
	check "flowtable: transfer is over" wait_said receive "done "
	check_not "flowtable: the control connection stays with us" \
		offloaded 1863
	go receive
	go send
	end_transfer
	check "flowtable: once more" transfer "$lan1" "$peer"
	check "flowtable: a call has audio, and stays with us" call_stays
	check "flowtable: nothing is left of it" wait_for 20 no_expected_media
	in_ns "$gw" nft delete table inet fast
else
	for _ in 1 2 3 4 5 6; do
		skip "flowtable" "no flowtables here"
	done
fi
forget

if into_vrf 2>/dev/null; then
	detach_helper
	check "VRF: fails without the helper" \
		blocked receive "$lan1" "$peer"
	check_not "VRF: no audio without the helper" rings 5
	forget
	attach
	check "VRF: file arrives" transfer "$lan1" "$peer"
	check "VRF: and one more" transfer "$lan1" "$peer" --style public
	check "VRF: a call has audio" rings
else
	for _ in 1 2 3 4 5; do
		skip "VRF" "no VRF here"
	done
fi
forget

into_bridge
check "bridge: rules" bridge_rules
check "bridge: fails without the helper" \
	blocked receive "$lan1" "$peer" --style private
forget
check "bridge: helper" attach_in_bridge
check "bridge: file arrives" transfer "$lan1" "$peer" --style private
check "bridge: a call has audio" rings

in_ns "$gw" nft flush ruleset
check "kernel log is clean" dmesg_clean
done_testing
