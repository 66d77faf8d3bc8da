/* SPDX-License-Identifier: GPL-2.0 */
/* Rewrites the offers of a vector and reads the result as a peer would. */
#ifndef _NFIM_UNIT_REWRITE_H
#define _NFIM_UNIT_REWRITE_H

#include "../ktap.h"
#include "talk.h"

/* In place of a delta: there was no plan. */
#define NO_PLAN	-1000

static struct talk rewritten;

static inline const struct invite_field *
rewrite_first(const struct invite *inv, enum invite_kind a, enum invite_kind b)
{
	u32 i;

	for (i = 0; i < inv->n; i++)
		if (inv->field[i].kind == a)
			return inv->field + i;
	for (i = 0; i < inv->n; i++)
		if (inv->field[i].kind == b)
			return inv->field + i;
	return NULL;
}

/* What a peer reads in the rewritten message. */
static inline void rewrite_seen(const struct message *was,
				const struct message *m,
				const struct self *self, u16 port)
{
	const struct invite_field *a, *p;
	u32 i;

	if (!ktap_want(m->announces) || !ktap_equal(m->why, NFIM_OK) ||
	    !ktap_equal(m->inv.n, was->inv.n))
		return;
	a = rewrite_first(&m->inv, INVITE_IP, INVITE_IP_INTERNAL);
	p = rewrite_first(&m->inv, INVITE_PORT, INVITE_PORTX);
	ktap_equal(p->port, port);
	if (was->offer.fixed)
		return;
	ktap_want(addr_equal(&a->addr, &self->outside));
	ktap_want(m->offer.in_place);
	for (i = 0; i < m->inv.n; i++) {
		const struct invite_field *old = was->inv.field + i;
		bool follows = old->kind == INVITE_PORT ||
			       (old->kind == INVITE_PORTX &&
				old->port == was->offer.announced_port);

		p = m->inv.field + i;
		ktap_equal(p->kind, old->kind);
		if (follows)
			ktap_equal(p->port, port);
		else if (p->kind != INVITE_IP && p->kind != INVITE_IP_INTERNAL)
			ktap_equal(p->port, old->port);
	}
}

/* Without blanks behind the last line of a body. */
static inline size_t rewrite_body(struct span body)
{
	while (body.p < body.end && body.end[-1] == ' ')
		body.end--;
	return span_len(body);
}

static inline struct span rewrite_strip(struct span s, const struct vector *v)
{
	struct msnp_frame f;
	char *out = malloc(span_len(s) + 1), *copy;
	size_t n = 0;
	u32 pos = 0;

	talk_start(&rewritten, v);
	while (trace_next(&rewritten.t, s, &pos, &f) == MSNP_COMMAND) {
		struct span line = f.line;

		while (f.payload_len && line.end > line.p &&
		       line.end[-1] != ' ')
			line.end--;
		memcpy(out + n, line.p, span_len(line));
		n += span_len(line);
		if (f.payload_len)
			memcpy(out + n, f.payload.p, f.payload_len);
		n += rewrite_body(f.payload);
	}
	ktap_equal(pos, span_len(s));
	copy = malloc(n);
	memcpy(copy, out, n);
	free(out);
	return span_make(copy, n);
}

static inline void rewrite_compare(const struct vector *v, struct span ours)
{
	struct span a, b;

	if (!v->nat.p || (span_len(v->nat) == span_len(ours) &&
			  !memcmp(v->nat.p, ours.p, span_len(ours))))
		return;
	a = rewrite_strip(ours, v);
	b = rewrite_strip(v->nat, v);
	ktap_bytes(a.p, span_len(a), b.p, span_len(b));
	free((char *)a.p);
	free((char *)b.p);
}

/* The plan for offer @i, done and read again; by how much it grew. */
static inline s32 rewrite_once(const struct vector *v,
			       const struct talk *whole, u32 i, u16 port,
			       bool resize)
{
	const struct message *m = &whole->offer[i].m;
	struct edit_plan plan = { 0 };
	struct span out;
	s32 delta;

	ktap_at("port %u, %s resize", port, resize ? "with" : "without");
	if (!invite_plan(&m->inv, &v->self, &m->offer, port, &m->where, resize,
			 &plan)) {
		ktap_want(!resize || m->offer.fixed);
		ktap_equal(plan.n, 0);
		return NO_PLAN;
	}
	delta = edit_delta(&plan);
	if (!resize)
		ktap_equal(delta, 0);
	out = message_apply(v->bin, &plan);
	talk_start(&rewritten, v);
	talk_feed(&rewritten, out, &v->self);
	ktap_equal(rewritten.t.n, whole->t.n);
	ktap_equal(msnp_scan_opaque(&rewritten.t.scan), NFIM_OK);
	ktap_equal(msnp_scan_skip(&rewritten.t.scan), 0);
	if (ktap_want(i < rewritten.n))
		rewrite_seen(m, &rewritten.offer[i].m, &v->self, port);
	if (port == vector_number(vector_first(v), "outside_port"))
		rewrite_compare(v, out);
	free((char *)out.p);
	return delta;
}

/**
 * rewrite_check() - rewrite an offer for some ports, resized or not
 * @v: the vector
 * @whole: the talk it was read as
 * @i: which offer
 * @port: the outside port; some more are tried
 */
static inline void rewrite_check(const struct vector *v,
				 const struct talk *whole, u32 i, u16 port)
{
	u16 ports[] = { port, 6891, 50010, 65535 };
	s32 delta;
	size_t k;

	for (k = 0; k < ARRAY_SIZE(ports); k++) {
		delta = rewrite_once(v, whole, i, ports[k], true);
		/* The same length is taken whenever it is possible. */
		ktap_equal(rewrite_once(v, whole, i, ports[k], false),
			   delta ? NO_PLAN : 0);
	}
	ktap_at("uncut");
}

#endif /* _NFIM_UNIT_REWRITE_H */
