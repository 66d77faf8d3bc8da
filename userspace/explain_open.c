// SPDX-License-Identifier: GPL-2.0
/* What is open: limits, the choice of the outside port, who has come. */
#include <netinet/in.h>
#include <stdlib.h>

#include "explain_open.h"

#define SECOND	1000000u

static bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && addr_equal(&a->addr, &b->addr);
}

static bool same_host(const struct opening *a, const struct opening *b)
{
	return a->conn->host == b->conn->host;
}

static void drop(struct explain *x, struct opening **link)
{
	struct opening *o = *link;

	*link = o->next;
	free(o);
	x->n_openings--;
}

/* Connections end when their segments say so, the rest by the clock. */
static void reap(struct explain *x)
{
	struct opening **link = &x->opening;

	while (*link) {
		if (!(*link)->connected && (*link)->expires <= x->now)
			drop(x, link);
		else
			link = &(*link)->next;
	}
}

/* Says the same once more: the client retried, or sent it by two ways. */
static bool repeats(const struct opening *o, const struct opening *old)
{
	return !old->connected && old->conn == o->conn && old->app == o->app &&
	       old->proto == o->proto &&
	       endpoint_equal(&old->listener, &o->listener);
}

static enum nfim_counter admit(struct explain *x, const struct opening *o,
			       const struct policy *policy, u16 *old_port)
{
	bool master = o->app == NFIM_APP_SWITCHBOARD, repeated = false;
	u32 pending = 0, same = 0, all = 0;
	const struct opening *old;

	reap(x);
	*old_port = 0;
	for (old = x->opening; old; old = old->next) {
		bool old_master = old->app == NFIM_APP_SWITCHBOARD;

		if (!old->connected && old->conn == o->conn &&
		    old_master == master)
			pending++;
		if (repeats(o, old)) {
			repeated = true;
			*old_port = old->outside.port;
		}
		if (!same_host(o, old))
			continue;
		all++;
		same += old->app == o->app;
	}
	if (pending >= NFIM_MASTER_EXPECT)
		return NFIM_REFUSED_MASTER_LIMIT;
	if (repeated)
		return NFIM_OK;
	if (same >= policy->app[o->app].limit || all >= policy->host_limit)
		return NFIM_REFUSED_HOST_LIMIT;
	return x->n_openings >= policy->net_limit ? NFIM_REFUSED_NET_LIMIT :
						    NFIM_OK;
}

/* An expectation of another connection stands in the way. */
static bool clashes(const struct explain *x, const struct opening *o)
{
	const struct opening *old;

	for (old = x->opening; old; old = old->next)
		if (!old->connected && old->proto == o->proto &&
		    old->conn != o->conn &&
		    endpoint_equal(&old->outside, &o->outside))
			return true;
	return false;
}

static bool add(struct explain *x, const struct opening *o)
{
	struct opening **link = &x->opening, *new = malloc(sizeof(*new));

	if (!new) {
		x->rc = err_nomem();
		return false;
	}
	while (*link) {
		struct opening *old = *link;

		if (repeats(o, old) ||
		    (!old->connected && old->conn == o->conn &&
		     old->proto == o->proto &&
		     endpoint_equal(&old->outside, &o->outside)))
			drop(x, link);
		else
			link = &old->next;
	}
	*new = *o;
	new->next = x->opening;
	x->opening = new;
	x->n_openings++;
	return true;
}

bool open_is_open(enum nfim_counter how)
{
	return how == NFIM_EXPECTED || how == NFIM_EXPECTED_EDITED ||
	       how == NFIM_EXPECTED_UNEDITED;
}

/* Without NAT nothing is ever rewritten. */
static enum nfim_counter rewrite(const struct open_request *r, u16 port)
{
	if (!self_is_natted(r->self))
		return NFIM_EXPECTED;
	switch (r->plan(r->arg, port)) {
	case REWRITE_NONE:
		return NFIM_EXPECTED;
	case REWRITE_DONE:
		return NFIM_EXPECTED_EDITED;
	default:
		return r->offer->in_place && r->offer->announced_port == port ?
		       NFIM_EXPECTED_UNEDITED : NFIM_REFUSED_UNREACHABLE;
	}
}

/*
 * Open o->outside.port. NFIM_REFUSED_NO_PORT and NFIM_REFUSED_UNREACHABLE
 * leave hope for another port.
 */
static enum nfim_counter open_port(struct explain *x,
				   const struct open_request *r,
				   const struct opening *o)
{
	enum nfim_counter how;

	if (clashes(x, o))
		return NFIM_REFUSED_NO_PORT;
	how = rewrite(r, o->outside.port);
	if (open_is_open(how) && !add(x, o))
		return NFIM_REFUSED_NOMEM;
	return how;
}

static enum nfim_counter choose_port(struct explain *x,
				     const struct open_request *r,
				     struct opening *o, u16 first)
{
	enum nfim_counter how = NFIM_REFUSED_NO_PORT;
	struct port_choice c = { .first = first };
	u16 port;

	/* The seed is the same always, so that a capture has one explanation. */
	while ((port = policy_next_port(r->policy, o->app, &c))) {
		if (r->offer->fixed && port != r->offer->announced_port)
			break;
		o->outside.port = port;
		how = open_port(x, r, o);
		if (how != NFIM_REFUSED_NO_PORT &&
		    how != NFIM_REFUSED_UNREACHABLE)
			break;
	}
	return how;
}

static void describe(const struct explain *x, struct opening *o,
		     const struct conn *c, const struct policy *policy,
		     enum nfim_app app)
{
	*o = (struct opening){
		.app = app,
		.proto = IPPROTO_TCP,
		.conn = c,
		.expires = x->now + (u64)policy->app[app].lifetime * SECOND,
	};
}

enum nfim_counter open_media(struct explain *x, const struct open_request *r,
			     struct opening *o)
{
	enum nfim_counter how;
	u16 old;

	describe(x, o, r->conn, r->policy, r->offer->app);
	o->proto = r->offer->proto;
	o->cookie = r->offer->cookie;
	o->listener.addr = r->self->inside;
	o->listener.port = r->offer->inside_port;
	o->outside.addr = r->self->outside;
	how = admit(x, o, r->policy, &old);
	if (how != NFIM_OK)
		return how;
	if (self_is_natted(r->self))
		return choose_port(x, r, o,
				   old ? old : r->offer->announced_port);
	o->outside.port = o->listener.port;
	return open_port(x, r, o);
}

/* A server's word must not lead a client to anything but a server. */
static bool may_be_server(const struct conn *c, const struct addr *a)
{
	static const u8 v4_mapped[12] = { [10] = 0xff, [11] = 0xff };
	static const u8 zero[15];

	if (a->len != c->client.addr.len || addr_equal(a, &c->client.addr))
		return false;
	if (a->len == 4)
		return a->b[0] && a->b[0] != 127 && a->b[0] >> 4 != 14 &&
		       memcmp(a->b, "\xff\xff\xff\xff", 4);
	return a->b[0] != 0xff && memcmp(a->b, v4_mapped, 12) &&
	       !(a->b[0] == 0xfe && a->b[1] >> 6 == 2) &&
	       !(!memcmp(a->b, zero, 15) && a->b[15] <= 1);
}

enum nfim_counter open_master(struct explain *x, const struct conn *c,
			      const struct policy *policy,
			      const struct endpoint *server)
{
	struct offer offer = {
		.app = NFIM_APP_SWITCHBOARD,
		.proto = IPPROTO_TCP,
		.inside_port = server->port,
	};
	enum nfim_counter why = policy_judge(policy, &offer);
	struct opening o;
	u16 old;

	if (why != NFIM_OK)
		return why;
	if (!may_be_server(c, &server->addr))
		return NFIM_REFUSED_NOT_SELF;
	describe(x, &o, c, policy, NFIM_APP_SWITCHBOARD);
	o.listener = *server;
	o.outside = *server;
	why = admit(x, &o, policy, &old);
	if (why != NFIM_OK)
		return why;
	return add(x, &o) ? NFIM_FOLLOWED : NFIM_REFUSED_NOMEM;
}

u32 open_cancel(struct explain *x, const struct conn *c, u32 cookie)
{
	struct opening **link = &x->opening;
	u32 n = 0;

	reap(x);
	while (*link) {
		struct opening *o = *link;

		if (o->connected || o->cookie != cookie || o->conn != c ||
		    o->app == NFIM_APP_SWITCHBOARD) {
			link = &o->next;
			continue;
		}
		drop(x, link);
		n++;
	}
	return n;
}

/*
 * The capture may be from inside, where a peer's destination is the listener,
 * or from outside, where it is the gateway.
 */
static bool leads_to(const struct opening *o, const struct endpoint *to)
{
	return endpoint_equal(&o->outside, to) ||
	       endpoint_equal(&o->listener, to);
}

const struct opening *open_connect(struct explain *x, const struct packet *p)
{
	struct opening *o;

	reap(x);
	for (o = x->opening; o; o = o->next) {
		if (o->connected || o->proto != IPPROTO_TCP ||
		    !leads_to(o, &p->dst))
			continue;
		if (o->app == NFIM_APP_SWITCHBOARD &&
		    !addr_equal(&p->src.addr, &o->conn->client.addr))
			continue;
		o->connected = true;
		o->peer = p->src;
		return o;
	}
	return NULL;
}

void open_disconnect(struct explain *x, const struct packet *p)
{
	struct opening **link = &x->opening;

	while (*link) {
		struct opening *o = *link;

		if (o->connected && o->proto == IPPROTO_TCP &&
		    ((endpoint_equal(&o->peer, &p->src) &&
		      leads_to(o, &p->dst)) ||
		     (endpoint_equal(&o->peer, &p->dst) &&
		      leads_to(o, &p->src))))
			drop(x, link);
		else
			link = &o->next;
	}
}
