#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
#
# Both clients are behind the same gateway, but learn only its outside address
# from each other: the connection goes to the gateway and back inside.
#
#   alice (lan1) .2, sends ----+
#                              +- gw 192.0.2.1 -- rt --- server 198.51.100.10
#   bob (lan2) .3, connects ---+  masquerades

. "$(dirname "$0")/lib.sh"

load_module
plan 10
setup_topology masq
gateway_rules masq
start_server
make_file 1000000

check "public address fails without the helper" \
	blocked receive "$lan1" "$lan2" --style public
attach_helper
for style in public private; do
	remember_stats
	check "$style: file arrives whole" transfer "$lan1" "$lan2" \
		--style $style --chatter 4 -- --chatter 4
	check_is "$style: bob was told the outside address" \
		"$(word receive accept 2)" "$wan_addr"
	check_is "$style: alice sees the outside address" \
		"$(word send connection 2)" "$wan_addr"
	check "$style: counted as hairpin" stat_moved hairpin 1
done
check "kernel log is clean" dmesg_clean
done_testing
