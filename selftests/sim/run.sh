#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Run the simulator of the stream engine: run.sh [COUNT [SEED]]. KTAP.

cd "$(dirname "$0")" || exit 1
count=${1:-20000}
seed=${2:-1}
sim=../../build/sim/sim

echo "TAP version 13"
echo "1..3"
if ! make -s all san; then
	echo "Bail out! the simulator does not build"
	exit 1
fi

fail=0
result() {
	if [ "$1" -eq 0 ]; then
		echo "ok $2 $3"
	else
		echo "not ok $2 $3"
		fail=1
	fi
}

nice -n 15 $sim -n "$count" -s "$seed"
result $? 1 "$count schedules from seed $seed"

part=$((count / 20 + 1))
nice -n 15 ${sim}-san -n "$part" -s "$seed"
result $? 2 "$part schedules with sanitizers"

$sim --table | sed 's/^/# /' > ../../build/sim/table.txt
grep -v 'wrong\|arrived\|versions' ../../build/sim/table.txt
! grep -q 'wrong\|arrived\|versions' ../../build/sim/table.txt
result $? 3 "table of cases"
exit $fail
