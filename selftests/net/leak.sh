#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# After a thousand transfers the gateway holds no more memory than before.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   sends 1000 files             masquerades         +- bob (peer)

. "$(dirname "$0")/lib.sh"

transfers=${TRANSFERS:-1000}

# Caches of conntrack's expectations and of our own.
caches()
{
	(cd /sys/kernel/slab && ls -d nf_conntrack_expect nfim_* 2>/dev/null)
}

# Objects in use; shrinking first sends those away that are only kept in hand.
objects()
{
	local n

	echo 1 >"/sys/kernel/slab/$1/shrink"
	read -r n _ <"/sys/kernel/slab/$1/objects"
	echo "$n"
}

# within CACHE START: not more than a few are left over.
within()
{
	local now

	now=$(objects "$1")
	echo "$1: $2 -> $now"
	[ "$now" -le $(($2 + 50)) ]
}

no_offers()
{
	nfim -j show | tr -d ' \n' | grep -q '"offers":\[\]'
}

load_module
[ -e /sys/kernel/slab/nf_conntrack_expect/objects ] ||
	skip_all "no slab statistics"
setup_topology masq
gateway_rules masq
start_server
attach_helper
make_file 1000
transfer "$lan1" "$peer"
read -r -a cache_list <<<"$(caches | tr '\n' ' ')"
plan $((${#cache_list[@]} + 8))

declare -A before
for cache in "${cache_list[@]}"; do
	before[$cache]=$(objects "$cache")
done
check "the module has caches of its own" [ "${#cache_list[@]}" -gt 1 ]

remember_stats
msn many-receive "$peer" many-receive --server "$srv_addr" \
	--count "$transfers" --parallel 2
wait_said many-receive online
msn many-send "$lan1" many-send --server "$srv_addr" --count "$transfers" \
	--parallel 2 --per-chat 10 --size 500
check "all are sent" finish many-send
check "all arrive" finish many-receive
check "all were expected" stat_moved expected-edited "$transfers"
check "all were connected" stat_moved connected "$transfers"
check "nothing is expected any more" no_expectations

in_ns "$gw" conntrack -F
check "no endpoint is left" wait_for 60 no_offers
for cache in "${cache_list[@]}"; do
	check "$cache is back" wait_for 60 within "$cache" "${before[$cache]}"
done
check "kernel log is clean" dmesg_clean
done_testing
