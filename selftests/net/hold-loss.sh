#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 600
#
# Invitations in pieces, whose address becomes as long, longer or shorter, while
# packets are lost, doubled and reordered on both sides. Fewer are edited then, but
# every byte arrives, once, in order. ROUNDS=N does it all N times; COMPARE=yes, see
# hold-loss-long.sh, does also the same without the helper: it is to take at most
# three times as long and two seconds.
#
#   alice (lan1) -- gw -- rt -- server 198.51.100.10, checks each byte
#                ^     ^
#            netem     netem

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pieces.sh"

rounds=${ROUNDS:-1}
pieces_limit=$((60 + 60 * rounds))
rows_tell=yes

# netem everywhere|beyond OPTIONS...: on both sides of the gateway or only
# beyond it, both ways; "off" to end it.
netem()
{
	local what=$1 where dev

	shift
	while read -r where dev; do
		if [ "$1" = off ]; then
			tc -n "$where" qdisc del dev "$dev" root 2>/dev/null
		elif [ "$what" = everywhere ] || [ "$where" = "$rt" ]; then
			tc -n "$where" qdisc replace dev "$dev" root netem "$@" ||
				return
		fi
	done <<-END
	$lan1 eth0
	$gw l1
	$gw wan
	$rt wan
	$rt srv
	END
}

try()
{
	local name=$1 i

	shift
	for ((i = 1; i <= rounds; i++)); do
		row "$name, round $i" - - "$@"
	done
}

try_all()
{
	try "$1: 60-byte writes" --plan chunk:60 --count 15 --chat 4
	try "$1: cut in two" --plan every:30 --size 300 --chat 5
	try "$1: MSS 536, without waiting" --mss 536 --size 1300 --count 40 \
		--burst --chat 4
	run_rows
}

# All that is compared with a connection that no helper takes part in.
compared()
{
	netem everywhere delay 5ms loss 3%
	try_all "$1, loss only"
	seconds_loss=$rows_seconds
	netem everywhere off
	netem beyond delay 5ms 1ms loss 3% duplicate 2% reorder 90%
	try "$1, saturated: 2000 bytes, MSS 536" --mss 536 --size 1800 \
		--count 50 --burst
	run_rows
	seconds_full=$rows_seconds
	netem beyond delay 15ms loss 1%
	try "$1, one in a while, loss 1 %" --mss 536 --size 1200 --count 20 \
		--pause 50
	run_rows
	seconds_while=$rows_seconds
	netem beyond delay 15ms loss 3%
	try "$1, one in a while, loss 3 %" --mss 536 --size 1200 --count 20 \
		--pause 50
	run_rows
	seconds_while=$(awk -v a="$seconds_while" -v b="$rows_seconds" \
		'BEGIN { print a + b }')
	netem beyond off
}

# in_time CONNECTIONS PLAIN MINE: seconds that so many took together.
in_time()
{
	echo "$2 s without the helper, $3 s with it"
	awk -v n="$1" -v plain="$2" -v mine="$3" \
		'BEGIN { exit !(mine <= 3 * plain + 2 * n) }'
}

# lengths NAME INSIDE GATEWAY OUTSIDE
lengths()
{
	readdress "$2" "$3" "$4"
	stop server
	start_pieces_server
	netem everywhere delay 5ms 3ms loss 2% reorder 80% 50% duplicate 2%
	remember_stats
	try_all "$1"
	netem everywhere off
}

need_tools tc
modprobe -q sch_netem || skip_all "no netem"
load_module
compare=${COMPARE-}
if [ -n "$compare" ]; then
	plan $((rounds * 22 + 10))
else
	plan $((rounds * 13 + 7))
fi
setup_topology masq
gateway_rules masq
start_pieces_server

if [ -n "$compare" ]; then
	compared "no helper"
	plain_loss=$seconds_loss plain_full=$seconds_full
	plain_while=$seconds_while
	attach_helper
	compared "helper"
	check "loss only: in time" \
		in_time $((3 * rounds)) "$plain_loss" "$seconds_loss"
	check "saturated: in time" \
		in_time "$rounds" "$plain_full" "$seconds_full"
	check "one in a while: in time" \
		in_time $((2 * rounds)) "$plain_while" "$seconds_while"
else
	attach_helper
	netem everywhere delay 5ms loss 3%
	try_all "loss only"
	netem everywhere off
fi
check_is "conntrack found nothing invalid" "$(invalid_packets)" 0

in_ns "$lan1" bash -c 'echo 1 >/proc/sys/net/ipv4/tcp_ecn'
netem everywhere delay 5ms loss 10% ecn
try "congestion marks" --plan chunk:60 --count 15 --chat 4
run_rows
in_ns "$lan1" bash -c 'echo 2 >/proc/sys/net/ipv4/tcp_ecn'
netem everywhere off
lengths "same length" 10.10.10.2 10.10.10.1 192.0.2.11
check "same length: edits" stat_moved edit-same-length
lengths "longer" 10.0.1.2 10.0.1.1 192.0.2.111
check "longer: edits" stat_moved edit-resized
lengths "shorter" 192.168.100.200 192.168.100.1 192.0.2.1
check "shorter: edits" stat_moved edit-same-length

check "without loss again" whole 0 --plan chunk:60
check "nothing is held any more" nothing_held
check "kernel log is clean" dmesg_clean
done_testing
