#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs net tests one after the other on this kernel: guest.sh SCRIPT...
#
# Prints the scripts' KTAP one behind the other. Each has its own deadline, from
# a line "# timeout: N" in it or from ../settings. A script that ends badly without
# saying so in a case gets one more "not ok" case, so lines tell the whole truth.
#
# With NFIM_MEMORY=1, behind each script conntrack must hold no more than before:
# its connections and expectations go with their namespaces. The module's own memory
# is looked at by the kernel, which complains of what is left when the module goes.

set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../net" || exit 1

tmp=$(mktemp) || exit 1
trap 'rm -f "$tmp"' EXIT
default=$(sed -n 's/^timeout=//p' ../settings)
failed=0

objects()
{
	local n

	echo 1 >"/sys/kernel/slab/$1/shrink"
	read -r n _ <"/sys/kernel/slab/$1/objects"
	echo "${n:-0}"
}

conntrack_objects()
{
	local cache total=0

	[ -n "${NFIM_MEMORY-}" ] || return
	for cache in nf_conntrack nf_conntrack_expect; do
		# What is merged with others cannot be counted.
		if [ -d "/sys/kernel/slab/$cache" ] &&
		   [ ! -L "/sys/kernel/slab/$cache" ]; then
			total=$((total + $(objects "$cache")))
		fi
	done
	echo $total
}

# memory_back BEFORE: within a minute, because namespaces go in the background.
memory_back()
{
	local end=$((SECONDS + 60))

	until [ "$(conntrack_objects)" -le $(($1 + 32)) ]; do
		[ $SECONDS -lt $end ] || return
		read -r -t 0.2 <><(:)
	done
	return 0
}

for script; do
	limit=$(sed -n 's/^# timeout: //p' "$script")
	limit=${limit:-$default}
	began=$SECONDS
	before=$(conntrack_objects)
	echo "# $(uname -r): $script"
	timeout -k 15 "$limit" "./$script" 2>&1 | tee "$tmp"
	status=${PIPESTATUS[0]}
	case $status in
	0|4)
		;;
	*)
		failed=1
		why="ends with status $status"
		[ "$status" = 124 ] && why="takes more than $limit s"
		cases=$(grep -c '^ok ' "$tmp")
		grep -q '^not ok ' "$tmp" ||
			echo "not ok $((cases + 1)) $script $why"
		;;
	esac
	if [ -n "$before" ] && ! memory_back "$before"; then
		failed=1
		echo "not ok $(($(grep -c '^ok ' "$tmp") + 1)) $script leaves" \
			"$(conntrack_objects) objects of conntrack, were $before"
	fi
	echo "# $script took $((SECONDS - began)) s"
done
exit $failed
