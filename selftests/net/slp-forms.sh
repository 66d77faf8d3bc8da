#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# Direct connections in every form that a client uses: spellings of the address,
# versions of the P2P header, over the notification server (UUN, SDG), from either side, with
# a port that is taken, and given up.
#
#   alice (lan1) .2, listens --+
#                              +- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   carol (lan2) .3 -----------+  masquerades         +- bob (peer), connects

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/peers.sh"

# try NAME LISTEN OPTIONS -- CONNECT OPTIONS: and once more where alice invites.
try()
{
	local name=$1 there=()

	shift
	while [ "$1" != -- ]; do
		there+=("$1")
		shift
	done
	shift
	check "$name: alice answers" meet slp "$lan1" "$peer" "${there[@]}" -- \
		--inviting "$@"
	check "$name: alice invites" meet slp "$lan1" "$peer" "${there[@]}" \
		--inviting -- "$@"
}

# Both listen on 6891 and have announced it.
two_hosts()
{
	paused slp "$lan1" "$peer" -- --inviting || return
	first=$(told)
	msn connect2 "$peer" connect slp --server "$srv_addr" --as dave \
		--to carol --inviting --p2p 2 --patience "$patience"
	wait_said connect2 online || return
	msn listen2 "$lan2" listen slp --server "$srv_addr" --as carol \
		--to dave --p2p 2 --style public --patience "$patience"
	finish connect2 && finish listen2 && over
}

load_module
plan 45
setup_topology masq
gateway_rules masq
start_server
attach_helper
start monitor "$gw" "$(nfim_tool)" -v monitor
wait_said monitor watching || bail_out "nfim monitor does not start"

remember_stats
try "internal lines" --style internal --
try "written backwards" --style reversed --
try "addresses with ports" --style joined --
try "outside address" --style public --
try "hashed nonces" -- --hashed
try "every message twice" --twice -- --twice
check_not "version 2 was not told yet" said monitor "via p2pv2"
try "version 2" --p2p 2 -- --p2p 2 --hashed
try "version 2, backwards" --p2p 2 --style reversed -- --p2p 2
try "over UUN" --p2p uun -- --p2p uun
try "over UUN, backwards" --p2p uun --style reversed -- --p2p uun --hashed
try "in SDG" --p2p sdg -- --p2p sdg
try "in SDG, backwards" --p2p sdg --style reversed -- --p2p sdg --hashed
check "version 1 is told as such" wait_said monitor "via p2pv1"
check "version 2 is told as such" wait_said monitor "via p2pv2"
check "UUN is told as such" wait_said monitor "via uun" 60
check "SDG is told as such" wait_said monitor "via sdg" 60
check "nobody was refused" stat_is refused-unreachable 0
try "an ephemeral port" --listen-port 3312 --

check "two hosts listen on the same port" two_hosts
check_not "the second one was told another" [ "$first" = "$(word connect2 told 2)" ]
check "both are inside" meet slp "$lan1" "$lan2" -- --inviting
check_is "alice sees the outside address" "$(word listen connection 2)" \
	"$wan_addr"

# Alice says where she would listen, and that she does not.
remember_stats
check "bob listens" meet slp "$peer" "$lan1" --style public --inviting --
check_not "nothing of alice is opened" stat_moved offers

remember_stats
check "an announcement" paused slp "$lan1" "$peer" --cancel -- --inviting
check "is expected" expected 6891 "$wan_addr"
wait_said listen paused
go listen
check "alice gives up" wait_said listen cancelled
check "nothing is expected any more" wait_for 5 no_expectations
check "counted as cancelled" stat_moved cancelled 1
over >"$tmp/given-up"
check "the server saw proper MSNP only" server_content
check "kernel log is clean" dmesg_clean
done_testing
