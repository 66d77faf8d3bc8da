#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# A hundred thousand requests that no program would send: the kernel stays well,
# and what was loaded meanwhile goes with a flush.

. "$(dirname "$0")/lib.sh"

fuzz=$root_dir/build/tools/nlfuzz
[ -x "$fuzz" ] || skip_all "needs $fuzz"

memory_back()
{
	local now

	now=$(awk '/^Slab:/ { print $2 }' /proc/meminfo)
	echo "slab: $before kB before, $now kB now"
	[ "$now" -lt $((before + 8192)) ]
}

load_module
plan 6
setup_topology masq
before=$(awk '/^Slab:/ { print $2 }' /proc/meminfo)
check "a hundred thousand requests" in_ns "$gw" "$fuzz" 100000 1
check "the family still answers" nfim version
check "flush" nfim policy flush
check "counters can be read" nfim stats
check "memory comes back" wait_for 30 memory_back
check "kernel log is clean" dmesg_clean
done_testing
