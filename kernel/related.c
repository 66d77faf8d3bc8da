// SPDX-License-Identifier: GPL-2.0
/* Packets that conntrack hands to a helper although the connection has not sent them. */

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ipv6.h>

#include "related.h"

bool nfim_is_proto(const struct sk_buff *skb, const struct nf_conn *ct)
{
	__be16 frag_off;
	u8 proto;

	if (nf_ct_l3num(ct) == NFPROTO_IPV4)
		return ip_hdr(skb)->protocol == nf_ct_protonum(ct);
	proto = ipv6_hdr(skb)->nexthdr;
	return ipv6_skip_exthdr(skb, sizeof(struct ipv6hdr), &proto,
				&frag_off) >= 0 &&
	       proto == nf_ct_protonum(ct);
}
