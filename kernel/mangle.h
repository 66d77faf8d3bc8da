/* SPDX-License-Identifier: GPL-2.0 */
/* Writing to packets: the only place that does. */
#ifndef _NFIM_MANGLE_H
#define _NFIM_MANGLE_H

#include <linux/skbuff.h>
#include <net/netfilter/nf_conntrack.h>

#include "net.h"
#include "proto/stream.h"

/**
 * struct nfim_pkt - a packet on its way through a helper
 * @nn: namespace
 * @skb: the packet; skb->data is the network header
 * @ct: its connection
 * @ctinfo: its state and direction
 * @protoff: offset of the TCP or UDP header
 * @dataoff: offset of the payload
 * @len: bytes of payload
 * @seq: sequence number of the first payload byte; of the SYN in its packet
 *
 * On the stack of one packet. @skb may be linearised or reallocated, so no
 * pointer into it is kept.
 */
struct nfim_pkt {
	struct nfim_net *nn;
	struct sk_buff *skb;
	struct nf_conn *ct;
	enum ip_conntrack_info ctinfo;
	unsigned int protoff;
	unsigned int dataoff;
	u32 len;
	u32 seq;
};

/**
 * nfim_mangle_tcp() - carry out a %STREAM_REPLACE
 * @pkt: the packet
 * @out: what the engine decided
 *
 * Payload, sequence number and segmentation. @pkt is not kept up to date.
 *
 * Return: false when out of memory: the packet may be half done and must be
 * dropped.
 */
bool __must_check nfim_mangle_tcp(const struct nfim_pkt *pkt,
				  const struct stream_out *out);

#endif /* _NFIM_MANGLE_H */
