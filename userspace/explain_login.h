/* SPDX-License-Identifier: GPL-2.0 */
/* What a login on a notification server tells of a host. */
#ifndef _NFIM_EXPLAIN_LOGIN_H
#define _NFIM_EXPLAIN_LOGIN_H

#include "explain_state.h"

/**
 * explain_login() - learn from a command of a notification server connection
 * @x: everything; @x->packet is where
 * @c: the connection
 * @side: who speaks
 * @f: the command, or what is in hand of it
 * @ended: it ends here
 */
void explain_login(struct explain *x, struct conn *c, enum msnp_side side,
		   const struct msnp_frame *f, bool ended);

#endif /* _NFIM_EXPLAIN_LOGIN_H */
