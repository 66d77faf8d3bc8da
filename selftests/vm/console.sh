# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What a kernel's log must not have.

alarm='BUG:|WARNING:|KASAN|UBSAN|possible circular|suspicious RCU|Oops'
alarm+='|refcount_t|kmemleak:.*suspected|stack segment'
alarm+='|general protection|Call Trace|ODEBUG|inconsistent lock state'
alarm+='|possible recursive|invalid wait context|hung_task:'
innocent='this is not a bug'

# console_clean FILE KERNEL: says on stderr what is wrong with it.
console_clean()
{
	grep -E "$alarm" "$1" | grep -Evq "$innocent" || return 0
	echo "run.sh: the kernel of $2 complains:" >&2
	grep -E -m 3 -A 40 "$alarm" "$1" >&2
	return 1
}
