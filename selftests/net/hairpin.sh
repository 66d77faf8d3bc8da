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

# knocks PORT: a client listens there and goes to its own outside address, as aMSN
# does at login to find out whether others can reach it.
knocks()
{
	in_ns "$lan1" "${python[@]}" - "$wan_addr" "$1" <<-'END'
	import socket, sys
	door = socket.create_server(("", int(sys.argv[2])))
	socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=3)
	door.settimeout(3)
	door.accept()
	END
}

load_module
plan 13
setup_topology masq
gateway_rules masq
start_server
make_file 1000000

check "public address fails without the helper" \
	blocked receive "$lan1" "$lan2" --style public
check_not "a client cannot reach itself without the helper" knocks 6891 2>"$tmp/no"
attach_helper
remember_stats
check_not "nor with it, when it has announced nothing" knocks 6891 2>"$tmp/no"
check_not "nothing was opened for that" stat_moved offers
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
