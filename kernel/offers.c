// SPDX-License-Identifier: GPL-2.0
/* The table of endpoints that we opened. */

#include <linux/slab.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_expect.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include <nfim/limits.h>

#include "compat/expect.h"
#include "events.h"
#include "memory.h"
#include "offer_table.h"
#include "offers.h"
#include "pinhole.h"

/* A child is not in conntrack's table before its first packet has left. */
#define UNCONFIRMED_GRACE	(5 * HZ)
static struct kmem_cache *offer_cache __ro_after_init;
u32 nfim_offer_seed __ro_after_init;

static u32 cause_hash(const struct nfim_offer *o)
{
	return offer_hash(&o->host, o->cookie);
}

static void set_open(struct nfim_net *nn, struct nfim_offer *o)
{
	if (!o->reserved)
		return;
	o->reserved = false;
	list_del(&o->by_age);
	nn->reserved--;
}

void nfim_offer_free(struct nfim_net *nn, struct nfim_offer *o)
{
	set_open(nn, o);
	nfim_offer_host_del(nn, o);
	hash_del(&o->by_out);
	hash_del(&o->by_end);
	hash_del(&o->by_cause);
	nn->offers--;
	nn->offer_changes++;
	nfim_mem_del(nn, offer_cache, o, sizeof(*o));
}

/* The same invitation or call. */
static bool same_cause(const struct nfim_offer *a, const struct nfim_offer *b)
{
	if (a->helper != b->helper)
		return false;
	return a->helper == POLICY_IMSIP ? a->cookie == b->cookie :
	       nf_ct_tuple_equal(&a->master, &b->master);
}

/* The same listener, as far as a peer can tell. */
static bool same_endpoint(const struct nfim_offer *a,
			  const struct nfim_offer *b)
{
	return a->app == b->app && a->kind == b->kind &&
	       a->proto == b->proto && a->inside_port == b->inside_port &&
	       nf_inet_addr_cmp(&a->listener, &b->listener);
}

bool nfim_offer_repeats(const struct nfim_offer *o,
			const struct nfim_offer *old)
{
	return !old->connected && offer_same_host(o, old) &&
	       same_endpoint(o, old) && same_cause(o, old) &&
	       (!o->another || offer_same_peer(o, old));
}

/* The endpoint, whose hash is @out, is ours now: whoever waited does so in vain. */
static void drop_outdated(struct nfim_net *nn, const struct nfim_offer *new,
			  u32 out)
{
	struct hlist_node *next;
	struct nfim_offer *o;

	hash_for_each_possible_safe(nn->t->offer_out, o, next, by_out, out)
		if (!o->connected && offer_same_outside(o, new) &&
		    offer_same_peer(o, new) &&
		    (new->kind != NFIM_KIND_MASTER ||
		     offer_same_host(o, new)))
			nfim_offer_free(nn, o);
}

struct nfim_offer *nfim_offers_new(struct nfim_net *nn,
				   const struct nfim_offer *o)
{
	struct nfim_offer *new = nfim_mem_new(nn, offer_cache, sizeof(*new));

	if (!new)
		return NULL;
	*new = *o;
	spin_lock_bh(&nn->offer_lock);
	new->owner = nfim_offer_host_get(nn, o);
	spin_unlock_bh(&nn->offer_lock);
	if (new->owner)
		return new;
	nfim_mem_del(nn, offer_cache, new, sizeof(*new));
	return NULL;
}

void nfim_offers_drop(struct nfim_net *nn, struct nfim_offer *o)
{
	if (!o)
		return;
	spin_lock_bh(&nn->offer_lock);
	nfim_offer_host_put(nn, o->owner);
	spin_unlock_bh(&nn->offer_lock);
	nfim_mem_del(nn, offer_cache, o, sizeof(*o));
}

static void close_waiting(struct nfim_net *nn, struct nfim_offer *o)
{
	nfim_pinhole_close(nn->net, o);
	nfim_offer_free(nn, o);
}

/* @end: its hash. @at_port: only what waits at the same outside port. */
static void close_repeated(struct nfim_net *nn, const struct nfim_offer *new,
			   u32 end, bool at_port)
{
	struct hlist_node *next;
	struct nfim_offer *o;

	hash_for_each_possible_safe(nn->t->offer_end, o, next, by_end, end) {
		bool here = o->outside_port == new->outside_port;

		if (!nfim_offer_repeats(new, o) || (at_port && !here))
			continue;
		/* An identical one is replaced by the kernel. */
		if (here && offer_same_peer(new, o) &&
		    nf_ct_tuple_equal(&new->master, &o->master)) {
			if (!at_port)
				nfim_offer_free(nn, o);
		} else {
			close_waiting(nn, o);
		}
	}
}

void nfim_offers_make_room(struct nfim_net *nn, const struct nfim_offer *o)
{
	spin_lock_bh(&nn->offer_lock);
	close_repeated(nn, o, offer_listener_hash(o), true);
	spin_unlock_bh(&nn->offer_lock);
}

void nfim_offers_add(struct nfim_net *nn, struct nfim_offer *o)
{
	u32 out = offer_outside_hash(o);
	u32 end = offer_listener_hash(o);

	spin_lock_bh(&nn->offer_lock);
	close_repeated(nn, o, end, false);
	drop_outdated(nn, o, out);
	nfim_offer_host_add(o);
	hash_add(nn->t->offer_out, &o->by_out, out);
	hash_add(nn->t->offer_end, &o->by_end, end);
	hash_add(nn->t->offer_cause, &o->by_cause, cause_hash(o));
	if (o->reserved) {
		list_add_tail(&o->by_age, &nn->offer_reserved);
		nn->reserved++;
	}
	nn->offers++;
	nn->offer_changes++;
	spin_unlock_bh(&nn->offer_lock);
	nfim_net_kick_gc(nn);
}

/* One port may be awaited by several, each from its own peer or client. */
static struct nfim_offer *find_waiting(struct nfim_net *nn,
				       const struct nf_conntrack_tuple *t,
				       const struct nf_conntrack_tuple *master,
				       u16 zone)
{
	struct nfim_offer *o;

	hash_for_each_possible(nn->t->offer_out, o, by_out,
			       offer_end_hash(&t->dst.u3, t->dst.u.all, zone))
		if (!o->connected && o->zone == zone &&
		    o->l3num == t->src.l3num &&
		    o->proto == t->dst.protonum &&
		    o->outside_port == t->dst.u.all &&
		    nf_inet_addr_cmp(&o->outside, &t->dst.u3) &&
		    offer_may_come(o, &t->src.u3) &&
		    (o->kind != NFIM_KIND_OUTWARD ||
		     o->peer_port == t->src.u.all) &&
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

	/* What ctnetlink expects needs nobody who acts here. */
	if (!nfim_has_tables(nn))
		return true;
	spin_lock_bh(&nn->offer_lock);
	o = find_waiting(nn, t, master, zone);
	if (o) {
		copy = *o;
		/* A registrar may come again. */
		if (o->kind != NFIM_KIND_SIGNALLING) {
			o->connected = true;
			o->child = *t;
			o->expires = jiffies + UNCONFIRMED_GRACE;
		}
	}
	spin_unlock_bh(&nn->offer_lock);
	if (o)
		nfim_event_connected(nn, child, &copy);
	return copy.hairpin;
}

/* What a key stands for, as far as hashes go. */
static void key_offer(const struct nfim_offer_key *key, struct nfim_offer *o)
{
	memset(o, 0, sizeof(*o));
	o->helper = key->helper;
	o->cookie = key->cookie;
	o->l3num = key->l3num;
	o->zone = key->zone;
	o->host = key->host;
	o->master = key->master;
}

static bool named(const struct nfim_offer *key, const struct nfim_offer *o)
{
	return o->cookie == key->cookie && o->kind != NFIM_KIND_MASTER &&
	       offer_same_host(key, o) && same_cause(key, o);
}

unsigned int nfim_offers_close(struct nfim_net *nn,
			       const struct nfim_offer_key *key, bool end)
{
	struct nfim_offer *o, like;
	struct hlist_node *next;
	unsigned int n = 0;

	key_offer(key, &like);
	spin_lock_bh(&nn->offer_lock);
	hash_for_each_possible_safe(nn->t->offer_cause, o, next, by_cause,
				    cause_hash(&like)) {
		if (!named(&like, o) || (o->connected && !end))
			continue;
		n += !o->connected;
		if (end && nfim_pinhole_end(nn->net, o))
			nfim_count(nn, NFIM_ENDED);
		if (o->connected)
			nfim_offer_free(nn, o);
		else
			close_waiting(nn, o);
	}
	spin_unlock_bh(&nn->offer_lock);
	return n;
}

static void open_waiting(struct nfim_net *nn, struct nfim_offer *o)
{
	struct nf_conntrack_expect *exp = nfim_pinhole_find(nn->net, o);

	o->expires = jiffies + o->lifetime * (unsigned long)HZ;
	if (!exp)
		return;
	nfim_expect_activate(exp, o->lifetime);
	nf_ct_expect_put(exp);
	if (o->reserved)
		nfim_pinhole_clear_way(nn->net, o);
	set_open(nn, o);
}

unsigned int nfim_offers_activate(struct nfim_net *nn,
				  const struct nfim_offer_key *key)
{
	struct nfim_offer *o, like;
	unsigned int n = 0;

	key_offer(key, &like);
	spin_lock_bh(&nn->offer_lock);
	hash_for_each_possible(nn->t->offer_cause, o, by_cause,
			       cause_hash(&like)) {
		if (o->connected || !named(&like, o))
			continue;
		open_waiting(nn, o);
		n++;
	}
	spin_unlock_bh(&nn->offer_lock);
	return n;
}

/* What came is what the peer sends from where it listens, or is sent there. */
static bool is_met(const struct nfim_offer *o, const struct nfim_offer *old)
{
	const struct nf_conntrack_tuple *t = &old->child;

	return old->connected && old->outside_port == o->outside_port &&
	       o->peer_port &&
	       ((t->src.u.all == o->peer_port &&
		 nf_inet_addr_cmp(&t->src.u3, &o->from)) ||
		(t->dst.u.all == o->peer_port &&
		 nf_inet_addr_cmp(&t->dst.u3, &o->from)));
}

bool nfim_offers_awaited(struct nfim_net *nn, const struct nfim_offer *o,
			 bool met)
{
	struct nfim_offer *old;
	bool awaited = false;

	spin_lock_bh(&nn->offer_lock);
	hash_for_each_possible(nn->t->offer_end, old, by_end,
			       offer_listener_hash(o))
		if (offer_same_host(o, old) && same_endpoint(o, old) &&
		    same_cause(o, old) &&
		    (met ? is_met(o, old) :
			   !o->another || offer_same_peer(o, old)) &&
		    nfim_pinhole_alive(nn->net, old)) {
			awaited = true;
			break;
		}
	spin_unlock_bh(&nn->offer_lock);
	return awaited;
}

bool nfim_offers_gc(struct nfim_net *nn, bool all)
{
	struct hlist_node *next;
	struct nfim_offer *o;
	bool left;
	int i;

	rcu_read_lock();
	for (i = 0; i < HASH_SIZE(nn->t->offer_out); i++) {
		spin_lock_bh(&nn->offer_lock);
		hlist_for_each_entry_safe(o, next, nn->t->offer_out + i, by_out)
			if (all || !nfim_pinhole_alive(nn->net, o))
				nfim_offer_free(nn, o);
		spin_unlock_bh(&nn->offer_lock);
	}
	left = READ_ONCE(nn->offers);
	rcu_read_unlock();
	return left;
}

unsigned int nfim_offers_walk(struct nfim_net *nn, unsigned int from,
			      u32 *changes,
			      int (*fn)(const struct nfim_offer *o, void *arg),
			      void *arg)
{
	struct nfim_offer *o;
	unsigned int at = 0;
	bool full = false;
	int i;

	*changes = 0;
	if (!nfim_has_tables(nn))
		return 0;
	rcu_read_lock();
	spin_lock_bh(&nn->offer_lock);
	*changes = nn->offer_changes;
	for (i = 0; i < HASH_SIZE(nn->t->offer_out) && !full; i++) {
		hlist_for_each_entry(o, nn->t->offer_out + i, by_out) {
			if (at >= from && nfim_pinhole_alive(nn->net, o))
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
	nfim_offer_seed = get_random_u32();
	if (nfim_offer_hosts_init())
		return -ENOMEM;
	offer_cache = KMEM_CACHE(nfim_offer, 0);
	if (offer_cache)
		return 0;
	nfim_offer_hosts_exit();
	return -ENOMEM;
}

void nfim_offers_exit(void)
{
	kmem_cache_destroy(offer_cache);
	nfim_offer_hosts_exit();
}
