// SPDX-License-Identifier: GPL-2.0
/* What a packet looks like when it leaves. */

#include "stream_job.h"

/* The smallest segment that every path takes, less 12 bytes of options. */
#define SEG_SAFE	524

u16 stream_segment(const struct stream_flow *flow, const struct stream_pkt *in)
{
	u16 seg = flow ? flow->seg : 0;

	if (seg < in->seg)
		seg = in->seg;
	if (seg < SEG_SAFE)
		seg = SEG_SAFE;
	return seg < in->mss ? seg : in->mss;
}

/* How many bytes two texts have in common from the start, of @n. */
static u32 same_front(const char *a, const char *b, u32 n)
{
	u32 i = 0;

	while (n - i >= 8 && span_word(a + i) == span_word(b + i))
		i += 8;
	while (i < n && a[i] == b[i])
		i++;
	return i;
}

/* The same from the end. */
static u32 same_back(const char *a, const char *b, u32 n)
{
	u32 i = n;

	while (i >= 8 && span_word(a + i - 8) == span_word(b + i - 8))
		i -= 8;
	while (i && a[i - 1] == b[i - 1])
		i--;
	return n - i;
}

/* Only what differs from the packet has to be written. */
static void set_text(struct stream_job *j, const char *text, u32 len)
{
	struct stream_out *out = j->out;
	u32 off = 0, old = j->in->len;
	const char *payload = NULL;

	if (old && out->seq == j->in->seq)
		payload = j->s->ops->payload(j->s->ctx);
	if (payload) {
		off = same_front(text, payload, len < old ? len : old);
		if (off == len && off == old)
			return;
		if (len == old) {
			len -= same_back(text + off, payload + off, len - off);
			old = len;
		}
	}
	out->verdict = STREAM_REPLACE;
	out->off = off;
	out->old_len = old - off;
	out->text = span_make(text + off, len - off);
}

/* Nothing is left of the packet but its acknowledgment. */
static void leave_empty(struct stream_job *j, bool steal)
{
	const struct stream_flow *flow = j->s->flow;
	struct stream_out *out = j->out;

	if (steal && flow && flow->has_ack && flow->ack == j->in->ack &&
	    flow->wnd == j->in->wnd) {
		out->verdict = STREAM_STEAL;
		return;
	}
	out->verdict = STREAM_REPLACE;
	out->off = 0;
	out->old_len = j->in->len;
	out->text = span_make(j->s->work, 0);
}

/* Where to begin: the receiver needs nothing that it has acknowledged. */
static u32 first_needed(const struct stream_job *j)
{
	const struct stream_flow *flow = j->s->flow;

	if (!flow || !flow->log.used || !flow->flight.has_ack ||
	    !seq_before(j->start, flow->flight.acked))
		return j->start;
	return seq_min(flow->flight.acked, j->cut);
}

/* Make the bytes [start, cut) leave. */
void stream_emit(struct stream_job *j)
{
	const struct stream_flow *flow = j->s->flow;
	const struct stream_pkt *in = j->in;
	u32 first = first_needed(j), len = j->cut - first;
	bool edited, repeats = j->start != j->end && first == j->cut &&
			       first != j->start;
	char *text;

	j->out->seg = stream_segment(flow, in);
	edited = flow && editlog_touches(&flow->log, first, j->cut);
	if (edited && !(j->out->what & STREAM_EDITED))
		j->out->what |= STREAM_REPEATED;
	if (!edited && first == in->seq && len == in->len && !j->copied)
		return;
	j->out->seq = first;
	if (!len && !in->fin) {
		/* An old number, so that the receiver answers it. */
		if (repeats)
			j->out->seq = j->start;
		leave_empty(j, !repeats);
		return;
	}
	text = j->s->work + (j->copied ? first - j->start : 0);
	if (!j->copied && len) {
		if (!j->view)
			j->view = j->s->ops->payload(j->s->ctx);
		if (!j->view) {
			j->out->verdict = STREAM_DROP;
			return;
		}
		memcpy(text, j->view + (first - j->start), len);
	}
	if (edited &&
	    (!editlog_apply(&flow->log, first, text, len,
			    (u32)(j->s->work + STREAM_WORK - text), &len) ||
	     len > in->max)) {
		j->out->verdict = STREAM_DROP;
		return;
	}
	set_text(j, text, len);
}
