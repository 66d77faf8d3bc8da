#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A bare Debian 12, in a directory: installs the packages, and then other kernels,
# for which DKMS builds the module by itself. With each of them a virtual machine
# does what the README says to do (installed.sh): the gateway in it is that system,
# with its own module, a file is sent through it and a call is made. In the end all
# is purged.
#
#   upgrade.sh [DIRECTORY]   of packages that are there already
#
# Needs root and the archive that this machine uses. Takes long at first: the bare
# system is kept in $NFIM_CACHE/debian-12.tar.

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root_dir=$(cd "$here/../.." && pwd -P)
cache=${NFIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nfim}
cd "$root_dir" || exit 1
# shellcheck source=selftests/net/ktap.sh
. selftests/net/ktap.sh
tmp=$(mktemp -d "${TMPDIR:-/tmp}/nfim-upgrade.XXXXXX") || exit 1
trap 'rm -rf --one-file-system "$tmp"' EXIT
trap 'exit 130' INT TERM
bare=$tmp/root
debs=${1-}

# What apt here has from Debian, as lines for sources.list.
sources()
{
	apt-get indextargets --format '$(ORIGIN) deb $(SITE) $(RELEASE) $(COMPONENT)' \
		'Created-By: Packages' | sed -n 's/^Debian //p' | grep bookworm |
		sort -u
}

make_base()
{
	local site

	[ -s "$cache/debian-12.tar" ] && return
	site=$(sources | awk '$3 == "bookworm" { print $2; exit }')
	[ -n "$site" ] || return
	timeout 1200 debootstrap --variant=minbase \
		--include=ca-certificates bookworm "$tmp/base" "$site" || return
	sources >"$tmp/base/etc/apt/sources.list"
	rm -f "$tmp/base"/var/cache/apt/archives/*.deb
	tar -C "$tmp/base" -cf "$tmp/base.tar" . &&
		mv "$tmp/base.tar" "$cache/debian-12.tar"
	rm -rf "$tmp/base"
}

unpack_base()
{
	mkdir -p "$bare" && tar -C "$bare" -xf "$cache/debian-12.tar" || return
	# Nothing is to be started.
	printf '#!/bin/sh\nexit 101\n' >"$bare/usr/sbin/policy-rc.d"
	chmod 755 "$bare/usr/sbin/policy-rc.d"
	cp /etc/resolv.conf "$bare/etc/resolv.conf"
}

# in_bare COMMAND...: what it mounts is gone with it.
# shellcheck disable=SC2016
in_bare()
{
	timeout 1500 unshare --mount --pid --fork --kill-child bash -c '
		mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" &&
		exec chroot "$0" env DEBIAN_FRONTEND=noninteractive \
			INITRD=No HOME=/root "$@"' "$bare" "$@" </dev/null
}

add()
{
	in_bare apt-get -q -y --no-install-recommends -o Dpkg::Use-Pty=0 \
		install "$@"
}

# As an upgrade does it: image and headers together.
add_kernel()
{
	add "linux-image-$1" "linux-headers-$1"
}

# procps has sysctl, which the README wants; it is on every system but the barest.
install_first_kernel()
{
	in_bare apt-get -q update && add dkms nftables procps && add_kernel "$1"
}

install_packages()
{
	mkdir "$bare/debs" && cp "$debs"/nfim_*.deb "$debs"/nfim-dkms_*.deb \
		"$bare/debs/" || return
	# shellcheck disable=SC2046
	add $(cd "$bare" && printf '/%s\n' debs/*.deb)
}

# built_module KERNEL: its path.
built_module()
{
	find "$bare/lib/modules/$1/updates" -name 'nf_conntrack_im.ko*' |
		grep . || return
}

is_built()
{
	in_bare dkms status -m nfim
	in_bare dkms status -m nfim -k "$1" | grep installed &&
		[ "$(modinfo -F vermagic "$(built_module "$1")" |
		     cut -d' ' -f1)" = "$1" ]
}

tool_runs()
{
	in_bare nfim version && in_bare nfim explain --help >/dev/null &&
		in_bare bash -c '. /usr/share/bash-completion/completions/nfim'
}

is_quiet()
{
	! find "$bare/etc/systemd" -name '*nfim*' | grep . &&
		in_bare test -e /lib/systemd/system/nfim.service
}

# works KERNEL: each step is a case of its own in the guest; here it is one.
works()
{
	NFIM_BARE=$bare NFIM_TOOL=$bare/usr/sbin/nfim \
		selftests/vm/run.sh -t 900 "$1" selftests/vm/guest.sh \
		../package/installed.sh >"$tmp/guest.log" 2>&1
	local status=$?

	sed 's/^/  /' "$tmp/guest.log"
	[ $status = 0 ] && grep -q '^ok ' "$tmp/guest.log" &&
		! grep '^not ok \|^1\.\.0 \|# SKIP' "$tmp/guest.log"
}

purge()
{
	in_bare apt-get -q -y -o Dpkg::Use-Pty=0 purge nfim nfim-dkms
}

nothing_left()
{
	! find "$bare" -xdev \( -name '*nfim*' -o -name 'nf_conntrack_im*' \) \
		! -path "$bare/debs/*" ! -path "$bare/var/log/*" | grep .
}

[ "$(id -u)" = 0 ] || skip_all "needs root"
command -v debootstrap >/dev/null || skip_all "needs debootstrap"
mapfile -t kernels < <(selftests/setup.sh kernels |
	awk '$2 != "mid-6.12" { print $1 }')
[ ${#kernels[@]} = 3 ] || skip_all "needs the test kernels"
plan $((7 + 3 * ${#kernels[@]}))

if [ -z "$debs" ]; then
	debs=$tmp/debs
	userspace/packaging/make-deb.sh "$debs" >"$tmp/deb.log" 2>&1 ||
		bail_out "$(cat "$tmp/deb.log")"
fi
check "a bare system" make_base
check "it is unpacked" unpack_base

for kernel in "${kernels[@]}"; do
	if [ "$kernel" = "${kernels[0]}" ]; then
		check "$kernel: image and headers" install_first_kernel "$kernel"
		check "the packages install" install_packages
		check "the tool runs" tool_runs
		check "no service is on" is_quiet
	else
		check "$kernel: image and headers" add_kernel "$kernel"
	fi
	check "$kernel: the module is built" is_built "$kernel"
	check "$kernel: as the README says: a file is sent, a call is made" \
		works "$kernel"
done

check "purge" purge
check "nothing is left" nothing_left
done_testing
