#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 900
#
# What a client writes and what its server reads is the same but for edits, with
# offloads on and off, while packets are lost, doubled and reordered, with a tiny
# MSS, and when the path's MTU shrinks in the middle of a stream. MSN Messenger, then
# SIP.
#
#   alice (lan1) -- gw -- rt -- server 198.51.100.10, checks each byte
#                ^     ^
#            netem     netem

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pieces.sh"
. "$net_dir/phones.sh"

pieces_limit=90

netem()
{
	local where dev

	while read -r where dev; do
		if [ "$1" = off ]; then
			tc -n "$where" qdisc del dev "$dev" root
		else
			tc -n "$where" qdisc replace dev "$dev" root netem "$@"
		fi || return
	done <<-END
	$lan1 eth0
	$gw l1
	$gw wan
	$rt wan
	END
}

path_mtu()
{
	ip -n "$rt" link set srv mtu "$1" &&
		ip -n "$lan1" route flush cache
}

# shrinks OPTIONS...: the path gets narrow while the client writes.
shrinks()
{
	how='' edited=0 unedited=0 chats=0 rest=0
	start client "$lan1" timeout "$pieces_limit" "${python[@]}" \
		"$pieces_py" client --server "$srv_addr" \
		--patience "$pieces_patience" "$@"
	remember_stats
	wait_for 20 stat_moved messages
	path_mtu 700
	finish client
	sent=$(word client sent 2)
	cat "$tmp/client.log"
	read_end
	path_mtu 1500
	[ "$how" = end ] && [ "$rest" = 0 ] &&
		[ $((edited + unedited + chats)) = "$sent" ]
}

# sip OPTIONS...: a connection, whose messages are all right.
sip()
{
	sip_begins "$@"
	sip_ends
}

sip_begins()
{
	set_sip_world
	start sip "$gw" "${python[@]}" "$tools_dir/sip_truth.py" \
		"${sip_world[@]}" "$@"
}

sip_ends()
{
	local status more

	finish sip
	status=$?
	cat "$tmp/sip.log"
	more=$(word sip sent 4)
	edits=$((edits + ${more:-0}))
	return $status
}

sip_shrinks()
{
	local status

	remember_stats
	sip_begins "$@"
	wait_for 20 stat_moved messages
	path_mtu 700
	sip_ends
	status=$?
	path_mtu 1500
	return $status
}

try_sip()
{
	edits=0
	nfim policy load "$tmp/sip.conf"
	check "offloads $1: SIP, as it comes" sip --count 60 --size 2000
	check "offloads $1: SIP, tiny MSS" sip --count 30 --mss 88
	check "offloads $1: SIP, MTU shrinks" \
		sip_shrinks --count 60 --size 1800 --chunk 3000 --gap 20
	check "offloads $1: SIP, pieces" sip --count 30 --chunk 200 --gap 2
	check "offloads $1: SIP, some were edited" [ $edits -gt 0 ]
	netem delay 4ms 2ms loss 3% reorder 80% 50% duplicate 3%
	check "offloads $1: SIP, loss" sip --count 60 --size 2000
	check "offloads $1: SIP, loss, pieces" \
		sip --count 30 --chunk 200 --gap 2
	netem off
}

try()
{
	offloads "$1"
	check "offloads $1: large, without waiting" \
		intact --count 40 --size 3000 --burst --chat 5
	check "offloads $1: tiny MSS" intact --mss 88 --count 15 --chat 4
	check "offloads $1: MTU shrinks" \
		shrinks --count 60 --size 1800 --chat 5
	netem delay 4ms 2ms loss 3% reorder 80% 50% duplicate 3%
	check "offloads $1: loss, large" \
		intact --count 25 --size 3000 --burst --chat 5
	check "offloads $1: loss, pieces" \
		intact --plan chunk:200 --count 12 --size 300 --chat 4
	netem off
}

need_tools tc
modprobe -q sch_netem || skip_all "no netem"
load_module
plan 28
setup_topology masq
gateway_rules masq
attach_helper
attach_sip imsip
readdress 10.0.1.2 10.0.1.1 192.0.2.111
start_pieces_server
nfim policy show --defaults | sed 's/limit = 64/limit = 1000/' >"$tmp/sip.conf"
remember_stats
cp "$tmp/stats" "$tmp/stats.begin"
try off
try_sip off
pieces_policy yes
try on
try_sip on
mv "$tmp/stats.begin" "$tmp/stats"
check "some were resized" stat_moved edit-resized
check "some were held" stat_moved held
check "nothing is held any more" nothing_held
check "kernel log is clean" dmesg_clean
done_testing
