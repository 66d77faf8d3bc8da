// SPDX-License-Identifier: GPL-2.0
/* What a TCP end sends, and when: segments, acknowledgements, time-outs. */

#include "tcp.h"

#define RTO_MAX		(20 * SEC)

void tcp_set_rto(struct tcp *t)
{
	u64 spread = 4 * t->rttvar;

	if (spread < t->cfg->rto_min)
		spread = t->cfg->rto_min;
	t->rto = t->srtt + spread;
}

u32 tcp_window(const struct tcp *t)
{
	return t->unread < t->cfg->wnd ? t->cfg->wnd - t->unread : 0;
}

static void fill(struct tcp *t, struct pkt *p)
{
	u32 i;

	p->ack = t->peer_isn + 1 + t->rcv_nxt;
	p->wnd = tcp_window(t);
	p->seg = p->len;
	p->segs = 1;
	if (t->cfg->sack)
		for (i = 0; i < t->ooo.n && i < 3; i++) {
			p->sack[i][0] = t->peer_isn + 1 + t->ooo.r[i].a;
			p->sack[i][1] = t->peer_isn + 1 + t->ooo.r[i].b;
			p->n_sack++;
		}
	t->delack_at = NEVER;
	t->unacked = 0;
}

void tcp_send_ack(struct sim *s, struct tcp *t)
{
	struct pkt *p = pkt_get();

	p->seq = t->isn + 1 + t->nxt;
	if (t->nxt < t->max)
		p->seq = t->isn + 1 + t->max;
	fill(t, p);
	path_from_end(s, t->id, p);
}

void tcp_arm(struct sim *s, struct tcp *t)
{
	u64 rto = t->rto << t->backoff;

	if (rto > RTO_MAX)
		rto = RTO_MAX;
	t->rto_at = t->una == t->max ? NEVER : s->now + rto;
	t->tlp_at = NEVER;
	if (t->cfg->tlp && t->una != t->max && !t->in_recovery && !t->lost &&
	    t->srtt && !t->probes) {
		u64 pto = 2 * t->srtt + 2 * MS;

		if (t->max - t->una <= t->cfg->mss)
			pto += 200 * MS;
		t->tlp_at = s->now + (pto < rto ? pto : rto);
	}
}

/* Send [off, off + len), and the FIN if it follows. */
void tcp_emit(struct sim *s, struct tcp *t, u32 off, u32 len)
{
	struct pkt *p = pkt_get();
	u32 end = off + len;

	p->len = len;
	if (off < t->app->total) {
		if (end > t->app->total)
			p->len = t->app->total - off;
		memcpy(p->data, t->app->data + off, p->len);
	} else {
		p->len = 0;
	}
	p->seq = t->isn + 1 + off;
	p->fin = end > t->app->total;
	fill(t, p);
	if (p->len > t->cfg->mss) {
		p->seg = t->cfg->mss;
		p->segs = (p->len + p->seg - 1) / p->seg;
	}
	if (off < t->max) {
		t->retransmits++;
		t->rtt_on = false;
	} else if (!t->rtt_on) {
		t->rtt_on = true;
		t->rtt_off = end;
		t->rtt_sent = s->now;
	}
	if (end <= t->app->total + 1)
		t->mark[end] = 1;
	if (len < t->cfg->mss)
		t->small_end = end;
	if (end > t->max)
		t->max = end;
	path_from_end(s, t->id, p);
}

static u32 limit(const struct tcp *t)
{
	return t->written + (t->closed ? 1 : 0);
}

/* How long a segment at @off is that was sent before. */
u32 tcp_old_segment(const struct tcp *t, u32 off)
{
	u32 i, end = t->max - off < t->cfg->mss ? t->max : off + t->cfg->mss;

	for (i = 0; i < t->sacked.n; i++)
		if (t->sacked.r[i].a > off && t->sacked.r[i].a < end)
			end = t->sacked.r[i].a;
	if (!t->cfg->collapse)
		for (i = off + 1; i < end; i++)
			if (t->mark[i])
				return i - off;
	return end - off;
}

static bool nagle_waits(const struct tcp *t, u32 len)
{
	if (t->cfg->nagle == NODELAY || len >= t->cfg->mss || t->closed)
		return false;
	if (t->cfg->nagle == CLASSIC)
		return t->una != t->max;
	return t->small_end > t->una;
}

static u32 pipe(const struct tcp *t)
{
	u32 i, n = t->nxt - t->una;

	if (t->cfg->packets) {
		/* Windows are counted in packets, small ones as well. */
		for (i = t->una + 1, n = 0; i <= t->nxt; i++)
			n += t->mark[i] ? t->cfg->mss : 0;
		return n;
	}
	for (i = 0; i < t->sacked.n; i++)
		if (t->sacked.r[i].b <= t->nxt)
			n -= t->sacked.r[i].b - t->sacked.r[i].a;
	return n;
}

void tcp_output(struct sim *s, struct tcp *t)
{
	bool sent = false;
	u32 i;

	while (!t->dead) {
		u32 len, burst = t->cfg->mss;

		for (i = 0; i < t->sacked.n; i++)
			if (t->nxt < t->max && t->nxt >= t->sacked.r[i].a &&
			    t->nxt < t->sacked.r[i].b)
				t->nxt = t->sacked.r[i].b;
		if (t->nxt >= limit(t) || pipe(t) >= t->cwnd)
			break;
		if (t->nxt < t->max) {
			len = tcp_old_segment(t, t->nxt);
		} else {
			if (t->cfg->gso)
				burst *= 1 + (s->order & 3);
			len = limit(t) - t->nxt;
			if (len > burst)
				len = burst;
			if (len > t->cwnd - pipe(t) &&
			    len > t->cfg->mss)
				len = t->cfg->mss;
			if (t->edge < t->nxt + len)
				len = t->edge > t->nxt ? t->edge - t->nxt : 0;
			if (!len || nagle_waits(t, len))
				break;
			/* Silly windows are left alone while others fly. */
			if (len < t->cfg->mss && t->nxt + len < limit(t) &&
			    t->una != t->max && t->edge == t->nxt + len)
				break;
		}
		tcp_emit(s, t, t->nxt, len);
		t->nxt += len;
		sent = true;
	}
	if (sent)
		tcp_arm(s, t);
	if (t->una == t->max && t->nxt < limit(t) && t->edge <= t->nxt) {
		if (t->persist_at == NEVER)
			t->persist_at = s->now + (t->rto << t->backoff);
	} else {
		t->persist_at = NEVER;
	}
}

void tcp_timeout(struct sim *s, struct tcp *t)
{
	u32 fl = (t->max - t->una) / 2;

	sim_trace(s, "end %u: RTO, una %u nxt %u max %u", t->id, t->una,
		  t->nxt, t->max);
	t->ssthresh = fl > 2 * t->cfg->mss ? fl : 2 * t->cfg->mss;
	t->cwnd = t->cfg->mss;
	t->in_recovery = false;
	t->lost = true;
	t->recover = t->max;
	t->dupacks = 0;
	t->rtt_on = false;
	t->nxt = t->una;
	if (t->backoff < 8)
		t->backoff++;
	if (t->backoff > 1)
		t->sacked.n = 0;
	tcp_output(s, t);
	tcp_arm(s, t);
}

/* A tail-loss probe sends something new, or the last segment again. */
void tcp_probe(struct sim *s, struct tcp *t)
{
	u32 len = limit(t) - t->max, off;

	t->probes = 1;
	if (len > t->cfg->mss)
		len = t->cfg->mss;
	if (t->max + len > t->edge)
		len = t->edge > t->max ? t->edge - t->max : 0;
	if (len && t->nxt == t->max) {
		tcp_emit(s, t, t->max, len);
		t->nxt = t->max;
	} else {
		off = t->max - 1;
		while (off > t->una && !t->mark[off] &&
		       t->max - off < t->cfg->mss)
			off--;
		tcp_emit(s, t, off, t->max - off);
	}
	tcp_arm(s, t);
}
