#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# nfim explain: vectors, captures of real clients, formats, edits, bad files.
#
#   explain.sh
#
# NFIM names the tool, NFIM_SHARED a directory whose vectors/ holds more of
# them. Needs no privilege.

set -u
cd "$(dirname "$0")/../.." || exit 1
nfim=${NFIM:-userspace/nfim}

if [ ! -x "$nfim" ]; then
	echo "KTAP version 1"
	echo "1..0 # SKIP no $nfim: say make userspace"
	exit 4
fi
export PYTHONDONTWRITEBYTECODE=1
exec python3 selftests/explain/explain.py "$nfim" \
	"${NFIM_SHARED:-../shared}/vectors" selftests/vectors
