#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 2400
#
# Allocations fail that the module asked for, itself or through what it calls:
# packets, expectations, extensions, tables, pages. Announcements may then pass
# unedited, and connections, calls and namespaces fail, but every byte arrives, and
# all is well when memory is back.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -- server 198.51.100.10
#
# Needs a kernel that tells allocations by their callers, like x86-debug.

. "$(dirname "$0")/../net/lib.sh"
. "$(dirname "$0")/quiet.sh"
# shellcheck source=selftests/net/pieces.sh
. "$net_dir/pieces.sh"
# shellcheck source=selftests/net/phones.sh
. "$net_dir/phones.sh"

kinds="failslab fail_page_alloc"
pieces_limit=120

set_fault() { echo "$3" >"/sys/kernel/debug/$1/$2"; }

# The module's first and last function, as the kernel has it.
module_text()
{
	awk -v m="[$module]" '$4 == m && tolower($2) == "t" { print $1 }' \
		/proc/kallsyms | sort | sed -n '1p;$p' | tr '\n' ' '
}

# starve PERCENT: so many of the module's allocations fail.
starve()
{
	local kind

	for kind in $kinds; do
		set_fault $kind probability "$1"
	done
}

feed() { starve 0; }

aim()
{
	local first last kind

	read -r first last <<<"$(module_text)"
	[ -n "$last" ] && [[ ! $first =~ ^0*$ ]] || return
	for kind in $kinds; do
		set_fault $kind require-start "0x$first"
		set_fault $kind require-end "0x$last"
		set_fault $kind stacktrace-depth 32
		set_fault $kind ignore-gfp-wait N
		set_fault $kind interval 1
		set_fault $kind times -1
		set_fault $kind verbose 0
	done
	set_fault failslab cache-filter N
	set_fault fail_page_alloc min-order 0
	set_fault fail_page_alloc ignore-gfp-highmem N
}

# What fails is counted down.
failures()
{
	echo $((1000000 - $(cat /sys/kernel/debug/failslab/times)))
}

count_failures() { set_fault failslab times 1000000; }

# some_failed LABEL
some_failed()
{
	diag "$1: $(failures) allocations failed"
	[ "$(failures)" -gt 0 ]
}

rough_calls()
{
	sip_services --transport "$1" --patience 3 --only call
	[ "$(grep -c . "$tmp/tried")" = $calls ]
}

# Namespaces come and go, or do not come.
namespaces()
{
	local i made=0

	for ((i = 0; i < 40; i++)); do
		ip netns add "born-$i-$suffix" 2>/dev/null || continue
		made=$((made + 1))
		ip netns del "born-$i-$suffix"
	done
	diag "$made of 40 namespaces were made"
}

policies()
{
	local i

	for ((i = 0; i < 20; i++)); do
		nfim policy load "$tmp/all.conf" || echo "refused"
		nfim show || echo "refused"
	done >"$tmp/policies.log" 2>&1
	[ "$(nfim policy show 2>&1 | grep -c .)" -gt 0 ]
}

[ -e /sys/kernel/debug/failslab/require-start ] ||
	skip_all "faults do not ask who allocates in this kernel"
need_phones
load_module
remember_slabs nf_conntrack_expect 'nfim_*'
calls=5
plan 31
setup_topology masq
gateway_rules masq
sip_rules imsip
attach_helper
attach_sip imsip
start_pieces_server
nfim policy show --defaults >"$tmp/all.conf"

check "the module's functions are known" aim
quiet
check "all is well before" intact --plan chunk:60 --count 10
for percent in 5 30 100; do
	count_failures
	starve $percent
	check "$percent %: every byte arrives" \
		intact --plan chunk:60 --count 10 --chat 3
	check "$percent %: large messages" intact --count 10 --size 1800
	check "$percent %: without waiting" \
		intact --plan chunk:100 --count 20 --burst
	feed
	check "$percent %: some failed" some_failed "$percent %"
done
check "all is well behind that" intact --plan chunk:60 --count 10
check "nothing is held" wait_for 20 nothing_held
nfim policy flush
for percent in 10 50; do
	count_failures
	starve $percent
	check "$percent %: calls over UDP" rough_calls udp
	check "$percent %: calls over TCP" rough_calls tcp
	feed
	check "$percent %: some failed in calls" some_failed "$percent %, calls"
done
count_failures
starve 20
check "namespaces come or do not" namespaces
feed
check "some failed in namespaces" some_failed namespaces
count_failures
starve 20
check "policies are loaded or refused, and shown" policies
feed
check "some failed in requests" some_failed requests
check "the kernel tells of nothing but memory" nothing_worse
tried=0
try_set "behind that" --transport udp --patience 20 --only "held and taken"
check_is "behind that: it was tried" "$tried" 1
in_ns "$gw" conntrack -F 2>/dev/null
detach_helper
check "module unloads" unload_module
check "nf_conntrack_expect is back" wait_for 60 slab_back nf_conntrack_expect 32
done_testing
