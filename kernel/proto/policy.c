// SPDX-License-Identifier: GPL-2.0
/* Which policy speaks for a client, and the judgement on an offer. */

#include "policy.h"

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

const struct policy_quota policy_quota[POLICY_HELPER_MAX] = {
	[POLICY_MSNP] = { 64, 1024 },
	[POLICY_IMSIP] = { 256, 4096 },
};

static bool is_server(u16 port)
{
	size_t lo = 0, hi = ARRAY_SIZE(servers);

	/* The first range that does not end before it. */
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (servers[mid].hi < port)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < ARRAY_SIZE(servers) && servers[lo].lo <= port;
}

bool version_read(struct span s, u16 fill, u64 *version)
{
	unsigned int part;
	u64 v = 0;

	for (part = 0; part < 4; part++) {
		const char *start = s.p;
		u32 n = 0;

		while (s.p < s.end && *s.p >= '0' && *s.p <= '9' && n < 65536)
			n = n * 10 + (u32)(*s.p++ - '0');
		if (s.p == start || n > 65535)
			break;
		v = v << 16 | n;
		if (s.p == s.end || *s.p != '.') {
			part++;
			break;
		}
		s.p++;
	}
	if (!part)
		return false;
	for (; part < 4; part++)
		v = v << 16 | fill;
	*version = v;
	return true;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Whether @text begins with all of @part, case ignored. */
static bool begins(const char *text, const char *part)
{
	for (; *part; text++, part++)
		if (lower(*text) != lower(*part))
			return false;
	return true;
}

static bool contains(const char *text, const char *part)
{
	for (; *text; text++)
		if (begins(text, part))
			return true;
	return !*part;
}

static bool name_fits(const struct policy *p, const struct client *c)
{
	unsigned int i;

	for (i = 0; i < NFIM_POLICY_CLIENTS && p->client[i][0]; i++)
		if (begins(c->name, p->client[i]) &&
		    strlen(c->name) == strlen(p->client[i]))
			return true;
	return !i;
}

static bool version_fits(const struct policy *p, const struct client *c)
{
	unsigned int i;

	for (i = 0; i < NFIM_POLICY_VERSIONS && p->version[i].hi; i++)
		if (c->version >= p->version[i].lo &&
		    c->version <= p->version[i].hi)
			return true;
	return !i;
}

bool policy_fits(const struct policy *p, const struct client *c)
{
	if (p->dialect_lo && c->dialect < p->dialect_lo)
		return false;
	if (p->dialect_hi && (!c->dialect || c->dialect > p->dialect_hi))
		return false;
	return name_fits(p, c) && version_fits(p, c) &&
	       contains(c->agent, p->agent);
}

bool policy_is_open(const struct policy *p)
{
	return !p->client[0][0] && !p->version[0].hi && !p->dialect_lo &&
	       !p->dialect_hi && !p->agent[0];
}

const struct policy *policy_find(const struct policy *set, u32 n,
				 enum policy_helper helper,
				 const struct client *c)
{
	const struct policy *fallback = NULL;
	u32 i;

	for (i = 0; i < n; i++) {
		if (set[i].helper != helper)
			continue;
		/* Marked default, and for nobody else: wherever it stands. */
		if (c && !(set[i].is_default && policy_is_open(set + i)) &&
		    policy_fits(set + i, c))
			return set + i;
		if (set[i].is_default)
			fallback = set + i;
	}
	return fallback;
}

/* Bits behind the prefix would be lost when it is shown and loaded again. */
static bool has_host_bits(const struct addr_prefix *p)
{
	unsigned int i;

	for (i = p->bits; i < p->addr.len * 8u; i++)
		if (p->addr.b[i / 8] & 0x80 >> i % 8)
			return true;
	return false;
}

static bool ranges_ok(const struct port_range *ranges)
{
	unsigned int i;

	for (i = 0; i < NFIM_POLICY_RANGES && ranges[i].lo; i++)
		if (ranges[i].hi < ranges[i].lo)
			return false;
	for (; i < NFIM_POLICY_RANGES; i++)
		if (ranges[i].lo || ranges[i].hi)
			return false;
	return true;
}

static const char *app_trouble(const struct policy_app *app)
{
	if (!ranges_ok(app->inside) || !ranges_ok(app->outside))
		return "a port range ends before it begins";
	if (!app->allow)
		return NULL;
	if (!app->protos || app->protos & ~(POLICY_TCP | POLICY_UDP))
		return "an application needs a protocol, tcp or udp";
	if (!app->inside[0].lo)
		return "an application that is allowed needs inside ports";
	if (!app->limit)
		return "a limit must be at least 1; use 'verdict = refuse'";
	if (app->lifetime < 5 || app->lifetime > 7200)
		return "a lifetime must be between 5 and 7200 seconds";
	return NULL;
}

static const char *prefix_trouble(const struct addr_prefix *list)
{
	unsigned int i;

	for (i = 0; i < NFIM_POLICY_PREFIXES; i++) {
		if (list[i].bits > list[i].addr.len * 8)
			return "a prefix is longer than its address";
		if (has_host_bits(list + i))
			return "a prefix has bits behind its length";
	}
	return NULL;
}

bool policy_check(const struct policy *p, const char **why)
{
	unsigned int i;

	*why = NULL;
	if (!p->name[0])
		*why = "a policy needs a name";
	else if (p->helper >= POLICY_HELPER_MAX)
		*why = "no such helper";
	else if (p->media_peers >= POLICY_PEERS_MAX)
		*why = "no such media peers";
	else if (!p->host_limit)
		*why = "a host limit must be at least 1";
	else if (!p->net_limit || p->net_limit > NFIM_NET_OFFERS)
		*why = "a limit of all hosts must be from 1 to 16384";
	else if (p->dialect_hi && p->dialect_hi < p->dialect_lo)
		*why = "the dialects end before they begin";
	for (i = 0; i < NFIM_POLICY_VERSIONS && !*why; i++)
		if (p->version[i].hi < p->version[i].lo)
			*why = "a version range ends before it begins";
	if (!*why)
		*why = prefix_trouble(p->third_party);
	if (!*why)
		*why = prefix_trouble(p->media_net);
	for (i = 0; i < NFIM_APP_MAX && !*why; i++)
		*why = app_trouble(p->app + i);
	return !*why;
}

enum nfim_counter policy_port(const struct port_range *ranges, u16 port,
			      bool privileged)
{
	bool within = false;
	unsigned int i;

	if (!port)
		return NFIM_REFUSED_PORT_ZERO;
	for (i = 0; i < NFIM_POLICY_RANGES && ranges[i].lo; i++) {
		if (port < ranges[i].lo || port > ranges[i].hi)
			continue;
		if (ranges[i].lo == ranges[i].hi)
			return NFIM_OK;
		within = true;
	}
	if (port < 1024 && !(within && privileged))
		return NFIM_REFUSED_PORT_PRIVILEGED;
	if (is_server(port))
		return NFIM_REFUSED_PORT_LISTED;
	return within ? NFIM_OK : NFIM_REFUSED_PORT_POLICY;
}

enum nfim_counter policy_judge(const struct policy *p,
			       const struct offer *offer)
{
	const struct policy_app *app;

	if (!p)
		return NFIM_REFUSED_NO_POLICY;
	app = p->app + offer->app;
	if (!app->allow ||
	    !(app->protos & (offer->proto == 17 ? POLICY_UDP : POLICY_TCP)))
		return NFIM_REFUSED_POLICY;
	return policy_port(app->inside, offer->inside_port, p->privileged);
}

static bool in_prefix(const struct addr_prefix *p, const struct addr *addr)
{
	unsigned int whole = p->bits / 8, rest = p->bits % 8;

	if (p->addr.len != addr->len || memcmp(p->addr.b, addr->b, whole))
		return false;
	return !rest || !((p->addr.b[whole] ^ addr->b[whole]) >> (8 - rest));
}

bool policy_third_party(const struct policy *p, const struct addr *addr)
{
	unsigned int i;

	for (i = 0; i < NFIM_POLICY_PREFIXES && p->third_party[i].addr.len; i++)
		if (in_prefix(p->third_party + i, addr))
			return true;
	return false;
}

/* The nth port of the ranges, each range turned by the seed; 0 behind them. */
static u16 nth_port(const struct port_range *ranges, u32 nth, u32 seed)
{
	unsigned int i;

	for (i = 0; i < NFIM_POLICY_RANGES && ranges[i].lo; i++) {
		u32 size = (u32)ranges[i].hi - ranges[i].lo + 1;

		if (nth < size)
			return (u16)(ranges[i].lo + (seed % size + nth) % size);
		nth -= size;
	}
	return 0;
}

u16 policy_next_port(const struct policy *p, enum nfim_app app,
		     struct port_choice *c)
{
	const struct port_range *ranges = p->app[app].outside;

	while (c->i < NFIM_PORT_TRIES) {
		u32 i = c->i++;
		u16 port = i ? nth_port(ranges, i - 1, c->seed) : c->first;

		if (i && !port)
			return 0;
		if ((!i || port != c->first) &&
		    policy_port(ranges, port, p->privileged) == NFIM_OK)
			return port;
	}
	return 0;
}
