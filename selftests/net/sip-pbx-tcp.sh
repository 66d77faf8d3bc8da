#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 600
#
# sip-pbx.sh over TCP.

TRANSPORT=tcp exec "$(dirname "$0")/sip-pbx.sh"
