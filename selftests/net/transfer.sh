#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: smoke
#
# A file goes out from behind masquerading. Without the helper the peer cannot
# connect to the sender; with it the announcement names the gateway, and one
# connection is let in.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   sends, listens on 6891       masquerades         +- bob (peer), connects

. "$(dirname "$0")/lib.sh"

load_module
plan 21
setup_topology masq
gateway_rules masq
start_server
make_file 4000000

check "private address fails without the helper" \
	blocked receive "$lan1" "$peer" --style private
check "public address fails without the helper" \
	blocked receive "$lan1" "$peer" --style public
check "nothing was expected" no_expectations

attach_helper
for style in private public; do
	remember_stats
	begin_transfer "$lan1" "$peer" --style $style --chatter 4 -- \
		--pause --chatter 4
	check "$style: announcement arrives" wait_said receive paused
	check_is "$style: it names the gateway's outside address" \
		"$(word receive accept 2)" "$wan_addr"
	check_is "$style: it names the listener's port" \
		"$(word receive accept 3)" 6891
	check "$style: connection is expected" expected 6891 "$wan_addr"
	go receive
	check "$style: file arrives whole" end_transfer
	check "$style: nothing is expected any more" no_expectations
	check "$style: counted as expected" stat_moved \
		"$([ $style = private ] && echo expected-edited || echo expected)"
done
check "the firewall saw a related connection" \
	[ "$(related_packets)" -ge 2 ]
stop server
detach_helper
check "module is unused without the rule" wait_for 10 unused
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
