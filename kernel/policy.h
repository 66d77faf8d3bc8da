/* SPDX-License-Identifier: GPL-2.0 */
/* The policies of a namespace: a set is made, judged, and put in force. */
#ifndef _NFIM_POLICY_H
#define _NFIM_POLICY_H

#include <linux/rcupdate.h>

#include "net.h"
#include "proto/policy_index.h"

/* Of no set: what was remembered of an earlier one is not valid. */
#define NFIM_GENERATION_NONE	(~0u)

/**
 * struct nfim_policy_set - policies in force, never changed once they are
 * @generation: counts the sets of a namespace; 0 for the built-in one
 * @n: how many policies
 * @policy: in the order of the file
 * @index: finds one of them; empty in the built-in set
 * @fallback: by helper: the policy marked default, or NULL
 * @rcu: frees it
 */
struct nfim_policy_set {
	u32 generation;
	u32 n;
	const struct policy *policy;
	struct policy_index index;
	const struct policy *fallback[POLICY_HELPER_MAX];
	struct rcu_head rcu;
};

/**
 * struct nfim_candidate - a set that is not in force yet
 * @n: how many policies
 * @room: how many fit into @policy
 * @policy: from kvmalloc()
 */
struct nfim_candidate {
	u32 n;
	u32 room;
	struct policy *policy;
};

/**
 * nfim_policy_set() - the set in force
 * @nn: namespace
 *
 * Return: valid until rcu_read_unlock(); never NULL.
 */
static inline const struct nfim_policy_set *
nfim_policy_set(const struct nfim_net *nn)
{
	return rcu_dereference(nn->policies);
}

/**
 * nfim_policy_number() - which policy speaks for a client
 * @set: a set
 * @helper: which helper asks
 * @c: the client
 *
 * The same answer as policy_find(), without looking at policies that speak of
 * other clients or versions.
 *
 * Return: its number, or -1.
 */
s32 nfim_policy_number(const struct nfim_policy_set *set,
		       enum policy_helper helper, const struct client *c);

/**
 * nfim_candidate_add() - room for one more policy
 * @cand: the candidate
 *
 * Process context.
 *
 * Return: a zeroed policy, valid until the next call; NULL when the set is
 * full (@cand->n is %NFIM_POLICIES) or out of memory.
 */
struct policy *nfim_candidate_add(struct nfim_candidate *cand);

/**
 * nfim_candidate_free() - drop a candidate
 * @cand: the candidate; may be NULL
 */
void nfim_candidate_free(struct nfim_candidate *cand);

/**
 * nfim_candidate_check() - whether the policies of a set go together
 * @cand: the candidate; each policy has passed policy_check()
 * @bad: set to the number of a policy that does not
 *
 * Return: NULL, or a sentence.
 */
const char *nfim_candidate_check(const struct nfim_candidate *cand, u32 *bad);

/**
 * nfim_policy_commit() - put a candidate in force
 * @nn: namespace
 * @cand: the candidate, checked; its policies are taken from it
 * @wanted: generation that must be in force, or NULL for any
 * @generation: set to the new generation
 *
 * Process context. Offers that are judged now or later see the new set; what
 * is open stays.
 *
 * Return: 0, -ENOMEM, or -EBUSY when another generation is in force.
 */
int nfim_policy_commit(struct nfim_net *nn, struct nfim_candidate *cand,
		       const u32 *wanted, u32 *generation);

/**
 * nfim_policy_flush() - go back to the built-in policies
 * @nn: namespace
 *
 * Process context.
 */
void nfim_policy_flush(struct nfim_net *nn);

/**
 * nfim_policy_start() - begin with the built-in policies
 * @nn: namespace
 */
void nfim_policy_start(struct nfim_net *nn);

/**
 * nfim_policy_stop() - free the policies of a namespace that goes away
 * @nn: namespace
 */
void nfim_policy_stop(struct nfim_net *nn);

/**
 * nfim_policy_exit() - wait until the sets that were replaced are freed
 *
 * After the last namespace; process context.
 */
void nfim_policy_exit(void);

#endif /* _NFIM_POLICY_H */
