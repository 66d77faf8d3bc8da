/* SPDX-License-Identifier: GPL-2.0 */
/* What iptables-nft leaves in its own form. */
#ifndef _NFIM_NFT_XT_H
#define _NFIM_NFT_XT_H

#include "nft_rules.h"

struct nftnl_expr;

/**
 * nft_xt_match() - see what a match of iptables asks for
 * @rule: result
 * @expr: the match
 */
void nft_xt_match(struct nft_rule *rule, const struct nftnl_expr *expr);

/**
 * nft_xt_target() - see what a target of iptables does
 * @rule: result
 * @expr: the target
 */
void nft_xt_target(struct nft_rule *rule, const struct nftnl_expr *expr);

#endif /* _NFIM_NFT_XT_H */
