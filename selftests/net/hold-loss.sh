#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 600
#
# Invitations in pieces, whose address becomes as long, longer or shorter, while
# packets are lost, doubled and reordered on both sides. Fewer are edited then, but
# every byte arrives, once, in order, and within a deadline.
#
#   alice (lan1) -- gw -- rt -- server 198.51.100.10, checks each byte
#                ^     ^
#            netem     netem

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pieces.sh"

rounds=${ROUNDS:-3}
pieces_limit=60

# netem OPTIONS...: on both sides, both ways; "off" to end it.
netem()
{
	local where dev

	while read -r where dev; do
		if [ "$1" = off ]; then
			tc -n "$where" qdisc del dev "$dev" root
		else
			tc -n "$where" qdisc replace dev "$dev" root netem "$@"
		fi || return
	done <<-END
	$lan1 eth0
	$gw l1
	$gw wan
	$rt wan
	END
}

try()
{
	local name=$1 i

	shift
	for ((i = 1; i <= rounds; i++)); do
		check "$name, round $i" intact "$@"
		diag "$edited edited, $unedited not; longest $longest ms"
	done
}

try_all()
{
	try "$1: 60-byte writes" --plan chunk:60 --count 15 --chat 4
	try "$1: cut in two" --plan every:30 --size 300 --chat 5
	try "$1: MSS 536, without waiting" --mss 536 --size 1300 --count 40 \
		--burst --chat 4
}

need_tools tc
modprobe -q sch_netem || skip_all "no netem"
load_module
plan $((rounds * 13 + 6))
setup_topology masq
gateway_rules masq
attach_helper
start_pieces_server

# lengths NAME INSIDE GATEWAY OUTSIDE
lengths()
{
	readdress "$2" "$3" "$4"
	stop server
	start_pieces_server
	netem delay 5ms 3ms loss 2% reorder 80% 50% duplicate 2%
	remember_stats
	try_all "$1"
	netem off
}

netem delay 5ms loss 3%
try_all "loss only"
netem off

in_ns "$lan1" bash -c 'echo 1 >/proc/sys/net/ipv4/tcp_ecn'
netem delay 5ms loss 10% ecn
try "congestion marks" --plan chunk:60 --count 15 --chat 4
in_ns "$lan1" bash -c 'echo 2 >/proc/sys/net/ipv4/tcp_ecn'
netem off
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
