#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs net tests one after the other on this kernel: guest.sh SCRIPT...
#
# Prints nested KTAP: each script's cases are indented, and each has its own
# deadline, from a line "# timeout: N" in it or from ../settings. A script that
# ends badly without saying so in a case gets one more "not ok" case.

set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../net" || exit 1

default=$(sed -n 's/^timeout=//p' ../settings)
failed=0 number=0

echo "KTAP version 1"
echo "1..$#"
for script; do
	number=$((number + 1))
	limit=$(sed -n 's/^# timeout: //p' "$script")
	began=$SECONDS
	echo "  # $(uname -r): $script"
	timeout -k 15 "${limit:-$default}" "./$script" 2>&1 |
	awk '
		/^ok [0-9]/ { n++ }
		/^not ok [0-9]/ { n++; bad++ }
		{ print "  " $0; fflush() }
		END { print n + 0, bad + 0 >"/tmp/nfim-cases" }'
	status=${PIPESTATUS[0]}
	read -r cases bad </tmp/nfim-cases
	case $status in
	0)
		verdict=ok note=
		;;
	4)
		verdict=ok note=" # SKIP"
		# A script without a plan is one skipped case.
		[ "$cases" -gt 0 ] || echo "  ok 1 $script # SKIP"
		;;
	*)
		verdict="not ok" note=
		why="ends with status $status"
		[ "$status" = 124 ] && why="takes more than ${limit:-$default} s"
		[ "$bad" -gt 0 ] ||
			echo "  not ok $((cases + 1)) $script $why"
		failed=1
		;;
	esac
	echo "$verdict $number $script$note"
	echo "# $script took $((SECONDS - began)) s"
done
exit $failed
