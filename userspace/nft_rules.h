/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The nft rules of all tables, as far as they matter to a helper: which
 * connections get one, and what becomes of invalid and of expected packets.
 */
#ifndef _NFIM_NFT_RULES_H
#define _NFIM_NFT_RULES_H

#include <net/if.h>
#include <stdbool.h>

#include "nl.h"

/* What "ct state" compares. */
#define CT_INVALID	1u
#define CT_ESTABLISHED	2u
#define CT_RELATED	4u
#define CT_NEW		8u
#define CT_UNTRACKED	64u
#define CT_ANY		(CT_INVALID | CT_ESTABLISHED | CT_RELATED | CT_NEW | \
			 CT_UNTRACKED)

#define HELPER_NAME	16

/**
 * struct nft_chain - a chain
 * @family: NFPROTO_INET and the like
 * @table: its table
 * @name: its name
 * @is_base: it has a hook, and so the rest of the members
 * @is_nat: its type is "nat"
 * @hook: NF_INET_FORWARD and the like
 * @priority: smaller ones run earlier
 * @drops: its policy is to drop
 */
struct nft_chain {
	uint32_t family;
	char *table;
	char *name;
	bool is_base;
	bool is_nat;
	uint32_t hook;
	int32_t priority;
	bool drops;
};

/**
 * struct nft_rule - a rule
 * @chain: index of its chain
 * @handle: its handle
 * @states: the "ct state" it asks for; %CT_ANY if it does not
 * @accepts: states it accepts
 * @drops: states it drops or rejects
 * @is_narrow: it asks for more than state and helper
 * @of_helper: helper of the master it asks for, "" for none
 * @gives: helper it attaches, "" for none
 * @gives_early: it does so in the way of iptables, before conntrack
 * @iif: incoming interface it asks for, "" for none; a last '*' stands for any
 *	rest
 * @l4proto: transport protocol it asks for, 0 for none
 * @dport: destination port it asks for, 0 for none
 * @offloads: it puts connections into a flowtable
 */
struct nft_rule {
	size_t chain;
	uint64_t handle;
	uint32_t states;
	uint32_t accepts;
	uint32_t drops;
	bool is_narrow;
	char of_helper[HELPER_NAME];
	char gives[HELPER_NAME];
	bool gives_early;
	char iif[IFNAMSIZ + 1];
	uint8_t l4proto;
	uint16_t dport;
	bool offloads;
};

/**
 * struct nft_helper - an nft object of type "ct helper"
 * @family: NFPROTO_INET and the like
 * @table: its table
 * @name: its name
 * @helper: conntrack helper it attaches
 * @l4proto: IPPROTO_TCP or IPPROTO_UDP
 * @rules: rules, and elements of maps, that use it
 */
struct nft_helper {
	uint32_t family;
	char *table;
	char *name;
	char helper[HELPER_NAME];
	uint8_t l4proto;
	uint32_t rules;
};

/* A rule of chain @from leads to chain @to. */
struct nft_jump {
	size_t from;
	size_t to;
};

/**
 * struct nft_ruleset - all of them
 * @chain: chains, sorted
 * @n_chains: how many
 * @rule: rules; those of a chain are in order
 * @n_rules: how many
 * @jump: jumps and gotos
 * @n_jumps: how many
 * @helper: objects
 * @n_helpers: how many
 * @n_unread: rules that this tool cannot read
 */
struct nft_ruleset {
	struct nft_chain *chain;
	size_t n_chains;
	struct nft_rule *rule;
	size_t n_rules;
	struct nft_jump *jump;
	size_t n_jumps;
	struct nft_helper *helper;
	size_t n_helpers;
	size_t n_unread;
};

/**
 * nft_rules_load() - read all of the ruleset
 * @set: result; harmless to nft_rules_free() even if this fails
 *
 * A kernel without nf_tables has an empty one.
 *
 * Return: %RC_DONE; %RC_REFUSED after err().
 */
enum rc nft_rules_load(struct nft_ruleset *set);

/**
 * nft_rules_free() - give back the memory
 * @set: loaded or not
 */
void nft_rules_free(struct nft_ruleset *set);

/**
 * nft_rules_reach() - which chains does a packet see that enters one?
 * @set: loaded
 * @from: index of the chain
 *
 * Return: malloc()ed array of @n_chains truth values, NULL if memory ran out.
 */
bool *nft_rules_reach(const struct nft_ruleset *set, size_t from);

#endif /* _NFIM_NFT_RULES_H */
