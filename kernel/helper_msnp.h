/* SPDX-License-Identifier: GPL-2.0 */
/* The conntrack helper for MSN Messenger's control connections. */
#ifndef _NFIM_HELPER_MSNP_H
#define _NFIM_HELPER_MSNP_H

#include <net/netfilter/nf_conntrack_helper.h>

/* Helper name in nft, conntrack and conntrackd. */
#define NFIM_MSNP_NAME	"msnp"

/**
 * nfim_helper_msnp() - the helper of an address family
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * Return: never NULL.
 */
struct nf_conntrack_helper *nfim_helper_msnp(u8 l3num);

int nfim_msnp_init(void);
void nfim_msnp_exit(void);

#endif /* _NFIM_HELPER_MSNP_H */
