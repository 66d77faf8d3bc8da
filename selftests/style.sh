#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Looks at the text of the project: layers, licences, sizes, checkpatch, sparse,
# scripts. Prints KTAP; under a case that fails stands FILE:LINE: and the fault.
#
#   style.sh [WORD]          only the cases whose name has WORD in it
#
# CHECKPATCH names a checkpatch.pl to use; otherwise the one that setup.sh
# unpacked, or that of the package linux-source-6.12, is taken. With a commit in
# NFIM_STYLE_SINCE, checkpatch and shellcheck read only what has changed since.

set -u
export LC_ALL=C
cd "$(dirname "$0")/.." || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

cache=${NFIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nfim}
tarball=/usr/src/linux-source-6.12.tar.xz

# What checkpatch must not say, and why.
#   lists like NFIM_COUNTERS(X) are expanded in several ways:
ignored=COMPLEX_MACRO,MACRO_ARG_REUSE,MACRO_ARG_UNUSED
#   NF_CT_HELPER_BUILD_BUG_ON is no BUG; those have a case of their own here:
ignored=$ignored,AVOID_BUG
#   programs and their shim have to make do without u32 and __printf, and
#   libFuzzer calls a function by a CamelCase name:
ignored_program=MACRO_ARG_PRECEDENCE,PREFER_KERNEL_TYPES,PREFER_DEFINED_ATTRIBUTE_MACRO,CAMELCASE
#   TRACE_EVENT() is laid out like a structure:
ignored_trace=PARENTHESIS_ALIGNMENT,OPEN_ENDED_LINE

# What shellcheck must not say: variables come from files that are sourced, and
# functions with optional arguments are called without.
ignored_shell=SC2154,SC2119,SC2120

# All files that are the project's, or those that match the patterns.
if [ -n "$(git ls-files 2>/dev/null)" ]; then
	git ls-files --cached --others --exclude-standard
else
	find . -path ./build -prune -o -type f -print | sed 's,^\./,,'
fi | sort -u | while read -r file; do
	[ -f "$file" ] && echo "$file"
done >"$tmp/files"

files()
{
	local pattern

	for pattern; do
		grep -E "$pattern" "$tmp/files"
	done
}

# Those of the files on standard input that slow tools are to read.
recent()
{
	if [ -z "${NFIM_STYLE_SINCE-}" ]; then
		cat
	else
		grep -xFf <(git diff --name-only "$NFIM_STYLE_SINCE" --)
	fi
}

# lines REGEX PATTERN...: where files that match a pattern have the regex
lines()
{
	local regex=$1

	shift
	files "$@" | tr '\n' '\0' | xargs -0r grep -nHIP -- "$regex"
}

# --- layers ----------------------------------------------------------------

proto_includes()
{
	lines '^\s*#\s*include' '^kernel/proto/.*\.[ch]$' |
		grep -vE 'include (<nfim/[a-z]+\.h>|"[a-z0-9_]+\.h")$'
	for file in $(lines '#\s*include "' '^kernel/proto/.*\.[ch]$' |
		      sed 's/.*"\(.*\)".*/\1/' | sort -u); do
		[ -f "kernel/proto/$file" ] || echo "no kernel/proto/$file"
	done
	lines '^\s*#\s*if.*__KERNEL__' '^(kernel|include)/.*\.[ch]$' |
		grep -v '^include/nfim/shim.h:'
}

proto_symbols()
{
	local file allowed='mem(cmp|chr|cpy|move|set)|strlen'

	command -v "${CC:-gcc}" >/dev/null || { echo "no compiler"; return 4; }
	for file in $(files '^kernel/proto/.*\.c$'); do
		"${CC:-gcc}" -std=gnu11 -O2 -ffreestanding -fno-pic \
			-fno-stack-protector -U_FORTIFY_SOURCE -Iinclude -c \
			-o "$tmp/$(basename "$file" .c).o" "$file" 2>&1
	done
	nm -A "$tmp"/*.o | sed "s,^$tmp/,," >"$tmp/nm"
	sed -n 's/.* [TDR] //p' "$tmp/nm" | sort -u >"$tmp/own"
	grep ' U ' "$tmp/nm" | grep -vE " U ($allowed)\$" |
		grep -vwFf "$tmp/own" | sed 's/$/: not to be used here/'
	grep -E ' [dDbBC] ' "$tmp/nm" | sed 's/$/: not const/'
}

only_there()
{
	local places='^kernel/(compat/.*|(expect|expect_holes|pinhole)\.c):'

	lines '\bnf_nat_mangle_\w+\(|\b__nf_nat_mangle_\w+\(' '^kernel/' |
		grep -vE '^kernel/mangle(_udp)?\.c:'
	# References may be looked up and dropped where offers are kept.
	lines '\bnf_ct_expect_\w+\(' '^kernel/.*\.[ch]$' | grep -vE "$places" |
		grep -vE '^kernel/offers\.c:.*nf_ct_expect_(find_get|put)\('
	# The signature of a helper's callback names an attribute.
	lines '\b(nla_\w+|nlmsg_\w+|genlmsg_\w+|NLA_\w+|struct nlattr)\b' \
		'^kernel/.*\.[ch]$' |
		grep -vE '^kernel/(netlink[a-z_]*\.[ch]|compat/)' |
		grep -v 'from_nlattr('
	lines 'LINUX_VERSION_CODE|\bKERNEL_VERSION\(' '^(kernel|include)/' |
		grep -v '^kernel/compat/'
	lines '#\s*include.*linux/nfim\.h' '^(kernel|userspace|selftests)/' |
		grep -vE '^kernel/netlink[a-z_]*\.c:' |
		grep -vE '^userspace/((nl|msg|msg_locate|module|module_policy|row)\.[ch]|cmd/.*\.c):' |
		grep -vE '^selftests/(tools/nlfuzz|unit/test_msg|fuzz/fuzz_msg)\.c:'
	lines '#\s*include.*cmd/' '^userspace/'
}

# --- files -----------------------------------------------------------------

licences()
{
	files '\.(c|h|sh|py|ya?ml|scd|dict|bash)$' \
	      '(^|/)(Makefile|Kbuild|dkms\.conf)$' | tr '\n' '\0' |
	xargs -0r awk '
		function judge() {
			if (name && !found)
				print name ":1: no SPDX-License-Identifier"
		}
		FNR == 1 { judge(); name = FILENAME; found = 0 }
		FNR <= 3 && /SPDX-License-Identifier: / { found = 1 }
		FNR == 3 { nextfile }
		END { judge() }'
}

sizes()
{
	files '\.(c|h|sh|py)$' '(^|/)(Makefile|Kbuild)$' | tr '\n' '\0' |
	xargs -0r awk -v most=600 -v lines=70 '
		function judge() {
			if (n > most)
				print name ":" n ": longer than " most " lines"
		}
		FNR == 1 { judge(); name = FILENAME; begin = 0 }
		{ n = FNR }
		FILENAME !~ /\.[ch]$/ { next }
		/^{/ { begin = FNR }
		/^}/ && begin {
			if (FNR - begin - 1 > lines)
				print FILENAME ":" begin ": function of " \
					FNR - begin - 1 " lines"
			begin = 0
		}
		END { judge() }'
}

blanks()
{
	lines '[ \t]$' '.' | grep -vE '^selftests/vectors/(captured/|.*\.bin:)'
	lines '\r$' '\.(c|h|sh|py|md|scd)$|Makefile$|Kbuild$'
}

# The letters in brackets keep these lines from finding themselves.
machine_paths()
{
	lines '(?<![\w.])/(wor[k]|far[m]|roo[t]|hom[e])/|/tmp/[w]/' '.'
}

forbidden_calls()
{
	lines '\b(simple_strto\w+|v?sscanf|strstr|strcpy|strcat|v?sprintf)\(' \
		'^kernel/.*\.[ch]$'
	lines '\bBUG(_ON)?\(' '^kernel/.*\.[ch]$'
}

# --- tools -----------------------------------------------------------------

find_checkpatch()
{
	local place dir=build/checkpatch

	for place in "${CHECKPATCH-}" "$cache/linux-6.12/scripts/checkpatch.pl" \
		     $dir/linux-source-6.12/scripts/checkpatch.pl; do
		[ -f "$place" ] && echo "$place" && return
	done
	[ -f $tarball ] || return
	mkdir -p $dir &&
		tar -C $dir -xf $tarball \
			linux-source-6.12/scripts/checkpatch.pl \
			linux-source-6.12/scripts/spelling.txt \
			linux-source-6.12/scripts/const_structs.checkpatch &&
		echo $dir/linux-source-6.12/scripts/checkpatch.pl
}

# patch_check IGNORED: the files that are named on standard input
patch_check()
{
	local checkpatch

	checkpatch=$(find_checkpatch)
	[ -n "$checkpatch" ] || { echo "no checkpatch.pl"; return 4; }
	recent | xargs -r perl "$checkpatch" --no-tree --strict --terse --quiet \
		--show-types --ignore "$1" -f 2>"$tmp/err" >"$tmp/said"
	# 123: something was found; from 124 on it could not be run.
	[ $? -ge 124 ] && cat "$tmp/err"
	rm -f .checkpatch-camelcase.*
	grep -v '^total: ' "$tmp/said"
	return 0
}

checkpatch_kernel()
{
	files '^(kernel|include)/.*\.[ch]$' | grep -v '/\(trace\|shim\)\.h$' |
		patch_check "$ignored" || return
	files '^kernel/trace\.h$' | patch_check "$ignored,$ignored_trace"
	files '/shim\.h$' | patch_check "$ignored,$ignored_program"
}

checkpatch_programs()
{
	files '^(userspace|selftests)/.*\.[ch]$' |
		patch_check "$ignored,$ignored_program"
}

sparse_proto()
{
	command -v sparse >/dev/null || { echo "no sparse"; return 4; }
	files '^kernel/proto/.*\.c$' | tr '\n' '\0' |
		xargs -0r sparse -Wall -Wno-declaration-after-statement \
			-std=gnu11 -Iinclude 2>&1
}

scripts()
{
	{
		files '\.sh$'
		files '' | grep -v '\.' | tr '\n' '\0' |
			xargs -0r grep -lIE '^#!/bin/(ba)?sh' --
	} | grep -v '^\.' | sort -u
}

syntax()
{
	local file

	for file in $(scripts); do
		bash -n "$file" 2>&1
	done
	command -v python3 >/dev/null || return
	files '\.py$' | tr '\n' '\0' | xargs -0r python3 -c '
import ast, sys
for name in sys.argv[1:]:
    ast.parse(open(name).read(), name)' 2>&1
}

shell_check()
{
	command -v shellcheck >/dev/null || { echo "no shellcheck"; return 4; }
	scripts | recent | xargs -r shellcheck -x -P SCRIPTDIR -S warning \
		-e $ignored_shell -f gcc 2>&1
}

# --- the cases -------------------------------------------------------------

cases=(
	"proto_includes|the parsers include only their own headers and nfim/"
	"proto_symbols|the parsers need six functions of memory and no state"
	"only_there|each interface of others is used in one place"
	"licences|every source names its licence"
	"sizes|no function is longer than 70 lines and no file than 600"
	"blanks|no line ends in blanks"
	"machine_paths|no path of one machine is in any file"
	"forbidden_calls|the module calls nothing that is unbounded or crashes"
	"checkpatch_kernel|checkpatch is content with kernel and include"
	"checkpatch_programs|checkpatch is content with tool and tests"
	"sparse_proto|sparse is content with the parsers"
	"syntax|every script can be parsed"
	"shell_check|shellcheck is content with every script"
)

wanted=()
for entry in "${cases[@]}"; do
	[[ $entry == *"${1-}"* ]] && wanted+=("$entry")
done

n=0 failed=0
printf 'KTAP version 1\n1..%d\n' ${#wanted[@]}
for entry in "${wanted[@]}"; do
	n=$((n + 1))
	said=$("${entry%%|*}")
	status=$?
	if [ $status -eq 4 ]; then
		echo "ok $n ${entry#*|} # SKIP $said"
	elif [ -n "$said" ]; then
		printf '%s\n' "$said" | sed 's/^/# /'
		echo "not ok $n ${entry#*|}"
		failed=$((failed + 1))
	else
		echo "ok $n ${entry#*|}"
	fi
done
[ $failed -eq 0 ]
