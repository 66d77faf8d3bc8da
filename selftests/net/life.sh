#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 1500
#
# Everything that can happen to a gateway happens while clients transfer files and
# talk and each packet goes through an nfqueue: the ruleset goes, policies change,
# conntrack forgets, a device goes down, clocks jump, the module goes, and in the end
# the namespace itself. Transfers and calls pass again each time, and memory comes
# back.
#
#   alice (lan1) 192.168.77.2 --+ gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   sends all the time          | masquerades         +- bob (peer)
#   carol (lan2) .3 ------------+ nfqueue
#   calls all the time

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"

rounds=${NFIM_ROUNDS:-5}
queue=$root_dir/build/tools/queue

queue_rules()
{
	in_ns "$gw" nft -f - <<-'END'
	table inet queued {
		chain forward {
			type filter hook forward priority -10; policy accept;
			queue num 0
		}
	}
	END
}

rules()
{
	gateway_rules masq && sip_rules imsip && attach && queue_rules
}

attach()
{
	attach_helper && attach_sip imsip
}

traffic()
{
	msn many-receive "$peer" many-receive --server "$srv_addr" \
		--count 100000 --parallel 1 --tolerant --patience 3
	wait_said many-receive online || return
	msn many-send "$lan1" many-send --server "$srv_addr" --count 100000 \
		--parallel 1 --per-chat 3 --size 2000 --tolerant --patience 3
}

calls()
{
	set_sip_world
	start calls "$gw" "${python[@]}" "$tools_dir/sip_again.py" \
		"${sip_world[@]}"
}

# good NAME: how much has passed so far.
good()
{
	grep -c '^good' "$tmp/$1.log"
}

# more NAME BEFORE
more()
{
	[ "$(good "$1")" -gt "$(($2 + 1))" ]
}

# The clients may have lost their login, so they begin anew if need be.
files_again()
{
	wait_for 12 more many-receive "$(good many-receive)" && return
	stop many-send
	stop many-receive
	traffic
	wait_for 40 more many-receive 0
}

calls_again()
{
	wait_for 40 more calls "$(good calls)"
}

no_rules()
{
	in_ns "$gw" nft flush ruleset && rules
}

other_policy()
{
	nfim policy load "$tmp/all.conf" && nfim policy load "$tmp/none.conf" &&
		nfim policy flush
}

forget_all()
{
	in_ns "$gw" conntrack -F && in_ns "$gw" conntrack -F expect
}

device_down()
{
	ip -n "$gw" link set wan down && ip -n "$gw" link set wan up &&
		ip -n "$gw" route replace default via "$rt_addr"
}

# As after a suspend: the wall clock jumps, and all that ran stood still.
clock_jump()
{
	local now jump=${1:-86400}

	now=$(date +%s)
	date -s "@$((now + jump))" >/dev/null && date -s "@$((now + 1))" >/dev/null
}

reload_module()
{
	in_ns "$gw" nft delete table inet helpers
	unload_module && insmod "$loadable" && attach
}

queue_gone()
{
	stop queue
	start queue "$gw" "$queue" 0
	wait_said queue ready
}

gone()
{
	! ip netns list | grep -q "$1"
}

load_module
modprobe -qa nfnetlink_queue nft_queue
[ -x "$queue" ] || skip_all "queue is not built"
loadable=$(module_file) || skip_all "needs the module as a file"
events="no_rules other_policy forget_all device_down clock_jump queue_gone
	reload_module"
remember_slabs nf_conntrack nf_conntrack_expect
plan $((rounds * $(wc -w <<<"$events") * 3 + ${#slabs[@]} + 6))

setup_topology masq
start queue "$gw" "$queue" 0
wait_said queue ready || bail_out "no queue"
rules
start_server
printf 'policy "none" {\n\tdefault = yes\n}\n' >"$tmp/none.conf"
nfim policy show --defaults >"$tmp/all.conf"
traffic
calls
check "transfers pass" wait_for 40 more many-receive 0
check "calls pass" wait_for 40 more calls 0

for ((i = 1; i <= rounds; i++)); do
	for event in $events; do
		check "round $i: ${event//_/ }" "$event"
		check "round $i: transfers pass after it" files_again
		check "round $i: calls pass after it" calls_again
	done
done

check "the queue saw packets" grep -q "^ *0 " \
	<(in_ns "$gw" cat /proc/net/netfilter/nfnetlink_queue)
# Traffic goes on while the namespace goes.
printf 'netns del %s\n' "$gw" | ip -b -
stop calls
stop many-send
stop many-receive
stop server
stop queue
# shellcheck disable=SC2086
printf 'netns del %s\n' ${all_ns/$gw/} | ip -b -
check "the namespace is gone" wait_for 30 gone "$gw"
topology_made=
check_slabs 60 32
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
