#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 900
#
# Memory runs out: in the module's own caches and conntrack's expectations, in any
# small allocation that may not wait, and in each allocation of a request of the
# tool in turn. Announcements may then pass unedited and connections and calls may
# fail, but every byte arrives, and all is well when memory is back.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -- server 198.51.100.10
#
# Needs a kernel with CONFIG_FAILSLAB, like uml-debug.

. "$(dirname "$0")/../net/lib.sh"
# shellcheck source=selftests/net/pieces.sh
. "$net_dir/pieces.sh"
# shellcheck source=selftests/net/phones.sh
. "$net_dir/phones.sh"

failslab=/sys/kernel/debug/failslab
pieces_limit=60

# Sizes of what the module allocates in a connection's memory.
small_caches()
{
	local size

	for size in 64 96 128 192 256 512 1k 2k 4k 8k; do
		[ -e /sys/kernel/slab/kmalloc-$size ] && echo kmalloc-$size
	done
}

set_fault() { echo "$2" >"$failslab/$1"; }

# starve PERCENT WAITING CACHE...: WAITING Y lets those alone that may wait.
starve()
{
	local percent=$1 waiting=$2 cache

	set_fault probability 0
	set_fault cache-filter Y
	set_fault ignore-gfp-wait "$waiting"
	set_fault interval 1
	set_fault times -1
	set_fault verbose 0
	shift 2
	for cache; do
		echo 1 >"/sys/kernel/slab/$cache/failslab" || return
	done
	set_fault probability "$percent"
}

feed()
{
	local cache

	set_fault probability 0
	for cache in "${slabs[@]}" $(small_caches); do
		echo 0 >"/sys/kernel/slab/$cache/failslab"
	done
}

# Whatever happens to announcements, bytes are bytes.
rough() { intact "$@"; }

# Whatever becomes of calls, all are tried.
rough_calls()
{
	sip_services --transport "$1" --patience 1 --only call
	[ "$(grep -c . "$tmp/tried")" = $calls ]
}

# One request of the tool, its n-th allocation fails, for all n.
each_allocation()
{
	local n said

	for ((n = 1; n <= 400; n++)); do
		said=$(FAIL_NTH=$n LD_PRELOAD=$root_dir/build/tools/failnth.so \
			nfim "$@" 2>&1)
		[[ $said == *"failnth: $n used"* ]] || break
	done
	echo "$n allocations; $said"
	[[ $said == *"failnth: $n unused"* ]] || return
	[ $n -gt 1 ] && [ $n -le 400 ]
}

write_policy()
{
	cat >"$tmp/fault.conf" <<-END
	policy "first" {
		default = yes
		application file-transfer {
			verdict = allow
			protocol = { tcp }
			inside = { 6891-6900 }
			outside = { 6891-6900 }
			limit = 10
		}
	}
	policy "second" {
		client = { "MSNMSGR" }
		application file-transfer {
			verdict = refuse
		}
	}
	END
}

[ -d $failslab ] || skip_all "no fault injection in this kernel"
load_module
[ -e $root_dir/build/tools/failnth.so ] || skip_all "failnth.so is not built"
remember_slabs nf_conntrack_expect 'nfim_*'
read -r -a small <<<"$(small_caches | tr '\n' ' ')"
calls=5
plan $((${#slabs[@]} * 5 + 24 + 2 * calls))
setup_topology masq
gateway_rules masq
sip_rules imsip
attach_helper
attach_sip imsip
start_pieces_server

check "the module has caches of its own" [ ${#slabs[@]} -gt 1 ]
check "all is well before" whole 2 --plan chunk:60 --count 10
in_ns "$gw" conntrack -F 2>/dev/null
remember_slabs nf_conntrack_expect 'nfim_*'

for cache in "${slabs[@]}"; do
	starve 100 N "$cache"
	check "no $cache: every byte arrives" \
		rough --plan chunk:60 --count 10
	starve 50 N "$cache"
	check "half of $cache: every byte arrives" \
		rough --plan chunk:60 --count 20 --chat 3
	feed
done
starve 40 N "${slabs[@]}"
check "own caches: every byte arrives" rough --plan every --size 20 --chat 7
check "own caches: without waiting" rough --plan chunk:100 --count 40 --burst
feed
starve 10 Y "${small[@]}"
check "small allocations: every byte arrives" rough --plan chunk:60 --count 20
check "small allocations: cut at every place" \
	rough --plan every --size 20 --chat 7
check "small allocations: without waiting" \
	rough --plan chunk:100 --count 40 --burst
check "small allocations: large messages" rough --count 20 --size 1800
feed
check "all is well behind that" whole 2 --plan chunk:60 --count 10
check "nothing is held" wait_for 20 nothing_held

write_policy
set_fault cache-filter N
set_fault ignore-gfp-wait N
for words in "policy load $tmp/fault.conf" "policy load --check $tmp/fault.conf" \
	     "policy show" "policy show --defaults" "show" "stats" \
	     "policy flush"; do
	# shellcheck disable=SC2086
	check "nfim ${words%% /*}: each allocation fails in turn" \
		each_allocation $words
done
pieces_policy yes
in_ns "$gw" conntrack -F 2>/dev/null
check_slabs 30 4

# Calls that nobody ends are remembered for long: what is left of them goes with the
# module, or the kernel complains of caches that are not empty.
nfim policy flush
for cache in "${slabs[@]}"; do
	starve 70 N "$cache"
	check "few $cache: calls over UDP" rough_calls udp
	check "few $cache: calls over TCP" rough_calls tcp
	feed
done
starve 10 Y "${small[@]}"
check "small allocations: calls over UDP" rough_calls udp
check "small allocations: calls over TCP" rough_calls tcp
feed
for transport in udp tcp; do
	tried=0
	try_set "behind that, $transport" --transport $transport \
		--patience 20 --only call
	check_is "behind that, $transport: all were tried" "$tried" $calls
done
in_ns "$gw" conntrack -F 2>/dev/null
detach_helper
check "module unloads" unload_module
check "nf_conntrack_expect is back" wait_for 30 slab_back nf_conntrack_expect 4
check "kernel log is clean" dmesg_clean
done_testing
