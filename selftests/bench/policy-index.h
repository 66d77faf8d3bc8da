/* SPDX-License-Identifier: GPL-2.0 */
/* The index of a set of policies, as the module builds it. */
#ifndef _BENCH_POLICY_INDEX_H
#define _BENCH_POLICY_INDEX_H

#include <stdlib.h>

#include "../../kernel/proto/policy_index.h"

/* @n: policies in @set. Return: to be freed by its parts. */
static inline struct policy_index make_index(const struct policy *set, u32 n)
{
	struct policy_index ix = { .leaves = 1 };
	u32 i;

	for (i = 0; i < n; i++)
		ix.n += policy_index_put(set + i, i, NULL);
	while (ix.leaves < ix.n)
		ix.leaves *= 2;
	ix.entry = calloc(ix.n + 1, sizeof(*ix.entry));
	ix.node = calloc(2 * ix.leaves, sizeof(*ix.node));
	ix.start = calloc(ix.leaves + 1, sizeof(*ix.start));
	if (!ix.entry || !ix.node || !ix.start)
		exit(1);
	ix.n = 0;
	for (i = 0; i < n; i++)
		ix.n += policy_index_put(set + i, i, ix.entry + ix.n);
	qsort(ix.entry, ix.n, sizeof(*ix.entry), policy_index_cmp);
	policy_index_build(&ix);
	return ix;
}

#endif /* _BENCH_POLICY_INDEX_H */
