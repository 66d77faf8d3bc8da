// SPDX-License-Identifier: GPL-2.0
/*
 * Edits of a stream. Of an edit [s, s+old) that became new bytes long, the
 * receiver's stream has [s, s+new). Two things meet here:
 *
 * - A packet that begins at s+k is placed by the core at s+k up to the
 *   correction position and at s+k+new-old behind it, so its text must begin
 *   there: edit_first().
 * - The receiver's acknowledgment of s+new must become s+old, or a sender
 *   whose last bytes these are would repeat them for ever. The core moves an
 *   acknowledgment back only when it lies behind the correction position.
 *
 * An edit that grows has its position at s+old-1 and meets both. One that
 * shrinks has it at s+new-1, and a packet that begins just behind finds its
 * text inside the edit only if old <= 2 new. Unchanged bytes of the message
 * are taken into the edit until that is true: widen().
 */

#include "editlog.h"

bool editlog_reserve(struct editlog *log, const struct stream_mem *mem,
		     u32 len)
{
	/* A plan spans and grows no more than that, see edit_add(). */
	u32 size = (len < NFIM_EDIT_SPAN ? len : NFIM_EDIT_SPAN) +
		   NFIM_EDIT_GROWTH;

	if (log->n >= NFIM_FLOW_EDITS)
		return false;
	if (log->spare && log->spare->size >= size)
		return true;
	editlog_unreserve(log, mem);
	log->spare = mem->alloc(mem->ctx, sizeof(*log->spare) + size);
	if (log->spare)
		log->spare->size = size;
	return log->spare;
}

void editlog_unreserve(struct editlog *log, const struct stream_mem *mem)
{
	if (log->spare)
		mem->free(mem->ctx, log->spare,
			  sizeof(*log->spare) + log->spare->size);
	log->spare = NULL;
}

bool editlog_may_resize(const struct editlog *log)
{
	const struct logged_edit *e;

	for (e = log->last; e; e = e->next)
		if (e->new_len != e->old_len)
			return false;
	return true;
}

u32 editlog_correction_pos(const struct logged_edit *e)
{
	u32 len = e->new_len < e->old_len ? e->new_len : e->old_len;

	return e->seq + len - 1;
}

/* Where the text of a packet that begins at @seq begins. */
static u32 edit_first(const struct logged_edit *e, u32 seq)
{
	u32 off = seq - e->seq;

	if (seq_before(editlog_correction_pos(e), seq))
		return off + e->new_len - e->old_len;
	return off;
}

/*
 * Where the text of a packet that ends at @seq ends. Never before the place
 * at which the next packet will begin, so nothing is left out.
 */
static u32 edit_last(const struct logged_edit *e, u32 seq)
{
	u32 off = seq - e->seq;

	if (off == e->old_len || off > e->new_len)
		return e->new_len;
	return off;
}

static void widen(const struct edit_plan *plan, u32 len, u32 *from, u32 *to)
{
	s32 need = -edit_delta(plan);
	u32 back, more;

	*from = edit_start(plan);
	*to = edit_end(plan);
	/* old <= 2 new is 2 (old - new) <= old. */
	if (need <= 0 || 2 * (u32)need <= *to - *from)
		return;
	more = 2 * (u32)need - (*to - *from);
	back = more < *from ? more : *from;
	*from -= back;
	more -= back;
	*to = more < len - *to ? *to + more : len;
}

static bool fits(const struct edit_plan *plan, u32 len)
{
	s32 shrinks = -edit_delta(plan);

	return edit_end(plan) <= len &&
	       (shrinks <= 0 || 2 * (u32)shrinks <= len);
}

struct logged_edit *editlog_add(struct editlog *log, u32 seq, struct span msg,
				const struct edit_plan *plan)
{
	u32 from, to, new_len, at, tail;
	struct logged_edit *e = log->spare;

	if (!e || !fits(plan, (u32)span_len(msg)))
		return NULL;
	widen(plan, (u32)span_len(msg), &from, &to);
	new_len = to - from + (u32)edit_delta(plan);
	if (new_len > e->size)
		return NULL;
	log->spare = NULL;
	e->seq = seq + from;
	e->old_len = to - from;
	e->new_len = new_len;
	at = edit_start(plan) - from;
	tail = to - edit_end(plan);
	memcpy(e->text, msg.p + from, at);
	edit_render(plan, msg, e->text + at);
	memcpy(e->text + new_len - tail, msg.p + edit_end(plan), tail);
	e->next = log->last;
	log->last = e;
	log->n++;
	log->used = true;
	return e;
}

static void drop(struct editlog *log, const struct stream_mem *mem,
		 struct logged_edit **at)
{
	struct logged_edit *e = *at;

	*at = e->next;
	log->n--;
	mem->free(mem->ctx, e, sizeof(*e) + e->size);
}

void editlog_ack(struct editlog *log, const struct stream_mem *mem, u32 ack)
{
	struct logged_edit **at = &log->last;

	while (*at) {
		if (seq_before(ack, (*at)->seq + (*at)->old_len))
			at = &(*at)->next;
		else
			drop(log, mem, at);
	}
}

void editlog_free(struct editlog *log, const struct stream_mem *mem)
{
	while (log->last)
		drop(log, mem, &log->last);
	editlog_unreserve(log, mem);
}

bool editlog_touches(const struct editlog *log, u32 a, u32 b)
{
	const struct logged_edit *e;

	for (e = log->last; e; e = e->next)
		if (seq_before(a, e->seq + e->old_len) &&
		    seq_before(e->seq, b))
			return true;
	return false;
}

bool editlog_apply(const struct editlog *log, u32 a, char *buf, u32 len,
		   u32 size, u32 *out_len)
{
	const struct logged_edit *e;
	u32 b = a + len;

	/* From the last to the first, so that offsets stay true. */
	for (e = log->last; e; e = e->next) {
		u32 first = seq_max(e->seq, a);
		u32 last = seq_min(e->seq + e->old_len, b);
		u32 from, n;

		if (!seq_before(first, last))
			continue;
		from = edit_first(e, first);
		n = edit_last(e, last) - from;
		if (len - (last - first) + n > size)
			return false;
		memmove(buf + (first - a) + n, buf + (last - a),
			len - (last - a));
		memcpy(buf + (first - a), e->text + from, n);
		len = len - (last - first) + n;
	}
	*out_len = len;
	return true;
}
