#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# Invitations come in pieces, cut in every way, with segments of every size. What
# belongs together is held back until it is whole, edited, and arrives: every
# byte is checked behind the gateway, and nobody waits for long.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -- server 198.51.100.10
#   writes in pieces             masquerades           checks each byte

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pieces.sh"

# no_stall MS: no message took longer, though the machine is slow.
no_stall()
{
	echo "longest: $longest ms"
	awk -v ms="$longest" -v max="$1" 'BEGIN { exit !(ms <= max) }'
}

load_module
plan 37
setup_topology masq
gateway_rules masq
attach_helper
start_pieces_server
patient "$lan1"

check "one write each" whole 0 --count 10
remember_stats
check "40-byte writes" whole 0 --plan chunk:40 --count 10
check "nobody waited" no_stall 500
check "counted as held" stat_moved held
check "counted as merged" stat_moved merged
check "two writes, cut at every place" whole 0 --plan every --size 20 --chat 7
check "nobody waited" no_stall 500
check "1-byte writes arrive whole" intact --plan chunk:1 --size 10 --count 5
check "two messages in one write" whole 0 --plan pair --count 10
check "one and a half in one write" whole 0 --plan half --count 10 --chat 3
check "all without waiting for answers" intact --plan chunk:100 --count 40 \
	--chat 3 --burst
impatient "$lan1"
check "one write, Nagle" whole 0 --nagle --count 5
check "80-byte writes, Nagle" whole 0 --plan chunk:80 --nagle --count 4
check "nothing is held any more" nothing_held
patient "$lan1"

for mss in 88 536 1460; do
	check "MSS $mss: 300 bytes" whole 4 --mss $mss --count 12
	check "MSS $mss: 2000 bytes" whole 6 --mss $mss --count 20 --size 1800
	check "MSS $mss: without waiting" intact --mss $mss --count 20 \
		--size 900 --burst --chat 5
done
stop server
start_pieces_server --mss 88
check "server's MSS 88" whole 6 --count 20 --size 900
check "server's MSS 88, 30-byte writes" intact --plan chunk:30 --count 10
stop server
start_pieces_server --window 2300
check "small window" intact --count 20 --size 5000
check "small window, without waiting" intact --count 20 --size 2500 --burst

stop server
start_pieces_server

offloads on
check "offloads on: 2000 bytes" whole 2 --count 10 --size 1800
check "offloads on: 8000 bytes" intact --count 10 --size 7600
check "offloads on: without waiting" intact --count 60 --size 3000 --burst
offloads off

check "a policy that holds nothing" pieces_policy no
remember_stats
check "it holds nothing" intact --plan chunk:40 --count 5
check_is "and edits nothing that comes in pieces" "$edited" 0
check "but what comes whole" whole 0 --count 5
check_not "counted as held" stat_moved held

check_is "conntrack found nothing invalid" "$(invalid_packets)" 0
check "kernel log is clean" dmesg_clean
done_testing
