#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 600
#
# A PBX inside, at a forwarded port: a registrar and proxy that stays in the way of
# calls, with a phone beside it. Who is outside calls the phone by the address of the
# gateway. What the PBX announces for its phone is another host's, so policy names it.
# TRANSPORT and LOSS make other tests of it.
#
#   pbx (lan1) .2 ----+
#                     +- gw 192.0.2.1 -- rt -- bob (peer) 203.0.113.20
#   carol (lan2) .3 --+  masquerades, forwards 5060

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"

transport=${TRANSPORT:-udp}

# ended WHO: a call that WHO did not end leaves nothing behind.
ended()
{
	check "$1 sees the end" is_over "$1" \
		"session closed: Connection reset by peer"
	check "nothing is expected any more" wait_for 60 no_media_expected
	check "connections of the call are gone" media_ended
}

[ "${LOSS-}" != yes ] || modprobe -q sch_netem || skip_all "no netem"
load_module
need_phones
need_proxy
plan 19
setup_topology masq
gateway_rules masq
sip_rules imsip
attach_sip imsip
forward_sip "$lan1_addr"
attach_sip_outside
nfim policy show --defaults |
	sed "/built-in-imsip/a third-party = { $lan2_addr }" >"$tmp/pbx.conf"
check "policy for phones beside a PBX" nfim policy load "$tmp/pbx.conf"

proxy "$lan1" "$lan1_addr"
phone carol "$lan2" "$lan2_addr" rtp=17000-17001 server="$lan1_addr" \
	transport="$transport" config="module stdio.so"
phone bob "$peer" "$peer_addr" rtp=16000-16001 transport="$transport" \
	config="module stdio.so"
check "carol is registered" registered carol
[ "${LOSS-}" != yes ] || lossy_path lan || bail_out "no netem"

dial bob "sip:carol@$wan_addr;transport=$transport"
remember_stats
check "bob reaches carol" talks bob
check "he hears her" hears bob
check "she hears him" hears carol
check_is "at the gateway's address" "$(heard_from bob)" "$wan_addr:17000"
check "media flow" media_begin 60
put_down bob
ended carol
check "because the PBX said so" wait_said proxy "passes BYE"

dial bob "sip:carol@$wan_addr;transport=$transport"
remember_stats
check "bob reaches carol again" talks bob
check "he hears her" hears bob
check "she hears him" hears carol
put_down carol
ended bob

stop bob
stop carol
stop proxy
detach_helper
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
