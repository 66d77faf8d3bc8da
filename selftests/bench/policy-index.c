// SPDX-License-Identifier: GPL-2.0
/*
 * What finding a policy costs without anything around it: the index that the
 * module uses, and for comparison a search from the first policy to the last,
 * with 1 to 10000 policies that speak of other clients, versions, dialects or
 * agents. policy-index.sh builds and runs it.
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "policy-index.h"

#define MOST	10000
#define ROUNDS	15
#define LOOKUPS	2000

enum others {
	CLIENT,
	VERSION,
	DIALECT,
	AGENT,
	KINDS
};

static const char *const names[KINDS] = {
	"client", "version", "dialect", "agent",
};

static struct policy *set;
static u32 sink;

static u64 now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000000000 + (u64)t.tv_nsec;
}

/* Policy number i of those that do not speak of MSNMSGR 6.1 of MSNP8. */
static void other(struct policy *p, enum others kind, u32 i)
{
	memset(p, 0, sizeof(*p));
	switch (kind) {
	case CLIENT:
		snprintf(p->client[0], NFIM_CLIENT_NAME, "C%u", i);
		break;
	case VERSION:
		snprintf(p->client[0], NFIM_CLIENT_NAME, "MSNMSGR");
		p->version[0].lo = (u64)7 << 48 | (u64)i << 16;
		p->version[0].hi = p->version[0].lo | 0xffff;
		p->version[1].lo = (u64)5 << 48 | (u64)i << 16;
		p->version[1].hi = p->version[1].lo | 0xffff;
		break;
	case DIALECT:
		p->version[0].lo = (u64)6 << 48 | (u64)(2 + i) << 32;
		p->version[0].hi = p->version[0].lo | 0xffffffff;
		p->dialect_lo = 9 + i % 9;
		break;
	default:
		snprintf(p->agent, sizeof(p->agent), "UA%04x phone", i);
	}
}

/* The best of some rounds, in ns for one lookup. */
static double measure(const struct policy_index *ix, u32 n,
		      const struct client *c, u32 lookups)
{
	double best = 1e18, took;
	u32 round, i;
	u64 begin;

	for (round = 0; round < ROUNDS; round++) {
		begin = now();
		for (i = 0; i < lookups; i++)
			sink += ix ? policy_index_find(ix, set, n, POLICY_MSNP,
						       c) :
				     !!policy_find(set, n, POLICY_MSNP, c);
		took = (double)(now() - begin) / lookups;
		if (took < best)
			best = took;
	}
	return best;
}

int main(void)
{
	static const u32 sizes[] = { 1, 10, 100, 1000, MOST };
	struct client c = { .dialect = 8, .version = 0x0006000100cb0000,
			    .name = "MSNMSGR", .agent = "Phone 1.2 (Linux)" };
	enum others kind;
	size_t k;
	u32 i;

	set = calloc(MOST, sizeof(*set));
	if (!set)
		return 1;
	printf("others   policies  index (ns)  ratio  search (ns)    ratio\n");
	for (kind = 0; kind < KINDS; kind++) {
		double first_index = 0, first_search = 0, index, search;

		for (i = 0; i < MOST; i++)
			other(set + i, kind, i);
		for (k = 0; k < ARRAY_SIZE(sizes); k++) {
			struct policy_index ix = make_index(set, sizes[k]);

			index = measure(&ix, sizes[k], &c, LOOKUPS);
			search = measure(NULL, sizes[k], &c,
					 1 + LOOKUPS / sizes[k]);
			if (!k) {
				first_index = index;
				first_search = search;
			}
			printf("%-8s %8u %11.0f %6.2f %12.0f %8.2f\n",
			       names[kind], sizes[k], index,
			       index / first_index, search,
			       search / first_search);
			free(ix.entry);
			free(ix.node);
			free(ix.start);
		}
	}
	free(set);
	return 0;
}
