#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs a command in User-Mode Linux, built by build.sh: like vm/run.sh, but at
# native speed and on one processor, and with "debug" under the kernel's checks.
#
#   run.sh [-t SECONDS] [-m MB] [-a ARGS] [-o DIR] plain|debug COMMAND...
#
#   -t SECONDS  deadline for the whole run (600)
#   -m MB       memory (1024)
#   -a ARGS     more words for the kernel command line
#   -o DIR      keep console.log (the kernel's log) there; the guest sees DIR
#               under the same path, writable
#
# What the guest sees, COMMAND's surroundings and the exit codes are those of
# vm/run.sh. With "debug", the guest looks for leaked memory when COMMAND has
# ended, and an unreferenced object is a complaint of the kernel (99) as well.
#
# The guest's memory is a file in /dev/shm, which must have room for it.

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

cache=${NFIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nfim}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo=$(cd "$here/../.." && pwd -P)
# shellcheck source=selftests/vm/console.sh
. "$repo/selftests/vm/console.sh"

usage() { sed -n '3,/^$/s/^# \{0,1\}//p' "$0" >&2; exit 125; }
die() { echo "run.sh: $*" >&2; exit 125; }

deadline=600 memory=1024 append='' out=''
while getopts t:m:a:o: opt; do
	case $opt in
	t) deadline=$OPTARG ;;
	m) memory=$OPTARG ;;
	a) append=$OPTARG ;;
	o) out=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge 2 ] || usage
flavour=$1
shift

kernel=$("$here/build.sh" name "$flavour") || exit 125
tree="$cache/uml/$kernel"
[ -e "$tree/.complete" ] || die "$kernel is not built, try make uml"

tmp=$(mktemp -d "${TMPDIR:-/tmp}/nfim-uml.XXXXXX") || exit 125
linux=
cleanup()
{
	trap - EXIT INT TERM HUP
	if [ -n "$linux" ]; then
		kill -KILL "$linux" 2>/dev/null
		wait "$linux" 2>/dev/null
	fi
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'cleanup; exit 130' INT
trap 'cleanup; exit 143' TERM HUP

mkdir -p "${out:=$tmp/out}" "$tmp/share" "$tmp/uml" || exit 125
out=$(cd "$out" && pwd -P)
console="$out/console.log"
: >"$console" || exit 125

# --- what runs in the guest ------------------------------------------------

# The root is this machine's, under a layer in memory that takes what is written.
make_init()
{
	cat >"$tmp/init" <<INIT
#!/bin/bash
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t tmpfs -o mode=755 rw /mnt
mkdir /mnt/up /mnt/wk /mnt/new
mount -t overlay -o lowerdir=/,upperdir=/mnt/up,workdir=/mnt/wk over /mnt/new
cd /mnt/new
mkdir -p run proc sys dev old
mount -t tmpfs -o mode=755 run run
mkdir run/nfim
mount -t hostfs -o $(printf %q "$tmp/share") share run/nfim
mount -t proc proc proc
mount -t sysfs sys sys
mount -t devtmpfs dev dev
mkdir -p $(printf %q ".$out") lib/modules/$kernel
mount -t hostfs -o $(printf %q "$out") out $(printf %q ".$out")
mount -t hostfs -o $(printf %q "$tree/lib/modules/$kernel") modules \\
	lib/modules/$kernel
pivot_root . old
exec chroot . /bin/bash /run/nfim/start
INIT
	chmod 755 "$tmp/init"
}

make_start()
{
	local var

	cat >"$tmp/share/start" <<START
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C TERM=dumb
exec </dev/null >/dev/tty0 2>&1
umount -l /old
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
ln -sfn /proc/self/fd /dev/fd
mount -t debugfs debugfs /sys/kernel/debug
mount -t tracefs tracefs /sys/kernel/tracing
mount -t cgroup2 cgroup2 /sys/fs/cgroup
hostname guest
ip link set lo up
stty -F /dev/ttyS0 raw -echo
cd $(printf %q "$repo")
. selftests/uml/checks.sh
run_checked /dev/ttyS0
sync
busybox poweroff -f
START
	{
		for var in ${!NFIM_*}; do
			printf 'export %s=%q\n' "$var" "${!var}"
		done
		printf 'export NFIM_OUT=%q\n' "$out"
		printf '%q ' "$@"
		echo
	} >"$tmp/share/command"
}

# --- run -------------------------------------------------------------------

make_init
make_start "$@"

# Consoles are pipes: plain files cannot be waited for. Each cache is its own, so
# that one can be counted and made to fail.
machine=(
	"mem=${memory}M" root=/dev/root rootfstype=hostfs rootflags=/ ro
	con=null "con0=null,fd:2" ssl=null "ssl0=null,fd:1" "init=$tmp/init"
	"uml_dir=$tmp/uml" umid=guest panic=-1 loglevel=8 slab_nomerge
)
# shellcheck disable=SC2206
machine+=($append)
TMPDIR=/dev/shm setsid "$tree/linux" "${machine[@]}" </dev/null \
	> >(exec cat) 2> >(exec cat >"$console") &
linux=$!

exec {alive}> >(
	exec >/dev/null 2>&1
	read -r -t "$deadline"
	if [ $? -gt 128 ]; then
		: >"$tmp/late"
	elif ! [ -d "$tmp" ] || [ -e "$tmp/ended" ]; then
		exit
	fi
	# Its processes are one session.
	kill -KILL -- "-$linux"
	[ -e "$tmp/late" ] || rm -rf "$tmp"
)
wait "$linux" 2>/dev/null
status=$?
: >"$tmp/ended"
kill -KILL -- "-$linux" 2>/dev/null
linux=
exec {alive}>&-

if [ -e "$tmp/late" ]; then
	echo "run.sh: no end after $deadline s" >&2
	tail -n 5 "$console" >&2
	code=124
elif [ -s "$tmp/share/exit-code" ]; then
	code=$(<"$tmp/share/exit-code")
else
	echo "run.sh: the guest died (status $status)" >&2
	tail -n 60 "$console" >&2
	code=125
fi

if [ "$code" != 125 ] && ! console_clean "$console" "$kernel"; then
	code=99
fi
exit "$code"
