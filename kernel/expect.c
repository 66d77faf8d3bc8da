// SPDX-License-Identifier: GPL-2.0
/* Opening an endpoint: from an offer that policy allows to an expectation. */

#include <linux/random.h>
#include <net/ip.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include <nfim/limits.h>

#include "bound.h"
#include "compat/expect.h"
#include "expect_job.h"
#include "pinhole.h"
#include "trace.h"

static void to_inet(union nf_inet_addr *to, const struct addr *from)
{
	memset(to, 0, sizeof(*to));
	memcpy(to, from->b, from->len);
}

static void describe(struct nfim_offer *e, const struct nf_conn *ct,
		     const struct policy *policy, enum nfim_app app,
		     enum ip_conntrack_dir dir)
{
	const struct nf_conntrack_tuple *t = &ct->tuplehash[dir].tuple;

	*e = (struct nfim_offer){
		.app = app,
		.dir = dir,
		.helper = policy->helper,
		.hairpin = policy->hairpin,
		.net_limit = policy->net_limit,
		.l3num = t->src.l3num,
		.proto = IPPROTO_TCP,
		.zone = nf_ct_zone(ct)->id,
		.host = t->src.u3,
		.master = ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple,
		.lifetime = policy->app[app].lifetime,
	};
}

static void start_clock(struct nfim_offer *e)
{
	e->expires = jiffies + e->lifetime * (unsigned long)HZ;
}

static enum nfim_counter why_not(int err)
{
	switch (err) {
	case -ENOMEM:
		return NFIM_REFUSED_NOMEM;
	case -EMFILE:
		return NFIM_REFUSED_TABLE_FULL;
	default:
		return NFIM_REFUSED_NO_PORT;
	}
}

/* The announcement as it stands leads the peer to @port. */
static bool leads_to(const struct offer *offer, u16 port)
{
	return offer->in_place && offer->announced_port == port;
}

static bool is_open(enum nfim_counter how)
{
	return how == NFIM_EXPECTED || how == NFIM_EXPECTED_EDITED ||
	       how == NFIM_EXPECTED_UNEDITED;
}

/* Without NAT nothing is ever rewritten. */
static enum nfim_counter rewrite(const struct nfim_opening *o, u16 port)
{
	if (!self_is_natted(o->self))
		return NFIM_EXPECTED;
	switch (o->plan(o->arg, port)) {
	case NFIM_REWRITE_NONE:
		return NFIM_EXPECTED;
	case NFIM_REWRITE_DONE:
		return NFIM_EXPECTED_EDITED;
	default:
		return leads_to(o->offer, port) ? NFIM_EXPECTED_UNEDITED :
						  NFIM_REFUSED_UNREACHABLE;
	}
}

/* Open the outside ports from @first on, which @how says how to announce. */
static enum nfim_counter open_ports(struct nfim_job *j, u16 first,
				    enum nfim_counter how)
{
	int err = nfim_holes_make(j, first);

	if (err) {
		j->o->unplan(j->o->arg);
		return why_not(err);
	}
	j->like->outside_port = htons(first);
	nfim_holes_keep(j);
	return how;
}

/* What the gateway itself listens on, or is to keep for itself. */
static bool is_reserved(const struct nfim_job *j, u16 port)
{
	const struct offer *offer = j->o->offer;
	struct net *net = j->o->pkt->nn->net;
	unsigned int i;

	for (i = 0; i < nfim_n_ports(offer); i++) {
		__be16 nth = htons(port + i);

		if (inet_is_local_reserved_port(net, port + i) ||
		    nfim_port_bound(net, j->like->l3num, offer->proto,
				    &j->like->outside, nth) ||
		    (offer->also && nfim_port_bound(net, j->like->l3num,
						    offer->also,
						    &j->like->outside, nth)))
			return true;
	}
	return false;
}

/*
 * What others behind us listen at, while there are other ports; and in any case where
 * somebody else waits for the same peer.
 */
static bool is_shared(struct nfim_job *j, u16 port)
{
	struct nfim_offer like = *j->like;
	unsigned int i;

	for (i = 0; i < nfim_n_ports(j->o->offer); i++) {
		like.outside_port = htons(port + i);
		like.inside_port = htons(j->o->offer->inside_port + i);
		like.proto = j->o->offer->proto;
		if (nfim_offers_taken(j->o->pkt->nn, &like, j->share))
			break;
		like.proto = j->o->offer->also;
		if (like.proto &&
		    nfim_offers_taken(j->o->pkt->nn, &like, j->share))
			break;
	}
	if (i == nfim_n_ports(j->o->offer))
		return false;
	j->shared = true;
	return true;
}

/* Whether all ports from @first on may be used. */
static bool ports_ok(const struct nfim_opening *o, u16 first)
{
	const struct policy *p = o->policy;
	unsigned int i;

	if (first + nfim_n_ports(o->offer) - 1 > 65535)
		return false;
	/* The first one may have been made even. */
	for (i = 0; i < nfim_n_ports(o->offer); i++)
		if (policy_port(p->app[nfim_nth_app(o->offer, i)].outside,
				first + i, p->privileged) != NFIM_OK)
			return false;
	return true;
}

/* RTP listens on an even port, unless the client itself chose otherwise. */
static u16 aligned(const struct offer *offer, u16 port)
{
	return offer->ports % 2 || !offer->ports ||
	       port == offer->announced_port ? port : port & ~1;
}

static unsigned int digits(u16 port)
{
	return 1 + (port >= 10) + (port >= 100) + (port >= 1000) +
	       (port >= 10000);
}

/*
 * Ask first whether the announcement can be made to say a port: that depends
 * on its digits, so one answer does for all ports that have as many.
 */
static enum nfim_counter try_ports(struct nfim_job *j, u16 first)
{
	const struct nfim_opening *o = j->o;
	enum nfim_counter how = NFIM_REFUSED_NO_PORT;
	struct port_choice c = { .first = first };
	unsigned int hopeless = 0;
	u16 port, tried = 0;

	c.seed = get_random_u32();
	while ((port = policy_next_port(o->policy, o->offer->app, &c))) {
		u16 last = tried;

		/* Of two neighbours both become the same even port. */
		tried = aligned(o->offer, port);
		port = tried;
		if (o->offer->fixed && port != o->offer->announced_port)
			break;
		if (port == last || !ports_ok(o, port) ||
		    is_reserved(j, port) || is_shared(j, port))
			continue;
		if (hopeless & 1u << digits(port))
			continue;
		how = rewrite(o, port);
		if (how == NFIM_REFUSED_UNREACHABLE) {
			/* The announced port may need less than others. */
			if (port != o->offer->announced_port)
				hopeless |= 1u << digits(port);
			continue;
		}
		how = open_ports(j, port, how);
		if (how != NFIM_REFUSED_NO_PORT)
			break;
	}
	return how;
}

static enum nfim_counter choose_port(struct nfim_job *j, u16 first)
{
	enum nfim_counter how;

	j->share = false;
	j->shared = false;
	how = try_ports(j, first);
	if (is_open(how) || !j->shared)
		return how;
	j->share = true;
	return try_ports(j, first);
}

static enum nfim_kind kind_of(const struct offer *offer)
{
	switch (offer->helper) {
	case OFFER_IMSIP:
		return NFIM_KIND_SIGNALLING;
	case OFFER_Q931:
		return NFIM_KIND_Q931;
	default:
		return NFIM_KIND_MEDIA;
	}
}

static void describe_media(const struct nfim_opening *o, struct nfim_offer *e)
{
	const struct offer *offer = o->offer;

	describe(e, o->pkt->ct, o->policy, offer->app, o->dir);
	e->kind = kind_of(offer);
	e->via = o->via;
	e->proto = offer->proto;
	e->cookie = offer->cookie;
	e->reserved = offer->reserved;
	e->another = offer->another;
	e->translate = self_is_natted(o->self);
	e->inside_port = htons(offer->inside_port);
	to_inet(&e->listener, &o->self->inside);
	to_inet(&e->outside, &o->self->outside);
	e->has_peer = offer->peer.len;
	to_inet(&e->peer, &offer->peer);
	e->peer_bits = offer->peer_bits;
	to_inet(&e->from, &offer->from);
	if (offer->lifetime && offer->lifetime < e->lifetime)
		e->lifetime = offer->lifetime;
	start_clock(e);
}

/* Whether this host may have that many more; @old as nfim_offers_admit(). */
static enum nfim_counter admit(const struct nfim_opening *o,
			       struct nfim_offer *e, struct nfim_offer *old)
{
	const struct policy *p = o->policy;
	struct nfim_demand d = {
		.ports = nfim_n_ports(o->offer),
		.holes = nfim_n_holes(o->offer),
		.per_host = p->app[e->app].limit,
		.host_limit = p->host_limit,
	};
	struct nfim_offer rtcp, unused;
	enum nfim_counter why;

	if (!nfim_pinhole_room(o->pkt->ct, e, d.holes))
		return NFIM_REFUSED_MASTER_LIMIT;
	why = nfim_offers_admit(o->pkt->nn, e, &d, old);
	if (why != NFIM_OK || nfim_n_ports(o->offer) == 1)
		return why;
	rtcp = *e;
	rtcp.app = nfim_nth_app(o->offer, 1);
	rtcp.inside_port = htons(o->offer->inside_port + 1);
	/* The room is there, it may be one too many of its kind. */
	d.ports = 1;
	d.holes = 0;
	d.per_host = p->app[rtcp.app].limit;
	return nfim_offers_admit(o->pkt->nn, &rtcp, &d, &unused);
}

/* The other ports that an offer names must be as good as the first one. */
static enum nfim_counter judge_others(const struct nfim_opening *o)
{
	struct offer next = *o->offer;
	enum nfim_counter why = NFIM_OK;
	unsigned int i;

	if (o->offer->inside_port + nfim_n_ports(o->offer) - 1 > 65535)
		return NFIM_REFUSED_MALFORMED;
	for (i = 1; i < nfim_n_ports(o->offer) && why == NFIM_OK; i++) {
		next.app = nfim_nth_app(o->offer, i);
		next.inside_port = o->offer->inside_port + i;
		why = policy_judge(o->policy, &next);
	}
	next = *o->offer;
	next.proto = o->offer->also;
	if (next.proto && why == NFIM_OK)
		why = policy_judge(o->policy, &next);
	return why;
}

/* What is open for the same peer is not taken back by a reservation. */
static bool stays_open(const struct nfim_offer *e, const struct nfim_offer *old)
{
	return e->reserved && old->outside_port && !old->reserved &&
	       old->has_peer == e->has_peer &&
	       old->peer_bits == e->peer_bits &&
	       nf_inet_addr_cmp(&old->peer, &e->peer);
}

enum nfim_counter nfim_expect_media(const struct nfim_opening *o,
				    struct nfim_offer *e)
{
	struct nf_conn *ct = o->pkt->ct;
	enum nfim_counter how;
	struct nfim_offer old;
	u16 first = o->offer->announced_port;
	struct nfim_job j;

	if (o->offer->peer.len && o->offer->peer.len != o->self->inside.len)
		return NFIM_REFUSED_NOT_SELF;
	how = judge_others(o);
	if (how != NFIM_OK)
		return how;
	describe_media(o, e);
	if (o->offer->again && nfim_offers_awaited(o->pkt->nn, e, false)) {
		e->outside_port = htons(first);
		return NFIM_EXPECTED;
	}
	how = admit(o, e, &old);
	if (how != NFIM_OK)
		return how;

	if (old.outside_port)
		first = ntohs(old.outside_port);
	if (stays_open(e, &old)) {
		e->outside_port = old.outside_port;
		return rewrite(o, first);
	}
	j.o = o;
	j.like = e;
	if (e->translate)
		how = choose_port(&j, first);
	else
		how = open_ports(&j, o->offer->inside_port, NFIM_EXPECTED);
	if (is_open(how))
		trace_nfim_expect(ct, o->offer->app, o->offer->inside_port,
				  ntohs(e->outside_port));
	return how;
}

/* A server's word must not lead a client to anything but a server. */
static bool may_be_server(const struct nfim_pkt *pkt, const struct addr *addr)
{
	const struct nf_conntrack_tuple *t =
		&pkt->ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	union nf_inet_addr a;

	to_inet(&a, addr);
	return addr->len == (t->src.l3num == NFPROTO_IPV4 ? 4 : 16) &&
	       addr_is_unicast(addr) && !nf_inet_addr_cmp(&a, &t->src.u3) &&
	       nfim_same_way(pkt, &a, &t->dst.u3);
}

static enum nfim_counter judge_server(const struct nfim_pkt *pkt,
				      const struct policy *policy,
				      const struct addr *addr, u16 port)
{
	struct offer offer = {
		.app = NFIM_APP_SWITCHBOARD,
		.proto = IPPROTO_TCP,
		.inside_port = port,
	};
	enum nfim_counter why = policy_judge(policy, &offer);

	if (why != NFIM_OK)
		return why;
	return may_be_server(pkt, addr) ? NFIM_OK : NFIM_REFUSED_NOT_SELF;
}

static enum nfim_counter make_master(const struct nfim_pkt *pkt,
				     const struct nfim_offer *e)
{
	struct nf_conntrack_expect *exp;
	struct nfim_offer *entry;
	int err;

	entry = nfim_offers_new(pkt->nn, e);
	if (!entry)
		return NFIM_REFUSED_NOMEM;
	err = nfim_pinhole_make(pkt->ct, e, e->lifetime, &exp);
	if (err) {
		nfim_offers_drop(pkt->nn, entry);
		/* Another connection of this host was sent there just now. */
		return err == -EBUSY ? NFIM_FOLLOWED : why_not(err);
	}
	nfim_offers_add(pkt->nn, entry);
	nf_ct_expect_put(exp);
	return NFIM_FOLLOWED;
}

enum nfim_counter nfim_expect_master(const struct nfim_pkt *pkt,
				     const struct policy *policy,
				     const struct addr *addr, u16 port,
				     struct nfim_offer *e)
{
	struct nfim_demand d = { .ports = 1, .holes = 1 };
	enum nfim_counter why;
	struct nfim_offer old;

	why = judge_server(pkt, policy, addr, port);
	if (why != NFIM_OK)
		return why;
	describe(e, pkt->ct, policy, NFIM_APP_SWITCHBOARD, IP_CT_DIR_ORIGINAL);
	e->kind = NFIM_KIND_MASTER;
	e->via = NFIM_VIA_REFERRAL;
	e->inside_port = htons(port);
	e->outside_port = e->inside_port;
	to_inet(&e->listener, addr);
	e->outside = e->listener;
	start_clock(e);
	if (!nfim_pinhole_room(pkt->ct, e, 1))
		return NFIM_REFUSED_MASTER_LIMIT;
	d.per_host = policy->app[NFIM_APP_SWITCHBOARD].limit;
	d.host_limit = policy->host_limit;
	why = nfim_offers_admit(pkt->nn, e, &d, &old);
	return why == NFIM_OK ? make_master(pkt, e) : why;
}
