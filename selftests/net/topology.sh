# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# The network that the tests run in.
#
#   lan1 .2 --+                                  +-- srv  198.51.100.10
#             +-- lan -- gw -- wan ------ rt ----+
#   lan2 .3 --+   .1     192.0.2.1   .254        +-- peer 203.0.113.20
#   192.168.77.0/24
#
# gw is the gateway under test. rt has no route to 192.168.77.0/24 unless the
# topology is "routed". Names of namespaces get a random suffix; use $lan1, $gw...
# Offloads are off everywhere, so one send() is one packet for the gateway.

lan1=lan1-$suffix lan2=lan2-$suffix gw=gw-$suffix
rt=rt-$suffix srv=srv-$suffix peer=peer-$suffix
all_ns="$lan1 $lan2 $gw $rt $srv $peer"

# Addresses; a test may set others before setup_topology.
lan_gw=192.168.77.1 lan1_addr=192.168.77.2 lan2_addr=192.168.77.3
wan_addr=192.0.2.1 rt_addr=192.0.2.254
srv_addr=198.51.100.10 peer_addr=203.0.113.20


# --- topology --------------------------------------------------------------

use_ipv6()
{
	lan_gw=2001:db8:77::1
	lan1_addr=2001:db8:77::2
	lan2_addr=2001:db8:77::3
	wan_addr=2001:db8:2::1
	rt_addr=2001:db8:2::fe
	srv_addr=2001:db8:100::10
	peer_addr=2001:db8:113::20
}

# leaf NAMESPACE ADDRESS GATEWAY
leaf()
{
	ip -n "$1" -b - <<-END
	link set lo up
	link set eth0 up
	addr add $2/$len dev eth0$nodad
	route add default via $3
	END
}

# Runs in a namespace: forwarding, no waiting for IPv6, offloads.
ns_settings()
{
	local forward=$1 offload=$2 dev

	echo 0 >/proc/sys/net/ipv6/conf/all/accept_dad
	echo "$forward" >/proc/sys/net/ipv4/ip_forward
	echo "$forward" >/proc/sys/net/ipv6/conf/all/forwarding
	echo 0 >/proc/sys/net/ipv4/conf/all/send_redirects
	shift 2
	for dev; do
		echo 0 >"/proc/sys/net/ipv4/conf/$dev/send_redirects"
		ethtool -K "$dev" \
			tso "$offload" gso "$offload" gro "$offload"
	done >/dev/null 2>&1
}

# offloads on|off: segmentation offloads of all links.
offloads()
{
	local name pids=()

	export -f ns_settings
	for name in $lan1 $lan2 $srv $peer; do
		in_ns "$name" bash -c "ns_settings 0 $1 eth0" &
		pids+=($!)
	done
	in_ns "$gw" bash -c "ns_settings 1 $1 lan l1 l2 wan" &
	pids+=($!)
	in_ns "$rt" bash -c "ns_settings 1 $1 wan srv peer" &
	pids+=($!)
	wait "${pids[@]}"
}

# setup_topology masq|routed [v4|v6]
setup_topology()
{
	local mode=$1 rt_lan='' len=24 nodad='' srv_gw peer_gw

	need_root
	need_tools
	if [ "${2:-v4}" = v6 ]; then
		use_ipv6
		len=64
		nodad=" nodad"
	fi
	srv_gw=$(first_of "$srv_addr")
	peer_gw=$(first_of "$peer_addr")
	[ "$mode" = routed ] &&
		rt_lan="route add $(network_of "$lan_gw") via $wan_addr"
	echo "nfim test $suffix: ${0##*/}" >/dev/kmsg

	topology_made=1
	# shellcheck disable=SC2086
	{
		printf 'netns add %s\n' $all_ns
		cat <<-END
		link add l1 netns $gw type veth peer name eth0 netns $lan1
		link add l2 netns $gw type veth peer name eth0 netns $lan2
		link add wan netns $gw type veth peer name wan netns $rt
		link add srv netns $rt type veth peer name eth0 netns $srv
		link add peer netns $rt type veth peer name eth0 netns $peer
		END
	} | ip -b - || bail_out "cannot make the namespaces"

	leaf "$lan1" "$lan1_addr" "$lan_gw"
	leaf "$lan2" "$lan2_addr" "$lan_gw"
	leaf "$srv" "$srv_addr" "$srv_gw"
	leaf "$peer" "$peer_addr" "$peer_gw"
	ip -n "$gw" -b - <<-END
	link add lan type bridge stp_state 0 forward_delay 0
	link set lo up
	link set l1 master lan up
	link set l2 master lan up
	link set lan up
	link set wan up
	addr add $lan_gw/$len dev lan$nodad
	addr add $wan_addr/$len dev wan$nodad
	route add default via $rt_addr
	END
	ip -n "$rt" -b - <<-END
	link set lo up
	link set wan up
	link set srv up
	link set peer up
	addr add $rt_addr/$len dev wan$nodad
	addr add $srv_gw/$len dev srv$nodad
	addr add $peer_gw/$len dev peer$nodad
	$rt_lan
	END
	offloads off
}

first_of()
{
	case $1 in
	*:*) echo "${1%::*}::1" ;;
	*) echo "${1%.*}.1" ;;
	esac
}

network_of()
{
	case $1 in
	*:*) echo "${1%::*}::/64" ;;
	*) echo "${1%.*}.0/24" ;;
	esac
}

# readdress CLIENT GATEWAY OUTSIDE: other IPv4 addresses of lan1 and gateway.
readdress()
{
	ip -n "$lan1" -b - <<-END || return
	addr flush dev eth0
	addr add $1/24 dev eth0
	route add default via $2
	END
	ip -n "$gw" -b - <<-END || return
	addr flush dev lan
	addr flush dev wan
	addr add $2/24 dev lan
	addr add $3/24 dev wan
	route add default via $rt_addr
	END
	lan1_addr=$1 wan_addr=$3
}

# --- rules of the gateway --------------------------------------------------

# The firewall, and masquerading with "masq"; no helper yet.
gateway_rules()
{
	in_ns "$gw" nft -f - <<-'END' || bail_out "nft refuses the rules"
	table inet filter {
		counter related { }
		chain input {
			type filter hook input priority filter; policy accept;
			ct state invalid drop
		}
		chain forward {
			type filter hook forward priority filter; policy drop;
			ct state invalid drop
			ct state established accept
			ct state related ct helper "msnp" tcp dport 1024-65535 counter name related accept
			ct state related meta l4proto { icmp, ipv6-icmp } accept
			iifname "lan" ct state new accept
		}
	}
	END
	[ "${1-}" != masq ] || in_ns "$gw" nft -f - <<-'END' ||
	table ip nat {
		chain post {
			type nat hook postrouting priority srcnat; policy accept;
			oifname "wan" masquerade
		}
	}
	END
		bail_out "nft refuses the rules for masquerading"
}

# attach_helper: connections from inside to port 1863 get the helper.
attach_helper()
{
	in_ns "$gw" nft -f - <<-'END' || bail_out "nft refuses the helper"
	table inet helpers {
		ct helper msnp {
			type "msnp" protocol tcp;
		}
		chain pre {
			type filter hook prerouting priority mangle; policy accept;
			iifname "lan" tcp dport 1863 ct helper set "msnp"
		}
	}
	END
}

detach_helper()
{
	in_ns "$gw" nft delete table inet helpers
}

# lossy_path DEV: packets between alice and the outside get lost, late, doubled and
# out of order; DEV is the gateway's device to her.
lossy_path()
{
	local where dev

	while read -r where dev; do
		tc -n "$where" qdisc replace dev "$dev" root netem \
			delay 4ms 2ms loss 5% reorder 75% 50% duplicate 2% ||
			return
	done <<-END
	$lan1 eth0
	$gw $1
	$gw wan
	$rt wan
	END
}

related_packets()
{
	in_ns "$gw" nft list counter inet filter related |
		awk '$1 == "packets" { print $2 }'
}
