// SPDX-License-Identifier: GPL-2.0
/* Whether somebody on the gateway itself listens on a port. */

#include <net/inet6_hashtables.h>
#include <net/inet_hashtables.h>
#include <net/udp.h>

#include "bound.h"
#include "compat/sock.h"

/* From nobody's address, so that only those are found who take all. */
static const struct sock *find4(struct net *net, u8 proto, __be32 addr,
				__be16 port)
{
	if (proto == IPPROTO_TCP)
		return __inet_lookup_listener(net,
					      net->ipv4.tcp_death_row.hashinfo,
					      NULL, 0, 0, 0, addr, ntohs(port),
					      0, 0);
	return __udp4_lib_lookup(net, 0, 0, addr, port, 0, 0,
				 nfim_udp_table(net), NULL);
}

static const struct sock *find6(struct net *net, u8 proto,
				const struct in6_addr *addr, __be16 port)
{
#if IS_ENABLED(CONFIG_IPV6)
	static const struct in6_addr any;

	if (proto == IPPROTO_TCP)
		return inet6_lookup_listener(net,
					     net->ipv4.tcp_death_row.hashinfo,
					     NULL, 0, &any, 0, addr,
					     ntohs(port), 0, 0);
	return __udp6_lib_lookup(net, &any, 0, addr, port, 0, 0,
				 nfim_udp_table(net), NULL);
#else
	return NULL;
#endif
}

bool nfim_port_bound(struct net *net, u8 l3num, u8 proto,
		     const union nf_inet_addr *addr, __be16 port)
{
	if (l3num == NFPROTO_IPV4)
		return find4(net, proto, addr->ip, port);
	return find6(net, proto, &addr->in6, port);
}
