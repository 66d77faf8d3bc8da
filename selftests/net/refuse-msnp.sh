#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# Policies refuse every application of MSN Messenger: what announces one arrives
# as it was sent, nothing is opened, and the refusal is counted.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   listens                      refuses             +- bob (peer), connects

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/peers.sh"
. "$(dirname "$0")/pieces.sh"

# kind, options of the listening and the connecting side
cases="
slp		--style external	--inviting
slp		--style internal	--inviting
slp		--style external --inviting
slp		--style reversed	--inviting
slp		--style joined		--inviting
slp		--pieces 100		--inviting
slp		--p2p 2			--p2p 2 --inviting
slp		--p2p uun		--p2p uun --inviting
webcam		--inviting
voice		--style private		--inviting
whiteboard	--style private		--inviting
ask		--inviting
offer		--style private		--inviting
netmeeting	--inviting
sharing		--style private		--inviting
stranger	--style private		--inviting
"

load_module
plan $(($(grep -c -- -- <<<"$cases") * 5 + 7))
setup_topology masq
gateway_rules masq
allow_udp
start_server
attach_helper
hopeless=2
# A repeat because the machine is slow would end the holding of a message.
patient "$lan1"
check "policies that refuse everything" refuse_all

while IFS=$'\t' read -r kind here there; do
	[ -n "$kind" ] || continue
	read -ra here <<<"$here"
	read -ra there <<<"$there"
	name="$kind ${here[*]}"
	remember_stats
	check "$name: arrives" paused "$kind" "$lan1" "$peer" "${here[@]}" \
		--save "$tmp/announced" -- "${there[@]}" --save "$tmp/arrived"
	check "$name: unchanged" cmp "$tmp/announced" "$tmp/arrived"
	check "$name: nothing is expected" no_expectations
	check "$name: counted as refused" stat_moved refused-policy
	check_not "$name: not reached" over
done < <(tr -s '\t' <<<"$cases")

make_file 1000
remember_stats
check "a file does not come" blocked receive "$lan1" "$peer"
check "it was refused" stat_moved refused-policy 1
check "the built-in policies again" nfim policy flush
check "a direct connection passes" meet slp "$lan1" "$peer" -- --inviting
check "the server saw proper MSNP only" server_content
check "kernel log is clean" dmesg_clean
done_testing
