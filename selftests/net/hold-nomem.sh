#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# The kernel has no memory every now and then: for the table of connections, or
# for anything that may not wait, packets included. What is held, edited or
# remembered is less then, but every byte arrives.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -- server 198.51.100.10
#   writes in pieces             masquerades           checks each byte

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pieces.sh"

inject=/sys/kernel/debug/failslab
slab_dir=/sys/kernel/slab

# may_fail PERCENT CACHE...
may_fail()
{
	local percent=$1 cache

	shift
	fail_no_more
	for cache; do
		echo 1 >"$slab_dir/$cache/failslab" || return
	done
	echo "$percent" >"$inject/probability"
}

fail_no_more()
{
	local file

	echo 0 >"$inject/probability"
	for file in "$slab_dir"/*/failslab; do
		echo 0 >"$file"
	done 2>/dev/null
}

kmalloc_caches()
{
	(cd "$slab_dir" && ls -d kmalloc-64 kmalloc-128 kmalloc-256 kmalloc-512 \
		kmalloc-1k kmalloc-2k 2>/dev/null)
}

# So many times more it may fail.
failures_left()
{
	cat $inject/times
}

# Eight connections one after the other.
eight()
{
	local i

	for ((i = 0; i < 8; i++)); do
		intact "$@" || return
	done
}

try()
{
	echo 1000000 >$inject/times
	check "$1: 60-byte writes" intact --plan chunk:60 --count 30 --chat 4
	check "$1: cut in two" intact --plan every:9 --size 200 --chat 5
	check "$1: MSS 536, without waiting" intact --mss 536 --size 1300 \
		--count 60 --burst --chat 4
	check "$1: eight connections" eight --plan chunk:200 --count 5 --size 300
	check "$1: it did fail" [ "$(failures_left)" -lt 1000000 ]
	diag "$((1000000 - $(failures_left))) failures"
}

load_module
[ -w $inject/probability ] && [ -e $slab_dir/nfim_conn/failslab ] ||
	skip_all "this kernel does not fail on demand"
plan 19
setup_topology masq
gateway_rules masq
attach_helper
start_pieces_server
echo 1 >$inject/cache-filter
echo 0 >$inject/verbose

may_fail 40 nfim_conn nfim_conn_host
try "no entries"
remember_stats
# shellcheck disable=SC2046
may_fail 15 $(kmalloc_caches)
try "no memory for anything"
readdress 10.0.1.2 10.0.1.1 192.0.2.111
stop server
start_pieces_server
try "no memory, longer"
fail_no_more

check "without failures again" whole 0 --plan chunk:60
check "some were edited meanwhile" stat_moved edit-resized
check "nothing is held any more" nothing_held
check "kernel log is clean" dmesg_clean
done_testing
