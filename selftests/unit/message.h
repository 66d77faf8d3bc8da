/* SPDX-License-Identifier: GPL-2.0 */
/* From a frame to an offer, and from a plan to the new packet. */
#ifndef _NFIM_UNIT_MESSAGE_H
#define _NFIM_UNIT_MESSAGE_H

#include <stdlib.h>

#include "../../kernel/proto/invite.h"
#include "../../kernel/proto/msnp.h"

/**
 * struct message - an invitation in a packet
 * @inv: what it says
 * @where: where it stands
 * @announces: it names an endpoint
 * @why: NFIM_OK if @offer is set, when it announces
 * @offer: what it offers
 */
struct message {
	struct invite inv;
	struct invite_place where;
	bool announces;
	enum nfim_counter why;
	struct offer offer;
};

/**
 * message_read() - read the invitation that a frame holds
 * @m: filled on success
 * @data: the packet
 * @f: a frame in it
 * @self: the announcer's own addresses
 *
 * Return: false if the frame is none, or not all here.
 */
static inline bool message_read(struct message *m, struct span data,
				const struct msnp_frame *f,
				const struct self *self)
{
	memset(m, 0, sizeof(*m));
	if (!f->whole || memcmp(f->cmd, "MSG", 3) ||
	    msnp_interest(f->payload) != MSNP_INVITE ||
	    !msnp_body(f->payload, &m->where.body))
		return false;
	m->where.data = data;
	m->where.line = f->line;
	m->where.payload_len = f->payload_len;
	invite_parse(m->where.body, &m->inv);
	m->announces = invite_announces(&m->inv);
	if (m->announces)
		m->why = invite_offer(&m->inv, self, &m->offer);
	return true;
}

/**
 * message_apply() - the packet as a plan makes it
 * @data: the packet
 * @plan: the plan, perhaps empty
 *
 * Return: the new packet in memory of exactly its size; the caller frees @p.
 */
static inline struct span message_apply(struct span data,
					const struct edit_plan *plan)
{
	size_t len = (size_t)((s32)span_len(data) + edit_delta(plan));
	char *out = malloc(len);
	size_t n;

	if (!out)
		abort();
	if (!plan->n) {
		memcpy(out, data.p, len);
		return span_make(out, len);
	}
	memcpy(out, data.p, edit_start(plan));
	n = edit_start(plan) + edit_render(plan, data, out + edit_start(plan));
	memcpy(out + n, data.p + edit_end(plan),
	       span_len(data) - edit_end(plan));
	return span_make(out, len);
}

#endif /* _NFIM_UNIT_MESSAGE_H */
