// SPDX-License-Identifier: GPL-2.0
/* Reading messages; what of them is edited, what is held. */

#include <nfim/limits.h>

#include "stream_job.h"

/* Room for a message whose length is not known yet. */
#define HOLD_GUESS	512

void stream_note_flight(struct stream_flow *flow, const struct stream_pkt *in)
{
	flight_packet(&flow->flight, in->seq + in->len, in->segs,
		      in->mss_known ? in->mss : stream_segment(flow, in),
		      in->now);
}

struct stream_flow *stream_need_flow(struct stream_job *j)
{
	const struct stream_pkt *in = j->in;
	struct stream *s = j->s;
	struct flight *f;

	if (!s->flow)
		s->flow = s->ops->flow(s->ctx);
	if (!s->flow || s->flow->begun)
		return s->flow;
	s->flow->begun = true;
	s->flow->seg = in->seg;
	f = &s->flow->flight;
	/* What is in flight before this place will be acknowledged. */
	flight_begin(f, s->dir->next, STREAM_START_LATE);
	stream_note_flight(s->flow, in);
	if (s->dir->scan.raw.owner & STREAM_COLLAPSED)
		flight_repeat(f);
	s->dir->scan.raw.owner &= (u8)~STREAM_COLLAPSED;
	return s->flow;
}

void stream_stop(struct stream_job *j, enum nfim_counter why)
{
	struct stream *s = j->s;

	s->ops->stop(&s->dir->scan, why);
	if (s->flow) {
		pieces_free(&s->flow->pieces, s->mem);
		stream_hold_free(&s->flow->part, s->mem);
	}
	j->out->why = why;
}

void stream_hold_free(struct stream_hold *hold, const struct stream_mem *mem)
{
	if (hold->data)
		mem->free(mem->ctx, hold->data, hold->size);
	*hold = (struct stream_hold){ 0 };
}

void stream_hold_set(struct stream_flow *flow, struct span data)
{
	memcpy(flow->hold.data, data.p, span_len(data));
	flow->hold.len = (u32)span_len(data);
}

/* What is there now has been copied or stays where it is. */
static bool reserve(struct stream_hold *hold, const struct stream_mem *mem,
		    u32 have, u32 left)
{
	u32 size = left ? have + left : 2 * have + HOLD_GUESS;
	char *data;

	if (size > NFIM_FLOW_HOLD)
		size = NFIM_FLOW_HOLD;
	if (hold->size >= (left ? size : have))
		return true;
	data = mem->alloc(mem->ctx, size);
	if (!data)
		return false;
	if (hold->data) {
		memcpy(data, hold->data, hold->len);
		mem->free(mem->ctx, hold->data, hold->size);
	}
	hold->data = data;
	hold->size = size;
	return true;
}

/*
 * Why a message is not held, or NFIM_OK. @begin: where it begins; its bytes in
 * hand reach to the end.
 */
static enum nfim_counter why_not_hold(struct stream_job *j,
				      const struct stream_msg *msg, u32 begin)
{
	u32 have = j->end - begin;
	u32 want = have + (msg->left ? msg->left : 1);
	struct stream_flow *flow;

	if (!msg->hold || !msg->whole || !j->in->may_hold)
		return NFIM_RELEASED_KIND;
	if (j->in->fin || j->in->urg)
		return NFIM_RELEASED_END;
	if (want < have || want > NFIM_FLOW_HOLD)
		return NFIM_RELEASED_LENGTH;
	flow = stream_need_flow(j);
	if (!flow)
		return NFIM_RELEASED_NOMEM;
	if (pieces_touch(&flow->pieces, begin,
			 begin + (msg->left ? want : NFIM_FLOW_HOLD)))
		return NFIM_RELEASED_LEFT;
	if (!flight_allows(&flow->flight, begin + want))
		return flow->flight.collapsed ? NFIM_RELEASED_REPEAT :
						NFIM_RELEASED_FLIGHT;
	return reserve(&flow->hold, j->s->mem, have, msg->left) ? NFIM_OK :
							   NFIM_RELEASED_NOMEM;
}

static bool may_hold(struct stream_job *j, const struct stream_msg *msg,
		     u32 begin)
{
	j->unheld = why_not_hold(j, msg, begin);
	return j->unheld == NFIM_OK;
}

bool stream_may_edit(const struct stream_msg *msg, bool *resize)
{
	u32 end = msg->seq + (u32)span_len(msg->data);
	struct stream_job *j = msg->job;
	struct stream_flow *flow;

	*resize = false;
	if (!msg->whole || !msg->in_hand || !j->in->may_edit || j->in->urg)
		return false;
	flow = stream_need_flow(j);
	if (!flow || pieces_touch(&flow->pieces, msg->seq, end) ||
	    !editlog_reserve(&flow->log, j->s->mem, end - msg->seq))
		return false;
	/* Nothing above may have left, nor may an edit wait for its ack. */
	*resize = j->in->may_resize && editlog_may_resize(&flow->log) &&
		  !pieces_touch(&flow->pieces, msg->seq, flow->flight.max) &&
		  !(j->s->dir->scan.raw.owner & STREAM_FINISHED) &&
		  j->end - j->start + NFIM_EDIT_GROWTH <= j->in->max;
	j->resize = *resize;
	return true;
}

static void edit(struct stream_job *j, const struct stream_msg *msg)
{
	const struct edit_plan *plan = j->s->plan;
	struct stream_flow *flow = j->s->flow;
	struct stream_out *out = j->out;
	const struct logged_edit *e = NULL;

	/* A length that may not change would break the stream. */
	if (flow && (!edit_delta(plan) || j->resize))
		e = editlog_add(&flow->log, msg->seq, msg->data, plan);
	if (!e) {
		out->what |= STREAM_MISSED;
		return;
	}
	out->edits++;
	out->what |= STREAM_EDITED;
	if (!edit_delta(plan))
		return;
	out->adjust = true;
	out->adjust_pos = editlog_correction_pos(e);
	out->adjust_by = edit_delta(plan);
}

static void judge(struct stream_job *j, struct stream_msg *msg)
{
	struct stream *s = j->s;

	s->plan->n = 0;
	s->plan->used = 0;
	j->resize = false;
	s->ops->message(s->ctx, msg, s->plan);
	if (s->plan->n)
		edit(j, msg);
	if (++j->n == NFIM_COMMANDS_PER_SKB &&
	    s->ops->opaque(&s->dir->scan) == NFIM_OK)
		stream_stop(j, NFIM_OPAQUE_CROWDED);
}

/* --- messages whose beginning has left ------------------------------------- */

/* Whether a message can be read that has so many bytes, and more to come. */
static bool may_keep(u32 have, u32 left)
{
	return left <= NFIM_FLOW_HOLD && have <= NFIM_FLOW_HOLD - left;
}

/* Append what follows in the message at hand. */
static bool keep_part(struct stream_job *j, struct span data, u32 left)
{
	struct stream_flow *flow = j->s->flow;
	struct stream_hold *part = &flow->part;
	u32 have = part->len + (u32)span_len(data);

	/* A length costs nobody anything, so there is no room for it yet. */
	if (!may_keep(have, left) || !reserve(part, j->s->mem, have, 0)) {
		stream_hold_free(part, j->s->mem);
		return false;
	}
	memcpy(part->data + part->len, data.p, span_len(data));
	part->len = have;
	return true;
}

static bool wants_part(struct stream_job *j, const struct stream_msg *msg)
{
	const struct stream_flow *flow = j->s->flow;

	if (!msg->whole)
		return flow && flow->part.len;
	return msg->gather &&
	       may_keep((u32)span_len(msg->data), msg->left) &&
	       stream_need_flow(j);
}

/* The data ends inside a message that is not held. */
static void note_part(struct stream_job *j, const struct stream_msg *msg)
{
	struct stream *s = j->s;

	if (wants_part(j, msg))
		keep_part(j, msg->data, msg->left);
	if (s->ops->part)
		s->ops->part(s->ctx, msg);
}

static void message(struct stream_job *j, struct stream_msg *msg)
{
	struct stream_flow *flow = j->s->flow;
	u32 len = flow ? flow->part.len : 0;

	if (len && !msg->whole && keep_part(j, msg->data, 0)) {
		msg->seq -= len;
		msg->data = span_make(flow->part.data, flow->part.len);
		msg->whole = true;
		msg->gather = true;
		msg->in_hand = false;
	}
	judge(j, msg);
	if (len)
		stream_hold_free(&flow->part, j->s->mem);
}

/*
 * Read on to the end of @data, which begins at @base, from the place that was
 * read to. Return: whether its end was reached; else the rest is to be held.
 */
static bool read_data(struct stream_job *j, struct span data, u32 base,
		      bool in_hand)
{
	struct stream_dir *d = j->s->dir;
	u32 from, pos = d->next - base;

	for (;;) {
		struct stream_msg msg = { .in_hand = in_hand, .job = j };
		union stream_scan before = d->scan;
		enum stream_event ev;

		from = pos;
		ev = j->s->ops->next(j->s->ctx, &d->scan, data, &pos, &msg);
		msg.seq = base + from;
		msg.data = span_make(data.p + from, pos - from);
		if (ev == STREAM_MESSAGE) {
			message(j, &msg);
			d->next = base + pos;
			continue;
		}
		if (ev == STREAM_OPAQUE) {
			if (j->out->why == NFIM_OK)
				stream_stop(j,
					    j->s->ops->opaque(&d->scan));
		} else if (ev == STREAM_MORE) {
			if (in_hand && may_hold(j, &msg, msg.seq)) {
				u8 owner = d->scan.raw.owner;

				d->scan = before;
				d->scan.raw.owner = owner;
				return false;
			}
			note_part(j, &msg);
		}
		d->next = base + (u32)span_len(data);
		return true;
	}
}

void stream_read(struct stream_job *j)
{
	struct stream *s = j->s;
	struct span data;

	j->cut = j->end;
	if (!read_data(j, span_make(j->view, j->end - j->start), j->start,
		       true)) {
		j->cut = s->dir->next;
		return;
	}
	/* The gap has closed: read on in what left earlier. */
	while (s->flow &&
	       s->ops->opaque(&s->dir->scan) == NFIM_OK &&
	       pieces_at(&s->flow->pieces, s->dir->next, &data))
		read_data(j, data, s->dir->next, false);
}
