#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Prints the line coverage of each object's source, and the lines not reached.
#
#   coverage.sh OBJECT...    built by gcc --coverage, and run

set -u

for object; do
	gcov --stdout "$object" 2>/dev/null
done | awk -F: '
	$3 == "Source"	{ name = $4; sub(".*/", "", name); next }
	name !~ /\.c$/ || $1 ~ /^ *-$/ { next }
	{
		if (!(name in lines))
			order[++files] = name
		lines[name]++
		if ($1 ~ /#####|=====/)
			missed[name] = missed[name] \
				sprintf("\n    %5d:%s", $2, $3)
		else
			reached[name]++
	}
	END {
		for (i = 1; i <= files; i++) {
			name = order[i]
			printf "%-12s %4d of %4d lines, %5.1f %%%s\n", name,
				reached[name], lines[name],
				100 * reached[name] / lines[name],
				missed[name]
			sum += lines[name]
			hit += reached[name]
		}
		if (!sum)
			exit 1
		printf "%-12s %4d of %4d lines, %5.1f %%\n", "all", hit, sum,
			100 * hit / sum
	}'
