// SPDX-License-Identifier: GPL-2.0
/* The table of calls. */

#include <linux/once.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>

#include <nfim/limits.h>

#include "calls.h"
#include "memory.h"
#include "offers.h"

/**
 * struct nfim_call - a call, for one host
 * @node: in nfim_net.call
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 * @zone: conntrack zone id
 * @used: jiffies when it was heard of last
 * @unheard: somebody else began it, and the host has not said anything yet
 * @host_hash: of its host, for the counts
 * @call: what is remembered
 *
 * Protected by the lock of its Call-ID.
 */
struct nfim_call {
	struct hlist_node node;
	u8 l3num;
	u16 zone;
	unsigned long used;
	bool unheard;
	u64 host_hash;
	struct imsip_call call;
};

/* Buckets in which a call is looked for that makes room. */
#define SAMPLE	8

static struct kmem_cache *call_cache __ro_after_init;
static siphash_key_t call_key __ro_after_init;

static spinlock_t *lock_of(struct nfim_net *nn, u64 id)
{
	return nn->t->call_lock + id % (1 << NFIM_CALL_LOCK_BITS);
}

static struct hlist_head *bucket_of(struct nfim_net *nn, u64 id)
{
	return nn->t->call + id % ARRAY_SIZE(nn->t->call);
}

static atomic_t *counter(struct nfim_call_counts *counts, u64 host,
			 unsigned int row)
{
	host >>= row * NFIM_CALL_COUNT_BITS;
	return counts->row[row] + host % (1 << NFIM_CALL_COUNT_BITS);
}

static u64 host_hash(const struct addr *host)
{
	if (host->len == 4)
		return siphash_1u32(span_half((const char *)host->b),
				    &call_key);
	return siphash_2u64(span_word((const char *)host->b),
			    span_word((const char *)host->b + 8), &call_key);
}

static void count_host(struct nfim_call_counts *counts, u64 host, int by)
{
	unsigned int i;

	for (i = 0; i < NFIM_CALL_COUNTS; i++)
		atomic_add(by, counter(counts, host, i));
}

/* Never too few; the row that is shared with the fewest is nearest. */
static unsigned int calls_of(struct nfim_call_counts *counts, u64 host)
{
	unsigned int i, n = UINT_MAX;

	for (i = 0; i < NFIM_CALL_COUNTS; i++)
		n = min_t(unsigned int, n,
			  atomic_read(counter(counts, host, i)));
	return n;
}

static u64 calls_lock(void *ctx, struct span call_id)
	__acquires(lock)
{
	struct nfim_calls *c = ctx;
	u64 id = siphash(call_id.p, span_len(call_id), &call_key);

	spin_lock_bh(lock_of(c->nn, id));
	return id;
}

static void calls_unlock(void *ctx, u64 id)
	__releases(lock)
{
	struct nfim_calls *c = ctx;

	spin_unlock_bh(lock_of(c->nn, id));
}

static u32 calls_hash(void *ctx, struct span text)
{
	return siphash(text.p, span_len(text), &call_key);
}

static void heard(struct nfim_net *nn, struct nfim_call *call)
{
	if (!call->unheard)
		return;
	call->unheard = false;
	count_host(&nn->t->call_unheard, call->host_hash, -1);
}

static void forget(struct nfim_net *nn, struct nfim_call *call)
{
	hlist_del(&call->node);
	heard(nn, call);
	count_host(&nn->t->call_hosts, call->host_hash, -1);
	atomic_dec(&nn->calls);
	nfim_mem_del(nn, call_cache, call, sizeof(*call));
}

static struct nfim_offer_key key_of(const struct nfim_call *call)
{
	struct nfim_offer_key key = {
		.helper = POLICY_IMSIP,
		.l3num = call->l3num,
		.zone = call->zone,
	};

	memcpy(&key.host, call->call.host.b, call->call.host.len);
	return key;
}

/* Nobody will say that it is over. */
static void end(struct nfim_net *nn, const struct nfim_call *call)
{
	struct nfim_offer_key key = key_of(call);
	u32 i;

	for (i = 0; imsip_cookie(&call->call, i); i++) {
		if (!call->call.stream[i].inside_port)
			continue;
		key.cookie = imsip_cookie(&call->call, i);
		nfim_offers_close(nn, &key, true);
	}
}

/* Who does not answer at all within that time never will. */
static u32 secs_of(const struct nfim_call *call)
{
	return call->unheard ? IMSIP_ENDING_SECS : call->call.secs;
}

/*
 * Somebody with many addresses can begin as many calls as there may be. Of some that
 * nobody has answered, or that are over, the one silent longest makes room. They are
 * those that the lock of this Call-ID protects, and none of that name, which may be
 * at hand. @host: only its own, unless NULL.
 */
static bool make_room(struct nfim_net *nn, u64 id, const u64 *host)
{
	struct nfim_call *call, *oldest = NULL;
	unsigned int i;

	for (i = 0; i < SAMPLE; i++)
		hlist_for_each_entry(call, bucket_of(nn, id +
				     (i << NFIM_CALL_LOCK_BITS)), node)
			if (call->call.id != id &&
			    (!host || call->host_hash == *host) &&
			    secs_of(call) <= IMSIP_ENDING_SECS &&
			    (!oldest || time_before(call->used, oldest->used)))
				oldest = call;
	if (!oldest ||
	    time_before(jiffies, oldest->used + NFIM_ANSWER_SECS * HZ))
		return false;
	end(nn, oldest);
	forget(nn, oldest);
	nfim_count(nn, NFIM_DISPLACED);
	return true;
}

/*
 * Outsiders may begin as many calls to a host as they like, each under another
 * name; that must not take away the room for those it makes itself. Who challenges
 * them is heard of each, so they count like its own.
 */
static enum nfim_counter admit(struct nfim_net *nn, u64 id, u64 host,
			       bool unheard)
{
	unsigned int mine = calls_of(&nn->t->call_hosts, host);

	if (unheard &&
	    (mine >= NFIM_HOST_CALLS ||
	     calls_of(&nn->t->call_unheard, host) >= NFIM_HOST_UNHEARD))
		return NFIM_REFUSED_HOST_LIMIT;
	if (mine >= NFIM_HOST_CALLS)
		return make_room(nn, id, &host) ? NFIM_OK :
						  NFIM_REFUSED_HOST_LIMIT;
	if (nfim_has_share(mine, atomic_read(&nn->calls), NFIM_NET_CALLS, 1) ||
	    (mine < NFIM_HOST_CALLS / 4 && make_room(nn, id, NULL)))
		return NFIM_OK;
	return NFIM_REFUSED_NET_LIMIT;
}

/* Without memory for one more it is as if the table were full. */
static struct nfim_call *new_call(struct nfim_net *nn, u64 id, u64 host)
{
	struct nfim_call *call;

	call = nfim_mem_new(nn, call_cache, sizeof(*call));
	if (!call &&
	    calls_of(&nn->t->call_hosts, host) < NFIM_HOST_CALLS / 4 &&
	    make_room(nn, id, NULL))
		call = nfim_mem_new(nn, call_cache, sizeof(*call));
	if (!call)
		nfim_count(nn, NFIM_REFUSED_NOMEM);
	return call;
}

static struct nfim_call *make(struct nfim_calls *c, u64 id,
			      const struct addr *host)
{
	bool unheard = !addr_equal(host, c->speaker);
	struct nfim_net *nn = c->nn;
	u64 hash = host_hash(host);
	enum nfim_counter why = admit(nn, id, hash, unheard);
	struct nfim_call *call;

	if (why != NFIM_OK) {
		nfim_count(nn, why);
		return NULL;
	}
	call = new_call(nn, id, hash);
	if (!call)
		return NULL;
	atomic_inc(&nn->calls);
	count_host(&nn->t->call_hosts, hash, 1);
	if (unheard)
		count_host(&nn->t->call_unheard, hash, 1);
	call->host_hash = hash;
	call->unheard = unheard;
	call->l3num = c->l3num;
	call->zone = c->zone;
	call->call.id = id;
	call->call.host = *host;
	call->call.secs = IMSIP_ENDING_SECS;
	call->call.cookie = atomic_add_return(16, &nn->call_cookie) &
			    0x7ffffff0;
	hlist_add_head(&call->node, bucket_of(nn, id));
	nfim_net_kick_gc(nn);
	return call;
}

static struct imsip_call *calls_find(void *ctx, u64 id,
				     const struct addr *host, bool may_make)
{
	struct nfim_calls *c = ctx;
	struct nfim_call *call;

	lockdep_assert_held(lock_of(c->nn, id));
	hlist_for_each_entry(call, bucket_of(c->nn, id), node)
		if (call->call.id == id && call->zone == c->zone &&
		    addr_equal(&call->call.host, host))
			break;
	if (!call && may_make)
		call = make(c, id, host);
	if (!call)
		return NULL;
	if (addr_equal(host, c->speaker))
		heard(c->nn, call);
	call->used = jiffies;
	return &call->call;
}

static void calls_forget(void *ctx, struct imsip_call *call)
{
	struct nfim_calls *c = ctx;

	forget(c->nn, container_of(call, struct nfim_call, call));
}

/* Put who listens behind an outside address and port in their place. */
static bool get_behind(const struct nfim_calls *c, enum nfim_kind kind,
		       struct addr *addr, u16 *port, u8 proto)
{
	struct nfim_offer like = {
		.kind = kind,
		.l3num = c->l3num,
		.zone = c->zone,
		.proto = proto,
		.outside_port = htons(*port),
	};

	if (addr->len != (c->l3num == NFPROTO_IPV4 ? 4 : 16))
		return false;
	memcpy(&like.outside, addr->b, addr->len);
	if (!nfim_offers_listener(c->nn, &like))
		return false;
	memcpy(addr->b, &like.listener, addr->len);
	*port = ntohs(like.inside_port);
	return true;
}

/* Others behind the same outside address have ports there as well. */
static u16 calls_inside_port(void *ctx, const struct addr *inside,
			     const struct addr *outside, u16 port, u8 proto)
{
	struct addr addr = *outside;

	return get_behind(ctx, NFIM_KIND_SIGNALLING, &addr, &port, proto) &&
	       addr_equal(&addr, inside) ? port : 0;
}

static bool calls_behind(void *ctx, struct addr *addr, u16 *port, u8 proto)
{
	struct addr told = *addr;

	return get_behind(ctx, NFIM_KIND_MEDIA, addr, port, proto) &&
	       !addr_equal(addr, &told);
}

static u16 calls_outside_port(void *ctx, const struct addr *inside,
			      const struct addr *peer, u16 port, u8 proto)
{
	const struct nfim_calls *c = ctx;
	struct nfim_offer like = {
		.l3num = c->l3num,
		.zone = c->zone,
		.proto = proto,
		.inside_port = htons(port),
		.has_peer = peer,
	};

	memcpy(&like.host, inside->b, inside->len);
	if (peer)
		memcpy(&like.peer, peer->b, peer->len);
	return ntohs(nfim_offers_listening(c->nn, &like));
}

const struct imsip_ops nfim_calls_ops = {
	.lock = calls_lock,
	.unlock = calls_unlock,
	.hash = calls_hash,
	.find = calls_find,
	.forget = calls_forget,
	.inside_port = calls_inside_port,
	.outside_port = calls_outside_port,
	.behind = calls_behind,
};

/* Somebody may let it ring for longer than an expectation waits. */
static void refresh(struct nfim_net *nn, const struct nfim_call *call)
{
	struct nfim_offer_key key = key_of(call);
	u32 i;

	for (i = 0; (key.cookie = imsip_waiting(&call->call, i)); i++)
		nfim_offers_activate(nn, &key);
}

static void gc_bucket(struct nfim_net *nn, u64 id, bool all)
{
	struct hlist_node *next;
	struct nfim_call *call;

	spin_lock_bh(lock_of(nn, id));
	hlist_for_each_entry_safe(call, next, bucket_of(nn, id), node) {
		if (!all && time_before(jiffies, call->used +
					secs_of(call) * HZ)) {
			refresh(nn, call);
			continue;
		}
		if (!all)
			end(nn, call);
		forget(nn, call);
	}
	spin_unlock_bh(lock_of(nn, id));
}

bool nfim_calls_gc(struct nfim_net *nn, bool all)
{
	u64 id;

	for (id = 0; id < ARRAY_SIZE(nn->t->call); id++) {
		rcu_read_lock();
		gc_bucket(nn, id, all);
		rcu_read_unlock();
	}
	return atomic_read(&nn->calls);
}

void nfim_calls_start(struct nfim_tables *t)
{
	unsigned int i;

	/* All of a bucket have one lock. */
	BUILD_BUG_ON(NFIM_CALL_BITS < NFIM_CALL_LOCK_BITS);
	/* Without SMP a lock has no size. */
	for (i = 0; i < 1 << NFIM_CALL_LOCK_BITS; i++)
		spin_lock_init(t->call_lock + i);
}

int __init nfim_calls_init(void)
{
	get_random_bytes(&call_key, sizeof(call_key));
	call_cache = KMEM_CACHE(nfim_call, 0);
	return call_cache ? 0 : -ENOMEM;
}

void nfim_calls_exit(void)
{
	kmem_cache_destroy(call_cache);
}
