#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Fuzzes nfim explain with clang's libFuzzer, address and undefined behaviour
# sanitizers. Prints KTAP; a crash's input stays in build/fuzz.
#
#   fuzz.sh [SECONDS]        default 20

set -u
export PYTHONDONTWRITEBYTECODE=1
seconds=${1:-20}
cd "$(dirname "$0")/../.." || exit 1
out=build/fuzz here=selftests/explain
shared=${NFIM_SHARED:-../shared}
libs=(jansson libpcap)

printf 'KTAP version 1\n1..1\n'
if ! command -v clang >/dev/null; then
	echo 'ok 1 fuzz_explain # SKIP no clang'
	exit 4
fi
mkdir -p "$out/seeds-explain"
python3 "$here/seeds.py" "$out/seeds-explain" || exit 1
for capture in {selftests,"$shared"}/vectors/captured/{amsn,purple,sipe,baresip,linphone}*.pcap; do
	[ -f "$capture" ] && cp "$capture" "$out/seeds-explain/"
done

# build TARGET SOURCE...
build()
{
	local target=$1

	shift
	# shellcheck disable=SC2046
	clang -std=gnu11 -D_GNU_SOURCE -O1 -g -Iinclude \
		-fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=undefined $(pkg-config --cflags "${libs[@]}") \
		-o "$out/$target" "$here/$target.c" "$@" \
		kernel/proto/*.c \
		$(pkg-config --libs "${libs[@]}")
}

failed=0 n=0
run()
{
	local target=$1

	shift
	n=$((n + 1))
	mkdir -p "$out/corpus/$target"
	if build "$target" "$@" 2>"$out/$target.log" &&
	   "$out/$target" -max_total_time="$seconds" -timeout=10 \
	   -max_len="$max_len" -dict="$here/explain.dict" \
	   -artifact_prefix="$out/$target-" "$out/corpus/$target" \
	   "$out/seeds-explain" >"$out/$target.log" 2>&1; then
		sed -n 's/^Done \([0-9]*\) runs in \([0-9]*\).*/# \1 runs in \2 s/p' \
			"$out/$target.log"
		echo "ok $n $target finds nothing"
	else
		failed=1
		grep -E 'ERROR|error:|runtime error|Test unit|undefined ref' \
			"$out/$target.log" | sed 's/^/# /'
		echo "not ok $n $target finds nothing"
	fi
}

max_len=65536
run fuzz_explain userspace/explain*.c userspace/err.c userspace/out*.c
exit $failed
