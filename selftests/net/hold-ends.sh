#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# While the beginning of a message is held back the client closes, resets, or goes
# silent; the path changes under it; it is on the gateway itself, speaks IPv6, has
# an old stack, or marks congestion.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -- server 198.51.100.10
#   writes in pieces             masquerades           checks each byte

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pieces.sh"

snat_addr=192.0.2.77

# The half of a message that was held came before the end of the stream.
half_arrives()
{
	stream --finish fin "$@" && [ "$how" = end ] && [ "$rest" -gt 100 ]
}

# The client resets behind half a message, which may arrive or not.
reset_arrives()
{
	stream --finish rst "$@" && [ "$how" = reset ]
}

# begin_pieces OPTIONS...: a client that has sent half a message, and waits.
begin_pieces()
{
	start client "$lan1" timeout "$pieces_limit" "${python[@]}" \
		"$pieces_py" client --server "$srv_addr" --finish hang "$@"
	wait_said client hanging
}

# It sends the other half.
end_pieces()
{
	go client
	finish client || { cat "$tmp/client.log"; return 1; }
	read_end && [ "$how" = end ] && [ "$rest" = 0 ]
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

local_whole()
{
	stream_from "$gw" "$@" && [ "$how" = end ] && [ "$rest" = 0 ] &&
		[ "$unedited" = 0 ]
}

# sysctls NAMESPACE NAME=VALUE...
sysctls()
{
	local where=$1 setting

	shift
	for setting; do
		in_ns "$where" bash -c \
			"echo ${setting#*=} >/proc/sys/net/ipv4/${setting%=*}" ||
			return
	done
}

old_stack()
{
	sysctls "$lan1" tcp_sack=0 tcp_timestamps=0 tcp_early_retrans=0 \
		tcp_recovery=0 &&
	ip -n "$lan1" route replace default via "$lan_gw" initcwnd 2 \
		rto_min 300ms
}

new_stack()
{
	sysctls "$lan1" tcp_sack=1 tcp_timestamps=1 tcp_early_retrans=3 \
		tcp_recovery=1 &&
	ip -n "$lan1" route replace default via "$lan_gw"
}

# The path beyond the gateway gets narrower in mid-connection.
narrow_path()
{
	in_ns "$gw" nft add rule inet filter forward \
		ct state related meta l4proto icmp accept &&
	begin_pieces --plan half --size 1200 --count 4 || return
	ip -n "$rt" link set srv mtu "$1" && end_pieces
}

load_module
plan 24
setup_topology masq
gateway_rules masq
attach_helper
start_pieces_server

check "FIN behind held bytes" half_arrives --plan chunk:60 --count 3
check "nothing is held any more" nothing_held

remember_stats
check "RST behind held bytes" reset_arrives --count 3
check "they were held" stat_moved held
check "nothing is held any more" nothing_held

remember_stats
check "half a message, then silence" begin_pieces --count 2
check "it was held" stat_moved held
check "its repeat has brought it through" wait_for 10 nothing_held
check "counted as released" stat_moved released
check "the rest comes late" end_pieces

check "narrower path" narrow_path 700
check "nothing is held any more" nothing_held
check "messages on the narrow path" intact --plan every:25 --size 1200
ip -n "$rt" link set srv mtu 1500

check "rules for the gateway's own connections" local_rules
outside=$snat_addr
stop server
start_pieces_server
patient "$gw"
check "from the gateway: whole" local_whole --count 5
check "from the gateway: 60-byte writes" local_whole --plan chunk:60
check "from the gateway: cut at every place" local_whole --plan every:3 \
	--size 20
outside=
stop server
start_pieces_server

patient "$lan1"
check "ECN" sysctls "$lan1" tcp_ecn=1
check "ECN: 60-byte writes" whole 0 --plan chunk:60
sysctls "$lan1" tcp_ecn=2
impatient "$lan1"

old_stack
check "old stack: 60-byte writes" intact --plan chunk:60
check "old stack: 2000 bytes, Nagle" intact --size 1800 --mss 536 --nagle
new_stack

check_is "conntrack found nothing invalid" "$(invalid_packets)" 0
check "nothing is held any more" nothing_held
check "kernel log is clean" dmesg_clean
done_testing
