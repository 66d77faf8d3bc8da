#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# While the beginning of a message is held back the client closes, resets, or goes
# silent, or somebody sends a SYN in its name; the path changes under it, or marks
# congestion. Nothing is lost with the beginning of a message.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -- server 198.51.100.10
#   writes in pieces             masquerades           checks each byte

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pieces.sh"

attack_dir=$root_dir/selftests/attack

# The half of a message that was held came before the end of the stream.
half_arrives()
{
	stream --finish fin "$@" && [ "$how" = end ] && [ "$rest" -gt 100 ]
}

# Where the machine stands still for a moment a sender repeats what is on its way,
# and nothing is held then; that does not happen every time.
fin_releases()
{
	local _

	for _ in 1 2 3 4 5; do
		half_arrives "$@" || return
		! stat_moved released-end || return 0
	done
	return 1
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

client_port()
{
	in_ns "$gw" conntrack -L -p tcp --dport 1863 2>/dev/null |
		sed -n 's/.*ESTABLISHED.* src=[^ ]* dst=[^ ]* sport=\([0-9]*\) dport=1863 src=.*/\1/p'
}

# A SYN that nobody meant, in the middle of the client's connection.
false_syn()
{
	local port

	port=$(client_port)
	in_ns "$lan1" "${python[@]}" - "$attack_dir" \
		"$lan1_addr" "$srv_addr" "$port" <<-'END'
	import socket, sys
	sys.path.insert(0, sys.argv.pop(1))
	from attacks.raw import tcp_packet
	me, server, port = sys.argv[1:]
	sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
	sock.sendto(tcp_packet((me, int(port)), (server, 1863), 0x12345678, 0, b"",
	                       flags=2), (server, 0))
	END
}

# A neighbour complains of packets of the server's, as a router would; where a TCP
# header is looked for in that, it is one with data from anywhere in the stream.
false_errors()
{
	local port

	in_ns "$gw" nft add rule inet filter forward \
		ct state related meta l4proto icmp accept || return
	port=$(client_port)
	in_ns "$lan2" "${python[@]}" - "$attack_dir" \
		"$srv_addr" "$lan1_addr" "$port" <<-'END'
	import socket, sys
	sys.path.insert(0, sys.argv.pop(1))
	from attacks.raw import posing_error
	server, client, port = sys.argv[1:]
	sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
	for i in range(256):
	    sock.sendto(posing_error(i << 24 | 1400, (server, 1863),
	                             (client, int(port)),
	                             b"MSG 1 U 40\r\n".ljust(100)), (server, 0))
	END
}

# The path beyond the gateway gets narrower in mid-connection.
narrow_path()
{
	begin_pieces --plan half --size 1200 --count 4 || return
	ip -n "$rt" link set srv mtu "$1" && end_pieces
}

load_module
plan 31
setup_topology masq
gateway_rules masq
attach_helper
start_pieces_server
start monitor "$gw" "$(nfim_tool)" -v monitor
wait_said monitor watching || bail_out "nfim monitor does not start"

patient "$lan1"
remember_stats
check "FIN behind held bytes" half_arrives --plan chunk:60 --count 3
check "nothing is held any more" nothing_held
check "counted as released, and why" fin_releases --count 1

remember_stats
check "RST behind held bytes" reset_arrives --count 3
check "they were held" stat_moved held
check "nothing is held any more" nothing_held

impatient "$lan1"
remember_stats
check "half a message, then silence" begin_pieces --count 2
check "it was held" stat_moved held
check "its repeat has brought it through" wait_for 10 nothing_held
check "counted as released" stat_moved released
check "and why" stat_moved released-repeat
check "told as well: a FIN" wait_said monitor \
	"released released-end host $lan1_addr"
check "told as well: a repeat" wait_said monitor \
	"released released-repeat host $lan1_addr"
stop monitor
check "the rest comes late" end_pieces

remember_stats
check "half a message" begin_pieces --count 2
check "a SYN in the client's name" false_syn
check "the rest comes" end_pieces
check_not "it ends no reading" stat_moved opaque-midstream

patient "$lan1"
remember_stats
check "two messages and a half" begin_pieces --count 2
check "errors about the server's packets" false_errors
check "the rest comes" end_pieces
check_is "all are edited" "$edited" 3
check_not "nothing of the errors is read" stat_moved out-of-order
impatient "$lan1"

check "narrower path" narrow_path 700
check "nothing is held any more" nothing_held
check "messages on the narrow path" intact --plan every:25 --size 1200
ip -n "$rt" link set srv mtu 1500

patient "$lan1"
check "ECN" sysctls "$lan1" tcp_ecn=1
check "ECN: 60-byte writes" whole 0 --plan chunk:60
sysctls "$lan1" tcp_ecn=2
impatient "$lan1"

check_is "conntrack found nothing invalid" "$(invalid_packets)" 0
check "nothing is held any more" nothing_held
check "kernel log is clean" dmesg_clean
done_testing
