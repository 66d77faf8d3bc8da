#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Proves that the checks of uml-debug check: each deliberate bug of bugs/ makes a
# run fail, and the same without a bug passes.

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo=$(cd "$here/../.." && pwd -P)
cache=${NFIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nfim}
# shellcheck source=selftests/net/ktap.sh
. "$repo/selftests/net/ktap.sh"

bugs="out-of-bounds use-after-free leak inversion atomic-sleep bad-shift
	rcu-outside double-delete freed-timer"

build="$repo/build/bugs"
mkdir -p "$build"
cp "$here/bugs/"* "$build/"
make -s -C "$cache/uml/$("$here/build.sh" name debug)/build" ARCH=um \
	"M=$build" modules >"$build/log" 2>&1 ||
	bail_out "cannot build bugs.ko: $(tail -n 3 "$build/log")"

# run_bug NAME WANTED...: the exit code of a run with that bug
run_bug()
{
	local name=$1 status wanted

	shift
	"$here/run.sh" -t 120 debug insmod "$build/bugs.ko" "bug=$name" \
		>"$build/log" 2>&1
	status=$?
	for wanted; do
		[ $status = "$wanted" ] && return
	done
	tail -n 5 "$build/log"
	return 1
}

plan $(($(wc -w <<<"$bugs") + 1))
check "a module without a bug passes" run_bug none 0
for name in $bugs; do
	# A list that was damaged ends the guest.
	check "$name is reported" run_bug "$name" 99 125
done
done_testing
