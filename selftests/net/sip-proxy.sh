#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 600
#
# Phones that register with a proxy outside, which stays in the way of their calls:
# who is behind the gateway calls, is called, or both are. Over TCP, where the proxy
# comes to the port that a phone listens on; over UDP see sip-proxy-udp.sh, and where
# packets get lost sip-proxy-loss.sh.
#
#   alice (lan1) .2 --+                        +-- proxy (srv) 198.51.100.10
#                     +- gw 192.0.2.1 -- rt ---+
#   carol (lan2) .3 --+  masquerades           +-- bob (peer) 203.0.113.20

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"

# user NAME NAMESPACE ADDRESS PORTS: a phone that registers and waits.
user()
{
	phone "$1" "$2" "$3" rtp="$4" server="$srv_addr" transport="$transport" \
		config="module stdio.so"
}

# try WHAT CALLER CALLEE
try()
{
	local what="$transport, $1" caller=$2 callee=$3

	dial "$caller" "sip:$callee@$srv_addr"
	remember_stats
	check "$what: the call is taken" talks "$caller"
	check "$what: $caller hears $callee" hears "$caller"
	check "$what: $callee hears $caller" hears "$callee"
	check "$what: media flow" media_begin 60
	put_down "$caller"
	# A call that nobody acknowledged is over as well, after half a minute.
	check "$what: $callee sees the end" is_over "$callee" \
		"session closed: Connection reset by peer"
	check "$what: because the proxy said so" wait_said proxy "passes BYE"
	check "$what: nothing is expected any more" \
		wait_for 60 no_media_expected
	check "$what: no connection of media is left" \
		wait_for 60 no_media_flow
}

all_calls()
{
	transport=$1
	user bob "$peer" "$peer_addr" 16000-16001
	user alice "$lan1" "$lan1_addr" 17000-17001
	user carol "$lan2" "$lan2_addr" 17000-17001
	check "$1: bob is registered" registered bob
	check "$1: alice is registered" registered alice
	check "$1: carol is registered" registered carol
	try "caller inside" alice bob
	check_is "$1: bob heard the gateway" "$(heard_from bob)" \
		"$wan_addr:17000"
	try "callee inside" bob alice
	# Media may be sent long before the proxy has told both of each other.
	[ "$loss" = yes ] ||
		tc -n "$rt" qdisc replace dev wan root netem delay 300ms ||
		bail_out "tc refuses to be late"
	try "both inside" alice carol
	stop bob
	stop alice
	stop carol
	forget_connections
}

load_module
need_phones
need_proxy
need_tools tc
modprobe -q sch_netem || skip_all "no netem"
loss=${LOSS-no}
plan 30
setup_topology masq
gateway_rules masq
sip_rules imsip
attach_sip imsip
proxy "$srv" "$srv_addr"
[ "$loss" = no ] || lossy_path lan || bail_out "tc refuses to lose packets"
all_calls "${TRANSPORT:-tcp}"
stop proxy
detach_helper
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
