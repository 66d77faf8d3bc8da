#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 600
#
# Calls to and from a phone behind masquerading: who calls, who hangs up, two
# phones with the same ports, a caller that gives up, a callee that is busy.
#
#   alice (lan1) .2 --+
#                     +- gw 192.0.2.1 -- rt -- bob (peer) 203.0.113.20
#   carol (lan2) .3 --+  masquerades

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"

load_module
need_phones
plan 30
setup_topology masq
gateway_rules masq
sip_rules imsip
attach_sip imsip

# A call comes in through what alice's phone registered, or a forwarding.
forward_sip "$lan1_addr"
attach_sip_outside
comes_in()
{
	local t=$1

	phone alice "$lan1" "$lan1_addr" rtp=17000-17001 transport="$t"
	call bob "$peer" "$peer_addr" "sip:alice@$wan_addr" transport="$t"
	check "$t: bob reaches alice" talks bob
	check "$t: she hears him" hears alice
	check "$t: he hears her" hears bob
	check_is "$t: at the gateway's address" "$(heard_from bob)" \
		"$wan_addr:17000"
	remember_stats
	hang_up bob
	check "$t: alice sees the end" is_over alice
	check "$t: nothing is expected any more" wait_for 60 no_media_expected
	check "$t: connections of the call are gone" media_ended
	hang_up alice
}
comes_in tcp
comes_in udp

# Two phones of the same make call the same host at once.
phone bob "$peer" "$peer_addr" answer=manual
phone dave "$peer" "$peer_addr" port=5062 rtp=20000-20099
in_ns "$gw" nft add rule inet helpers pre udp dport 5062 ct helper set sipu
call alice "$lan1" "$lan1_addr" "sip:bob@$peer_addr" rtp=17000-17001
check "alice waits for bob" wait_said alice "180 Ringing"
call carol "$lan2" "$lan2_addr" "sip:dave@$peer_addr:5062" rtp=17000-17001
check "carol calls dave" talks carol
check "carol hears dave" hears carol
check "dave hears carol" hears dave
check_not "from a port of her own" \
	[ "$(heard_from dave)" = "$wan_addr:17000" ]
check "the one that was announced" announced "$(heard_from dave)"
remember_stats
hang_up carol
check "carol's call ends" is_over dave
check "connections of the call are gone" media_ended
check "alice's call still waits" expected 17000 "$wan_addr"
hang_up alice
check "alice gives up" is_over bob
check "nothing is expected any more" wait_for 60 no_media_expected
stop bob
stop dave

# Bob does not take the call.
phone bob "$peer" "$peer_addr" answer=manual
call alice "$lan1" "$lan1_addr" "sip:bob@$peer_addr" rtp=17000-17001
check "bob's phone rings" wait_said alice "180 Ringing"
hang_up bob
check "bob refuses" wait_said alice "closed"
check "nothing is expected any more" wait_for 60 no_media_expected
stop alice

detach_helper
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
