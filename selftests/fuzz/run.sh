#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds fuzz targets and runs each for some seconds, from the test
# vectors, from crashes/TARGET/ (inputs that once broke something), from
# corpus/TARGET.tar.gz (see keep.sh) and from what earlier runs here found.
# Prints KTAP; a crash's input stays in build/fuzz. A target ends early when
# build/fuzz/TARGET.stop has something in it.
#
#   run.sh [SECONDS [TARGET...]]    default 20, all

set -u
seconds=${1:-20}
cd "$(dirname "$0")/../.." || exit 1
out=build/fuzz here=selftests/fuzz

targets=("${@:2}")
if [ ${#targets[@]} = 0 ]; then
	for source in "$here"/fuzz_*.c; do
		targets+=("$(basename "$source" .c)")
	done
fi
printf 'KTAP version 1\n1..%d\n' ${#targets[@]}

if ! command -v clang >/dev/null; then
	for i in "${!targets[@]}"; do
		echo "ok $((i + 1)) ${targets[i]} # SKIP no clang"
	done
	exit 4
fi
mkdir -p "$out/seeds"
make -s -k --no-print-directory -C "$here" \
	"${targets[@]/#/../../$out/}" >"$out/build.log" 2>&1 ||
	sed 's/^/# /' "$out/build.log"
cp selftests/vectors/msnp/*.bin selftests/vectors/sip/*.bin "$out/seeds/"
for message in selftests/vectors/captured/*.msgs/*.bin; do
	cp "$message" "$out/seeds/$(echo "${message#*captured/}" | tr / -)"
done

failed=0 n=0
for name in "${targets[@]}"; do
	n=$((n + 1))
	rm -f "$out/$name.stop"
	mkdir -p "$out/corpus/$name"
	dirs=("$out/corpus/$name" "$out/seeds")
	if [ -f "$here/corpus/$name.tar.gz" ]; then
		mkdir -p "$out/kept/$name"
		tar -C "$out/kept/$name" -xzf "$here/corpus/$name.tar.gz"
		dirs+=("$out/kept/$name")
	fi
	[ -d "$here/crashes/$name" ] && dirs+=("$here/crashes/$name")
	[ "$name" = fuzz_conf ] && dirs+=(userspace/policies)
	dict=$here/${name#fuzz_}.dict
	[[ $name == fuzz_@(s[di]p|imsip)* ]] && dict=$here/sip.dict
	[ -f "$dict" ] || dict=$here/msnp.dict
	if "$out/$name" -max_total_time="$seconds" -timeout=60 -max_len=4096 \
	   -dict="$dict" -artifact_prefix="$out/$name-" \
	   -stop_file="$out/$name.stop" \
	   "${dirs[@]}" >"$out/$name.log" 2>&1; then
		sed -n 's/^Done \([0-9]*\) runs in \([0-9]*\).*/# \1 runs in \2 s/p' \
			"$out/$name.log"
		echo "ok $n $name finds nothing"
	else
		failed=$((failed + 1))
		grep -E 'invariant|ERROR|runtime error|Test unit|No such' \
			"$out/$name.log" | sed 's/^/# /'
		echo "not ok $n $name finds nothing"
	fi
done
[ $failed -eq 0 ]
