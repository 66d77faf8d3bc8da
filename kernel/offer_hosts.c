// SPDX-License-Identifier: GPL-2.0
/* Which hosts have endpoints open, and how many. */

#include <linux/jhash.h>
#include <linux/slab.h>

#include "memory.h"
#include "offer_hosts.h"
#include "offers.h"

static struct kmem_cache *host_cache __ro_after_init;
static u32 host_seed __ro_after_init;

static u32 hash(const struct nfim_offer *o)
{
	if (o->l3num == NFPROTO_IPV4)
		return jhash_2words((__force u32)o->host.ip, o->zone,
				    host_seed);
	return jhash2((const u32 *)o->host.all, ARRAY_SIZE(o->host.all),
		      host_seed ^ o->zone);
}

struct nfim_offer_host *nfim_offer_host_find(const struct nfim_net *nn,
					     const struct nfim_offer *o)
{
	struct nfim_offer_host *host;

	hash_for_each_possible(nn->t->offer_host, host, node, hash(o))
		if (host->zone == o->zone && host->l3num == o->l3num &&
		    nf_inet_addr_cmp(&host->addr, &o->host))
			return host;
	return NULL;
}

struct nfim_offer_host *nfim_offer_host_get(struct nfim_net *nn,
					    const struct nfim_offer *o)
{
	struct nfim_offer_host *host = nfim_offer_host_find(nn, o);

	if (!host) {
		host = nfim_mem_new(nn, host_cache, sizeof(*host));
		if (!host)
			return NULL;
		host->full_until = jiffies;
		host->l3num = o->l3num;
		host->zone = o->zone;
		host->addr = o->host;
		hash_add(nn->t->offer_host, &host->node, hash(o));
	}
	host->refs++;
	return host;
}

void nfim_offer_host_put(struct nfim_net *nn, struct nfim_offer_host *host)
{
	if (--host->refs)
		return;
	hash_del(&host->node);
	nfim_mem_del(nn, host_cache, host, sizeof(*host));
}

void nfim_offer_host_add(struct nfim_offer *o)
{
	hlist_add_head(&o->by_host, &o->owner->offers);
	o->owner->all++;
	if (!o->extra)
		o->owner->same[o->app]++;
}

void nfim_offer_host_del(struct nfim_net *nn, struct nfim_offer *o)
{
	struct nfim_offer_host *host = o->owner;

	hlist_del(&o->by_host);
	host->all--;
	if (!o->extra)
		host->same[o->app]--;
	nfim_offer_host_put(nn, host);
}

int __init nfim_offer_hosts_init(void)
{
	host_seed = get_random_u32();
	host_cache = KMEM_CACHE(nfim_offer_host, 0);
	return host_cache ? 0 : -ENOMEM;
}

void nfim_offer_hosts_exit(void)
{
	kmem_cache_destroy(host_cache);
}
