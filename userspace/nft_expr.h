/* SPDX-License-Identifier: GPL-2.0 */
/* What one nft rule says, from its expressions. */
#ifndef _NFIM_NFT_EXPR_H
#define _NFIM_NFT_EXPR_H

#include <libnftnl/rule.h>

#include "nft_rules.h"

/**
 * struct nft_expr_reader - how to read rules
 * @nl: a socket of its own, to ask for elements of sets
 * @set: knows the objects
 * @jump: told of each chain that the rule leads to; returns 0 or a negative
 *	errno
 * @data: for @jump
 */
struct nft_expr_reader {
	struct nl *nl;
	const struct nft_ruleset *set;
	int (*jump)(const char *chain, void *data);
	void *data;
};

/**
 * nft_expr_read() - see what a rule says
 * @reader: how
 * @nft: the rule
 * @rule: result; its chain and handle are the caller's
 *
 * Return: 0 or a negative errno.
 */
int nft_expr_read(const struct nft_expr_reader *reader, struct nftnl_rule *nft,
		  struct nft_rule *rule);

#endif /* _NFIM_NFT_EXPR_H */
