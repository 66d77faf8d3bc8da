#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Print -D options for what the headers of a kernel offer.
# Usage: probe.sh SRCTREE
# A version number tells nothing: Debian's "6.1" changed these four times.
set -eu

tree=$1

have() {
	if grep -q "$3" "$tree/include/net/$2"; then
		echo "-DNFIM_HAVE_$1"
	fi
}

have ASSIGN_HELPER netfilter/nf_conntrack_expect.h 'assign_helper;'
have EXPECTFN_DESTROY netfilter/nf_conntrack_helper.h 'nf_ct_helper_expectfn_destroy('
have EXPECT_STAMP netfilter/nf_conntrack_expect.h 'nf_ct_exp_is_expired('
have NET_UDP_TABLE netns/ipv4.h 'udp_table;'
have GENL_INFO_DUMP genetlink.h 'genl_info_dump('
# Until 6.12.112 it took the packet.
if grep -A1 'nf_ct_refresh(struct' \
   "$tree/include/net/netfilter/nf_conntrack.h" | grep -q sk_buff; then
	echo "-DNFIM_HAVE_REFRESH_SKB"
fi
