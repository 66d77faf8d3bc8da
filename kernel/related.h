/* SPDX-License-Identifier: GPL-2.0 */
/* Packets that conntrack hands to a helper although the connection has not sent them. */
#ifndef _NFIM_RELATED_H
#define _NFIM_RELATED_H

#include <net/netfilter/nf_conntrack.h>

/**
 * nfim_is_proto() - whether a packet is of the protocol of a connection
 * @skb: the packet, its network header set
 * @ct: the connection
 *
 * Return: false for ICMP, unless it is a connection of ICMP.
 */
bool nfim_is_proto(const struct sk_buff *skb, const struct nf_conn *ct);

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
	return unlikely(ctinfo == IP_CT_RELATED_REPLY ||
			(ctinfo == IP_CT_RELATED && !nfim_is_proto(skb, ct)));
}

#endif /* _NFIM_RELATED_H */
