#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 900
#
# One host announces as fast as it can, a hundred thousand times at least. A second
# host's transfer and call come through meanwhile; its throughput is printed.
#
#   mallory (lan1) .2 --+                       +- server 198.51.100.10, dave
#                       +- gw 192.0.2.1 -- rt --+
#   carol (lan2)   .3 --+                       +- bob (peer)

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"

attack_dir=$root_dir/selftests/attack
seconds=${NFIM_SECONDS:-10}

# rain NAME HELPER LEAST: lan1 floods with that helper's announcements, so many at
# least.
rain()
{
	start "$1" "$gw" "${python[@]}" "$attack_dir/rain.py" \
		--suffix "$suffix" --helper "$2" --seconds "$seconds" \
		--least "$3" \
		--address lan1 "$lan1_addr" --address lan2 "$lan2_addr" \
		--address lan_gw "$lan_gw" --address gw "$wan_addr" \
		--address srv "$srv_addr" --address peer "$peer_addr"
	wait_said "$1" raining
}

# Sets ms to what a transfer of the second host takes.
timed_transfer()
{
	local begin=${EPOCHREALTIME/./} status

	transfer "$lan2" "$peer"
	status=$?
	ms=$(((${EPOCHREALTIME/./} - begin) / 1000))
	return $status
}

talk_to_dave()
{
	call carol "$lan2" "$lan2_addr" "sip:dave@$srv_addr" \
		rtp=17000-17001 && talks carol && hears carol && hears dave
}

load_module
need_phones
patience_phone=90 patience=60
remember_slabs nf_conntrack_expect 'nfim_*'
plan $((${#slabs[@]} + 9))
setup_topology masq
gateway_rules masq
sip_rules imsip
attach_helper
in_ns "$gw" nft -f - <<-'END'
table inet helpers {
	ct helper sipu {
		type "imsip" protocol udp;
	}
	ct helper sipt {
		type "imsip" protocol tcp;
	}
	chain pre {
		udp dport 5060 ct helper set "sipu"
		tcp dport 5060 ct helper set "sipt"
	}
}
END
start_server
make_file 3000000
phone dave "$srv" "$srv_addr" rtp=18000-18099

check "a transfer without the flood" timed_transfer
alone=$ms
began=$SECONDS
rain rain1 msnp 45000
rain rain2 imsip/tcp 45000
rain rain3 imsip/udp 10000
check "a transfer amid the flood" timed_transfer
check "a call amid the flood" talk_to_dave
among=$ms
total=0
for name in rain1 rain2 rain3; do
	check "$name ends" finish $name
	sent=$(word $name sent 2)
	diag "$name: ${sent:-0} announcements"
	total=$((total + ${sent:-0}))
done
diag "$total announcements in $((SECONDS - began)) s; carol's transfer took $alone" \
	"ms before, $among ms amid them: $((alone * 100 / among)) % of the throughput"
check "a hundred thousand announcements" [ $total -ge 100000 ]
hang_up carol
stop dave
check "a transfer after it" timed_transfer
in_ns "$gw" conntrack -F 2>/dev/null
# Clients are remembered on purpose, calls that nobody answers for 40 s.
check_slabs 120 32
check "kernel log is clean" dmesg_clean
done_testing
