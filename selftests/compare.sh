#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `make compare`: the same SIP through the kernel's own helper and through ours,
# in one virtual machine, as tables behind "# "; with what takes minutes.
#
#   compare.sh [-k KERNEL]...       as run.sh has them (newest-6.12)

set -u
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

[ $# -gt 0 ] || set -- -k newest-6.12
scripts=()
for script in split-vs-intree.sh sip-vs-intree.sh; do
	[ ! -e "net/$script" ] || scripts+=("$script")
done
export NFIM_COMPARE=all
set -o pipefail
# What holds is in the tables.
./run.sh "$@" "${scripts[@]}" | grep --line-buffered -v '^ok \|^1\.\.'
