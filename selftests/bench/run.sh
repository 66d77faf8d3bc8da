#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `make bench`: what packets cost in our helpers and in the kernel's own, in one
# run: instructions in a virtual machine whose clock counts them, or nanoseconds in
# User-Mode Linux.
#
#   run.sh [-k KERNEL] [-o DIR] [-c | -w | -2] [NAME...]
#
#   -k KERNEL   a version or role of setup.sh (newest-6.12), or uml-plain
#   -o DIR      keep results.tsv and results.svg there
#   -c          compare with what is kept in kept/ for this kernel and compiler;
#               exit code 1 if a case of ours costs more than 5 % above it, or,
#               where nothing is kept for these, a quarter more for what the
#               kernel's helper costs than it does with others
#   -w          keep what comes out there, to be compared with
#   -2          some cases on two processors at once, in nanoseconds, against one
#   NAME        only cases whose names begin like that

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
tests=$(dirname "$here")
cache=${NFIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nfim}

usage() { sed -n '3,/^$/s/^# \{0,1\}//p' "$0" >&2; exit 2; }
die() { echo "bench: $*" >&2; exit 2; }

role=newest-6.12 out='' compare='' keep='' two=
while getopts k:o:cw2 opt; do
	case $opt in
	k) role=$OPTARG ;;
	o) out=$OPTARG ;;
	c) compare=yes ;;
	w) keep=yes ;;
	2) two=yes ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))

tmp=$(mktemp -d "${TMPDIR:-/tmp}/nfim-bench.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
mkdir -p "${out:=$tmp/out}" || exit 2

case $role in
uml-*)
	kernel=$("$tests/uml/build.sh" name "${role#uml-}") || exit 2
	kdir=$cache/uml/$kernel/build
	arch=um
	machine=("$tests/uml/run.sh")
	guest=${role#uml-}
	unit=ns
	options=(--rounds 21 --per-round 512)
	;;
*)
	kernel=$("$tests/setup.sh" kernels |
		 awk -v w="$role" '$1 == w || $2 == w { print $1 }')
	kdir=/lib/modules/$kernel/build
	arch=x86
	machine=("$tests/vm/run.sh" -i)
	guest=$kernel
	unit=instructions
	options=(--rounds 5 --per-round 64)
	;;
esac
[ -n "$kernel" ] || die "no kernel $role"
# Where instructions are counted, repeating tells hardly more.
[ -z "$compare$keep" ] || options=(--rounds 3 --per-round 24 --repeat 1)

if [ -n "$two" ]; then
	machine=("$tests/vm/run.sh" -c 2)
	options=(--rounds 5 --per-round 2000 --together)
fi
bench=$("$here/build.sh" "$kernel" "$kdir" $arch 2>"$out/build.log") ||
	die "cannot build, see $out/build.log"

"${machine[@]}" -t 1500 -o "$out" "$guest" "$here/guest.sh" \
	"$bench" "${options[@]}" "$@" \
	>"$out/results.tsv" 2>"$out/stderr" || {
	cat "$out/stderr" "$out/results.tsv"
	die "the guest fails"
}
if [ -n "$two" ]; then
	cat "$out/results.tsv"
	exit
fi
compiler=$(gcc -dumpversion)
kept=$here/kept/$kernel-gcc-$compiler.tsv
if [ -n "$keep" ]; then
	mkdir -p "$here/kept"
	grep -v '^#' "$out/results.tsv" >"$kept"
fi
"$here/report.py" --unit $unit --svg "$out/results.svg" \
	${compare:+--check} --kept "$kept" "$out/results.tsv"
