// SPDX-License-Identifier: GPL-2.0
/* From segments to the stream engine. */
#include <stdlib.h>

#include "explain_reading.h"
#include "explain_say.h"

/* What routes take, and what IP can say. */
#define ROUTE_MTU	1500
#define SEG_MIN		48
/* A smaller MSS is smaller than what every path takes, and is respected. */
#define MSS_USUAL	536
#define IP_MAX		65535

#define OPT_END		0
#define OPT_NOP		1
#define OPT_MSS		2
#define OPT_SCALE	3
#define SCALE_MAX	14

void tcp_forget(struct explain *x, struct half *h)
{
	struct stream_mem mem = state_memory(x);

	stream_flow_free(&h->flow, &mem);
	*h = (struct half){ 0 };
}

/* nf_ct_seqadj_set() */
static void adjust(struct seqadj *a, u32 pos, s32 by)
{
	if (a->before != a->after && !seq_before(a->pos, pos))
		return;
	a->pos = pos;
	a->before = a->after;
	a->after += by;
}

u32 tcp_moved(const struct half *h, u32 seq)
{
	const struct seqadj *a = &h->adj;

	return seq + (u32)(seq_before(a->pos, seq) ? a->after : a->before);
}

u32 tcp_ack(const struct conn *c, unsigned int to, u32 ack)
{
	const struct half *h = c->half + to;

	return h->flow.hold.len && seq_before(h->dir.next, ack) ? h->dir.next :
								  ack;
}

const char *tcp_payload(void *ctx)
{
	struct reading *r = ctx;

	if (r->x->packet->have == r->x->packet->len)
		return packet_payload(r->x->packet).p;
	r->cut = true;
	return NULL;
}

struct stream_flow *tcp_flow(void *ctx)
{
	struct reading *r = ctx;

	r->h->has_flow = true;
	return &r->h->flow;
}

static void read_options(struct half *h, const struct packet *p)
{
	const u8 *opt = p->frame + p->l4 + 20, *end = p->frame + p->data;

	h->mss = 0;
	h->scales = false;
	while (opt < end && *opt != OPT_END) {
		if (*opt == OPT_NOP) {
			opt++;
			continue;
		}
		if (end - opt < 2 || opt[1] < 2 || opt[1] > end - opt)
			return;
		if (*opt == OPT_MSS && opt[1] == 4)
			h->mss = (u16)(opt[2] << 8 | opt[3]);
		if (*opt == OPT_SCALE && opt[1] == 3) {
			h->scales = true;
			h->shift = opt[2] < SCALE_MAX ? opt[2] : SCALE_MAX;
		}
		opt += opt[1];
	}
}

/*
 * In an open connection a SYN may be anybody's, and conntrack ignores it, unless
 * the server agrees to it.
 */
static bool is_ignored(const struct reading *r)
{
	const struct packet *p = r->x->packet;
	bool ack = p->flags & TH_ACK_BIT;
	struct conn *c = r->c;

	if (!c->open)
		return false;
	if (r->side == MSNP_C2S && !ack) {
		c->retries = true;
		c->retry = p->seq + p->len + 1;
	}
	return r->side == MSNP_C2S || !ack || !c->retries || c->retry != p->ack;
}

/* Nothing that is known is true of it. */
static void give_up(struct reading *r, enum msnp_side side,
		    const struct stream_ops *ops, struct stream_out *out)
{
	enum nfim_counter why = NFIM_OPAQUE_MIDSTREAM;
	struct half *h = r->c->half + side;

	stream_flow_free(&h->flow, &r->mem);
	h->has_flow = false;
	if (ops->opaque(&h->dir.scan) != NFIM_OK)
		return;
	h->dir.scan.raw.owner |= STREAM_BEGUN;
	ops->stop(&h->dir.scan, why);
	if (side == r->side) {
		out->why = why;
		return;
	}
	r->x->count[why]++;
	say_opaque(r->x, r->c, side, why, NULL);
}

/* One that is no repetition must come before everything else. */
static void take_syn(struct reading *r, const struct stream_ops *ops,
		     struct stream_out *out)
{
	const struct packet *p = r->x->packet;
	struct half *h = r->h;

	if (is_ignored(r))
		return;
	if (p->len) {
		give_up(r, r->side, ops, out);
		return;
	}
	if (h->dir.scan.raw.owner & STREAM_BEGUN && h->isn != p->seq &&
	    h->dir.next != h->isn + 1) {
		give_up(r, r->side, ops, out);
		if (p->flags & TH_ACK_BIT)
			give_up(r, (enum msnp_side)!r->side, ops, out);
		return;
	}
	if ((h->syn && h->isn == p->seq) ||
	    ops->opaque(&h->dir.scan) != NFIM_OK)
		return;
	tcp_forget(r->x, h);
	h->syn = true;
	h->isn = p->seq;
	read_options(h, p);
	stream_begin(&h->dir, p->seq);
}

/* conntrack waits for SYNs of both ends, and for the client's acknowledgment. */
static void note_open(const struct reading *r)
{
	struct conn *c = r->c;
	u8 flags = r->x->packet->flags;

	if (r->side == MSNP_C2S && flags & TH_ACK_BIT &&
	    !(flags & TH_RST_BIT) && c->half[0].syn && c->half[1].syn)
		c->open = true;
	c->retries = false;
}

/* Bytes that the sender of a segment takes; ~0 if that is not known. */
static u32 window(const struct reading *r)
{
	const struct half *there = r->c->half + !r->side;

	if (!r->h->syn || !there->syn)
		return ~0u;
	return (u32)r->x->packet->wnd <<
	       (r->h->scales && there->scales ? r->h->shift : 0);
}

static void take_ack(struct reading *r)
{
	struct half *there = r->c->half + !r->side;
	const struct packet *p = r->x->packet;

	u32 ack = tcp_ack(r->c, !r->side, p->ack);

	if (!(p->flags & TH_ACK_BIT) || p->flags & TH_RST_BIT)
		return;
	if (there->has_flow)
		stream_ack(&there->flow, &r->mem, ack, window(r));
	else
		stream_ack_dir(&there->dir, ack);
}

static u16 largest_segment(const struct reading *r, u16 peer)
{
	const struct packet *p = r->x->packet;
	u32 headers = p->data - p->ip, options = p->data - p->l4 - 20;
	u32 mss = headers < ROUTE_MTU ? ROUTE_MTU - headers : 0;
	u32 limit = peer > options ? peer - options : 0;

	if (peer && limit < mss)
		mss = limit;
	return (u16)(mss > SEG_MIN ? mss : SEG_MIN);
}

static struct stream_pkt describe(const struct reading *r, bool may_hold)
{
	const struct packet *p = r->x->packet;
	u16 told = r->c->half[!r->side].mss;
	u16 peer = told < MSS_USUAL ? told : 0;
	struct stream_pkt in = {
		.seq = p->seq,
		.len = p->len,
		.ack = p->ack,
		.wnd = p->wnd,
		.mss = largest_segment(r, peer),
		.max = IP_MAX - (p->data - p->ip),
		.now = (u32)(r->x->now / 1000),
		.mss_known = peer,
		.fin = p->flags & TH_FIN_BIT,
		.rst = p->flags & TH_RST_BIT,
		.urg = p->flags & TH_URG_BIT,
		.may_hold = may_hold,
		.may_edit = true,
		.may_resize = true,
	};

	/* What is larger was merged by the machine that captured it. */
	in.seg = (u16)(p->len < in.mss ? p->len : in.mss);
	in.segs = (u16)(p->len ? (p->len + in.mss - 1) / in.mss : 1);
	return in;
}

static void gave_up(const struct reading *r, enum nfim_counter why)
{
	if (r->cut) {
		r->x->cut++;
		why = NFIM_OPAQUE_GAP;
	}
	r->x->count[why]++;
	say_opaque(r->x, r->c, r->side, why,
		   r->cut ? "not captured as a whole" : NULL);
}

static void tell(const struct reading *r, const struct stream_out *out)
{
	u32 *count = r->x->count;

	count[NFIM_EDIT_RESIZED] += out->adjust;
	count[NFIM_EDIT_SAME_LENGTH] += (u32)(out->edits - out->adjust);
	count[NFIM_HELD] += !!(out->what & STREAM_HELD);
	count[NFIM_MERGED] += !!(out->what & STREAM_MERGED);
	if (out->what & STREAM_RELEASED) {
		count[NFIM_RELEASED]++;
		count[out->released]++;
	}
	count[NFIM_EDIT_REPEATED] += !!(out->what & STREAM_REPEATED);
	if (out->why != NFIM_OK)
		gave_up(r, out->why);
	else if (out->what & STREAM_GAP)
		count[NFIM_OUT_OF_ORDER]++;
}

void tcp_take(struct reading *r, const struct stream_ops *ops, bool may_hold,
	      struct stream_out *out)
{
	struct stream s = {
		.ops = ops,
		.ctx = r,
		.mem = &r->mem,
		.dir = &r->h->dir,
		.flow = r->h->has_flow ? &r->h->flow : NULL,
		.plan = &r->x->plan,
		.work = r->x->work,
	};
	struct stream_pkt in;

	*out = (struct stream_out){ .verdict = STREAM_FORWARD };
	if (r->x->packet->flags & TH_SYN_BIT) {
		take_syn(r, ops, out);
		tell(r, out);
		return;
	}
	note_open(r);
	take_ack(r);
	in = describe(r, may_hold);
	stream_packet(&s, &in, out);
	if (out->adjust)
		adjust(&r->h->adj, out->adjust_pos, out->adjust_by);
	if (out->what & STREAM_HELD) {
		r->h->hold_seq = r->h->dir.next;
		r->h->hold_packet = r->x->packet->number;
	}
	if (r->cut)
		out->verdict = STREAM_FORWARD;
	tell(r, out);
}
