#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 240
#
# The server writes in pieces: the lines that name a switchboard on a port of its
# own, and the profile, in which the client's address is to be corrected.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   sends                        masquerades         |  writes in pieces
#                                                    +- bob (peer)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pieces.sh"

correct_address()
{
	cat >"$tmp/client-ip.conf" <<-END
	policy "correct" {
		default = yes
		client-ip = yes
		application file-transfer {
			verdict = allow
			protocol = { tcp }
			inside = { 6891-6900 }
			outside = { 6891-6900 }
			limit = 10
			lifetime = 60
		}
		application switchboard {
			verdict = allow
			protocol = { tcp }
			inside = { 1863, 1864 }
			outside = { 1863, 1864 }
			limit = 10
			lifetime = 60
		}
	}
	END
	nfim policy load "$tmp/client-ip.conf"
}

called()
{
	msn send "$lan1" send --server "$srv_addr" --file "$tmp/sent" --called
	wait_said send online || return
	rm -f "$tmp/received"
	msn receive "$peer" receive --server "$srv_addr" \
		--out "$tmp/received" --call alice
	end_transfer
}

load_module
plan 12
setup_topology masq
gateway_rules masq
patient "$srv"
start_server --sb-port 1864 --pieces 40
make_file 100000
attach_helper

remember_stats
check "alice calls (XFR): file arrives whole" \
	transfer "$lan1" "$peer" --chatter 4 -- --chatter 4
check "the switchboard was followed" stat_moved followed 1
check "its line was put together" stat_moved merged
check_is "the profile was left alone" "$(word send online 4)" "$wan_addr"

remember_stats
check "alice is called (RNG): file arrives whole" called
check "the switchboard was followed" stat_moved followed 1

check "a policy that corrects addresses" correct_address
remember_stats
check "file arrives whole" transfer "$lan1" "$peer"
check_is "the profile was corrected" "$(word send online 4)" "$lan1_addr"
check "counted" stat_moved client-ip 1
check "nothing is held any more" stat_is held-bytes 0
check "kernel log is clean" dmesg_clean
done_testing
