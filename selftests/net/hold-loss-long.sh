#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 1200
#
# hold-loss.sh, five times over: one lossy run proves nothing.

ROUNDS=${ROUNDS:-5} exec "$(dirname "$0")/hold-loss.sh"
