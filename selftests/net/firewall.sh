#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: smoke
#
# No NAT, but a firewall that lets nothing in. The helper opens the announced
# port for one connection and nothing else.
#
#   alice (lan1) 192.168.77.2 -- gw -- rt -+- server 198.51.100.10
#   sends, listens on 6891     drops new   +- bob (peer), connects
#                              from wan

. "$(dirname "$0")/lib.sh"

load_module
plan 13
setup_topology routed
gateway_rules
start_server
make_file 1000000
# Somebody who would answer on other ports, and on 6891 afterwards.
msn bystander "$lan1" server --bind "$lan1_addr" --ns-port 6892 --sb-port 7777
check "a bystander listens inside" wait_said bystander ready
check "reachable from inside" can_connect "$lan2" "$lan1_addr" 6892

check "fails without the helper" blocked receive "$lan1" "$peer" -- \
	--connect-patience 2

attach_helper
remember_stats
begin_transfer "$lan1" "$peer" --chatter 4 -- --pause --chatter 4 \
	--save "$tmp/arrived"
check "announcement arrives" wait_said receive paused
check_is "as it was sent" "$(word receive accept 2)" "$lan1_addr"
check "connection is expected" expected 6891 "$lan1_addr"
check_not "another port is closed meanwhile" \
	can_connect "$peer" "$lan1_addr" 6892
check_not "a port outside the range is closed meanwhile" \
	can_connect "$peer" "$lan1_addr" 7777
go receive
check "file arrives whole" end_transfer
check "counted as expected" stat_moved expected
stop bystander
msn bystander "$lan1" server --bind "$lan1_addr" --ns-port 6891 --sb-port 6891
wait_said bystander ready
check_not "the port is closed afterwards" can_connect "$peer" "$lan1_addr" 6891
check "nothing is expected any more" no_expectations
check "kernel log is clean" dmesg_clean
done_testing
