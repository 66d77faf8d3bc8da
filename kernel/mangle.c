// SPDX-License-Identifier: GPL-2.0
/*
 * Writing to packets. An edit replaces the bytes [seq, seq + old_len) of the
 * sender's stream by others; W() below maps a place in the sender's stream to
 * one in the receiver's, and whatever the segmentation of a repeat is, the
 * piece [a, b) leaves as the new stream's [W(a), W(b)).
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

/* A plan may grow a packet by this much; more never happens in practice. */
#define GROWTH_MAX	64

static bool fits_mtu(const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);

	return skb_is_gso(skb) || !dst ||
	       skb->len + GROWTH_MAX <= dst_mtu(dst);
}

bool nfim_mangle_may_edit(const struct nfim_pkt *pkt, bool *resize)
{
	const struct tcphdr *th = (void *)pkt->skb->data + pkt->protoff;
	struct nfim_flow *flow;
	bool may;

	*resize = false;
	if (!nf_ct_is_confirmed(pkt->ct) || th->urg ||
	    pkt->skb->len > IP_MAX_MTU - GROWTH_MAX)
		return false;
	flow = nfim_flow_get(pkt->nn, pkt->ct, CTINFO2DIR(pkt->ctinfo));
	/* Bytes from behind a gap have left; this packet may hold some. */
	may = flow && !flow->n_pieces;
	if (may)
		*resize = nfct_seqadj(pkt->ct) && fits_mtu(pkt->skb) &&
			  nfim_flow_may_resize(flow);
	nfim_flow_put(pkt->nn);
	return may;
}

/* The stack segments what is larger than gso_size and refuses what is not. */
static void fix_gso(struct nfim_pkt *pkt)
{
	struct skb_shared_info *si = skb_shinfo(pkt->skb);

	if (!skb_is_gso(pkt->skb))
		return;
	if (pkt->len <= si->gso_size) {
		skb_gso_reset(pkt->skb);
		return;
	}
	si->gso_segs = DIV_ROUND_UP(pkt->len, si->gso_size);
	si->gso_type &= ~SKB_GSO_FRAGLIST;
	si->gso_type |= SKB_GSO_DODGY;
}

static bool replace(struct nfim_pkt *pkt, u32 off, u32 old_len,
		    const char *text, u32 new_len)
{
	if (!__nf_nat_mangle_tcp_packet(pkt->skb, pkt->ct, pkt->ctinfo,
					pkt->protoff, off, old_len, text,
					new_len, false))
		return false;
	if (new_len != old_len) {
		pkt->len += new_len - old_len;
		fix_gso(pkt);
	}
	return true;
}

/*
 * Behind which number everything moves by the edit's growth. Not behind the
 * edit's start: a repeat may begin inside it, see W().
 */
static u32 correction_pos(const struct nfim_edit *e)
{
	return e->new_len < e->old_len ? e->seq + e->new_len :
					 e->seq + e->old_len - 1;
}

/* Bytes of the new text in front of a place inside the old one. */
static u32 new_before(const struct nfim_edit *e, u32 seq)
{
	u32 off = seq - e->seq;

	if (off == e->old_len)
		return e->new_len;
	if (!after(seq, correction_pos(e)))
		return off;
	return off + e->new_len - e->old_len;
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
				 htonl(correction_pos(e)), delta);
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
	u32 from = new_before(e, first);
	u32 to = new_before(e, last);

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
