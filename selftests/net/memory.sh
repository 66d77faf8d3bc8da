#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# All network namespaces together take no more memory than the module is told with
# its parameter "memory", and who takes what he can in one of them leaves room for
# the others. The router outside is a second gateway here; srv begins calls there.
#
#   alice (lan1) .2 -- gw 192.0.2.1 -- rt -+- srv 198.51.100.10, calls and calls
#   writes in pieces   | masquerades       +- bob (peer) 203.0.113.20

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"
. "$net_dir/pieces.sh"

param=/sys/module/nf_conntrack_im/parameters/memory

in_rt() { gw=$rt "$@"; }

# is_eighth MIB: of this machine's memory; the kernel has rounded it.
is_eighth()
{
	local eighth

	eighth=$(awk '/^MemTotal:/ { print int($2 / 8192) }' /proc/meminfo)
	[ "$eighth" -gt 48 ] || eighth=48
	[ "$eighth" -lt 256 ] || eighth=256
	[ "$1" -ge $eighth ] && [ "$1" -le $((eighth + 1)) ] && [ "$1" -le 256 ]
}

# begin_calls N FROM: datagrams that begin N calls, whom nobody answers.
begin_calls()
{
	in_ns "$srv" "${python[@]}" -c 'if True:
	import socket, sys
	me, to, number, first = sys.argv[1:]
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.bind((me, int(first)))
	for i in range(int(number)):
		name = f"{first}.{i}"
		lines = (f"INVITE sip:bob@{to} SIP/2.0",
			 f"Via: SIP/2.0/UDP {me}:{first};branch=z9hG4bK{name}",
			 f"From: <sip:eve@{me}>;tag={i}", f"To: <sip:bob@{to}>",
			 f"Call-ID: {name}@{me}", "CSeq: 1 INVITE",
			 f"Contact: <sip:eve@{me}:{first}>", "Content-Length: 0", "", "")
		s.sendto("\r\n".join(lines).encode(), (to, 5060))' \
		"$srv_addr" "$peer_addr" "$1" "$2"
}

# takes_all FROM: rt has no room for all of the calls, and one may take no more than
# seven eighths of what all may have.
takes_all()
{
	in_rt remember_stats
	begin_calls 900 "$1"
	in_rt stat_moved refused-nomem &&
		memory_between 800000 $((7 << 17))
}

# In rt, now.
memory_between()
{
	local now

	now=$(in_rt stat_get memory-bytes)
	echo "$now bytes"
	[ "$now" -ge "$1" ] && [ "$now" -le "$2" ]
}

# Of all namespaces.
all_take()
{
	"$(nfim_tool)" -j stats | stat_of memory-bytes-all
}

all_remembered() { [ "$(in_rt stat_get calls)" -ge 900 ]; }

# call_and_hear: bob hears alice, at the port that is rewritten.
call_and_hear()
{
	local status=0

	phone bob "$peer" "$peer_addr" &&
		call alice "$lan1" "$lan1_addr" "sip:bob@$peer_addr" \
			rtp=17000-17001 &&
		talks alice && hears alice "$@" || status=1
	hang_up alice
	stop bob
	forget_connections
	return $status
}

set_memory() { echo "$1" >$param; }

all_detached()
{
	in_ns "$rt" nft flush ruleset
	detach_helper
}

load_module
need_phones
plan 23
setup_topology masq
gateway_rules masq
sip_rules imsip
attach_sip imsip
in_rt attach_sip imsip srv

usual=$(cat $param)
check "an eighth of the memory as the module is loaded, from 48 to 256 MiB" \
	is_eighth "$usual"
check "as many calls as a host may begin are remembered" begin_calls 900 20000
check "all of them" wait_for 10 all_remembered
check "they take some memory" memory_between 1300000 4000000
check "a phone's call elsewhere is heard" call_and_hear
all_detached
check "module unloads" unload_module
load_module memory=1
attach_sip imsip
in_rt attach_sip imsip srv
check "no more than it may: calls begin without being remembered" \
	takes_all 21000
check "the initial namespace shows what all take" \
	[ "$(all_take)" -ge "$(in_rt stat_get memory-bytes)" ]
remember_stats
check "and a phone's call elsewhere is heard" call_and_hear
check "and edited" stat_moved expected-edited
check "and as much as before is all that the others may take" takes_all 22000
echo 0 >$param
remember_stats
check_not "no memory at all: a call is not heard" call_and_hear 5
check "which is counted" stat_moved refused-nomem
check_is "nothing was opened" "$(stat_get endpoints)" 0
echo "$usual" >$param
check "as before: it is heard" call_and_hear
all_detached
nfim policy flush

attach_helper
start_pieces_server
echo 0 >$param
remember_stats
check "no memory at all: pieces of MSNP arrive" intact --plan chunk:60 --count 30
check "and are not held" stat_moved held 0
check "which is counted" stat_moved split
echo "$usual" >$param
check "as before: they are rewritten" whole 0 --plan chunk:60
check_not "more than can be counted is refused" set_memory 2048
check_is "and what there was stays" "$(cat $param)" "$usual"
detach_helper
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
