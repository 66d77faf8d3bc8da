#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 600
#
# sip-trunk.sh over IPv6, where nothing is translated: the firewall lets in what
# calls announce, and nothing else; over UDP and TCP.

FAMILY=v6 CALLS=5 exec "$(dirname "$0")/sip-trunk.sh"
