/* SPDX-License-Identifier: GPL-2.0 */
/* Policies for tests: made up at random, and compared field by field. */
#ifndef _NFIM_UNIT_POLICIES_H
#define _NFIM_UNIT_POLICIES_H

#include <stdio.h>

#include "../../kernel/proto/policy.h"

/**
 * policies_random() - a number that follows from a seed
 * @state: where we are
 * @n: how many numbers to choose from
 *
 * Return: 0 to @n - 1.
 */
static inline u32 policies_random(u32 *state, u32 n)
{
	*state = *state * 1664525 + 1013904223;
	return (*state >> 8) % n;
}

static inline void policies_text(u32 *state, char *to, size_t size)
{
	size_t len = 1 + policies_random(state, size - 1);
	size_t i;

	memset(to, 0, size);
	for (i = 0; i < len; i++)
		to[i] = ' ' + policies_random(state, '~' - ' ' + 1);
}

static inline void policies_ranges(u32 *state, struct port_range *range,
				   u32 least)
{
	u32 n = least + policies_random(state, NFIM_POLICY_RANGES + 1 - least);
	u32 i;

	memset(range, 0, NFIM_POLICY_RANGES * sizeof(*range));
	for (i = 0; i < n; i++) {
		range[i].lo = 1 + policies_random(state, 65535);
		range[i].hi = range[i].lo;
		if (policies_random(state, 2))
			range[i].hi += policies_random(state,
						       65536 - range[i].lo);
	}
}

static inline u64 policies_version(u32 *state, u32 parts, u16 fill)
{
	u64 v = 0;
	u32 i;

	for (i = 0; i < 4; i++)
		v = v << 16 | (i >= parts ? fill :
			       policies_random(state, 3) ?
			       policies_random(state, 20) :
			       policies_random(state, 65536));
	return v;
}

static inline void policies_versions(u32 *state, struct version_range *version)
{
	u32 n = policies_random(state, NFIM_POLICY_VERSIONS + 1), i = 0;
	u32 before, parts;
	u64 lo, hi;

	while (i < n) {
		before = *state;
		parts = 1 + policies_random(state, 4);
		lo = policies_version(state, parts, 0);
		/* The same numbers again are a prefix. */
		if (policies_random(state, 2)) {
			*state = before;
			parts = 1 + policies_random(state, 4);
			hi = policies_version(state, parts, 0xffff);
			policies_random(state, 2);
		} else {
			parts = 1 + policies_random(state, 4);
			hi = policies_version(state, parts, 0xffff);
		}
		if (hi && lo <= hi)
			version[i++] = (struct version_range){ lo, hi };
	}
}

static inline void policies_prefixes(u32 *state, struct addr_prefix *list)
{
	u32 n = policies_random(state, NFIM_POLICY_PREFIXES + 1), i, bit;

	for (i = 0; i < n; i++) {
		list[i].addr.len = policies_random(state, 2) ? 4 : 16;
		list[i].bits = policies_random(state,
					       list[i].addr.len * 8 + 1);
		for (bit = 0; bit < list[i].bits; bit++)
			list[i].addr.b[bit / 8] |=
				policies_random(state, 2) << (7 - bit % 8);
	}
}

/**
 * policies_make() - make up a policy that a file could hold
 * @state: decides it
 * @p: result; settled: only what is allowed has properties, and no list of
 *	outside ports is empty
 * @number: makes the name unique
 */
static inline void policies_make(u32 *state, struct policy *p, u32 number)
{
	u32 n, i;
	int len;

	memset(p, 0, sizeof(*p));
	len = snprintf(p->name, sizeof(p->name), "%u:", number);
	policies_text(state, p->name + len, sizeof(p->name) - len);
	p->helper = policies_random(state, POLICY_HELPER_MAX);
	n = policies_random(state, NFIM_POLICY_CLIENTS + 1);
	for (i = 0; i < n; i++)
		policies_text(state, p->client[i], sizeof(p->client[i]));
	policies_versions(state, p->version);
	if (policies_random(state, 2))
		p->dialect_lo = 1 + policies_random(state, 255);
	if (policies_random(state, 2))
		p->dialect_hi = p->dialect_lo +
				policies_random(state, 256 - p->dialect_lo);
	if (policies_random(state, 2))
		policies_text(state, p->agent, sizeof(p->agent));
	p->privileged = policies_random(state, 2);
	p->hold = policies_random(state, 2);
	p->client_ip = policies_random(state, 2);
	p->hairpin = policies_random(state, 2);
	p->host_limit = policies_random(state, 2) ? 64 :
			1 + policies_random(state, 65535);
	p->net_limit = policies_random(state, 2) ? 1024 :
		       1 + policies_random(state, NFIM_NET_OFFERS);
	policies_prefixes(state, p->third_party);
	p->no_ice = policies_random(state, 2);
	p->media_peers = policies_random(state, POLICY_PEERS_MAX);
	policies_prefixes(state, p->media_net);
	for (i = 0; i < NFIM_APP_MAX; i++) {
		struct policy_app *app = p->app + i;

		app->allow = policies_random(state, 2);
		if (!app->allow)
			continue;
		app->protos = 1 + policies_random(state, 3);
		app->limit = 1 + policies_random(state, 65535);
		app->lifetime = 5 + policies_random(state, 7196);
		policies_ranges(state, app->inside, 1);
		policies_ranges(state, app->outside, 0);
		if (!app->outside[0].lo)
			memcpy(app->outside, app->inside,
			       sizeof(app->outside));
	}
}

/* Compare one field of two policies, or of two applications. */
#define POLICIES_FIELD(field)						\
	{ #field, offsetof(struct policy, field),			\
	  sizeof(((struct policy *)0)->field) }
#define POLICIES_APP(field)						\
	{ #field, offsetof(struct policy_app, field),			\
	  sizeof(((struct policy_app *)0)->field) }

/**
 * policies_differ() - compare two policies
 * @a: a policy
 * @b: another
 *
 * Return: name of the first field that differs, NULL if none does.
 */
static inline const char *policies_differ(const struct policy *a,
					  const struct policy *b)
{
	static const struct {
		const char *name;
		size_t at, size;
	} fields[] = {
		POLICIES_FIELD(name), POLICIES_FIELD(helper),
		POLICIES_FIELD(is_default), POLICIES_FIELD(client),
		POLICIES_FIELD(version), POLICIES_FIELD(dialect_lo),
		POLICIES_FIELD(dialect_hi), POLICIES_FIELD(agent),
		POLICIES_FIELD(privileged), POLICIES_FIELD(hold),
		POLICIES_FIELD(client_ip), POLICIES_FIELD(hairpin),
		POLICIES_FIELD(host_limit), POLICIES_FIELD(net_limit),
		POLICIES_FIELD(third_party), POLICIES_FIELD(no_ice),
		POLICIES_FIELD(media_peers), POLICIES_FIELD(media_net),
	}, app_fields[] = {
		POLICIES_APP(allow), POLICIES_APP(protos), POLICIES_APP(limit),
		POLICIES_APP(lifetime), POLICIES_APP(inside),
		POLICIES_APP(outside),
	};
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		if (memcmp((const char *)a + fields[i].at,
			   (const char *)b + fields[i].at, fields[i].size))
			return fields[i].name;
	for (i = 0; i < NFIM_APP_MAX; i++)
		for (k = 0; k < ARRAY_SIZE(app_fields); k++)
			if (memcmp((const char *)(a->app + i) + app_fields[k].at,
				   (const char *)(b->app + i) + app_fields[k].at,
				   app_fields[k].size))
				return app_fields[k].name;
	return NULL;
}

#endif /* _NFIM_UNIT_POLICIES_H */
