#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 900
#
# One host announces as fast as it can, a hundred thousand times at least. A second
# host's transfer and call come through meanwhile; how much slower is printed.
#
#   mallory (lan1) .2 --+                       +- server 198.51.100.10, dave
#                       +- gw 192.0.2.1 -- rt --+
#   carol (lan2)   .3 --+                       +- bob (peer)

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"

attack_dir=$root_dir/selftests/attack
wanted=${ANNOUNCEMENTS:-100000}
seconds=${NFIM_SECONDS:-10}

# rain NAME HELPER: lan1 floods with that helper's announcements.
rain()
{
	start "$1" "$gw" "${python[@]}" "$attack_dir/rain.py" \
		--suffix "$suffix" --helper "$2" --seconds "$seconds" \
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

objects()
{
	local n

	echo 1 >"/sys/kernel/slab/$1/shrink"
	read -r n _ <"/sys/kernel/slab/$1/objects"
	echo "$n"
}

back_to()
{
	in_ns "$gw" conntrack -F 2>/dev/null
	echo "$1: $2 -> $(objects "$1")"
	# A client is remembered on purpose.
	[ "$(objects "$1")" -le $(($2 + 32)) ]
}

load_module
need_phones
patience_phone=90 patience=60
read -r -a caches <<<"$(cd /sys/kernel/slab && ls -d nf_conntrack_expect \
	nfim_* 2>/dev/null | tr '\n' ' ')"
plan $((${#caches[@]} + 9))
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
declare -A before
for cache in "${caches[@]}"; do
	before[$cache]=$(objects "$cache")
done

check "a transfer without the flood" timed_transfer
alone=$ms
rain rain1 msnp
rain rain2 imsip/tcp
rain rain3 imsip/udp
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
diag "$total announcements in $seconds s; transfer took $alone ms without," \
	"$among ms with them: $((among * 100 / alone)) %"
check "at least $wanted announcements" [ $total -ge "$wanted" ]
hang_up carol
stop dave
check "a transfer after it" timed_transfer
for cache in "${caches[@]}"; do
	check "$cache is back" wait_for 90 back_to "$cache" "${before[$cache]}"
done
check "kernel log is clean" dmesg_clean
done_testing
