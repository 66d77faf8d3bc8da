/* SPDX-License-Identifier: GPL-2.0 */
/* Whether somebody on the gateway itself listens on a port. */
#ifndef _NFIM_BOUND_H
#define _NFIM_BOUND_H

#include <linux/netfilter.h>
#include <net/net_namespace.h>

/**
 * nfim_port_bound() - whether a port of the gateway has a listener of its own
 * @net: namespace
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 * @proto: IPPROTO_TCP or IPPROTO_UDP
 * @addr: address of the gateway
 * @port: the port
 *
 * An expectation there would take the next connection away from that listener
 * (security.md 6). Under rcu_read_lock(). Sockets that belong to one device, and
 * those that know their peer, are not looked for: conntrack knows the latter.
 *
 * Return: true if there is one.
 */
bool nfim_port_bound(struct net *net, u8 l3num, u8 proto,
		     const union nf_inet_addr *addr, __be16 port);

#endif /* _NFIM_BOUND_H */
