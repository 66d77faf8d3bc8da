#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
#
# Ten transfers of one host at once pass, the eleventh is refused. Two hosts that
# listen on the same port both get through, the second under another port.
#
#   alice (lan1) .2 --+
#                     +- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   carol (lan2) .3 --+  masquerades         +- bob, dave (peer)

. "$(dirname "$0")/lib.sh"

load_module
plan 17
setup_topology masq
gateway_rules masq
start_server
attach_helper
make_file 300000

remember_stats
msn many-receive "$peer" many-receive --server "$srv_addr" --count 10 \
	--parallel 10 --pause
wait_said many-receive online
msn many-send "$lan1" many-send --server "$srv_addr" --count 10 --parallel 10 \
	--size 20000
check "ten announcements arrive" wait_said many-receive paused 60
check_is "ten connections are expected" "$(expect_count)" 10
check "ten are counted" stat_moved expected-edited 10

check "the eleventh fails" \
	blocked receive "$lan1" "$peer" --as alice2 --to dave --listen-port 6901 -- \
	--as dave
check_is "its announcement went unchanged" \
	"$(word receive accept 2) $(word receive accept 3)" "$lan1_addr 6901"
check "it was refused for the limit" stat_moved refused-host-limit 1
check_is "ten connections are still expected" "$(expect_count)" 10

go many-receive
check "all ten are sent" finish many-send
check "all ten arrive" finish many-receive
check "the next one passes again" transfer "$lan1" "$peer"

# Both listen on 6891 at the same time.
msn bob "$peer" receive --server "$srv_addr" --as bob --pause \
	--compare "$tmp/sent"
msn dave "$peer" receive --server "$srv_addr" --as dave --pause \
	--compare "$tmp/sent"
wait_said bob online
wait_said dave online
msn alice "$lan1" send --server "$srv_addr" --as alice --to bob \
	--file "$tmp/sent"
wait_said bob paused
msn carol "$lan2" send --server "$srv_addr" --as carol --to dave \
	--file "$tmp/sent" --style public
wait_said dave paused
check_is "the first host keeps its port" "$(word bob accept 3)" 6891
check_not "the second host gets another one" \
	[ "$(word dave accept 3)" = 6891 ]
check_is "PortX says the same" "$(word dave accept 4)" \
	$(($(word dave accept 3) ^ 0x3141))
go bob
go dave
finish alice
check "the first one's file arrives" finish bob
finish carol
check "the second one's file arrives" finish dave
check "nothing is expected any more" no_expectations
check "kernel log is clean" dmesg_clean
done_testing
