/* SPDX-License-Identifier: GPL-2.0 */
/* Sockets differ between kernels. */
#ifndef _NFIM_COMPAT_SOCK_H
#define _NFIM_COMPAT_SOCK_H

#include <net/udp.h>

/**
 * nfim_udp_table() - the UDP sockets of a namespace
 * @net: namespace
 *
 * 6.1 has one table for all; a lookup compares the namespace.
 *
 * Return: for the lookup functions.
 */
static inline struct udp_table *nfim_udp_table(const struct net *net)
{
#ifdef NFIM_HAVE_NET_UDP_TABLE
	return net->ipv4.udp_table;
#else
	return &udp_table;
#endif
}

#endif /* _NFIM_COMPAT_SOCK_H */
