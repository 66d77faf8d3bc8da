// SPDX-License-Identifier: GPL-2.0
/*
 * Commands about policies. A set comes in one message, or, when it does not
 * fit, in several from one socket; either way it is judged as a whole and put
 * in force by one pointer (design D13, ruling 7).
 */

#include <linux/mutex.h>
#include <linux/slab.h>
#include <uapi/linux/nfim.h>

#include "compat/netlink.h"
#include "netlink.h"
#include "policy.h"

/* Sets that may be under way at once in a namespace. */
#define PENDING_MAX	16

/**
 * struct pending - a set that was begun and not committed
 * @list: in pending_list
 * @net: its namespace; only compared
 * @portid: the socket it belongs to
 * @cand: the policies so far
 */
struct pending {
	struct list_head list;
	const struct net *net;
	u32 portid;
	struct nfim_candidate cand;
};

static LIST_HEAD(pending_list);
static DEFINE_MUTEX(pending_lock);

static void drop(struct pending *p)
{
	list_del(&p->list);
	kvfree(p->cand.policy);
	kfree(p);
}

static struct pending *find(const struct net *net, u32 portid)
{
	struct pending *p;

	lockdep_assert_held(&pending_lock);
	list_for_each_entry(p, &pending_list, list)
		if (p->net == net && p->portid == portid)
			return p;
	return NULL;
}

void nfim_netlink_drop(const struct net *net, u32 portid)
{
	struct pending *p, *next;

	mutex_lock(&pending_lock);
	list_for_each_entry_safe(p, next, &pending_list, list)
		if (p->net == net && (!portid || p->portid == portid))
			drop(p);
	mutex_unlock(&pending_lock);
}

/* Nothing is kept for a namespace in which nothing is done (design D3). */
static int may_change(struct genl_info *info)
{
	if (nfim_net_active(genl_info_net(info)))
		return 0;
	NL_SET_ERR_MSG(info->extack,
		       "this network namespace is a user's own; the module leaves it alone unless loaded with userns=1");
	return -EPERM;
}

/* Take over the NFIM_A_POLICY of a request. */
static int add_policies(struct nfim_candidate *cand, struct genl_info *info)
{
	const struct nlattr *a;
	struct policy *p;
	int rem;

	nlmsg_for_each_attr(a, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(a) != NFIM_A_POLICY)
			continue;
		p = nfim_candidate_add(cand);
		if (!p && cand->n == NFIM_POLICIES) {
			NL_SET_ERR_MSG_ATTR(info->extack, a,
					    "too many policies in one set");
			return -E2BIG;
		}
		if (!p)
			return -ENOMEM;
		if (nfim_get_policy(a, p, info->extack))
			return -EINVAL;
	}
	return 0;
}

/* The nth policy of a request; NULL if it came in an earlier one. */
static const struct nlattr *nth_policy(struct genl_info *info, u32 n)
{
	const struct nlattr *a;
	int rem;

	nlmsg_for_each_attr(a, info->nlhdr, GENL_HDRLEN, rem)
		if (nla_type(a) == NFIM_A_POLICY && !n--)
			return a;
	return NULL;
}

static int put_generation(struct sk_buff *msg, u32 generation, u32 n)
{
	return nla_put_u32(msg, NFIM_A_GENERATION, generation) ||
	       nla_put_u32(msg, NFIM_A_POLICIES, n);
}

static void notify(struct net *net, u32 generation, u32 n)
{
	struct sk_buff *msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *hdr;

	if (!msg)
		return;
	hdr = genlmsg_put(msg, 0, 0, &nfim_family, 0, NFIM_CMD_POLICY_NTF);
	if (!hdr || put_generation(msg, generation, n)) {
		nlmsg_free(msg);
		return;
	}
	genlmsg_end(msg, hdr);
	genlmsg_multicast_netns(&nfim_family, net, msg, 0, NFIM_GROUP_POLICY,
				GFP_KERNEL);
}

static int answer(struct genl_info *info, u32 generation, u32 n)
{
	struct sk_buff *msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *hdr;

	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &nfim_family, 0,
				info->genlhdr->cmd);
	if (!hdr || put_generation(msg, generation, n)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

static u32 generation_now(struct nfim_net *nn)
{
	u32 generation;

	rcu_read_lock();
	generation = nfim_policy_set(nn)->generation;
	rcu_read_unlock();
	return generation;
}

/* Judge @cand and, unless the request is only to check, put it in force. */
static int finish(struct nfim_candidate *cand, struct genl_info *info)
{
	const struct nlattr *gen = info->attrs[NFIM_A_GENERATION];
	struct nfim_net *nn = nfim_pernet(genl_info_net(info));
	u32 wanted, generation, n = cand->n, bad;
	const char *why;
	int err;

	why = nfim_candidate_check(cand, &bad);
	if (why) {
		const struct nlattr *a = nth_policy(info, bad);

		if (a)
			NL_SET_BAD_ATTR(info->extack, a);
		if (info->extack)
			info->extack->_msg = why;
		return -EINVAL;
	}
	if (info->attrs[NFIM_A_CHECK])
		return answer(info, generation_now(nn), n);
	wanted = gen ? nla_get_u32(gen) : 0;
	err = nfim_policy_commit(nn, cand, gen ? &wanted : NULL, &generation);
	if (err == -EBUSY)
		NL_SET_ERR_MSG_ATTR(info->extack, gen,
				    "another set has been put in force meanwhile");
	if (err)
		return err;
	notify(genl_info_net(info), generation, n);
	return answer(info, generation, n);
}

int nfim_cmd_policy_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nfim_candidate cand = { 0 };
	int err = may_change(info);

	if (!err)
		err = add_policies(&cand, info);
	if (!err)
		err = finish(&cand, info);
	kvfree(cand.policy);
	return err;
}

static unsigned int count_pending(const struct net *net)
{
	struct pending *p;
	unsigned int n = 0;

	list_for_each_entry(p, &pending_list, list)
		n += p->net == net;
	return n;
}

int nfim_cmd_policy_begin(struct sk_buff *skb, struct genl_info *info)
{
	const struct net *net = genl_info_net(info);
	int err = may_change(info);
	struct pending *p;

	if (err)
		return err;
	mutex_lock(&pending_lock);
	p = find(net, info->snd_portid);
	if (p)
		drop(p);
	if (count_pending(net) >= PENDING_MAX) {
		NL_SET_ERR_MSG(info->extack,
			       "too many sets are being loaded at once");
		err = -EBUSY;
		goto out;
	}
	p = kzalloc(sizeof(*p), GFP_KERNEL_ACCOUNT);
	if (!p) {
		err = -ENOMEM;
		goto out;
	}
	p->net = net;
	p->portid = info->snd_portid;
	list_add_tail(&p->list, &pending_list);
out:
	mutex_unlock(&pending_lock);
	return err;
}

static struct pending *find_begun(struct genl_info *info)
{
	struct pending *p = find(genl_info_net(info), info->snd_portid);

	if (!p)
		NL_SET_ERR_MSG(info->extack,
			       "this socket has not begun a set");
	return p;
}

int nfim_cmd_policy_add(struct sk_buff *skb, struct genl_info *info)
{
	struct pending *p;
	int err = -EINVAL;

	mutex_lock(&pending_lock);
	p = find_begun(info);
	if (p)
		err = add_policies(&p->cand, info);
	if (p && err)
		drop(p);
	mutex_unlock(&pending_lock);
	return err;
}

int nfim_cmd_policy_commit(struct sk_buff *skb, struct genl_info *info)
{
	struct pending *p;
	int err;

	mutex_lock(&pending_lock);
	p = find_begun(info);
	if (p)
		list_del(&p->list);
	mutex_unlock(&pending_lock);
	if (!p)
		return -EINVAL;
	err = finish(&p->cand, info);
	kvfree(p->cand.policy);
	kfree(p);
	return err;
}

int nfim_cmd_policy_flush(struct sk_buff *skb, struct genl_info *info)
{
	int err = may_change(info);

	if (err)
		return err;
	nfim_policy_flush(nfim_pernet(genl_info_net(info)));
	notify(genl_info_net(info), 0, POLICY_HELPER_MAX);
	return 0;
}

static int dump_one(struct sk_buff *msg, struct netlink_callback *cb,
		    const struct policy *p, u32 generation)
{
	void *hdr;

	hdr = genlmsg_put(msg, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &nfim_family, NLM_F_MULTI, NFIM_CMD_POLICY_GET);
	if (!hdr)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, hdr);
	if (nla_put_u32(msg, NFIM_A_GENERATION, generation) ||
	    nfim_put_policy(msg, p)) {
		genlmsg_cancel(msg, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return 0;
}

/* One policy must fit into a message, whatever it holds. */
int nfim_cmd_policy_dump_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = 16384;
	return 0;
}

int nfim_cmd_policy_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct nfim_net *nn = nfim_pernet(sock_net(msg->sk));
	const struct nfim_policy_set *set;
	const struct policy *p;
	struct nlattr **attrs;
	u32 n, generation;
	bool more;

	rcu_read_lock();
	set = nfim_policy_set(nn);
	p = set->policy;
	n = set->n;
	generation = set->generation;
	attrs = nfim_dump_attrs(cb);
	if (attrs && attrs[NFIM_A_DEFAULTS]) {
		p = policy_builtin;
		n = POLICY_HELPER_MAX;
		generation = 0;
	}
	/* 0 would say that nothing can change. */
	cb->seq = generation + 1;
	for (; cb->args[0] < n; cb->args[0]++)
		if (dump_one(msg, cb, p + cb->args[0], generation))
			break;
	more = cb->args[0] < n;
	rcu_read_unlock();
	return more && !msg->len ? -EMSGSIZE : msg->len;
}
