/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finds the policy for a client without looking at those that speak of others:
 * by the name or agent that a policy names, and in these by version.
 */
#ifndef _NFIM_PROTO_POLICY_INDEX_H
#define _NFIM_PROTO_POLICY_INDEX_H

#include "policy.h"

/**
 * struct policy_entry - one way to get to a policy
 * @key: hash of what the client must say; see policy_index.c
 * @number: of the policy
 * @lo: lowest version
 * @hi: highest version
 */
struct policy_entry {
	u32 key;
	u32 number;
	u64 lo;
	u64 hi;
};

/**
 * struct policy_node - what is below a place in the tree over the entries
 * @hi: highest version of them all
 * @number: lowest number of a policy
 */
struct policy_node {
	u64 hi;
	u32 number;
};

/**
 * struct policy_index - an index of a set
 * @entry: sorted by policy_index_cmp()
 * @node: a tree over them: the root is 1, below i are 2i and 2i + 1, the
 *	leaves begin at @leaves; 2 * @leaves elements
 * @start: where in @entry each of @leaves equal parts of all keys begins;
 *	@leaves + 1 elements
 * @n: length of @entry
 * @leaves: a power of two, not below @n, nor below 1
 */
struct policy_index {
	struct policy_entry *entry;
	struct policy_node *node;
	u32 *start;
	u32 n;
	u32 leaves;
};

/**
 * policy_index_put() - the entries of a policy
 * @p: the policy
 * @number: its number in the set
 * @to: room for them, or NULL to have them counted
 *
 * Return: how many.
 */
u32 policy_index_put(const struct policy *p, u32 number,
		     struct policy_entry *to);

/**
 * policy_index_cmp() - the order of entries, for sort()
 * @a: an entry
 * @b: another
 *
 * Return: below, at or above zero.
 */
int policy_index_cmp(const void *a, const void *b);

/**
 * policy_index_build() - make what leads to the sorted entries
 * @ix: the index; all but what @ix->node and @ix->start point to is there
 */
void policy_index_build(struct policy_index *ix);

/**
 * policy_index_find() - the first policy that fits a client
 * @ix: index of @set
 * @set: policies in the order of the file
 * @n: how many
 * @helper: which helper asks
 * @c: the client
 *
 * Policies that are the default and name no condition are not looked at:
 * policy_find() takes such a one when nothing else fits.
 *
 * Return: its number; @n when there is none.
 */
u32 policy_index_find(const struct policy_index *ix, const struct policy *set,
		      u32 n, enum policy_helper helper,
		      const struct client *c);

#endif /* _NFIM_PROTO_POLICY_INDEX_H */
