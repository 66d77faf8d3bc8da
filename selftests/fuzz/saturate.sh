#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs fuzz targets, one after the other, each until ten minutes of a processor have
# brought no new coverage, for an hour at most. What was found stays in
# build/fuzz/corpus, so it can be ended and started again at any time; see also
# keep.sh.
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

# worked PID: seconds that the target, whose parent that is, has had a processor;
# others may be busy too.
worked()
{
	local pid

	pid=$(pgrep -n -P "$1" -f "$out/$name ") || return
	awk -v hz="$(getconf CLK_TCK)" '{
		sub(/.*\) /, "")
		print int(($12 + $13) / hz)
	}' "/proc/$pid/stat" 2>/dev/null
}

# watch PID: ends the target when nothing new has come for long.
watch()
{
	local had='' has since=0 now=0 t

	while kill -0 "$1" 2>/dev/null; do
		has=$(coverage)
		t=$(worked "$1")
		now=${t:-$now}
		if [ "$has" != "$had" ]; then
			had=$has since=$now
		elif [ $((now - since)) -ge $quiet ]; then
			echo enough >"$out/$name.stop"
		fi
		sleep 5
	done
	worked=$now
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
	printf '%s: %d s, %d of a processor, %s runs, edges %s -> %s\n' "$name" \
		$((SECONDS - begun)) "$worked" \
		"$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$out/$name.log")" \
		"$(sed -n 's/.*INITED cov: \([0-9]*\) .*/\1/p' "$out/$name.log")" \
		"$(coverage)"
done
exit $failed
