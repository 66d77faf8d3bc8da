// SPDX-License-Identifier: GPL-2.0
/* Beside the box: sees what comes and leaves, and knows what must be true. */

#include "sim.h"

/* No byte of the receiver's stream is ever seen in two versions. */
void witness_wire(struct sim *s, u32 dir, const struct pkt *p)
{
	u32 i, off = p->seq - s->sc->isn[dir] - 1;
	struct box *b = &s->box;

	for (i = 0; i < p->len; i++) {
		if (off + i >= MAX_WIRE) {
			sim_fail(s, "dir %u: byte %d left", dir, (s32)(off + i));
			return;
		}
		if (b->sent[dir][off + i] &&
		    b->wire[dir][off + i] != p->data[i]) {
			sim_fail(s, "dir %u: two versions of byte %u", dir,
				 off + i);
			return;
		}
		b->sent[dir][off + i] = 1;
		b->wire[dir][off + i] = p->data[i];
	}
	if (seq_before(b->wire_top[dir], p->seq + p->len + p->fin))
		b->wire_top[dir] = p->seq + p->len + p->fin;
}

/* Messages that begin here and must be edited without any excuse. */
void witness_data(struct sim *s, u32 dir, const struct pkt *p)
{
	struct app *app = s->sc->app + dir;
	u32 mss = s->sc->tcp[dir].mss, i, n, segs = 0, end = p->seq + p->len, off;
	struct box *b = &s->box;

	/* What is assumed of a sender of which nothing is known. */
	if (!s->sc->mss_known && mss > 524)
		mss = 524;
	if (p->seq != b->max[dir]) {
		if (p->len)
			b->repeat[dir] = true;
		return;
	}
	b->max[dir] = end;
	for (i = n = 0; i < b->n_ends[dir]; i++)
		if (seq_before(b->acked[dir], b->ends[dir][i]))
			b->ends[dir][n++] = b->ends[dir][i];
	b->n_ends[dir] = n;
	for (i = 0; i < p->segs && b->n_ends[dir] < 64; i++)
		b->ends[dir][b->n_ends[dir]++] = end;
	segs = b->n_ends[dir];
	off = p->seq - s->sc->isn[dir] - 1;
	for (i = 0; i < app->n_msgs; i++) {
		struct msg *m = app->msg + i;
		u32 stop = m->off + m->len;

		if (off + p->len <= m->off || off >= stop)
			continue;
		if (off <= m->off)
			m->must = true;
		/* Counted from the first byte the other side lacks. */
		if (off + p->len < stop &&
		    (s->sc->isn[dir] + 1 + stop - b->acked[dir] >
		     STREAM_START_LATE * mss || segs >= 10))
			m->must = false;
		if (b->repeat[dir] || p->urg || p->fin)
			m->must = false;
	}
}

/* The sender is told of everything that the receiver has. */
void witness_ack(struct sim *s, u32 dir, u32 wire, u32 ack)
{
	struct box *b = &s->box;

	if (seq_before(b->acked[dir], ack))
		b->acked[dir] = ack;
	if (wire == b->wire_top[dir] && !b->flow[dir].hold.len &&
	    !s->sc->nomem && ack != b->top[dir])
		sim_fail(s, "dir %u: all arrived, the sender hears %d of %d",
			 dir, (s32)(ack - s->sc->isn[dir] - 1),
			 (s32)(b->top[dir] - s->sc->isn[dir] - 1));
}
