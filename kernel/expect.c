// SPDX-License-Identifier: GPL-2.0
/* Opening an endpoint: from an offer that policy allows to an expectation. */

#include <linux/random.h>
#include <net/ip.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include <nfim/limits.h>

#include "compat/expect.h"
#include "expect.h"
#include "nat.h"
#include "offers.h"
#include "trace.h"

static void to_inet(union nf_inet_addr *to, const struct addr *from)
{
	memset(to, 0, sizeof(*to));
	memcpy(to, from->b, from->len);
}

static void describe(struct nfim_offer *entry, const struct nf_conn *ct,
		     const struct policy *policy, enum nfim_app app)
{
	const struct nf_conntrack_tuple *t =
		&ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;

	*entry = (struct nfim_offer){
		.app = app,
		.hairpin = policy->hairpin,
		.net_limit = policy->net_limit,
		.l3num = t->src.l3num,
		.proto = IPPROTO_TCP,
		.zone = nf_ct_zone(ct)->id,
		.host = t->src.u3,
		.master = *t,
		.expires = jiffies + policy->app[app].lifetime * (unsigned long)HZ,
	};
}

static bool master_full(const struct nf_conn *ct, unsigned int class)
{
	const struct nf_conn_help *help = nfct_help(ct);

	return !help ||
	       READ_ONCE(help->expecting[class]) >= NFIM_MASTER_EXPECT;
}

/*
 * One attempt with one object: an expectation that was refused or withdrawn
 * is never used again (kernel.md 5).
 */
static int try_expect(struct nf_conn *ct, const struct nfim_offer *e,
		      unsigned int class, unsigned int secs, bool nat,
		      struct nf_conntrack_expect **made)
{
	bool master = class == NFIM_CLASS_MASTER;
	struct nf_conntrack_expect *exp;
	int err;

	if (nfim_nat_stopping())
		return -ESHUTDOWN;
	exp = nf_ct_expect_alloc(ct);
	if (!exp)
		return -ENOMEM;
	nf_ct_expect_init(exp, class, e->l3num, master ? &e->host : NULL,
			  &e->outside, e->proto, NULL, &e->outside_port);
	nfim_expect_child_helper(exp);
	exp->expectfn = master ? nfim_nat_master : nfim_nat_media;
	exp->dir = master ? IP_CT_DIR_ORIGINAL : IP_CT_DIR_REPLY;
	/* Private servers have one address for all switchboards of a client. */
	if (master)
		exp->flags = NF_CT_EXPECT_PERMANENT;
	if (nat) {
		exp->saved_addr = e->listener;
		exp->saved_proto.all = e->inside_port;
	}
	nfim_expect_lifetime(exp, secs, master ? NFIM_MASTER_SECS :
					NFIM_MEDIA_SECS);
	err = nf_ct_expect_related(exp, 0);
	if (err) {
		nf_ct_expect_put(exp);
		return err;
	}
	nfim_expect_lifetime_set(exp, secs);
	*made = exp;
	return 0;
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

/* Open @e->outside_port, which @how says how to announce. */
static enum nfim_counter open_port(const struct nfim_opening *o,
				   struct nfim_offer *e, enum nfim_counter how)
{
	struct nf_conntrack_expect *exp;
	int err;

	err = try_expect(o->pkt->ct, e, NFIM_CLASS_MEDIA,
			 o->policy->app[e->app].lifetime,
			 self_is_natted(o->self), &exp);
	if (err) {
		o->unplan(o->arg);
		return why_not(err);
	}
	if (!nfim_offers_add(o->pkt->nn, e)) {
		nfim_unexpect(exp);
		o->unplan(o->arg);
		how = NFIM_REFUSED_NOMEM;
	}
	nf_ct_expect_put(exp);
	return how;
}

static bool reserved(const struct nfim_pkt *pkt, u16 port)
{
	return inet_is_local_reserved_port(pkt->nn->net, port);
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
static enum nfim_counter choose_port(const struct nfim_opening *o,
				     struct nfim_offer *e, u16 first)
{
	enum nfim_counter how = NFIM_REFUSED_NO_PORT;
	struct port_choice c = { .first = first };
	unsigned int hopeless = 0;
	u16 port;

	c.seed = get_random_u32();
	while ((port = policy_next_port(o->policy, e->app, &c))) {
		if (reserved(o->pkt, port) && port != first)
			continue;
		if (o->offer->fixed && port != o->offer->announced_port)
			break;
		if (hopeless & 1u << digits(port))
			continue;
		how = rewrite(o, port);
		if (how == NFIM_REFUSED_UNREACHABLE) {
			/* The announced port may need less than others. */
			if (port != o->offer->announced_port)
				hopeless |= 1u << digits(port);
			continue;
		}
		e->outside_port = htons(port);
		how = open_port(o, e, how);
		if (how != NFIM_REFUSED_NO_PORT)
			break;
	}
	return how;
}

enum nfim_counter nfim_expect_media(const struct nfim_opening *o,
				    struct nfim_offer *e)
{
	const struct offer *offer = o->offer;
	struct nf_conn *ct = o->pkt->ct;
	enum nfim_counter how;
	__be16 old;

	if (master_full(ct, NFIM_CLASS_MEDIA))
		return NFIM_REFUSED_MASTER_LIMIT;
	describe(e, ct, o->policy, offer->app);
	e->proto = offer->proto;
	e->cookie = offer->cookie;
	e->inside_port = htons(offer->inside_port);
	to_inet(&e->listener, &o->self->inside);
	to_inet(&e->outside, &o->self->outside);
	how = nfim_offers_admit(o->pkt->nn, e, o->policy->app[e->app].limit,
				o->policy->host_limit, &old);
	if (how != NFIM_OK)
		return how;

	if (self_is_natted(o->self)) {
		how = choose_port(o, e, old ? ntohs(old) :
				  offer->announced_port);
	} else {
		e->outside_port = e->inside_port;
		how = open_port(o, e, NFIM_EXPECTED);
	}
	if (is_open(how))
		trace_nfim_expect(ct, offer->app, offer->inside_port,
				  ntohs(e->outside_port));
	return how;
}

/* A server's word must not lead a client to anything but a server. */
static bool may_be_server(const struct nf_conn *ct, const struct addr *addr)
{
	const struct nf_conntrack_tuple *t =
		&ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	union nf_inet_addr a;

	to_inet(&a, addr);
	return addr->len == (t->src.l3num == NFPROTO_IPV4 ? 4 : 16) &&
	       addr_is_unicast(addr) && !nf_inet_addr_cmp(&a, &t->src.u3) &&
	       nfim_nat_same_way(ct, &a);
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
	if (!may_be_server(pkt->ct, addr))
		return NFIM_REFUSED_NOT_SELF;
	return master_full(pkt->ct, NFIM_CLASS_MASTER) ?
	       NFIM_REFUSED_MASTER_LIMIT : NFIM_OK;
}

enum nfim_counter nfim_expect_master(const struct nfim_pkt *pkt,
				     const struct policy *policy,
				     const struct addr *addr, u16 port,
				     struct nfim_offer *e)
{
	const struct policy_app *app;
	struct nf_conntrack_expect *exp;
	enum nfim_counter why;
	__be16 old;
	int err;

	why = judge_server(pkt, policy, addr, port);
	if (why != NFIM_OK)
		return why;
	app = policy->app + NFIM_APP_SWITCHBOARD;
	describe(e, pkt->ct, policy, NFIM_APP_SWITCHBOARD);
	e->inside_port = htons(port);
	e->outside_port = e->inside_port;
	to_inet(&e->listener, addr);
	e->outside = e->listener;
	why = nfim_offers_admit(pkt->nn, e, app->limit, policy->host_limit,
				&old);
	if (why != NFIM_OK)
		return why;

	err = try_expect(pkt->ct, e, NFIM_CLASS_MASTER, app->lifetime, false,
			 &exp);
	/* Another connection of this host was sent there a moment ago. */
	if (err == -EBUSY)
		return NFIM_FOLLOWED;
	if (err)
		return why_not(err);
	why = NFIM_FOLLOWED;
	if (!nfim_offers_add(pkt->nn, e)) {
		nfim_unexpect(exp);
		why = NFIM_REFUSED_NOMEM;
	}
	nf_ct_expect_put(exp);
	return why;
}
