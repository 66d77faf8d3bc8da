#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The net tests, in virtual machines on the test kernels of setup.sh.
#
#   run.sh [-k KERNEL]... [-j N] [-o DIR] [long | SCRIPT...]
#
#   -k KERNEL   a version or a role ("newest-6.12"); all test kernels by default;
#               "uml-plain", "uml-debug" and "x86-debug" are those of uml/build.sh
#   -j N        so many machines at once (default: half the processors, 2 at least)
#   -o DIR      keep outputs and kernel logs there
#   SCRIPT...   run these; by default those of the kernel's tiers: "smoke" on
#               every kernel, and "full" on the newest 6.12; "long" adds that tier
#
# Builds modules and tool first. Prints KTAP, and in the end the number of cases
# that passed, failed and were skipped. Exit code 1 if any failed.

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo=$(dirname "$here")
cache=${NFIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nfim}

usage() { sed -n '3,/^$/s/^# \{0,1\}//p' "$0" >&2; exit 2; }

wanted=() out=''
jobs=$(($(nproc) / 2))
while getopts k:j:o: opt; do
	case $opt in
	k) wanted+=("$OPTARG") ;;
	j) jobs=$OPTARG ;;
	o) out=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
long=
if [ "${1-}" = long ]; then
	long=long
	shift
fi
[ "$jobs" -ge 2 ] || jobs=2

tmp=$(mktemp -d "${TMPDIR:-/tmp}/nfim-run.XXXXXX") || exit 1
cleanup()
{
	local pids

	trap - EXIT INT TERM
	pids=$(jobs -p)
	# shellcheck disable=SC2086
	[ -z "$pids" ] || kill $pids 2>/dev/null
	wait
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'cleanup; exit 130' INT
trap 'cleanup; exit 143' TERM
mkdir -p "${out:=$tmp/out}" && out=$(cd "$out" && pwd -P) || exit 1

# --- what to run -----------------------------------------------------------

is_wanted()
{
	local w

	[ ${#wanted[@]} -eq 0 ] && return
	for w in "${wanted[@]}"; do
		if [ "$w" = "$1" ] || [ "$w" = "$2" ]; then
			return
		fi
	done
	return 1
}

# "VERSION ROLE" of those that are asked for only.
uml_kernels()
{
	local w

	for w in "${wanted[@]}"; do
		case $w in
		uml-*) echo "$("$here/uml/build.sh" name "${w#uml-}") $w" ;;
		x86-debug) echo "$("$here/uml/build.sh" name x86) $w" ;;
		esac
	done
}

# The scripts of a tier, those with the longest deadline first.
tier()
{
	local script limit

	cd "$here/net" || return
	for script in $(grep -l "^# tier: $1\$" -- *.sh); do
		limit=$(sed -n 's/^# timeout: //p' "$script")
		echo "${limit:-0} $script"
	done | sort -s -n -r | awk '{ print $2 }'
}

every_4th() { awk -v n="$1" 'NR % 4 == n % 4'; }

# The machines to boot, in order: "NAME KERNEL SCRIPT...".
# shellcheck disable=SC2046
tasks()
{
	local kernel role n
	local -A kernel_of=()

	while read -r kernel role; do
		is_wanted "$kernel" "$role" && kernel_of[$role]=$kernel
	done < <("$here/setup.sh" kernels; uml_kernels)
	if [ $# -gt 0 ]; then
		for role in "${!kernel_of[@]}"; do
			echo "$role ${kernel_of[$role]} $*"
		done
		return
	fi
	# The longest part goes first, in pieces.
	role=newest-6.12
	kernel=${kernel_of[$role]-}
	if [ -n "$kernel" ]; then
		[ -z "$long" ] || echo "$role-long $kernel" $(tier long)
		for ((n = 1; n <= 4; n++)); do
			echo "$role-full-$n $kernel" $(tier full | every_4th $n)
		done
	fi
	for role in "${!kernel_of[@]}"; do
		echo "$role ${kernel_of[$role]}" $(tier smoke)
	done
}

# With the options of matrix.sh, so that what it has built is taken.
build()
{
	local options

	make -C "$repo" userspace || return
	make -C "$repo/selftests/tools" || return
	for kernel in $(awk '{ print $2 }' "$tmp/tasks" | sort -u); do
		options=(WERROR=1 W=1)
		[[ $kernel == *-uml-* || $kernel == *-x86-debug ]] && options=()
		make -C "$repo" modules KDIR="$(kdir "$kernel")" \
			"${options[@]}" || return
	done
}

kdir()
{
	case $1 in
	*-uml-*|*-x86-debug) echo "$cache/uml/$1/build" ;;
	*) echo "/lib/modules/$1/build" ;;
	esac
}

# --- running ---------------------------------------------------------------

default_limit=$(sed -n 's/^timeout=//p' "$here/settings")

# deadline SCRIPT...: seconds for a machine that runs them, half an hour at least.
deadline()
{
	local script limit sum=300

	for script; do
		limit=$(sed -n 's/^# timeout: //p' "$here/net/$script")
		sum=$((sum + ${limit:-$default_limit}))
	done
	echo $((sum > 1800 ? sum : 1800))
}

# run_task NAME KERNEL SCRIPT...: one virtual machine.
run_task()
{
	local name=$1 kernel=$2 machine limit status

	shift 2
	limit=$(deadline "$@")
	machine=("$here/vm/run.sh" -t "$limit")
	echo "# $name: $kernel"
	# Caches of the same size must not be one, if they are to be looked at.
	if [ -n "${NFIM_MEMORY-}" ] ||
	   grep -qs "^remember_slabs" "${@/#/$here/net/}"; then
		machine+=(-a slab_nomerge)
	fi
	case $kernel in
	*-uml-*)
		machine=("$here/uml/run.sh" -t "$limit")
		kernel=${kernel##*-uml-}
		;;
	esac
	"${machine[@]}" -o "$out/$name" "$kernel" "$here/vm/guest.sh" "$@" &
	# shellcheck disable=SC2064
	trap "kill $! 2>/dev/null" TERM
	wait $!
	status=$?
	# 1: a script failed, its cases say so.
	[ "$status" -le 1 ] ||
		echo "not ok 1 $name: the machine ends with status $status"
}

wait_task()
{
	local pid

	wait -n -p pid
	cat "$out/${name_of[$pid]}.log"
	unset "name_of[$pid]"
}

tasks "$@" | awk 'NF > 2' >"$tmp/tasks"
if ! build >"$out/build.log" 2>&1; then
	cat "$out/build.log"
	echo "not ok 1 module and tool are built"
	echo "0 passed, 1 failed"
	exit 1
fi

declare -A name_of=()
while read -r -a line; do
	while [ ${#name_of[@]} -ge "$jobs" ]; do
		wait_task
	done
	mkdir -p "$out/${line[0]}"
	run_task "${line[@]}" >"$out/${line[0]}.log" 2>&1 </dev/null &
	name_of[$!]=${line[0]}
done <"$tmp/tasks"
while [ ${#name_of[@]} -gt 0 ]; do
	wait_task
done

awk '{ print $1 }' "$tmp/tasks" | while read -r name; do
	cat "$out/$name.log"
done | awk '
	/^ok [0-9]+ .*# SKIP/ || /^1\.\.0 # SKIP/ { skipped++; next }
	/^ok [0-9]/ { passed++ }
	/^not ok [0-9]/ { failed++ }
	END {
		printf "%d passed, %d failed", passed, failed
		if (skipped)
			printf ", %d skipped", skipped
		print ""
		exit failed > 0 || passed == 0
	}'
