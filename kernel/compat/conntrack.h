/* SPDX-License-Identifier: GPL-2.0 */
/* conntrack differs between kernels of one name. */
#ifndef _NFIM_COMPAT_CONNTRACK_H
#define _NFIM_COMPAT_CONNTRACK_H

#include <net/netfilter/nf_conntrack.h>

/**
 * nfim_ct_refresh() - let a connection live for some time from now on
 * @ct: the connection
 * @skb: the packet at hand
 * @secs: seconds
 *
 * 6.12.113 dropped the packet.
 */
static inline void nfim_ct_refresh(struct nf_conn *ct,
				   const struct sk_buff *skb, u32 secs)
{
#ifdef NFIM_HAVE_REFRESH_SKB
	nf_ct_refresh(ct, skb, secs * HZ);
#else
	nf_ct_refresh(ct, secs * HZ);
#endif
}

#endif /* _NFIM_COMPAT_CONNTRACK_H */
