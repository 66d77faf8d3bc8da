// SPDX-License-Identifier: GPL-2.0
/* A TCP end: enough of a sender to be stuck in all the ways real ones are. */

#include "tcp.h"

#define RTO_INIT	(1 * SEC)

void ranges_add(struct ranges *rs, u32 a, u32 b)
{
	u32 i = 0, j;

	while (i < rs->n && rs->r[i].b < a)
		i++;
	for (j = i; j < rs->n && rs->r[j].a <= b; j++) {
		a = rs->r[j].a < a ? rs->r[j].a : a;
		b = rs->r[j].b > b ? rs->r[j].b : b;
	}
	if (i == j && rs->n == MAX_RANGES)
		return;
	memmove(rs->r + i + 1, rs->r + j, (rs->n - j) * sizeof(rs->r[0]));
	rs->n = rs->n - (j - i) + 1;
	rs->r[i] = (struct range){ a, b };
}

void ranges_cut(struct ranges *rs, u32 up_to)
{
	u32 i = 0;

	while (i < rs->n && rs->r[i].b <= up_to)
		i++;
	memmove(rs->r, rs->r + i, (rs->n - i) * sizeof(rs->r[0]));
	rs->n -= i;
	if (rs->n && rs->r[0].a < up_to)
		rs->r[0].a = up_to;
}

void tcp_init(struct sim *s, u32 id)
{
	struct tcp *t = s->end + id;
	const struct tcp_cfg *peer = s->sc->tcp + !id;

	/* Not the large arrays. */
	memset(t, 0, offsetof(struct tcp, mark));
	memset(t->mark, 0, s->sc->app[id].total + 2);
	memset((char *)t + offsetof(struct tcp, mark) + sizeof(t->mark), 0,
	       offsetof(struct tcp, rx) - offsetof(struct tcp, mark) -
	       sizeof(t->mark));
	t->retransmits = 0;
	t->n_arrived = 0;
	t->cfg = s->sc->tcp + id;
	t->app = s->sc->app + id;
	t->id = id;
	t->isn = s->sc->isn[id];
	t->peer_isn = s->sc->isn[!id];
	t->cwnd = t->cfg->iw * t->cfg->mss;
	t->ssthresh = ~0u;
	t->edge = peer->wnd;
	t->rto = RTO_INIT;
	if (t->cfg->handshake) {
		const struct link_cfg *l = s->sc->link;

		t->srtt = 2 * (l[0].delay + l[1].delay);
		t->rttvar = t->srtt / 2;
		tcp_set_rto(t);
	}
	t->rto_at = NEVER;
	t->tlp_at = NEVER;
	t->persist_at = NEVER;
	t->delack_at = NEVER;
	t->read_at = NEVER;
	t->fin_at = ~0u;
}

static void rtt_sample(struct sim *s, struct tcp *t)
{
	u64 m = s->now - t->rtt_sent, d;

	t->rtt_on = false;
	if (!t->srtt) {
		t->srtt = m ? m : 1;
		t->rttvar = m / 2;
	} else {
		d = m > t->srtt ? m - t->srtt : t->srtt - m;
		t->rttvar = (3 * t->rttvar + d) / 4;
		t->srtt = (7 * t->srtt + m) / 8;
	}
	tcp_set_rto(t);
}

static void fast_retransmit(struct sim *s, struct tcp *t)
{
	u32 fl = (t->max - t->una) / 2, len;

	t->in_recovery = true;
	t->recover = t->max;
	t->ssthresh = fl > 2 * t->cfg->mss ? fl : 2 * t->cfg->mss;
	t->cwnd = t->ssthresh + 3 * t->cfg->mss;
	len = tcp_old_segment(t, t->una);
	t->rtx = t->una + len;
	tcp_emit(s, t, t->una, len);
	tcp_arm(s, t);
}

/* The next hole below what was acknowledged selectively. */
static void sack_retransmit(struct sim *s, struct tcp *t)
{
	u32 i, len;

	if (!t->sacked.n || !t->cfg->sack)
		return;
	if (t->rtx < t->una)
		t->rtx = t->una;
	for (i = 0; i < t->sacked.n; i++)
		if (t->rtx >= t->sacked.r[i].a && t->rtx < t->sacked.r[i].b)
			t->rtx = t->sacked.r[i].b;
	if (t->rtx >= t->sacked.r[t->sacked.n - 1].a)
		return;
	len = tcp_old_segment(t, t->rtx);
	tcp_emit(s, t, t->rtx, len);
	t->rtx += len;
}

static void new_ack(struct sim *s, struct tcp *t, u32 ack)
{
	u32 n = ack - t->una;

	if (t->rtt_on && ack >= t->rtt_off)
		rtt_sample(s, t);
	t->una = ack;
	t->backoff = 0;
	t->probes = 0;
	t->dupacks = 0;
	ranges_cut(&t->sacked, ack);
	if (t->nxt < t->una)
		t->nxt = t->una;
	if (t->una >= t->recover)
		t->lost = false;
	if (t->in_recovery) {
		if (ack >= t->recover) {
			t->in_recovery = false;
			t->cwnd = t->ssthresh;
		} else if (t->rtx <= ack || !t->cfg->sack) {
			u32 len = tcp_old_segment(t, ack);

			t->rtx = ack + len;
			tcp_emit(s, t, ack, len);
		} else {
			sack_retransmit(s, t);
		}
	} else if (t->cwnd < t->ssthresh) {
		t->cwnd += n < t->cfg->mss ? n : t->cfg->mss;
	} else {
		t->cwnd += t->cfg->mss * t->cfg->mss / t->cwnd + 1;
	}
	tcp_arm(s, t);
}

static void ack_input(struct sim *s, struct tcp *t, const struct pkt *p)
{
	u32 ack = p->ack - t->isn - 1, edge = ack + p->wnd, i;
	bool moved = false;

	if ((s32)(ack - t->una) < 0)
		return;
	if (ack > t->max) {
		sim_fail(s, "end %u: acknowledged %u of %u", t->id, ack,
			 t->max);
		return;
	}
	if (edge > t->edge) {
		t->edge = edge;
		moved = true;
	}
	for (i = 0; i < p->n_sack; i++) {
		u32 a = p->sack[i][0] - t->isn - 1;
		u32 b = p->sack[i][1] - t->isn - 1;

		if (t->cfg->sack && a < b && a >= ack && b <= t->max)
			ranges_add(&t->sacked, a, b);
	}
	if (ack > t->una) {
		new_ack(s, t, ack);
	} else if (!p->len && !moved && t->max > t->una && !p->fin) {
		t->dupacks++;
		if (t->in_recovery) {
			t->cwnd += t->cfg->mss;
			sack_retransmit(s, t);
		} else if (t->dupacks == 3 && !t->lost) {
			fast_retransmit(s, t);
		}
	}
	tcp_output(s, t);
}

static void note_arrival(struct sim *s, struct tcp *t)
{
	const struct app *app = s->sc->app + !t->id;

	while (t->n_arrived < app->n_msgs &&
	       t->rcv_nxt >= app->msg[t->n_arrived].off +
			     app->msg[t->n_arrived].len)
		t->arrived[t->n_arrived++] = s->now;
}

static void data_input(struct sim *s, struct tcp *t, const struct pkt *p)
{
	u32 off = p->seq - t->peer_isn - 1, end = off + p->len, from = 0;
	bool now = false;

	if (p->fin)
		t->fin_at = end;
	if ((s32)(off - t->rcv_nxt) < 0)
		from = t->rcv_nxt - off;
	if (!p->len && !p->fin) {
		/* An unacceptable number is answered. */
		if ((s32)(off - t->rcv_nxt) < 0)
			tcp_send_ack(s, t);
		return;
	}
	if (from < p->len) {
		u32 room = t->rcv_nxt + tcp_window(t);

		/*
		 * A segment that begins inside the window is taken whole, as
		 * Linux does: an edit that grows may push it beyond.
		 */
		if (off >= room)
			end = off;
		if (off + from < end && end <= MAX_WIRE) {
			memcpy(t->rx + off + from, p->data + from,
			       end - off - from);
			ranges_add(&t->ooo, off + from, end);
		}
	}
	now = t->ooo.n > 1 || from || off != t->rcv_nxt;
	if (t->ooo.n && t->ooo.r[0].a <= t->rcv_nxt) {
		t->unacked += t->ooo.r[0].b - t->rcv_nxt;
		if (t->cfg->read_every) {
			t->unread += t->ooo.r[0].b - t->rcv_nxt;
			if (t->read_at == NEVER)
				t->read_at = s->now + t->cfg->read_every;
		}
		t->rcv_nxt = t->ooo.r[0].b;
		ranges_cut(&t->ooo, t->rcv_nxt);
		note_arrival(s, t);
	}
	if (t->rcv_nxt == t->fin_at) {
		t->fin_seen = true;
		t->rcv_nxt++;
		now = true;
	}
	if (t->fin_seen && !s->done[t->id]) {
		s->done[t->id] = s->now;
		now = true;
	}
	if (now || t->unacked > t->cfg->mss || !tcp_window(t))
		tcp_send_ack(s, t);
	else if (t->delack_at == NEVER)
		t->delack_at = s->now + t->cfg->delack;
}

void tcp_input(struct sim *s, struct tcp *t, const struct pkt *p)
{
	if (t->dead)
		return;
	if (p->rst) {
		t->dead = true;
		return;
	}
	data_input(s, t, p);
	ack_input(s, t, p);
}

void tcp_timers(struct sim *s, struct tcp *t)
{
	const struct app *app = t->app;

	while (t->next_write < app->n_writes &&
	       app->write[t->next_write].at <= s->now) {
		t->written += app->write[t->next_write++].len;
		if (t->next_write == app->n_writes && !t->cfg->fin_late)
			t->closed = true;
		tcp_output(s, t);
		if (t->next_write == app->n_writes && !t->closed) {
			t->closed = true;
			tcp_output(s, t);
		}
	}
	if (t->read_at <= s->now) {
		bool was_small = tcp_window(t) < 2 * t->cfg->mss;

		t->read_at = NEVER;
		t->unread = 0;
		if (was_small)
			tcp_send_ack(s, t);
	}
	if (t->delack_at <= s->now)
		tcp_send_ack(s, t);
	if (t->tlp_at <= s->now) {
		t->tlp_at = NEVER;
		tcp_probe(s, t);
	}
	if (t->rto_at <= s->now)
		tcp_timeout(s, t);
	if (t->persist_at <= s->now) {
		t->persist_at = NEVER;
		if (t->backoff < 8)
			t->backoff++;
		tcp_emit(s, t, t->nxt, 1);
		t->nxt++;
		tcp_arm(s, t);
	}
}

u64 tcp_next(const struct tcp *t)
{
	u64 at[] = { t->rto_at, t->tlp_at, t->persist_at, t->delack_at,
		     t->read_at };
	u64 min = NEVER;
	size_t i;

	if (t->dead)
		return NEVER;
	if (t->next_write < t->app->n_writes)
		min = t->app->write[t->next_write].at;
	for (i = 0; i < ARRAY_SIZE(at); i++)
		min = at[i] < min ? at[i] : min;
	return min;
}

bool tcp_done(const struct tcp *t)
{
	return t->dead || (t->closed && t->una == t->app->total + 1 &&
			   t->fin_seen);
}
