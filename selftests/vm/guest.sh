#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs net tests one after the other on this kernel: guest.sh SCRIPT...
#
# Prints the scripts' KTAP one behind the other. Each has its own deadline, from
# a line "# timeout: N" in it or from ../settings. A script that ends badly without
# saying so in a case gets one more "not ok" case, so lines tell the whole truth.

set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../net" || exit 1

tmp=$(mktemp) || exit 1
trap 'rm -f "$tmp"' EXIT
default=$(sed -n 's/^timeout=//p' ../settings)
failed=0

for script; do
	limit=$(sed -n 's/^# timeout: //p' "$script")
	limit=${limit:-$default}
	began=$SECONDS
	echo "# $(uname -r): $script"
	timeout -k 15 "$limit" "./$script" 2>&1 | tee "$tmp"
	status=${PIPESTATUS[0]}
	case $status in
	0|4)
		;;
	*)
		failed=1
		why="ends with status $status"
		[ "$status" = 124 ] && why="takes more than $limit s"
		cases=$(grep -c '^ok ' "$tmp")
		grep -q '^not ok ' "$tmp" ||
			echo "not ok $((cases + 1)) $script $why"
		;;
	esac
	echo "# $script took $((SECONDS - began)) s"
done
exit $failed
