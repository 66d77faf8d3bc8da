/* SPDX-License-Identifier: GPL-2.0 */
/* Frames as they would leave the gateway. */
#ifndef _NFIM_EXPLAIN_WIRE_H
#define _NFIM_EXPLAIN_WIRE_H

#include "explain_state.h"

/**
 * wire_put() - write the frame in hand to the changed capture
 * @x: everything; @x->packet is the frame; @x->rc is set on failure
 * @c: the control connection that it belongs to, or NULL
 * @side: who sends it
 *
 * Payload, sequence numbers, acknowledgements and checksums are those behind
 * the edits; the addresses of headers stay. Nothing happens if no capture is
 * written.
 */
void wire_put(struct explain *x, const struct conn *c, enum msnp_side side);

#endif /* _NFIM_EXPLAIN_WIRE_H */
