// SPDX-License-Identifier: GPL-2.0
/* Bytes that left from behind a gap. */

#include <nfim/limits.h>

#include "pieces.h"

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

static struct piece *new_piece(const struct stream_mem *mem, u32 seq, u32 len,
			       u32 size)
{
	struct piece *p = mem->alloc(mem->ctx, sizeof(*p) + size);

	if (p) {
		p->next = NULL;
		p->seq = seq;
		p->len = len;
		p->size = size;
	}
	return p;
}

/* The bytes continue @p and touch no other piece. */
static bool append(struct pieces *ps, struct piece *p, u32 seq,
		   struct span data)
{
	u32 len = (u32)span_len(data);

	if (seq != end_of(p) || p->len + len > p->size ||
	    (p->next && !seq_before(seq + len, p->next->seq)))
		return false;
	memcpy(p->data + p->len, data.p, len);
	p->len += len;
	ps->bytes += len;
	return true;
}

bool pieces_add(struct pieces *ps, const struct stream_mem *mem, u32 seq,
		struct span data)
{
	u32 len = (u32)span_len(data), lo = seq, hi = seq + len;
	u32 size, known = 0;
	struct piece **at = &ps->first, **from, *p, *merged;

	while (*at && seq_before(end_of(*at), seq))
		at = &(*at)->next;
	from = at;
	for (p = *from; p && !seq_before(hi, p->seq); p = p->next) {
		if (!seq_before(seq, p->seq) && !seq_before(end_of(p), hi))
			return true;	/* nothing new */
		lo = seq_min(lo, p->seq);
		hi = seq_max(hi, end_of(p));
		known += p->len;
	}
	if (ps->bytes - known + (hi - lo) > NFIM_FLOW_BYTES)
		return false;
	if (*from && append(ps, *from, seq, data))
		return true;
	if (!known && ps->n >= NFIM_FLOW_PIECES)
		return false;
	/* Room to grow, so that a long run does not copy itself each time. */
	size = known ? 2 * (hi - lo) : hi - lo;
	if (size > NFIM_FLOW_BYTES)
		size = NFIM_FLOW_BYTES;
	merged = new_piece(mem, lo, hi - lo, size);
	if (!merged)
		return false;
	memcpy(merged->data + (seq - lo), data.p, len);
	while (*from && !seq_before(hi, (*from)->seq)) {
		p = *from;
		memcpy(merged->data + (p->seq - lo), p->data, p->len);
		unlink_piece(ps, mem, from);
	}
	merged->next = *from;
	*from = merged;
	ps->n++;
	ps->bytes += merged->len;
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
