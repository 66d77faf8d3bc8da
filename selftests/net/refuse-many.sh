#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 600
#
# Policies refuse, as in refuse-msnp.sh, but a client in two hundred chats at once;
# and where both are inside, and where the message would have had to grow.
#
#   alice (lan1) .2, listens --+
#                              +- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   carol (lan2) .3 -----------+  refuses             +- bob (peer), connects

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/peers.sh"

# kind, options of the listening and the connecting side; the last one is repeated
cases="
slp		--style external	--inviting
slp		--style internal	--inviting
slp		--style reversed	--inviting
slp		--style joined		--inviting
slp		--style external --inviting	-
slp		--style public --inviting	-
slp		--p2p 2			--p2p 2 --inviting
slp		--p2p uun		--p2p uun --inviting
webcam		--inviting		-
voice		--style private		--inviting
whiteboard	--style private		--inviting
ask		--inviting		-
offer		--style private		--inviting
netmeeting	--inviting		-
sharing		--style private		--inviting
stranger	--style private --listen-port 7001	--inviting
slp		--listen-port 4100	--inviting
"
# Both are inside.
hairpin="
voice		--style public		--inviting
"
# A longer outside address, and nothing to make room with.
longer="
slp		--bare			--inviting
slp		--bare --inviting	-
"

# read_cases CASES: into here and there, for both sides, and their number.
read_cases()
{
	local kind listening connecting

	here=() there=() number=0
	while IFS=$'\t' read -r kind listening connecting; do
		[ -n "$kind" ] || continue
		[ "$connecting" != - ] || connecting=
		here+=(--case "$kind $listening")
		there+=(--case "$kind $connecting")
		number=$((number + 1))
	done < <(tr -s '\t' <<<"$1")
}

# all_arrive TO: as far as the announcements.
all_arrive()
{
	begin_meeting cases "$lan1" "$1" --count "$number" --size 500 \
		--save "$tmp/announced" "${here[@]}" -- --count "$number" \
		--size 500 --save "$tmp/arrived" --pause "${there[@]}" &&
		wait_said connect paused 200
}

all_unchanged()
{
	local i

	for ((i = 0; i < number; i++)); do
		cmp "$tmp/announced.$i" "$tmp/arrived.$i" || return
	done
}

none_reached()
{
	go connect
	! finish connect || return
	stop listen
	[ "$(grep -c '^bad: .*cannot connect' "$tmp/connect.log")" = "$number" ] &&
		! said listen connection && ! said listen visitor
}

# refused NAME CASES TO [NUMBER]
refused()
{
	local name=$1

	read_cases "$2"
	[ -z "${4-}" ] || number=$4
	rm -f "$tmp"/announced.* "$tmp"/arrived.*
	remember_stats
	check "$name: arrive" all_arrive "$3"
	check "$name: unchanged" all_unchanged
	check "$name: nothing is expected" no_expectations
	check "$name: counted as refused" all_counted
	check_not "$name: nothing was edited" stat_moved edit-resized
	check "$name: nobody is reached" none_reached
}

# Of some applications each port is refused for itself.
all_counted()
{
	local before now

	before=$(awk -F '[":, ]+' '$2 == "refused-policy" { print $3 }' \
		"$tmp/stats")
	now=$(stat_get refused-policy)
	echo "refused-policy: $before -> $now, of $number"
	[ $((now - before)) -ge "$number" ]
}

load_module
plan 30
setup_topology masq
gateway_rules masq
allow_udp
start_server
attach_helper
hopeless=2 patience=120
check "policies that refuse everything" refuse_all

refused "200 announcements" "$cases" "$peer" 200
refused "both inside" "$hairpin" "$lan2"

remember_stats
check "one in pieces arrives" paused slp "$lan1" "$peer" --pieces 100 \
	--save "$tmp/announced" -- --inviting --save "$tmp/arrived"
check "one in pieces: unchanged" cmp "$tmp/announced" "$tmp/arrived"
check "one in pieces: nothing is expected" no_expectations
stop connect
stop listen

make_file 1000
remember_stats
check "a file does not come" blocked receive "$lan1" "$peer"
check "it was refused" stat_moved refused-policy 1
remember_stats
check "a file does not come from inside" blocked receive "$lan1" "$lan2" \
	--style public
check "it was refused" stat_moved refused-policy 1

readdress 10.0.1.2 10.0.1.1 192.0.2.111
refused "with a longer address" "$longer" "$peer"

check "the built-in policies again" nfim policy flush
check "a direct connection passes" meet slp "$lan1" "$peer" -- --inviting
check "the server saw proper MSNP only" server_content
check "kernel log is clean" dmesg_clean
done_testing
