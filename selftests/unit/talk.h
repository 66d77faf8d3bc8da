/* SPDX-License-Identifier: GPL-2.0 */
/* A vector read as one direction of a connection. */
#ifndef _NFIM_UNIT_TALK_H
#define _NFIM_UNIT_TALK_H

#include "../../kernel/proto/policy.h"
#include "input.h"
#include "message.h"
#include "trace.h"
#include "vector.h"

#define OFFERS_MAX	8

static const struct port_range talk_any_port[NFIM_POLICY_RANGES] = {
	{ 1024, 65535 },
};

/**
 * struct offered - what a command offers
 * @begin: offset of the command in the stream
 * @end: offset behind it
 * @why: the judgement: of the parser, then of a policy that allows all
 *	unprivileged ports
 * @m: the message
 */
struct offered {
	u32 begin, end;
	enum nfim_counter why;
	struct message m;
};

/**
 * struct talk - one direction of a connection: its commands and its offers
 * @t: the commands
 * @greeting: bytes that were put in front of the vector
 * @n: number of @offer
 * @offer: the announcements of a client
 */
struct talk {
	struct trace t;
	u32 greeting;
	u32 n;
	struct offered offer[OFFERS_MAX];
};

static inline bool talk_greets(const struct vector *v)
{
	static const char *const names[] = { "VER ", "USR ", "ANS ", "IRO " };
	size_t i;

	if (span_len(v->bin) < 4)
		return false;
	for (i = 0; i < (v->side == MSNP_S2C ? 4 : 3); i++)
		if (!memcmp(v->bin.p, names[i], 4))
			return true;
	return v->side == MSNP_S2C && v->bin.p[0] >= '0' &&
	       v->bin.p[0] <= '9';
}

/**
 * talk_start() - greet, if the vector does not
 * @s: the talk
 * @v: the vector to be fed
 */
static inline void talk_start(struct talk *s, const struct vector *v)
{
	static const char *const hello[2][2] = {
		{ "USR 1 a@b c\r\n", "USR 1 OK a b\r\n" },
		{ "VER 1 MSNP8 CVR0\r\n", "VER 1 MSNP8\r\n" },
	};
	const char *text = hello[v->is_ns][v->side == MSNP_S2C];

	trace_start(&s->t, v->side);
	s->n = 0;
	s->greeting = 0;
	if (v->is_msnp && !talk_greets(v)) {
		trace_feed(&s->t, input(text));
		s->greeting = (u32)strlen(text);
	}
}

/**
 * talk_feed() - read one piece and keep what it offers
 * @s: the talk
 * @piece: the piece
 * @self: the announcer's own addresses
 */
static inline void talk_feed(struct talk *s, struct span piece,
			     const struct self *self)
{
	struct msnp_frame f;
	u32 pos = 0;

	while (trace_next(&s->t, piece, &pos, &f) == MSNP_COMMAND) {
		struct offered *o = s->offer + s->n;

		if (s->t.side != MSNP_C2S || s->n == OFFERS_MAX ||
		    !message_read(&o->m, piece, &f, self) || !o->m.announces)
			continue;
		o->begin = s->t.begin + f.off;
		o->end = s->t.begin + pos;
		o->why = o->m.why;
		if (o->why == NFIM_OK)
			o->why = policy_port(talk_any_port,
					     o->m.offer.inside_port,
					     false);
		s->n++;
	}
	s->t.begin += (u32)span_len(piece);
}

#endif /* _NFIM_UNIT_TALK_H */
