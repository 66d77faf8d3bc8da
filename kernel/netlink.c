// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: its commands, and the dumps of what there is.
 * Each command needs CAP_NET_ADMIN in the namespace, because who talks to
 * whom is nobody else's business (ruling 13).
 */

#include <linux/netlink.h>

#include <nfim/version.h>
#include <uapi/linux/nfim.h>

#include "clients.h"
#include "compat/netlink.h"
#include "helper_imsip.h"
#include "helper_msnp.h"
#include "memory.h"
#include "netlink.h"
#include "offers.h"
#include "policy.h"

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
	const struct nfim_policy_set *set;
	u32 generation, n;

	rcu_read_lock();
	set = nfim_policy_set(nn);
	generation = set->generation;
	n = set->n;
	rcu_read_unlock();
	return nla_put_string(msg, NFIM_A_VERSION, NFIM_VERSION) ||
	       nla_put_u32(msg, NFIM_A_GENERATION, generation) ||
	       nla_put_u32(msg, NFIM_A_POLICIES, n) ||
	       nla_put_string(msg, NFIM_A_HELPER, NFIM_MSNP_NAME) ||
	       nla_put_string(msg, NFIM_A_HELPER, NFIM_IMSIP_NAME);
}

static int put_stat(struct sk_buff *msg, enum nfim_attr type,
		    const char *name, u64 value)
{
	struct nlattr *nest = nla_nest_start(msg, type);

	if (!nest || nla_put_string(msg, NFIM_STAT_A_NAME, name) ||
	    nfim_put_u64(msg, NFIM_STAT_A_VALUE, value))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_stats(struct sk_buff *msg, struct nfim_net *nn)
{
	enum nfim_counter c;

	for (c = NFIM_OK + 1; c < NFIM_COUNTER_MAX; c++)
		if (put_stat(msg, NFIM_A_STAT, nfim_counter_name(c),
			     nfim_counter_sum(nn, c)))
			return -EMSGSIZE;
	return put_stat(msg, NFIM_A_GAUGE, "endpoints",
			READ_ONCE(nn->offers)) ||
	       put_stat(msg, NFIM_A_GAUGE, "calls", atomic_read(&nn->calls)) ||
	       put_stat(msg, NFIM_A_GAUGE, "known-clients",
			READ_ONCE(nn->clients)) ||
	       put_stat(msg, NFIM_A_GAUGE, "held-bytes",
			atomic_read(&nn->held_bytes)) ||
	       put_stat(msg, NFIM_A_GAUGE, "remembered-connections",
			READ_ONCE(nn->conns)) ||
	       put_stat(msg, NFIM_A_GAUGE, "remembered-bytes",
			READ_ONCE(nn->conn_bytes)) ||
	       put_stat(msg, NFIM_A_GAUGE, "memory-bytes",
			atomic_read(&nn->memory)) ||
	       (net_eq(nn->net, &init_net) &&
		put_stat(msg, NFIM_A_GAUGE, "memory-bytes-all", nfim_mem_all()));
}

static int put_state(struct sk_buff *msg, const struct nfim_offer *o)
{
	long left = (long)(o->expires - jiffies);

	if (!o->connected)
		return nla_put_u32(msg, NFIM_OFFER_A_SECONDS_LEFT,
				   left > 0 ? left / HZ : 0);
	return nfim_put_addr(msg, NFIM_OFFER_A_PEER, o->l3num, &o->child.src.u3) ||
	       nla_put_u32(msg, NFIM_OFFER_A_PEER_PORT,
			   ntohs(o->child.src.u.all));
}

static int put_offer_attrs(struct sk_buff *msg, const struct nfim_offer *o)
{
	return nla_put_string(msg, NFIM_OFFER_A_HELPER,
			      policy_helper_name(o->helper)) ||
	       nla_put_string(msg, NFIM_OFFER_A_APP, nfim_app_name(o->app)) ||
	       nla_put_u32(msg, NFIM_OFFER_A_STATE, o->connected ?
			   NFIM_OFFER_CONNECTED : NFIM_OFFER_WAITING) ||
	       nla_put_u32(msg, NFIM_OFFER_A_FAMILY, o->l3num) ||
	       nla_put_u32(msg, NFIM_OFFER_A_PROTO, o->proto) ||
	       nla_put_u32(msg, NFIM_OFFER_A_ZONE, o->zone) ||
	       nfim_put_addr(msg, NFIM_OFFER_A_LISTENER, o->l3num, &o->listener) ||
	       nla_put_u32(msg, NFIM_OFFER_A_INSIDE_PORT,
			   ntohs(o->inside_port)) ||
	       nfim_put_addr(msg, NFIM_OFFER_A_OUTSIDE, o->l3num, &o->outside) ||
	       nla_put_u32(msg, NFIM_OFFER_A_OUTSIDE_PORT,
			   ntohs(o->outside_port)) ||
	       nfim_put_via(msg, NFIM_OFFER_A_MECHANISM, o->via) ||
	       put_state(msg, o);
}

/**
 * struct dump - a part of a dump
 * @msg: where to
 * @cb: the dump
 * @changes: how often the table has changed
 */
struct dump {
	struct sk_buff *msg;
	struct netlink_callback *cb;
	u32 changes;
};

/* 0 would say that nothing can change. */
static unsigned int dump_seq(const struct dump *d)
{
	return d->changes ? d->changes : ~0u;
}

static void say_if_changed(struct dump *d, void *hdr)
{
	d->cb->seq = dump_seq(d);
	genl_dump_check_consistent(d->cb, hdr);
}

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
	say_if_changed(d, hdr);
	nest = nla_nest_start(d->msg, NFIM_A_OFFER);
	if (!nest || put_offer_attrs(d->msg, o)) {
		genlmsg_cancel(d->msg, hdr);
		return -EMSGSIZE;
	}
	nla_nest_end(d->msg, nest);
	genlmsg_end(d->msg, hdr);
	return 0;
}

static int put_known(struct sk_buff *msg, const struct client *known)
{
	if (known->dialect &&
	    nla_put_u32(msg, NFIM_CLIENT_A_DIALECT, known->dialect))
		return -EMSGSIZE;
	if (known->name[0] &&
	    (nla_put_string(msg, NFIM_CLIENT_A_NAME, known->name) ||
	     nla_put_string(msg, NFIM_CLIENT_A_VERSION, known->text)))
		return -EMSGSIZE;
	return known->agent[0] ?
	       nla_put_string(msg, NFIM_CLIENT_A_AGENT, known->agent) : 0;
}

static int put_client(struct sk_buff *msg, const struct nfim_client *c,
		      const struct policy *p)
{
	return nla_put_u32(msg, NFIM_CLIENT_A_FAMILY, c->l3num) ||
	       nla_put_u32(msg, NFIM_CLIENT_A_ZONE, c->zone) ||
	       nfim_put_addr(msg, NFIM_CLIENT_A_ADDR, c->l3num, &c->addr) ||
	       nla_put_string(msg, NFIM_CLIENT_A_HELPER,
			      policy_helper_name(c->helper)) ||
	       put_known(msg, &c->known) ||
	       (p && nla_put_string(msg, NFIM_CLIENT_A_POLICY, p->name)) ||
	       nla_put_u32(msg, NFIM_CLIENT_A_IDLE,
			   (jiffies - c->used) / HZ);
}

static int dump_client(const struct nfim_client *c, const struct policy *p,
		       void *arg)
{
	struct dump *d = arg;
	struct nlattr *nest;
	void *hdr;

	hdr = genlmsg_put(d->msg, NETLINK_CB(d->cb->skb).portid,
			  d->cb->nlh->nlmsg_seq, &nfim_family, NLM_F_MULTI,
			  NFIM_CMD_CLIENT_GET);
	if (!hdr)
		return -EMSGSIZE;
	say_if_changed(d, hdr);
	nest = nla_nest_start(d->msg, NFIM_A_CLIENT);
	if (!nest || put_client(d->msg, c, p)) {
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
	struct dump d = { .msg = msg, .cb = cb };

	cb->args[0] = nfim_offers_walk(nn, cb->args[0], &d.changes, dump_offer,
				       &d);
	cb->seq = dump_seq(&d);
	return msg->len;
}

static int client_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct nfim_net *nn = nfim_pernet(sock_net(msg->sk));
	struct dump d = { .msg = msg, .cb = cb };

	cb->args[0] = nfim_clients_walk(nn, cb->args[0], &d.changes,
					dump_client, &d);
	cb->seq = dump_seq(&d);
	return msg->len;
}

#define DO(name, fn)							\
	{								\
		.cmd = NFIM_CMD_##name,					\
		.flags = GENL_UNS_ADMIN_PERM,				\
		.doit = fn,						\
	}

#define DUMP(name, fn)							\
	{								\
		.cmd = NFIM_CMD_##name,					\
		.flags = GENL_UNS_ADMIN_PERM,				\
		.dumpit = fn,						\
	}

static const struct genl_ops nfim_ops[] = {
	DO(INFO_GET, info_get),
	DO(STATS_GET, stats_get),
	DUMP(OFFER_GET, offer_dump),
	DUMP(CLIENT_GET, client_dump),
	{
		.cmd = NFIM_CMD_POLICY_GET,
		.flags = GENL_UNS_ADMIN_PERM,
		.start = nfim_cmd_policy_dump_start,
		.dumpit = nfim_cmd_policy_dump,
	},
	DO(POLICY_SET, nfim_cmd_policy_set),
	DO(POLICY_BEGIN, nfim_cmd_policy_begin),
	DO(POLICY_ADD, nfim_cmd_policy_add),
	DO(POLICY_COMMIT, nfim_cmd_policy_commit),
	DO(POLICY_FLUSH, nfim_cmd_policy_flush),
};

/* What a request may hold; the rest is for answers. */
static const struct nla_policy nfim_attrs[NFIM_A_MAX + 1] = {
	[NFIM_A_POLICY]		= { .type = NLA_NESTED },
	[NFIM_A_GENERATION]	= { .type = NLA_U32 },
	[NFIM_A_CHECK]		= { .type = NLA_FLAG },
	[NFIM_A_DEFAULTS]	= { .type = NLA_FLAG },
};

static const struct genl_multicast_group nfim_groups[] = {
	[NFIM_GROUP_EVENTS] = {
		.name = NFIM_MCGRP_EVENTS,
		.flags = GENL_MCAST_CAP_NET_ADMIN,
	},
	[NFIM_GROUP_POLICY] = {
		.name = NFIM_MCGRP_POLICY,
		.flags = GENL_MCAST_CAP_NET_ADMIN,
	},
};

struct genl_family nfim_family __ro_after_init = {
	.name = NFIM_GENL_NAME,
	.version = NFIM_GENL_VERSION,
	.maxattr = NFIM_A_MAX,
	.policy = nfim_attrs,
	.netnsok = true,
	.module = THIS_MODULE,
	.ops = nfim_ops,
	.n_ops = ARRAY_SIZE(nfim_ops),
	.mcgrps = nfim_groups,
	.n_mcgrps = ARRAY_SIZE(nfim_groups),
};

static int socket_closed(struct notifier_block *nb, unsigned long what,
			 void *arg)
{
	struct netlink_notify *n = arg;

	if (what == NETLINK_URELEASE && n->protocol == NETLINK_GENERIC &&
	    n->portid)
		nfim_netlink_drop(n->net, n->portid);
	return NOTIFY_DONE;
}

static struct notifier_block socket_notifier = {
	.notifier_call = socket_closed,
};

int __init nfim_netlink_init(void)
{
	int err = netlink_register_notifier(&socket_notifier);

	if (err)
		return err;
	err = genl_register_family(&nfim_family);
	if (err)
		netlink_unregister_notifier(&socket_notifier);
	return err;
}

void nfim_netlink_exit(void)
{
	genl_unregister_family(&nfim_family);
	netlink_unregister_notifier(&socket_notifier);
}

MODULE_ALIAS_GENL_FAMILY(NFIM_GENL_NAME);
