/* SPDX-License-Identifier: GPL-2.0 */
/* Messages to nf_tables that take effect all at once or not at all. */
#ifndef _NFIM_NFT_BATCH_H
#define _NFIM_NFT_BATCH_H

#include <stdbool.h>

#include "nft.h"

/* The comment that nft shows for our table, and by which we know it. */
#define NFT_MARK	"made by nfim attach"

/**
 * struct nft_batch - a batch under construction
 * @mnl: the messages; NULL if memory ran out
 * @buf: memory of @mnl
 * @seq: sequence number used last
 * @object_seq: that of the first "ct helper" object
 * @last: the message put last
 * @failed: memory ran out
 */
struct nft_batch {
	struct mnl_nlmsg_batch *mnl;
	char *buf;
	uint32_t seq;
	uint32_t object_seq;
	struct nlmsghdr *last;
	bool failed;
};

/**
 * nft_batch_begin() - start a batch
 * @batch: result; goes to nft_batch_free() even if it failed
 * @seq: sequence number used last
 * @genid: generation of the ruleset for which the batch is made
 * @n_rules: how many rules it will hold
 */
void nft_batch_begin(struct nft_batch *batch, uint32_t seq, uint32_t genid,
		     size_t n_rules);

/**
 * nft_batch_delete() - put the deletion of a table
 * @batch: begun
 * @table: its name
 */
void nft_batch_delete(struct nft_batch *batch, const char *table);

/**
 * nft_batch_plan() - put a table with all that belongs to it
 * @batch: begun
 * @plan: the table
 */
void nft_batch_plan(struct nft_batch *batch, const struct nft_plan *plan);

/**
 * nft_batch_helper() - the helper that a message is about
 * @batch: has a plan
 * @plan: the plan, or NULL
 * @seq: sequence number of the message
 *
 * Return: its name, or NULL when the message makes no "ct helper" object.
 */
const char *nft_batch_helper(const struct nft_batch *batch,
			     const struct nft_plan *plan, uint32_t seq);

/**
 * nft_batch_end() - close a batch, and ask for an answer
 * @batch: has at least one message; complete unless @failed is set
 *
 * Return: sequence number of the message that will be acknowledged.
 */
uint32_t nft_batch_end(struct nft_batch *batch);

/**
 * nft_batch_free() - give back the memory
 * @batch: begun
 */
void nft_batch_free(struct nft_batch *batch);

#endif /* _NFIM_NFT_BATCH_H */
