#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs fuzz targets, one after the other, each until ten minutes have brought no
# new coverage, for an hour at most. What was found stays in build/fuzz/corpus, so
# it can be ended and started again at any time; see also keep.sh.
#
#   saturate.sh TARGET...       such as fuzz_talk

set -u
cd "$(dirname "$0")/../.." || exit 1
out=build/fuzz here=selftests/fuzz
quiet=600 most=3600 failed=0
mkdir -p "$out" || exit 1

# coverage: "EDGES" as libFuzzer counts them, so far.
coverage()
{
	sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$out/$name.log" 2>/dev/null |
		tail -n 1
}

# watch PID: ends the target when nothing new has come for long.
watch()
{
	local had='' has since=$SECONDS

	while kill -0 "$1" 2>/dev/null; do
		has=$(coverage)
		if [ "$has" != "$had" ]; then
			had=$has since=$SECONDS
		elif [ $((SECONDS - since)) -ge $quiet ]; then
			echo enough >"$out/$name.stop"
		fi
		sleep 5
	done
}

for name; do
	begun=$SECONDS
	rm -f "$out/$name.log"
	"$here/run.sh" $most "$name" >"$out/$name.run" 2>&1 &
	watch $!
	if ! wait $!; then
		failed=1
		cat "$out/$name.run"
	fi
	printf '%s: %d s, %s runs, edges %s -> %s\n' "$name" \
		$((SECONDS - begun)) \
		"$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$out/$name.log")" \
		"$(sed -n 's/.*INITED cov: \([0-9]*\) .*/\1/p' "$out/$name.log")" \
		"$(coverage)"
done
exit $failed
