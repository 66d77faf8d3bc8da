// SPDX-License-Identifier: GPL-2.0
/* userspace/msg: policies become attributes, and policies again. */

#include <linux/genetlink.h>
#include <linux/nfim.h>
#include <stdlib.h>

#include "../../userspace/msg.h"
#include "../ktap.h"
#include "policies.h"

#define HEADER	sizeof(struct genlmsghdr)

/* A message without attributes in zeroed memory of exactly @size bytes. */
static struct nlmsghdr *message(size_t size)
{
	struct nlmsghdr *nlh = calloc(1, size);

	if (!nlh)
		abort();
	mnl_nlmsg_put_header(nlh);
	mnl_nlmsg_put_extra_header(nlh, HEADER);
	return nlh;
}

static void want_same(const struct policy *seen, const struct policy *wanted)
{
	const char *field = policies_differ(seen, wanted);

	if (field)
		ktap_fail("'%s' differs", field);
}

static void round_trip(const struct policy *p)
{
	struct nlmsghdr *nlh = message(MSG_SIZE);
	const struct nlattr *attr;
	struct policy back;
	u32 n = 0;

	ktap_want(msg_put_policy(nlh, MSG_SIZE, p));
	mnl_attr_for_each(attr, nlh, HEADER) {
		ktap_equal(mnl_attr_get_type(attr), NFIM_A_POLICY);
		ktap_want(attr->nla_type & NLA_F_NESTED);
		msg_get_policy(attr, &back);
		want_same(&back, p);
		n++;
	}
	ktap_equal(n, 1);
	free(nlh);
}

static void random_policies(const void *arg)
{
	struct policy p;
	u32 seed, state;

	for (seed = 0; seed < 5000; seed++) {
		ktap_at("seed %u", seed);
		state = seed;
		policies_make(&state, &p, seed);
		p.is_default = seed % 2;
		round_trip(&p);
	}
}

static void builtin(const void *arg)
{
	struct policy p;
	u32 i;

	for (i = 0; i < POLICY_HELPER_MAX; i++) {
		ktap_at("%s", policy_builtin[i].name);
		p = policy_builtin[i];
		conf_settle(&p);
		round_trip(&p);
	}
}

/* Everything that a policy can hold. */
static struct policy largest(void)
{
	struct policy p;
	u32 state = 1, i, k;

	policies_make(&state, &p, 1);
	memset(p.name, 'n', sizeof(p.name) - 1);
	memset(p.agent, 'a', sizeof(p.agent) - 1);
	p.is_default = true;
	p.privileged = true;
	p.client_ip = true;
	p.hold = false;
	p.hairpin = false;
	p.no_ice = true;
	p.media_peers = POLICY_PEERS_SIGNALLING;
	p.dialect_lo = 1;
	p.dialect_hi = 255;
	for (i = 0; i < NFIM_POLICY_CLIENTS; i++)
		memset(p.client[i], 'c', sizeof(p.client[i]) - 1);
	for (i = 0; i < NFIM_POLICY_VERSIONS; i++)
		p.version[i] = (struct version_range){ 1, 2 };
	for (i = 0; i < NFIM_POLICY_PREFIXES; i++)
		p.third_party[i] = (struct addr_prefix){
			{ .len = 16, .b = { 0xfe } }, 128
		};
	memcpy(p.media_net, p.third_party, sizeof(p.media_net));
	for (i = 0; i < NFIM_APP_MAX; i++) {
		p.app[i] = (struct policy_app){ true, 3, 65535, 7200,
						{ { 0 } }, { { 0 } } };
		for (k = 0; k < NFIM_POLICY_RANGES; k++) {
			p.app[i].inside[k] = (struct port_range){ 1, 65535 };
			p.app[i].outside[k] = (struct port_range){ 2, 65535 };
		}
	}
	return p;
}

static void largest_fits(const void *arg)
{
	struct policy p = largest();

	round_trip(&p);
}

/* With each size, it either fits or leaves the message alone. */
static void every_size(const void *arg)
{
	struct nlmsghdr *nlh = message(MSG_SIZE);
	struct policy p = largest();
	size_t need, size;
	u32 len;

	len = nlh->nlmsg_len;
	ktap_want(msg_put_policy(nlh, MSG_SIZE, &p));
	need = nlh->nlmsg_len;
	free(nlh);
	for (size = len; size < need + 16; size++) {
		ktap_at("%zu bytes", size);
		nlh = message(size);
		if (size < need) {
			ktap_want(!msg_put_policy(nlh, size, &p));
			ktap_equal(nlh->nlmsg_len, len);
		} else {
			ktap_want(msg_put_policy(nlh, size, &p));
			ktap_equal(nlh->nlmsg_len, need);
		}
		free(nlh);
	}
}

/* Which attribute names no outside ports means those inside. */
static void outside_left_out(const void *arg)
{
	struct policy p = { .name = "a", .host_limit = 64, .net_limit = 1024,
			    .hold = true, .hairpin = true };
	struct policy_app *app = p.app + NFIM_APP_VOICE;
	struct nlmsghdr *nlh = message(MSG_SIZE);
	size_t with, without;

	*app = (struct policy_app){ true, 1, 1, 5, { { 1, 2 } }, { { 1, 2 } } };
	ktap_want(msg_put_policy(nlh, MSG_SIZE, &p));
	without = nlh->nlmsg_len;
	free(nlh);
	round_trip(&p);
	app->outside[0].hi = 3;
	nlh = message(MSG_SIZE);
	ktap_want(msg_put_policy(nlh, MSG_SIZE, &p));
	with = nlh->nlmsg_len;
	free(nlh);
	ktap_equal(with - without, 4 + 8 + 8);
}

/* The key that an attribute of an application comes from. */
static enum conf_app_id app_key(const struct nlattr *attr)
{
	static const enum conf_app_id ids[] = {
		[NFIM_APP_A_NAME] = CONF_APP,
		[NFIM_APP_A_ALLOW] = CONF_VERDICT,
		[NFIM_APP_A_PROTOS] = CONF_PROTOCOL,
		[NFIM_APP_A_LIMIT] = CONF_LIMIT,
		[NFIM_APP_A_LIFETIME] = CONF_LIFETIME,
		[NFIM_APP_A_INSIDE] = CONF_INSIDE,
		[NFIM_APP_A_OUTSIDE] = CONF_OUTSIDE,
	};

	return ids[mnl_attr_get_type(attr)];
}

static void locate_app(const struct nlmsghdr *nlh, const struct nlattr *nest)
{
	struct conf_where whole, where;
	const struct nlattr *attr;
	size_t at = (const char *)nest - (const char *)nlh;
	const char *name;

	ktap_want(msg_locate(nlh, HEADER, at, &whole));
	ktap_want(whole.in_app);
	ktap_equal(whole.app_id, CONF_APP);
	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == NFIM_APP_A_NAME) {
			name = mnl_attr_get_str(attr);
			ktap_want(!strcmp(name, nfim_app_name(whole.app)));
		}
		at = (const char *)attr - (const char *)nlh;
		ktap_want(msg_locate(nlh, HEADER, at, &where));
		ktap_equal(where.app, whole.app);
		ktap_equal(where.app_id, app_key(attr));
	}
}

/* Which keys the attributes of a policy led to, as bits. */
static u32 locate_policy(const struct nlmsghdr *nlh, const struct nlattr *nest,
			 u32 number)
{
	const struct nlattr *attr;
	struct conf_where where;
	u32 seen = 0;
	size_t at;

	mnl_attr_for_each_nested(attr, nest) {
		at = (const char *)attr - (const char *)nlh;
		ktap_want(msg_locate(nlh, HEADER, at, &where));
		ktap_equal(where.policy, number);
		ktap_equal(where.in_app,
			   mnl_attr_get_type(attr) == NFIM_POLICY_A_APP);
		seen |= 1u << where.id;
		if (where.in_app)
			locate_app(nlh, attr);
	}
	return seen;
}

static void located(const void *arg)
{
	struct nlmsghdr *nlh = message(MSG_SIZE);
	struct policy p = largest();
	const struct nlattr *policy;
	struct conf_where where;
	u32 n = 0;
	size_t at;

	p.helper = POLICY_IMSIP;
	ktap_want(msg_put_policy(nlh, MSG_SIZE, &p));
	ktap_want(msg_put_policy(nlh, MSG_SIZE, &p));
	ktap_want(!msg_locate(nlh, HEADER, 0, &where));
	ktap_want(!msg_locate(nlh, HEADER, nlh->nlmsg_len, &where));
	mnl_attr_for_each(policy, nlh, HEADER) {
		at = (const char *)policy - (const char *)nlh;
		ktap_want(msg_locate(nlh, HEADER, at, &where));
		ktap_equal(where.policy, n);
		ktap_equal(where.id, CONF_POLICY);
		ktap_want(!where.in_app);
		ktap_equal(locate_policy(nlh, policy, n),
			   (1u << CONF_POLICY_MAX) - 1);
		n++;
	}
	ktap_equal(n, 2);
	free(nlh);
}

/* What the kernel would never send is passed over, or cut. */
static void strange(const void *arg)
{
	struct nlmsghdr *nlh = message(MSG_SIZE);
	struct nlattr *nest, *inner;
	struct policy p, wanted = { .name = "abc", .hold = true,
				    .hairpin = true, .host_limit = 64,
				    .net_limit = 1024 };
	char bytes[300];
	u32 i;

	memset(bytes, 'x', sizeof(bytes));
	nest = mnl_attr_nest_start(nlh, NFIM_A_POLICY);
	mnl_attr_put_strz(nlh, NFIM_POLICY_A_NAME, "abc");
	mnl_attr_put(nlh, NFIM_POLICY_A_AGENT, 3, "abc");
	mnl_attr_put(nlh, 999, sizeof(bytes), bytes);
	mnl_attr_put(nlh, NFIM_POLICY_A_DIALECT_LO, 1, bytes);
	for (i = 0; i < 20; i++) {
		mnl_attr_put(nlh, NFIM_POLICY_A_CLIENT, 0, bytes);
		mnl_attr_put(nlh, NFIM_POLICY_A_CLIENT_VERSION, 0, bytes);
		mnl_attr_put(nlh, NFIM_POLICY_A_THIRD_PARTY, 0, bytes);
		inner = mnl_attr_nest_start(nlh, NFIM_POLICY_A_THIRD_PARTY);
		mnl_attr_put(nlh, NFIM_PREFIX_A_ADDR, 5, bytes);
		mnl_attr_put_u32(nlh, NFIM_PREFIX_A_BITS, 3);
		mnl_attr_nest_end(nlh, inner);
		mnl_attr_put(nlh, NFIM_POLICY_A_APP, 0, bytes);
		inner = mnl_attr_nest_start(nlh, NFIM_POLICY_A_APP);
		mnl_attr_put_strz(nlh, NFIM_APP_A_NAME, "chess");
		mnl_attr_nest_end(nlh, inner);
	}
	mnl_attr_nest_end(nlh, nest);
	msg_get_policy(nest, &p);
	want_same(&p, &wanted);
	free(nlh);
}

static const struct ktap_case cases[] = {
	{ "random policies come back as they went", random_policies },
	{ "the built-in policies come back as they went", builtin },
	{ "the largest policy fits into a message", largest_fits },
	{ "a policy that does not fit leaves the message alone", every_size },
	{ "outside ports that equal those inside are left out",
	  outside_left_out },
	{ "an offset leads to the policy, the application and the key",
	  located },
	{ "attributes that are not understood are passed over", strange },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
