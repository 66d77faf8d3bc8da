// SPDX-License-Identifier: GPL-2.0
/* The made-up surroundings of a conversation: everything works at once. */

#include <stdlib.h>

#include "../../kernel/proto/msnp_job.h"
#include "gateway_env.h"

static void *mem_alloc(void *ctx, size_t size)
{
	struct gateway *g = ctx;

	if (g->no_mem)
		return NULL;
	g->mem += size;
	return malloc(size);
}

static void mem_free(void *ctx, void *p, size_t size)
{
	struct gateway *g = ctx;

	g->mem -= size;
	free(p);
}

struct stream_mem gateway_mem(struct gateway *g)
{
	return (struct stream_mem){ mem_alloc, mem_free, g };
}

static const struct policy *get_policy(void *ctx)
{
	struct gateway *g = ctx;

	return g->policy;
}

static void learn(void *ctx, bool (*fn)(struct client *c, void *arg),
		  void *arg)
{
	struct gateway *g = ctx;

	fn(&g->client, arg);
}

static bool same(const struct gateway_offer *o, const struct opening *new)
{
	return msnp_is_open(o->how) && !o->closed &&
	       o->offer.proto == new->offer->proto &&
	       o->offer.inside_port == new->offer->inside_port &&
	       addr_equal(&o->listener, &new->self->inside);
}

/* A listener that waits already keeps its port; then what the test wants. */
static u16 first_port(const struct gateway *g, const struct opening *o)
{
	u32 i;

	for (i = 0; i < g->n; i++)
		if (same(g->offer + i, o))
			return g->offer[i].port;
	for (i = 0; i < ARRAY_SIZE(g->map); i++)
		if (g->map[i][0] == o->offer->inside_port)
			return g->map[i][1];
	return o->offer->announced_port;
}

static bool can_have(const struct gateway *g, const struct opening *o,
		     u16 port)
{
	u32 i;

	for (i = 0; i < g->n; i++)
		if (g->offer[i].port == port && !same(g->offer + i, o))
			return false;
	for (i = 0; i < ARRAY_SIZE(g->deny); i++)
		if (g->deny[i] == port)
			return false;
	return true;
}

static enum nfim_counter try_port(struct gateway *g, struct opening *o,
				  u16 port)
{
	enum nfim_counter how = NFIM_REFUSED_UNREACHABLE;

	switch (o->plan(o->arg, port)) {
	case ENV_REWRITE_NONE:
		how = NFIM_EXPECTED;
		break;
	case ENV_REWRITE_DONE:
		how = NFIM_EXPECTED_EDITED;
		break;
	default:
		if (!o->offer->in_place || o->offer->announced_port != port)
			return how;
		how = NFIM_EXPECTED_UNEDITED;
	}
	if (!can_have(g, o, port)) {
		o->unplan(o->arg);
		return NFIM_REFUSED_NO_PORT;
	}
	o->outside_port = port;
	return how;
}

static enum nfim_counter open_offer(void *ctx, struct opening *o)
{
	struct gateway *g = ctx;
	const struct policy *p = g->policy;
	struct port_choice c = { .first = first_port(g, o) };
	enum nfim_counter how = NFIM_REFUSED_NO_PORT;
	u16 port;

	if (!self_is_natted(o->self)) {
		o->outside_port = o->offer->inside_port;
		return NFIM_EXPECTED;
	}
	while ((port = policy_next_port(p, o->offer->app, &c))) {
		if (o->offer->fixed && port != o->offer->announced_port)
			break;
		how = try_port(g, o, port);
		if (msnp_is_open(how))
			break;
	}
	return how;
}

static unsigned int close_offers(void *ctx, u32 cookie)
{
	struct gateway *g = ctx;
	unsigned int n = 0;
	u32 i;

	for (i = 0; i < g->n; i++)
		if (g->offer[i].parsed && g->offer[i].offer.cookie == cookie &&
		    msnp_is_open(g->offer[i].how) && !g->offer[i].closed) {
			g->offer[i].closed = true;
			n++;
		}
	return n;
}

static unsigned int activate(void *ctx, u32 cookie)
{
	return 0;
}

static enum nfim_counter follow(void *ctx, const struct addr *addr, u16 port)
{
	struct gateway *g = ctx;

	if (g->n_next < GATEWAY_LIST) {
		g->next[g->n_next] = *addr;
		g->next_port[g->n_next++] = port;
	}
	return NFIM_FOLLOWED;
}

static void report(void *ctx, const struct opening *o,
		   const struct offer *offer, enum nfim_counter how)
{
	struct gateway *g = ctx;
	struct gateway_offer *to = g->offer + g->n;

	if (g->n == GATEWAY_LIST || how == NFIM_FOLLOWED)
		return;
	*to = (struct gateway_offer){
		.parsed = !!offer,
		.listener = o->self->inside,
		.how = how,
		.port = o->outside_port,
		.edit = o->edit,
	};
	if (offer)
		to->offer = *offer;
	g->n++;
}

static void note(void *ctx, const char *what, enum nfim_counter why)
{
	struct gateway *g = ctx;

	g->notes++;
}

static void count(void *ctx, enum nfim_counter c)
{
	struct gateway *g = ctx;

	g->count[c]++;
}

static void *state(void *ctx, size_t size, bool make)
{
	struct gateway *g = ctx;

	if (g->state && g->state_size != size)
		abort();
	if (!g->state && make && !g->no_state) {
		g->state = calloc(1, size);
		g->state_size = size;
	}
	return g->state;
}

static const struct env_ops ops = {
	.policy = get_policy,
	.learn = learn,
	.open = open_offer,
	.close = close_offers,
	.activate = activate,
	.follow = follow,
	.report = report,
	.note = note,
	.count = count,
	.state = state,
};

struct env gateway_env(struct gateway *g, const struct stream_mem *mem)
{
	return (struct env){
		.ops = &ops,
		.ctx = g,
		.self = &g->self,
		.mem = mem,
		.now = g->now,
	};
}
