#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 600
#
# sip-proxy.sh over UDP.

TRANSPORT=udp exec "$(dirname "$0")/sip-proxy.sh"
