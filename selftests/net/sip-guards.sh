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
	local result what

	"${python[@]}" "$tools_dir/sip_services.py" --suffix "$suffix" --guards \
		--address lan1 "$lan1_addr" --address lan2 "$lan2_addr" \
		--address gw "$wan_addr" --address srv "$srv_addr" \
		--address peer "$peer_addr" --transport udp --patience 20 \
		--only "$1" >"$tmp/guards" 2>"$tmp/guards.log"
	while read -r result what; do
		tried=$((tried + 1))
		check_is "$what" "$result" ok
	done <"$tmp/guards"
}

# policy LINE: the built-in policies, with that.
policy()
{
	nfim policy show --defaults |
		sed "s/^policy .*/&\n\t$1/" >"$tmp/guards.conf"
	nfim policy load "$tmp/guards.conf"
}

load_module
plan 6
tried=0
setup_topology masq
gateway_rules masq
sip_rules imsip
attach_sip imsip
ip -n "$gw" -b - <<-END || bail_out "no other network"
	link add dmz type bridge
	addr add 198.18.5.1/24 dev dmz
	link set dmz up
END
guards "the other party"
check "policy with a low limit" policy "host-limit = 6"
guards "limits count"
nfim policy flush
check_is "all were tried" "$tried" 2
detach_helper
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
