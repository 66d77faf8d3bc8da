#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `make check-sanitize`: everything under the kernel's own checks, in User-Mode
# Linux, and in a virtual machine with two processors what needs to know who asks for
# memory. Takes about two hours on two idle processors.
#
#   sanitize.sh [short | STAGE...]
#
#   prove     the checks report deliberate bugs
#   net       the net tests
#   life      those of the long tier that have the most to do with life and truth
#   faults    allocations fail: the module's caches, small ones, those of requests
#   births    each allocation of insmod and of a new namespace fails in turn
#   stack     any allocation fails that the module asks for (x86)
#   packets   mutated packets, PACKETS of them (1000000)
#   attack    the attacks on our own helpers
#   short     a few minutes of it: two net tests, 10000 packets
#
# Prints KTAP, and in the end "N passed, N failed".

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
tests=$(dirname "$here")
repo=$(dirname "$tests")
logs=$repo/build/logs
mkdir -p "$logs" || exit 1

"$here/build.sh" ready debug || {
	echo "1..0 # SKIP User-Mode Linux is not built, say make uml"
	exit 4
}

# ynl.py cannot read the padding that this architecture needs, and firewalld
# wants more of a kernel than is built in.
net_tests()
{
	cd "$tests/net" || return
	grep -l '^# tier: \(smoke\|full\)' -- *.sh | grep -vx -e ynl.sh \
		-e examples.sh
}

# Behind each test conntrack's memory is looked at as well.
debug() { NFIM_MEMORY=1 "$tests/run.sh" -k uml-debug -o "$logs/$stage" "$@"; }

# shellcheck disable=SC2046
run_stage()
{
	case $1 in
	prove) "$here/prove.sh" ;;
	net) debug $(net_tests) ;;
	life) debug life.sh life-netns.sh truth.sh paths.sh flood.sh ;;
	faults) debug ../uml/faults.sh ;;
	births) debug ../uml/births.sh ;;
	stack) "$tests/run.sh" -k x86-debug -o "$logs/$stage" ../uml/stack.sh ;;
	packets) debug ../uml/packets.sh ;;
	attack) "$tests/attack/run.sh" -k uml-debug -o "$logs/$stage" \
			msnp imsip/udp imsip/tcp &&
		grep '^ok' "$logs/$stage/attack.log" ;;
	net-short) debug transfer.sh hold.sh ;;
	*) echo "sanitize.sh: no stage '$1'" >&2; exit 2 ;;
	esac
}

if [ "${1-}" = short ]; then
	export NFIM_PACKETS=${NFIM_PACKETS:-10000}
	set -- net-short packets
fi
[ $# -gt 0 ] || set -- prove net life faults births stack \
	packets attack
export NFIM_PACKETS=${NFIM_PACKETS:-${PACKETS:-1000000}}

passed=0 failed=0
for stage; do
	echo "== $stage"
	begin=$SECONDS
	run_stage "$stage" >"$logs/sanitize-$stage.log" 2>&1
	status=$?
	cat "$logs/sanitize-$stage.log"
	bad=$(grep -c '^not ok ' "$logs/sanitize-$stage.log")
	passed=$((passed + $(grep -c '^ok ' "$logs/sanitize-$stage.log")))
	if [ $status != 0 ] && [ "$bad" = 0 ]; then
		echo "not ok $stage: ended with status $status"
		bad=1
	fi
	failed=$((failed + bad))
	echo "== $stage: $((SECONDS - begin)) s"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
