// SPDX-License-Identifier: GPL-2.0
/* Tables of hosts and control connections. */
#include <stdlib.h>

#include "explain_state.h"

#define FNV_BASIS	2166136261u
#define FNV_PRIME	16777619u

static u32 hash_addr(const struct addr *a, u32 port)
{
	u32 h = (FNV_BASIS ^ port) * FNV_PRIME;
	unsigned int i;

	for (i = 0; i < a->len; i++)
		h = (h ^ a->b[i]) * FNV_PRIME;
	return h ^ h >> 15;
}

/* The same for both directions. */
static u32 conn_bucket(const struct endpoint *a, const struct endpoint *b)
{
	return (hash_addr(&a->addr, a->port) + hash_addr(&b->addr, b->port)) %
	       STATE_BUCKETS;
}

struct host *state_host(struct explain *x, const struct addr *addr)
{
	struct host **bucket = x->host + hash_addr(addr, 0) % STATE_BUCKETS;
	struct host *h;

	for (h = *bucket; h; h = h->next)
		if (addr_equal(&h->addr, addr))
			return h;
	h = calloc(1, sizeof(*h));
	if (!h) {
		x->rc = err_nomem();
		return NULL;
	}
	h->addr = *addr;
	h->next = *bucket;
	*bucket = h;
	return h;
}

const struct addr *state_outside(const struct explain *x, const struct host *h)
{
	if (x->o->outside.len == h->addr.len)
		return &x->o->outside;
	if (!x->o->outside.len && h->client_ip.len == h->addr.len)
		return &h->client_ip;
	return &h->addr;
}

bool state_is_private(const struct addr *a)
{
	if (a->len == 16)
		return (a->b[0] & 0xfe) == 0xfc;
	return a->b[0] == 10 || (a->b[0] == 172 && a->b[1] >> 4 == 1) ||
	       (a->b[0] == 192 && a->b[1] == 168);
}

static bool prefix_has(const struct addr_prefix *p, const struct addr *a)
{
	unsigned int whole = p->bits / 8, rest = p->bits % 8;

	return p->addr.len == a->len && !memcmp(p->addr.b, a->b, whole) &&
	       (!rest || !((p->addr.b[whole] ^ a->b[whole]) >> (8 - rest)));
}

bool state_is_inside(const struct explain *x, const struct addr *addr)
{
	size_t i;

	if (!x->o->n_inside)
		return !x->private_only[addr->len == 16] ||
		       state_is_private(addr);
	for (i = 0; i < x->o->n_inside; i++)
		if (prefix_has(x->o->inside + i, addr))
			return true;
	return false;
}

bool state_is_ours(const struct explain *x, const struct conn *c,
		   unsigned int end)
{
	const struct addr *a = end ? &c->server.addr : &c->client.addr;

	/* Where nobody is known to be inside, whoever opens connections is. */
	if (!x->o->n_inside && !x->private_only[a->len == 16])
		return c->inward == (end == 1);
	return state_is_inside(x, a);
}

const char *state_inside_rule(const struct explain *x)
{
	if (x->o->n_inside)
		return "option";
	return x->private_only[0] || x->private_only[1] ? "private" : "any";
}

const struct policy *state_policy(const struct explain *x, struct host *h,
				  enum policy_helper helper)
{
	const struct client *c = h->learnt[helper] ? h->client + helper : NULL;

	if (!h->judged[helper])
		h->policy[helper] = policy_find(x->policy, x->n_policies,
						helper, c);
	h->judged[helper] = true;
	return h->policy[helper];
}

static void *mem_alloc(void *ctx, size_t size)
{
	struct explain *x = ctx;
	void *p = malloc(size);

	if (!p)
		x->rc = err_nomem();
	return p;
}

static void mem_free(void *ctx, void *p, size_t size)
{
	(void)ctx;
	(void)size;
	free(p);
}

struct stream_mem state_memory(struct explain *x)
{
	return (struct stream_mem){ mem_alloc, mem_free, x };
}

struct conn *state_find(struct explain *x, const struct packet *p,
			enum msnp_side *side)
{
	struct conn *c;

	for (c = x->conn[conn_bucket(&p->src, &p->dst)]; c; c = c->next) {
		if (c->proto != p->proto)
			continue;
		*side = MSNP_C2S;
		if (packet_is(p, &c->client, &c->server))
			return c;
		*side = MSNP_S2C;
		if (packet_is(p, &c->server, &c->client))
			return c;
	}
	return NULL;
}

struct conn *state_add(struct explain *x, enum policy_helper helper,
		       const struct endpoint *client,
		       const struct endpoint *server)
{
	struct conn **bucket = x->conn + conn_bucket(client, server);
	struct conn *c = calloc(1, sizeof(*c));

	if (!c) {
		x->rc = err_nomem();
		return NULL;
	}
	c->helper = helper;
	c->proto = x->packet->proto;
	c->client = *client;
	c->server = *server;
	c->host = state_host(x, &client->addr);
	c->peer = helper == POLICY_IMSIP ? state_host(x, &server->addr) : NULL;
	c->next = *bucket;
	*bucket = c;
	x->conns++;
	return c->host ? c : NULL;
}

static void clear(struct explain *x, struct conn *c)
{
	struct stream_mem mem = state_memory(x);

	tcp_forget(x, c->half);
	tcp_forget(x, c->half + 1);
	if (c->state)
		msnp_talk_free(c->state, &mem);
	free(c->state);
	c->state = NULL;
	free(c->profile);
	c->profile = NULL;
}

void state_reset(struct explain *x, struct conn *c)
{
	clear(x, c);
	memset(c->fins, 0, sizeof(c->fins));
	c->open = false;
	c->over = false;
	x->conns += !c->left;
}

void state_free(struct explain *x)
{
	struct opened *o;
	struct call *call;
	struct conn *c;
	struct host *h;
	size_t i;

	for (i = 0; i < STATE_BUCKETS; i++) {
		while ((c = x->conn[i])) {
			x->conn[i] = c->next;
			clear(x, c);
			free(c);
		}
		while ((h = x->host[i])) {
			x->host[i] = h->next;
			free(h);
		}
	}
	while ((call = x->call)) {
		x->call = call->next;
		free(call);
	}
	while ((o = x->opened)) {
		x->opened = o->next;
		free(o);
	}
}
