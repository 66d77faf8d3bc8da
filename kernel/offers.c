// SPDX-License-Identifier: GPL-2.0
/* The table of endpoints that we opened. */

#include <linux/jhash.h>
#include <linux/slab.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_expect.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include <nfim/limits.h>

#include "compat/expect.h"
#include "events.h"
#include "nat.h"
#include "offers.h"

/* A child is not in conntrack's table before its first packet has left. */
#define UNCONFIRMED_GRACE	(5 * HZ)

static struct kmem_cache *offer_cache __ro_after_init;
static u32 offer_seed __ro_after_init;

static u32 addr_hash(const union nf_inet_addr *a, u32 extra)
{
	return jhash2((const u32 *)a->all, ARRAY_SIZE(a->all),
		      offer_seed ^ extra);
}

static u32 host_hash(const struct nfim_offer *o)
{
	return addr_hash(&o->host, o->zone);
}

static u32 out_hash(const union nf_inet_addr *a, __be16 port, u16 zone)
{
	return addr_hash(a, (__force u16)port | (u32)zone << 16);
}

static struct nf_conntrack_zone offer_zone(const struct nfim_offer *o)
{
	struct nf_conntrack_zone zone;

	nf_ct_zone_init(&zone, o->zone, NF_CT_DEFAULT_ZONE_DIR, 0);
	return zone;
}

/* Another host may have got the same outside port since. */
static bool is_of_offer(const struct nf_conntrack_expect *exp,
			const struct nfim_offer *o)
{
	if (!nfim_nat_is_ours(exp))
		return false;
	return !exp->saved_proto.all ||
	       (exp->saved_proto.all == o->inside_port &&
		nf_inet_addr_cmp(&exp->saved_addr, &o->listener));
}

/* The expectation of an offer; the caller puts it. Under rcu_read_lock(). */
static struct nf_conntrack_expect *find_expect(struct net *net,
					       const struct nfim_offer *o)
{
	struct nf_conntrack_zone zone = offer_zone(o);
	struct nf_conntrack_tuple t = {
		.src.l3num = o->l3num,
		.src.u3 = o->host,
		.dst.u3 = o->outside,
		.dst.u.all = o->outside_port,
		.dst.protonum = o->proto,
	};
	struct nf_conntrack_expect *exp;

	exp = nf_ct_expect_find_get(net, &zone, &t);
	if (exp && !is_of_offer(exp, o)) {
		nf_ct_expect_put(exp);
		exp = NULL;
	}
	return exp;
}

static bool child_alive(struct net *net, const struct nfim_offer *o)
{
	struct nf_conntrack_zone zone = offer_zone(o);
	struct nf_conntrack_tuple_hash *h;
	struct nf_conn *ct;
	bool alive = true;

	h = nf_conntrack_find_get(net, &zone, &o->child);
	if (!h)
		return time_before(jiffies, o->expires);
	ct = nf_ct_tuplehash_to_ctrack(h);
	if (o->proto == IPPROTO_TCP)
		switch (READ_ONCE(ct->proto.tcp.state)) {
		case TCP_CONNTRACK_LAST_ACK:
		case TCP_CONNTRACK_TIME_WAIT:
		case TCP_CONNTRACK_CLOSE:
			alive = false;
			break;
		}
	nf_ct_put(ct);
	return alive;
}

static bool offer_alive(struct net *net, const struct nfim_offer *o)
{
	struct nf_conntrack_expect *exp;

	if (o->connected)
		return child_alive(net, o);
	if (time_after_eq(jiffies, o->expires))
		return false;
	exp = find_expect(net, o);
	if (exp)
		nf_ct_expect_put(exp);
	return exp;
}

static void offer_free(struct nfim_net *nn, struct nfim_offer *o)
{
	hash_del(&o->by_host);
	hash_del(&o->by_out);
	nn->offers--;
	kmem_cache_free(offer_cache, o);
}

static bool same_host(const struct nfim_offer *a, const struct nfim_offer *b)
{
	return a->zone == b->zone && a->l3num == b->l3num &&
	       nf_inet_addr_cmp(&a->host, &b->host);
}

/* Says the same once more: the client retried, or sent it by two ways. */
static bool repeats(const struct nfim_offer *o, const struct nfim_offer *old)
{
	return !old->connected && same_host(o, old) && old->app == o->app &&
	       old->proto == o->proto && old->inside_port == o->inside_port &&
	       nf_inet_addr_cmp(&old->listener, &o->listener) &&
	       nf_ct_tuple_equal(&old->master, &o->master);
}

static struct nfim_offer *find_repeated(struct nfim_net *nn,
					const struct nfim_offer *o)
{
	struct nfim_offer *old;

	hash_for_each_possible(nn->offer_host, old, by_host, host_hash(o))
		if (repeats(o, old))
			return old;
	return NULL;
}

/* @same: of the same application, @all: of any. */
static void count_host(struct nfim_net *nn, const struct nfim_offer *o,
		       bool reap, unsigned int *same, unsigned int *all)
{
	struct hlist_node *next;
	struct nfim_offer *old;

	*same = 0;
	*all = 0;
	hash_for_each_possible_safe(nn->offer_host, old, next, by_host,
				    host_hash(o)) {
		if (!same_host(o, old))
			continue;
		if (reap && !offer_alive(nn->net, old)) {
			offer_free(nn, old);
			continue;
		}
		*all += 1;
		*same += old->app == o->app;
	}
}

static bool host_full(struct nfim_net *nn, const struct nfim_offer *o,
		      bool reap, unsigned int per_host,
		      unsigned int host_limit)
{
	unsigned int same, all;

	count_host(nn, o, reap, &same, &all);
	return same >= per_host || all >= host_limit;
}

static enum nfim_counter admit(struct nfim_net *nn, const struct nfim_offer *o,
			       unsigned int per_host, unsigned int host_limit,
			       __be16 *old_port)
{
	struct nfim_offer *old = find_repeated(nn, o);

	if (old) {
		*old_port = old->outside_port;
		return NFIM_OK;
	}
	if (host_full(nn, o, false, per_host, host_limit) &&
	    host_full(nn, o, true, per_host, host_limit))
		return NFIM_REFUSED_HOST_LIMIT;
	return nn->offers >= o->net_limit ? NFIM_REFUSED_NET_LIMIT : NFIM_OK;
}

enum nfim_counter nfim_offers_admit(struct nfim_net *nn,
				    const struct nfim_offer *o,
				    unsigned int per_host,
				    unsigned int host_limit, __be16 *old)
{
	enum nfim_counter why;

	*old = 0;
	spin_lock_bh(&nn->offer_lock);
	why = admit(nn, o, per_host, host_limit, old);
	spin_unlock_bh(&nn->offer_lock);
	return why;
}

/* The endpoint is ours now, so whoever waited there does so in vain. */
static void drop_outdated(struct nfim_net *nn, const struct nfim_offer *new)
{
	struct hlist_node *next;
	struct nfim_offer *o;

	hash_for_each_possible_safe(nn->offer_out, o, next, by_out,
				    out_hash(&new->outside, new->outside_port,
					     new->zone))
		if (!o->connected && o->zone == new->zone &&
		    o->l3num == new->l3num && o->proto == new->proto &&
		    o->outside_port == new->outside_port &&
		    nf_inet_addr_cmp(&o->outside, &new->outside) &&
		    (new->app != NFIM_APP_SWITCHBOARD || same_host(o, new)))
			offer_free(nn, o);
}

bool nfim_offers_add(struct nfim_net *nn, const struct nfim_offer *o)
{
	struct nfim_offer *new = kmem_cache_alloc(offer_cache, GFP_ATOMIC);
	struct nfim_offer *old;

	if (!new)
		return false;
	*new = *o;
	spin_lock_bh(&nn->offer_lock);
	old = find_repeated(nn, o);
	if (old)
		offer_free(nn, old);
	drop_outdated(nn, new);
	hash_add(nn->offer_host, &new->by_host, host_hash(new));
	hash_add(nn->offer_out, &new->by_out,
		 out_hash(&new->outside, new->outside_port, new->zone));
	nn->offers++;
	spin_unlock_bh(&nn->offer_lock);
	nfim_net_kick_gc(nn);
	return true;
}

/* @master: original tuple of the control connection; one port may be awaited
 * by several, each from its own client.
 */
static struct nfim_offer *find_waiting(struct nfim_net *nn,
				       const struct nf_conntrack_tuple *t,
				       const struct nf_conntrack_tuple *master,
				       u16 zone)
{
	struct nfim_offer *o;

	hash_for_each_possible(nn->offer_out, o, by_out,
			       out_hash(&t->dst.u3, t->dst.u.all, zone))
		if (!o->connected && o->zone == zone &&
		    o->l3num == t->src.l3num &&
		    o->proto == t->dst.protonum &&
		    o->outside_port == t->dst.u.all &&
		    nf_inet_addr_cmp(&o->outside, &t->dst.u3) &&
		    nf_ct_tuple_equal(&o->master, master))
			return o;
	return NULL;
}

bool nfim_offers_connected(struct nfim_net *nn, const struct nf_conn *child,
			   u16 zone)
{
	const struct nf_conntrack_tuple *t =
		&child->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	const struct nf_conntrack_tuple *master =
		&child->master->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	struct nfim_offer *o, copy = { .hairpin = true };

	spin_lock_bh(&nn->offer_lock);
	o = find_waiting(nn, t, master, zone);
	if (o) {
		o->connected = true;
		o->child = *t;
		o->expires = jiffies + UNCONFIRMED_GRACE;
		copy = *o;
	}
	spin_unlock_bh(&nn->offer_lock);
	if (copy.connected)
		nfim_event_connected(nn, child, &copy);
	return copy.hairpin;
}

static void close_waiting(struct nfim_net *nn, struct nfim_offer *o)
{
	struct nf_conntrack_expect *exp = find_expect(nn->net, o);

	if (exp) {
		nfim_unexpect(exp);
		nf_ct_expect_put(exp);
	}
	offer_free(nn, o);
}

unsigned int nfim_offers_cancel(struct nfim_net *nn,
				const struct nf_conn *master, u32 cookie)
{
	const struct nf_conntrack_tuple *t =
		&master->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	struct nfim_offer key = {
		.l3num = t->src.l3num,
		.zone = nf_ct_zone(master)->id,
		.host = t->src.u3,
	};
	struct hlist_node *next;
	unsigned int n = 0;
	struct nfim_offer *o;

	spin_lock_bh(&nn->offer_lock);
	hash_for_each_possible_safe(nn->offer_host, o, next, by_host,
				    host_hash(&key)) {
		if (o->connected || o->cookie != cookie ||
		    o->app == NFIM_APP_SWITCHBOARD || !same_host(&key, o) ||
		    !nf_ct_tuple_equal(&o->master, t))
			continue;
		close_waiting(nn, o);
		n++;
	}
	spin_unlock_bh(&nn->offer_lock);
	return n;
}

bool nfim_offers_gc(struct nfim_net *nn, bool all)
{
	struct hlist_node *next;
	struct nfim_offer *o;
	bool left;
	int i;

	rcu_read_lock();
	for (i = 0; i < HASH_SIZE(nn->offer_host); i++) {
		spin_lock_bh(&nn->offer_lock);
		hlist_for_each_entry_safe(o, next, nn->offer_host + i, by_host)
			if (all || !offer_alive(nn->net, o))
				offer_free(nn, o);
		spin_unlock_bh(&nn->offer_lock);
	}
	left = READ_ONCE(nn->offers);
	rcu_read_unlock();
	return left;
}

unsigned int nfim_offers_walk(struct nfim_net *nn, unsigned int from,
			      int (*fn)(const struct nfim_offer *o, void *arg),
			      void *arg)
{
	struct nfim_offer *o;
	unsigned int at = 0;
	bool full = false;
	int i;

	rcu_read_lock();
	spin_lock_bh(&nn->offer_lock);
	for (i = 0; i < HASH_SIZE(nn->offer_host) && !full; i++) {
		hlist_for_each_entry(o, nn->offer_host + i, by_host) {
			if (at >= from && offer_alive(nn->net, o))
				full = fn(o, arg);
			if (full)
				break;
			at++;
		}
	}
	spin_unlock_bh(&nn->offer_lock);
	rcu_read_unlock();
	return at;
}

int __init nfim_offers_init(void)
{
	offer_seed = get_random_u32();
	offer_cache = KMEM_CACHE(nfim_offer, 0);
	return offer_cache ? 0 : -ENOMEM;
}

void nfim_offers_exit(void)
{
	kmem_cache_destroy(offer_cache);
}
