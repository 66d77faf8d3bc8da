#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds User-Mode Linux from Debian's linux-source-6.12, for tests at native
# speed ("plain") and for tests under the kernel's own checks ("debug"); and a
# kernel with these checks for virtual machines with several processors ("x86").
#
#   build.sh FLAVOUR...       build what is missing or out of date, as a user
#   build.sh ready FLAVOUR    succeeds if it is built from the present files
#   build.sh name FLAVOUR     the release: "6.12.117-uml-debug", "6.12.117-x86-debug"
#
# Needs the packages of `setup.sh install uml`. Takes some minutes and 3 GB each
# time; the result stays in the cache of setup.sh:
#
#   uml/source-VERSION/          the kernel's source
#   uml/RELEASE/linux            the kernel, a program
#   uml/RELEASE/build            for modules: make KDIR=.../build ARCH=um
#   uml/RELEASE/lib/modules      its modules
#   kernels/RELEASE              those of "x86", as vm/run.sh has them
#
# JOBS says how many compilers at once (processors).

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
kernels=${NFIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nfim}/kernels
cache=${kernels%/*}/uml
package=linux-source-6.12
tarball=/usr/src/$package.tar.xz

say() { echo "uml: $*"; }
die() { echo "uml: $*" >&2; exit 1; }

package_version()
{
	# shellcheck disable=SC2016
	dpkg-query -W -f '${Version}' $package 2>/dev/null
}

# 6.12.117-1~deb12u1 -> 6.12.117
version=$(package_version)
[ -n "$version" ] || die "the package $package is not installed"
upstream=${version%%-*}

release()
{
	case $1 in
	x86) echo "$upstream-x86-debug" ;;
	*) echo "$upstream-uml-$1" ;;
	esac
}

fragments()
{
	case $1 in
	plain) echo "$here/plain.config" ;;
	debug) echo "$here/plain.config $here/debug.config" ;;
	x86) echo "$here/plain.config $here/debug.config $here/x86.config" ;;
	*) die "no flavour '$1': plain, debug or x86" ;;
	esac
}

# Options that are User-Mode Linux' own.
uml_only='HOSTFS|STDERR_CONSOLE|SSL|NULL_CHAN|PORT_CHAN|CON_ZERO_CHAN|CON_CHAN'
uml_only+='|SSL_CHAN|KERNEL_STACK_ORDER|KASAN_OUTLINE'

# configuration FLAVOUR
configuration()
{
	local files

	files=$(fragments "$1") || exit 1
	# shellcheck disable=SC2086
	if [ "$1" = x86 ]; then
		cat $files | grep -vE "^CONFIG_($uml_only)="
	else
		cat $files
	fi
	echo "CONFIG_LOCALVERSION=\"-$(release "$1" | cut -d- -f2-)\""
}

# What a build was made from.
key()
{
	local files

	files=$(fragments "$1") || exit 1
	package_version
	# shellcheck disable=SC2086
	cat $files | sha256sum
}

ready()
{
	local complete

	complete="$cache/$(release "$1")/.complete"
	[ -e "$complete" ] && [ "$(key "$1")" = "$(<"$complete")" ]
}

unpack()
{
	local dir="$cache/source-$version" tmp

	[ -e "$dir/.complete" ] && return
	[ -e "$tarball" ] || die "no $tarball"
	say "unpacking $package $version"
	mkdir -p "$cache" || die "cannot write to $cache"
	tmp=$(mktemp -d "$cache/.new.XXXXXX") || exit 1
	tar -x -C "$tmp" -f "$tarball" --strip-components=1 ||
		die "cannot unpack $tarball"
	touch "$tmp/.complete"
	chmod 755 "$tmp"
	rm -rf "$dir"
	mv "$tmp" "$dir"
}

# allnoconfig drops a line whose condition is not met, without a word.
check_config()
{
	local line lost=0

	while read -r line; do
		case $line in
		''|'#'*)
			continue
			;;
		*=n)
			line="# ${line%=n} is not set"
			grep -q "^${line:2:-11}=" "$1" || continue
			;;
		esac
		grep -qxF "$line" "$1" && continue
		echo "uml: not in the configuration: $line" >&2
		lost=1
	done
	return $lost
}

build()
{
	local flavour=$1 name dir kmake arch=um modules

	name=$(release "$flavour")
	dir="$cache/$name"
	modules=$dir
	if [ "$flavour" = x86 ]; then
		arch=x86_64
		modules="$kernels/$name"
		rm -f "$modules/.complete"
		mkdir -p "$modules/boot"
	fi
	mkdir -p "$dir/build"
	rm -f "$dir/.complete"
	kmake=(make -C "$cache/source-$version" "O=$dir/build" "ARCH=$arch"
	       "-j${JOBS:-$(nproc)}" LOCALVERSION=)
	configuration "$flavour" >"$dir/fragment"
	say "configuring $name"
	"${kmake[@]}" "KCONFIG_ALLCONFIG=$dir/fragment" allnoconfig >/dev/null ||
		die "cannot configure $name"
	check_config "$dir/build/.config" <"$dir/fragment" ||
		die "the configuration lacks what the tests need"
	say "building $name"
	"${kmake[@]}" -s || die "cannot build $name"
	rm -rf "${modules:?}/lib"
	"${kmake[@]}" -s "INSTALL_MOD_PATH=$modules" modules_install ||
		die "cannot install the modules of $name"
	if [ "$flavour" = x86 ]; then
		cp "$dir/build/arch/x86/boot/bzImage" "$modules/boot/vmlinuz-$name" &&
			: >"$modules/.complete"
	else
		cp "$dir/build/linux" "$dir/linux"
	fi || exit 1
	key "$flavour" >"$dir/.complete"
	say "$name is built"
}

case ${1-} in
ready)
	ready "${2-}"
	exit
	;;
name)
	fragments "${2-}" >/dev/null && release "$2"
	exit
	;;
plain|debug|x86)
	;;
*)
	sed -n '3,/^$/s/^# \{0,1\}//p' "$0"
	exit 2
	;;
esac

for flavour; do
	ready "$flavour" && continue
	unpack
	build "$flavour"
done
