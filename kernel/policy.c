// SPDX-License-Identifier: GPL-2.0
/* The policies of a namespace. */

#include <linux/ctype.h>
#include <linux/jhash.h>
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

static u32 name_hash(const char *name)
{
	char low[NFIM_CLIENT_NAME];
	unsigned int n;

	for (n = 0; name[n] && n < sizeof(low); n++)
		low[n] = tolower(name[n]);
	return jhash(low, n, 0);
}

/* First entry of a hash. */
static u32 find_name(const struct nfim_policy_set *set, u32 hash)
{
	u32 lo = 0, hi = set->n_names;

	while (lo < hi) {
		u32 mid = lo + (hi - lo) / 2;

		if (set->name[mid].hash < hash)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool fits(const struct nfim_policy_set *set, u32 number,
		 enum policy_helper helper, const struct client *c)
{
	const struct policy *p = set->policy + number;

	return p->helper == helper && policy_fits(p, c);
}

s32 nfim_policy_number(const struct nfim_policy_set *set,
		       enum policy_helper helper, const struct client *c)
{
	u32 hash = name_hash(c->name), best = set->n, i;

	for (i = find_name(set, hash);
	     i < set->n_names && set->name[i].hash == hash; i++) {
		if (fits(set, set->name[i].number, helper, c)) {
			best = set->name[i].number;
			break;
		}
	}
	for (i = 0; i < set->n_open && set->open[i] < best; i++)
		if (fits(set, set->open[i], helper, c))
			return set->open[i];
	if (best < set->n)
		return best;
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

static int by_hash(const void *a, const void *b)
{
	const struct nfim_policy_name *p = a, *q = b;

	if (p->hash != q->hash)
		return p->hash < q->hash ? -1 : 1;
	return p->number < q->number ? -1 : p->number > q->number;
}

static void index_policy(struct nfim_policy_set *set, u32 number)
{
	const struct policy *p = set->policy + number;
	u32 i;

	if (p->is_default)
		set->fallback[p->helper] = p;
	if (p->is_default && policy_is_open(p))
		return;
	if (!p->client[0][0])
		set->open[set->n_open++] = number;
	for (i = 0; i < NFIM_POLICY_CLIENTS && p->client[i][0]; i++)
		set->name[set->n_names++] = (struct nfim_policy_name){
			name_hash(p->client[i]), number,
		};
}

static void free_set(struct nfim_policy_set *set)
{
	kvfree(set->policy);
	kvfree(set->name);
	kvfree(set->open);
	kfree(set);
}

static struct nfim_policy_set *make_set(struct nfim_candidate *cand)
{
	struct nfim_policy_set *set = kzalloc(sizeof(*set), GFP_KERNEL_ACCOUNT);
	u32 i;

	if (!set)
		return NULL;
	set->name = kvmalloc_array((size_t)cand->n * NFIM_POLICY_CLIENTS,
				   sizeof(*set->name), GFP_KERNEL_ACCOUNT);
	set->open = kvmalloc_array(cand->n, sizeof(*set->open),
				   GFP_KERNEL_ACCOUNT);
	if (!set->name || !set->open) {
		free_set(set);
		return NULL;
	}
	set->policy = cand->policy;
	set->n = cand->n;
	for (i = 0; i < set->n; i++)
		index_policy(set, i);
	sort(set->name, set->n_names, sizeof(*set->name), by_hash, NULL);
	*cand = (struct nfim_candidate){ 0 };
	return set;
}

/* Put @set in force; the old one goes when nobody reads it any more. */
static void swap_in(struct nfim_net *nn, const struct nfim_policy_set *set)
{
	const struct nfim_policy_set *old;

	old = rcu_replace_pointer(nn->policies, set,
				  lockdep_is_held(&nn->policy_lock));
	if (old == &builtin_set)
		return;
	synchronize_rcu();
	free_set((struct nfim_policy_set *)old);
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
