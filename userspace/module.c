// SPDX-License-Identifier: GPL-2.0
/* The kernel module, as its generic netlink family presents it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "module.h"

/* The controller's group "notify"; its number is fixed. */
#define GROUP_NOTIFY	GENL_ID_CTRL

/* Bytes of notifications that may wait: some ten thousand events. */
#define EVENT_BUFFER	(16 << 20)

/* What the controller says of the family. */
struct family {
	uint16_t id;
	uint32_t version;
	uint32_t group_events;
	uint32_t group_policy;
};

/* For sort_message(). */
struct receiver {
	uint16_t family;
	int (*cb)(const struct nlmsghdr *nlh, void *data);
	void *data;
};

static void read_groups(const struct nlattr *groups, struct family *family)
{
	const struct nlattr *tb[CTRL_ATTR_MCAST_GRP_ID + 1];
	const struct nlattr *group;
	const char *name;
	uint32_t id;

	mnl_attr_for_each_nested(group, groups) {
		nl_parse_nested(group, tb, CTRL_ATTR_MCAST_GRP_ID);
		name = nl_str(tb[CTRL_ATTR_MCAST_GRP_NAME]);
		id = nl_u32(tb[CTRL_ATTR_MCAST_GRP_ID]);
		if (!strcmp(name, NFIM_MCGRP_EVENTS))
			family->group_events = id;
		else if (!strcmp(name, NFIM_MCGRP_POLICY))
			family->group_policy = id;
	}
}

static int read_family(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[CTRL_ATTR_MCAST_GROUPS + 1];
	const struct nlattr *id;
	struct family *family = data;

	nl_parse(nlh, MODULE_HEADER, tb, CTRL_ATTR_MCAST_GROUPS);
	id = tb[CTRL_ATTR_FAMILY_ID];
	if (!id || mnl_attr_get_payload_len(id) != sizeof(family->id))
		return -EBADMSG;
	family->id = mnl_attr_get_u16(id);
	family->version = nl_u32(tb[CTRL_ATTR_VERSION]);
	if (tb[CTRL_ATTR_MCAST_GROUPS])
		read_groups(tb[CTRL_ATTR_MCAST_GROUPS], family);
	return 0;
}

static struct nlmsghdr *put_header(void *buf, uint16_t type, uint16_t flags,
				   uint8_t cmd, uint8_t version)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = version;
	return nlh;
}

enum rc module_open(struct module *module)
{
	struct family family = { 0 };
	struct nlmsghdr *nlh;
	char buf[256] = { 0 };
	int ret;

	*module = (struct module){ 0 };
	ret = nl_open(&module->nl, NETLINK_GENERIC);
	if (ret)
		return nl_err(&module->nl, ret, "open a netlink socket");
	/* The kernel loads an installed module when asked for its family. */
	nlh = put_header(buf, GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY, 1);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, NFIM_GENL_NAME);
	ret = nl_talk(&module->nl, nlh, read_family, &family);
	if (ret == -ENOENT)
		return err(RC_ABSENT,
			   "module %s is not loaded: run 'modprobe %s', or insmod its file",
			   MODULE_NAME, MODULE_NAME);
	if (ret)
		return nl_err(&module->nl, ret, "look up the module");
	module->family = family.id;
	module->group_events = family.group_events;
	module->group_policy = family.group_policy;
	if (family.version != NFIM_GENL_VERSION)
		return err(RC_ABSENT,
			   "module %s speaks version %u of its interface, this tool version %d: install the two together",
			   MODULE_NAME, family.version, NFIM_GENL_VERSION);
	return RC_DONE;
}

void module_close(struct module *module)
{
	nl_close(&module->nl);
}

struct nlmsghdr *module_request(const struct module *module, void *buf,
				uint8_t cmd, uint16_t flags)
{
	return put_header(buf, module->family, flags, cmd, NFIM_GENL_VERSION);
}

int module_get(struct module *module, uint8_t cmd, uint16_t flags,
	       int (*cb)(const struct nlmsghdr *nlh, void *data), void *data)
{
	char buf[64] = { 0 };

	return nl_talk(&module->nl, module_request(module, buf, cmd, flags), cb,
		       data);
}

static int read_info(const struct nlmsghdr *nlh, void *data)
{
	struct module_info *info = data;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, MODULE_HEADER) {
		switch (mnl_attr_get_type(attr)) {
		case NFIM_A_VERSION:
			snprintf(info->version, sizeof(info->version), "%s",
				 nl_str(attr));
			break;
		case NFIM_A_HELPER:
			if (info->n_helpers == MODULE_HELPERS_MAX)
				break;
			snprintf(info->helper[info->n_helpers++],
				 sizeof(info->helper[0]), "%s", nl_str(attr));
			break;
		case NFIM_A_GENERATION:
			info->generation = nl_u32(attr);
			break;
		case NFIM_A_POLICIES:
			info->policies = nl_u32(attr);
			break;
		}
	}
	return 0;
}

int module_get_info(struct module *module, struct module_info *info)
{
	*info = (struct module_info){ 0 };
	return module_get(module, NFIM_CMD_INFO_GET, NLM_F_ACK, read_info,
			  info);
}

enum rc module_subscribe(struct module *module)
{
	int ret;

	if (!module->group_events || !module->group_policy)
		return err(RC_ABSENT,
			   "module %s has no events: install module and tool together",
			   MODULE_NAME);
	nl_grow(&module->nl, EVENT_BUFFER);
	ret = nl_join(&module->nl, GROUP_NOTIFY);
	if (!ret)
		ret = nl_join(&module->nl, module->group_events);
	if (!ret)
		ret = nl_join(&module->nl, module->group_policy);
	return ret ? nl_err(&module->nl, ret, "subscribe to events") : RC_DONE;
}

static int sort_message(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[CTRL_ATTR_FAMILY_ID + 1];
	const struct receiver *receiver = data;
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *id;

	if (mnl_nlmsg_get_payload_len(nlh) < MODULE_HEADER)
		return 0;
	if (nlh->nlmsg_type == receiver->family)
		return receiver->cb(nlh, receiver->data);
	if (nlh->nlmsg_type != GENL_ID_CTRL ||
	    genl->cmd != CTRL_CMD_DELFAMILY)
		return 0;
	nl_parse(nlh, MODULE_HEADER, tb, CTRL_ATTR_FAMILY_ID);
	id = tb[CTRL_ATTR_FAMILY_ID];
	return id && mnl_attr_get_payload_len(id) == sizeof(uint16_t) &&
		       mnl_attr_get_u16(id) == receiver->family ?
		       -ENODEV :
		       0;
}

int module_receive(struct module *module,
		   int (*cb)(const struct nlmsghdr *nlh, void *data),
		   void *data)
{
	struct receiver receiver = {
		.family = module->family, .cb = cb, .data = data
	};

	return nl_receive(&module->nl, sort_message, &receiver);
}
