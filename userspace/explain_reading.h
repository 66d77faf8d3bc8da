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
 * @s: that direction
 * @b: the bytes in hand
 * @plan: collects the edits of the packet
 */
struct reading {
	struct explain *x;
	struct conn *c;
	enum msnp_side side;
	struct stream *s;
	const struct stream_bytes *b;
	struct edit_plan *plan;
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
 * @f: the message
 */
void reading_invite(const struct reading *r, const struct msnp_frame *f);

#endif /* _NFIM_EXPLAIN_READING_H */
