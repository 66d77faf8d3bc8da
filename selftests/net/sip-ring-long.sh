#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 600
#
# A phone rings for longer than three minutes, which is as long as an endpoint waits
# by itself, before the call is taken. Both hear each other all the same.
#
#   alice (lan1) .2 -- gw 192.0.2.1 -- rt -- bob (peer) 203.0.113.20
#                      masquerades

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"

rings=${RINGS:-190}

rang()
{
	[ $((SECONDS - began)) -ge $rings ]
}

load_module
need_phones
plan 10
setup_topology masq
gateway_rules masq
sip_rules imsip
attach_sip imsip

phone bob "$peer" "$peer_addr" answer=manual \
	config=$'call_local_timeout 600\nmodule stdio.so'
call alice "$lan1" "$lan1_addr" "sip:bob@$peer_addr" rtp=17000-17001 \
	config="call_local_timeout 600"
check "bob's phone rings" wait_said alice "180 Ringing"
began=$SECONDS
wait_for $((rings + 60)) rang
check "it is still awaited" expected 17000 "$wan_addr"
echo /accept >&"${job_in[bob]}"
check "bob takes the call" talks alice
check "alice hears bob" hears alice
check "bob hears alice" hears bob
check "each endpoint is shown once" wait_for 60 shown_once
hang_up alice
check "bob sees the end" is_over bob
check "nothing is expected any more" wait_for 60 no_media_expected
detach_helper
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
