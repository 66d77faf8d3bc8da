// SPDX-License-Identifier: GPL-2.0
/* Whether there may be one endpoint more: limits of hosts and of the namespace. */

#include <nfim/limits.h>

#include "offer_table.h"
#include "offers.h"
#include "pinhole.h"

/* A host at its limit of whom nothing is dead has it for so long, at least. */
#define FULL_TIME		(HZ / 20)

static struct nfim_offer *find_repeated(struct nfim_net *nn,
					const struct nfim_offer *o)
{
	struct nfim_offer *old;

	hash_for_each_possible(nn->t->offer_end, old, by_end,
			       offer_listener_hash(o))
		if (nfim_offer_repeats(o, old))
			return old;
	return NULL;
}

/* How many of its ports wait already: they are replaced one by one. */
static unsigned int repeated_ports(struct nfim_net *nn,
				   const struct nfim_offer *o,
				   unsigned int ports)
{
	struct nfim_offer like = *o, *old;
	unsigned int n = 0;

	while (ports--) {
		like.inside_port = htons(ntohs(o->inside_port) + ports);
		hash_for_each_possible(nn->t->offer_end, old, by_end,
				       offer_listener_hash(&like)) {
			like.app = old->app;
			like.proto = old->proto;
			n += nfim_offer_repeats(&like, old);
		}
	}
	return n;
}

static bool has_most(const struct nfim_offer_host *host,
		     const struct nfim_offer *o, const struct nfim_demand *d)
{
	if (host && host->same[o->app] >= d->per_host && !o->extra)
		return true;
	return (host ? host->all : 0) + d->holes > d->host_limit;
}

/*
 * What is dead makes room. Each endpoint has to be looked up, so that is not done
 * for every announcement of somebody who likes to stay at the limit.
 */
static void reap_host(struct nfim_net *nn, struct nfim_offer_host *host)
{
	struct hlist_node *next;
	struct nfim_offer *old;
	unsigned int had = host->all;

	if (time_before(jiffies, host->full_until))
		return;
	host->refs++;
	hlist_for_each_entry_safe(old, next, &host->offers, by_host)
		if (!nfim_pinhole_alive(nn->net, old))
			nfim_offer_free(nn, old);
	if (host->all == had)
		host->full_until = jiffies + FULL_TIME;
	nfim_offer_host_put(nn, host);
}

static bool has_share(const struct nfim_net *nn, const struct nfim_offer *o,
		      const struct nfim_offer_host *host, unsigned int more)
{
	return nfim_has_share(host ? host->all : 0, nn->offers, o->net_limit,
			      more);
}

/*
 * What is dead makes room, but everybody waits while it is looked for, so not
 * more often than once in a second.
 */
static void reap_net(struct nfim_net *nn)
{
	struct hlist_node *next;
	struct nfim_offer *old;
	int i;

	if (time_before(jiffies, nn->offers_reaped + HZ))
		return;
	nn->offers_reaped = jiffies;
	hash_for_each_safe(nn->t->offer_out, i, next, old, by_out)
		if (!nfim_pinhole_alive(nn->net, old))
			nfim_offer_free(nn, old);
}

static bool net_full(struct nfim_net *nn, const struct nfim_offer *o,
		     const struct nfim_offer_host *host, unsigned int more)
{
	if (has_share(nn, o, host, more))
		return false;
	reap_net(nn);
	return !has_share(nn, o, nfim_offer_host_find(nn, o), more);
}

/* Nobody has answered there, and for @more others there is no room. */
static bool close_reserved(struct nfim_net *nn, unsigned int more)
{
	struct nfim_offer *o;

	for (; more; more--) {
		o = list_first_entry_or_null(&nn->offer_reserved,
					     struct nfim_offer, by_age);
		if (!o || time_before(jiffies, o->expires - o->lifetime *
				      (unsigned long)HZ +
				      NFIM_ANSWER_SECS * HZ))
			return false;
		nfim_pinhole_close(nn->net, o);
		nfim_offer_free(nn, o);
		nfim_count(nn, NFIM_DISPLACED);
	}
	return true;
}

/*
 * Somebody with many addresses is many hosts, each of which has little. What nobody
 * has answered takes three quarters at most, and there the one that waits longest
 * makes room for a host that has little.
 */
static bool may_wait(struct nfim_net *nn, const struct nfim_offer *o,
		     const struct nfim_offer_host *host,
		     const struct nfim_demand *d)
{
	unsigned int mine = host ? host->all : 0;

	if (!net_full(nn, o, host, d->holes) &&
	    (!o->reserved ||
	     nn->reserved + d->holes <= o->net_limit * 3u / 4))
		return true;
	return mine < d->host_limit / 4 && close_reserved(nn, d->holes);
}

static enum nfim_counter admit(struct nfim_net *nn, const struct nfim_offer *o,
			       const struct nfim_demand *d,
			       struct nfim_offer *repeated)
{
	struct nfim_offer *old = find_repeated(nn, o);
	struct nfim_demand more = *d;
	struct nfim_offer_host *host;

	if (old) {
		*repeated = *old;
		more.per_host = UINT_MAX;
		more.holes -= min(more.holes, repeated_ports(nn, o, d->ports));
		if (!more.holes)
			return NFIM_OK;
	}
	host = nfim_offer_host_find(nn, o);
	if (has_most(host, o, &more)) {
		if (host)
			reap_host(nn, host);
		host = nfim_offer_host_find(nn, o);
		if (has_most(host, o, &more))
			return NFIM_REFUSED_HOST_LIMIT;
	}
	return may_wait(nn, o, host, &more) ? NFIM_OK : NFIM_REFUSED_NET_LIMIT;
}

enum nfim_counter nfim_offers_admit(struct nfim_net *nn,
				    const struct nfim_offer *o,
				    const struct nfim_demand *d,
				    struct nfim_offer *old)
{
	enum nfim_counter why;

	old->outside_port = 0;
	spin_lock_bh(&nn->offer_lock);
	why = admit(nn, o, d, old);
	spin_unlock_bh(&nn->offer_lock);
	return why;
}
