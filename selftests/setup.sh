#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Installs what the build and the tests need on Debian 12, and unpacks the
# kernels that the tests boot. Everything that is no package goes to a cache:
#
#   $NFIM_CACHE (default: ${XDG_CACHE_HOME:-~/.cache}/nfim)
#     kernels/$K/boot/vmlinuz-$K, kernels/$K/lib/modules/$K   test kernels
#     uml/                                User-Mode Linux, see uml/build.sh
#     linux-6.12/                         checkpatch.pl, lib.mk and friends
#     firewalld/, prometheus-node-exporter/      packages, unpacked only
#     pair/                    conntrackd, keepalived and their libraries, as well
#     debs/                    image packages put here are used, not fetched
#
#   setup.sh install [build|vm|style|uml|package|pair|docs|all]
#                                           as root; quick when all is there
#   setup.sh headers                        header versions, one a line
#   setup.sh kernels                        test kernels: "VERSION ROLE"

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

cache=${NFIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nfim}

build_packages="gcc make bc libmnl-dev libnftnl-dev libjansson-dev
	libconfuse-dev libpcap-dev pkg-config
	scdoc xz-utils kmod clang clang-16 libclang-rt-14-dev llvm git ca-certificates"
vm_packages="qemu-system-x86 busybox-static cpio xz-utils kmod iproute2
	nftables iptables conntrack ethtool tcpdump python3 python3-yaml
	python3-jsonschema python3-firewall python3-nftables prometheus
	sip-tester baresip-core kamailio"
uml_packages="gcc make bc flex bison libelf-dev xz-utils kmod linux-source-6.12 busybox-static
	util-linux"
package_packages="debhelper dh-dkms dpkg-dev fakeroot lintian debootstrap
	busybox-static musl-tools systemd"
docs_packages="chromium-headless-shell fonts-dejavu-core tcpdump baresip-core"
pair_packages="conntrackd keepalived libnetfilter-cthelper0 libnetfilter-queue1
	libnl-genl-3-200 libpci3 libsnmp40 libwrap0"
style_packages="sparse shellcheck perl linux-source-6.12"

# The kernels' modules that a guest may want; the rest stays in the package.
module_dirs="kernel/net kernel/fs/9p kernel/fs/overlayfs kernel/fs/netfs
	kernel/fs/fscache kernel/lib kernel/crypto kernel/arch/x86/crypto
	kernel/drivers/virtio kernel/drivers/char/hw_random"
module_files="kernel/drivers/net/veth.ko kernel/drivers/net/dummy.ko
	modules.builtin modules.builtin.modinfo modules.order"

say() { echo "setup: $*"; }
die() { echo "setup: $*" >&2; exit 1; }

# --- which kernels ---------------------------------------------------------

# What apt knows: $known is a list of headers-VERSION and image-VERSION, plain
# flavour only. Reading it takes half a second, so it is read once.
known=
learn()
{
	[ -n "$known" ] && return
	known=$(apt-cache search --names-only \
	  '^linux-(headers|image)-6\.(1\.0-[0-9]+|12\.[0-9]+\+deb12)-amd64$' |
	  sed 's/^linux-\([^ ]*\) .*/\1/' | sort -V)
}

# All versions with a headers package.
headers()
{
	echo "$known" | sed -n 's/^headers-//p'
}

# Those of them that also have an image: "VERSION ROLE" for each role.
kernels()
{
	local k first61='' last61='' last612='' mid='' minor

	for k in $(echo "$known" | sed 's/^[a-z]*-//' | sort -V | uniq -d); do
		case $k in
		6.1.*)
			first61=${first61:-$k}
			last61=$k
			;;
		6.12.*)
			last612=$k
			minor=${k#6.12.}
			minor=${minor%%[!0-9]*}
			[ "$minor" -ge 103 ] && [ "$minor" -le 113 ] &&
				mid=${mid:-$k}
			;;
		esac
	done
	{
		echo "$first61 oldest-6.1"
		echo "$last61 newest-6.1"
		echo "$mid mid-6.12"
		echo "$last612 newest-6.12"
	} | awk 'NF == 2 && !seen[$1]++'
}

# --- packages --------------------------------------------------------------

missing()
{
	dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
	awk -v want="$*" '
		$1 == "installed" { have[$2] = 1 }
		END {
			n = split(want, w, " ")
			for (i = 1; i <= n; i++)
				if (!(w[i] in have))
					printf "%s ", w[i]
		}'
}

updated=
update()
{
	[ -n "$updated" ] && return
	say "apt-get update"
	apt-get -q update || die "apt-get update failed"
	updated=1
	known=
}

install()
{
	local want

	want=$(missing "$@")
	[ -z "$want" ] && return
	[ "$(id -u)" = 0 ] || die "not root, and missing: $want"
	update
	say "installing $want"
	# INITRD=No: the images that 6.12's headers depend on need no initrd.
	# shellcheck disable=SC2086
	DEBIAN_FRONTEND=noninteractive INITRD=No \
		apt-get -q -y --no-install-recommends \
		-o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 \
		install $want || die "apt-get install failed"
}

install_headers()
{
	learn
	[ -n "$known" ] || { update; learn; }
	# shellcheck disable=SC2046
	install $(headers | sed 's/^/linux-headers-/')
}

# --- test kernels ----------------------------------------------------------

# The part of an image's tree we keep, as patterns for tar.
image_patterns()
{
	local k=$1 p

	printf '%s\n' "./boot/vmlinuz-$k" "./boot/config-$k"
	for p in $module_dirs; do
		printf '%s\n' "./*lib/modules/$k/$p/*"
	done
	for p in $module_files; do
		printf '%s\n' "./*lib/modules/$k/$p*"
	done
}

# The tree of an image package, as a tar stream: from the installed package
# if there is one, else from the archive.
image_tar()
{
	local k=$1 dir=$2 deb

	if [ -e "/boot/vmlinuz-$k" ] && [ -d "/lib/modules/$k/kernel/net" ]; then
		tar -C / -cf - "./boot/vmlinuz-$k" "./boot/config-$k" \
			"./lib/modules/$k"
		return
	fi
	for deb in "$cache/debs/linux-image-${k}_"*.deb; do
		[ -e "$deb" ] && break
		mkdir -p "$dir/deb"
		(cd "$dir/deb" && apt-get -q -o APT::Sandbox::User=root \
			download "linux-image-$k") >&2 || return
		deb=$(echo "$dir/deb/"*.deb)
	done
	dpkg-deb --fsys-tarfile "$deb"
}

unpack_kernel()
{
	local k=$1 dir="$cache/kernels/$1" tmp

	[ -e "$dir/.complete" ] && return
	say "unpacking kernel $k"
	mkdir -p "$cache/kernels" || die "cannot write to $cache"
	tmp=$(mktemp -d "$cache/kernels/.new.XXXXXX") || exit 1
	chmod 755 "$tmp"
	mkdir "$tmp/tree"
	image_tar "$k" "$tmp" | tar -x -C "$tmp/tree" --wildcards \
		--no-same-owner -T <(image_patterns "$k") 2>/dev/null
	[ -d "$tmp/tree/lib" ] || mv "$tmp/tree/usr/lib" "$tmp/tree/lib"
	# Uncompressed modules load faster in a slow guest.
	find "$tmp/tree/lib" -name '*.ko.xz' -exec xz -d {} +
	if ! [ -s "$tmp/tree/boot/vmlinuz-$k" ] ||
	   ! depmod -b "$tmp/tree" "$k" ||
	   ! grep -q '^kernel/net/9p/9pnet_virtio.ko' \
		"$tmp/tree/lib/modules/$k/modules.dep"; then
		rm -rf "$tmp"
		die "no usable image for kernel $k"
	fi
	touch "$tmp/tree/.complete"
	rm -rf "$dir"
	mv "$tmp/tree" "$dir"
	rm -rf "$tmp"
}

unpack_kernels()
{
	local k _

	learn
	[ -n "$known" ] || { update; learn; }
	while read -r k _; do
		unpack_kernel "$k"
	done < <(kernels)
}

# --- kernel source files ---------------------------------------------------

unpack_source()
{
	local dir="$cache/linux-6.12" src tmp

	src=$(ls /usr/src/linux-source-6.12.tar.* 2>/dev/null | head -n 1)
	[ -n "$src" ] || die "linux-source-6.12 is not installed"
	[ "$dir/.complete-2" -nt "$src" ] && return
	say "unpacking checkpatch and the kselftest rules"
	mkdir -p "$cache"
	tmp=$(mktemp -d "$cache/.new.XXXXXX") || exit 1
	tar -x -C "$tmp" -f "$src" --wildcards --strip-components=1 \
		'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' \
		'*/scripts/const_structs.checkpatch' \
		'*/scripts/Makefile.arch' '*/scripts/subarch.include' \
		'*/scripts/Makefile.compiler' '*/scripts/Makefile.include' \
		'*/tools/scripts/*' \
		'*/tools/testing/selftests/*.mk' \
		'*/tools/testing/selftests/*.sh' \
		'*/tools/testing/selftests/*.h' \
		'*/tools/testing/selftests/Makefile' \
		'*/tools/testing/selftests/kselftest/*' \
		'*/tools/net/ynl/*.py' \
		'*/Documentation/netlink/genetlink.yaml' || {
		rm -rf "$tmp"
		die "cannot unpack $src"
	}
	touch "$tmp/.complete-2"
	rm -rf "$dir"
	mv "$tmp" "$dir"
}

# --- daemons ---------------------------------------------------------------

# Files of packages whose daemons would be started wherever they are installed.
unpack_daemons()
{
	local name tmp

	for name in firewalld prometheus-node-exporter; do
		[ -e "$cache/$name/.complete" ] && continue
		say "unpacking $name"
		mkdir -p "$cache"
		tmp=$(mktemp -d "$cache/.new.XXXXXX") || exit 1
		(cd "$tmp" && apt-get -q -o APT::Sandbox::User=root \
			download "$name") || die "cannot fetch $name"
		dpkg-deb -x "$tmp/${name}_"*.deb "$tmp/tree" || exit 1
		touch "$tmp/tree/.complete"
		rm -rf "${cache:?}/$name"
		mv "$tmp/tree" "$cache/$name"
		rm -rf "$tmp"
	done
}

# Two gateways: daemons again, with their libraries in the same tree.
unpack_pair()
{
	local tmp deb

	[ -e "$cache/pair/.complete" ] && return
	say "unpacking conntrackd and keepalived"
	mkdir -p "$cache"
	tmp=$(mktemp -d "$cache/.new.XXXXXX") || exit 1
	# shellcheck disable=SC2086
	(cd "$tmp" && apt-get -q -o APT::Sandbox::User=root \
		download $pair_packages) || die "cannot fetch $pair_packages"
	for deb in "$tmp"/*.deb; do
		dpkg-deb -x "$deb" "$tmp/tree" || exit 1
		rm "$deb"
	done
	touch "$tmp/.complete"
	rm -rf "${cache:?}/pair"
	mv "$tmp" "$cache/pair"
}

# --- commands --------------------------------------------------------------

install_group()
{
	# shellcheck disable=SC2086
	case $1 in
	build)
		install $build_packages
		install_headers
		;;
	vm)
		install $vm_packages
		unpack_kernels
		unpack_daemons
		;;
	package)
		install $package_packages
		;;
	style)
		install $style_packages
		unpack_source
		;;
	uml)
		install $uml_packages
		;;
	pair)
		unpack_pair
		;;
	docs)
		install $docs_packages
		;;
	all)
		install $build_packages $vm_packages $style_packages \
			$package_packages
		install_headers
		unpack_kernels
		unpack_daemons
		unpack_source
		;;
	*)
		die "unknown group '$1': build, vm, style, uml, package, pair, docs or all"
		;;
	esac
}

case ${1-} in
install)
	shift
	[ $# -eq 0 ] && set -- all
	for group in "$@"; do
		install_group "$group"
	done
	;;
headers|kernels)
	learn
	"$1"
	;;
*)
	sed -n '3,/^$/s/^# \{0,1\}//p' "$0"
	exit 2
	;;
esac
