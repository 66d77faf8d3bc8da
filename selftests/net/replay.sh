#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# What a real client and a real server said to each other, recorded elsewhere, is
# played through the gateway again: the announced port is opened, and the server
# gets every byte as recorded but for the due edits.
#
#   recorded client (lan1) 192.168.77.2 -- gw 192.0.2.2 -- rt --- recorded server
#                                          masquerades            198.51.100.10

. "$(dirname "$0")/lib.sh"

captures=${NFIM_SHARED:-$root_dir/../shared}/vectors/captured
kinds="amsn-msnftp-masq-ab amsn-msnftp-privip-masq-ab amsn-msnftp-masq-ba
	amsn-msnftp-routed-ab amsn-msnftp-sb1863-masq-ab
	amsn-msnslp-listen-masq-ba amsn-msnslp-routed-ba amsn-msnslp-routed-ab
	purple18-routed-ba purple18-routed-ab"

# replay KIND: plays it and leaves it paused.
replay()
{
	in_ns "$gw" conntrack -F 2>/dev/null
	start replay "$lan1" "${python[@]}" "$tools_dir/replay.py" \
		"$captures/$1.lan.pcap" \
		--client-ns "$lan1" --server-ns "$srv"
	wait_said replay paused 60
}

# led_to PORT OUTSIDE: the recorded peer connects to that outside port, and comes to
# where the recorded client listened.
led_to()
{
	"${python[@]}" - "$tools_dir" "$lan1" "$1" "$peer" "$wan_addr" "$2" \
		"$peer_addr" <<-'END'
	import socket, sys
	tools, inside, port, outside, gateway, told, who = sys.argv[1:]
	sys.path.insert(0, tools)
	from replay import enter
	enter(inside)
	door = socket.create_server(("", int(port)))
	door.settimeout(60)
	enter(outside)
	guest = socket.create_connection((gateway, int(told)), timeout=60)
	visit, where = door.accept()
	visit.settimeout(60)
	guest.sendall(b"VER MSNFTP\r\n")
	print(where, visit.recv(100))
	sys.exit(where[0] != who)
	END
}

# The port of the only connection that is expected.
expected_port()
{
	expectations | grep -v "class=1" | sed 's/ mask-src=.*//; s/.*dport=//'
}

# The lines that arrived otherwise than recorded, and the verdict.
differences()
{
	tr -d '\0' <"$tmp/replay.log" | grep -v paused | sed 's/^[0-9>]* //'
}

for kind in $kinds; do
	[ -r "$captures/$kind.lan.pcap" ] ||
		skip_all "no captures in $captures"
done
load_module
plan 48
wan_addr=192.0.2.2
setup_topology masq
ip -n "$srv" addr add 198.51.100.11/24 dev eth0
gateway_rules masq
attach_helper

# aMSN announces the outside address and its own port: nothing to edit.
remember_stats
check "outside address: is played" replay amsn-msnftp-masq-ab
check "outside address: connection is expected" expected 6891 "$wan_addr"
check "outside address: it leads to the client" led_to 6891 6891
check "outside address: the switchboard was followed" stat_moved followed 1
go replay
finish replay
check_is "outside address: server gets what was recorded" \
	"$(differences)" "same"

# The inside address must become the outside one; three blanks behind the last line
# make up for it.
remember_stats
check "inside address: is played" replay amsn-msnftp-privip-masq-ab
check "inside address: connection is expected" expected 6891 "$wan_addr"
check "inside address: it leads to the client" led_to 6891 6891
go replay
finish replay
check_is "inside address: server gets the due edits only" "$(differences)" \
"-IP-Address: 192.168.77.2
+IP-Address: 192.0.2.2
-OUT
+   OUT
differs"
check "inside address: the length is the same" stat_moved edit-same-length 1

# Recorded without NAT: here there is one.
remember_stats
check "no NAT then: is played" replay amsn-msnftp-routed-ab
check "no NAT then: it leads to the client" led_to 6891 6891
check "no NAT then: counted as edited" stat_moved expected-edited 1
go replay
finish replay
check_is "no NAT then: the address is edited" \
	"$(differences | grep Address)" \
"-IP-Address: 192.168.77.2
+IP-Address: 192.0.2.2"

# The switchboard is another server, at the same port: nothing to follow.
remember_stats
check "switchboard on 1863: is played" replay amsn-msnftp-sb1863-masq-ab
check "switchboard on 1863: it leads to the client" led_to 6891 6891
check_not "switchboard on 1863: is not followed" stat_moved followed
go replay
finish replay
check_is "switchboard on 1863: server gets what was recorded" \
	"$(differences)" "same"

# The outside peer listens: nothing to open, nothing to edit.
remember_stats
check "peer listens: is played" replay amsn-msnftp-masq-ba
check "peer listens: nothing is expected" no_transfer_expected
check "peer listens: the switchboard was followed" stat_moved followed 1
go replay
finish replay
check_is "peer listens: server gets what was recorded" "$(differences)" "same"
# A direct connection, outside address and own port: nothing to edit.
remember_stats
check "direct, outside address: is played" replay amsn-msnslp-listen-masq-ba
check "direct, outside address: connection is expected" \
	expected 6891 "$wan_addr"
check "direct, outside address: it leads to the client" led_to 6891 6891
check "direct, outside address: counted" stat_moved expected 1
go replay
finish replay
check_is "direct, outside address: server gets what was recorded" \
	"$(differences)" "same"

# The same with the inside address in all lines: room is made in other lines.
remember_stats
check "direct, inside address: is played" replay amsn-msnslp-routed-ba
check "direct, inside address: connection is expected" expected 6891 "$wan_addr"
check "direct, inside address: it leads to the client" led_to 6891 6891
check "direct, inside address: counted as edited" stat_moved expected-edited 1
go replay
finish replay
check_is "direct, inside address: the external line is edited" \
	"$(differences | grep IPv4)" \
"-IPv4External-Addrs: 192.168.77.2
+IPv4External-Addrs: 192.0.2.2"
check "direct, inside address: the length is the same" \
	stat_moved edit-same-length 1

# libpurple says everything twice, with a port of its system: both are edited alike.
remember_stats
check "said twice: is played" replay purple18-routed-ba
port=$(expected_port)
check_is "said twice: one connection is expected" \
	"$(wc -w <<<"$port")" 1
check "said twice: it leads to the client" led_to "$port" "$port"
check "said twice: counted as edited" stat_moved expected-edited 2
go replay
finish replay
check_is "said twice: both external lines are edited" \
	"$(differences | grep IPv4)" \
"-IPv4External-Addrs: 192.168.77.2
+IPv4External-Addrs: 192.0.2.2
-IPv4External-Addrs: 192.168.77.2
+IPv4External-Addrs: 192.0.2.2"

# The outside peer listens.
for kind in amsn-msnslp-routed-ab purple18-routed-ab; do
	remember_stats
	check "$kind, peer listens: is played" replay $kind
	check "$kind, peer listens: nothing is expected" no_transfer_expected
	check_not "$kind, peer listens: nothing is offered" stat_moved offers
	go replay
	finish replay
	check_is "$kind, peer listens: server gets what was recorded" \
		"$(differences)" "same"
done
check "no stream was given up" stat_is opaque-foreign 0
check "kernel log is clean" dmesg_clean
done_testing
