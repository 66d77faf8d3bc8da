/* SPDX-License-Identifier: GPL-2.0 */
/* Packets that conntrack hands to a helper although the connection has not sent them. */
#ifndef _NFIM_RELATED_H
#define _NFIM_RELATED_H

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>

/**
 * nfim_is_error() - whether a packet is an ICMP error about a connection
 * @skb: the packet, its network header set
 * @ct: the connection it is said to belong to
 * @ctinfo: how it belongs there
 *
 * An error about a packet of the reply direction comes to the helper as one of
 * the original direction, with its ICMP header where that of TCP or UDP is
 * looked for; of what it says nothing was checked. The first packets of an
 * expected connection are related as well, so the protocol has to tell.
 *
 * Return: true if it is; nothing in it may be read as a part of the stream.
 */
static inline bool nfim_is_error(const struct sk_buff *skb,
				 const struct nf_conn *ct,
				 enum ip_conntrack_info ctinfo)
{
	__be16 frag_off;
	u8 proto;

	if (likely(ctinfo != IP_CT_RELATED))
		return ctinfo == IP_CT_RELATED_REPLY;
	if (nf_ct_l3num(ct) == NFPROTO_IPV4)
		return ip_hdr(skb)->protocol != nf_ct_protonum(ct);
	proto = ipv6_hdr(skb)->nexthdr;
	return ipv6_skip_exthdr(skb, sizeof(struct ipv6hdr), &proto,
				&frag_off) < 0 ||
	       proto != nf_ct_protonum(ct);
}

#endif /* _NFIM_RELATED_H */
