#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `make check`: every stage writes KTAP; their cases are added up, and the last
# line says "N passed, N failed", with ", N skipped" if any were.
#
#   check.sh [long]         long: the tier that takes hours as well

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

root_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root_dir" || exit 1
mkdir -p build/logs
passed=0 failed=0 skipped=0
stages=()

# stage NAME COMMAND...
stage()
{
	local name=$1 log=build/logs/$1.log begin=$SECONDS status bad

	shift
	stages+=("$name")
	echo "== $name"
	"$@" 2>&1 | tee "$log"
	status=${PIPESTATUS[0]}
	bad=$(grep -c '^not ok ' "$log")
	skipped=$((skipped + $(grep -c '^ok .*# SKIP' "$log")))
	skipped=$((skipped + $(grep -c '^1\.\.0 # SKIP' "$log")))
	passed=$((passed + $(grep '^ok ' "$log" | grep -vc '# SKIP')))
	failed=$((failed + bad))
	if [ "$status" != 0 ] && [ "$status" != 4 ] && [ "$bad" = 0 ]; then
		echo "not ok $name: ended with status $status" | tee -a "$log"
		failed=$((failed + 1))
	fi
	echo "== $name: $((SECONDS - begin)) s"
}

# once_more NAME...: what failed in those stages, where it is seen last.
once_more()
{
	local name

	for name; do
		awk -v stage="$name" '
			/^# .*: .*\.sh$/ { where = $2 " " $3 }
			/^not ok / { print "# " stage ": " where, $0 }
			' "build/logs/$name.log"
	done
}

tool()
{
	local cc n=0 bad=0

	echo "1..2"
	for cc in clang gcc; do
		n=$((n + 1))
		make -C userspace clean
		if make -C userspace all CC=$cc WERROR=1; then
			echo "ok $n tool builds with $cc"
		else
			echo "not ok $n tool builds with $cc"
			bad=1
		fi
	done
	return $bad
}

# The net tests of tier "long" alone; the others have run.
net_long()
{
	# shellcheck disable=SC2046
	selftests/run.sh -k newest-6.12 \
		$(cd selftests/net && grep -l '^# tier: long$' -- *.sh)
}

# beside NAME COMMAND...: a stage that begins now and is told of when "ended NAME"
# has waited for it: most stages take one processor.
declare -A pid_of=() status_of=()
beside()
{
	local name=$1

	shift
	"$@" >"build/logs/$name.out" 2>&1 &
	pid_of[$name]=$!
}

ended()
{
	wait "${pid_of[$1]}"
	status_of[$1]=$?
	unset "pid_of[$1]"
	stage "$1" tell "$1"
}

tell()
{
	cat "build/logs/$1.out"
	return "${status_of[$1]}"
}

# Behind each net test conntrack's memory is looked at.
export NFIM_MEMORY=1

trap '[ ${#pid_of[@]} = 0 ] || kill "${pid_of[@]}" 2>/dev/null' EXIT
beside modules selftests/matrix.sh -j 1
stage style selftests/style.sh
stage tool tool
stage cli selftests/cli.sh
stage explain selftests/explain/explain.sh
stage unit make --no-print-directory -C selftests/unit run
stage sim selftests/sim/run.sh
ended modules
beside package selftests/package/package.sh
stage fuzz selftests/fuzz/run.sh 10
ended package
stage net selftests/run.sh
if [ "${1-}" = long ]; then
	stage modules-all selftests/matrix.sh -a
	stage upgrade selftests/package/upgrade.sh
	stage sim-long selftests/sim/run.sh 10000000
	stage net-long net_long
	stage fuzz-long selftests/fuzz/run.sh 600
	for ((round = 1; round <= 20; round++)); do
		stage "soak-$round" selftests/run.sh -k newest-6.12 \
			loss.sh leak.sh unload.sh
	done
fi

[ $failed = 0 ] || once_more "${stages[@]}"
echo "took $SECONDS s"
if [ $skipped -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ $failed = 0 ]
