#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
#
# Announcements that must open nothing: other hosts' addresses, ports of servers,
# ports that no client uses. They reach the peer unchanged, and are counted.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   announces nonsense           masquerades         +- bob (peer)

. "$(dirname "$0")/lib.sh"

# address port counter
cases="
$lan2_addr	6891	refused-not-self
$lan_gw		6891	refused-not-self
$peer_addr	6891	refused-not-self
127.0.0.1	6891	refused-not-self
224.0.0.5	6891	refused-not-self
0.0.0.0		6891	refused-not-self
255.255.255.255	6891	refused-not-self
$lan1_addr	0	refused-port-zero
$lan1_addr	22	refused-port-privileged
$wan_addr	22	refused-port-privileged
$lan1_addr	3306	refused-port-listed
$lan1_addr	7777	refused-port-policy
$lan1_addr	65536	refused-malformed
"

load_module
plan $(($(grep -c refused <<<"$cases") * 3 + 2))
setup_topology masq
gateway_rules masq
start_server
attach_helper
make_file 1000

while read -r address port counter; do
	[ -n "$counter" ] || continue
	remember_stats
	begin_transfer "$lan1" "$peer" --announce-address "$address" \
		--announce-port "$port" --save "$tmp/announced" -- \
		--pause --save "$tmp/arrived" --connect-patience 2
	wait_said receive paused || diag "the announcement does not arrive"
	check "$address port $port: nothing is expected" no_expectations
	check "$address port $port: arrives unchanged" \
		cmp "$tmp/announced" "$tmp/arrived"
	check "$address port $port: $counter" stat_moved "$counter" 1
	go receive
	end_transfer
done <<<"$cases"

check "a proper one passes" transfer "$lan1" "$peer"
check "kernel log is clean" dmesg_clean
done_testing
