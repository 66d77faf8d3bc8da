#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# The outside address is longer than the inside one, and nothing in the message may
# go to make room: it grows. All that counts bytes follows, and the receipt that
# comes back speaks of the length that was sent; packets get lost meanwhile.
#
#   alice (lan1) 10.0.1.2 -- gw 192.0.2.111 -- rt -+- server 198.51.100.10
#   listens               ^  masquerades    ^      +- bob (peer), connects
#                       netem             netem

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/peers.sh"

rounds=3

# grows LISTEN OPTIONS -- CONNECT OPTIONS: the message does.
grows()
{
	remember_stats
	meet slp "$lan1" "$peer" --bare "$@" && stat_moved edit-resized 1
}

# lossy LISTEN OPTIONS -- CONNECT OPTIONS: everything is right. What comes behind a
# lost packet cannot be edited, but arrives as it was sent.
lossy()
{
	remember_stats
	meet slp "$lan1" "$peer" --bare --tolerant "$@" ||
		said connect "cannot connect" || return
	if said connect "done" && ! said listen "wrong receipt"; then
		right=$((right + 1))
		return
	fi
	stat_moved out-of-order
}

need_tools tc
modprobe -q sch_netem || skip_all "no netem"
load_module
plan $((9 + 3 * rounds + 3))
setup_topology masq
readdress 10.0.1.2 10.0.1.1 192.0.2.111
gateway_rules masq
start_server
attach_helper

check "there is room: nothing grows" meet slp "$lan1" "$peer" -- --inviting
check_is "nothing was resized" "$(stat_get edit-resized)" 0
check "alice answers" grows -- --inviting
check "alice invites" grows --inviting --
check "written backwards" grows --style reversed -- --inviting
check "every message twice" meet slp "$lan1" "$peer" --bare --twice -- \
	--inviting --twice
check "over UUN" grows --p2p uun -- --inviting --p2p uun
remember_stats
check "version 2 cannot grow: nothing is opened" \
	not_met slp "$lan1" "$peer" --bare --p2p 2 -- --inviting --p2p 2
check "counted as unreachable" stat_moved refused-unreachable

lossy_path l1
patience=60 hopeless=30
right=0
for ((i = 1; i <= rounds; i++)); do
	check "with loss: alice answers, round $i" lossy --calm -- --inviting
	check "with loss: alice invites, round $i" lossy --calm --inviting --
	check "with loss: 200-byte writes, round $i" \
		lossy --pieces 200 -- --inviting
done
check "most were not hurt" [ $right -gt $((rounds * 3 / 2)) ]
check "the server saw proper MSNP only" server_content
check "kernel log is clean" dmesg_clean
done_testing
