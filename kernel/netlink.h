/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family, described in include/uapi/linux/nfim.h. Files
 * that begin with "netlink" are the only ones that know attributes.
 */
#ifndef _NFIM_NETLINK_H
#define _NFIM_NETLINK_H

#include <linux/netfilter.h>
#include <net/genetlink.h>

#include "net.h"
#include "proto/offer.h"
#include "proto/policy.h"

/* Multicast groups, by their place in the family. */
enum nfim_mcgrp {
	NFIM_GROUP_EVENTS,
	NFIM_GROUP_POLICY,
};

extern struct genl_family nfim_family;
extern const struct nla_policy nfim_policy_attrs[];

/**
 * nfim_put_addr() - put an address
 * @msg: message
 * @attr: attribute type
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: the address
 *
 * Return: 0 or -EMSGSIZE.
 */
static inline int nfim_put_addr(struct sk_buff *msg, int attr, u8 l3num,
				const union nf_inet_addr *addr)
{
	return nla_put(msg, attr, l3num == NFPROTO_IPV4 ? 4 : 16, addr);
}

/**
 * nfim_put_via() - put in what an endpoint was announced, if that is known
 * @msg: message
 * @attr: attribute type
 * @via: in what
 *
 * Return: 0 or -EMSGSIZE.
 */
static inline int nfim_put_via(struct sk_buff *msg, int attr,
			       enum nfim_via via)
{
	const char *name = nfim_via_name(via);

	return name ? nla_put_string(msg, attr, name) : 0;
}

/**
 * nfim_put_u64() - put a number without attributes that only fill
 * @msg: message
 * @attr: attribute type
 * @value: the number
 *
 * Whoever reads it copies it: it may stand at any multiple of four.
 *
 * Return: 0 or -EMSGSIZE.
 */
static inline int nfim_put_u64(struct sk_buff *msg, int attr, u64 value)
{
	return nla_put(msg, attr, sizeof(value), &value);
}

/**
 * nfim_put_policy() - put one policy
 * @msg: message
 * @p: the policy
 *
 * Return: 0 or -EMSGSIZE.
 */
int nfim_put_policy(struct sk_buff *msg, const struct policy *p);

/**
 * nfim_get_policy() - read one policy
 * @nest: NFIM_A_POLICY
 * @p: zeroed; filled
 * @extack: says what is wrong with it
 *
 * Return: 0 or -EINVAL.
 */
int nfim_get_policy(const struct nlattr *nest, struct policy *p,
		    struct netlink_ext_ack *extack);

/* Commands about policies; see include/uapi/linux/nfim.h. */
int nfim_cmd_policy_set(struct sk_buff *skb, struct genl_info *info);
int nfim_cmd_policy_begin(struct sk_buff *skb, struct genl_info *info);
int nfim_cmd_policy_add(struct sk_buff *skb, struct genl_info *info);
int nfim_cmd_policy_commit(struct sk_buff *skb, struct genl_info *info);
int nfim_cmd_policy_flush(struct sk_buff *skb, struct genl_info *info);
int nfim_cmd_policy_dump_start(struct netlink_callback *cb);
int nfim_cmd_policy_dump(struct sk_buff *msg, struct netlink_callback *cb);

/**
 * nfim_netlink_drop() - drop candidates that were begun and not committed
 * @net: namespace
 * @portid: socket that closed, or 0 for all of the namespace
 */
void nfim_netlink_drop(const struct net *net, u32 portid);

int nfim_netlink_init(void);
void nfim_netlink_exit(void);

#endif /* _NFIM_NETLINK_H */
