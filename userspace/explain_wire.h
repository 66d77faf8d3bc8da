/* SPDX-License-Identifier: GPL-2.0 */
/* Frames as they would leave the gateway. */
#ifndef _NFIM_EXPLAIN_WIRE_H
#define _NFIM_EXPLAIN_WIRE_H

#include "explain_state.h"

/**
 * wire_forward() - write the frame in hand as it is
 * @x: everything; @x->packet is the frame
 *
 * Nothing happens if no capture is written.
 */
void wire_forward(struct explain *x);

/**
 * wire_put() - write what leaves in place of a segment
 * @x: everything; @x->packet is the segment; @x->rc is set on failure
 * @c: its control connection
 * @side: who sends it
 * @out: the engine's decision about it
 *
 * Payload, sequence numbers, acknowledgments and checksums are those behind
 * the edits; the addresses of headers stay. What is held does not leave, nor
 * do acknowledgments of it; what has become too large for its way leaves in
 * several segments. Nothing happens if no capture is written.
 */
void wire_put(struct explain *x, struct conn *c, enum msnp_side side,
	      const struct stream_out *out);

/**
 * wire_datagram() - write what leaves in place of a datagram
 * @x: everything; @x->packet is the datagram, @x->plan its edits; @x->rc is set
 *	on failure
 *
 * As wire_put().
 */
void wire_datagram(struct explain *x);

#endif /* _NFIM_EXPLAIN_WIRE_H */
