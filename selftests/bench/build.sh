#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds all that a measurement needs; the last line says where the module is that
# measures: build.sh KERNEL [KDIR [ARCH]]

set -eu
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo=$(cd "$here/../.." && pwd -P)
kernel=$1
kdir=${2:-/lib/modules/$kernel/build}
dir=$repo/build/bench-$kernel

make -C "$repo" modules userspace KDIR="$kdir" >&2
mkdir -p "$dir"
cp -p "$here/module/"* "$dir/"
make -C "$kdir" "M=$dir" ARCH="${3:-x86}" modules >&2
echo "$dir/nfim_bench.ko"
