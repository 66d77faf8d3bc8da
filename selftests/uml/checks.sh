# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# In a guest, before and after the tests: the kernel's checks are at work, and
# nothing was left behind. What is wrong goes to the kernel's log, where the
# runner finds it.

kmemleak=/sys/kernel/debug/kmemleak

complain()
{
	echo "BUG: checks: $*" >/dev/kmsg
}

has_checks() { [[ $(uname -r) == *-debug ]]; }

lockdep_alive()
{
	grep -q '^ *debug_locks: *1$' /proc/lockdep_stats
}

checks_begin()
{
	has_checks || return
	lockdep_alive || complain "lockdep is off before the tests"
	[ -w "$kmemleak" ] || complain "no kmemleak"
	echo clear >"$kmemleak"
}

# An object is reported when it was found unreferenced and is some seconds old.
leaks()
{
	local _

	for _ in 1 2 3; do
		echo scan >"$kmemleak"
		sleep 3
	done
	cat "$kmemleak"
}

checks_end()
{
	local found

	has_checks || return
	lockdep_alive || complain "lockdep went off"
	found=$(leaks)
	[ -z "$found" ] && return
	complain "kmemleak: unreferenced objects"
	head -n 200 <<<"$found" | while IFS= read -r line; do
		echo "checks: $line" >/dev/kmsg
	done
}

# run_checked TERMINAL: what the runner has put into /run/nfim/command, and between
# these looks at the kernel; the runner finds its exit code beside it.
run_checked()
{
	local status

	checks_begin
	( . /run/nfim/command ) </dev/null >"$1" 2>&1
	status=$?
	checks_end
	echo $status >/run/nfim/exit-code
}
