/* SPDX-License-Identifier: GPL-2.0 */
/* MSNP in the segments of a capture. */
#ifndef _NFIM_EXPLAIN_MSNP_H
#define _NFIM_EXPLAIN_MSNP_H

#include "explain_state.h"

/* Where rules attach the helper; any other port must be named by a server. */
#define MSNP_PORT	1863

/**
 * explain_msnp() - read a segment of a control connection
 * @x: everything; @x->packet is the segment
 * @c: the connection
 * @side: who speaks
 * @out: what becomes of it
 */
void explain_msnp(struct explain *x, struct conn *c, enum msnp_side side,
		  struct stream_out *out);

#endif /* _NFIM_EXPLAIN_MSNP_H */
