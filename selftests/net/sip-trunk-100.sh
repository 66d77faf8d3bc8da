#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 900
#
# sip-trunk.sh with a hundred calls at once.

CALLS=100 exec "$(dirname "$0")/sip-trunk.sh"
