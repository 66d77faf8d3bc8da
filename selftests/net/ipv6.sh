#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
#
# IPv6 behind a firewall, no NAT: the announced address is the client's own.
#
#   alice (lan1) 2001:db8:77::2 -- gw -- rt -+- server 2001:db8:100::10
#   sends, listens                drops new  +- bob (peer) 2001:db8:113::20
#                                 from wan

. "$(dirname "$0")/lib.sh"

load_module
plan 8
setup_topology routed v6
gateway_rules
start_server
make_file 1000000

check "fails without the helper" blocked receive "$lan1" "$peer" -- \
	--connect-patience 2

attach_helper
remember_stats
begin_transfer "$lan1" "$peer" --chatter 4 -- --pause --chatter 4
check "announcement arrives" wait_said receive paused
check_is "as it was sent" "$(word receive accept 2)" "$lan1_addr"
check "connection is expected" expected 6891 "$lan1_addr"
check_not "another port is closed meanwhile" \
	can_connect "$peer" "$lan1_addr" 6892
go receive
check "file arrives whole" end_transfer
check "counted as expected" stat_moved expected 1
check "kernel log is clean" dmesg_clean
done_testing
