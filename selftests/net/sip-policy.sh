#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# What policies say of calls: who may send, candidates, which ports outside, no
# audio at all; how that is told; and a datagram that becomes too long.
#
#   alice (lan1) .2 -- gw 192.0.2.1 -- rt -+- bob (srv) 198.51.100.10
#                      masquerades         +- (peer) 203.0.113.20

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"

# with SED WHAT: the call in whose name that is, under such a policy.
with()
{
	check "policy for: $2" sip_policy "$1"
	remember_stats
	try_set '' --set policies --transport udp --patience 20 --only "$2"
}

# in_policy LINE: of SIP.
in_policy()
{
	echo "/^policy .*imsip/a $1"
}

load_module
plan 20
setup_topology masq
gateway_rules masq
sip_rules imsip
attach_sip imsip
start monitor "$gw" "$(nfim_tool)" -v monitor
wait_said monitor watching || bail_out "nfim monitor does not start"

with "$(in_policy 'media-peers = peer')" "party that signals"
with "$(in_policy "media-networks = { ${peer_addr%.*}.0/24 }")" "listed networks"
with "$(in_policy 'media-peers = any')" "anybody"
with "$(in_policy 'ice = no')" candidates
with '/application rtp-audio/a verdict = refuse' "audio is refused"
check "counted as refused" stat_moved refused-policy
check "the monitor tells why" wait_said monitor \
	"offer rtp-audio udp $lan1_addr:40000 refused-policy"
with '/application \(rtp-audio\|rtcp\)/a outside = { 30001-30005 }' "pairs come"
check "counted: no port is left" stat_moved refused-no-port
check "the monitor tells of a pair" wait_for 5 grep -q \
	"offer rtp-audio udp $wan_addr:3000[24] -> $lan1_addr:40000 expected" \
	"$tmp/monitor.log"
stop monitor
nfim policy flush

readdress 10.0.1.2 10.0.1.1 192.0.2.111
forget_connections
try_set '' --set policies --transport udp --patience 20 --only datagram
check_is "all were tried" "$tried" 7
detach_helper
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
