// SPDX-License-Identifier: GPL-2.0
/*
 * The box in the middle: the engine for both directions, conntrack's sequence
 * adjustment, and an eye on everything that leaves.
 */

#include <stdlib.h>

#include "sim.h"

static char work[STREAM_WORK];
static struct edit_plan plan;

static void *mem_alloc(void *ctx, size_t size)
{
	struct sim *s = ctx;

	if (s->sc->nomem && chance(&s->box.rng, 100))
		return NULL;
	s->box.mem += size;
	return malloc(size);
}

static void mem_free(void *ctx, void *p, size_t size)
{
	struct sim *s = ctx;

	s->box.mem -= size;
	free(p);
}

/* Anything, except shrinking to less than a half. */
static void hostile_plan(struct sim *s, const struct stream_msg *msg,
			 bool resize, struct edit_plan *into)
{
	static const char text[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	u32 len = (u32)span_len(msg->data), old, n;
	struct rng *r = &s->box.rng;

	old = between(r, 1, len < 20 ? len : 20);
	n = resize ? below(r, 27) : old;
	if (n + len / 2 < old)
		n = old;
	if (!edit_add(into, below(r, len - old + 1), old, text, n))
		into->n = 0;
}

void got_message(void *arg, const struct stream_msg *msg,
		 struct edit_plan *into)
{
	struct ctx *c = arg;
	struct sim *s = c->s;
	struct app *app = s->sc->app + c->dir;
	u32 i = s->box.n_read[c->dir]++;
	struct msg *m = app->msg + i;
	bool resize;

	if (s->sc->hostile) {
		if (msg->whole && stream_may_edit(msg, &resize))
			hostile_plan(s, msg, resize, into);
		return;
	}
	if (i >= app->n_msgs) {
		sim_fail(s, "dir %u: message %u read", c->dir, i);
		return;
	}
	if (msg->whole && (msg->seq != s->sc->isn[c->dir] + 1 + m->off ||
			   span_len(msg->data) != m->len ||
			   memcmp(msg->data.p, app->data + m->off, m->len)))
		sim_fail(s, "dir %u: message %u is wrong", c->dir, i);
	if (m->kind < KIND_SAME || !stream_may_edit(msg, &resize))
		return;
	if (m->kind == KIND_SAME || (!resize && m->fallback))
		m->how = SAME_LENGTH;
	else if (resize)
		m->how = RESIZED;
	else
		return;
	msg_plan(app, m, m->how, into);
}

const char *get_payload(void *arg)
{
	struct ctx *c = arg;

	if (c->s->sc->nomem && chance(&c->s->box.rng, 20))
		return NULL;
	return c->p->data;
}

struct stream_flow *get_flow(void *arg)
{
	struct ctx *c = arg;

	if (c->s->sc->nomem && chance(&c->s->box.rng, 100))
		return NULL;
	c->s->box.has_flow[c->dir] = true;
	return c->s->box.flow + c->dir;
}

static bool after(u32 a, u32 b)
{
	return (s32)(a - b) > 0;
}

/* nf_ct_seqadj_set() */
static void adj_set(struct seqadj *a, u32 seq, s32 by)
{
	if (a->before != a->after && !after(seq, a->pos))
		return;
	a->pos = seq;
	a->before = a->after;
	a->after += by;
}

static u32 adj_seq(const struct seqadj *a, u32 seq)
{
	return seq + (u32)(after(seq, a->pos) ? a->after : a->before);
}

static u32 adj_ack(const struct seqadj *a, u32 ack)
{
	if (after(ack - (u32)a->before, a->pos))
		return ack - (u32)a->after;
	return ack - (u32)a->before;
}

void box_init(struct sim *s, bool on)
{
	struct box *b = &s->box;
	u32 i;

	memset(b, 0, offsetof(struct box, wire));
	memset((char *)b + offsetof(struct box, held), 0,
	       sizeof(*b) - offsetof(struct box, held));
	b->on = on;
	b->rng.s = s->sc->seed ^ 0xb0c5;
	for (i = 0; i < 2; i++) {
		if (s->sc->hostile)
			s->sc->app[i].total = 0;
		memset(b->sent[i], 0, s->sc->app[i].total + MAX_MSGS * 512);
		b->acked[i] = s->sc->isn[i] + 1;
		b->max[i] = s->sc->isn[i] + 1;
		b->top[i] = s->sc->isn[i] + 1;
		b->wire_top[i] = s->sc->isn[i] + 1;
		if (!on)
			continue;
		stream_begin(b->dir + i, s->sc->isn[i]);
		if (s->sc->syn_flow) {
			stream_flow_begin(b->flow + i, b->dir + i);
			b->has_flow[i] = true;
		}
	}
}

void box_exit(struct sim *s)
{
	struct stream_mem mem = { mem_alloc, mem_free, s };
	u32 i, hold = 0;

	for (i = 0; i < 2; i++) {
		if (!s->sc->hostile && tcp_done(s->end) && tcp_done(s->end + 1) &&
		    !s->end[0].dead && !s->end[1].dead)
			hold += s->box.flow[i].hold.len +
				s->box.flow[i].pieces.bytes;
		stream_flow_free(s->box.flow + i, &mem);
	}
	if (hold)
		sim_fail(s, "%u bytes are still held or remembered", hold);
	if (s->box.mem)
		sim_fail(s, "%u bytes of memory have leaked", s->box.mem);
}

/* What leaves is cut as the stack would, then translated by conntrack. */
static void leave(struct sim *s, u32 dir, struct pkt *p, u32 seg)
{
	struct box *b = &s->box;
	u32 done = 0, wire_seq = adj_seq(b->adj + dir, p->seq);

	if (seg < 1)
		seg = 1;
	do {
		u32 n = p->len - done < seg ? p->len - done : seg;
		struct pkt *q = pkt_get();

		memcpy(q, p, offsetof(struct pkt, data));
		q->next = NULL;
		q->len = n;
		q->seg = n;
		q->segs = 1;
		memcpy(q->data, p->data + done, n);
		done += n;
		q->fin = p->fin && done == p->len;
		q->seq = wire_seq + done - n;
		witness_wire(s, dir, q);
		path_to_end(s, !dir, q);
	} while (done < p->len);
	pkt_put(p);
}

static void note(struct sim *s, u32 dir, const struct pkt *p,
		 const struct stream_out *out)
{
	static const char *const verdicts[] = {
		"forward", "replace", "steal", "drop",
	};
	struct box *b = &s->box;

	b->held += !!(out->what & STREAM_HELD);
	held_recall(s, dir, p, out->what);
	b->merged += !!(out->what & STREAM_MERGED);
	b->released += !!(out->what & STREAM_RELEASED);
	b->gaps += !!(out->what & STREAM_GAP);
	b->seen += !!(out->what & STREAM_SEEN);
	b->edits += out->edits;
	b->stolen += out->verdict == STREAM_STEAL;
	b->opaque += out->why != NFIM_OK;
	sim_trace(s, "box %u: %s%s%s%s%s%s%s seq %d off %u old %u new %u hold %u F %u/%u ack %d %s",
		  dir, verdicts[out->verdict],
		  out->what & STREAM_HELD ? " held" : "",
		  out->what & STREAM_MERGED ? " merged" : "",
		  out->what & STREAM_RELEASED ? " released" : "",
		  out->what & STREAM_GAP ? " gap" : "",
		  out->what & STREAM_EDITED ? " edited" : "",
		  out->what & STREAM_SEEN ? " repeat" : "",
		  (s32)((out->verdict == STREAM_REPLACE ? out->seq : p->seq) -
			s->sc->isn[dir] - 1), out->off, out->old_len,
		  (u32)span_len(out->text), b->flow[dir].hold.len,
		  b->flow[dir].flight.bytes, b->flow[dir].flight.packets,
		  (s32)(b->flow[dir].flight.acked - s->sc->isn[dir] - 1),
		  nfim_counter_name(out->why));
}

/* Return: false when the packet goes no further. */
static bool apply(struct sim *s, u32 dir, struct pkt *p,
		  const struct stream_out *out)
{
	u32 rest, n = (u32)span_len(out->text);

	if (out->adjust)
		adj_set(s->box.adj + dir, out->adjust_pos, out->adjust_by);
	if (out->verdict == STREAM_STEAL || out->verdict == STREAM_DROP) {
		pkt_put(p);
		return false;
	}
	if (out->verdict == STREAM_FORWARD)
		return true;
	rest = p->len - out->off - out->old_len;
	if (out->off + out->old_len > p->len ||
	    p->len - out->old_len + n > MAX_PKT) {
		sim_fail(s, "dir %u: replaces beyond the packet", dir);
		return true;
	}
	memmove(p->data + out->off + n, p->data + out->off + out->old_len,
		rest);
	memcpy(p->data + out->off, out->text.p, n);
	p->len = p->len - out->old_len + n;
	p->seq = out->seq;
	return true;
}

void box_engine(struct sim *s, u32 dir, struct pkt *p, struct stream_out *out)
{
	struct stream_mem mem = { mem_alloc, mem_free, s };
	struct ctx c = { .s = s, .dir = dir, .p = p };
	struct box *b = &s->box;
	struct stream st = {
		.ops = s->sc->msnp ? &msnp_ops : &digits_ops,
		.ctx = &c,
		.mem = &mem,
		.dir = b->dir + dir,
		.flow = b->has_flow[dir] ? b->flow + dir : NULL,
		.plan = &plan,
		.work = work,
	};
	struct stream_pkt in = {
		.seq = p->seq,
		.len = p->len,
		.ack = p->ack,
		.wnd = (u16)(p->wnd >> 2),
		.mss = s->sc->mss_known ? (u16)s->sc->tcp[dir].mss : 1460,
		.mss_known = s->sc->mss_known,
		.seg = (u16)p->seg,
		.segs = (u16)p->segs,
		.max = MAX_PKT,
		.now = (u32)(s->now / MS),
		.fin = p->fin,
		.rst = p->rst,
		.urg = p->urg,
		.may_hold = !s->sc->no_hold,
		.may_edit = true,
		.may_resize = !s->sc->no_seqadj,
	};

	if (s->sc->forget && b->has_flow[dir] &&
	    stream_flow_idle(b->flow + dir) && chance(&b->rng, 100)) {
		stream_flow_free(b->flow + dir, &mem);
		b->has_flow[dir] = false;
		st.flow = NULL;
	}
	stream_packet(&st, &in, out);
	if (out->what & STREAM_MISSED)
		sim_fail(s, "dir %u: a plan was not carried out", dir);
}

void box_ack(struct sim *s, u32 dir, u32 ack, u32 wnd)
{
	struct stream_mem mem = { mem_alloc, mem_free, s };

	if (s->box.has_flow[dir])
		stream_ack(s->box.flow + dir, &mem, ack, wnd);
	else
		stream_ack_dir(s->box.dir + dir, ack);
}

void box_packet(struct sim *s, u32 from, struct pkt *p)
{
	struct box *b = &s->box;
	u32 ack, seg = s->sc->tcp[from].mss, i, end = p->seq + p->len + p->fin;
	struct stream_out out;

	if (!b->on) {
		if (!held_suffer(s, from, p))
			leave(s, from, p, seg);
		return;
	}
	ack = adj_ack(b->adj + !from, p->ack);
	witness_ack(s, !from, p->ack, ack);
	box_ack(s, !from, ack, p->wnd);
	for (i = 0; i < p->n_sack; i++) {
		p->sack[i][0] = adj_ack(b->adj + !from, p->sack[i][0]);
		p->sack[i][1] = adj_ack(b->adj + !from, p->sack[i][1]);
	}
	if (s->sc->clean && p->len)
		witness_data(s, from, p);
	box_engine(s, from, p, &out);
	if (p->len || p->fin)
		note(s, from, p, &out);
	if ((p->len || p->fin) && seq_before(b->top[from], end))
		b->top[from] = end;
	if (out.verdict == STREAM_REPLACE)
		seg = out.seg;
	if (!apply(s, from, p, &out))
		return;
	p->ack = ack;
	leave(s, from, p, seg);
}
