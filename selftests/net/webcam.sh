#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: smoke
#
# A webcam is inside. Where to see it stands in XML that comes in two parts; the
# viewer tries every place in it as aMSN does, and is let in once.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   listens                      masquerades         +- bob (peer), connects

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/peers.sh"

load_module
plan 17
setup_topology masq
gateway_rules masq
start_server

check "fails without the helper" not_met webcam "$lan1" "$peer" \
	--style public --inviting --
attach_helper

# try NAME COUNTER LISTEN OPTIONS -- CONNECT OPTIONS
try()
{
	local name=$1 counter=$2

	shift 2
	remember_stats
	check "$name: pictures are seen" meet webcam "$lan1" "$peer" "$@"
	check "$name: $counter" stat_moved "$counter" 1
}

remember_stats
check "own address: the XML arrives" \
	paused webcam "$lan1" "$peer" --inviting --
check_is "own address: it leads to the gateway" "$(told)" "$wan_addr:6891"
check "own address: the connection is expected" expected 6891 "$wan_addr"
check "own address: pictures are seen" over
check "own address: counted as edited" stat_moved expected-edited 1
try "outside address" expected --style public --inviting --
try "two networks" expected-edited --style internal --inviting --
try "alice views" expected-edited --root viewer -- --root viewer --inviting
try "lengths in characters" expected-edited --bare --inviting --
check "nothing is expected any more" no_expectations
check "the server saw proper MSNP only" server_content
check "kernel log is clean" dmesg_clean
done_testing
