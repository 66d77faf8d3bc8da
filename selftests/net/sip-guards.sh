#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# What neither party of a call can have opened, by whatever it says: ways out to
# others than the other party, ways in for others than those who have answered.
#
#   alice (lan1) .2 -- gw 192.0.2.1 -- rt -- bob (srv) 198.51.100.10
#                      | masquerades
#                      dmz 198.18.5.1/24

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"

# guards WHAT: those whose name has that in it.
guards()
{
	try_set '' --set guards --transport udp --patience 20 --only "$1"
}

load_module
plan 14
setup_topology masq
gateway_rules masq
sip_rules imsip
attach_sip imsip
ip -n "$gw" -b - <<-END || bail_out "no other network"
	link add dmz type bridge
	addr add 198.18.5.1/24 dev dmz
	link set dmz up
END
# All that begin with 10.99 are alice's.
ip -n "$lan1" route add local 10.99.0.0/16 dev lo
ip -n "$gw" route add 10.99.0.0/16 via "$lan1_addr"
guards "the other party"
guards "not answered"
guards "ways out"
guards challenges
check "policy with a low limit" \
	sip_policy "s/^policy .*/&\n\thost-limit = 6/"
guards "limits count"
check "policy for few" \
	sip_policy "s/^policy .*/&\n\tnet-limit = 400/"
guards "table of endpoints"
nfim policy flush
remember_stats
guards "table of calls"
check "what made room is counted" stat_moved displaced
check "and what there is" [ "$(stat_get calls)" -gt 3000 ]
check_is "all were tried" "$tried" 7
detach_helper
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
