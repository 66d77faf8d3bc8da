#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds the packages for Debian 12 from this tree: make-deb.sh DIRECTORY
#
# Only files that belong to the source are used: those that git knows, or, without
# git, all that are not built. The same source gives the same bytes. Needs
# debhelper, dh-dkms and what the tool needs; lintian has the last word if it is
# there.

set -eu
export LC_ALL=C TZ=UTC
umask 022

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
[ $# = 1 ] || { sed -n '3,/^$/s/^# \{0,1\}//p' "$0" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd -P)

version=$(sed -n 's/^#define NFIM_VERSION\t"\(.*\)"/\1/p' \
	"$root/include/nfim/version.h")
packaged=$(sed -n '1s/^nfim (\(.*\)) .*/\1/p' "$here/debian/changelog")
if [ "$version" != "${packaged%%[-~+]*}" ]; then
	echo "make-deb: the changelog is at $packaged, the source at $version" >&2
	exit 1
fi

tmp=$(mktemp -d "${TMPDIR:-/tmp}/nfim-deb.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
tree=$tmp/nfim-$version
mkdir "$tree"

source_files()
{
	local all=(COPYING Kbuild Makefile README.md include kernel userspace)

	if git rev-parse -q --verify HEAD >/dev/null 2>&1; then
		git ls-files -z -- "${all[@]}"
	else
		find "${all[@]}" -type f ! -name '*.o' ! -name '*.d' \
			! -name '*.cmd' ! -path userspace/nfim \
			! -path 'userspace/man/*.[58]' -print0
	fi
}

cd "$root"
source_files | sort -z | tar -c --null -T - | tar -x -C "$tree"
cp -r "$tree/userspace/packaging/debian" "$tree/debian"
chmod 755 "$tree/debian/rules"
epoch=$(dpkg-parsechangelog -l "$tree/debian/changelog" -S Timestamp)
find "$tree" -exec touch -h -d "@$epoch" {} +

cd "$tree"
dpkg-buildpackage -b -us -uc -rfakeroot >"$tmp/log" 2>&1 || {
	cat "$tmp/log" >&2
	exit 1
}
cd "$tmp"
! command -v lintian >/dev/null ||
	lintian --fail-on error,warning --allow-root ./*.changes
cp ./*.deb ./*.changes ./*.buildinfo "$out/"
for deb in *.deb; do
	echo "  DEB     ${1%/}/$deb"
done
