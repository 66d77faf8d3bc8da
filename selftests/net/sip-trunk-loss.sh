#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 900
#
# sip-trunk.sh over TCP, on a path that loses, delays, reorders and repeats what is
# said of calls on both sides of the gateway.

TRANSPORTS=t1 LOSS=yes exec "$(dirname "$0")/sip-trunk.sh"
