/* SPDX-License-Identifier: GPL-2.0 */
/* Generic netlink differs between kernels of one name. */
#ifndef _NFIM_COMPAT_NETLINK_H
#define _NFIM_COMPAT_NETLINK_H

#include <net/genetlink.h>

/* Who may listen to a group; early 6.1 kernels used the flag of commands. */
#ifndef GENL_MCAST_CAP_NET_ADMIN
#define GENL_MCAST_CAP_NET_ADMIN	GENL_UNS_ADMIN_PERM
#endif

/**
 * nfim_dump_attrs() - attributes of a dump request
 * @cb: the dump
 *
 * Return: indexed by type; may be NULL.
 */
static inline struct nlattr **nfim_dump_attrs(struct netlink_callback *cb)
{
#ifdef NFIM_HAVE_GENL_INFO_DUMP
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif /* _NFIM_COMPAT_NETLINK_H */
