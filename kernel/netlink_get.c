// SPDX-License-Identifier: GPL-2.0
/* Reading policies out of attributes. */

#include <linux/ctype.h>
#include <uapi/linux/nfim.h>

#include "netlink.h"

#define STRING(max)	{ .type = NLA_NUL_STRING, .len = (max) - 1 }

/* A plain range ends at 32767. Not const: 6.1 would not take it. */
static struct netlink_range_validation u16_range = {
	.min = 1,
	.max = 65535,
};

static const struct nla_policy range_attrs[NFIM_RANGE_A_MAX + 1] = {
	[NFIM_RANGE_A_LO]	= NLA_POLICY_FULL_RANGE(NLA_U32, &u16_range),
	[NFIM_RANGE_A_HI]	= NLA_POLICY_FULL_RANGE(NLA_U32, &u16_range),
};

static const struct nla_policy app_attrs[NFIM_APP_A_MAX + 1] = {
	[NFIM_APP_A_NAME]	= STRING(NFIM_POLICY_NAME),
	[NFIM_APP_A_ALLOW]	= { .type = NLA_FLAG },
	[NFIM_APP_A_PROTOS]	= NLA_POLICY_RANGE(NLA_U32, 1, 3),
	[NFIM_APP_A_LIMIT]	= NLA_POLICY_FULL_RANGE(NLA_U32, &u16_range),
	[NFIM_APP_A_LIFETIME]	= NLA_POLICY_RANGE(NLA_U32, 5, 7200),
	[NFIM_APP_A_INSIDE]	= NLA_POLICY_NESTED(range_attrs),
	[NFIM_APP_A_OUTSIDE]	= NLA_POLICY_NESTED(range_attrs),
};

static const struct nla_policy version_attrs[NFIM_VERSION_A_MAX + 1] = {
	[NFIM_VERSION_A_LO]	= { .type = NLA_U64 },
	[NFIM_VERSION_A_HI]	= { .type = NLA_U64 },
};

static const struct nla_policy prefix_attrs[NFIM_PREFIX_A_MAX + 1] = {
	[NFIM_PREFIX_A_ADDR]	= { .type = NLA_BINARY, .len = 16 },
	[NFIM_PREFIX_A_BITS]	= NLA_POLICY_MAX(NLA_U32, 128),
};

const struct nla_policy nfim_policy_attrs[NFIM_POLICY_A_MAX + 1] = {
	[NFIM_POLICY_A_NAME]	= STRING(NFIM_POLICY_NAME),
	[NFIM_POLICY_A_HELPER]	= STRING(NFIM_POLICY_NAME),
	[NFIM_POLICY_A_DEFAULT]	= { .type = NLA_FLAG },
	[NFIM_POLICY_A_CLIENT]	= STRING(NFIM_CLIENT_NAME),
	[NFIM_POLICY_A_CLIENT_VERSION] = NLA_POLICY_NESTED(version_attrs),
	[NFIM_POLICY_A_DIALECT_LO] = NLA_POLICY_RANGE(NLA_U32, 1, 255),
	[NFIM_POLICY_A_DIALECT_HI] = NLA_POLICY_RANGE(NLA_U32, 1, 255),
	[NFIM_POLICY_A_AGENT]	= STRING(NFIM_CLIENT_AGENT),
	[NFIM_POLICY_A_PRIVILEGED] = { .type = NLA_FLAG },
	[NFIM_POLICY_A_NO_HOLD]	= { .type = NLA_FLAG },
	[NFIM_POLICY_A_CLIENT_IP] = { .type = NLA_FLAG },
	[NFIM_POLICY_A_NO_HAIRPIN] = { .type = NLA_FLAG },
	[NFIM_POLICY_A_HOST_LIMIT] = NLA_POLICY_FULL_RANGE(NLA_U32, &u16_range),
	[NFIM_POLICY_A_NET_LIMIT] = NLA_POLICY_RANGE(NLA_U32, 1,
						     NFIM_NET_OFFERS),
	[NFIM_POLICY_A_THIRD_PARTY] = NLA_POLICY_NESTED(prefix_attrs),
	[NFIM_POLICY_A_APP]	= NLA_POLICY_NESTED(app_attrs),
	[NFIM_POLICY_A_NO_ICE]	= { .type = NLA_FLAG },
	[NFIM_POLICY_A_MEDIA_PEERS] = STRING(NFIM_POLICY_NAME),
	[NFIM_POLICY_A_MEDIA_NET] = NLA_POLICY_NESTED(prefix_attrs),
};

static int bad(struct netlink_ext_ack *extack, const struct nlattr *attr,
	       const char *why)
{
	NL_SET_BAD_ATTR(extack, attr);
	if (extack)
		extack->_msg = why;
	return -EINVAL;
}

/* Text that is shown to people: printable ASCII, not empty. */
static int get_text(const struct nlattr *attr, char *to, size_t size,
		    struct netlink_ext_ack *extack)
{
	const char *text = nla_data(attr), *c;

	for (c = text; *c; c++)
		if (!isascii(*c) || !isprint(*c))
			return bad(extack, attr, "a name must be printable");
	if (c == text)
		return bad(extack, attr, "a name must not be empty");
	strscpy(to, text, size);
	return 0;
}

static int get_range(const struct nlattr *nest, struct port_range *list,
		     struct netlink_ext_ack *extack)
{
	struct nlattr *tb[NFIM_RANGE_A_MAX + 1];
	unsigned int i;

	for (i = 0; i < NFIM_POLICY_RANGES && list[i].lo; i++)
		;
	if (i == NFIM_POLICY_RANGES)
		return bad(extack, nest, "too many port ranges in one list");
	if (nla_parse_nested(tb, NFIM_RANGE_A_MAX, nest, range_attrs, extack))
		return -EINVAL;
	if (!tb[NFIM_RANGE_A_LO] || !tb[NFIM_RANGE_A_HI])
		return bad(extack, nest, "a port range needs two ends");
	list[i].lo = nla_get_u32(tb[NFIM_RANGE_A_LO]);
	list[i].hi = nla_get_u32(tb[NFIM_RANGE_A_HI]);
	if (list[i].hi < list[i].lo)
		return bad(extack, nest, "a port range ends before it begins");
	return 0;
}

static int find_app(const struct nlattr *attr)
{
	enum nfim_app app;

	for (app = 0; app < NFIM_APP_MAX; app++)
		if (!strcmp(nla_data(attr), nfim_app_name(app)))
			return app;
	return -1;
}

static int get_app_attr(const struct nlattr *a, struct policy_app *app,
			struct netlink_ext_ack *extack)
{
	switch (nla_type(a)) {
	case NFIM_APP_A_ALLOW:
		app->allow = true;
		break;
	case NFIM_APP_A_PROTOS:
		app->protos = nla_get_u32(a);
		break;
	case NFIM_APP_A_LIMIT:
		app->limit = nla_get_u32(a);
		break;
	case NFIM_APP_A_LIFETIME:
		app->lifetime = nla_get_u32(a);
		break;
	case NFIM_APP_A_INSIDE:
		return get_range(a, app->inside, extack);
	case NFIM_APP_A_OUTSIDE:
		return get_range(a, app->outside, extack);
	}
	return 0;
}

static int get_app(const struct nlattr *nest, struct policy *p, u32 *seen,
		   struct netlink_ext_ack *extack)
{
	struct nlattr *tb[NFIM_APP_A_MAX + 1], *a;
	int number, rem;

	if (nla_parse_nested(tb, NFIM_APP_A_MAX, nest, app_attrs, extack))
		return -EINVAL;
	if (!tb[NFIM_APP_A_NAME])
		return bad(extack, nest, "an application needs a name");
	number = find_app(tb[NFIM_APP_A_NAME]);
	if (number < 0)
		return bad(extack, tb[NFIM_APP_A_NAME], "no such application");
	if (*seen & BIT(number))
		return bad(extack, nest, "this application is there already");
	*seen |= BIT(number);
	nla_for_each_nested(a, nest, rem)
		if (get_app_attr(a, p->app + number, extack))
			return -EINVAL;
	if (!p->app[number].outside[0].lo)
		memcpy(p->app[number].outside, p->app[number].inside,
		       sizeof(p->app[number].outside));
	return 0;
}

static int get_version(const struct nlattr *nest, struct policy *p,
		       struct netlink_ext_ack *extack)
{
	struct nlattr *tb[NFIM_VERSION_A_MAX + 1];
	unsigned int i;

	for (i = 0; i < NFIM_POLICY_VERSIONS && p->version[i].hi; i++)
		;
	if (i == NFIM_POLICY_VERSIONS)
		return bad(extack, nest, "too many versions in one policy");
	if (nla_parse_nested(tb, NFIM_VERSION_A_MAX, nest, version_attrs,
			     extack))
		return -EINVAL;
	if (!tb[NFIM_VERSION_A_LO] || !tb[NFIM_VERSION_A_HI])
		return bad(extack, nest, "a version range needs two ends");
	p->version[i].lo = nla_get_u64(tb[NFIM_VERSION_A_LO]);
	p->version[i].hi = nla_get_u64(tb[NFIM_VERSION_A_HI]);
	if (!p->version[i].hi || p->version[i].hi < p->version[i].lo)
		return bad(extack, nest,
			   "a version range ends before it begins");
	return 0;
}

static int get_prefix(const struct nlattr *nest, struct addr_prefix *list,
		      struct netlink_ext_ack *extack)
{
	struct nlattr *tb[NFIM_PREFIX_A_MAX + 1], *a;
	struct addr_prefix *to;
	unsigned int i;

	for (i = 0; i < NFIM_POLICY_PREFIXES && list[i].addr.len; i++)
		;
	if (i == NFIM_POLICY_PREFIXES)
		return bad(extack, nest, "too many prefixes in one policy");
	if (nla_parse_nested(tb, NFIM_PREFIX_A_MAX, nest, prefix_attrs,
			     extack))
		return -EINVAL;
	a = tb[NFIM_PREFIX_A_ADDR];
	if (!a || !tb[NFIM_PREFIX_A_BITS] ||
	    (nla_len(a) != 4 && nla_len(a) != 16))
		return bad(extack, nest, "a prefix needs an address and bits");
	to = list + i;
	to->addr.len = nla_len(a);
	memcpy(to->addr.b, nla_data(a), nla_len(a));
	to->bits = nla_get_u32(tb[NFIM_PREFIX_A_BITS]);
	if (to->bits > nla_len(a) * 8)
		return bad(extack, nest, "a prefix is longer than its address");
	return 0;
}

static int get_client(const struct nlattr *a, struct policy *p,
		      struct netlink_ext_ack *extack)
{
	unsigned int i;

	for (i = 0; i < NFIM_POLICY_CLIENTS && p->client[i][0]; i++)
		;
	if (i == NFIM_POLICY_CLIENTS)
		return bad(extack, a, "too many clients in one policy");
	return get_text(a, p->client[i], NFIM_CLIENT_NAME, extack);
}

static int get_helper(const struct nlattr *a, struct policy *p,
		      struct netlink_ext_ack *extack)
{
	enum policy_helper h;

	for (h = 0; h < POLICY_HELPER_MAX; h++) {
		if (strcmp(nla_data(a), policy_helper_name(h)))
			continue;
		p->helper = h;
		return 0;
	}
	return bad(extack, a, "no such helper");
}

static int get_peers(const struct nlattr *a, struct policy *p,
		     struct netlink_ext_ack *extack)
{
	u8 i;

	for (i = 0; i < POLICY_PEERS_MAX; i++) {
		if (strcmp(nla_data(a), policy_peers_name(i)))
			continue;
		p->media_peers = i;
		return 0;
	}
	return bad(extack, a, "no such media peers");
}

static int get_attr(const struct nlattr *a, struct policy *p, u32 *apps,
		    struct netlink_ext_ack *extack)
{
	switch (nla_type(a)) {
	case NFIM_POLICY_A_NAME:
		return get_text(a, p->name, sizeof(p->name), extack);
	case NFIM_POLICY_A_HELPER:
		return get_helper(a, p, extack);
	case NFIM_POLICY_A_CLIENT:
		return get_client(a, p, extack);
	case NFIM_POLICY_A_CLIENT_VERSION:
		return get_version(a, p, extack);
	case NFIM_POLICY_A_AGENT:
		return get_text(a, p->agent, sizeof(p->agent), extack);
	case NFIM_POLICY_A_THIRD_PARTY:
		return get_prefix(a, p->third_party, extack);
	case NFIM_POLICY_A_MEDIA_NET:
		return get_prefix(a, p->media_net, extack);
	case NFIM_POLICY_A_MEDIA_PEERS:
		return get_peers(a, p, extack);
	case NFIM_POLICY_A_APP:
		return get_app(a, p, apps, extack);
	case NFIM_POLICY_A_DIALECT_LO:
		p->dialect_lo = nla_get_u32(a);
		break;
	case NFIM_POLICY_A_DIALECT_HI:
		p->dialect_hi = nla_get_u32(a);
		break;
	case NFIM_POLICY_A_HOST_LIMIT:
		p->host_limit = nla_get_u32(a);
		break;
	case NFIM_POLICY_A_NET_LIMIT:
		p->net_limit = nla_get_u32(a);
		break;
	case NFIM_POLICY_A_DEFAULT:
		p->is_default = true;
		break;
	case NFIM_POLICY_A_PRIVILEGED:
		p->privileged = true;
		break;
	case NFIM_POLICY_A_NO_HOLD:
		p->hold = false;
		break;
	case NFIM_POLICY_A_CLIENT_IP:
		p->client_ip = true;
		break;
	case NFIM_POLICY_A_NO_HAIRPIN:
		p->hairpin = false;
		break;
	case NFIM_POLICY_A_NO_ICE:
		p->no_ice = true;
		break;
	}
	return 0;
}

int nfim_get_policy(const struct nlattr *nest, struct policy *p,
		    struct netlink_ext_ack *extack)
{
	struct nlattr *tb[NFIM_POLICY_A_MAX + 1], *a;
	const char *why;
	u32 apps = 0;
	int rem;

	BUILD_BUG_ON(NFIM_APP_MAX > 32);
	if (nla_parse_nested(tb, NFIM_POLICY_A_MAX, nest, nfim_policy_attrs,
			     extack))
		return -EINVAL;
	if (!tb[NFIM_POLICY_A_NAME] || !tb[NFIM_POLICY_A_HELPER])
		return bad(extack, nest, "a policy needs a name and a helper");
	p->hold = true;
	p->hairpin = true;
	nla_for_each_nested(a, nest, rem)
		if (get_attr(a, p, &apps, extack))
			return -EINVAL;
	if (!p->host_limit)
		p->host_limit = policy_quota[p->helper].host;
	if (!p->net_limit)
		p->net_limit = policy_quota[p->helper].net;
	return policy_check(p, &why) ? 0 : bad(extack, nest, why);
}
