// SPDX-License-Identifier: GPL-2.0
/* What was learnt of each host's client. */

#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include <nfim/limits.h>

#include "clients.h"
#include "events.h"
#include "memory.h"
#include "policy.h"

static struct kmem_cache *client_cache __ro_after_init;
static u32 client_seed __ro_after_init;

static u32 host_hash(const union nf_inet_addr *addr, u16 zone)
{
	return jhash2((const u32 *)addr->all, ARRAY_SIZE(addr->all),
		      client_seed ^ zone);
}

static struct nfim_client *find(struct nfim_net *nn, const struct nf_conn *ct,
				enum ip_conntrack_dir dir,
				enum policy_helper helper)
{
	const struct nf_conntrack_tuple *t = &ct->tuplehash[dir].tuple;
	u16 zone = nf_ct_zone(ct)->id;
	struct nfim_client *c;

	lockdep_assert_held(&nn->client_lock);
	hash_for_each_possible(nn->t->client_hash, c, node,
			       host_hash(&t->src.u3, zone))
		if (c->zone == zone && c->l3num == t->src.l3num &&
		    c->helper == helper &&
		    nf_inet_addr_cmp(&c->addr, &t->src.u3))
			return c;
	return NULL;
}

static void forget(struct nfim_net *nn, struct nfim_client *c)
{
	hash_del(&c->node);
	list_del(&c->lru);
	nn->clients--;
	nn->client_changes++;
	nfim_mem_del(nn, client_cache, c, sizeof(*c));
}

static void make_room(struct nfim_net *nn)
{
	struct nfim_client *oldest;

	nfim_count(nn, NFIM_CLIENT_FULL);
	oldest = list_first_entry_or_null(&nn->client_lru, struct nfim_client,
					  lru);
	if (oldest)
		forget(nn, oldest);
}

static struct nfim_client *add(struct nfim_net *nn, const struct nf_conn *ct,
			       enum ip_conntrack_dir dir,
			       enum policy_helper helper)
{
	const struct nf_conntrack_tuple *t = &ct->tuplehash[dir].tuple;
	struct nfim_client *c;

	if (nn->clients >= NFIM_NET_CLIENTS)
		make_room(nn);
	c = nfim_mem_new(nn, client_cache, sizeof(*c));
	if (!c) {
		make_room(nn);
		c = nfim_mem_new(nn, client_cache, sizeof(*c));
	}
	if (!c)
		return NULL;
	c->addr = t->src.u3;
	c->zone = nf_ct_zone(ct)->id;
	c->l3num = t->src.l3num;
	c->helper = helper;
	c->generation = NFIM_GENERATION_NONE;
	hash_add(nn->t->client_hash, &c->node, host_hash(&c->addr, c->zone));
	list_add_tail(&c->lru, &nn->client_lru);
	nn->clients++;
	nn->client_changes++;
	nfim_count(nn, NFIM_CLIENT_NEW);
	nfim_net_kick_gc(nn);
	return c;
}

static void touch(struct nfim_net *nn, struct nfim_client *c)
{
	c->used = jiffies;
	list_move_tail(&c->lru, &nn->client_lru);
}

/* The policy of a record, remembered for the set in force. */
static const struct policy *policy_of(struct nfim_net *nn,
				      struct nfim_client *c)
{
	const struct nfim_policy_set *set = nfim_policy_set(nn);

	if (c->generation != set->generation) {
		c->policy = nfim_policy_number(set, c->helper, &c->known);
		c->generation = set->generation;
	}
	return c->policy < 0 ? NULL : set->policy + c->policy;
}

/* What is known of one cannot be said of the other. */
static bool contradicts(const struct client *a, const struct client *b)
{
	return (a->dialect && a->dialect != b->dialect) ||
	       (a->name[0] && strcmp(a->name, b->name)) ||
	       (a->text[0] && strcmp(a->text, b->text)) ||
	       (a->agent[0] && strcmp(a->agent, b->agent));
}

void nfim_clients_learn_of(struct nfim_net *nn, const struct nf_conn *ct,
			   enum ip_conntrack_dir dir,
			   enum policy_helper helper,
			   bool (*learn)(struct client *c, void *arg),
			   void *arg)
{
	enum nfim_counter how = NFIM_CLIENT_NEW;
	struct client known = { 0 };
	struct nfim_client *c;
	bool changed = false;

	spin_lock_bh(&nn->client_lock);
	c = find(nn, ct, dir, helper);
	if (c)
		known = c->known;
	if (!learn(&known, arg))
		goto out;
	if (!c)
		c = add(nn, ct, dir, helper);
	if (!c)
		goto out;
	touch(nn, c);
	changed = memcmp(&known, &c->known, sizeof(known));
	if (contradicts(&c->known, &known)) {
		how = NFIM_CLIENT_CHANGED;
		nfim_count(nn, how);
	}
	if (changed) {
		c->known = known;
		c->generation = NFIM_GENERATION_NONE;
	}
out:
	spin_unlock_bh(&nn->client_lock);
	if (changed)
		nfim_event_client(nn, ct, dir, helper, how);
}

void nfim_clients_learn(struct nfim_net *nn, const struct nf_conn *ct,
			enum policy_helper helper,
			bool (*learn)(struct client *c, void *arg), void *arg)
{
	nfim_clients_learn_of(nn, ct, IP_CT_DIR_ORIGINAL, helper, learn, arg);
}

const struct policy *nfim_clients_policy_of(struct nfim_net *nn,
					    const struct nf_conn *ct,
					    enum ip_conntrack_dir dir,
					    enum policy_helper helper,
					    struct client *known)
{
	const struct nfim_policy_set *set = nfim_policy_set(nn);
	const struct policy *p;
	struct nfim_client *c;

	memset(known, 0, sizeof(*known));
	spin_lock_bh(&nn->client_lock);
	c = find(nn, ct, dir, helper);
	if (c) {
		touch(nn, c);
		*known = c->known;
		p = policy_of(nn, c);
	} else {
		p = set->fallback[helper];
	}
	spin_unlock_bh(&nn->client_lock);
	return p;
}

const struct policy *nfim_clients_policy(struct nfim_net *nn,
					 const struct nf_conn *ct,
					 enum policy_helper helper,
					 struct client *known)
{
	return nfim_clients_policy_of(nn, ct, IP_CT_DIR_ORIGINAL, helper,
				      known);
}

bool nfim_clients_gc(struct nfim_net *nn, bool all)
{
	struct nfim_client *c, *next;

	spin_lock_bh(&nn->client_lock);
	list_for_each_entry_safe(c, next, &nn->client_lru, lru) {
		if (!all && time_before(jiffies, c->used +
					NFIM_CLIENT_SECS * HZ))
			break;
		forget(nn, c);
	}
	spin_unlock_bh(&nn->client_lock);
	return READ_ONCE(nn->clients);
}

unsigned int nfim_clients_walk(struct nfim_net *nn, unsigned int from,
			       u32 *changes,
			       int (*fn)(const struct nfim_client *c,
					 const struct policy *p, void *arg),
			       void *arg)
{
	struct nfim_client *c;
	unsigned int at = 0;
	bool full = false;
	int i;

	*changes = 0;
	if (!nfim_has_tables(nn))
		return 0;
	rcu_read_lock();
	spin_lock_bh(&nn->client_lock);
	*changes = nn->client_changes;
	/* The order of client_lru changes with every word of a client. */
	for (i = 0; i < HASH_SIZE(nn->t->client_hash) && !full; i++) {
		hlist_for_each_entry(c, nn->t->client_hash + i, node) {
			full = at >= from && fn(c, policy_of(nn, c), arg);
			if (full)
				break;
			at++;
		}
	}
	spin_unlock_bh(&nn->client_lock);
	rcu_read_unlock();
	return at;
}

int __init nfim_clients_init(void)
{
	client_seed = get_random_u32();
	client_cache = KMEM_CACHE(nfim_client, 0);
	return client_cache ? 0 : -ENOMEM;
}

void nfim_clients_exit(void)
{
	kmem_cache_destroy(client_cache);
}
