// SPDX-License-Identifier: GPL-2.0
/* Bytes that left from behind a gap. */

#include <nfim/limits.h>

#include "pieces.h"

/* With the header they fill blocks that allocators keep. */
#define PIECE_LARGE	(2048 - sizeof(struct piece))
#define PIECE_SMALL	(256 - sizeof(struct piece))

static u32 end_of(const struct piece *p)
{
	return p->seq + p->len;
}

static void unlink_piece(struct pieces *ps, const struct stream_mem *mem,
			 struct piece **at)
{
	struct piece *p = *at;

	*at = p->next;
	ps->n--;
	ps->bytes -= p->len;
	mem->free(mem->ctx, p, sizeof(*p) + p->size);
}

/* Small blocks are easier to get than one large one. */
static u32 room_for(u32 len)
{
	return (u32)(len <= PIECE_SMALL ? PIECE_SMALL : PIECE_LARGE);
}

/* Keep some of @len bytes behind @at, in it or in a piece of their own. */
static bool add_run(struct pieces *ps, const struct stream_mem *mem,
		    struct piece *at, struct piece **link, u32 seq,
		    const char *data, u32 *len)
{
	struct piece *p = at;
	u32 n = *len;

	if (!p || end_of(p) != seq || p->len == p->size) {
		if (ps->n >= NFIM_FLOW_PIECES)
			return false;
		p = mem->alloc(mem->ctx, sizeof(*p) + room_for(n));
		if (!p)
			return false;
		p->next = *link;
		p->seq = seq;
		p->len = 0;
		p->size = room_for(n);
		*link = p;
		ps->n++;
	}
	if (n > p->size - p->len)
		n = p->size - p->len;
	if (ps->bytes + n > NFIM_FLOW_BYTES)
		return false;
	memcpy(p->data + p->len, data, n);
	p->len += n;
	ps->bytes += n;
	*len = n;
	return true;
}

bool pieces_add(struct pieces *ps, const struct stream_mem *mem, u32 seq,
		struct span data)
{
	struct piece *at = NULL, **link = &ps->first;
	u32 n, end = seq + (u32)span_len(data);

	while (seq_before(seq, end)) {
		while (*link && !seq_before(seq, (*link)->seq)) {
			at = *link;
			link = &at->next;
		}
		if (at && seq_before(seq, end_of(at))) {
			/* Known already. */
			n = end_of(at) - seq;
			if (n > end - seq)
				n = end - seq;
		} else {
			n = *link ? seq_min(end, (*link)->seq) - seq :
				    end - seq;
			if (!add_run(ps, mem, at, link, seq, data.p, &n))
				return false;
		}
		seq += n;
		data.p += n;
	}
	return true;
}

bool pieces_touch(const struct pieces *ps, u32 a, u32 b)
{
	const struct piece *p;

	for (p = ps->first; p && seq_before(p->seq, b); p = p->next)
		if (seq_before(a, end_of(p)))
			return true;
	return false;
}

void pieces_overlay(const struct pieces *ps, u32 a, char *buf, u32 len)
{
	const struct piece *p;
	u32 b = a + len;

	for (p = ps->first; p && seq_before(p->seq, b); p = p->next) {
		u32 first = seq_max(p->seq, a);
		u32 last = seq_min(end_of(p), b);

		if (seq_before(first, last))
			memcpy(buf + (first - a), p->data + (first - p->seq),
			       last - first);
	}
}

bool pieces_at(const struct pieces *ps, u32 seq, struct span *data)
{
	const struct piece *p;

	for (p = ps->first; p && !seq_before(seq, p->seq); p = p->next) {
		if (!seq_before(seq, end_of(p)))
			continue;
		*data = span_make(p->data + (seq - p->seq), end_of(p) - seq);
		return true;
	}
	return false;
}

void pieces_drop(struct pieces *ps, const struct stream_mem *mem, u32 seq)
{
	while (ps->first && !seq_before(seq, end_of(ps->first)))
		unlink_piece(ps, mem, &ps->first);
}

void pieces_free(struct pieces *ps, const struct stream_mem *mem)
{
	while (ps->first)
		unlink_piece(ps, mem, &ps->first);
}
