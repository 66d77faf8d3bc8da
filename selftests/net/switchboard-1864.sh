#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: smoke
#
# The switchboard is on another port than the rule knows; only XFR and RNG tell.
# The helper follows them, whether the inside client calls or is called.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   sends, listens               masquerades,        |  1863, switchboard 1864
#                                rule for 1863       +- bob (peer)

. "$(dirname "$0")/lib.sh"

load_module
plan 9
setup_topology masq
gateway_rules masq
start_server --sb-port 1864
make_file 500000

check "fails without the helper" blocked receive "$lan1" "$peer"
attach_helper

remember_stats
check "alice calls (XFR): file arrives whole" \
	transfer "$lan1" "$peer" --chatter 4 -- --chatter 4
check "the switchboard was followed" stat_moved followed 1
check "the announcement was edited" stat_moved expected-edited 1

remember_stats
msn send "$lan1" send --server "$srv_addr" --file "$tmp/sent" --called
check "alice waits" wait_said send online
rm -f "$tmp/received"
msn receive "$peer" receive --server "$srv_addr" --out "$tmp/received" \
	--call alice
check "alice is called (RNG): file arrives whole" end_transfer
check "the switchboard was followed" stat_moved followed 1
check "no transfer is expected any more" no_transfer_expected
check "kernel log is clean" dmesg_clean
done_testing
