#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
#
# A CANCEL, from either side, closes what the announcement opened.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   announces                    masquerades         +- bob (peer)

. "$(dirname "$0")/lib.sh"

load_module
plan 11
setup_topology masq
gateway_rules masq
start_server
attach_helper
make_file 100000

remember_stats
begin_transfer "$lan1" "$peer" --cancel --linger -- --pause
wait_said receive paused
check "alice's announcement is expected" expected 6891 "$wan_addr"
go send
check "alice cancels" wait_said send cancelled
check "nothing is expected any more" wait_for 5 no_expectations
check "counted as cancelled" stat_moved cancelled 1
check_not "the port is closed" can_connect "$peer" "$wan_addr" 6891
go send
go receive
end_transfer

remember_stats
begin_transfer "$lan1" "$peer" -- --cancel --linger
wait_said receive paused
check "alice's announcement is expected" expected 6891 "$wan_addr"
go receive
check "bob cancels" wait_said receive cancelled
check "nothing is expected any more" wait_for 5 no_expectations
check "counted as cancelled" stat_moved cancelled 1
go receive
end_transfer

check "the next transfer passes" transfer "$lan1" "$peer"
check "kernel log is clean" dmesg_clean
done_testing
