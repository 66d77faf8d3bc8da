#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 1200
#
# hold-loss.sh, five times over, since one lossy run proves nothing, and how long it
# takes against the same connections without a helper.

ROUNDS=${ROUNDS:-5} COMPARE=yes exec "$(dirname "$0")/hold-loss.sh"
