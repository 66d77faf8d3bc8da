#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# Sessions: computer calls, whiteboards, Remote Assistance and the others. Who
# listens inside announces address and port, or the address alone, and the peer
# comes over TCP, for calls over UDP as well. By default little is allowed.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   listens                      masquerades         +- bob (peer), connects

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/peers.sh"

# try NAME OFFERS KIND LISTEN OPTIONS -- CONNECT OPTIONS
try()
{
	local name=$1 offers=$2 kind=$3

	shift 3
	remember_stats
	check "$name: reached" meet "$kind" "$lan1" "$peer" "$@"
	check "$name: opened" stat_moved offers "$offers"
}

# refused NAME COUNTER KIND LISTEN OPTIONS -- CONNECT OPTIONS
refused()
{
	local name=$1 counter=$2 kind=$3

	shift 3
	remember_stats
	check "$name: not reached" not_met "$kind" "$lan1" "$peer" "$@"
	check "$name: $counter" stat_moved "$counter"
}

load_module
plan 56
setup_topology masq
gateway_rules masq
allow_udp
start_server

check "a call fails without the helper" not_met voice "$lan1" "$peer" \
	-- --inviting
attach_helper

remember_stats
check "call: the announcement arrives" \
	paused voice "$lan1" "$peer" -- --inviting
check_is "call: it leads to the gateway, in base64 too" "$(told)" \
	"$wan_addr:6901"
check_is "call: two connections are expected" "$(expect_count)" 2
check "call: UDP and TCP reach alice" over
check "call: counted as edited" stat_moved expected-edited 1
try "call, alice invites" 1 voice --inviting --
try "call in 40-byte writes" 1 voice --pieces 40 -- --inviting
check "call, outside address" meet voice "$lan1" "$peer" --style public -- \
	--inviting
refused "call on a port of servers" refused-port-listed voice \
	--listen-port 5900 -- --inviting
refused "whiteboard" refused-policy whiteboard -- --inviting
refused "Remote Assistance" refused-policy ask --inviting --
refused "NetMeeting" refused-policy netmeeting --inviting --
refused "application sharing" refused-policy sharing -- --inviting
refused "an unknown application" refused-policy stranger -- --inviting
check "no transfer is expected" no_transfer_expected

check "policies that allow them" allow_all
try "call on another port" 1 voice --listen-port 8348 -- --inviting
try "whiteboard" 1 whiteboard -- --inviting
try "whiteboard, alice invites" 1 whiteboard --inviting --
try "Remote Assistance is asked for" 1 ask --inviting --
try "Remote Assistance is offered" 1 offer -- --inviting
modprobe -qr nf_nat_h323 nf_conntrack_h323
remember_stats
check "NetMeeting without H.323: the announcement arrives" \
	paused netmeeting "$lan1" "$peer" --inviting --
check "NetMeeting without H.323: T.120 is open" expected 1503 "$wan_addr"
check_not "NetMeeting without H.323: nothing else is" expected 1720
check "NetMeeting without H.323: told why" stat_moved refused-no-helper 1
check_not "NetMeeting without H.323: not reached" over
if modprobe -q nf_nat_h323; then
	try "NetMeeting" 2 netmeeting --inviting --
	check "its connection has the helper for H.323" \
		grep -q "dport=1720 .*helper=Q.931" \
		<(in_ns "$gw" conntrack -L -p tcp 2>/dev/null)
	modprobe -qr nf_nat_h323
else
	skip "NetMeeting: reached" "no H.323 helper"
	skip "NetMeeting: opened" "no H.323 helper"
	skip "its connection has the helper for H.323" "no H.323 helper"
fi
try "application sharing" 1 sharing -- --inviting
try "an unknown application" 1 stranger -- --inviting

# Who helps is not connected to.
remember_stats
check "who helps is not reached" not_met ask "$lan1" "$peer" -- --inviting
check_not "nor opened" stat_moved offers

remember_stats
check "a whiteboard" paused whiteboard "$lan1" "$peer" --cancel -- --inviting
check "is expected" expected 1503 "$wan_addr"
wait_said listen paused
go listen
check "alice gives up" wait_said listen cancelled
check_not "it is not any more" expected 1503
check "counted as cancelled" stat_moved cancelled 1
over >"$tmp/given-up"
check "the server saw proper MSNP only" server_content
check "kernel log is clean" dmesg_clean
done_testing
