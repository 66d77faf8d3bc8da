/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the scanner makes of a stream: the commands in order, whatever the
 * pieces it came in. Unit tests and fuzzers compare two of these.
 */
#ifndef _NFIM_UNIT_TRACE_H
#define _NFIM_UNIT_TRACE_H

#include <nfim/limits.h>

#include "../../kernel/proto/msnp.h"

#define TRACE_MAX	1024

/**
 * struct trace_cmd - one command
 * @cmd: its name
 * @payload_len: bytes of payload that were read
 * @end: offset in the stream behind it
 * @whole: it lay in one piece; not compared
 */
struct trace_cmd {
	char cmd[3];
	u32 payload_len;
	u32 end;
	bool whole;
};

/**
 * struct trace - all commands of one direction
 * @scan: the scanner's state
 * @side: who speaks
 * @begin: offset in the stream of the piece given next
 * @part: payload bytes of the command that is being read
 * @n: number of @cmd
 * @insane: what a frame had wrong, or NULL
 */
struct trace {
	struct msnp_scan scan;
	enum msnp_side side;
	u32 begin;
	u32 part;
	u32 n;
	const char *insane;
	struct trace_cmd cmd[TRACE_MAX];
};

static inline void trace_start(struct trace *t, enum msnp_side side)
{
	memset(t, 0, offsetof(struct trace, cmd));
	t->side = side;
}

static inline bool trace_inside(struct span part, struct span data)
{
	return part.p == part.end ||
	       (part.p >= data.p && part.p <= part.end &&
		part.end <= data.end);
}

static inline const char *trace_check(const struct msnp_frame *f,
				      enum msnp_event ev, struct span data,
				      u32 from, u32 pos)
{
	if (pos < from || pos > span_len(data))
		return "position outside the data";
	if (f->off != from)
		return "a frame begins elsewhere";
	if (!trace_inside(f->line, data) || !trace_inside(f->payload, data))
		return "line or payload outside the data";
	if (ev == MSNP_COMMAND && pos == from)
		return "a command of no bytes";
	if (f->whole && (ev != MSNP_COMMAND || f->line.p != data.p + from ||
			 span_len(f->payload) != f->payload_len))
		return "whole, and yet not all there";
	if (f->payload_len > NFIM_PAYLOAD_MAX)
		return "payload beyond the limit";
	if ((ev == MSNP_MORE || ev == MSNP_END) && pos != span_len(data))
		return "data left unread";
	return NULL;
}

/**
 * trace_next() - msnp_scan_next() with every promise checked
 * @t: the trace; the command, if any, is added
 * @data: the piece
 * @pos: offset in it
 * @f: the frame
 *
 * Return: as msnp_scan_next().
 */
static inline enum msnp_event trace_next(struct trace *t, struct span data,
					 u32 *pos, struct msnp_frame *f)
{
	u32 from = *pos;
	enum msnp_event ev = msnp_scan_next(&t->scan, t->side, data, pos, f);
	const char *bad = trace_check(f, ev, data, from, *pos);

	if (bad && !t->insane)
		t->insane = bad;
	if (ev == MSNP_OPAQUE && msnp_scan_opaque(&t->scan) == NFIM_OK)
		t->insane = "opaque without a reason";
	if (bad)
		return MSNP_OPAQUE;
	t->part += (u32)span_len(f->payload);
	if (ev == MSNP_COMMAND && t->n < TRACE_MAX) {
		struct trace_cmd *c = t->cmd + t->n++;

		memcpy(c->cmd, f->cmd, 3);
		c->payload_len = t->part;
		c->end = t->begin + *pos;
		c->whole = f->whole;
	}
	if (ev == MSNP_COMMAND)
		t->part = 0;
	return ev;
}

/**
 * trace_feed() - read one piece to its end
 * @t: the trace
 * @data: the piece
 */
static inline void trace_feed(struct trace *t, struct span data)
{
	struct msnp_frame f;
	u32 pos = 0;

	while (trace_next(t, data, &pos, &f) == MSNP_COMMAND)
		;
	t->begin += (u32)span_len(data);
}

/**
 * trace_same() - compare what must not depend on the pieces
 * @a: a trace
 * @b: another
 *
 * Return: what differs, or NULL.
 */
static inline const char *trace_same(const struct trace *a,
				     const struct trace *b)
{
	u32 i;

	if (a->insane || b->insane)
		return a->insane ? a->insane : b->insane;
	if (msnp_scan_opaque(&a->scan) != msnp_scan_opaque(&b->scan))
		return "opaque for different reasons";
	if (a->n != b->n)
		return "different numbers of commands";
	for (i = 0; i < a->n; i++)
		if (memcmp(a->cmd[i].cmd, b->cmd[i].cmd, 3) ||
		    a->cmd[i].payload_len != b->cmd[i].payload_len ||
		    a->cmd[i].end != b->cmd[i].end)
			return "different commands";
	if (msnp_scan_skip(&a->scan) != msnp_scan_skip(&b->scan))
		return "different rests of a payload";
	if (msnp_scan_answered(&a->scan) != msnp_scan_answered(&b->scan) ||
	    msnp_scan_kind(&a->scan) != msnp_scan_kind(&b->scan))
		return "different kinds of server";
	return NULL;
}

#endif /* _NFIM_UNIT_TRACE_H */
