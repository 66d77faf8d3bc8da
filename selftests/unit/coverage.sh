#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Prints the coverage of each object's source, in lines and in branches (ways out
# of a decision, taken at least once), and what was not reached.
#
#   coverage.sh [-b] OBJECT...    built by gcc --coverage, and run
#
#   -b    the lines with branches that were not taken as well

set -u
branches=0
if [ "${1-}" = -b ]; then
	branches=1
	shift
fi

for object; do
	gcov -b -c --stdout "$object" 2>/dev/null
done | awk -F: -v show="$branches" '
	function flush_line() {
		if (show && ways > taken)
			missed[name] = missed[name] sprintf("\n    %5d: (%d of %d ways) %s",
				at, taken, ways, text)
		ways = taken = 0
	}
	/^branch / {
		if (name == "" || skip)
			next
		ways++
		all_ways[name]++
		if ($0 ~ / taken [1-9]/) {
			taken++
			all_taken[name]++
		}
		next
	}
	/^(call|function|unconditional) / { next }
	$3 == "Source"	{
		flush_line()
		name = $4
		sub(".*/", "", name)
		skip = name !~ /\.c$/
		next
	}
	skip || $1 ~ /^ *-$/ { next }
	{
		flush_line()
		at = $2
		text = $0
		sub(/^[^:]*:[^:]*:[ \t]*/, "", text)
		if (!(name in lines))
			order[++files] = name
		lines[name]++
		if ($1 ~ /#####|=====/)
			missed[name] = missed[name] sprintf("\n    %5d: %s", at, text)
		else
			reached[name]++
	}
	function percent(part, whole) {
		return whole ? 100 * part / whole : 100
	}
	function row(what, l, r, w, t, more) {
		printf "%-18s %4d of %4d lines %5.1f %%  %4d of %4d branches %5.1f %%%s\n",
			what, r, l, percent(r, l), t, w, percent(t, w), more
	}
	END {
		flush_line()
		for (i = 1; i <= files; i++) {
			n = order[i]
			row(n, lines[n], reached[n], all_ways[n], all_taken[n], missed[n])
			sum += lines[n]
			hit += reached[n]
			ways_sum += all_ways[n]
			ways_hit += all_taken[n]
		}
		if (!sum)
			exit 1
		row("all", sum, hit, ways_sum, ways_hit, "")
	}'
