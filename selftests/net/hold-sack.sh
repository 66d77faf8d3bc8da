#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 240
#
# An announcement that has become longer gets lost behind the gateway, and what
# follows arrives. The receiver says so in SACK blocks, which conntrack takes for
# packets that are invalid: it would not translate them, and the gateway would
# answer with a reset unless its rules drop them. Here no rule drops them.
#
#   alice (lan1) 10.0.1.2 -- gw 192.0.2.111 -- rt -- server 198.51.100.10
#                            masquerades       loses one

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pieces.sh"

rounds=${ROUNDS:-5}

# The next long packet to the server gets lost.
lose_one()
{
	in_ns "$rt" nft -f - <<-'END'
	table ip once
	delete table ip once
	table ip once {
		chain forward {
			type filter hook forward priority filter; policy accept;
			tcp dport 1863 ip length > 300 limit rate 1/day burst 1 packets counter drop
		}
	}
	END
}

lost_one()
{
	in_ns "$rt" nft list table ip once | grep -q 'packets 1 '
}

# lossy OPTIONS...: a connection that loses one; some were edited.
lossy()
{
	lose_one && intact "$@" && [ "$edited" -gt 0 ] && lost_one
}

# What conntrack finds invalid goes to the kernel's log, with the reason.
log_invalid()
{
	modprobe -q nf_log_syslog
	echo 1 >/proc/sys/net/netfilter/nf_log_all_netns
	in_ns "$gw" bash -c \
		'echo 6 >/proc/sys/net/netfilter/nf_conntrack_log_invalid'
}

why_invalid()
{
	dmesg | grep -o 'nf_ct_proto_6: .* IN=' |
		sed 's/bound [0-9]*/bound/' | sort | uniq -c
}

load_module
plan $((rounds * 2 + 6))
setup_topology masq
gateway_rules masq
readdress 10.0.1.2 10.0.1.1 192.0.2.111
in_ns "$gw" nft flush chain inet filter input
log_invalid
attach_helper
start_pieces_server

start monitor "$gw" "$(nfim_tool)" -v monitor
wait_said monitor watching || bail_out "nfim monitor does not start"
remember_stats
for ((i = 1; i <= rounds; i++)); do
	check "one write each, round $i" lossy --size 200 --count 8 --chat 3 \
		--burst
	check "in pieces, round $i" lossy --plan chunk:400 --size 700 \
		--count 8 --chat 3 --burst
done
check "edits were longer" stat_moved edit-resized
check "they were done again to repeats" stat_moved edit-repeated
check "told as well" wait_said monitor "repeated edit-repeated host $lan1_addr"
stop monitor
check_is "conntrack found nothing invalid" "$(invalid_packets)" 0
why=$(why_invalid)
[ -z "$why" ] || diag "$why"
check "nothing is held any more" nothing_held
check "kernel log is clean" dmesg_clean
done_testing
