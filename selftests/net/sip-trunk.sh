#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 600
#
# A PBX has many calls at once on one connection, UDP or TCP. Each has its own
# ports, all of them work at the same time, and the end of one is not the end of
# others. CALLS, TRANSPORTS, FAMILY and LOSS make other tests of it.
#
#   pbx (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -- trunk (peer) 203.0.113.20

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"

calls=${CALLS:-40}
transports=${TRANSPORTS:-u1 t1}
loss=${LOSS:-no}

# Seconds that a call lasts: until all of them stand and media were heard, on a
# machine that takes so long to start a program.
lasts()
{
	local began=${EPOCHREALTIME/./} more=0 _

	for _ in 1 2 3; do
		"${python[@]}" "$rtp_py" ports /dev/null
	done
	[ "$loss" = no ] || more=$((calls / 4))
	echo $((5 + more + calls / 10 +
		10 * (${EPOCHREALTIME/./} - began) / 1000000))
}

# Everybody the trunk was told of gets a word; the PBX hears it where it waits. Of
# what gets lost there are three.
media_reaches_all()
{
	waits
	awk -v from="$peer_addr" '{ print from, 30000, $2, $3, $1 }' \
		"$tmp/edited" >"$tmp/words"
	speak
	[ "$loss" = no ] || { speak; speak; }
	wait_for 10 heard_all
}

# The number that sipp gives a call is the place of its port in the list.
waits()
{
	awk -v host="$lan1_addr" '{
		split($1, id, "-")
		print $1, host, 40000 + 2 * (id[1] - 1)
	}' "$tmp/edited" >"$tmp/waits"
}

speak()
{
	in_ns "$peer" "${python[@]}" "$rtp_py" speak <"$tmp/words"
}

# Each call's INVITE names the gateway; where packets get lost, unless it came out of
# order or in pieces behind what was sent again: it had left when it could be read.
edited()
{
	local missed

	grep " $told " "$tmp/told" >"$tmp/edited"
	missed=$((calls - $(wc -l <"$tmp/edited")))
	[ $missed = 0 ] && return
	nfim stats
	[ "$loss" = yes ] && [ $missed -lt "$calls" ] &&
		stat_moved out-of-order
}

heard_all()
{
	awk -v from="$peer_addr" '
		FNR == NR { heard[$1, $2, $4] = 1; next }
		!(($3, from, $1) in heard) { print "not heard:", $0; bad = 1 }
		END { exit bad }' "$tmp/ear.log" "$tmp/waits"
}

all_told()
{
	sessions trunk >"$tmp/told"
	[ "$(wc -l <"$tmp/told")" -ge "$calls" ]
}

# trunk_calls TRANSPORT
trunk_calls()
{
	local t=$1

	remember_stats
	sipp_run trunk "$peer" "$peer_addr" callee -t "$t" -key rtp 30000 -key media "$peer_addr"
	wait_for 60 listens "$peer" 5060
	start ear "$lan1" "${python[@]}" "$rtp_py" hear "$lan1_addr" \
		"40000-$((40000 + 2 * calls))/2"
	wait_said ear ready
	sipp_run pbx "$lan1" "$lan1_addr" caller -t "$t" "$far:5060" \
		-m "$calls" -l "$calls" -r 20 -d "$(lasts)000" -inf "$tmp/ports"
	check "$t: the trunk hears of $calls calls" \
		wait_for 60 all_told
	check "$t: all at the address of the gateway, or the PBX' own" edited
	[ "$loss" = no ] || diag "$(wc -l <"$tmp/edited") of $calls are edited"
	check_is "$t: each with ports of its own" \
		"$(awk '{ print $3 }' "$tmp/edited" | sort -u | wc -l)" \
		"$(wc -l <"$tmp/edited")"
	check "$t: none was refused" stat_is refused-host-limit 0
	check "$t: audio of all calls arrives where it should" media_reaches_all
	check "$t: all calls end well" finish pbx
	check "$t: nothing is expected any more" \
		wait_for 60 no_media_expected
	check "$t: connections of the calls are gone" media_ended
	stop trunk
	stop ear
	forget_connections
}

[ "$loss" = no ] || modprobe -q sch_netem || skip_all "no netem"
load_module
need_phones
if [ "${FAMILY-}" = v6 ]; then
	setup_topology routed v6
	gateway_rules
	told=$lan1_addr far="[$peer_addr]"
else
	setup_topology masq
	gateway_rules masq
	told=$wan_addr far=$peer_addr
fi
plan $((4 + 8 * $(wc -w <<<"$transports")))
sip_rules imsip
attach_sip imsip

# Nobody says more than one word, and a call may last for longer than that is known.
in_ns "$gw" bash -c \
	"echo 600 >/proc/sys/net/netfilter/nf_conntrack_udp_timeout"
nfim policy show --defaults | sed 's/limit = 64/limit = 128/' >"$tmp/pbx.conf"
check "policy for a PBX" nfim policy load "$tmp/pbx.conf"
if [ "$loss" = yes ]; then
	lossy_path lan || bail_out "tc refuses to lose packets"
fi
{
	echo SEQUENTIAL
	seq -f '%.0f;' 40000 2 $((40000 + 2 * calls - 2))
} >"$tmp/ports"
for transport in $transports; do
	trunk_calls "$transport"
done

detach_helper
check "only TCP is followed as a stream" stat_is opaque-foreign 0
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
