/* SPDX-License-Identifier: GPL-2.0 */
/* SIP in the packets of a capture. */
#ifndef _NFIM_EXPLAIN_IMSIP_H
#define _NFIM_EXPLAIN_IMSIP_H

#include "explain_state.h"

/**
 * explain_look_ahead() - where a server saw a client, before all is read
 * @x: everything
 * @p: a packet with payload
 *
 * A client names its address in its first request, and the response to that
 * tells what has become of it on the way.
 */
void explain_look_ahead(struct explain *x, const struct packet *p);

/**
 * explain_imsip() - read a segment of a control connection
 * @x: everything; @x->packet is the segment
 * @c: the connection
 * @side: who speaks
 * @out: what becomes of it
 */
void explain_imsip(struct explain *x, struct conn *c, enum msnp_side side,
		   struct stream_out *out);

/**
 * explain_datagram() - read a datagram
 * @x: everything; @x->packet is the datagram, @x->plan is set to its edits
 * @c: what it belongs to
 * @side: who speaks
 */
void explain_datagram(struct explain *x, struct conn *c, enum msnp_side side);

#endif /* _NFIM_EXPLAIN_IMSIP_H */
