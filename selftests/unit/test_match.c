// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/policy: which policy speaks for a client, and what makes sense. */

#include "../../kernel/proto/policy.h"
#include "../ktap.h"
#include "input.h"
#include "policies.h"

#define FILL	0xffff

static void versions(const void *arg)
{
	static const struct {
		const char *text;
		bool ok;
		u64 lo, hi;
	} rows[] = {
		{ "6", true, 0x0006000000000000, 0x0006ffffffffffff },
		{ "6.1", true, 0x0006000100000000, 0x00060001ffffffff },
		{ "6.1.0203", true, 0x0006000100cb0000, 0x0006000100cbffff },
		{ "14.0.8089.0726", true, 0x000e00001f9902d6,
		  0x000e00001f9902d6 },
		{ "0", true, 0, 0x0000ffffffffffff },
		{ "65535.65535.65535.65535", true, ~0ull, ~0ull },
		/* What follows the numbers is ignored. */
		{ "6.1 MSMSGS", true, 0x0006000100000000, 0x00060001ffffffff },
		{ "6.1b2", true, 0x0006000100000000, 0x00060001ffffffff },
		{ "6.", true, 0x0006000000000000, 0x0006ffffffffffff },
		{ "6..1", true, 0x0006000000000000, 0x0006ffffffffffff },
		{ "1.2.3.4.5", true, 0x0001000200030004, 0x0001000200030004 },
		{ "6.65536", true, 0x0006000000000000, 0x0006ffffffffffff },
		{ "6.99999999999999999999", true, 0x0006000000000000,
		  0x0006ffffffffffff },
		{ "000000000000000000000000006", true, 0x0006000000000000,
		  0x0006ffffffffffff },
		{ "", false }, { ".6", false }, { "v6", false }, { " 6", false },
		{ "-6", false }, { "65536", false },
		{ "18446744073709551622", false },
	};
	u64 lo, hi;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("\"%s\"", rows[i].text);
		lo = 42;
		hi = 42;
		ktap_equal(version_read(input(rows[i].text), 0, &lo),
			   rows[i].ok);
		ktap_equal(version_read(input(rows[i].text), FILL, &hi),
			   rows[i].ok);
		ktap_equal(lo, rows[i].ok ? rows[i].lo : 42);
		ktap_equal(hi, rows[i].ok ? rows[i].hi : 42);
	}
	input_done();
}

static struct client client(const char *name, const char *version, u8 dialect,
			    const char *agent)
{
	struct client c = { .dialect = dialect };

	snprintf(c.name, sizeof(c.name), "%s", name);
	snprintf(c.agent, sizeof(c.agent), "%s", agent);
	if (!version_read(input(version), 0, &c.version))
		c.version = 0;
	input_done();
	return c;
}

static void fits(const void *arg)
{
	static const struct policy any = { .name = "any" };
	static const struct policy named = {
		.client = { "MSNMSGR", "MSMSGS" },
	};
	static const struct policy versioned = {
		.version = { { 0x0006000100000000, 0x00060001ffffffff },
			     { 0x0007000000000000, 0x0007ffffffffffff } },
	};
	static const struct policy dialects = {
		.dialect_lo = 8, .dialect_hi = 10,
	};
	static const struct policy from = { .dialect_lo = 8 };
	static const struct policy until = { .dialect_hi = 10 };
	static const struct policy agent = { .agent = "RTC/1" };
	static const struct policy all = {
		.client = { "MSNMSGR" },
		.version = { { 0x0006000100000000, 0x00060001ffffffff } },
		.dialect_lo = 10, .dialect_hi = 10, .agent = "rtc",
	};
	static const struct {
		const struct policy *p;
		const char *name, *version;
		u8 dialect;
		const char *agent;
		bool want;
	} rows[] = {
		{ &any, "", "", 0, "", true },
		{ &any, "X", "1.2", 21, "Y", true },
		{ &named, "MSNMSGR", "", 0, "", true },
		{ &named, "msmsgs", "", 0, "", true },
		{ &named, "MSNMSG", "", 0, "", false },
		{ &named, "MSNMSGRS", "", 0, "", false },
		{ &named, "", "", 0, "", false },
		{ &versioned, "", "6.1", 0, "", true },
		{ &versioned, "", "6.1.65535.65535", 0, "", true },
		{ &versioned, "", "6.0.65535.65535", 0, "", false },
		{ &versioned, "", "6.2", 0, "", false },
		{ &versioned, "", "7.5.0324", 0, "", true },
		{ &versioned, "", "", 0, "", false },
		{ &dialects, "", "", 8, "", true },
		{ &dialects, "", "", 10, "", true },
		{ &dialects, "", "", 7, "", false },
		{ &dialects, "", "", 11, "", false },
		{ &dialects, "", "", 0, "", false },
		{ &from, "", "", 255, "", true },
		{ &from, "", "", 0, "", false },
		{ &until, "", "", 1, "", true },
		{ &until, "", "", 0, "", false },
		{ &agent, "", "", 0, "Windows RTC/1.0", true },
		{ &agent, "", "", 0, "rtc/1", true },
		{ &agent, "", "", 0, "RTC/2.0", false },
		{ &agent, "", "", 0, "RTC/", false },
		{ &agent, "", "", 0, "", false },
		{ &all, "MSNMSGR", "6.1.0203", 10, "RTC", true },
		{ &all, "MSMSGS", "6.1.0203", 10, "RTC", false },
		{ &all, "MSNMSGR", "6.2.0203", 10, "RTC", false },
		{ &all, "MSNMSGR", "6.1.0203", 9, "RTC", false },
		{ &all, "MSNMSGR", "6.1.0203", 10, "", false },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct client c = client(rows[i].name, rows[i].version,
					 rows[i].dialect, rows[i].agent);

		ktap_at("row %zu", i);
		ktap_equal(policy_fits(rows[i].p, &c), rows[i].want);
	}
}

/* Lists that are full have no entry that ends them. */
static void full_lists(const void *arg)
{
	struct policy p = { .name = "a" };
	struct client c;
	u32 i;

	for (i = 0; i < NFIM_POLICY_CLIENTS; i++)
		snprintf(p.client[i], sizeof(p.client[i]), "client-%u", i);
	for (i = 0; i < NFIM_POLICY_VERSIONS; i++)
		p.version[i] = (struct version_range){
			(u64)(i + 1) << 48, (u64)(i + 1) << 48
		};
	c = client("client-7", "8", 0, "");
	ktap_want(policy_fits(&p, &c));
	c = client("client-8", "8", 0, "");
	ktap_want(!policy_fits(&p, &c));
	c = client("client-0", "9", 0, "");
	ktap_want(!policy_fits(&p, &c));
	memset(p.client[7], 'x', sizeof(p.client[7]) - 1);
	memset(p.agent, 'y', sizeof(p.agent) - 1);
	c = client("xxxxxxxxxxxxxxxxxxxxxxx", "1", 0, p.agent);
	ktap_want(policy_fits(&p, &c));
}

static void found(const void *arg)
{
	static const struct policy set[] = {
		{ .name = "sip", .helper = POLICY_IMSIP },
		{ .name = "a", .client = { "A" } },
		{ .name = "fallback", .client = { "F" }, .is_default = true },
		{ .name = "a2", .client = { "A", "B" } },
	};
	static const struct {
		const char *client;
		enum policy_helper helper;
		u32 n;
		const char *want;
	} rows[] = {
		{ "A", POLICY_MSNP, 4, "a" },
		{ "B", POLICY_MSNP, 4, "a2" },
		{ "F", POLICY_MSNP, 4, "fallback" },
		{ "C", POLICY_MSNP, 4, "fallback" },
		{ NULL, POLICY_MSNP, 4, "fallback" },
		{ "C", POLICY_MSNP, 2, NULL },
		{ NULL, POLICY_MSNP, 2, NULL },
		{ "A", POLICY_MSNP, 0, NULL },
		{ "A", POLICY_IMSIP, 4, "sip" },
		/* Nothing is known: only the default one speaks. */
		{ NULL, POLICY_IMSIP, 4, NULL },
	};
	const struct policy *p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct client c = client(rows[i].client ? rows[i].client : "",
					 "", 0, "");

		ktap_at("row %zu", i);
		p = policy_find(set, rows[i].n, rows[i].helper,
				rows[i].client ? &c : NULL);
		ktap_want(!p == !rows[i].want);
		if (p && rows[i].want)
			ktap_want(!strcmp(p->name, rows[i].want));
	}
}

static const struct policy good = {
	.name = "good", .host_limit = 1, .net_limit = 1,
	.version = { { 1, 2 } },
	.third_party = { { { 4, { 10 } }, 32 }, { { 16, { 1 } }, 128 } },
	.app = {
		[NFIM_APP_VOICE] = {
			.allow = true, .protos = 1, .limit = 1, .lifetime = 5,
			.inside = { { 1, 1 }, { 2, 65535 } },
		},
		[NFIM_APP_SIP_FILE_TRANSFER] = { .inside = { { 1, 2 } } },
	},
};

/* One thing at a time is made wrong; the number says which. */
static bool spoil_policy(struct policy *p, int step)
{
	switch (step) {
	case 0:
		p->name[0] = '\0';
		return true;
	case 1:
		p->helper = POLICY_HELPER_MAX;
		return true;
	case 2:
		p->host_limit = 0;
		return true;
	case 3:
		p->dialect_lo = 9;
		p->dialect_hi = 8;
		return true;
	case 4:
		p->version[0].lo = 3;
		return true;
	case 5:
		p->version[7].lo = 1;
		return true;
	case 6:
		p->third_party[0].bits = 33;
		return true;
	case 7:
		p->third_party[1].bits = 129;
		return true;
	case 8:
		p->third_party[7].bits = 1;
		return true;
	case 9:
		p->net_limit = 0;
		return true;
	case 10:
		p->net_limit = NFIM_NET_OFFERS + 1;
		return true;
	case 11:
		p->media_peers = POLICY_PEERS_MAX;
		return true;
	case 12:
		p->third_party[0].bits = 4;
		return true;
	case 13:
		p->media_net[0] = p->third_party[0];
		p->media_net[0].bits = 33;
		return true;
	default:
		return false;
	}
}

static bool spoil_ports(struct policy *p, int step)
{
	struct policy_app *app = p->app + NFIM_APP_VOICE;

	switch (step) {
	case 0:
		app->inside[1] = (struct port_range){ 3, 2 };
		return true;
	case 1:
		app->outside[0] = (struct port_range){ 3, 2 };
		return true;
	case 2:
		app->inside[2] = (struct port_range){ 0, 2 };
		return true;
	case 3:
		app->inside[3] = (struct port_range){ 1, 2 };
		return true;
	case 4:
		app->inside[0] = (struct port_range){ 0, 0 };
		return true;
	case 5:
		memset(app->inside, 0, sizeof(app->inside));
		return true;
	case 6:
		p->app[NFIM_APP_SIP_FILE_TRANSFER].inside[0].hi = 0;
		return true;
	case 7:
		p->app[NFIM_APP_SIP_FILE_TRANSFER].allow = true;
		return true;
	default:
		return false;
	}
}

static bool spoil_app(struct policy *p, int step)
{
	struct policy_app *app = p->app + NFIM_APP_VOICE;

	switch (step) {
	case 0:
		app->protos = 0;
		return true;
	case 1:
		app->protos = 4;
		return true;
	case 2:
		app->limit = 0;
		return true;
	case 3:
		app->lifetime = 4;
		return true;
	case 4:
		app->lifetime = 7201;
		return true;
	default:
		return false;
	}
}

static void spoiled(const char *what, bool (*spoil)(struct policy *p, int step))
{
	struct policy p = good;
	const char *why;
	int step;

	for (step = 0; spoil(&p, step); step++) {
		ktap_at("%s, step %d", what, step);
		why = NULL;
		ktap_want(!policy_check(&p, &why));
		ktap_want(why && strlen(why) > 10);
		p = good;
	}
	ktap_want(step > 4);
}

static void checked(const void *arg)
{
	const char *why = "?";
	u32 i, state = 7;
	struct policy p;

	ktap_want(policy_check(&good, &why) && !why);
	for (i = 0; i < POLICY_HELPER_MAX; i++) {
		ktap_want(policy_check(policy_builtin + i, &why) && !why);
		ktap_equal(policy_builtin[i].host_limit, policy_quota[i].host);
		ktap_equal(policy_builtin[i].net_limit, policy_quota[i].net);
	}
	spoiled("policy", spoil_policy);
	spoiled("ports", spoil_ports);
	spoiled("application", spoil_app);
	for (i = 0; i < 1000; i++) {
		ktap_at("random %u", i);
		policies_make(&state, &p, i);
		ktap_want(policy_check(&p, &why) && !why);
	}
}

static void third_party(const void *arg)
{
	static const struct policy p = {
		.third_party = {
			{ { 4, { 10, 1 } }, 16 }, { { 4, { 192, 0, 2, 7 } }, 32 },
			{ { 16, { 0xfe, 0x80 } }, 10 },
			{ { 4, { 172, 16 } }, 12 },
		},
	};
	static const struct policy all = {
		.third_party = { { { 4, { 0 } }, 0 } },
	};
	static const struct policy none = { .name = "none" };
	static const struct {
		const char *text;
		bool want;
	} rows[] = {
		{ "10.1.0.0", true }, { "10.1.255.255", true },
		{ "10.0.255.255", false }, { "10.2.0.0", false },
		{ "192.0.2.7", true }, { "192.0.2.6", false },
		{ "172.16.0.1", true }, { "172.31.255.255", true },
		{ "172.32.0.0", false }, { "172.15.255.255", false },
		{ "fe80::1", true }, { "febf::", true }, { "fec0::", false },
		{ "a01::", false }, { "::", false }, { "0.0.0.0", false },
	};
	struct addr a;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].text);
		if (!ktap_want(text_addr(input(rows[i].text), &a)))
			continue;
		ktap_equal(policy_third_party(&p, &a), rows[i].want);
		ktap_equal(policy_third_party(&all, &a), a.len == 4);
		ktap_want(!policy_third_party(&none, &a));
	}
	input_done();
}

static const struct ktap_case cases[] = {
	{ "a version is one to four numbers, and what follows is ignored",
	  versions },
	{ "every condition that a policy names must hold", fits },
	{ "lists may be full", full_lists },
	{ "the first policy that fits is found, else the default one", found },
	{ "a policy that makes no sense is refused with a reason", checked },
	{ "networks of third parties end where their prefix says",
	  third_party },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
