/* SPDX-License-Identifier: GPL-2.0 */
/* Elements of nft sets and verdict maps. */
#ifndef _NFIM_NFT_SET_H
#define _NFIM_NFT_SET_H

#include <stdbool.h>

#include "nl.h"

/**
 * struct nft_set_query - which set
 * @family: NFPROTO_INET and the like
 * @table: its table
 * @name: its name
 * @of_states: its keys are what "ct state" compares
 */
struct nft_set_query {
	uint32_t family;
	const char *table;
	const char *name;
	bool of_states;
};

/**
 * struct nft_elem - one element
 * @is_state: copied from the query
 * @key: its key
 * @len: length of @key
 * @has_verdict: the set is a map to verdicts
 * @verdict: NF_ACCEPT, NFT_JUMP and the like
 * @chain: where to jump or go, NULL for nowhere
 */
struct nft_elem {
	bool is_state;
	const void *key;
	uint32_t len;
	bool has_verdict;
	int verdict;
	const char *chain;
};

/**
 * nft_set_each() - visit the elements of a set
 * @nl: netfilter socket
 * @query: which set; one that is gone has no elements
 * @cb: gets each; what it gets lives during the call; returns 0 or a negative
 *	errno
 * @data: for @cb
 *
 * Return: 0 or a negative errno.
 */
int nft_set_each(struct nl *nl, const struct nft_set_query *query,
		 int (*cb)(const struct nft_elem *elem, void *data),
		 void *data);

#endif /* _NFIM_NFT_SET_H */
