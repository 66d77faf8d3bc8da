/* SPDX-License-Identifier: GPL-2.0 */
/* Writing to packets: the only place that does. */
#ifndef _NFIM_MANGLE_H
#define _NFIM_MANGLE_H

#include <linux/skbuff.h>
#include <net/netfilter/nf_conntrack.h>

#include "net.h"
#include "proto/edit.h"

/**
 * struct nfim_pkt - a TCP packet on its way through a helper
 * @nn: namespace
 * @skb: the packet; skb->data is the network header
 * @ct: its connection
 * @ctinfo: its state and direction
 * @protoff: offset of the TCP header
 * @dataoff: offset of the payload
 * @len: bytes of payload
 * @seq: sequence number of the first payload byte
 *
 * On the stack of one packet. @skb may be linearised or reallocated by the
 * functions below, so no pointer into it is kept; @len changes with an edit.
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
 * nfim_mangle_may_edit() - whether this packet can be edited at all
 * @pkt: the packet
 * @resize: set to whether its length may change (design D6)
 *
 * Return: false when it has to pass as it is.
 */
bool nfim_mangle_may_edit(const struct nfim_pkt *pkt, bool *resize);

/**
 * nfim_mangle_apply() - carry out an edit plan
 * @pkt: the packet; its payload must be linear
 * @plan: the plan; not empty
 *
 * The edit is remembered, so that repeats get the same bytes, and the
 * sequence adjustment is set at the exact place.
 *
 * Return: false when out of memory: the packet may be half done and must be
 * dropped, nothing is remembered.
 */
bool __must_check nfim_mangle_apply(struct nfim_pkt *pkt,
				    const struct edit_plan *plan);

/**
 * nfim_mangle_repeat() - give repeated bytes the edits they had
 * @pkt: the packet
 *
 * Return: false when out of memory: the packet must be dropped.
 */
bool __must_check nfim_mangle_repeat(struct nfim_pkt *pkt);

#endif /* _NFIM_MANGLE_H */
