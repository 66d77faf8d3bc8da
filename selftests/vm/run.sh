#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs a command in a virtual machine on one of the unpacked Debian kernels.
#
#   run.sh [-t SECONDS] [-m MB] [-c CPUS] [-a ARGS] [-q ARGS] [-i] [-o DIR]
#          KERNEL COMMAND...
#
#   -t SECONDS  deadline for the whole run (600)
#   -m MB       memory (1024)
#   -c CPUS     processors (2)
#   -a ARGS     more words for the kernel command line
#   -q ARGS     more words for qemu
#   -i          one processor whose clock counts instructions: 1 ns is one
#   -o DIR      keep console.log (the kernel's log) there, console.log.N of boots
#               that died; the guest sees DIR under the same path, writable
#
# The guest sees this machine's files, the repository included, at their own
# paths; what it writes is gone afterwards, but for DIR. COMMAND runs as root in
# the repository's root directory with PATH=/usr/sbin:/usr/bin:/sbin:/bin, the
# NFIM_* variables of the caller and NFIM_OUT=DIR. Its output comes to stdout.
#
# Exit code: COMMAND's, or
#    99  the kernel log has a warning or a bug (its text goes to stderr)
#   124  deadline passed
#   125  the guest died before COMMAND ended, or could not be started
#
# No hardware acceleration is used (qemu TCG), so this runs anywhere, slowly. With
# more than one processor it loses a change of the kernel's code on rare occasions,
# and the kernel meets a breakpoint that nobody set; one boot in hundreds ends so.
# A guest that dies before it is up is booted again, three times in all. Nothing of
# ours has run by then.

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

cache=${NFIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nfim}
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source=selftests/vm/console.sh
. "$repo/selftests/vm/console.sh"

usage() { sed -n '3,/^$/s/^# \{0,1\}//p' "$0" >&2; exit 125; }
die() { echo "run.sh: $*" >&2; exit 125; }

deadline=600 memory=1024 cpus=2 append='' more='' out='' count=''
while getopts t:m:c:a:q:io: opt; do
	case $opt in
	t) deadline=$OPTARG ;;
	m) memory=$OPTARG ;;
	c) cpus=$OPTARG ;;
	a) append=$OPTARG ;;
	q) more=$OPTARG ;;
	i) count=yes ;;
	o) out=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge 2 ] || usage
kernel=$1
shift

tree="$cache/kernels/$kernel"
[ -e "$tree/.complete" ] ||
	die "kernel $kernel is not unpacked, try setup.sh install vm"
command -v qemu-system-x86_64 >/dev/null || die "no qemu-system-x86_64"

tmp=$(mktemp -d "${TMPDIR:-/tmp}/nfim-vm.XXXXXX") || exit 125
qemu=
cleanup()
{
	trap - EXIT INT TERM HUP
	if [ -n "$qemu" ]; then
		kill -KILL "$qemu" 2>/dev/null
		wait "$qemu" 2>/dev/null
	fi
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'cleanup; exit 130' INT
trap 'cleanup; exit 143' TERM HUP

mkdir -p "${out:=$tmp/out}" "$tmp/share" || exit 125
out=$(cd "$out" && pwd -P)
console="$out/console.log"
: >"$console" || exit 125

# --- the initramfs: just enough to mount this machine's root ---------------

# The modules needed for module $1, dependencies first.
module_list()
{
	awk -v want="$1" -F '[: ]+' '{
		n = split($1, p, "/"); name = p[n]
		sub(/\.ko$/, "", name); gsub(/-/, "_", name)
		if (name == want) {
			for (i = NF; i > 1; i--)
				if ($i != "")
					print $i
			print $1
		}
	}' "$tree/lib/modules/$kernel/modules.dep"
}

make_initrd()
{
	local root="$tmp/initrd" m

	mkdir -p "$root"/{bin,mod,proc,sys,dev,ro,rw,new}
	cp /usr/bin/busybox "$root/bin/busybox" 2>/dev/null ||
		cp /bin/busybox "$root/bin/busybox" || return
	# What is built in is not in modules.dep.
	for m in virtio_pci 9pnet_virtio 9p overlay virtio_rng; do
		module_list "$m"
	done | awk '!seen[$0]++' >"$tmp/modules"
	while read -r m; do
		cp "$tree/lib/modules/$kernel/$m" "$root/mod/" || return
		echo "insmod /mod/${m##*/}"
	done <"$tmp/modules" >"$root/load"

	cat >"$root/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
. /load
opt=trans=virtio,version=9p2000.L,msize=512000
mount -t 9p -o $opt,cache=loose,ro hostroot /ro
mount -t tmpfs -o mode=755 rw /rw
mkdir /rw/up /rw/wk
mount -t overlay -o lowerdir=/ro,upperdir=/rw/up,workdir=/rw/wk over /new
mkdir -p /new/run /new/proc /new/sys /new/dev
mount -t tmpfs -o mode=755 run /new/run
mkdir /new/run/nfim
mount -t 9p -o $opt,cache=none share /new/run/nfim
for d in proc sys dev; do mount --move /$d /new/$d; done
exec switch_root /new /bin/bash /run/nfim/start
INIT
	chmod 755 "$root/init"
	(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) \
		>"$tmp/initrd.gz"
}

# --- what runs in the guest after that -------------------------------------

make_start()
{
	local var

	cat >"$tmp/share/start" <<START
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C TERM=dumb
mkdir -p /dev/pts /dev/shm /lib/modules/$kernel
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
ln -sfn /proc/self/fd /dev/fd
mount -t debugfs debugfs /sys/kernel/debug
mount -t tracefs tracefs /sys/kernel/tracing
mount --bind $(printf %q "$tree/lib/modules/$kernel") /lib/modules/$kernel
mkdir -p $(printf %q "$out")
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=none \\
	out $(printf %q "$out")
mount -t cgroup2 cgroup2 /sys/fs/cgroup
hostname guest
echo 7 >/proc/sys/kernel/printk
ip link set lo up
stty -F /dev/ttyS1 raw -echo
echo up >/run/nfim/up
cd $(printf %q "$repo")
. selftests/uml/checks.sh
run_checked /dev/ttyS1
sync
echo o >/proc/sysrq-trigger
while :; do sleep 60; done
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

make_initrd || die "cannot make the initramfs"
make_start "$@"

accel=(-accel "tcg,thread=multi" -smp "$cpus")
if [ -n "$count" ]; then
	accel=(-accel "tcg,thread=single" -smp 1 -icount "shift=0,sleep=off")
	append+=" tsc=reliable clocksource=tsc"
fi
# Without random addresses a program that starts again needs no new translation:
# it starts in half the time.
append="norandmaps audit=0 apparmor=0 $append"
fs=local,security_model=none
# shellcheck disable=SC2054,SC2206
machine=(
	"${accel[@]}" -cpu "max,la57=off" -m "$memory"
	-display none -nodefaults -no-reboot -nic none
	-kernel "$tree/boot/vmlinuz-$kernel" -initrd "$tmp/initrd.gz"
	-append "console=ttyS0 panic=-1 oops=panic mitigations=off quiet random.trust_cpu=on no_timer_check $append"
	-device virtio-rng-pci
	-fsdev "$fs,id=root,path=/,readonly=on,multidevs=remap"
	-device virtio-9p-pci,fsdev=root,mount_tag=hostroot
	-fsdev "$fs,id=share,path=$tmp/share"
	-device virtio-9p-pci,fsdev=share,mount_tag=share
	-fsdev "$fs,id=out,path=$out"
	-device virtio-9p-pci,fsdev=out,mount_tag=out
	-serial "file:$console" -serial stdio
	$more
)

# boot N: one machine from its beginning to its end, whose status is in $status.
boot()
{
	local n=$1

	qemu-system-x86_64 "${machine[@]}" </dev/null 2>"$tmp/qemu.log" &
	qemu=$!

	# A watchdog at the other end of a pipe that only we hold open: it kills
	# the guest at the deadline, and also when we are gone without a word.
	exec {alive}> >(
		exec >/dev/null 2>&1
		read -r -t $((end > SECONDS ? end - SECONDS : 1))
		if [ $? -gt 128 ]; then
			: >"$tmp/late"
			kill -KILL "$qemu"
		elif [ -d "$tmp" ] && [ ! -e "$tmp/ended.$n" ]; then
			kill -KILL "$qemu"
			rm -rf "$tmp"
		fi
	)
	wait "$qemu" 2>/dev/null
	status=$?
	: >"$tmp/ended.$n"
	qemu=
	exec {alive}>&-
}

end=$((SECONDS + deadline))
for i in 1 2 3; do
	boot "$i"
	if [ -e "$tmp/share/up" ] || [ -e "$tmp/late" ]; then
		break
	fi
	echo "run.sh: the guest died (qemu status $status) before it was up" >&2
	tail -n 5 "$console" >&2
	cp "$console" "$console.$i"
done

if [ -e "$tmp/late" ]; then
	echo "run.sh: no end after $deadline s" >&2
	tail -n 5 "$console" >&2
	code=124
elif [ -s "$tmp/share/exit-code" ]; then
	code=$(<"$tmp/share/exit-code")
else
	echo "run.sh: the guest died (qemu status $status)" >&2
	cat "$tmp/qemu.log" >&2
	tail -n 40 "$console" >&2
	code=125
fi

if [ "$code" != 125 ] && ! console_clean "$console" "$kernel"; then
	code=99
fi
exit "$code"
