#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `make demo`: builds everything for the newest test kernel and shows, in a
# virtual machine, one file transfer and one call without and with nfim.

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

root_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root_dir" || exit 1
kernel=$(selftests/setup.sh kernels | awk '/newest-6.12/ { print $1 }')
[ -n "$kernel" ] || { echo "no kernel to boot" >&2; exit 1; }

make --no-print-directory modules KDIR="/lib/modules/$kernel/build" || exit 1
make --no-print-directory userspace || exit 1
echo "Booting a gateway with Linux $kernel (software emulation, a minute or so) ..."
exec selftests/vm/run.sh -t 300 "$kernel" selftests/demo/gateway.sh
