#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 600
#
# Invitations in pieces from senders of all kinds, over paths of all kinds: a round
# trip of 20 ms, Nagle's algorithm with and without tail-loss probes, an initial
# window of two segments, an old stack, reordering, offloads of one hop alone, the
# gateway itself, and announcements that become longer. Every byte is checked, what
# can be held is edited, and nobody stalls.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -- server 198.51.100.10
#   writes in pieces             masquerades           checks each byte

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pieces.sh"

# As long as the gateway's own, or messages of 2000 bytes could not be edited: a
# switchboard takes no more than 1664.
snat_addr=192.0.2.7

# Of a patient sender every time-out takes 5 s.
prompt=3000

# netem OPTIONS...: beyond the gateway, both ways; "off" to end it.
netem()
{
	local dev

	for dev in wan srv; do
		if [ "$1" = off ]; then
			tc -n "$rt" qdisc del dev "$dev" root
		else
			tc -n "$rt" qdisc replace dev "$dev" root netem "$@"
		fi || return
	done
}

# client_route OPTIONS...: of its way out.
client_route()
{
	ip -n "$lan1" route replace default via "$lan_gw" "$@"
}

old_stack()
{
	sysctls "$lan1" tcp_sack=0 tcp_timestamps=0 tcp_early_retrans=0 \
		tcp_recovery=0 && client_route initcwnd 2 "$@"
}

new_stack()
{
	sysctls "$lan1" tcp_sack=1 tcp_timestamps=1 tcp_early_retrans=3 \
		tcp_recovery=1 && client_route
}

# offload_at on|off NAMESPACE DEVICE...
offload_at()
{
	local what=$1 where=$2 dev

	shift 2
	for dev; do
		in_ns "$where" ethtool -K "$dev" \
			tso "$what" gso "$what" gro "$what" || return
	done >/dev/null 2>&1
}

# frag_lists on|off: the gateway keeps what it puts together as a list of packets.
frag_lists()
{
	in_ns "$gw" ethtool -K l1 gro "$1" rx-gro-list "$1"
}

# From the gateway itself, whose packets get another source.
local_rules()
{
	ip -n "$gw" addr add $snat_addr/24 dev wan || return
	in_ns "$gw" nft -f - <<-END
	insert rule ip nat post oifname "wan" ip saddr 192.0.2.1 tcp dport 1863 snat to $snat_addr
	table inet helpers {
		chain out {
			type filter hook output priority mangle; policy accept;
			tcp dport 1863 ct helper set "msnp"
		}
	}
	END
}

need_tools tc
modprobe -q sch_netem || skip_all "no netem"
load_module
plan 41
setup_topology masq
gateway_rules masq
attach_helper
start_pieces_server

# A round trip of 20 ms. Nagle waits for the sender's tail-loss probe; without
# one, for its time-out, once.
netem delay 10ms
row "20 ms, Nagle: line, then body" 0 - --plan body --nagle --count 5
row "20 ms, Nagle: one write of 2000 bytes" 6 - --nagle --mss 536 \
	--size 1800 --count 8
run_rows
sysctls "$lan1" tcp_early_retrans=0
row "no tail-loss probe, Nagle: line, then body" - - --plan body --nagle \
	--count 5
run_rows

# What comes first is larger than the sender is trusted with: it passes at once.
client_route initcwnd 2 rto_min 5s
row "window of 2: first message of 2000 bytes" - $prompt --mss 536 \
	--size 1800 --count 1
row "window of 2: messages of 2000 bytes" - $prompt --mss 536 --size 1800 \
	--count 5
run_rows
client_route rto_min 5s
row "window of 10: first message of 2000 bytes" - $prompt --mss 536 \
	--size 1800 --count 1
row "7600 bytes at once, MSS 536" - $prompt --mss 536 --size 7500 --count 1
row "7600 bytes at once, MSS 1460" - $prompt --mss 1460 --size 7500 --count 1
run_rows
client_route
sysctls "$lan1" tcp_early_retrans=3

old_stack rto_min 5s
row "old stack: 2000 bytes, MSS 1460" 0 $prompt --size 1800 --count 5
row "old stack: 4000 bytes, MSS 1460" - $prompt --size 3800 --count 5
row "old stack: 2000 bytes, MSS 536" - $prompt --mss 536 --size 1800 --count 5
run_rows
old_stack rto_min 300ms
row "old stack: 60-byte writes" - - --plan chunk:60 --count 5
row "old stack, Nagle: line, then body" - - --plan body --nagle --count 5
row "old stack, Nagle: 2000 bytes, MSS 536" - - --mss 536 --size 1800 \
	--nagle --count 5
run_rows
new_stack

netem delay 5ms 1ms reorder 90%
row "reordered" - - --mss 536 --size 1800 --count 40 --burst
run_rows
check "some are edited all the same" [ "$rows_edited" -gt 0 ]
# Acknowledgments take their time, or nobody has anything in flight.
netem delay 3ms
patient "$lan1"

# The segmentation offloads of one hop, not of the next.
offload_at on "$lan1" eth0
row "offloads of the client: 5000 bytes" 2 $prompt --size 4800 --count 6
row "offloads of the client: without waiting" - - --size 3000 --count 20 \
	--burst
run_rows
offload_at on "$gw" lan l1 wan
row "and of the gateway: 5000 bytes" 2 $prompt --size 4800 --count 6
row "and of the gateway: 300-byte writes" 6 $prompt --plan chunk:300 \
	--size 600 --count 10
run_rows
offload_at off "$lan1" eth0
row "of the gateway alone: 5000 bytes" - $prompt --size 4800 --count 6
row "of the gateway alone: without waiting" - - --size 3000 --count 20 --burst
run_rows
offload_at off "$gw" lan l1 wan
offload_at on "$rt" wan srv
offload_at on "$srv" eth0
row "beyond the gateway: MSS 536" 6 $prompt --mss 536 --size 1800 --count 10
run_rows
offload_at off "$rt" wan srv
offload_at off "$srv" eth0

check "the gateway makes lists of packets" frag_lists on
row "lists of packets: 2000 bytes, MSS 536" 6 $prompt --mss 536 --size 1800 \
	--count 10
row "lists of packets: without waiting" - - --mss 536 --size 1800 --count 30 \
	--burst --chat 3
run_rows
frag_lists off

check "rules for the gateway's own connections" local_rules
outside=$snat_addr
stop server
start_pieces_server
patient "$gw"
row "from the gateway: whole" 0 $prompt --count 5
row "from the gateway: 60-byte writes" 0 $prompt --plan chunk:60
row "from the gateway: cut at every place" 0 $prompt --plan every:3 --size 20
row "from the gateway: 2000 bytes, MSS 536" 6 $prompt --mss 536 --size 1800
row "from the gateway: 7600 bytes" 3 $prompt --size 7500
run_rows "$gw"
offload_at on "$gw" wan
row "from the gateway, offloads on: 7600 bytes" 3 $prompt --size 7500
run_rows "$gw"
offload_at off "$gw" wan
outside=

readdress 10.0.1.2 10.0.1.1 192.0.2.111
patient "$lan1"
stop server
start_pieces_server
row "longer: 1600 bytes, MSS 536, 20 ms apart" 6 $prompt --mss 536 \
	--size 1400 --count 20 --pause 20
row "longer: 1600 bytes, MSS 536, without waiting" - - --mss 536 \
	--size 1400 --count 20 --burst
row "longer: 40-byte writes" 0 $prompt --plan chunk:40
run_rows

check "the gateway makes lists of packets again" frag_lists on
row "longer: lists of packets" - - --mss 536 --size 1400 --count 40 --burst \
	--chat 2
run_rows
frag_lists off

check_is "conntrack found nothing invalid" "$(invalid_packets)" 0
check "nothing is held any more" nothing_held
check "kernel log is clean" dmesg_clean
done_testing
