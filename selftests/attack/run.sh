#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `make attack`: attacks the kernel's own helpers and ours in a virtual machine,
# and prints what becomes of it as a table.
#
#   run.sh [-k KERNEL] [-o DIR] [-s SECONDS] [HELPER... [-- ATTACK...]]
#
#   -k KERNEL   a version or role of setup.sh (newest-6.12), uml-plain, uml-debug
#   -o DIR      keep the output there
#   -s SECONDS  length of a flood (3)
#   HELPER      see attack.sh; all of them by default
#   ATTACK      see attack.py --list; all of them by default
#
# Exit code 1 if ours is harmed by anything.

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
tests=$(dirname "$here")
repo=$(dirname "$tests")
cache=${NFIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nfim}

usage() { sed -n '3,/^$/s/^# \{0,1\}//p' "$0" >&2; exit 2; }
die() { echo "attack: $*" >&2; exit 2; }

role=newest-6.12 out='' NFIM_SECONDS=3
while getopts k:o:s: opt; do
	case $opt in
	k) role=$OPTARG ;;
	o) out=$OPTARG ;;
	s) NFIM_SECONDS=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
export NFIM_SECONDS
helpers=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
	helpers+=("$1")
	shift
done
[ ${#helpers[@]} -gt 0 ] ||
	helpers=(sip/udp sip/tcp ftp irc msnp imsip/udp imsip/tcp)

tmp=$(mktemp -d "${TMPDIR:-/tmp}/nfim-attack.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
mkdir -p "${out:=$tmp/out}" || exit 2

case $role in
uml-*)
	kernel=${role#uml-}
	kdir=$cache/uml/$("$tests/uml/build.sh" name "$kernel")/build
	machine=("$tests/uml/run.sh")
	;;
*)
	kernel=$("$tests/setup.sh" kernels |
		 awk -v w="$role" '$1 == w || $2 == w { print $1 }')
	kdir=/lib/modules/$kernel/build
	# Caches of the same size must not be one, or leaks are not ours to see.
	machine=("$tests/vm/run.sh" -a slab_nomerge)
	;;
esac
[ -n "$kernel" ] || die "no kernel $role"
{
	make -C "$repo" modules KDIR="$kdir" && make -C "$repo" userspace
} >"$out/build.log" 2>&1 || die "cannot build, see $out/build.log"

"${machine[@]}" -t 3000 -o "$out" "$kernel" "$here/attack.sh" \
	"${helpers[@]}" "$@" >"$out/attack.log" 2>"$out/stderr"
status=$?
"$here/table.py" "$out/attack.log" || status=1
case $status in
0|1)
	grep '^not ok' "$out/attack.log"
	;;
*)
	cat "$out/stderr"
	tail -n 5 "$out/attack.log"
	;;
esac
exit $status
