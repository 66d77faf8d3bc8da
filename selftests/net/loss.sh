#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 240
#
# Packets are lost, delayed and reordered on both sides of the gateway while an
# announcement is rewritten: to the same length, to a shorter one, to a longer
# one. Repeats get the same bytes; what was said before and after stays whole.
#
#   alice (lan1) -- gw -- rt -+- server 198.51.100.10
#                ^     ^      +- bob (peer)
#            netem     netem

. "$(dirname "$0")/lib.sh"

rounds=3

# Chat in the same flight: where a packet before or behind the announcement came
# first, it may have to pass unchanged. The file need not come then, but the stream
# must stay whole.
rough_round()
{
	begin_transfer "$lan1" "$peer" --lead 5 --trail 20 --chatter 1 "$@" -- \
		--lead 5 --trail 20 --chatter 1
	end_transfer
	! said receive damaged && ! said send damaged && server_content
}

need_tools tc
modprobe -q sch_netem || skip_all "no netem"
load_module
plan $((3 * (rounds + 2) + 2))
setup_topology masq
gateway_rules masq
start_server
attach_helper
make_file 100000
patience=40

try()
{
	local name=$1 i

	shift
	for ((i = 1; i <= rounds; i++)); do
		check "$name: file arrives whole, round $i" transfer \
			"$lan1" "$peer" "$@" --chatter 20 -- --chatter 20
	done
	check "$name: amid chat the stream stays whole" rough_round "$@"
	check "$name: kernel log is clean" dmesg_clean
}

lossy_path l1
try "same length" --style public
try "shorter" --style private
readdress 10.0.1.2 10.0.1.1 192.0.2.111
try "longer" --style private
check "server saw proper MSNP only" server_content
check "nothing is expected any more" no_expectations
done_testing
