// SPDX-License-Identifier: GPL-2.0
/* The policies of a namespace. */

#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "policy.h"

/* Generation 0: not allocated, never freed, the same for everybody. */
static const struct nfim_policy_set builtin_set = {
	.n = POLICY_HELPER_MAX,
	.policy = policy_builtin,
	.fallback = {
		[POLICY_MSNP] = policy_builtin + POLICY_MSNP,
		[POLICY_IMSIP] = policy_builtin + POLICY_IMSIP,
	},
};

s32 nfim_policy_number(const struct nfim_policy_set *set,
		       enum policy_helper helper, const struct client *c)
{
	u32 number = set->n;

	if (set->index.n)
		number = policy_index_find(&set->index, set->policy, set->n,
					   helper, c);
	if (number < set->n)
		return number;
	return set->fallback[helper] ? set->fallback[helper] - set->policy : -1;
}

struct policy *nfim_candidate_add(struct nfim_candidate *cand)
{
	struct policy *more;
	u32 room;

	if (cand->n == NFIM_POLICIES)
		return NULL;
	if (cand->n == cand->room) {
		room = cand->room ? cand->room * 2 : 8;
		more = kvmalloc_array(room, sizeof(*more), GFP_KERNEL_ACCOUNT);
		if (!more)
			return NULL;
		if (cand->n)
			memcpy(more, cand->policy, cand->n * sizeof(*more));
		kvfree(cand->policy);
		cand->policy = more;
		cand->room = room;
	}
	more = cand->policy + cand->n++;
	memset(more, 0, sizeof(*more));
	return more;
}

void nfim_candidate_free(struct nfim_candidate *cand)
{
	if (!cand)
		return;
	kvfree(cand->policy);
	kfree(cand);
}

static int by_text(const void *a, const void *b)
{
	const struct policy *const *p = a, *const *q = b;

	return strcmp((*p)->name, (*q)->name);
}

/* @twin: set to a policy whose name another one has; n if there is none. */
static bool find_twin(const struct nfim_candidate *cand, u32 *twin)
{
	const struct policy **sorted;
	u32 i;

	sorted = kvmalloc_array(cand->n, sizeof(*sorted), GFP_KERNEL);
	if (!sorted)
		return false;
	*twin = cand->n;
	for (i = 0; i < cand->n; i++)
		sorted[i] = cand->policy + i;
	sort(sorted, cand->n, sizeof(*sorted), by_text, NULL);
	for (i = 1; i < cand->n && *twin == cand->n; i++)
		if (!strcmp(sorted[i]->name, sorted[i - 1]->name))
			*twin = max(sorted[i], sorted[i - 1]) - cand->policy;
	kvfree(sorted);
	return true;
}

const char *nfim_candidate_check(const struct nfim_candidate *cand, u32 *bad)
{
	bool has_default[POLICY_HELPER_MAX] = { 0 };
	u32 i;

	*bad = 0;
	if (!cand->n)
		return "a set needs at least one policy; flush goes back to the built-in ones";
	for (i = 0; i < cand->n; i++) {
		const struct policy *p = cand->policy + i;

		*bad = i;
		if (p->is_default && has_default[p->helper])
			return "another policy of this helper is the default already";
		has_default[p->helper] |= p->is_default;
	}
	if (!find_twin(cand, bad))
		return "not enough memory to compare the names";
	return *bad < cand->n ? "another policy has this name" : NULL;
}

static void free_set(struct nfim_policy_set *set)
{
	kvfree(set->policy);
	kvfree(set->index.entry);
	kvfree(set->index.node);
	kvfree(set->index.start);
	kfree(set);
}

static void free_set_rcu(struct rcu_head *rcu)
{
	free_set(container_of(rcu, struct nfim_policy_set, rcu));
}

static bool make_index(struct policy_index *ix, const struct policy *policy,
		       u32 n)
{
	u32 i, at = 0;

	for (i = 0; i < n; i++)
		ix->n += policy_index_put(policy + i, i, NULL);
	ix->leaves = roundup_pow_of_two(max(ix->n, 1u));
	ix->entry = kvmalloc_array(ix->n + 1, sizeof(*ix->entry),
				   GFP_KERNEL_ACCOUNT);
	ix->node = kvmalloc_array(2 * ix->leaves, sizeof(*ix->node),
				  GFP_KERNEL_ACCOUNT);
	ix->start = kvmalloc_array(ix->leaves + 1, sizeof(*ix->start),
				   GFP_KERNEL_ACCOUNT);
	if (!ix->entry || !ix->node || !ix->start)
		return false;
	for (i = 0; i < n; i++)
		at += policy_index_put(policy + i, i, ix->entry + at);
	sort(ix->entry, ix->n, sizeof(*ix->entry), policy_index_cmp, NULL);
	policy_index_build(ix);
	return true;
}

static struct nfim_policy_set *make_set(struct nfim_candidate *cand)
{
	struct nfim_policy_set *set = kzalloc(sizeof(*set), GFP_KERNEL_ACCOUNT);
	u32 i;

	if (!set)
		return NULL;
	if (!make_index(&set->index, cand->policy, cand->n)) {
		free_set(set);
		return NULL;
	}
	set->policy = cand->policy;
	set->n = cand->n;
	for (i = 0; i < set->n; i++)
		if (set->policy[i].is_default)
			set->fallback[set->policy[i].helper] = set->policy + i;
	*cand = (struct nfim_candidate){ 0 };
	return set;
}

/*
 * Put @set in force; the old one goes when nobody reads it any more. That is not
 * waited for, because a command holds the lock of all generic netlink.
 */
static void swap_in(struct nfim_net *nn, const struct nfim_policy_set *set)
{
	struct nfim_policy_set *old;

	old = (struct nfim_policy_set *)
	      rcu_replace_pointer(nn->policies, set,
				  lockdep_is_held(&nn->policy_lock));
	if (old != &builtin_set)
		call_rcu(&old->rcu, free_set_rcu);
}

int nfim_policy_commit(struct nfim_net *nn, struct nfim_candidate *cand,
		       const u32 *wanted, u32 *generation)
{
	const struct nfim_policy_set *now;
	struct nfim_policy_set *set;
	int err = -EBUSY;

	mutex_lock(&nn->policy_lock);
	now = rcu_dereference_protected(nn->policies,
					lockdep_is_held(&nn->policy_lock));
	if (wanted && *wanted != now->generation)
		goto out;
	err = -ENOMEM;
	set = make_set(cand);
	if (!set)
		goto out;
	/* 0 is the built-in set, and the last number is no set at all. */
	if (++nn->generation == NFIM_GENERATION_NONE)
		nn->generation = 1;
	set->generation = nn->generation;
	*generation = set->generation;
	swap_in(nn, set);
	err = 0;
out:
	mutex_unlock(&nn->policy_lock);
	return err;
}

void nfim_policy_flush(struct nfim_net *nn)
{
	mutex_lock(&nn->policy_lock);
	swap_in(nn, &builtin_set);
	mutex_unlock(&nn->policy_lock);
}

void nfim_policy_start(struct nfim_net *nn)
{
	mutex_init(&nn->policy_lock);
	RCU_INIT_POINTER(nn->policies, &builtin_set);
}

void nfim_policy_stop(struct nfim_net *nn)
{
	const struct nfim_policy_set *set = rcu_dereference_raw(nn->policies);

	/* Nobody is left who could read it. */
	if (set != &builtin_set)
		free_set((struct nfim_policy_set *)set);
}

void nfim_policy_exit(void)
{
	rcu_barrier();
}
