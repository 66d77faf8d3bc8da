/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was learnt of each host's client (design D11). The last word wins; a
 * switchboard connection, which tells nothing, uses the record of its host.
 */
#ifndef _NFIM_CLIENTS_H
#define _NFIM_CLIENTS_H

#include <linux/netfilter.h>
#include <net/netfilter/nf_conntrack.h>

#include "net.h"
#include "proto/policy.h"

/**
 * struct nfim_client - a host and its client
 * @node: in client_hash
 * @lru: in client_lru, the one heard of last at the end
 * @addr: address of the host before NAT
 * @zone: conntrack zone id
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 * @helper: which helper learnt it
 * @known: what is known
 * @used: jiffies when it was heard of last
 * @generation: of the policy set that @policy belongs to; 0 for none
 * @policy: number of the policy in that set; -1 when there is none
 *
 * Protected by client_lock.
 */
struct nfim_client {
	struct hlist_node node;
	struct list_head lru;
	union nf_inet_addr addr;
	u16 zone;
	u8 l3num;
	enum policy_helper helper;
	struct client known;
	unsigned long used;
	u32 generation;
	s32 policy;
};

/**
 * nfim_clients_learn() - remember what a login told
 * @nn: namespace
 * @ct: control connection; its original source is the host
 * @helper: which helper
 * @learn: takes it over into the record; returns false to leave it alone
 * @arg: for @learn
 */
void nfim_clients_learn(struct nfim_net *nn, const struct nf_conn *ct,
			enum policy_helper helper,
			bool (*learn)(struct client *c, void *arg), void *arg);

/**
 * nfim_clients_policy() - the policy for a host
 * @nn: namespace
 * @ct: control connection; its original source is the host
 * @helper: which helper asks
 * @known: filled with what is known of the host; all zero when nothing is
 *
 * Found once for a client and a set, then remembered. Under rcu_read_lock().
 *
 * Return: valid until rcu_read_unlock(); NULL when none speaks for it.
 */
const struct policy *nfim_clients_policy(struct nfim_net *nn,
					 const struct nf_conn *ct,
					 enum policy_helper helper,
					 struct client *known);

/**
 * nfim_clients_learn_of() - nfim_clients_learn() for either end
 * @nn: namespace
 * @ct: control connection
 * @dir: direction of the host's packets
 * @helper: which helper
 * @learn: takes it over into the record; returns false to leave it alone
 * @arg: for @learn
 */
void nfim_clients_learn_of(struct nfim_net *nn, const struct nf_conn *ct,
			   enum ip_conntrack_dir dir,
			   enum policy_helper helper,
			   bool (*learn)(struct client *c, void *arg),
			   void *arg);

/**
 * nfim_clients_policy_of() - nfim_clients_policy() for either end
 * @nn: namespace
 * @ct: control connection
 * @dir: direction of the host's packets
 * @helper: which helper asks
 * @known: filled with what is known of the host; all zero when nothing is
 *
 * Return: as nfim_clients_policy().
 */
const struct policy *nfim_clients_policy_of(struct nfim_net *nn,
					    const struct nf_conn *ct,
					    enum ip_conntrack_dir dir,
					    enum policy_helper helper,
					    struct client *known);

/**
 * nfim_clients_gc() - forget hosts that have been silent
 * @nn: namespace
 * @all: everything, the namespace goes away
 *
 * Return: whether any is left.
 */
bool nfim_clients_gc(struct nfim_net *nn, bool all);

/**
 * nfim_clients_walk() - look at every record
 * @nn: namespace
 * @from: record to begin with; 0 at first
 * @changes: set before @fn is called; the same in two walks if no record came
 *	or went between them, so that @from means the same
 * @fn: called under client_lock and rcu_read_lock(), with the policy or NULL;
 *	a non-zero result ends the walk
 * @arg: handed to @fn
 *
 * Return: number of the record that @fn did not take, to go on with; behind
 * the last record when it took them all.
 */
unsigned int nfim_clients_walk(struct nfim_net *nn, unsigned int from,
			       u32 *changes,
			       int (*fn)(const struct nfim_client *c,
					 const struct policy *p, void *arg),
			       void *arg);

int nfim_clients_init(void);
void nfim_clients_exit(void);

#endif /* _NFIM_CLIENTS_H */
