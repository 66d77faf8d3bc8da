// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/policy: which ports, in which order. */

#include <netinet/in.h>

#include "../../kernel/proto/policy.h"
#include "../ktap.h"

static void one_port(const void *arg)
{
	static const struct port_range wide[NFIM_POLICY_RANGES] = {
		{ 1, 65535 },
	};
	static const struct port_range named[NFIM_POLICY_RANGES] = {
		{ 22, 22 }, { 6891, 6901 }, { 3389, 3389 },
		{ 65535, 65535 }, { 2000, 2000 }, { 3000, 3000 },
		{ 4000, 4000 }, { 8080, 8080 },
	};
	static const struct port_range ended[NFIM_POLICY_RANGES] = {
		{ 22, 22 }, { 0, 65535 }, { 6891, 6901 },
	};
	static const struct port_range none[NFIM_POLICY_RANGES] = { { 0, 0 } };
	static const struct {
		const char *what;
		const struct port_range *ranges;
		u16 port;
		enum nfim_counter want;
		bool privileged;
	} rows[] = {
		{ "wide", wide, 0, NFIM_REFUSED_PORT_ZERO },
		{ "wide", wide, 1, NFIM_REFUSED_PORT_PRIVILEGED, true },
		{ "wide", wide, 1023, NFIM_REFUSED_PORT_PRIVILEGED, true },
		{ "wide", wide, 1024, NFIM_OK },
		{ "wide", wide, 65535, NFIM_OK },
		{ "wide", wide, 1863, NFIM_REFUSED_PORT_LISTED },
		{ "wide", wide, 1864, NFIM_REFUSED_PORT_LISTED },
		{ "wide", wide, 1862, NFIM_OK },
		{ "wide", wide, 1865, NFIM_OK },
		{ "wide", wide, 3389, NFIM_REFUSED_PORT_LISTED },
		{ "wide", wide, 1080, NFIM_REFUSED_PORT_LISTED },
		{ "wide", wide, 27017, NFIM_REFUSED_PORT_LISTED },
		{ "wide", wide, 27018, NFIM_OK },
		{ "wide", wide, 5905, NFIM_REFUSED_PORT_LISTED },
		{ "wide", wide, 5911, NFIM_OK },
		{ "wide", wide, 6063, NFIM_REFUSED_PORT_LISTED },
		{ "wide", wide, 6064, NFIM_OK },
		{ "named", named, 22, NFIM_OK },
		{ "named", named, 23, NFIM_REFUSED_PORT_PRIVILEGED },
		{ "named", named, 3389, NFIM_OK },
		{ "named", named, 3390, NFIM_REFUSED_PORT_POLICY },
		{ "named", named, 6890, NFIM_REFUSED_PORT_POLICY },
		{ "named", named, 6891, NFIM_OK },
		{ "named", named, 6901, NFIM_OK },
		{ "named", named, 6902, NFIM_REFUSED_PORT_POLICY },
		{ "named", named, 5900, NFIM_REFUSED_PORT_LISTED },
		{ "named", named, 8080, NFIM_OK },
		{ "named", named, 65535, NFIM_OK },
		/* An unused entry ends the list, and does not name port 0. */
		{ "ended", ended, 22, NFIM_OK },
		{ "ended", ended, 0, NFIM_REFUSED_PORT_ZERO },
		{ "ended", ended, 6891, NFIM_REFUSED_PORT_POLICY },
		{ "named", named, 0, NFIM_REFUSED_PORT_ZERO },
		{ "none", none, 6891, NFIM_REFUSED_PORT_POLICY },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s, port %u", rows[i].what, rows[i].port);
		ktap_equal(policy_port(rows[i].ranges, rows[i].port, false),
			   rows[i].want);
		/* The switch lifts what it is called after, inside a range. */
		ktap_equal(policy_port(rows[i].ranges, rows[i].port, true),
			   rows[i].privileged ? NFIM_OK : rows[i].want);
	}
}

/* A range lifts nothing; a named port lifts everything but zero. */
static void every_port(const void *arg)
{
	struct port_range range[NFIM_POLICY_RANGES] = { { 1, 65535 } };
	struct port_range named[NFIM_POLICY_RANGES] = { { 0, 0 } };
	u32 port, ok = 0, listed = 0;

	for (port = 1; port < 65536 && !ktap_now.failed; port++) {
		enum nfim_counter why = policy_port(range, (u16)port, false);

		ktap_at("port %u", port);
		named[0] = (struct port_range){ (u16)port, (u16)port };
		ktap_equal(policy_port(named, (u16)port, false), NFIM_OK);
		ok += why == NFIM_OK;
		listed += why == NFIM_REFUSED_PORT_LISTED;
		ktap_equal(why == NFIM_REFUSED_PORT_PRIVILEGED, port < 1024);
	}
	ktap_at("in all");
	ktap_equal(ok + listed, 65536 - 1024);
	ktap_want(listed > 80 && listed < 200);
}

static void judged(const void *arg)
{
	static const struct {
		const char *what;
		enum nfim_app app;
		u16 port;
		bool allow;
		enum nfim_counter want;
		u8 proto;
	} rows[] = {
		{ "first port", NFIM_APP_FILE_TRANSFER, 6891, true, NFIM_OK },
		{ "last port", NFIM_APP_FILE_TRANSFER, 6901, true, NFIM_OK },
		{ "below", NFIM_APP_FILE_TRANSFER, 6890, true,
		  NFIM_REFUSED_PORT_POLICY },
		{ "above", NFIM_APP_FILE_TRANSFER, 6902, true,
		  NFIM_REFUSED_PORT_POLICY },
		{ "ephemeral", NFIM_APP_FILE_TRANSFER, 50000, true,
		  NFIM_REFUSED_PORT_POLICY },
		{ "ssh", NFIM_APP_FILE_TRANSFER, 22, true,
		  NFIM_REFUSED_PORT_PRIVILEGED },
		{ "zero", NFIM_APP_FILE_TRANSFER, 0, true,
		  NFIM_REFUSED_PORT_ZERO },
		{ "a server's", NFIM_APP_FILE_TRANSFER, 3389, true,
		  NFIM_REFUSED_PORT_LISTED },
		/* The application comes first: its port is not even read. */
		{ "not allowed", NFIM_APP_FILE_TRANSFER, 0, false,
		  NFIM_REFUSED_POLICY },
		{ "over UDP", NFIM_APP_FILE_TRANSFER, 6891, true,
		  NFIM_REFUSED_POLICY, IPPROTO_UDP },
		{ "over UDP", NFIM_APP_VOICE, 6901, true, NFIM_OK,
		  IPPROTO_UDP },
		{ "over TCP", NFIM_APP_VOICE, 6901, true, NFIM_OK },
		{ "not in the policy", NFIM_APP_GAME, 47624, false,
		  NFIM_REFUSED_POLICY },
		{ "official", NFIM_APP_SWITCHBOARD, 1863, true, NFIM_OK },
		{ "private", NFIM_APP_SWITCHBOARD, 1864, true, NFIM_OK },
		{ "other", NFIM_APP_SWITCHBOARD, 1865, true, NFIM_OK },
		{ "proxy", NFIM_APP_SWITCHBOARD, 3128, true,
		  NFIM_REFUSED_PORT_LISTED },
		{ "web", NFIM_APP_SWITCHBOARD, 443, true,
		  NFIM_REFUSED_PORT_PRIVILEGED },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct policy p = policy_builtin[POLICY_MSNP];
		struct offer offer = {
			.app = rows[i].app,
			.proto = rows[i].proto ? rows[i].proto : IPPROTO_TCP,
			.inside_port = rows[i].port,
		};

		ktap_at("%s, %s", nfim_app_name(rows[i].app), rows[i].what);
		p.app[rows[i].app].allow = rows[i].allow;
		ktap_equal(policy_judge(&p, &offer), rows[i].want);
		ktap_equal(policy_judge(NULL, &offer),
			   NFIM_REFUSED_NO_POLICY);
	}
}

/* All ports that a choice gives; returns how many, -1 if one came twice. */
static int walk(const struct policy_app *app, u16 first, u32 seed, u16 *ports)
{
	struct policy p = { 0 };
	struct port_choice c = { .first = first, .seed = seed };
	static u8 seen[65536];
	int n = 0, i;
	u16 port;

	p.app[NFIM_APP_VOICE] = *app;
	memset(seen, 0, sizeof(seen));
	while ((port = policy_next_port(&p, NFIM_APP_VOICE, &c))) {
		if (seen[port]++ || n == NFIM_PORT_TRIES)
			return -1;
		ports[n++] = port;
	}
	for (i = 0; i < 3; i++)
		if (policy_next_port(&p, NFIM_APP_VOICE, &c))
			return -1;
	return n;
}

static void choice_builtin(const void *arg)
{
	static const u16 firsts[] = { 6891, 6901, 50010, 22, 3389, 7000 };
	static const u32 seeds[] = {
		0, 1, 10, 11, 12345, 0x7fffffff, 0x80000000, ~0u - 11,
		~0u - 10, ~0u - 3, ~0u,
	};
	const struct policy_app *app =
		policy_builtin[POLICY_MSNP].app + NFIM_APP_FILE_TRANSFER;
	u16 ports[NFIM_PORT_TRIES];
	size_t f, s;
	int n, i;

	for (f = 0; f < ARRAY_SIZE(firsts); f++)
		for (s = 0; s < ARRAY_SIZE(seeds); s++) {
			bool among = f < 3;
			int own = among && f < 2 ? 10 : 11;

			ktap_at("first %u, seed %u", firsts[f], seeds[s]);
			n = walk(app, firsts[f], seeds[s], ports);
			if (!ktap_want(n > 100))
				continue;
			if (among)
				ktap_equal(ports[0], firsts[f]);
			/* Then the whole official range, then the others. */
			for (i = among; i < among + own; i++)
				ktap_want(ports[i] >= 6891 &&
					  ports[i] <= 6901);
			for (; i < n; i++)
				ktap_want(ports[i] >= 49152);
		}
}

static void choice_small(const void *arg)
{
	static const struct {
		const char *what;
		struct port_range outside[NFIM_POLICY_RANGES];
		u16 first;
		int n;
	} rows[] = {
		{ "nothing allowed", { { 0, 0 } }, 6891, 0 },
		{ "first alone", { { 6891, 6891 } }, 6891, 1 },
		{ "one, first is another", { { 6891, 6891 } }, 7000, 1 },
		{ "named server", { { 3389, 3389 } }, 7000, 1 },
		{ "servers in the range", { { 5899, 5911 } }, 5900, 2 },
		{ "privileged range", { { 1000, 1023 } }, 1000, 0 },
		{ "four ranges", { { 2000, 2001 }, { 2100, 2101 },
				   { 2200, 2201 }, { 2300, 2301 } }, 2300, 8 },
		{ "up to 65535", { { 65534, 65535 } }, 65535, 2 },
		{ "no first", { { 2000, 2003 } }, 0, 4 },
	};
	u16 ports[NFIM_PORT_TRIES];
	size_t i;
	u32 seed;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct policy_app app = { .allow = true };

		memcpy(app.outside, rows[i].outside, sizeof(app.outside));
		for (seed = ~0u - 40; seed != 40; seed++) {
			ktap_at("%s, seed %u", rows[i].what, seed);
			ktap_equal(walk(&app, rows[i].first, seed, ports),
				   rows[i].n);
		}
	}
}

static void choice_bounded(const void *arg)
{
	struct policy_app app = {
		.allow = true,
		.outside = { { 1024, 65535 } },
	};
	u16 ports[NFIM_PORT_TRIES];
	u32 seed;

	for (seed = 0; seed < 65536; seed += 97) {
		int n = walk(&app, 6891, seed, ports);

		ktap_at("seed %u", seed);
		ktap_want(n > 0 && n <= NFIM_PORT_TRIES);
		if (n > 0)
			ktap_equal(ports[0], 6891);
	}
	/* All tries may be spent on ports that are refused. */
	app.outside[0] = (struct port_range){ 1, 1023 };
	ktap_at("refused range");
	ktap_equal(walk(&app, 22, 0, ports), 0);
}

static void names(const void *arg)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz-";
	int i, k;

	ktap_bytes(nfim_counter_name(NFIM_OK),
		   strlen(nfim_counter_name(NFIM_OK)), "", 0);
	for (i = 1; i < NFIM_COUNTER_MAX; i++) {
		const char *name = nfim_counter_name(i);

		ktap_at("counter %d", i);
		ktap_want(name[0] && strspn(name, allowed) == strlen(name));
		for (k = 1; k < i; k++)
			ktap_want(strcmp(name, nfim_counter_name(k)));
	}
	for (i = 0; i < NFIM_APP_MAX; i++) {
		const char *name = nfim_app_name(i);

		ktap_at("application %d", i);
		ktap_want(name && name[0] &&
			  strspn(name, allowed) == strlen(name));
	}
}

static const struct ktap_case cases[] = {
	{ "a port is judged: zero, named, privileged, server, range",
	  one_port },
	{ "a range lifts no protection and a named port does", every_port },
	{ "the built-in policy judges the application, then the port",
	  judged },
	{ "the announced port comes first, then each range, none twice",
	  choice_builtin },
	{ "small ranges give each allowed port once for any seed",
	  choice_small },
	{ "a choice ends after a bounded number of tries", choice_bounded },
	{ "names of counters and applications are words joined by '-'",
	  names },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
