// SPDX-License-Identifier: GPL-2.0
/* Policies as netlink attributes, and back. */
#include <linux/nfim.h>
#include <stdio.h>

#include "msg.h"
#include "nl.h"

/* A message that may have no more than so many bytes. */
struct room {
	struct nlmsghdr *nlh;
	size_t size;
	bool full;
};

static void put_bytes(struct room *r, u16 type, size_t len, const void *data)
{
	if (!r->full && !mnl_attr_put_check(r->nlh, r->size, type, len, data))
		r->full = true;
}

static void put_str(struct room *r, u16 type, const char *text)
{
	put_bytes(r, type, strlen(text) + 1, text);
}

static void put_u32(struct room *r, u16 type, u32 value)
{
	put_bytes(r, type, sizeof(value), &value);
}

static void put_u64(struct room *r, u16 type, u64 value)
{
	put_bytes(r, type, sizeof(value), &value);
}

static void put_flag(struct room *r, u16 type, bool value)
{
	if (value)
		put_bytes(r, type, 0, NULL);
}

static struct nlattr *begin(struct room *r, u16 type)
{
	struct nlattr *nest = NULL;

	if (!r->full)
		nest = mnl_attr_nest_start_check(r->nlh, r->size, type);
	r->full = !nest;
	return nest;
}

static void end(struct room *r, struct nlattr *nest)
{
	if (nest)
		mnl_attr_nest_end(r->nlh, nest);
}

static void put_ranges(struct room *r, u16 type, const struct port_range *range)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < NFIM_POLICY_RANGES && range[i].lo; i++) {
		nest = begin(r, type);
		put_u32(r, NFIM_RANGE_A_LO, range[i].lo);
		put_u32(r, NFIM_RANGE_A_HI, range[i].hi);
		end(r, nest);
	}
}

static void put_app(struct room *r, enum nfim_app number,
		    const struct policy_app *app)
{
	struct nlattr *nest = begin(r, NFIM_POLICY_A_APP);

	put_str(r, NFIM_APP_A_NAME, nfim_app_name(number));
	put_flag(r, NFIM_APP_A_ALLOW, app->allow);
	put_u32(r, NFIM_APP_A_PROTOS, app->protos);
	put_u32(r, NFIM_APP_A_LIMIT, app->limit);
	put_u32(r, NFIM_APP_A_LIFETIME, app->lifetime);
	put_ranges(r, NFIM_APP_A_INSIDE, app->inside);
	if (memcmp(app->inside, app->outside, sizeof(app->inside)))
		put_ranges(r, NFIM_APP_A_OUTSIDE, app->outside);
	end(r, nest);
}

static void put_prefixes(struct room *r, u16 type,
			 const struct addr_prefix *prefix)
{
	const struct addr_prefix *end_of = prefix + NFIM_POLICY_PREFIXES;
	struct nlattr *nest;

	for (; prefix < end_of && prefix->addr.len; prefix++) {
		nest = begin(r, type);
		put_bytes(r, NFIM_PREFIX_A_ADDR, prefix->addr.len,
			  prefix->addr.b);
		put_u32(r, NFIM_PREFIX_A_BITS, prefix->bits);
		end(r, nest);
	}
}

static void put_lists(struct room *r, const struct policy *p)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < NFIM_POLICY_CLIENTS && p->client[i][0]; i++)
		put_str(r, NFIM_POLICY_A_CLIENT, p->client[i]);
	for (i = 0; i < NFIM_POLICY_VERSIONS && p->version[i].hi; i++) {
		nest = begin(r, NFIM_POLICY_A_CLIENT_VERSION);
		put_u64(r, NFIM_VERSION_A_LO, p->version[i].lo);
		put_u64(r, NFIM_VERSION_A_HI, p->version[i].hi);
		end(r, nest);
	}
	put_prefixes(r, NFIM_POLICY_A_THIRD_PARTY, p->third_party);
	put_prefixes(r, NFIM_POLICY_A_MEDIA_NET, p->media_net);
}

bool msg_put_policy(struct nlmsghdr *nlh, size_t size, const struct policy *p)
{
	struct room r = { .nlh = nlh, .size = size };
	u32 len = nlh->nlmsg_len;
	struct nlattr *nest;
	unsigned int i;

	nest = begin(&r, NFIM_A_POLICY);
	put_str(&r, NFIM_POLICY_A_NAME, p->name);
	put_str(&r, NFIM_POLICY_A_HELPER, policy_helper_name(p->helper));
	put_flag(&r, NFIM_POLICY_A_DEFAULT, p->is_default);
	put_lists(&r, p);
	if (p->dialect_lo)
		put_u32(&r, NFIM_POLICY_A_DIALECT_LO, p->dialect_lo);
	if (p->dialect_hi)
		put_u32(&r, NFIM_POLICY_A_DIALECT_HI, p->dialect_hi);
	if (p->agent[0])
		put_str(&r, NFIM_POLICY_A_AGENT, p->agent);
	put_flag(&r, NFIM_POLICY_A_PRIVILEGED, p->privileged);
	put_flag(&r, NFIM_POLICY_A_NO_HOLD, !p->hold);
	put_flag(&r, NFIM_POLICY_A_CLIENT_IP, p->client_ip);
	put_flag(&r, NFIM_POLICY_A_NO_HAIRPIN, !p->hairpin);
	put_flag(&r, NFIM_POLICY_A_NO_ICE, p->no_ice);
	if (p->media_peers)
		put_str(&r, NFIM_POLICY_A_MEDIA_PEERS,
			policy_peers_name(p->media_peers));
	put_u32(&r, NFIM_POLICY_A_HOST_LIMIT, p->host_limit);
	put_u32(&r, NFIM_POLICY_A_NET_LIMIT, p->net_limit);
	for (i = 0; i < NFIM_APP_MAX; i++) {
		if (p->app[i].allow)
			put_app(&r, i, p->app + i);
	}
	end(&r, nest);
	if (r.full)
		nlh->nlmsg_len = len;
	return !r.full;
}

static void get_str(const struct nlattr *attr, char *to, size_t size)
{
	snprintf(to, size, "%s", nl_str(attr));
}

static void get_range(const struct nlattr *nest, struct port_range *range)
{
	const struct nlattr *tb[NFIM_RANGE_A_MAX + 1];
	unsigned int i = 0;
	u32 lo, hi;

	nl_parse_nested(nest, tb, NFIM_RANGE_A_MAX);
	lo = nl_u32(tb[NFIM_RANGE_A_LO]);
	hi = nl_u32(tb[NFIM_RANGE_A_HI]);
	while (i < NFIM_POLICY_RANGES && range[i].lo)
		i++;
	if (i < NFIM_POLICY_RANGES && lo && lo <= hi && hi <= 65535)
		range[i] = (struct port_range){ lo, hi };
}

static void get_app(const struct nlattr *nest, struct policy *p)
{
	const struct nlattr *tb[NFIM_APP_A_MAX + 1];
	const struct nlattr *attr;
	struct policy_app *app;
	enum nfim_app number;

	nl_parse_nested(nest, tb, NFIM_APP_A_MAX);
	if (!conf_find_app(nl_str(tb[NFIM_APP_A_NAME]), &number))
		return;
	app = p->app + number;
	*app = (struct policy_app){
		.allow = tb[NFIM_APP_A_ALLOW],
		.protos = nl_u32(tb[NFIM_APP_A_PROTOS]),
		.limit = nl_u32(tb[NFIM_APP_A_LIMIT]),
		.lifetime = nl_u32(tb[NFIM_APP_A_LIFETIME]),
	};
	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == NFIM_APP_A_INSIDE)
			get_range(attr, app->inside);
		else if (mnl_attr_get_type(attr) == NFIM_APP_A_OUTSIDE)
			get_range(attr, app->outside);
	}
}

static void get_client(const struct nlattr *attr, struct policy *p)
{
	unsigned int i = 0;

	while (i < NFIM_POLICY_CLIENTS && p->client[i][0])
		i++;
	if (i < NFIM_POLICY_CLIENTS)
		get_str(attr, p->client[i], sizeof(p->client[i]));
}

static void get_version(const struct nlattr *nest, struct policy *p)
{
	const struct nlattr *tb[NFIM_VERSION_A_MAX + 1];
	unsigned int i = 0;

	nl_parse_nested(nest, tb, NFIM_VERSION_A_MAX);
	while (i < NFIM_POLICY_VERSIONS && p->version[i].hi)
		i++;
	if (i < NFIM_POLICY_VERSIONS && nl_u64(tb[NFIM_VERSION_A_HI]))
		p->version[i] = (struct version_range){
			nl_u64(tb[NFIM_VERSION_A_LO]),
			nl_u64(tb[NFIM_VERSION_A_HI]),
		};
}

static void get_prefix(const struct nlattr *nest, struct addr_prefix *list)
{
	const struct nlattr *tb[NFIM_PREFIX_A_MAX + 1];
	const struct nlattr *addr;
	unsigned int i = 0;
	u16 len;

	nl_parse_nested(nest, tb, NFIM_PREFIX_A_MAX);
	addr = tb[NFIM_PREFIX_A_ADDR];
	len = addr ? mnl_attr_get_payload_len(addr) : 0;
	while (i < NFIM_POLICY_PREFIXES && list[i].addr.len)
		i++;
	if (i == NFIM_POLICY_PREFIXES || (len != 4 && len != 16) ||
	    nl_u32(tb[NFIM_PREFIX_A_BITS]) > len * 8u)
		return;
	list[i].addr.len = len;
	memcpy(list[i].addr.b, mnl_attr_get_payload(addr), len);
	list[i].bits = nl_u32(tb[NFIM_PREFIX_A_BITS]);
}

static void get_repeated(const struct nlattr *attr, struct policy *p)
{
	switch (mnl_attr_get_type(attr)) {
	case NFIM_POLICY_A_CLIENT:
		get_client(attr, p);
		break;
	case NFIM_POLICY_A_CLIENT_VERSION:
		get_version(attr, p);
		break;
	case NFIM_POLICY_A_THIRD_PARTY:
		get_prefix(attr, p->third_party);
		break;
	case NFIM_POLICY_A_MEDIA_NET:
		get_prefix(attr, p->media_net);
		break;
	case NFIM_POLICY_A_APP:
		get_app(attr, p);
		break;
	}
}

void msg_get_policy(const struct nlattr *nest, struct policy *p)
{
	const struct nlattr *tb[NFIM_POLICY_A_MAX + 1];
	const struct nlattr *attr;
	u8 i;

	nl_parse_nested(nest, tb, NFIM_POLICY_A_MAX);
	*p = conf_policy_default;
	get_str(tb[NFIM_POLICY_A_NAME], p->name, sizeof(p->name));
	get_str(tb[NFIM_POLICY_A_AGENT], p->agent, sizeof(p->agent));
	if (!strcmp(nl_str(tb[NFIM_POLICY_A_HELPER]),
		    policy_helper_name(POLICY_IMSIP)))
		p->helper = POLICY_IMSIP;
	p->is_default = tb[NFIM_POLICY_A_DEFAULT];
	p->dialect_lo = nl_u32(tb[NFIM_POLICY_A_DIALECT_LO]);
	p->dialect_hi = nl_u32(tb[NFIM_POLICY_A_DIALECT_HI]);
	p->privileged = tb[NFIM_POLICY_A_PRIVILEGED];
	p->hold = !tb[NFIM_POLICY_A_NO_HOLD];
	p->client_ip = tb[NFIM_POLICY_A_CLIENT_IP];
	p->hairpin = !tb[NFIM_POLICY_A_NO_HAIRPIN];
	p->no_ice = tb[NFIM_POLICY_A_NO_ICE];
	for (i = 0; i < POLICY_PEERS_MAX; i++)
		if (!strcmp(nl_str(tb[NFIM_POLICY_A_MEDIA_PEERS]),
			    policy_peers_name(i)))
			p->media_peers = i;
	p->host_limit = nl_u32(tb[NFIM_POLICY_A_HOST_LIMIT]);
	p->net_limit = nl_u32(tb[NFIM_POLICY_A_NET_LIMIT]);
	mnl_attr_for_each_nested(attr, nest)
		get_repeated(attr, p);
	conf_settle(p);
}
