/* SPDX-License-Identifier: GPL-2.0 */
/* nf_tables: our table with the rules that attach a helper, and who else. */
#ifndef _NFIM_NFT_H
#define _NFIM_NFT_H

#include <stdbool.h>

#include "nl.h"

/**
 * struct nft_give - which connections get a helper
 * @object: name of the nft object
 * @helper: conntrack helper to attach
 * @l4proto: IPPROTO_TCP or IPPROTO_UDP
 * @ports: destination ports in host byte order
 * @n_ports: how many
 */
struct nft_give {
	const char *object;
	const char *helper;
	uint8_t l4proto;
	const uint16_t *ports;
	size_t n_ports;
};

/**
 * struct nft_plan - the table that shall be
 * @table: its name, in family inet
 * @give: what gets a helper
 * @n_gives: how many
 * @iifs: interfaces the clients are behind; a last '*' stands for any rest
 * @n_iifs: how many; 0 for every interface
 */
struct nft_plan {
	const char *table;
	const struct nft_give *give;
	size_t n_gives;
	const char *const *iifs;
	size_t n_iifs;
};

/**
 * struct nft_object - an nft object of type "ct helper"
 * @family: NFPROTO_INET and the like, of its table
 * @table: its table
 * @name: its name
 * @helper: conntrack helper it attaches
 * @l4proto: IPPROTO_TCP or IPPROTO_UDP
 * @rules: rules that use it
 */
struct nft_object {
	uint32_t family;
	const char *table;
	const char *name;
	const char *helper;
	uint8_t l4proto;
	uint32_t rules;
};

/**
 * nft_open() - open a socket for nf_tables
 * @nl: result; harmless to nl_close() even if this fails
 *
 * Return: %RC_DONE; %RC_REFUSED after err().
 */
enum rc nft_open(struct nl *nl);

/**
 * nft_attach() - make our table, or replace it, in one step
 * @nl: from nft_open()
 * @plan: the table
 * @replaced: set to whether there was one before
 *
 * Return: %RC_DONE; after err() %RC_ABSENT if the kernel does not know the
 * helper, else %RC_REFUSED: a table that is not ours has the name, or the
 * kernel refused.
 */
enum rc nft_attach(struct nl *nl, const struct nft_plan *plan, bool *replaced);

/**
 * nft_detach() - delete our table
 * @nl: from nft_open()
 * @table: its name
 * @deleted: set to whether there was one
 *
 * Return: %RC_DONE; %RC_REFUSED after err().
 */
enum rc nft_detach(struct nl *nl, const char *table, bool *deleted);

/**
 * nft_each_object() - visit the "ct helper" objects of all tables
 * @nl: from nft_open()
 * @cb: gets each; what it gets lives during the call; returns 0 or a negative
 *	errno
 * @data: for @cb
 *
 * A kernel without nf_tables has none.
 *
 * Return: 0 or a negative errno; -EINTR as nl_talk().
 */
int nft_each_object(struct nl *nl,
		    int (*cb)(const struct nft_object *object, void *data),
		    void *data);

/**
 * nft_genid() - number of the ruleset, which every change counts up
 * @nl: from nft_open()
 * @genid: result; 0 if the kernel has no nf_tables
 *
 * Return: 0 or a negative errno.
 */
int nft_genid(struct nl *nl, uint32_t *genid);

/**
 * nft_family() - name of a family
 * @family: NFPROTO_INET and the like
 *
 * Return: a constant string.
 */
const char *nft_family(uint32_t family);

#endif /* _NFIM_NFT_H */
