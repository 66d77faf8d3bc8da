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

# Of a patient sender every time-out takes 5 s.
prompt=3000

load_module
plan 45
setup_topology masq
gateway_rules masq
attach_helper
start_pieces_server
patient "$lan1"
start monitor "$gw" "$(nfim_tool)" -v monitor
wait_said monitor watching || bail_out "nfim monitor does not start"

remember_stats
row "one write each" 0 $prompt --count 10
row "40-byte writes" 0 $prompt --plan chunk:40 --count 10
row "40-byte writes, 5 ms apart" 0 $prompt --plan chunk:40 --gap 5 --count 10
row "two writes, cut at every place" 0 $prompt --plan every --size 20 --chat 7
row "line, then body" 0 $prompt --plan body
row "1-byte writes arrive whole" - $prompt --plan chunk:1 --size 10 --count 5
row "two messages in one write" 0 $prompt --plan pair
row "one and a half in one write" 0 $prompt --plan half --chat 3
row "all without waiting for answers" - - --plan chunk:100 --count 40 --chat 3 \
	--burst
for mss in 88 536 1460; do
	row "MSS $mss: 300 bytes" 4 $prompt --mss $mss --count 12
	row "MSS $mss: 2000 bytes" 6 $prompt --mss $mss --count 20 --size 1800
	row "MSS $mss: without waiting" - - --mss $mss --count 20 --size 900 \
		--burst --chat 5
done
row "MSS 536: 2000 bytes, 10 ms apart" 4 $prompt --mss 536 --count 25 \
	--size 1800 --pause 10
row "MSS 536: 20 to 7600 bytes" - - --mss 536 --size 20 --mixed 7600 \
	--count 60 --burst
row "MSS 536: 2000 bytes in one write, Nagle" 4 $prompt --mss 536 --nagle \
	--count 15 --size 1800
run_rows
check "counted as held" stat_moved held
check "counted as merged" stat_moved merged
check "counted as released" stat_moved released
check "with its reason" stat_moved released-flight
check "told as held" wait_said monitor "held host $lan1_addr"
check "told as merged" wait_said monitor "merged host $lan1_addr"
check "told as released, and why" \
	wait_said monitor "released released-flight host $lan1_addr"
stop monitor

impatient "$lan1"
row "80-byte writes, Nagle" 0 - --plan chunk:80 --nagle --count 4
row "line, then body, Nagle" 0 - --plan body --nagle --count 4
run_rows
check "nothing is held any more" nothing_held
patient "$lan1"

stop server
start_pieces_server --mss 88
row "server's MSS 88" 6 $prompt --count 20 --size 900
row "server's MSS 88, 30-byte writes" - - --plan chunk:30 --count 10
run_rows
stop server
start_pieces_server --window 2300
row "small window" - $prompt --count 20 --size 5000
row "small window, without waiting" - $prompt --count 20 --size 2500 --burst
run_rows

stop server
start_pieces_server
offloads on
row "offloads on: 2000 bytes" 4 $prompt --count 10 --size 1800
# More than a sender is trusted with at first, and a slow machine proves little.
row "offloads on: 7600 bytes" - $prompt --count 10 --size 7600
row "offloads on: without waiting" - - --count 60 --size 3000 --burst
run_rows
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
