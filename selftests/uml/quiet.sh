# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Where memory runs out the kernel tells of it on the console, with a trace, and the
# runner takes a trace for a complaint. So the console is told less for a while, and
# what is worse than that is looked for here.

quiet()
{
	cat /dev/kmsg >"$tmp/kmsg" &
	kmsg_pid=$!
	echo 4 >/proc/sys/kernel/printk
}

# nothing_worse: since then; the console is told all again.
nothing_worse()
{
	echo 8 >/proc/sys/kernel/printk
	kill "$kmsg_pid"
	! grep -E 'BUG:|WARNING:|KASAN|UBSAN|Oops|refcount_t|ODEBUG|suspicious' \
		"$tmp/kmsg"
}
