/* SPDX-License-Identifier: GPL-2.0 */
/* Between stream.c, hold.c and emit.c: one packet while it is being decided about. */
#ifndef _NFIM_STREAM_JOB_H
#define _NFIM_STREAM_JOB_H

#include "stream.h"

/**
 * struct stream_job - one packet
 * @s: its surroundings
 * @in: the packet
 * @out: the decision
 * @view: the bytes [@start, @end): of the packet, or merged in stream.work
 * @start: first byte that may leave
 * @end: behind the last byte in hand
 * @cut: behind the last byte that leaves; what follows is held
 * @n: messages read
 * @unheld: why the end of it is not held
 * @copied: @view is in stream.work
 * @resize: the length of the message at hand may change
 */
struct stream_job {
	struct stream *s;
	const struct stream_pkt *in;
	struct stream_out *out;
	const char *view;
	u32 start;
	u32 end;
	u32 cut;
	u32 n;
	enum nfim_counter unheld;
	bool copied;
	bool resize;
};

/**
 * stream_segment() - a segment that is safe, as far as the sender has shown
 * @flow: the flow, or NULL
 * @in: the packet
 *
 * Return: bytes of payload.
 */
u16 stream_segment(const struct stream_flow *flow, const struct stream_pkt *in);

/**
 * stream_note_flight() - tell the flight of a packet
 * @flow: the flow
 * @in: the packet
 */
void stream_note_flight(struct stream_flow *flow, const struct stream_pkt *in);

/**
 * stream_need_flow() - the flow, a new one if need be
 * @j: the packet
 *
 * Return: the flow; NULL when there is no room.
 */
struct stream_flow *stream_need_flow(struct stream_job *j);

/**
 * stream_stop() - give up on a direction
 * @j: the packet
 * @why: the reason
 */
void stream_stop(struct stream_job *j, enum nfim_counter why);

/**
 * stream_read() - read what is in hand, and what left earlier behind it
 * @j: the packet
 *
 * Sets @j->cut.
 */
void stream_read(struct stream_job *j);

/**
 * stream_emit() - make the bytes from @j->start to @j->cut leave
 * @j: the packet
 */
void stream_emit(struct stream_job *j);

/**
 * stream_hold_set() - what is held from now on
 * @flow: the flow; there is room
 * @data: the bytes
 */
void stream_hold_set(struct stream_flow *flow, struct span data);

/**
 * stream_hold_free() - nothing is held, or of a part known, any more
 * @hold: the bytes
 * @mem: memory of the flow
 */
void stream_hold_free(struct stream_hold *hold, const struct stream_mem *mem);

#endif /* _NFIM_STREAM_JOB_H */
