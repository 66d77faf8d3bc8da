#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
#
# The sender cannot be connected to (Connectivity: N), so the receiver, behind
# masquerading, listens and says Sender-Connect: TRUE.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   receives, listens            masquerades         +- bob (peer), sends,
#                                                       connects

. "$(dirname "$0")/lib.sh"

load_module
plan 11
setup_topology masq
gateway_rules masq
start_server
make_file 1000000

check "fails without the helper" \
	blocked send "$peer" "$lan1" --connect -- --listen
attach_helper
for style in private public; do
	remember_stats
	begin_transfer "$peer" "$lan1" --connect --pause -- --style $style
	check "$style: announcement arrives" wait_said send paused
	check_is "$style: it names the gateway's outside address" \
		"$(word send accept 2) $(word send accept 3)" "$wan_addr 6891"
	check "$style: connection is expected" expected 6891 "$wan_addr"
	go send
	check "$style: file arrives whole" end_transfer
done
check "nothing is expected any more" no_expectations
check "kernel log is clean" dmesg_clean
done_testing
