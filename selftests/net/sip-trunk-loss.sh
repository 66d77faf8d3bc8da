#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 900
#
# sip-trunk.sh with a hundred calls at once on one TCP connection, whose path loses,
# delays, reorders and repeats packets on both sides of the gateway. Media are spoken
# to those calls whose INVITE came in order.

LOSS=yes CALLS=100 TRANSPORTS=t1 exec "$(dirname "$0")/sip-trunk.sh"
