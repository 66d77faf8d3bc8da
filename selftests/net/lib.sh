# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What every test script needs: processes and waiting, the module, the kernel's
# log. Reads the other parts as well: ktap.sh (cases), topology.sh (the network
# and the gateway's rules), msn.sh (clients, server, counters).

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

net_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root_dir=$(cd "$net_dir/../.." && pwd)
# shellcheck source=selftests/net/ktap.sh
. "$net_dir/ktap.sh"

suffix=$$-$RANDOM
tmp=$(mktemp -d "${TMPDIR:-/tmp}/nfim-net.XXXXXX") || exit 1
module=nf_conntrack_im
loaded_here=
declare -A job_pid job_in
topology_made=
warm_pid=

# A descriptor that never becomes readable: read -t on it is a short rest
# without a process.
mkfifo "$tmp/rest" && exec {rest_fd}<>"$tmp/rest"

in_ns()
{
	local name=$1

	shift
	nsenter --net="/run/netns/$name" "$@"
}

cleanup()
{
	local name

	trap - EXIT INT TERM
	for name in "${!job_pid[@]}"; do
		kill "${job_pid[$name]}" 2>/dev/null
	done
	[ -z "$warm_pid" ] || kill "$warm_pid" 2>/dev/null
	wait 2>/dev/null
	[ -n "$topology_made" ] && in_ns "$gw" nft flush ruleset 2>/dev/null
	[ -n "$loaded_here" ] && unload_module
	# shellcheck disable=SC2086
	[ -n "$topology_made" ] &&
		printf 'netns del %s\n' $all_ns | ip -force -b - 2>/dev/null
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'cleanup; exit 130' INT
trap 'cleanup; exit 143' TERM

# --- waiting ---------------------------------------------------------------

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for()
{
	local end=$((SECONDS + $1)) _

	shift
	until "$@"; do
		[ $SECONDS -le $end ] || return 1
		read -r -t 0.05 -u "$rest_fd" _
	done
	return 0
}

# start NAME NAMESPACE COMMAND...: in the background; its output is collected in
# $tmp/NAME.log, and "go NAME" gives it a line on stdin.
start()
{
	local name=$1 where=$2 fd

	shift 2
	stop "$name"
	rm -f "$tmp/$name.in"
	mkfifo "$tmp/$name.in"
	exec {fd}<>"$tmp/$name.in"
	job_in[$name]=$fd
	: >"$tmp/$name.log"
	nsenter --net="/run/netns/$where" "$@" \
		<"$tmp/$name.in" >>"$tmp/$name.log" 2>&1 &
	job_pid[$name]=$!
}

go()
{
	echo >&"${job_in[$1]}"
}

# finish NAME: waits for its end; its exit code.
finish()
{
	local status

	[ -n "${job_pid[$1]-}" ] || return 1
	wait "${job_pid[$1]}"
	status=$?
	forget "$1"
	return $status
}

stop()
{
	[ -n "${job_pid[$1]-}" ] || return 0
	kill "${job_pid[$1]}" 2>/dev/null
	wait "${job_pid[$1]}" 2>/dev/null
	forget "$1"
}

forget()
{
	local fd=${job_in[$1]}

	unset "job_pid[$1]" "job_in[$1]"
	exec {fd}>&-
}

# said NAME TEXT: TEXT is in what the program has said so far.
said()
{
	[[ $(<"$tmp/$1.log") == *"$2"* ]]
}

said_or_over()
{
	said "$1" "$2" || ! kill -0 "${job_pid[$1]}" 2>/dev/null
}

# wait_said NAME TEXT [SECONDS]
wait_said()
{
	wait_for "${3:-30}" said_or_over "$1" "$2"
	said "$1" "$2"
}

# word NAME LINE N: the N-th word of the last line that begins with LINE.
word()
{
	awk -v line="$2" -v n="$3" '$1 == line { w = $n } END { print w }' \
		"$tmp/$1.log"
}

on_failure()
{
	local log

	for log in "$tmp"/*.log; do
		[ -s "$log" ] || continue
		diag "--- ${log##*/}"
		diag "$(tail -n 8 "$log")"
	done
}

# --- module and kernel log -------------------------------------------------

need_root()
{
	[ "$(id -u)" = 0 ] || skip_all "needs root"
}

need_tools()
{
	local tool

	for tool in ip nft conntrack ethtool nsenter /usr/bin/python3 "$@"; do
		command -v "$tool" >/dev/null || skip_all "needs $tool"
	done
}

module_file()
{
	local file=${NFIM_MODULE:-$root_dir/build/$(uname -r)/$module.ko}

	[ -e "$file" ] && echo "$file"
}

is_loaded()
{
	[ -d "/sys/module/$module" ]
}

# load_module [PARAMETER=VALUE...]: with what it and the rules need; skips without a
# module.
load_module()
{
	local file

	need_root
	need_tools
	modprobe -qa nf_conntrack nf_nat nft_ct nft_nat nft_masq nft_chain_nat \
		nf_conntrack_netlink nft_objref veth bridge
	[ -e /proc/sys/net/netfilter/nf_conntrack_max ] ||
		skip_all "no conntrack in this kernel"
	if is_loaded; then
		:
	elif file=$(module_file); then
		insmod "$file" "$@" || bail_out "insmod $file failed"
		loaded_here=1
	else
		modprobe -q $module "$@" || skip_all "no module for $(uname -r)"
		loaded_here=1
	fi
	echo 1024 >/proc/sys/net/netfilter/nf_conntrack_expect_max
}

unload_module()
{
	# The rules' references go after a grace period.
	wait_for 20 try_rmmod
}

try_rmmod()
{
	! is_loaded || rmmod $module 2>/dev/null
}

module_users()
{
	cat "/sys/module/$module/refcnt"
}

unused()
{
	[ "$(module_users)" = 0 ]
}

kernel_alarm='BUG:|WARNING:|KASAN|UBSAN|possible circular|suspicious RCU|Oops'
kernel_alarm+='|refcount_t|kmemleak:.*suspected|stack segment'
kernel_alarm+='|general protection|Call Trace'

# No warning in the kernel's log since this test began.
dmesg_clean()
{
	dmesg | awk -v mark="nfim test $suffix" -v alarm="$kernel_alarm" '
		index($0, mark) { seen = 1 }
		seen && $0 ~ alarm { print; bad = 1 }
		END { exit bad }'
}

# --- memory ----------------------------------------------------------------

slabs=()
declare -A slab_before

# Objects in use; shrinking first sends those away that are only kept in hand.
slab_objects()
{
	local n

	echo 1 >"/sys/kernel/slab/$1/shrink"
	read -r n _ <"/sys/kernel/slab/$1/objects"
	echo "$n"
}

# remember_slabs PATTERN...: of those caches, for check_slabs; there is a case for
# each of them in $slabs.
remember_slabs()
{
	local pattern dir cache

	slabs=()
	for pattern; do
		# shellcheck disable=SC2231
		for dir in /sys/kernel/slab/$pattern; do
			[ ! -d "$dir" ] || slabs+=("${dir##*/}")
		done
	done
	for cache in "${slabs[@]}"; do
		slab_before[$cache]=$(slab_objects "$cache")
	done
}

# slab_back CACHE SLACK: no more than so many objects are left over.
slab_back()
{
	local now

	now=$(slab_objects "$1")
	echo "$1: ${slab_before[$1]} -> $now"
	[ "$now" -le $((slab_before[$1] + $2)) ]
}

# check_slabs SECONDS SLACK: they are as before, by then.
check_slabs()
{
	local cache

	for cache in "${slabs[@]}"; do
		check "$cache is back" wait_for "$1" slab_back "$cache" "$2"
	done
}

# shellcheck source=selftests/net/topology.sh
. "$net_dir/topology.sh"
# shellcheck source=selftests/net/msn.sh
. "$net_dir/msn.sh"
