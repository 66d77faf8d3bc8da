#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 1500
#
# The module is loaded, and network namespaces are made beside it, while each of the
# kernel's allocations fails in turn. It comes about or it does not; nothing is left
# over, and afterwards all is well.
#
# Needs a kernel with CONFIG_FAILSLAB, like uml-debug.

. "$(dirname "$0")/../net/lib.sh"
. "$(dirname "$0")/quiet.sh"
. "$(dirname "$0")/checks.sh"

birth=$root_dir/build/tools/birth

set_fault() { echo "$3" >"/sys/kernel/debug/$1/$2"; }

# Those that may wait fail as well.
all_may_fail()
{
	set_fault failslab ignore-gfp-wait N
	set_fault failslab cache-filter N
	set_fault failslab verbose 0
	set_fault fail_page_alloc verbose 0
}

# fails_in_turn NAME WORDS...: what birth says is in $tmp/NAME.
fails_in_turn()
{
	local name=$1

	shift
	"$birth" "$@" >"$tmp/$name"
}

allocations()
{
	awk '{ print $1 }' "$tmp/$1"
}

# The kernel loses the name of a cache where sysfs_slab_add() fails. Nothing else may
# be lost; then these are forgotten, for the looks that follow. All ours begin with
# "nfim_".
only_names_lost()
{
	leaks >"$tmp/lost"
	grep -c unreferenced "$tmp/lost"
	echo clear >"$kmemleak"
	! awk '/^unreferenced/ { size = $0 }
		/hex dump/ {
			getline
			if (size !~ /size 16\)/ || !/^ *6e 66 69 6d 5f/)
				print size, $0
		}' "$tmp/lost" | grep .
}

[ -d /sys/kernel/debug/failslab ] || skip_all "no fault injection in this kernel"
[ -x "$birth" ] || skip_all "birth is not built"
file=$(module_file) || skip_all "needs the module as a file"
load_module
unload_module
remember_slabs nf_conntrack_expect
plan $((${#slabs[@]} + 10))
all_may_fail
quiet

fails_in_turn without netns
check "insmod: each allocation fails in turn" \
	fails_in_turn insmod module "$file" $module userns=perhaps
diag "insmod: $(<"$tmp/insmod")"
check_not "it is gone each time" is_loaded
check "nothing is lost but what the kernel loses" only_names_lost
check "it can be loaded then" insmod "$file"
loaded_here=1
check "a namespace: each allocation fails in turn" fails_in_turn with netns
diag "a namespace: $(<"$tmp/with"); without the module $(allocations without)"
check "the module has a part in that" \
	[ "$(allocations with)" -gt "$(allocations without)" ]
check "the kernel tells of nothing but memory" nothing_worse

setup_topology masq
gateway_rules masq
attach_helper
start_server
make_file 100000
check "a file passes" transfer "$lan1" "$peer"
detach_helper
check_slabs 60 32
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
