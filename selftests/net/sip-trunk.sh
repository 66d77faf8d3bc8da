#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# A PBX has many calls at once on one connection, UDP or TCP. Each has its own
# ports, all of them work at the same time, and the end of one is not the end of
# others.
#
#   pbx (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -- trunk (peer) 203.0.113.20

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"

calls=40

# Everybody the trunk was told of gets a word; the PBX hears it where it waits.
media_reaches_all()
{
	local call addr port

	sessions trunk | while read -r call addr port; do
		echo "$peer_addr 30000 $addr $port $call"
	done >"$tmp/words"
	in_ns "$peer" "${python[@]}" "$rtp_py" speak <"$tmp/words"
	wait_for 10 heard_all
}

# In the PBX' own trace is where it waits for each call.
heard_all()
{
	local call addr port

	sessions pbx | while read -r call addr port; do
		grep -q "^$port $peer_addr [0-9]* $call" "$tmp/ear.log" ||
			return
	done
}

# trunk_calls TRANSPORT
trunk_calls()
{
	local t=$1

	remember_stats
	sipp_run trunk "$peer" "$peer_addr" callee -t "$t" -key rtp 30000 -key media "$peer_addr"
	wait_for 20 listens "$peer" 5060
	start ear "$lan1" "${python[@]}" "$rtp_py" hear "$lan1_addr" \
		40000-40400/2
	wait_said ear ready
	sipp_run pbx "$lan1" "$lan1_addr" caller -t "$t" "$peer_addr:5060" \
		-m $calls -l $calls -r 20 -d 20000 -inf "$tmp/ports"
	check "$t: the trunk hears of $calls calls" \
		wait_for 30 has_sessions trunk $calls
	check "$t: all at the gateway's address" \
		[ "$(sessions trunk | grep -c " $wan_addr ")" = $calls ]
	check_is "$t: each with ports of its own" \
		"$(sessions trunk | awk '{ print $3 }' | sort -u | wc -l)" $calls
	check "$t: none was refused" stat_is refused-host-limit 0
	check "$t: audio of all calls arrives where it should" media_reaches_all
	check "$t: all calls end well" finish pbx
	check "$t: nothing is expected any more" \
		wait_for 20 no_media_expected
	check "$t: connections of the calls are gone" media_ended
	stop trunk
	stop ear
	forget_connections
}

load_module
need_phones
plan 19
setup_topology masq
gateway_rules masq
sip_rules imsip
attach_sip imsip

{
	echo SEQUENTIAL
	seq -f '%.0f;' 40000 2 $((40000 + 2 * calls - 2))
} >"$tmp/ports"
trunk_calls u1
trunk_calls t1

detach_helper
check "only TCP is followed as a stream" stat_is opaque-foreign 0
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
