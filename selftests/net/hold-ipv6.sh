#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 240
#
# Invitations in pieces over IPv6, with NAT66, which is rare, and without, where
# nothing is edited but all the same put together and read.
#
#   alice (lan1) 2001:db8:77::2 -- gw 2001:db8:2::1 -- rt -- server
#   writes in pieces               masquerades               checks each byte

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pieces.sh"

load_module
plan 9
setup_topology masq v6
gateway_rules
masquerade6
attach_helper
start_pieces_server
patient "$lan1"

check "whole" whole 0 --count 5
remember_stats
check "60-byte writes" whole 0 --plan chunk:60 --count 5
check "counted as merged" stat_moved merged
check "cut at every place" whole 0 --plan every:4 --size 20
check "MSS 536: 1400 bytes" whole 6 --mss 536 --count 20 --size 1200
offloads on
check "offloads on: without waiting" intact --count 40 --size 3000 --burst
check_is "conntrack found nothing invalid" "$(invalid_packets)" 0
check "nothing is held any more" nothing_held
check "kernel log is clean" dmesg_clean
done_testing
