#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs test programs and prints one KTAP report of all their cases, each named
# after its program.
#
#   run.sh DIRECTORY PROGRAM...    exit status 0 passed, 1 failed, 4 skipped

set -u
dir=$(cd "$1" && pwd) || exit 1
shift
cd "$(dirname "$0")/../.." || exit 1

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

planned=0
for program; do
	"$dir/$program" >"$tmp/$program" 2>"$tmp/$program.err"
	status=$?
	plan=$(sed -n "2s/^1\.\.\([0-9]*\).*/\1/p" "$tmp/$program")
	seen=$(grep -cE '^(not )?ok ' "$tmp/$program")
	bad=$(grep -c '^not ok ' "$tmp/$program")
	# A program that dies leaves its plan unfulfilled, or no plan at all.
	if [ "$seen" != "${plan:-none}" ] ||
	   { [ $status -ne 0 ] && [ $status -ne 4 ] && [ "$bad" -eq 0 ]; }; then
		head -n 40 "$tmp/$program.err" | sed 's/^/# /'
		echo "not ok $((seen + 1)) ends with status $status"
		seen=$((seen + 1))
	fi >>"$tmp/$program"
	planned=$((planned + seen))
done

printf 'KTAP version 1\n1..%d\n' $planned
for program; do
	sed -n "/^# /p; s/^\(\(not \)\{0,1\}ok\) [0-9]* /\1 @ ${program#test_}: /p" \
		"$tmp/$program"
done | awk '/^#/ { print; next } { sub(" @ ", " " ++n " "); print }' |
	tee "$tmp/all"

grep -q '^not ok ' "$tmp/all" && exit 1
grep -vq '^#\|# SKIP' "$tmp/all" || exit 4
exit 0
