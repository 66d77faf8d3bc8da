#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Where the instructions of cases go, by function, all their measured packets
# together: first the functions of modules, then the kernel's own, for whom they ran.
# In a virtual machine whose processor tells each block of code that it runs.
#
#   profile.sh [-k KERNEL] [-n LINES] CASE...
#
#   CASE   as in the table of run.sh, tab by tab: $'BYE\timsip/udp\tnat'

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
tests=$(dirname "$here")

usage() { sed -n '3,/^$/s/^# \{0,1\}//p' "$0" >&2; exit 2; }
die() { echo "profile: $*" >&2; exit 2; }

role=newest-6.12 lines=40
while getopts k:n: opt; do
	case $opt in
	k) role=$OPTARG ;;
	n) lines=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || usage

tmp=$(mktemp -d "${TMPDIR:-/tmp}/nfim-profile.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
kernel=$("$tests/setup.sh" kernels |
	 awk -v w="$role" '$1 == w || $2 == w { print $1 }')
[ -n "$kernel" ] || die "no kernel $role"
bench=$("$here/build.sh" "$kernel") || die "cannot build"

mkdir "$tmp/out"
mkfifo "$tmp/log"
"$here/profile.py" "$tmp/monitor" "$tmp/log" "$tmp/out" "$lines" >"$tmp/table" &
reader=$!
"$tests/vm/run.sh" -i -t 900 -o "$tmp/out" -a nokaslr -q "-D $tmp/log \
	-dfilter 0xffffffff80000000..0xffffffffcfffffff \
	-monitor unix:$tmp/monitor,server=on,wait=off" \
	"$kernel" "$here/guest.sh" "$bench" --profile "$tmp/out" --rounds 2 \
	--per-round 16 --repeat 1 "$@" >"$tmp/results" || {
	cat "$tmp/results"
	kill "$reader"
	die "the guest fails"
}
wait "$reader"
cat "$tmp/results" "$tmp/table"
