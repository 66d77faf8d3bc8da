// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/policy_index: finds what a search through all policies finds. */

#include <stdlib.h>

#include "../../kernel/proto/policy_index.h"
#include "../ktap.h"
#include "policies.h"

#define MOST	300

static struct policy set[MOST];
static struct policy_entry entry[MOST * NFIM_POLICY_CLIENTS *
				 NFIM_POLICY_VERSIONS];
static struct policy_node node[4 * ARRAY_SIZE(entry)];
static u32 start[2 * ARRAY_SIZE(entry) + 1];

static struct policy_index make_index(u32 n)
{
	struct policy_index ix = { .entry = entry, .node = node,
				   .start = start, .leaves = 1 };
	u32 i, counted;

	for (i = 0; i < n; i++) {
		counted = policy_index_put(set + i, i, NULL);
		ktap_equal(policy_index_put(set + i, i, entry + ix.n), counted);
		ix.n += counted;
	}
	while (ix.leaves < ix.n)
		ix.leaves *= 2;
	qsort(entry, ix.n, sizeof(*entry), policy_index_cmp);
	policy_index_build(&ix);
	return ix;
}

/* The same answer, by the index and by looking at one after the other. */
static void compare(const struct policy_index *ix, u32 n,
		    enum policy_helper helper, const struct client *c)
{
	const struct policy *wanted = policy_find(set, n, helper, c);
	u32 number = policy_index_find(ix, set, n, helper, c);
	u32 i;

	for (i = 0; number == n && i < n; i++)
		if (set[i].helper == helper && set[i].is_default)
			number = i;
	ktap_equal(number, wanted ? (u32)(wanted - set) : n);
}

/* A few names, agents and versions, so that there are hits and near misses. */
static const char *const names[] = {
	"MSNMSGR", "msmsgs", "MSMSGS", "aMSN", "a", "",
};

static const char *const agents[] = {
	"", "RTC/1.3", "rtc", "UA", "Asterisk PBX", "PBX", "x", "Cisco-CUCM8.6",
};

static u64 small_version(u32 *state, u16 fill)
{
	u32 parts = 1 + policies_random(state, 3), i;
	u64 v = 0;

	for (i = 0; i < 4; i++)
		v = v << 16 | (i < parts ? policies_random(state, 4) : fill);
	return v;
}

static void put(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text);
}

static void random_conditions(u32 *state, struct policy *p)
{
	u32 i, n;

	memset(p, 0, sizeof(*p));
	p->helper = policies_random(state, POLICY_HELPER_MAX);
	n = policies_random(state, 3);
	for (i = 0; i < n; i++)
		put(p->client[i], NFIM_CLIENT_NAME,
		    names[policies_random(state, 5)]);
	n = policies_random(state, 4);
	for (i = 0; i < n; ) {
		struct version_range r = {
			small_version(state, 0), small_version(state, 0xffff),
		};

		if (r.lo <= r.hi)
			p->version[i++] = r;
	}
	if (!policies_random(state, 3))
		p->dialect_lo = 1 + policies_random(state, 15);
	if (!policies_random(state, 3))
		p->dialect_hi = p->dialect_lo + 1 + policies_random(state, 5);
	if (!policies_random(state, 3))
		put(p->agent, sizeof(p->agent),
		    agents[policies_random(state, 8)]);
}

static void random_client(u32 *state, struct client *c)
{
	memset(c, 0, sizeof(*c));
	c->dialect = policies_random(state, 22);
	if (policies_random(state, 4))
		c->version = small_version(state, 0);
	put(c->name, sizeof(c->name), names[policies_random(state, 6)]);
	snprintf(c->agent, sizeof(c->agent), "%s%s%s",
		 agents[policies_random(state, 8)],
		 policies_random(state, 2) ? " " : "",
		 agents[policies_random(state, 8)]);
}

static void same_answer(const void *arg)
{
	u32 state = 1, round, n, i;
	struct policy_index ix;
	struct client c;

	for (round = 0; round < 400; round++) {
		n = policies_random(&state, round % 20 ? 12 : MOST);
		for (i = 0; i < n; i++)
			random_conditions(&state, set + i);
		if (n)
			set[policies_random(&state, n)].is_default = true;
		ix = make_index(n);
		for (i = 0; i < 200; i++) {
			ktap_at("round %u client %u", round, i);
			random_client(&state, &c);
			compare(&ix, n, policies_random(&state, 2), &c);
		}
	}
}

/* Whatever a file may hold, by clients that its policies speak of. */
static void any_policy(const void *arg)
{
	u32 state = 7, i, k;
	struct policy_index ix;

	for (i = 0; i < MOST; i++)
		policies_make(&state, set + i, i);
	ix = make_index(MOST);
	for (i = 0; i < MOST; i++) {
		struct client c = {
			.dialect = set[i].dialect_lo,
			.version = set[i].version[0].lo,
		};

		memcpy(c.agent, set[i].agent, sizeof(c.agent));
		for (k = 0; k < NFIM_POLICY_CLIENTS; k++) {
			ktap_at("policy %u client %u", i, k);
			memcpy(c.name, set[i].client[k], sizeof(c.name));
			compare(&ix, MOST, set[i].helper, &c);
		}
	}
}

/* All policies name the client, and one its version. */
static void one_of_each(const void *arg)
{
	struct client c = { .version = 0x0006000100cb0000 };
	struct policy_index ix;
	u32 i;

	put(c.name, sizeof(c.name), "MSNMSGR");
	for (i = 0; i < MOST; i++) {
		memset(set + i, 0, sizeof(set[i]));
		put(set[i].client[0], NFIM_CLIENT_NAME, "msnmsgr");
		set[i].version[0].lo = (u64)i << 40;
		set[i].version[0].hi = ((u64)i << 40) + 1;
	}
	set[MOST - 1].version[0] = (struct version_range){
		0x0006000100000000, 0x00060001ffffffff,
	};
	ix = make_index(MOST);
	compare(&ix, MOST, POLICY_MSNP, &c);
	ktap_equal(policy_index_find(&ix, set, MOST, POLICY_MSNP, &c),
		   MOST - 1);
	ktap_equal(policy_index_find(&ix, set, MOST, POLICY_IMSIP, &c), MOST);
	compare(&ix, 0, POLICY_MSNP, &(struct client){ 0 });
}

static const struct ktap_case cases[] = {
	{ "the index finds what a search through all policies finds",
	  same_answer },
	{ "whatever a file may hold", any_policy },
	{ "many versions of one client", one_of_each },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
