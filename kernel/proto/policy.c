// SPDX-License-Identifier: GPL-2.0
/* The judgement on an offer, and the built-in policy. */

#include "policy.h"

#include <nfim/limits.h>

const struct policy policy_builtin = {
	.app = {
		/* Seed 004: ten transfers at once on 6891-6900; msnp.md 3.3. */
		[NFIM_APP_FILE_TRANSFER] = {
			.allow = true,
			.per_host = 10,
			.lifetime = 300,
			.inside = { { 6891, 6901 } },
			.outside = { { 6891, 6901 }, { 49152, 65535 } },
		},
		/* Private servers use any port: msnp.md 1.5. */
		[NFIM_APP_SWITCHBOARD] = {
			.allow = true,
			.per_host = 64,
			.lifetime = 120,
			.inside = { { 1863, 1863 }, { 1864, 1864 },
				    { 1024, 65535 } },
		},
	},
};

/*
 * Servers that listen where an announcement may point: a hole to one of them
 * is what an attacker wants (security.md 6, msnp.md 13.6). Sorted.
 */
static const struct port_range servers[] = {
	{ 1080, 1080 },   { 1433, 1434 },   { 1521, 1521 },   { 1723, 1723 },
	{ 1863, 1864 },   { 2049, 2049 },   { 2375, 2376 },   { 3128, 3128 },
	{ 3306, 3306 },   { 3389, 3389 },   { 3690, 3690 },   { 4369, 4369 },
	{ 5000, 5000 },   { 5432, 5432 },   { 5555, 5555 },   { 5900, 5910 },
	{ 5984, 5986 },   { 6000, 6063 },   { 6379, 6379 },   { 6443, 6443 },
	{ 7001, 7001 },   { 8000, 8000 },   { 8008, 8008 },   { 8080, 8080 },
	{ 8443, 8443 },   { 8888, 8888 },   { 9000, 9000 },   { 9090, 9090 },
	{ 9100, 9100 },   { 9200, 9200 },   { 10250, 10250 }, { 11211, 11211 },
	{ 27017, 27017 },
};

static bool is_server(u16 port)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(servers) && servers[i].lo <= port; i++)
		if (port <= servers[i].hi)
			return true;
	return false;
}

enum nfim_counter policy_port(const struct port_range *ranges, u16 port)
{
	bool within = false;
	unsigned int i;

	if (!port)
		return NFIM_REFUSED_PORT_ZERO;
	for (i = 0; i < POLICY_RANGES; i++) {
		if (!ranges[i].lo || port < ranges[i].lo ||
		    port > ranges[i].hi)
			continue;
		if (ranges[i].lo == ranges[i].hi)
			return NFIM_OK;
		within = true;
	}
	if (port < 1024)
		return NFIM_REFUSED_PORT_PRIVILEGED;
	if (is_server(port))
		return NFIM_REFUSED_PORT_LISTED;
	return within ? NFIM_OK : NFIM_REFUSED_PORT_POLICY;
}

enum nfim_counter policy_judge(const struct policy *p,
			       const struct offer *offer)
{
	const struct policy_app *app = p->app + offer->app;

	if (!app->allow)
		return NFIM_REFUSED_POLICY;
	return policy_port(app->inside, offer->inside_port);
}

u16 policy_next_port(const struct policy_app *app, struct port_choice *c)
{
	while (c->i < NFIM_PORT_TRIES) {
		u32 nth = c->i++, r, size;
		u16 port;

		if (!nth) {
			if (policy_port(app->outside, c->first) == NFIM_OK)
				return c->first;
			continue;
		}
		for (r = 0, nth--; r < POLICY_RANGES; r++) {
			if (!app->outside[r].lo)
				return 0;
			size = (u32)app->outside[r].hi - app->outside[r].lo +
			       1;
			if (nth < size)
				break;
			nth -= size;
		}
		if (r == POLICY_RANGES)
			return 0;
		port = (u16)(app->outside[r].lo +
			     (c->seed % size + nth) % size);
		if (port != c->first &&
		    policy_port(app->outside, port) == NFIM_OK)
			return port;
	}
	return 0;
}
