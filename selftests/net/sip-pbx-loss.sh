#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 900
#
# sip-pbx.sh over TCP, on a path that loses, delays, reorders and repeats packets on
# both sides of the gateway.

LOSS=yes TRANSPORT=tcp exec "$(dirname "$0")/sip-pbx.sh"
