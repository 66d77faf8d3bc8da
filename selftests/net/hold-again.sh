#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
#
# A connection with an edited announcement dies, and the gateway does not see it:
# both ends have lost power. The client connects anew from the same port, with lower
# sequence numbers. What is remembered of the first must not be done to the second.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -- server 198.51.100.10

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pieces.sh"

no_resets()
{
	in_ns "$1" nft -f - <<-'END'
	table ip quiet {
		chain out {
			type filter hook output priority 0; policy accept;
			tcp flags & rst == rst drop
		}
	}
	END
}


load_module
plan 8
setup_topology masq
gateway_rules masq
attach_helper
pieces_policy yes >/dev/null || bail_out "no policy"
check "resets of the client's host do not leave" no_resets "$lan1"
check "nor do those of the server" no_resets "$srv"
start server "$srv" "${python[@]}" "$tools_dir/again.py" server "$srv_addr"
wait_said server ready || bail_out "the server does not start"

start client "$lan1" "${python[@]}" "$tools_dir/again.py" \
	client "$lan1_addr" "$srv_addr"
check "a first connection" wait_said client first 90
check "its announcement was edited" wait_said server "IP-Address: $wan_addr"
remember_stats
go client
check "a second one" wait_said client second 90
check "it is not read" stat_moved opaque-midstream
check "nothing is held" nothing_held
check "kernel log is clean" dmesg_clean
done_testing
