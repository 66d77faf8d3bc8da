// SPDX-License-Identifier: GPL-2.0
/*
 * Writing to packets. An edit replaces the bytes [seq, seq + old_len) of the
 * sender's stream by others. Whatever the segmentation of a repeat is, each
 * part of them is replaced by what edit_piece() says.
 */

#include <linux/netfilter.h>
#include <net/dst.h>
#include <net/netfilter/nf_conntrack_seqadj.h>
#include <net/netfilter/nf_nat_helper.h>
#include <net/tcp.h>

#include <nfim/limits.h>

#include "flow.h"
#include "mangle.h"
#include "trace.h"

static bool fits_mtu(const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);

	return skb_is_gso(skb) || !dst ||
	       skb->len + NFIM_EDIT_GROWTH <= dst_mtu(dst);
}

bool nfim_mangle_may_edit(const struct nfim_pkt *pkt, bool *resize)
{
	const struct tcphdr *th = (void *)pkt->skb->data + pkt->protoff;
	struct nfim_flow *flow;
	bool may;

	*resize = false;
	if (!nf_ct_is_confirmed(pkt->ct) || th->urg ||
	    pkt->skb->len > IP_MAX_MTU - NFIM_EDIT_GROWTH)
		return false;
	flow = nfim_flow_get(pkt->nn, pkt->ct, CTINFO2DIR(pkt->ctinfo));
	/* Bytes from behind a gap have left; this packet may hold some. */
	may = flow && !flow->n_pieces && nfim_flow_has_room(pkt->nn, flow);
	if (may)
		*resize = nfct_seqadj(pkt->ct) && fits_mtu(pkt->skb) &&
			  nfim_flow_may_resize(flow);
	nfim_flow_put(pkt->nn);
	return may;
}

/*
 * The stack segments what is larger than gso_size and refuses what is not. A
 * repeat may be a full segment already: what it grew by becomes a second one,
 * because the sender would do nothing about a packet that is too big (D8.5).
 */
static void fix_gso(struct nfim_pkt *pkt, u32 sent_len)
{
	struct skb_shared_info *si = skb_shinfo(pkt->skb);
	const struct dst_entry *dst = skb_dst(pkt->skb);

	if (skb_is_gso(pkt->skb)) {
		if (pkt->len <= si->gso_size) {
			skb_gso_reset(pkt->skb);
			return;
		}
		si->gso_type &= ~SKB_GSO_FRAGLIST;
	} else {
		if (!dst || pkt->skb->len <= dst_mtu(dst) || !sent_len)
			return;
		si->gso_size = sent_len;
		si->gso_type = nf_ct_l3num(pkt->ct) == NFPROTO_IPV4 ?
			       SKB_GSO_TCPV4 : SKB_GSO_TCPV6;
	}
	si->gso_segs = DIV_ROUND_UP(pkt->len, si->gso_size);
	si->gso_type |= SKB_GSO_DODGY;
}

static bool replace(struct nfim_pkt *pkt, u32 off, u32 old_len,
		    const char *text, u32 new_len)
{
	u32 sent_len = pkt->len;

	if (!__nf_nat_mangle_tcp_packet(pkt->skb, pkt->ct, pkt->ctinfo,
					pkt->protoff, off, old_len, text,
					new_len, false))
		return false;
	if (new_len != old_len) {
		pkt->len += new_len - old_len;
		fix_gso(pkt, sent_len);
	}
	return true;
}

static bool apply(struct nfim_pkt *pkt, struct nfim_flow *flow,
		  const struct edit_plan *plan)
{
	enum ip_conntrack_dir dir = CTINFO2DIR(pkt->ctinfo);
	u32 start = edit_start(plan), old_len = edit_end(plan) - start;
	s32 delta = edit_delta(plan);
	struct nfim_edit *e;
	struct span data;

	e = nfim_flow_new_edit(pkt->nn, flow, old_len + delta);
	if (!e)
		return false;
	data = span_make(pkt->skb->data + pkt->dataoff, pkt->len);
	edit_render(plan, data, e->text);
	e->seq = pkt->seq + start;
	e->old_len = old_len;
	if (!replace(pkt, start, old_len, e->text, e->new_len)) {
		kfree(e);
		return false;
	}
	if (delta)
		nf_ct_seqadj_set(pkt->ct, pkt->ctinfo,
				 htonl(e->seq + edit_pos(old_len, e->new_len)),
				 delta);
	e->wire_end = e->seq + old_len;
	e->wire_end += nf_ct_seq_offset(pkt->ct, dir, e->wire_end);
	nfim_flow_add_edit(pkt->nn, flow, e);
	trace_nfim_edit(pkt->ct, e->seq, old_len, delta);
	nfim_count(pkt->nn, delta ? NFIM_EDIT_RESIZED : NFIM_EDIT_SAME_LENGTH);
	return true;
}

bool nfim_mangle_apply(struct nfim_pkt *pkt, const struct edit_plan *plan)
{
	struct nfim_flow *flow;
	bool done;

	flow = nfim_flow_get(pkt->nn, pkt->ct, CTINFO2DIR(pkt->ctinfo));
	done = flow && apply(pkt, flow, plan);
	nfim_flow_put(pkt->nn);
	return done;
}

/* @first, @last: the part of the edit's old bytes that the packet repeats. */
static bool repeat_edit(struct nfim_pkt *pkt, const struct nfim_edit *e,
			u32 first, u32 last)
{
	u32 from, to;

	edit_piece(e->old_len, e->new_len, first - e->seq, last - e->seq,
		   &from, &to);
	if (WARN_ON_ONCE(from > to || to > e->new_len))
		return false;
	return replace(pkt, first - pkt->seq, last - first, e->text + from,
		       to - from);
}

bool nfim_mangle_repeat(struct nfim_pkt *pkt)
{
	u32 end = pkt->seq + pkt->len;
	struct nfim_flow *flow;
	struct nfim_edit *e;
	bool ok = true;

	flow = nfim_flow_find(pkt->nn, pkt->ct, CTINFO2DIR(pkt->ctinfo));
	if (!flow)
		goto out;
	flow->used = jiffies;
	/* From the last one to the first, so that offsets stay true. */
	list_for_each_entry_reverse(e, &flow->edits, list) {
		u32 e_end = e->seq + e->old_len;
		u32 first = before(e->seq, pkt->seq) ? pkt->seq : e->seq;
		u32 last = after(e_end, end) ? end : e_end;

		if (!before(first, last))
			continue;
		ok = repeat_edit(pkt, e, first, last);
		if (!ok)
			break;
		nfim_count(pkt->nn, NFIM_EDIT_REPEATED);
	}
out:
	nfim_flow_put(pkt->nn);
	return ok;
}
