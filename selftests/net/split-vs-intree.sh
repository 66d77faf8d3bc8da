#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 400
#
# Calls over TCP whose messages do not come in one packet each, through the
# kernel's own SIP helper and through ours: how many of six are edited, and
# whether the connection is still good. Only ours is judged. See tools/split.py.
#
#   alice (lan1) -- gw -- rt -- bob (peer) 203.0.113.20, checks each line
#   writes in pieces
#
# Once the gateway's address is as long as hers, once it is longer; then only one
# message can be edited until that is acknowledged.

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"
. "$net_dir/pieces.sh"

split_py=$tools_dir/split.py
split="whole in-headers before-body in-address keep-alive-first mss-536"
several="two-in-one one-and-a-half"
small="40-byte-writes the-same-nodelay"

client()
{
	start client "$lan1" timeout 120 "${python[@]}" "$split_py" client \
		--server "$peer_addr" --patience 3 --only "${*// /,}"
	finish client
	local status=$?

	grep '^case ' "$tmp/client.log" >>"$tmp/cases"
	return $status
}

# calls_through HELPER: all cases, into $tmp/HELPER.cases. Nagle's algorithm waits
# for the tail-loss probe, which patient senders have not.
calls_through()
{
	local status

	: >"$tmp/cases"
	attach_sip "$1"
	patient "$lan1"
	client "$split $several the-same-nodelay"
	status=$?
	impatient "$lan1"
	client 40-byte-writes || status=1
	detach_helper
	forget_connections
	mv "$tmp/cases" "$tmp/$1.cases"
	return $status
}

# result HELPER CASE: "6 of 6", with what went wrong.
result()
{
	awk -v name="$2" '$1 == "case" && $2 == name {
		printf "%d of %d", $3, $3 + $4 + $5 + $6
		if ($5)
			printf ", %d wrong", $5
		if ($6)
			printf ", %d never arrived", $6
		seen = 1
	} END { if (!seen) printf "not tried" }' "$tmp/$1.cases"
}

# arrived CASE LEAST: all six, as they should be, and so many edited.
arrived()
{
	awk -v name="$1" -v least="$2" '$1 == "case" && $2 == name {
		print
		good = $3 >= least && $3 + $4 == 6 && !$5 && !$6
	} END { exit !good }' "$tmp/imsip.cases"
}

table()
{
	local name

	printf '%-18s %-30s %s\n' "INVITEs edited" "sip, of the kernel" imsip
	for name in $split $several $small; do
		printf '%-18s %-30s %s\n' "$name" "$(result sip "$name")" \
			"$(result imsip "$name")"
	done
}

# compare LENGTH INSIDE GATEWAY OUTSIDE SEVERAL: at least SEVERAL of those that
# share packets are edited.
compare()
{
	local name length=$1 least=$5

	readdress "$2" "$3" "$4"
	start server "$peer" "${python[@]}" "$split_py" server \
		--bind "$peer_addr" --inside "$lan1_addr" --outside "$wan_addr"
	wait_said server ready || bail_out "the server does not start"
	: >"$tmp/sip.cases"
	if [ -n "$intree" ]; then
		check "$length: calls through the kernel's helper" \
			calls_through sip
		check_is "$length: it edits what is whole" \
			"$(result sip whole)" "6 of 6"
	else
		skip "$length: calls through the kernel's helper" \
			"not in this kernel"
		skip "$length: it edits what is whole" "not in this kernel"
	fi
	check "$length: calls through ours" calls_through imsip
	for name in $split; do
		check "$length: edited and right: $name" arrived "$name" 6
	done
	for name in $several; do
		check "$length: edited and right: $name" arrived "$name" "$least"
	done
	# A repeat, where the machine is slow, costs a message.
	check "$length: edited and right: 40-byte writes" \
		arrived 40-byte-writes 3
	# More packets than a sender may have in flight at first.
	check "$length: right: 40-byte writes, no Nagle" \
		arrived the-same-nodelay 0
	diag "$length address"
	diag "$(table)"
}

load_module
intree=
modprobe -qa nf_conntrack_sip nf_nat_sip && intree=1
plan 28
setup_topology masq
gateway_rules masq
sip_rules imsip

compare "same length" 10.10.10.2 10.10.10.1 192.0.2.11 6
compare "longer" 10.0.1.2 10.0.1.1 192.0.2.111 3
check "nothing is held any more" nothing_held
check "kernel log is clean" dmesg_clean
done_testing
