/* SPDX-License-Identifier: GPL-2.0 */
/* A segment that is read, for the readers of what messages may hold. */
#ifndef _NFIM_EXPLAIN_READING_H
#define _NFIM_EXPLAIN_READING_H

#include "explain_state.h"

/**
 * struct reading - a segment that is read
 * @x: everything
 * @c: its connection
 * @side: who speaks
 * @h: that direction
 * @f: the command in hand
 * @cut: it had to be read and was not captured as a whole
 */
struct reading {
	struct explain *x;
	struct conn *c;
	enum msnp_side side;
	struct half *h;
	struct msnp_frame f;
	bool cut;
};

/**
 * reading_policy() - the policy for the client of the connection
 * @r: the segment
 *
 * Return: the policy, or NULL.
 */
const struct policy *reading_policy(const struct reading *r);

/**
 * reading_invite() - a whole message with an invitation
 * @r: the segment
 * @msg: the message
 * @plan: its edits are added
 */
void reading_invite(const struct reading *r, const struct stream_msg *msg,
		    struct edit_plan *plan);

#endif /* _NFIM_EXPLAIN_READING_H */
