#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds the module against the headers of the test kernels with gcc and of the
# newest of each series with clang, warnings being errors, and runs sparse beside
# gcc on the latter; "-a": with both compilers against every Debian 12 kernel
# there is.
# KTAP, one case for each kernel and compiler.
#
#   matrix.sh [-a] [-j JOBS]

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

root_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root_dir" || exit 1
jobs=$(nproc) all=''
while getopts aj: opt; do
	case $opt in
	a) all=y ;;
	j) jobs=$OPTARG ;;
	*) exit 2 ;;
	esac
done
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
clang=$(command -v clang-16)

# What gcc-built headers assume of the compiler and clang does not know.
clang_options=(CONFIG_CC_IS_GCC= CONFIG_CC_IS_CLANG=y
	CONFIG_FTRACE_MCOUNT_USE_CC= CONFIG_CC_NO_ARRAY_BOUNDS=
	CONFIG_CC_IMPLICIT_FALLTHROUGH=-Wimplicit-fallthrough
	"KCFLAGS=-Werror -Wno-unknown-warning-option -Wno-duplicate-decl-specifier")

headers_of()
{
	local k which=kernels

	[ -z "$all" ] || which=headers
	for k in $(selftests/setup.sh $which | cut -d" " -f1); do
		[ -d "/lib/modules/$k/build/" ] && echo "$k"
	done
}

# Without a BTF base there is a remark that is no warning.
remarks='^Skipping BTF generation'

gcc_build()
{
	make modules KDIR="/lib/modules/$1/build" WERROR=1 W=1
}

clang_build()
{
	mkdir -p "$tmp/$1" && cp -r Kbuild kernel include "$tmp/$1/" &&
	make -s -C "/lib/modules/$1/build" M="$tmp/$1" CC="$clang" W=1 \
		"${clang_options[@]}" modules
}

# Both read each file; what either says counts.
sparse_build()
{
	make modules KDIR="/lib/modules/$1/build" WERROR=1 W=1 C=2 \
		CF=-D__CHECK_ENDIAN__
}

# one WHAT KERNEL: output to a file, empty when there was nothing to say.
one()
{
	local out="$tmp/$1-$2.log"

	"$1_build" "$2" >"$out" 2>&1 || echo "failed" >>"$out"
	sed -i -e "/$remarks/d" -e '/^  KO  /d' "$out"
}

declare -A said=([gcc]=gcc [clang]=clang [sparse]="gcc and sparse")

report()
{
	local out="$tmp/$1-$2.log"

	n=$((n + 1))
	if [ -s "$out" ]; then
		echo "not ok $n ${said[$1]} $2"
		head -n 20 "$out" | sed 's/^/# /'
		bad=1
	else
		echo "ok $n ${said[$1]} $2"
	fi
}

mapfile -t kernels < <(headers_of)
[ ${#kernels[@]} -gt 0 ] || { echo "1..0 # SKIP no kernel headers"; exit 4; }
[ -n "$clang" ] || { echo "1..0 # SKIP needs clang-16"; exit 4; }
# newest SERIES: of the kernels at hand
newest() { printf '%s\n' "${kernels[@]}" | grep -F "$1" | tail -n 1; }

last=" $(newest 6.1.) $(newest 6.12.) "
tasks=()
for k in "${kernels[@]}"; do
	if [[ $last == *" $k "* ]]; then
		tasks+=("sparse $k" "clang $k")
	else
		tasks+=("gcc $k")
		[ -z "$all" ] || tasks+=("clang $k")
	fi
done

running=0
for task in "${tasks[@]}"; do
	if [ $running -ge "$jobs" ]; then
		wait -n
		running=$((running - 1))
	fi
	# shellcheck disable=SC2086
	one $task &
	running=$((running + 1))
done
wait

echo "KTAP version 1"
echo "1..${#tasks[@]}"
n=0 bad=0
for task in "${tasks[@]}"; do
	# shellcheck disable=SC2086
	report $task
done
exit $bad
