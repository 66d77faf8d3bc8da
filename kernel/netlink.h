/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family, described in include/uapi/linux/nfim.h. */
#ifndef _NFIM_NETLINK_H
#define _NFIM_NETLINK_H

int nfim_netlink_init(void);
void nfim_netlink_exit(void);

#endif /* _NFIM_NETLINK_H */
