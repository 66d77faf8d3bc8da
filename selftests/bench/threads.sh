#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds and runs threads.c, on this machine: threads.sh

set -eu
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
gcc -O2 -std=gnu11 -D_GNU_SOURCE -Iinclude -Ikernel -o "$tmp/bench" \
	selftests/bench/threads.c kernel/proto/{invite,base64,text,msnp,edit}.c \
	kernel/proto/{sdp,sdp_attr,sip_lex,policy,policy_index}.c -lpthread
"$tmp/bench"
