// SPDX-License-Identifier: GPL-2.0
/* Finds the part of a policy that an offset in a message belongs to. */
#include <linux/nfim.h>

#include "msg.h"
#include "nl.h"

/* Whether a byte of the message is in an attribute, header and padding too. */
static bool is_in(const struct nlmsghdr *nlh, const struct nlattr *attr,
		  size_t offset)
{
	size_t begins = (const char *)attr - (const char *)nlh;

	return offset >= begins &&
	       offset < begins + MNL_ALIGN(attr->nla_len);
}

static void locate_in_app(const struct nlmsghdr *nlh, const struct nlattr *nest,
			  size_t offset, struct conf_where *where)
{
	static const u8 ids[NFIM_APP_A_MAX + 1] = {
		[NFIM_APP_A_ALLOW] = CONF_VERDICT,
		[NFIM_APP_A_PROTOS] = CONF_PROTOCOL,
		[NFIM_APP_A_LIMIT] = CONF_LIMIT,
		[NFIM_APP_A_LIFETIME] = CONF_LIFETIME,
		[NFIM_APP_A_INSIDE] = CONF_INSIDE,
		[NFIM_APP_A_OUTSIDE] = CONF_OUTSIDE,
	};
	const struct nlattr *tb[NFIM_APP_A_MAX + 1];
	const struct nlattr *attr;

	nl_parse_nested(nest, tb, NFIM_APP_A_MAX);
	if (!conf_find_app(nl_str(tb[NFIM_APP_A_NAME]), &where->app))
		return;
	where->in_app = true;
	mnl_attr_for_each_nested(attr, nest) {
		if (is_in(nlh, attr, offset) &&
		    mnl_attr_get_type(attr) <= NFIM_APP_A_MAX)
			where->app_id = ids[mnl_attr_get_type(attr)];
	}
}

static void locate_in_policy(const struct nlmsghdr *nlh,
			     const struct nlattr *nest, size_t offset,
			     struct conf_where *where)
{
	static const u8 ids[NFIM_POLICY_A_MAX + 1] = {
		[NFIM_POLICY_A_HELPER] = CONF_HELPER,
		[NFIM_POLICY_A_DEFAULT] = CONF_DEFAULT,
		[NFIM_POLICY_A_CLIENT] = CONF_CLIENT,
		[NFIM_POLICY_A_CLIENT_VERSION] = CONF_VERSION,
		[NFIM_POLICY_A_DIALECT_LO] = CONF_DIALECT,
		[NFIM_POLICY_A_DIALECT_HI] = CONF_DIALECT,
		[NFIM_POLICY_A_AGENT] = CONF_AGENT,
		[NFIM_POLICY_A_PRIVILEGED] = CONF_PRIVILEGED,
		[NFIM_POLICY_A_NO_HOLD] = CONF_HOLD,
		[NFIM_POLICY_A_CLIENT_IP] = CONF_CLIENT_IP,
		[NFIM_POLICY_A_NO_HAIRPIN] = CONF_HAIRPIN,
		[NFIM_POLICY_A_HOST_LIMIT] = CONF_HOST_LIMIT,
		[NFIM_POLICY_A_NET_LIMIT] = CONF_NET_LIMIT,
		[NFIM_POLICY_A_THIRD_PARTY] = CONF_THIRD_PARTY,
		[NFIM_POLICY_A_NO_ICE] = CONF_ICE,
		[NFIM_POLICY_A_MEDIA_PEERS] = CONF_MEDIA_PEERS,
		[NFIM_POLICY_A_MEDIA_NET] = CONF_MEDIA_NET,
	};
	const struct nlattr *attr;
	u16 type;

	mnl_attr_for_each_nested(attr, nest) {
		if (!is_in(nlh, attr, offset))
			continue;
		type = mnl_attr_get_type(attr);
		if (type == NFIM_POLICY_A_APP)
			locate_in_app(nlh, attr, offset, where);
		else if (type <= NFIM_POLICY_A_MAX)
			where->id = ids[type];
	}
}

bool msg_locate(const struct nlmsghdr *nlh, size_t header, size_t offset,
		struct conf_where *where)
{
	const struct nlattr *attr;
	u32 n = 0;

	*where = (struct conf_where){ 0 };
	mnl_attr_for_each(attr, nlh, header) {
		if (mnl_attr_get_type(attr) != NFIM_A_POLICY)
			continue;
		where->policy = n++;
		if (!is_in(nlh, attr, offset))
			continue;
		locate_in_policy(nlh, attr, offset, where);
		return true;
	}
	return false;
}
