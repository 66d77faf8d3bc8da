/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet of a control connection while it is read, and the surroundings that
 * protocol logic asks for (kernel/proto/env.h), made from the tool's state.
 */
#ifndef _NFIM_EXPLAIN_READING_H
#define _NFIM_EXPLAIN_READING_H

#include "../kernel/proto/env.h"
#include "explain_say.h"

/* Outcomes that one message can have; more are not told. */
#define READING_TOLD	64

/**
 * struct reading - a packet that is read
 * @x: everything
 * @c: its connection
 * @side: who speaks
 * @host: the announcer
 * @ours: it is inside
 * @h: that direction, if it is TCP
 * @cut: it had to be read and was not captured as a whole
 * @self: the addresses of the announcer
 * @mem: memory that hangs on the connection
 * @env: what logic gets
 * @server: the server that was followed last
 * @data: the message in hand
 * @plan: its edits
 * @said: what came of it
 * @n_said: how many
 */
struct reading {
	struct explain *x;
	struct conn *c;
	enum msnp_side side;
	struct host *host;
	bool ours;
	struct half *h;
	bool cut;
	struct self self;
	struct stream_mem mem;
	struct env env;
	struct endpoint server;
	struct span data;
	const struct edit_plan *plan;
	struct said_offer said[READING_TOLD];
	u32 n_said;
};

/**
 * reading_begin() - a packet is about to be read
 * @r: filled
 * @x: everything; @x->packet is the packet
 * @c: its connection
 * @side: who speaks
 * @end: whose message it may be: 0 for the client, 1 for the server
 */
void reading_begin(struct reading *r, struct explain *x, struct conn *c,
		   enum msnp_side side, unsigned int end);

/**
 * reading_message() - a message is about to be understood
 * @r: the packet
 * @data: the message
 * @plan: collects its edits
 */
void reading_message(struct reading *r, struct span data,
		     const struct edit_plan *plan);

/**
 * reading_tell() - the message was understood: tell what came of it
 * @r: the packet
 */
void reading_tell(struct reading *r);

/**
 * reading_part() - the packet ends in a message that is not held
 * @r: the packet
 * @msg: the part that is in hand
 */
void reading_part(struct reading *r, const struct stream_msg *msg);

/**
 * reading_split() - a message that may matter has passed in pieces
 * @r: the packet in which it ends
 */
void reading_split(struct reading *r);

/**
 * reading_policy() - the policy for the client of the connection
 * @r: the packet
 *
 * Return: the policy, or NULL.
 */
const struct policy *reading_policy(const struct reading *r);

#endif /* _NFIM_EXPLAIN_READING_H */
