/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the segments of a capture to the stream engine, and sequence adjustment
 * as conntrack does it.
 */
#ifndef _NFIM_EXPLAIN_TCP_H
#define _NFIM_EXPLAIN_TCP_H

#include "../kernel/proto/stream.h"
#include "explain_packet.h"

struct explain;
struct conn;
struct reading;

/**
 * struct seqadj - how the numbers of a direction have moved
 * @pos: behind this number of the sender they move by @after
 * @before: up to it they move by that
 * @after: see @pos
 */
struct seqadj {
	u32 pos;
	s32 before;
	s32 after;
};

/**
 * struct half - one direction of a TCP connection
 * @dir: the engine's
 * @flow: the engine's
 * @has_flow: @flow is in use
 * @syn: its SYN was seen
 * @scales: its SYN names a window scale
 * @shift: the window scale
 * @mss: the largest segment that its sender takes; 0 if it did not say
 * @isn: number of its SYN
 * @adj: how far its numbers have moved
 * @ack: last acknowledgment that left in this direction
 * @has_ack: @ack is known
 * @hold_seq: where the last hold began
 * @hold_packet: packet that began it
 * @part_packet: where the message in hand began, if it is in pieces
 * @wants_all: read what cannot announce anything too
 */
struct half {
	struct stream_dir dir;
	struct stream_flow flow;
	bool has_flow;
	bool syn;
	bool scales;
	u8 shift;
	u16 mss;
	u32 isn;
	struct seqadj adj;
	u32 ack;
	bool has_ack;
	u32 hold_seq;
	u32 hold_packet;
	u32 part_packet;
	bool wants_all;
};

/**
 * tcp_take() - give a segment of a control connection to the engine
 * @r: the segment
 * @ops: its protocol; @r is its ctx
 * @may_hold: holding is allowed
 * @out: what becomes of it
 */
void tcp_take(struct reading *r, const struct stream_ops *ops, bool may_hold,
	      struct stream_out *out);

/**
 * tcp_half() - the direction that a scan belongs to
 * @scan: @dir.scan of some struct half
 *
 * Return: the direction.
 */
static inline const struct half *tcp_half(const union stream_scan *scan)
{
	return (const void *)((const char *)scan -
			      offsetof(struct half, dir.scan));
}

/**
 * tcp_payload() - stream_ops.payload() for a struct reading
 * @ctx: the segment
 *
 * Return: the payload, or NULL.
 */
const char *tcp_payload(void *ctx);

/**
 * tcp_flow() - stream_ops.flow() for a struct reading
 * @ctx: the segment
 *
 * Return: the flow of its direction.
 */
struct stream_flow *tcp_flow(void *ctx);

/**
 * tcp_moved() - where a number of the sender's stream stands behind all edits
 * @h: the direction
 * @seq: the number
 *
 * Return: the number there.
 */
u32 tcp_moved(const struct half *h, u32 seq);

/**
 * tcp_ack() - what a segment acknowledges of what has left
 * @c: its connection
 * @to: direction whose bytes are acknowledged
 * @ack: acknowledgment that was captured
 *
 * The capture is from a network without the helper, so its receiver may have
 * confirmed what would be held.
 *
 * Return: at most the first byte that is held.
 */
u32 tcp_ack(const struct conn *c, unsigned int to, u32 ack);

/**
 * tcp_forget() - a direction is over
 * @x: everything
 * @h: the direction; all zero afterwards
 */
void tcp_forget(struct explain *x, struct half *h);

#endif /* _NFIM_EXPLAIN_TCP_H */
