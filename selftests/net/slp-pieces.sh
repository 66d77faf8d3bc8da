#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# Announcements of direct connections and webcams that come in pieces are held back
# until they are whole, and edited, within what their sender can have on the way.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   listens                      masquerades  ^      +- bob (peer), connects
#                                         20 ms more

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/peers.sh"

# try NAME KIND LISTEN OPTIONS -- CONNECT OPTIONS
try()
{
	local name=$1 kind=$2

	shift 2
	remember_stats
	check "$name: reached" meet "$kind" "$lan1" "$peer" "$@"
	check "$name: held back" stat_moved held
	check "$name: edited" stat_moved expected-edited 1
}

# small_segments BYTES: what the server is willing to take.
small_segments()
{
	ip -n "$srv" route replace default via "$(first_of "$srv_addr")" \
		advmss "$1"
}

need_tools tc
modprobe -q sch_netem || skip_all "no netem"
load_module
plan 30
setup_topology masq
gateway_rules masq
start_server
attach_helper
tc -n "$rt" qdisc add dev srv root netem delay 20ms

try "160-byte writes" slp --pieces 160 -- --inviting
try "160-byte writes, alice invites" slp --pieces 160 --inviting --
try "160-byte writes, version 2" slp --pieces 160 --p2p 2 --calm -- \
	--inviting --p2p 2
try "160-byte writes, over UUN" slp --pieces 160 --p2p uun -- \
	--inviting --p2p uun
# Ten packets are on the way at first, and more when so many came to pass.
try "40-byte writes behind chat" slp --pieces 40 --lead 6 -- --inviting
try "webcam, 240-byte writes" webcam --pieces 240 --calm --inviting --
check "the server takes small segments only" small_segments 536
try "536-byte segments" slp -- --inviting
try "536-byte segments, version 2" slp --p2p 2 -- --inviting --p2p 2
try "webcam, 536-byte segments" webcam --calm --inviting --
check "the server saw proper MSNP only" server_content
check "kernel log is clean" dmesg_clean
done_testing
