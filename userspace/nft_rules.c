// SPDX-License-Identifier: GPL-2.0
/*
 * The nft rules of all tables, as far as they matter to a helper. The parts
 * are asked for one after the other; if the ruleset has changed meanwhile, all
 * of it is read again.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/rule.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "nft.h"
#include "nft_expr.h"

/* Reading rules needs two sockets: elements of sets are asked for meanwhile. */
struct load {
	struct nl nl;
	struct nl elems;
	struct nft_ruleset *set;
	size_t chain;		/* of the rule being read */
};

/* Room for one more; doubles at powers of two. */
static void *grow(void *array, size_t n, size_t size)
{
	if (n & (n - 1))
		return array;
	return reallocarray(array, n ? 2 * n : 1, size);
}

static char *copy_str(const char *text)
{
	return strdup(text ? text : "");
}

static int add_helper(const struct nft_object *object, void *data)
{
	struct nft_ruleset *set = ((struct load *)data)->set;
	struct nft_helper *helper;
	void *bigger;

	bigger = grow(set->helper, set->n_helpers, sizeof(*set->helper));
	if (!bigger)
		return -ENOMEM;
	set->helper = bigger;
	helper = &set->helper[set->n_helpers++];
	*helper = (struct nft_helper){
		.family = object->family,
		.table = copy_str(object->table),
		.name = copy_str(object->name),
		.l4proto = object->l4proto,
		.rules = object->rules,
	};
	snprintf(helper->helper, HELPER_NAME, "%s", object->helper);
	return helper->table && helper->name ? 0 : -ENOMEM;
}

static bool is_nat(struct nftnl_chain *nft)
{
	const char *type = nftnl_chain_get_str(nft, NFTNL_CHAIN_TYPE);

	return type && !strcmp(type, "nat");
}

static int put_chain(struct nft_ruleset *set, struct nftnl_chain *nft)
{
	struct nft_chain *chain;
	void *bigger;

	bigger = grow(set->chain, set->n_chains, sizeof(*set->chain));
	if (!bigger)
		return -ENOMEM;
	set->chain = bigger;
	chain = &set->chain[set->n_chains++];
	*chain = (struct nft_chain){
		.family = nftnl_chain_get_u32(nft, NFTNL_CHAIN_FAMILY),
		.table = copy_str(nftnl_chain_get_str(nft, NFTNL_CHAIN_TABLE)),
		.name = copy_str(nftnl_chain_get_str(nft, NFTNL_CHAIN_NAME)),
		.is_base = nftnl_chain_is_set(nft, NFTNL_CHAIN_HOOKNUM),
	};
	if (chain->is_base) {
		chain->is_nat = is_nat(nft);
		chain->hook = nftnl_chain_get_u32(nft, NFTNL_CHAIN_HOOKNUM);
		chain->priority = nftnl_chain_get_s32(nft, NFTNL_CHAIN_PRIO);
		chain->drops = nftnl_chain_is_set(nft, NFTNL_CHAIN_POLICY) &&
			       nftnl_chain_get_u32(nft, NFTNL_CHAIN_POLICY) ==
				       NF_DROP;
	}
	return chain->table && chain->name ? 0 : -ENOMEM;
}

static int add_chain(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_chain *nft = nftnl_chain_alloc();
	struct load *load = data;
	int ret = -EBADMSG;

	if (!nft)
		return -ENOMEM;
	if (nftnl_chain_nlmsg_parse(nlh, nft) >= 0)
		ret = put_chain(load->set, nft);
	nftnl_chain_free(nft);
	return ret;
}

static int compare_chains(const void *a, const void *b)
{
	const struct nft_chain *one = a, *other = b;
	int ret;

	if (one->family != other->family)
		return one->family < other->family ? -1 : 1;
	ret = strcmp(one->table, other->table);
	return ret ? ret : strcmp(one->name, other->name);
}

/* Return: index of the chain, or n_chains. */
static size_t find_chain(const struct nft_ruleset *set, uint32_t family,
			 const char *table, const char *name)
{
	struct nft_chain key = {
		.family = family,
		/* Only read. */
		.table = (char *)(table ? table : ""),
		.name = (char *)(name ? name : ""),
	};
	const struct nft_chain *found = NULL;

	if (set->n_chains)
		found = bsearch(&key, set->chain, set->n_chains,
				sizeof(*set->chain), compare_chains);
	return found ? (size_t)(found - set->chain) : set->n_chains;
}

static int add_jump(const char *name, void *data)
{
	struct load *load = data;
	struct nft_ruleset *set = load->set;
	const struct nft_chain *from = &set->chain[load->chain];
	void *bigger;
	size_t to;

	to = find_chain(set, from->family, from->table, name);
	if (to == set->n_chains)
		return 0;
	bigger = grow(set->jump, set->n_jumps, sizeof(*set->jump));
	if (!bigger)
		return -ENOMEM;
	set->jump = bigger;
	set->jump[set->n_jumps++] = (struct nft_jump){ load->chain, to };
	return 0;
}

static int put_rule(struct load *load, struct nftnl_rule *nft)
{
	const struct nft_expr_reader reader = {
		.nl = &load->elems,
		.set = load->set,
		.jump = add_jump,
		.data = load,
	};
	struct nft_ruleset *set = load->set;
	struct nft_rule *rule;
	void *bigger;

	load->chain = find_chain(set,
				 nftnl_rule_get_u32(nft, NFTNL_RULE_FAMILY),
				 nftnl_rule_get_str(nft, NFTNL_RULE_TABLE),
				 nftnl_rule_get_str(nft, NFTNL_RULE_CHAIN));
	/* Newer than our list of chains: the whole will be read again. */
	if (load->chain == set->n_chains)
		return 0;
	bigger = grow(set->rule, set->n_rules, sizeof(*set->rule));
	if (!bigger)
		return -ENOMEM;
	set->rule = bigger;
	rule = &set->rule[set->n_rules++];
	*rule = (struct nft_rule){
		.chain = load->chain,
		.handle = nftnl_rule_get_u64(nft, NFTNL_RULE_HANDLE),
	};
	return nft_expr_read(&reader, nft, rule);
}

static int add_rule(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_rule *nft = nftnl_rule_alloc();
	struct load *load = data;
	int ret = 0;

	if (!nft)
		return -ENOMEM;
	if (nftnl_rule_nlmsg_parse(nlh, nft) >= 0)
		ret = put_rule(load, nft);
	else
		load->set->n_unread++;
	nftnl_rule_free(nft);
	return ret;
}

static int dump(struct nl *nl, uint16_t type,
		int (*cb)(const struct nlmsghdr *nlh, void *data), void *data)
{
	char buf[64] = { 0 };

	return nl_talk(nl,
		       nftnl_nlmsg_build_hdr(buf, type, NFPROTO_UNSPEC,
					     NLM_F_DUMP, 0),
		       cb, data);
}

/* Return: 0, -EINTR if it changed meanwhile, or another negative errno. */
static int load_once(struct load *load)
{
	struct nft_ruleset *set = load->set;
	uint32_t before, after;
	int ret;

	ret = nft_genid(&load->nl, &before);
	if (ret || !before)
		return ret;
	ret = nft_each_object(&load->nl, add_helper, load);
	if (!ret)
		ret = dump(&load->nl, NFT_MSG_GETCHAIN, add_chain, load);
	if (!ret && set->n_chains) {
		qsort(set->chain, set->n_chains, sizeof(*set->chain),
		      compare_chains);
		ret = dump(&load->nl, NFT_MSG_GETRULE, add_rule, load);
	}
	if (!ret)
		ret = nft_genid(&load->nl, &after);
	return !ret && after != before ? -EINTR : ret;
}

enum rc nft_rules_load(struct nft_ruleset *set)
{
	struct load load = { .set = set };
	int tries = 0;
	int ret;
	enum rc rc;

	*set = (struct nft_ruleset){ 0 };
	rc = nft_open(&load.nl);
	if (!rc)
		rc = nft_open(&load.elems);
	if (!rc) {
		do {
			nft_rules_free(set);
			ret = load_once(&load);
		} while (ret == -EINTR && ++tries < NL_TRIES);
		if (ret)
			rc = nl_err(&load.nl, ret, "read the nft rules");
	}
	nl_close(&load.elems);
	nl_close(&load.nl);
	return rc;
}

void nft_rules_free(struct nft_ruleset *set)
{
	size_t i;

	for (i = 0; i < set->n_chains; i++) {
		free(set->chain[i].table);
		free(set->chain[i].name);
	}
	for (i = 0; i < set->n_helpers; i++) {
		free(set->helper[i].table);
		free(set->helper[i].name);
	}
	free(set->chain);
	free(set->rule);
	free(set->jump);
	free(set->helper);
	*set = (struct nft_ruleset){ 0 };
}

/* Each round follows the jumps one step further; loops are impossible. */
bool *nft_rules_reach(const struct nft_ruleset *set, size_t from)
{
	bool *seen = calloc(set->n_chains, sizeof(*seen));
	bool found = seen;
	size_t i;

	if (seen)
		seen[from] = true;
	while (found) {
		found = false;
		for (i = 0; i < set->n_jumps; i++) {
			if (seen[set->jump[i].from] && !seen[set->jump[i].to]) {
				seen[set->jump[i].to] = true;
				found = true;
			}
		}
	}
	return seen;
}
