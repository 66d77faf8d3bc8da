// SPDX-License-Identifier: GPL-2.0
/* What is open: limits, the choice of the outside port, who has come. */
#include <netinet/in.h>
#include <stdlib.h>

#include "explain_open.h"
#include "ladder.h"

#define SECOND	1000000u

/* nf_conntrack_udp_timeout_stream */
#define STREAM_SECS	120

static bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && addr_equal(&a->addr, &b->addr);
}

/* The same invitation or call; a call may go on over another connection. */
static bool same_cause(const struct opened *a, const struct opened *b)
{
	if (a->helper != b->helper)
		return false;
	return a->helper == POLICY_IMSIP ? a->cookie == b->cookie :
					   a->conn == b->conn;
}

static bool same_peer(const struct opened *a, const struct opened *b)
{
	return addr_equal(&a->peer, &b->peer);
}

static bool is_master(const struct opened *o)
{
	return o->app == NFIM_APP_SWITCHBOARD;
}

static void drop(struct explain *x, struct opened **link)
{
	struct opened *o = *link;

	ladder_close(x, o);
	*link = o->next;
	free(o);
	x->n_opened--;
}

/* TCP connections end when they say so, the rest by the clock. */
static void reap(struct explain *x)
{
	struct opened **link = &x->opened;

	while (*link) {
		struct opened *o = *link;
		bool ends = !o->connected || o->proto == IPPROTO_UDP;

		if (ends && o->expires <= x->now)
			drop(x, link);
		else
			link = &o->next;
	}
}

/* Says the same once more: the client retried, or sent it by two ways. */
static bool repeats(const struct opened *o, const struct opened *old)
{
	return !old->connected && old->host == o->host && old->app == o->app &&
	       old->proto == o->proto && same_cause(o, old) &&
	       endpoint_equal(&old->listener, &o->listener) &&
	       (!o->another || same_peer(o, old));
}

/* @old_port: where the same listener waits already, else 0. */
static enum nfim_counter admit(struct explain *x, const struct opened *o,
			       const struct policy *policy, u32 n,
			       u16 *old_port)
{
	u32 pending = n, same = 0, all = 0;
	const struct opened *old;
	bool repeated = false;
	u32 most = o->helper == POLICY_IMSIP ? NFIM_TRUNK_EXPECT :
					       NFIM_MASTER_EXPECT;

	*old_port = 0;
	for (old = x->opened; old; old = old->next) {
		if (!old->connected && old->conn == o->conn &&
		    is_master(old) == is_master(o))
			pending++;
		if (repeats(o, old)) {
			repeated = true;
			*old_port = old->outside.port;
		}
		if (old->host != o->host)
			continue;
		all++;
		same += old->app == o->app && !old->extra;
	}
	if (pending > most)
		return NFIM_REFUSED_MASTER_LIMIT;
	if (repeated)
		return NFIM_OK;
	if (same >= policy->app[o->app].limit || all + n > policy->host_limit)
		return NFIM_REFUSED_HOST_LIMIT;
	return x->n_opened + n > policy->net_limit ? NFIM_REFUSED_NET_LIMIT :
						     NFIM_OK;
}

static bool same_place(const struct opened *o, const struct opened *old)
{
	return !old->connected && old->proto == o->proto &&
	       endpoint_equal(&old->outside, &o->outside);
}

/* An expectation in place stands in the way of this one. */
static bool clashes(const struct explain *x, const struct opened *o)
{
	const struct opened *old;

	for (old = x->opened; old; old = old->next) {
		if (!same_place(o, old) || repeats(o, old) ||
		    (old->conn == o->conn && same_peer(o, old)))
			continue;
		if (!o->peer.len || !old->peer.len || same_peer(o, old))
			return true;
	}
	return false;
}

static bool add(struct explain *x, const struct opened *o)
{
	struct opened **link = &x->opened, *new = malloc(sizeof(*new));

	if (!new) {
		x->rc = err_nomem();
		return false;
	}
	while (*link) {
		struct opened *old = *link;

		if (repeats(o, old) ||
		    (same_place(o, old) && old->conn == o->conn &&
		     same_peer(o, old)))
			drop(x, link);
		else
			link = &old->next;
	}
	*new = *o;
	new->next = x->opened;
	x->opened = new;
	x->n_opened++;
	ladder_open(x, new);
	return true;
}

bool open_is_open(enum nfim_counter how)
{
	return how == NFIM_EXPECTED || how == NFIM_EXPECTED_EDITED ||
	       how == NFIM_EXPECTED_UNEDITED;
}

/* --- the ports of an offer ------------------------------------------------ */

/**
 * struct job - an endpoint on its way
 * @x: everything
 * @by: whose it is
 * @o: what is wanted
 * @like: what all ports have in common
 */
struct job {
	struct explain *x;
	const struct announcer *by;
	struct opening *o;
	struct opened like;
};

static u32 n_ports(const struct offer *f)
{
	return !f->ports ? 1 : f->ports < NFIM_OFFER_PORTS ? f->ports : NFIM_OFFER_PORTS;
}

/* Every second port is for RTCP. */
static enum nfim_app nth_app(const struct offer *f, u32 nth)
{
	return nth % 2 ? NFIM_APP_RTCP : f->app;
}

static struct opened nth(const struct job *j, u32 n, u16 first, u8 proto)
{
	struct opened e = j->like;

	e.app = nth_app(j->o->offer, n);
	e.proto = proto;
	e.extra = proto != j->o->offer->proto || n > 1;
	e.listener.port = (u16)(j->o->offer->inside_port + n);
	e.outside.port = (u16)(first + n);
	return e;
}

static bool any_clashes(const struct job *j, u16 first)
{
	const struct offer *f = j->o->offer;
	u32 i;

	for (i = 0; i < n_ports(f); i++) {
		struct opened e = nth(j, i, first, f->proto);

		if (clashes(j->x, &e))
			return true;
		e.proto = f->also;
		if (f->also && clashes(j->x, &e))
			return true;
	}
	return false;
}

static bool add_all(const struct job *j, u16 first)
{
	const struct offer *f = j->o->offer;
	bool ok = true;
	u32 i;

	for (i = 0; i < n_ports(f) && ok; i++) {
		struct opened e = nth(j, i, first, f->proto);

		ok = add(j->x, &e);
		e = nth(j, i, first, f->also);
		if (ok && f->also)
			ok = add(j->x, &e);
	}
	return ok;
}

/* Without NAT nothing is ever rewritten. */
static enum nfim_counter rewrite(const struct opening *o, u16 port)
{
	if (!self_is_natted(o->self))
		return NFIM_EXPECTED;
	switch (o->plan(o->arg, port)) {
	case ENV_REWRITE_NONE:
		return NFIM_EXPECTED;
	case ENV_REWRITE_DONE:
		return NFIM_EXPECTED_EDITED;
	default:
		return o->offer->in_place && o->offer->announced_port == port ?
		       NFIM_EXPECTED_UNEDITED : NFIM_REFUSED_UNREACHABLE;
	}
}

/*
 * Open the outside ports from @first on. NFIM_REFUSED_NO_PORT and
 * NFIM_REFUSED_UNREACHABLE leave hope for others.
 */
static enum nfim_counter open_ports(struct job *j, u16 first)
{
	enum nfim_counter how = rewrite(j->o, first);

	if (!open_is_open(how))
		return how;
	if (any_clashes(j, first)) {
		if (self_is_natted(j->o->self))
			j->o->unplan(j->o->arg);
		return NFIM_REFUSED_NO_PORT;
	}
	if (!add_all(j, first))
		return NFIM_REFUSED_NOMEM;
	j->o->outside_port = first;
	return how;
}

/* Whether all ports from @first on may be used. */
static bool ports_ok(const struct job *j, u16 first)
{
	const struct policy *p = j->by->policy;
	u32 i, n = n_ports(j->o->offer);

	if (first + n - 1 > 65535)
		return false;
	for (i = 0; i < n; i++)
		if (policy_port(p->app[nth_app(j->o->offer, i)].outside,
				(u16)(first + i), p->privileged) != NFIM_OK)
			return false;
	return true;
}

/* RTP listens on an even port, unless the client itself chose otherwise. */
static u16 aligned(const struct offer *f, u16 port)
{
	return f->ports % 2 || !f->ports || port == f->announced_port ?
	       port : port & 0xfffe;
}

static enum nfim_counter choose_port(struct job *j, u16 first)
{
	const struct offer *f = j->o->offer;
	enum nfim_counter how = NFIM_REFUSED_NO_PORT;
	struct port_choice c = { .first = first };
	u16 port;

	/* The seed is the same always, so that a capture has one explanation. */
	while ((port = policy_next_port(j->by->policy, f->app, &c))) {
		port = aligned(f, port);
		if (!ports_ok(j, port))
			continue;
		if (f->fixed && port != f->announced_port)
			break;
		how = open_ports(j, port);
		if (how != NFIM_REFUSED_NO_PORT &&
		    how != NFIM_REFUSED_UNREACHABLE)
			break;
	}
	return how;
}

/* The other ports that an offer names must be as good as the first one. */
static enum nfim_counter judge_others(const struct job *j)
{
	struct offer next = *j->o->offer;
	enum nfim_counter why = NFIM_OK;
	u32 i, n = n_ports(&next);

	if (next.inside_port + n - 1 > 65535)
		return NFIM_REFUSED_MALFORMED;
	for (i = 1; i < n && why == NFIM_OK; i++) {
		next.app = nth_app(j->o->offer, i);
		next.inside_port = (u16)(j->o->offer->inside_port + i);
		why = policy_judge(j->by->policy, &next);
	}
	next = *j->o->offer;
	next.proto = next.also;
	if (next.proto && why == NFIM_OK)
		why = policy_judge(j->by->policy, &next);
	return why;
}

static void describe(const struct explain *x, struct opened *e,
		     const struct announcer *by, enum nfim_app app,
		     u32 lifetime)
{
	*e = (struct opened){
		.app = app,
		.proto = IPPROTO_TCP,
		.helper = by->conn->helper,
		.conn = by->conn,
		.host = by->host,
		.lifetime = by->policy->app[app].lifetime,
	};
	if (lifetime && lifetime < e->lifetime)
		e->lifetime = lifetime;
	e->expires = x->now + (u64)e->lifetime * SECOND;
}

static enum nfim_counter admit_all(const struct job *j, u16 *old)
{
	const struct offer *f = j->o->offer;
	struct opened rtcp = nth(j, 1, 0, f->proto);
	enum nfim_counter why;
	u16 unused;

	why = admit(j->x, &j->like, j->by->policy,
		    n_ports(f) * (f->also ? 2 : 1), old);
	if (why != NFIM_OK || n_ports(f) == 1)
		return why;
	return admit(j->x, &rtcp, j->by->policy, 0, &unused);
}

/* Peers can reach the endpoint already. */
static bool is_reachable(const struct explain *x, const struct opened *o,
			 u16 *port)
{
	const struct opened *old;

	for (old = x->opened; old; old = old->next)
		if (old->host == o->host && old->app == o->app &&
		    old->proto == o->proto && same_cause(o, old) &&
		    endpoint_equal(&old->listener, &o->listener)) {
			*port = old->outside.port;
			return true;
		}
	return false;
}

enum nfim_counter open_media(struct explain *x, const struct announcer *by,
			     struct opening *o)
{
	struct job j = { .x = x, .by = by, .o = o };
	const struct offer *f = o->offer;
	enum nfim_counter how;
	u16 old;

	if (f->peer.len && f->peer.len != o->self->inside.len)
		return NFIM_REFUSED_NOT_SELF;
	how = judge_others(&j);
	if (how != NFIM_OK)
		return how;
	reap(x);
	describe(x, &j.like, by, f->app, f->lifetime);
	j.like.proto = f->proto;
	j.like.cookie = f->cookie;
	j.like.reserved = f->reserved;
	j.like.another = f->another;
	j.like.signalling = f->helper == OFFER_IMSIP;
	j.like.listener = (struct endpoint){ o->self->inside, f->inside_port };
	j.like.outside.addr = o->self->outside;
	j.like.peer = f->peer;
	if (f->again && is_reachable(x, &j.like, &o->outside_port))
		return NFIM_EXPECTED;
	how = admit_all(&j, &old);
	if (how != NFIM_OK)
		return how;
	return self_is_natted(o->self) ?
	       choose_port(&j, old ? old : f->announced_port) :
	       open_ports(&j, f->inside_port);
}

/* --- servers, and the life of what is open -------------------------------- */

enum nfim_counter open_master(struct explain *x, const struct announcer *by,
			      const struct endpoint *server)
{
	struct offer offer = {
		.app = NFIM_APP_SWITCHBOARD,
		.proto = IPPROTO_TCP,
		.inside_port = server->port,
	};
	enum nfim_counter why = policy_judge(by->policy, &offer);
	const struct addr *client = &by->host->addr;
	struct opened e;
	u16 old;

	if (why != NFIM_OK)
		return why;
	/* A server's word must not lead a client to anything but a server. */
	if (server->addr.len != client->len ||
	    !addr_is_unicast(&server->addr) ||
	    addr_equal(&server->addr, client))
		return NFIM_REFUSED_NOT_SELF;
	reap(x);
	describe(x, &e, by, NFIM_APP_SWITCHBOARD, 0);
	e.listener = *server;
	e.outside = *server;
	e.peer = *client;
	why = admit(x, &e, by->policy, 1, &old);
	if (why != NFIM_OK)
		return why;
	return add(x, &e) ? NFIM_FOLLOWED : NFIM_REFUSED_NOMEM;
}

static bool is_named(const struct opened *o, const struct announcer *by,
		     u32 cookie)
{
	return o->cookie == cookie && o->helper == by->conn->helper &&
	       o->host == by->host && !is_master(o) &&
	       (o->helper == POLICY_IMSIP || o->conn == by->conn);
}

u32 open_close(struct explain *x, const struct announcer *by, u32 cookie,
	       bool end)
{
	struct opened **link = &x->opened;
	u32 n = 0;

	reap(x);
	while (*link) {
		struct opened *o = *link;

		if ((o->connected && !end) || !is_named(o, by, cookie)) {
			link = &o->next;
			continue;
		}
		n += !o->connected;
		drop(x, link);
	}
	return n;
}

u32 open_activate(struct explain *x, const struct announcer *by, u32 cookie)
{
	struct opened *o;
	u32 n = 0;

	reap(x);
	for (o = x->opened; o; o = o->next) {
		if (o->connected || !is_named(o, by, cookie))
			continue;
		o->reserved = false;
		o->expires = x->now + (u64)o->lifetime * SECOND;
		n++;
	}
	return n;
}

/*
 * The capture may be from inside, where a peer's destination is the listener,
 * or from outside, where it is the gateway.
 */
static bool leads_to(const struct opened *o, const struct endpoint *to)
{
	return endpoint_equal(&o->outside, to) ||
	       endpoint_equal(&o->listener, to);
}

/* A client may come to its server more than once. */
static bool is_awaited(const struct explain *x, const struct opened *o)
{
	return !o->reserved &&
	       (!o->connected || (is_master(o) && o->expires > x->now));
}

const struct opened *open_connect(struct explain *x, const struct packet *p)
{
	struct opened *o;

	reap(x);
	for (o = x->opened; o; o = o->next) {
		if (!is_awaited(x, o) || o->proto != p->proto ||
		    !leads_to(o, &p->dst) ||
		    (o->peer.len && !addr_equal(&p->src.addr, &o->peer)))
			continue;
		/* A registrar may come again. */
		o->connected = !o->signalling;
		o->child = p->src;
		if (o->connected && o->proto == IPPROTO_UDP)
			o->expires = x->now + STREAM_SECS * SECOND;
		ladder_child(x, o);
		return o;
	}
	return NULL;
}

/* The two ends of a connection that uses something open. */
static bool is_between(const struct opened *o, const struct packet *p)
{
	return o->connected && o->proto == p->proto &&
	       ((endpoint_equal(&o->child, &p->src) && leads_to(o, &p->dst)) ||
		(endpoint_equal(&o->child, &p->dst) && leads_to(o, &p->src)));
}

void open_media_packet(struct explain *x, const struct packet *p)
{
	struct opened *o;

	for (o = x->opened; o; o = o->next)
		if (is_between(o, p)) {
			o->expires = x->now + STREAM_SECS * SECOND;
			return;
		}
	open_connect(x, p);
}

void open_disconnect(struct explain *x, const struct packet *p)
{
	struct opened **link = &x->opened;

	while (*link) {
		struct opened *o = *link;

		if (is_between(o, p))
			drop(x, link);
		else
			link = &o->next;
	}
}
