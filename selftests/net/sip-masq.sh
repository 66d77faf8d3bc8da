#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: smoke
# timeout: 400
#
# A phone behind masquerading calls another one directly. Without the helper
# the other one answers to an address that it cannot reach; with it both hear
# each other, whoever called, and nothing is left when they have hung up.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -- bob (peer) 203.0.113.20

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"

load_module
need_phones
plan 14
setup_topology masq
gateway_rules masq
sip_rules imsip

phone bob "$peer" "$peer_addr"
call alice "$lan1" "$lan1_addr" "sip:bob@$peer_addr"
check "without the helper there is a call" talks alice
check_not "but alice does not hear bob" hears alice 5
hang_up alice
stop bob

attach_sip imsip
forget_connections
remember_stats
phone bob "$peer" "$peer_addr"
call alice "$lan1" "$lan1_addr" "sip:bob@$peer_addr" rtp=17000-17001
check "with the helper there is a call" talks alice
check "alice hears bob" hears alice
check "bob hears alice" hears bob
check_is "from the port that was announced" "$(heard_from bob)" \
	"$wan_addr:17000"
check "her announcement was rewritten" stat_moved expected-edited
check "nfim shows the endpoint" grep -q rtp-audio <(nfim show)
check "and her phone" grep -q baresip <(nfim show clients)
remember_stats
hang_up alice
check "bob sees the end" is_over bob
check "nothing is expected any more" wait_for 10 no_media_expected
check "connections of the call are gone" media_ended
stop bob
detach_helper
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
