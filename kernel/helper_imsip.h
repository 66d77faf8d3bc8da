/* SPDX-License-Identifier: GPL-2.0 */
/* The conntrack helper for SIP. */
#ifndef _NFIM_HELPER_IMSIP_H
#define _NFIM_HELPER_IMSIP_H

/* Helper name in nft, conntrack and conntrackd. */
#define NFIM_IMSIP_NAME	"imsip"

int nfim_imsip_init(void);
void nfim_imsip_exit(void);

#endif /* _NFIM_HELPER_IMSIP_H */
