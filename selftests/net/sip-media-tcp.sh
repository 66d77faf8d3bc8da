#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 600
#
# sip-media.sh over TCP.

TRANSPORT=t1 exec "$(dirname "$0")/sip-media.sh"
