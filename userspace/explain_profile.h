/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The address that a notification server sees a client at. The module needs no
 * word of a server for that, but a capture from the inside does not show it
 * otherwise.
 */
#ifndef _NFIM_EXPLAIN_PROFILE_H
#define _NFIM_EXPLAIN_PROFILE_H

#include "explain_reading.h"

/**
 * profile_take() - a command of a notification server, or a part of one
 * @r: the packet
 * @f: the command, as far as it is in hand
 * @ended: it ends here
 */
void profile_take(struct reading *r, const struct msnp_frame *f, bool ended);

#endif /* _NFIM_EXPLAIN_PROFILE_H */
