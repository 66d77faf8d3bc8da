// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: one file owns every attribute. Nothing here
 * changes anything yet; still each command needs CAP_NET_ADMIN in the
 * namespace, because who talks to whom is nobody else's business (ruling 13).
 */

#include <net/genetlink.h>

#include <nfim/version.h>
#include <uapi/linux/nfim.h>

#include "helper_msnp.h"
#include "netlink.h"
#include "offers.h"

static struct genl_family nfim_family;

/* @put fills the reply. */
static int reply(struct genl_info *info,
		 int (*put)(struct sk_buff *msg, struct nfim_net *nn))
{
	struct sk_buff *msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	void *hdr;

	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &nfim_family, 0,
				info->genlhdr->cmd);
	if (!hdr || put(msg, nfim_pernet(genl_info_net(info)))) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

static int put_info(struct sk_buff *msg, struct nfim_net *nn)
{
	return nla_put_string(msg, NFIM_A_VERSION, NFIM_VERSION) ||
	       nla_put_string(msg, NFIM_A_HELPER, NFIM_MSNP_NAME);
}

static int put_stat(struct sk_buff *msg, const char *name, u64 value)
{
	struct nlattr *nest = nla_nest_start(msg, NFIM_A_STAT);

	if (!nest || nla_put_string(msg, NFIM_STAT_A_NAME, name) ||
	    nla_put_u64_64bit(msg, NFIM_STAT_A_VALUE, value, NFIM_STAT_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_stats(struct sk_buff *msg, struct nfim_net *nn)
{
	enum nfim_counter c;

	for (c = NFIM_OK + 1; c < NFIM_COUNTER_MAX; c++)
		if (put_stat(msg, nfim_counter_name(c),
			     nfim_counter_sum(nn, c)))
			return -EMSGSIZE;
	return 0;
}

static int put_addr(struct sk_buff *msg, int attr, u8 l3num,
		    const union nf_inet_addr *addr)
{
	return nla_put(msg, attr, l3num == NFPROTO_IPV4 ? 4 : 16, addr);
}

static int put_state(struct sk_buff *msg, const struct nfim_offer *o)
{
	long left = (long)(o->expires - jiffies);

	if (!o->connected)
		return nla_put_u32(msg, NFIM_OFFER_A_SECONDS_LEFT,
				   left > 0 ? left / HZ : 0);
	return put_addr(msg, NFIM_OFFER_A_PEER, o->l3num, &o->child.src.u3) ||
	       nla_put_u32(msg, NFIM_OFFER_A_PEER_PORT,
			   ntohs(o->child.src.u.all));
}

static int put_offer_attrs(struct sk_buff *msg, const struct nfim_offer *o)
{
	return nla_put_string(msg, NFIM_OFFER_A_HELPER, NFIM_MSNP_NAME) ||
	       nla_put_string(msg, NFIM_OFFER_A_APP, nfim_app_name(o->app)) ||
	       nla_put_u32(msg, NFIM_OFFER_A_STATE, o->connected ?
			   NFIM_OFFER_CONNECTED : NFIM_OFFER_WAITING) ||
	       nla_put_u32(msg, NFIM_OFFER_A_FAMILY, o->l3num) ||
	       nla_put_u32(msg, NFIM_OFFER_A_PROTO, o->proto) ||
	       nla_put_u32(msg, NFIM_OFFER_A_ZONE, o->zone) ||
	       put_addr(msg, NFIM_OFFER_A_LISTENER, o->l3num, &o->listener) ||
	       nla_put_u32(msg, NFIM_OFFER_A_INSIDE_PORT,
			   ntohs(o->inside_port)) ||
	       put_addr(msg, NFIM_OFFER_A_OUTSIDE, o->l3num, &o->outside) ||
	       nla_put_u32(msg, NFIM_OFFER_A_OUTSIDE_PORT,
			   ntohs(o->outside_port)) ||
	       put_state(msg, o);
}

struct dump {
	struct sk_buff *msg;
	struct netlink_callback *cb;
};

static int dump_offer(const struct nfim_offer *o, void *arg)
{
	struct dump *d = arg;
	struct nlattr *nest;
	void *hdr;

	hdr = genlmsg_put(d->msg, NETLINK_CB(d->cb->skb).portid,
			  d->cb->nlh->nlmsg_seq, &nfim_family, NLM_F_MULTI,
			  NFIM_CMD_OFFER_GET);
	if (!hdr)
		return -EMSGSIZE;
	nest = nla_nest_start(d->msg, NFIM_A_OFFER);
	if (!nest || put_offer_attrs(d->msg, o)) {
		genlmsg_cancel(d->msg, hdr);
		return -EMSGSIZE;
	}
	nla_nest_end(d->msg, nest);
	genlmsg_end(d->msg, hdr);
	return 0;
}

static int info_get(struct sk_buff *skb, struct genl_info *info)
{
	return reply(info, put_info);
}

static int stats_get(struct sk_buff *skb, struct genl_info *info)
{
	return reply(info, put_stats);
}

static int offer_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct nfim_net *nn = nfim_pernet(sock_net(msg->sk));
	struct dump d = { msg, cb };

	cb->args[0] = nfim_offers_walk(nn, cb->args[0], dump_offer, &d);
	return msg->len;
}

static const struct genl_ops nfim_ops[] = {
	{
		.cmd = NFIM_CMD_INFO_GET,
		.flags = GENL_UNS_ADMIN_PERM,
		.doit = info_get,
	},
	{
		.cmd = NFIM_CMD_STATS_GET,
		.flags = GENL_UNS_ADMIN_PERM,
		.doit = stats_get,
	},
	{
		.cmd = NFIM_CMD_OFFER_GET,
		.flags = GENL_UNS_ADMIN_PERM,
		.dumpit = offer_dump,
	},
};

static struct genl_family nfim_family __ro_after_init = {
	.name = NFIM_GENL_NAME,
	.version = NFIM_GENL_VERSION,
	.netnsok = true,
	.module = THIS_MODULE,
	.ops = nfim_ops,
	.n_ops = ARRAY_SIZE(nfim_ops),
};

int __init nfim_netlink_init(void)
{
	return genl_register_family(&nfim_family);
}

void nfim_netlink_exit(void)
{
	genl_unregister_family(&nfim_family);
}

MODULE_ALIAS_GENL_FAMILY(NFIM_GENL_NAME);
