#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
#
# What a real client and a real server said to each other, recorded elsewhere, is
# played through the gateway again: the announced port is opened, and the server
# gets every byte as recorded but for the due edits.
#
#   recorded client (lan1) 192.168.77.2 -- gw 192.0.2.2 -- rt --- recorded server
#                                          masquerades            198.51.100.10

. "$(dirname "$0")/lib.sh"

captures=${NFIM_SHARED:-$root_dir/../shared}/vectors/captured
kinds="masq-ab privip-masq-ab masq-ba"

# replay KIND: plays it and leaves it paused.
replay()
{
	in_ns "$gw" conntrack -F 2>/dev/null
	start replay "$lan1" "${python[@]}" "$tools_dir/replay.py" \
		"$captures/amsn-msnftp-$1.lan.pcap" \
		--client-ns "$lan1" --server-ns "$srv"
	wait_said replay paused 60
}

# The lines that arrived otherwise than recorded, and the verdict.
differences()
{
	grep -v paused "$tmp/replay.log" | sed 's/^[0-9>]* //'
}

for kind in $kinds; do
	[ -r "$captures/amsn-msnftp-$kind.lan.pcap" ] ||
		skip_all "no captures in $captures"
done
load_module
plan 14
wan_addr=192.0.2.2
setup_topology masq
gateway_rules masq
attach_helper

# aMSN announces the outside address and its own port: nothing to edit.
remember_stats
check "outside address: is played" replay masq-ab
check "outside address: connection is expected" expected 6891 "$wan_addr"
check "outside address: the switchboard was followed" stat_moved followed 1
go replay
finish replay
check_is "outside address: server gets what was recorded" \
	"$(differences)" "same"

# The inside address must become the outside one; the message gets shorter by 3.
remember_stats
check "inside address: is played" replay privip-masq-ab
check "inside address: connection is expected" expected 6891 "$wan_addr"
go replay
finish replay
check_is "inside address: server gets the due edits only" "$(differences)" \
"-MSG 16 U 239
+MSG 16 U 236
-IP-Address: 192.168.77.2
+IP-Address: 192.0.2.2
differs"
check "inside address: counted as resized" stat_moved edit-resized 1

# The outside peer listens: nothing to open, nothing to edit.
remember_stats
check "peer listens: is played" replay masq-ba
check "peer listens: nothing is expected" no_transfer_expected
check "peer listens: the switchboard was followed" stat_moved followed 1
go replay
finish replay
check_is "peer listens: server gets what was recorded" "$(differences)" "same"
check "no stream was given up" stat_is opaque-foreign 0
check "kernel log is clean" dmesg_clean
done_testing
