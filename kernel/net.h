/* SPDX-License-Identifier: GPL-2.0 */
/* Everything that belongs to one network namespace. */
#ifndef _NFIM_NET_H
#define _NFIM_NET_H

#include <linux/atomic.h>
#include <linux/hashtable.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netns/generic.h>

#include <nfim/counters.h>

#define NFIM_OFFER_BITS	10
#define NFIM_OFFER_HOST_BITS	8
#define NFIM_CONN_BITS	8
#define NFIM_CLIENT_BITS	8
#define NFIM_CALL_BITS	10
#define NFIM_CALL_LOCK_BITS	5
#define NFIM_CALL_COUNT_BITS	9
#define NFIM_CALL_COUNTS	4

struct nfim_candidate;
struct nfim_policy_set;

/**
 * struct nfim_counters - one CPU's share of the counters
 * @v: by enum nfim_counter; wraps where long is 32 bits
 */
struct nfim_counters {
	unsigned long v[NFIM_COUNTER_MAX];
};

/**
 * struct nfim_call_counts - how many calls each host has
 * @row: a host has a counter in each; it may share them with others, but hardly
 *	with the same ones in all rows
 */
struct nfim_call_counts {
	atomic_t row[NFIM_CALL_COUNTS][1 << NFIM_CALL_COUNT_BITS];
};

/**
 * struct nfim_tables - what only a namespace in which we act needs
 * @offer_host: hosts that have offers
 * @offer_out: offers by outside endpoint
 * @offer_end: offers by the listener and its port
 * @offer_cause: offers by the invitation or call of a host
 * @conn: connections with more to remember, by their ends
 * @conn_host: their clients, by address
 * @client_hash: what is known of hosts, by address
 * @call: calls, by Call-ID
 * @call_lock: protects the calls of some Call-IDs; taken inside a stream lock,
 *	outside the offer_lock of the namespace
 * @call_hosts: how many calls hosts have
 * @call_unheard: how many of them these hosts have not said anything in yet
 */
struct nfim_tables {
	DECLARE_HASHTABLE(offer_host, NFIM_OFFER_HOST_BITS);
	DECLARE_HASHTABLE(offer_out, NFIM_OFFER_BITS);
	DECLARE_HASHTABLE(offer_end, NFIM_OFFER_BITS);
	DECLARE_HASHTABLE(offer_cause, NFIM_OFFER_BITS);
	DECLARE_HASHTABLE(conn, NFIM_CONN_BITS);
	DECLARE_HASHTABLE(conn_host, NFIM_CONN_BITS);
	DECLARE_HASHTABLE(client_hash, NFIM_CLIENT_BITS);
	DECLARE_HASHTABLE(call, NFIM_CALL_BITS);
	spinlock_t call_lock[1 << NFIM_CALL_LOCK_BITS]; /* calls */
	struct nfim_call_counts call_hosts;
	struct nfim_call_counts call_unheard;
};

/**
 * struct nfim_net - state of one network namespace
 * @net: the namespace; it outlives us
 * @counters: per CPU
 * @t: the tables; NULL where we have never acted, and then nothing is in them. Once
 *	there they stay as long as the namespace
 * @offer_lock: protects offers and their tables, and all of these up to
 *	@offers_reaped; taken inside a stream lock, outside nf_conntrack_expect_lock
 * @offer_reserved: those that are reserved, longest ago first
 * @reserved: how many those are
 * @offers: number of offers
 * @offer_changes: counts those that came and went
 * @offers_reaped: jiffies when dead ones were last looked for everywhere
 * @conn_lock: protects connections, their clients and the tables of both, @conns,
 *	@conn_bytes and what struct nfim_conn says; taken inside a stream lock
 * @conns: number of those connections
 * @conn_bytes: memory that hangs on them
 * @held_bytes: payload that is held back now
 * @client_lock: protects the records and their table, @client_lru, @clients and
 *	@client_changes; taken inside a stream lock
 * @client_lru: what is known of hosts, the one heard of last at the end
 * @clients: number of records
 * @client_changes: counts those that came and went
 * @memory: bytes of all entries of all tables and of what hangs on them
 * @calls: how many calls there are in all
 * @call_cookie: the last one that a call got
 * @policies: the policies in force; read under RCU, written under @policy_lock
 * @policy_lock: held while a set is made and put in force
 * @generation: of the last set that was put in force; under @policy_lock
 * @gc: reaps what nobody asks for any more; armed while a table has entries
 */
struct nfim_net {
	struct net *net;
	struct nfim_counters __percpu *counters;
	struct nfim_tables *t;

	spinlock_t offer_lock; /* offers and their tables */
	struct list_head offer_reserved;
	unsigned int reserved;
	unsigned int offers;
	u32 offer_changes;
	unsigned long offers_reaped;

	spinlock_t conn_lock; /* connections, clients and their tables */
	unsigned int conns;
	unsigned int conn_bytes;
	atomic_t held_bytes;

	spinlock_t client_lock; /* records and their table */
	struct list_head client_lru;
	unsigned int clients;
	u32 client_changes;

	atomic_t memory;

	atomic_t calls;
	atomic_t call_cookie;

	const struct nfim_policy_set __rcu *policies;
	struct mutex policy_lock; /* who may replace the set */
	u32 generation;

	struct delayed_work gc;
};

extern unsigned int nfim_net_id;

/**
 * nfim_pernet() - our state of a namespace
 * @net: any namespace
 *
 * Return: never NULL while the helpers are registered.
 */
static inline struct nfim_net *nfim_pernet(const struct net *net)
{
	return net_generic(net, nfim_net_id);
}

/**
 * nfim_has_tables() - whether there is anything to look into
 * @nn: namespace
 *
 * To be asked by whatever may be called where nfim_net_active() was not.
 *
 * Return: false in a namespace in which we have never acted.
 */
static inline bool nfim_has_tables(const struct nfim_net *nn)
{
	/* Pairs with make_tables(): they are empty, not unwritten. */
	return smp_load_acquire(&nn->t);
}

/**
 * nfim_net_active() - whether we act in a namespace at all (design D3)
 * @net: any namespace
 *
 * Return: false in a namespace that an unprivileged user may own; true only where
 * there are tables.
 */
bool nfim_net_active(const struct net *net);

/**
 * nfim_has_share() - whether a host may take more of what all have in common
 * @mine: how much it has
 * @all: how much all have
 * @most: how much there is
 * @more: how much more it wants
 *
 * The last eighth is for hosts that have little: of it one may take as long as
 * it has less than what is left. However many hosts take what they can, one
 * that has nothing finds room.
 *
 * Return: false when it is too much.
 */
static inline bool nfim_has_share(u32 mine, u32 all, u32 most, u32 more)
{
	u32 left = most > all ? most - all : 0;

	if (more > left)
		return false;
	return left - more >= most / 8 || mine < left;
}

/**
 * nfim_count() - count one event
 * @nn: namespace
 * @c: what happened; %NFIM_OK is not counted
 *
 * Any context.
 */
static inline void nfim_count(struct nfim_net *nn, enum nfim_counter c)
{
	if (c != NFIM_OK)
		this_cpu_inc(nn->counters->v[c]);
}

/**
 * nfim_counter_sum() - read a counter
 * @nn: namespace
 * @c: which one
 *
 * Return: events on all CPUs.
 */
u64 nfim_counter_sum(const struct nfim_net *nn, enum nfim_counter c);

/**
 * nfim_net_kick_gc() - see that the garbage collection runs
 * @nn: namespace
 *
 * Any context; called whenever a table gets an entry.
 */
void nfim_net_kick_gc(struct nfim_net *nn);

int nfim_net_init(void);
void nfim_net_exit(void);

#endif /* _NFIM_NET_H */
