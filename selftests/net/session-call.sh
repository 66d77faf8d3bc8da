#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# A computer call as a whole: the announcement on the switchboard leads to a SIP
# endpoint inside, whose connection gets the SIP helper; SIP leads to RTP, and both
# hear each other.
#
#   alice (lan1) .2, is called --+
#                                +- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   carol (lan2) .3 -------------+  masquerades         +- bob (peer), calls

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/peers.sh"

# Voice comes as "imsip" expects it, beside what the announcement opens.
allow_voice()
{
	in_ns "$gw" nft -f - <<-'END'
	table inet filter {
		chain forward {
			ct state related ct helper "imsip" udp dport 1024-65535 accept
		}
	}
	END
}

# try NAME TRANSPORT FROM SEEN LISTEN OPTIONS -- CONNECT OPTIONS: a call
# from namespace FROM, which alice sees as SEEN.
try()
{
	local name=$1 transport=$2 from=$3 seen=$4

	shift 4
	forget_connections
	remember_stats
	check "$name: both hear each other" meet voice "$lan1" "$from" \
		--call "$transport" "$@" --call "$transport"
	check_is "$name: alice's phone is at the gateway" \
		"$(word connect contact 2)" "sip:alice@$wan_addr:6901"
	check_is "$name: and her ear" "$(word connect talks 2)" "$wan_addr"
	check_is "$name: she hears them from there" "$(word listen heard 2)" \
		"$seen"
	check "$name: announcement and voice were opened" stat_moved connected
}

forget_connections()
{
	in_ns "$gw" conntrack -F >/dev/null 2>&1
}

load_module
plan 28
setup_topology masq
gateway_rules masq
allow_udp
allow_voice
start_server
attach_helper

try "over UDP" udp "$peer" "$peer_addr" -- --inviting
check "the call's connection has the SIP helper" \
	grep -q "dport=6901 .*helper=imsip" \
	<(in_ns "$gw" conntrack -L -p udp 2>/dev/null)
try "over UDP, alice invites" udp "$peer" "$peer_addr" --inviting --
try "over TCP" tcp "$peer" "$peer_addr" -- --inviting
try "over UDP, both inside" udp "$lan2" "$wan_addr" -- --inviting
try "over TCP, both inside" tcp "$lan2" "$wan_addr" -- --inviting
check "the server saw proper MSNP only" server_content
check "kernel log is clean" dmesg_clean
done_testing
