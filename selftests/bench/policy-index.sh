#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds and runs policy-index.c, on this machine: policy-index.sh

set -eu
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
gcc -O2 -std=gnu11 -D_GNU_SOURCE -Iinclude -o "$tmp/bench" \
	selftests/bench/policy-index.c kernel/proto/policy.c \
	kernel/proto/policy_index.c
"$tmp/bench"
