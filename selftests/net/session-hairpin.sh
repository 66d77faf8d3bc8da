#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
#
# Two users behind the same gateway call each other: each learns only the outside
# address of the other one. In the routers of 2003 this failed.
#
#   alice (lan1) .2, listens --+
#                              +- gw 192.0.2.1 -- rt --- server 198.51.100.10
#   bob (lan2) .3, connects ---+  masquerades

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/peers.sh"

# try NAME KIND TURNS LISTEN OPTIONS -- CONNECT OPTIONS
try()
{
	local name=$1 kind=$2 turns=$3

	shift 3
	remember_stats
	check "$name: reached" meet "$kind" "$lan1" "$lan2" "$@"
	check_is "$name: bob was told the outside address" \
		"$(told | cut -d : -f 1)" "$wan_addr"
	check "$name: counted as hairpin" stat_moved hairpin "$turns"
}

load_module
plan 27
setup_topology masq
gateway_rules masq
allow_udp
start_server

check "a call fails without the helper" not_met voice "$lan1" "$lan2" \
	--style public -- --inviting
attach_helper
try "call" voice 2 -- --inviting
try "call, alice invites" voice 2 --inviting --
try "call, outside address" voice 2 --style public -- --inviting
check_is "alice sees the outside address over UDP" \
	"$(awk '$2 == "udp" { print $3 }' "$tmp/listen.log")" "$wan_addr"
check_is "and over TCP" \
	"$(awk '$2 == "tcp" { print $3 }' "$tmp/listen.log")" "$wan_addr"
try "direct connection" slp 1 -- --inviting
try "webcam" webcam 1 --inviting --
check "policies that allow whiteboards" allow_all
try "whiteboard" whiteboard 1 -- --inviting
make_file 200000
remember_stats
check "file transfer: file arrives whole" transfer "$lan1" "$lan2" \
	--style public --
check "file transfer: counted as hairpin" stat_moved hairpin 1
check "no transfer is expected any more" no_transfer_expected
check "the server saw proper MSNP only" server_content
check "kernel log is clean" dmesg_clean
done_testing
