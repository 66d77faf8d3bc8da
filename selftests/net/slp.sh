#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: smoke
#
# Direct connections of MSN Messenger 6 and later: the host inside listens and
# says so in MSNSLP. The peer connects to the announced place; both check the
# nonces, every byte that comes there, and the receipts on the switchboard.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   listens                      masquerades         +- bob (peer), connects

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/peers.sh"

load_module
plan 21
setup_topology masq
gateway_rules masq
start_server

check "fails without the helper" not_met slp "$lan1" "$peer" \
	--style external -- --inviting
check "the outside address fails without the helper" \
	not_met slp "$lan1" "$peer" --style public -- --inviting
attach_helper

# try NAME STYLE COUNTER: alice is asked, and answers with her place.
try()
{
	remember_stats
	check "$1: the announcement arrives" \
		paused slp "$lan1" "$peer" --style "$2" -- --inviting
	check_is "$1: it leads to the gateway" "$(told)" "$wan_addr:6891"
	check "$1: the connection is expected" expected 6891 "$wan_addr"
	check "$1: nonces and bytes are right" over
	check "$1: counted" stat_moved "$3" 1
}

try "own address in external lines" external expected-edited
try "written backwards" reversed expected-edited
try "outside address" public expected

check "alice invites and listens" meet slp "$lan1" "$peer" \
	--style external --inviting --
check "nothing is expected any more" no_expectations
check "the server saw proper MSNP only" server_content
check "kernel log is clean" dmesg_clean
done_testing
