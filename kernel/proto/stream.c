// SPDX-License-Identifier: GPL-2.0
/* The stream engine: what becomes of a packet. */

#include "stream_job.h"

bool stream_begin(struct stream_dir *d, u32 isn)
{
	if (d->scan.raw.owner & STREAM_BEGUN)
		return false;
	d->next = isn + 1;
	d->scan.raw.owner |= STREAM_BEGUN;
	return true;
}

void stream_flow_begin(struct stream_flow *flow, const struct stream_dir *d)
{
	flow->begun = true;
	flight_begin(&flow->flight, d->next, STREAM_START_SYN);
}

void stream_ack(struct stream_flow *flow, const struct stream_mem *mem,
		u32 ack, u32 wnd)
{
	if (!flow->begun)
		return;
	flight_ack(&flow->flight, ack, wnd);
	if (flow->flight.has_ack)
		editlog_ack(&flow->log, mem, flow->flight.acked);
}

bool stream_flow_idle(const struct stream_flow *flow)
{
	return !flow->hold.len && !flow->part.len && !flow->pieces.n &&
	       !flow->log.used &&
	       !seq_before(flow->flight.acked, flow->flight.max);
}

void stream_flow_free(struct stream_flow *flow, const struct stream_mem *mem)
{
	stream_hold_free(&flow->hold, mem);
	stream_hold_free(&flow->part, mem);
	pieces_free(&flow->pieces, mem);
	editlog_free(&flow->log, mem);
	*flow = (struct stream_flow){ 0 };
}

static u32 held(const struct stream *s)
{
	return s->flow ? s->flow->hold.len : 0;
}

static void note_repeat(struct stream_job *j)
{
	struct stream_flow *flow = j->s->flow;

	j->out->what |= STREAM_SEEN;
	if (!flow) {
		j->s->dir->scan.raw.owner |= STREAM_COLLAPSED;
		return;
	}
	flight_repeat(&flow->flight);
	if (j->in->seg < flow->seg)
		flow->seg = j->in->seg;
}

/* What was held is not held any more, and it is not whole. */
static void released(struct stream_job *j, enum nfim_counter why)
{
	j->out->what |= STREAM_RELEASED;
	j->out->released = why != NFIM_OK ? why : NFIM_RELEASED_KIND;
}

/* Behind a gap: pass it on, remember it. */
static void set_aside(struct stream_job *j)
{
	const struct stream_pkt *in = j->in;
	struct stream_flow *flow;
	const char *payload;

	if (!in->len || j->s->ops->opaque(&j->s->dir->scan) != NFIM_OK)
		return;
	payload = j->s->ops->payload(j->s->ctx);
	flow = stream_need_flow(j);
	if (!flow || !payload) {
		stream_stop(j, NFIM_OPAQUE_NOMEM);
		return;
	}
	if (pieces_touch(&flow->pieces, in->seq, in->seq + in->len))
		note_repeat(j);
	j->out->what |= STREAM_GAP;
	if (!pieces_add(&flow->pieces, j->s->mem, in->seq,
			span_make(payload, in->len)))
		stream_stop(j, NFIM_OPAQUE_GAP);
}

/* Held bytes and what has left come first; both are what was seen first. */
static bool assemble(struct stream_job *j)
{
	const struct stream_flow *flow = j->s->flow;
	const struct stream_pkt *in = j->in;
	u32 hold = held(j->s);

	j->view = in->len ? j->s->ops->payload(j->s->ctx) : j->s->work;
	if (!j->view)
		return false;
	if (!hold && !(flow && pieces_touch(&flow->pieces, j->start, j->end)))
		return true;
	memcpy(j->s->work + (in->seq - j->start), j->view, in->len);
	if (hold)
		memcpy(j->s->work + (j->s->dir->next - j->start),
		       flow->hold.data, hold);
	pieces_overlay(&flow->pieces, j->start, j->s->work,
		       j->end - j->start);
	j->view = j->s->work;
	j->copied = true;
	return true;
}

/*
 * It cannot be read, so neither can what follows. What is held gets lost here
 * and comes again.
 */
static void unreadable(struct stream_job *j)
{
	struct stream_flow *flow = j->s->flow;

	if (flow && flow->log.used &&
	    (editlog_touches(&flow->log, j->start, j->end) ||
	     seq_before(j->start, flow->flight.acked))) {
		j->out->verdict = STREAM_DROP;
		return;
	}
	stream_stop(j, NFIM_OPAQUE_NOMEM);
	if (held(j->s))
		released(j, NFIM_RELEASED_NOMEM);
	if (flow)
		stream_hold_free(&flow->hold, j->s->mem);
}

/* New bytes, maybe behind old or held ones. */
static void take(struct stream_job *j)
{
	struct stream *s = j->s;
	u32 old = s->dir->next, hold = held(s);

	if (!assemble(j)) {
		unreadable(j);
		return;
	}
	stream_read(j);
	if (s->flow)
		editlog_unreserve(&s->flow->log, s->mem);
	if (j->cut != j->end) {
		if (!hold || j->cut != old)
			j->out->what |= STREAM_HELD;
		stream_hold_set(s->flow,
				span_make(j->view + (j->cut - j->start),
					  j->end - j->cut));
	} else if (hold) {
		stream_hold_free(&s->flow->hold, s->mem);
	}
	if (hold && j->cut != old && j->n)
		j->out->what |= STREAM_MERGED;
	else if (hold && j->cut != old)
		released(j, j->unheld);
	if (s->flow)
		pieces_drop(&s->flow->pieces, s->mem, s->dir->next);
	stream_emit(j);
}

/*
 * A result can be too long only where much is held and much arrives. Give up
 * what the packet brings itself; if that is not enough, it goes on alone.
 */
static bool fits(struct stream_job *j)
{
	struct stream *s = j->s;
	u32 keep;

	if (j->end - j->start <= j->in->max)
		return true;
	keep = seq_before(s->dir->next, j->in->seq) ?
	       j->in->seq - s->dir->next : 0;
	if (held(s) && !keep) {
		stream_hold_free(&s->flow->hold, s->mem);
		released(j, NFIM_RELEASED_LENGTH);
	} else if (keep < held(s)) {
		s->flow->hold.len = keep;
	}
	if (!keep)
		j->end = j->in->seq + j->in->len;
	return !keep;
}

static void sort_out(struct stream_job *j)
{
	const struct stream_pkt *in = j->in;
	struct stream *s = j->s;
	u32 next = s->dir->next, seen = next + held(s);

	j->end = in->seq + in->len;
	if (seq_before(seen, in->seq)) {
		set_aside(j);
		return;
	}
	if (in->len && seq_before(in->seq, seen))
		note_repeat(j);
	j->start = held(s) ? seq_min(in->seq, next) : in->seq;
	if (seq_before(j->end, next) || (in->fin && seq_before(j->end, seen)) ||
	    (j->end == next && !held(s))) {
		/* Nothing but old bytes. */
		j->start = in->seq;
		j->cut = j->end;
		stream_emit(j);
		return;
	}
	j->end = seq_max(j->end, seen);
	if (fits(j))
		take(j);
	else
		set_aside(j);
}

/* Bulk that nobody wants to look at. */
static bool skip(struct stream *s, const struct stream_pkt *in)
{
	if (held(s) || in->seq != s->dir->next ||
	    in->len > s->ops->skip(&s->dir->scan) ||
	    (s->flow && (s->flow->pieces.n || s->flow->part.len)))
		return false;
	s->ops->skipped(&s->dir->scan, in->len);
	s->dir->next += in->len;
	return true;
}

static void note_packet(struct stream *s, const struct stream_pkt *in)
{
	struct stream_flow *flow = s->flow;

	if (!flow || !flow->begun || !in->len)
		return;
	stream_note_flight(flow, in);
	if (flow->seg < in->seg)
		flow->seg = in->seg;
}

/* Larger than IP allows: nothing can be put in front of it or changed. */
static void oversized(struct stream_job *j)
{
	const struct stream_pkt *in = j->in;

	if (j->s->flow &&
	    editlog_touches(&j->s->flow->log, in->seq, in->seq + in->len))
		j->out->verdict = STREAM_DROP;
	else if (j->s->ops->opaque(&j->s->dir->scan) == NFIM_OK)
		stream_stop(j, NFIM_OPAQUE_LENGTH);
}

static void data_packet(struct stream_job *j)
{
	struct stream *s = j->s;

	if (j->in->len > j->in->max || j->in->max > STREAM_WORK) {
		oversized(j);
		return;
	}
	if (!(s->dir->scan.raw.owner & STREAM_BEGUN)) {
		s->dir->scan.raw.owner |= STREAM_BEGUN;
		stream_stop(j, NFIM_OPAQUE_MIDSTREAM);
	}
	if (s->ops->opaque(&s->dir->scan) != NFIM_OK && !held(s)) {
		j->start = j->in->seq;
		j->end = j->in->seq + j->in->len;
		j->cut = j->end;
		stream_emit(j);
		return;
	}
	if (!skip(s, j->in))
		sort_out(j);
}

void stream_packet(struct stream *s, const struct stream_pkt *in,
		   struct stream_out *out)
{
	struct stream_job j = { .s = s, .in = in, .out = out };

	*out = (struct stream_out){ .verdict = STREAM_FORWARD };
	if (in->rst) {
		if (held(s))
			released(&j, NFIM_RELEASED_END);
		if (s->flow)
			stream_hold_free(&s->flow->hold, s->mem);
		return;
	}
	note_packet(s, in);
	if (in->len || in->fin)
		data_packet(&j);
	if (out->verdict == STREAM_STEAL || out->verdict == STREAM_DROP)
		return;
	if (in->fin)
		s->dir->scan.raw.owner |= STREAM_FINISHED;
	if (s->flow)
		stream_note_ack(s->flow, in->ack, in->wnd);
}
