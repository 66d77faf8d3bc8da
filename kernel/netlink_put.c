// SPDX-License-Identifier: GPL-2.0
/* Writing policies into attributes. */

#include <uapi/linux/nfim.h>

#include "netlink.h"

static int put_ranges(struct sk_buff *msg, int attr,
		      const struct port_range *list)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < NFIM_POLICY_RANGES && list[i].lo; i++) {
		nest = nla_nest_start(msg, attr);
		if (!nest || nla_put_u32(msg, NFIM_RANGE_A_LO, list[i].lo) ||
		    nla_put_u32(msg, NFIM_RANGE_A_HI, list[i].hi))
			return -EMSGSIZE;
		nla_nest_end(msg, nest);
	}
	return 0;
}

static int put_flag(struct sk_buff *msg, int attr, bool on)
{
	return on ? nla_put_flag(msg, attr) : 0;
}

static int put_number(struct sk_buff *msg, int attr, u32 value)
{
	return value ? nla_put_u32(msg, attr, value) : 0;
}

static int put_app(struct sk_buff *msg, const struct policy *p,
		   enum nfim_app number)
{
	const struct policy_app *app = p->app + number;
	struct nlattr *nest;

	/* Never mentioned, and so refused. */
	if (!app->allow && !app->inside[0].lo && !app->limit)
		return 0;
	nest = nla_nest_start(msg, NFIM_POLICY_A_APP);
	if (!nest ||
	    nla_put_string(msg, NFIM_APP_A_NAME, nfim_app_name(number)) ||
	    put_flag(msg, NFIM_APP_A_ALLOW, app->allow) ||
	    put_number(msg, NFIM_APP_A_PROTOS, app->protos) ||
	    put_number(msg, NFIM_APP_A_LIMIT, app->limit) ||
	    put_number(msg, NFIM_APP_A_LIFETIME, app->lifetime) ||
	    put_ranges(msg, NFIM_APP_A_INSIDE, app->inside) ||
	    put_ranges(msg, NFIM_APP_A_OUTSIDE, app->outside))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_versions(struct sk_buff *msg, const struct policy *p)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < NFIM_POLICY_VERSIONS && p->version[i].hi; i++) {
		nest = nla_nest_start(msg, NFIM_POLICY_A_CLIENT_VERSION);
		if (!nest ||
		    nfim_put_u64(msg, NFIM_VERSION_A_LO, p->version[i].lo) ||
		    nfim_put_u64(msg, NFIM_VERSION_A_HI, p->version[i].hi))
			return -EMSGSIZE;
		nla_nest_end(msg, nest);
	}
	return 0;
}

static int put_prefixes(struct sk_buff *msg, int type,
			const struct addr_prefix *list)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < NFIM_POLICY_PREFIXES; i++) {
		const struct addr_prefix *a = list + i;

		if (!a->addr.len)
			break;
		nest = nla_nest_start(msg, type);
		if (!nest ||
		    nla_put(msg, NFIM_PREFIX_A_ADDR, a->addr.len, a->addr.b) ||
		    nla_put_u32(msg, NFIM_PREFIX_A_BITS, a->bits))
			return -EMSGSIZE;
		nla_nest_end(msg, nest);
	}
	return 0;
}

static int put_match(struct sk_buff *msg, const struct policy *p)
{
	unsigned int i;

	for (i = 0; i < NFIM_POLICY_CLIENTS && p->client[i][0]; i++)
		if (nla_put_string(msg, NFIM_POLICY_A_CLIENT, p->client[i]))
			return -EMSGSIZE;
	if (p->agent[0] && nla_put_string(msg, NFIM_POLICY_A_AGENT, p->agent))
		return -EMSGSIZE;
	return put_versions(msg, p) ||
	       put_number(msg, NFIM_POLICY_A_DIALECT_LO, p->dialect_lo) ||
	       put_number(msg, NFIM_POLICY_A_DIALECT_HI, p->dialect_hi);
}

int nfim_put_policy(struct sk_buff *msg, const struct policy *p)
{
	struct nlattr *nest = nla_nest_start(msg, NFIM_A_POLICY);
	enum nfim_app app;

	if (!nest || nla_put_string(msg, NFIM_POLICY_A_NAME, p->name) ||
	    nla_put_string(msg, NFIM_POLICY_A_HELPER,
			   policy_helper_name(p->helper)) ||
	    put_flag(msg, NFIM_POLICY_A_DEFAULT, p->is_default) ||
	    put_match(msg, p) ||
	    put_flag(msg, NFIM_POLICY_A_PRIVILEGED, p->privileged) ||
	    put_flag(msg, NFIM_POLICY_A_NO_HOLD, !p->hold) ||
	    put_flag(msg, NFIM_POLICY_A_CLIENT_IP, p->client_ip) ||
	    put_flag(msg, NFIM_POLICY_A_NO_HAIRPIN, !p->hairpin) ||
	    nla_put_u32(msg, NFIM_POLICY_A_HOST_LIMIT, p->host_limit) ||
	    nla_put_u32(msg, NFIM_POLICY_A_NET_LIMIT, p->net_limit) ||
	    put_prefixes(msg, NFIM_POLICY_A_THIRD_PARTY, p->third_party) ||
	    put_flag(msg, NFIM_POLICY_A_NO_ICE, p->no_ice) ||
	    (p->media_peers &&
	     nla_put_string(msg, NFIM_POLICY_A_MEDIA_PEERS,
			    policy_peers_name(p->media_peers))) ||
	    put_prefixes(msg, NFIM_POLICY_A_MEDIA_NET, p->media_net))
		return -EMSGSIZE;
	for (app = 0; app < NFIM_APP_MAX; app++)
		if (put_app(msg, p, app))
			return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}
