// SPDX-License-Identifier: GPL-2.0
/* Edits of a stream, and where its bytes stand afterwards. */
#include <stdlib.h>

#include "explain_stream.h"

static bool before(u32 a, u32 b)
{
	return (s32)(a - b) < 0;
}

static bool after(u32 a, u32 b)
{
	return before(b, a);
}

void stream_ack(struct stream *s, u32 ack)
{
	struct stream_edit *e;

	for (e = s->last; e && !e->acked; e = e->prev)
		e->acked = !before(ack, e->seq + e->old_len);
}

bool stream_may_resize(const struct stream *s)
{
	const struct stream_edit *e;

	for (e = s->last; e && !e->acked; e = e->prev)
		if (e->new_len != e->old_len)
			return false;
	return !s->n_pieces;
}

bool stream_has_room(const struct stream *s)
{
	const struct stream_edit *e = s->last;
	unsigned int n;

	for (n = 1; e && n < NFIM_FLOW_EDITS; n++)
		e = e->prev;
	return !e || e->acked;
}

bool stream_edit(struct stream *s, const struct packet *p,
		 const struct edit_plan *plan)
{
	u32 start = edit_start(plan), old_len = edit_end(plan) - start;
	u32 new_len = old_len + (u32)edit_delta(plan);
	struct stream_edit *e = malloc(sizeof(*e) + new_len);

	if (!e)
		return false;
	edit_render(plan, packet_payload(p), e->text);
	e->seq = p->seq + start;
	e->old_len = old_len;
	e->new_len = new_len;
	e->acked = false;
	e->grown = 0;
	e->next = NULL;
	e->prev = s->last;
	if (s->last) {
		e->grown = s->last->grown + s->last->new_len -
			   s->last->old_len;
		s->last->next = e;
	} else {
		s->first = e;
	}
	s->last = e;
	return true;
}

/* Where a place inside the old text stands, from the start of the edit. */
static u32 moved(const struct stream_edit *e, u32 off)
{
	if (off >= e->old_len)
		return off + e->new_len - e->old_len;
	if (!edit_may_resize(e->old_len, e->new_len))
		return off < e->new_len ? off : e->new_len;
	if (off <= edit_pos(e->old_len, e->new_len))
		return off;
	return off + e->new_len - e->old_len;
}

/* The new text that stands in place of [first, last) of the old one. */
static struct span replacement(const struct stream_edit *e, u32 first,
			       u32 last)
{
	u32 from = moved(e, first), to = moved(e, last);

	if (edit_may_resize(e->old_len, e->new_len))
		edit_piece(e->old_len, e->new_len, first, last, &from, &to);
	return (struct span){ e->text + from, e->text + to };
}

u32 stream_map(const struct stream *s, u32 seq)
{
	const struct stream_edit *e;

	for (e = s->last; e; e = e->prev) {
		if (after(seq, e->seq))
			return e->seq + e->grown + moved(e, seq - e->seq);
	}
	return seq;
}

/* The first edit that touches [seq, end), and the bytes of new text there. */
static const struct stream_edit *first_edit(const struct stream *s, u32 seq,
					    u32 end, size_t *room)
{
	const struct stream_edit *e, *found = NULL;

	*room = 0;
	for (e = s->last; e && after(e->seq + e->old_len, seq); e = e->prev) {
		if (!before(e->seq, end))
			continue;
		found = e;
		*room += e->new_len;
	}
	return found;
}

char *stream_render(const struct stream *s, u32 seq, struct span data,
		    size_t *len)
{
	u32 end = seq + (u32)span_len(data), at = seq;
	const struct stream_edit *e;
	char *out, *to;
	size_t room;

	e = first_edit(s, seq, end, &room);
	out = malloc(span_len(data) + room + 1);
	if (!out)
		return NULL;
	to = out;
	for (; e && before(e->seq, end); e = e->next) {
		u32 e_end = e->seq + e->old_len;
		u32 from = before(e->seq, seq) ? seq : e->seq;
		u32 until = after(e_end, end) ? end : e_end;
		struct span new = replacement(e, from - e->seq,
					      until - e->seq);

		memcpy(to, data.p + (at - seq), from - at);
		to += from - at;
		memcpy(to, new.p, span_len(new));
		to += span_len(new);
		at = until;
	}
	memcpy(to, data.p + (at - seq), end - at);
	to += end - at;
	*len = (size_t)(to - out);
	return out;
}
