// SPDX-License-Identifier: GPL-2.0
/*
 * What one nft rule says, from its expressions. Only what matters to a helper
 * is understood; whatever else a rule asks for makes it narrow, which is all
 * that the reader of the result needs to know.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <libnftnl/expr.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "nft_expr.h"
#include "nft_set.h"
#include "nft_xt.h"

#define TCP_DPORT_OFF	2

/* The oldest names of registers are the first four of 16 bytes. */
#define REGISTERS	(NFT_REG32_15 + 1)

/* What an expression has put into a register. */
enum content {
	OTHER,
	CT_STATE,
	CT_HELPER,
	IIFNAME,
	L4PROTO,
	DPORT,
};

/* A rule being read. */
struct reading {
	const struct nft_expr_reader *reader;
	struct nftnl_rule *nft;
	struct nft_rule *rule;
	enum content reg[REGISTERS];
	uint32_t mask;		/* of the state in a register */
	int ret;
};

static enum content get_reg(const struct reading *r, uint32_t reg)
{
	return reg < REGISTERS ? r->reg[reg] : OTHER;
}

static void set_reg(struct reading *r, uint32_t reg, enum content content)
{
	if (reg < REGISTERS)
		r->reg[reg] = content;
}

static void copy_name(char *to, size_t size, const void *from, size_t len)
{
	size_t n = strnlen(from, len);

	if (n >= size)
		n = size - 1;
	memcpy(to, from, n);
	to[n] = '\0';
}

static void read_meta(struct reading *r, struct nftnl_expr *expr)
{
	uint32_t key = nftnl_expr_get_u32(expr, NFTNL_EXPR_META_KEY);

	if (!nftnl_expr_is_set(expr, NFTNL_EXPR_META_DREG))
		return;
	set_reg(r, nftnl_expr_get_u32(expr, NFTNL_EXPR_META_DREG),
		key == NFT_META_IIFNAME ? IIFNAME :
		key == NFT_META_L4PROTO ? L4PROTO :
					  OTHER);
}

static void read_ct(struct reading *r, struct nftnl_expr *expr)
{
	uint32_t key = nftnl_expr_get_u32(expr, NFTNL_EXPR_CT_KEY);

	if (!nftnl_expr_is_set(expr, NFTNL_EXPR_CT_DREG))
		return;
	r->mask = CT_ANY;
	set_reg(r, nftnl_expr_get_u32(expr, NFTNL_EXPR_CT_DREG),
		key == NFT_CT_STATE  ? CT_STATE :
		key == NFT_CT_HELPER ? CT_HELPER :
				       OTHER);
}

static void read_payload(struct reading *r, struct nftnl_expr *expr)
{
	bool dport;

	dport = nftnl_expr_get_u32(expr, NFTNL_EXPR_PAYLOAD_BASE) ==
			NFT_PAYLOAD_TRANSPORT_HEADER &&
		nftnl_expr_get_u32(expr, NFTNL_EXPR_PAYLOAD_OFFSET) ==
			TCP_DPORT_OFF &&
		nftnl_expr_get_u32(expr, NFTNL_EXPR_PAYLOAD_LEN) ==
			sizeof(uint16_t);
	if (nftnl_expr_is_set(expr, NFTNL_EXPR_PAYLOAD_DREG))
		set_reg(r, nftnl_expr_get_u32(expr, NFTNL_EXPR_PAYLOAD_DREG),
			dport ? DPORT : OTHER);
}

/* "ct state a,b" is the state masked with both, compared to be not 0. */
static void read_bitwise(struct reading *r, struct nftnl_expr *expr)
{
	uint32_t sreg = nftnl_expr_get_u32(expr, NFTNL_EXPR_BITWISE_SREG);
	uint32_t dreg = nftnl_expr_get_u32(expr, NFTNL_EXPR_BITWISE_DREG);
	enum content content = get_reg(r, sreg);
	const void *mask;
	uint32_t len = 0;

	mask = nftnl_expr_get(expr, NFTNL_EXPR_BITWISE_MASK, &len);
	if (content != CT_STATE || !mask || len != sizeof(r->mask))
		content = OTHER;
	else
		memcpy(&r->mask, mask, sizeof(r->mask));
	set_reg(r, dreg, content);
}

static uint32_t compared_states(const struct reading *r, const void *data,
				bool equal)
{
	uint32_t value, states;

	memcpy(&value, data, sizeof(value));
	if (value)
		states = value;
	else
		states = equal ? ~r->mask : r->mask;
	if (value && !equal)
		states = ~value;
	return states & CT_ANY;
}

static void compare_equal(struct reading *r, enum content what,
			  const void *data, uint32_t len)
{
	struct nft_rule *rule = r->rule;
	uint16_t port;

	switch (what) {
	case CT_HELPER:
		copy_name(rule->of_helper, sizeof(rule->of_helper), data, len);
		return;
	case IIFNAME:
		copy_name(rule->iif, sizeof(rule->iif), data, len);
		/* A prefix is compared without the zeros that end a name. */
		if (len < IFNAMSIZ && strnlen(data, len) == len) {
			rule->iif[len] = '*';
			rule->iif[len + 1] = '\0';
		}
		break;
	case L4PROTO:
		if (len == sizeof(uint8_t))
			memcpy(&rule->l4proto, data, len);
		break;
	case DPORT:
		if (len == sizeof(port)) {
			memcpy(&port, data, len);
			rule->dport = ntohs(port);
		}
		break;
	case CT_STATE:
	case OTHER:
		break;
	}
	rule->is_narrow = true;
}

static void read_cmp(struct reading *r, struct nftnl_expr *expr)
{
	uint32_t op = nftnl_expr_get_u32(expr, NFTNL_EXPR_CMP_OP);
	enum content content;
	const void *data;
	uint32_t len = 0;

	content = get_reg(r, nftnl_expr_get_u32(expr, NFTNL_EXPR_CMP_SREG));
	data = nftnl_expr_get(expr, NFTNL_EXPR_CMP_DATA, &len);
	if (content == CT_STATE && data && len == sizeof(uint32_t) &&
	    (op == NFT_CMP_EQ || op == NFT_CMP_NEQ))
		r->rule->states &= compared_states(r, data, op == NFT_CMP_EQ);
	else if (op == NFT_CMP_EQ && data)
		compare_equal(r, content, data, len);
	else
		r->rule->is_narrow = true;
}

/* One element of a set of states, or of a map to verdicts. */
static int read_elem(const struct nft_elem *elem, void *data)
{
	struct reading *r = data;
	uint32_t states = CT_ANY;

	if (elem->is_state && elem->len == sizeof(states))
		memcpy(&states, elem->key, sizeof(states));
	if (!elem->has_verdict) {
		if (elem->is_state)
			r->mask |= states;
		return 0;
	}
	if (elem->verdict == NF_ACCEPT)
		r->rule->accepts |= states;
	else if (elem->verdict == NF_DROP)
		r->rule->drops |= states;
	return elem->chain ? r->reader->jump(elem->chain, r->reader->data) : 0;
}

static void read_lookup(struct reading *r, struct nftnl_expr *expr)
{
	bool is_map = nftnl_expr_is_set(expr, NFTNL_EXPR_LOOKUP_DREG);
	uint32_t flags = nftnl_expr_get_u32(expr, NFTNL_EXPR_LOOKUP_FLAGS);
	struct nft_set_query query = {
		.family = nftnl_rule_get_u32(r->nft, NFTNL_RULE_FAMILY),
		.table = nftnl_rule_get_str(r->nft, NFTNL_RULE_TABLE),
		.name = nftnl_expr_get_str(expr, NFTNL_EXPR_LOOKUP_SET),
	};
	enum content content;

	content = get_reg(r, nftnl_expr_get_u32(expr, NFTNL_EXPR_LOOKUP_SREG));
	query.of_states = content == CT_STATE;
	if (content != CT_STATE)
		r->rule->is_narrow = true;
	if (is_map && nftnl_expr_get_u32(expr, NFTNL_EXPR_LOOKUP_DREG) !=
			      NFT_REG_VERDICT)
		return;
	if (!is_map && content != CT_STATE)
		return;
	r->mask = 0;
	r->ret = nft_set_each(r->reader->nl, &query, read_elem, r);
	if (!is_map)
		r->rule->states &= flags & NFT_LOOKUP_F_INV ? ~r->mask :
							      r->mask;
}

static void give_verdict(struct nft_rule *rule, uint32_t verdict)
{
	if (verdict == NF_ACCEPT)
		rule->accepts |= rule->states;
	else if (verdict == NF_DROP)
		rule->drops |= rule->states;
}

static void read_immediate(struct reading *r, struct nftnl_expr *expr)
{
	const char *chain;

	if (nftnl_expr_get_u32(expr, NFTNL_EXPR_IMM_DREG) != NFT_REG_VERDICT)
		return;
	give_verdict(r->rule,
		     nftnl_expr_get_u32(expr, NFTNL_EXPR_IMM_VERDICT));
	chain = nftnl_expr_get_str(expr, NFTNL_EXPR_IMM_CHAIN);
	if (chain)
		r->ret = r->reader->jump(chain, r->reader->data);
}

static void read_objref(struct reading *r, struct nftnl_expr *expr)
{
	const struct nft_ruleset *set = r->reader->set;
	const char *name = nftnl_expr_get_str(expr, NFTNL_EXPR_OBJREF_IMM_NAME);
	const char *table = nftnl_rule_get_str(r->nft, NFTNL_RULE_TABLE);
	uint32_t family = nftnl_rule_get_u32(r->nft, NFTNL_RULE_FAMILY);
	const struct nft_helper *helper;
	size_t i;

	if (!name || nftnl_expr_get_u32(expr, NFTNL_EXPR_OBJREF_IMM_TYPE) !=
			     NFT_OBJECT_CT_HELPER)
		return;
	for (i = 0; i < set->n_helpers; i++) {
		helper = &set->helper[i];
		if (helper->family == family && !strcmp(helper->table, table) &&
		    !strcmp(helper->name, name)) {
			memcpy(r->rule->gives, helper->helper, HELPER_NAME);
			return;
		}
	}
}

static void read_match(struct reading *r, struct nftnl_expr *expr)
{
	nft_xt_match(r->rule, expr);
}

static void read_target(struct reading *r, struct nftnl_expr *expr)
{
	nft_xt_target(r->rule, expr);
}

static void read_reject(struct reading *r, struct nftnl_expr *expr)
{
	(void)expr;
	give_verdict(r->rule, NF_DROP);
}

static void read_offload(struct reading *r, struct nftnl_expr *expr)
{
	(void)expr;
	r->rule->offloads = true;
}

static const struct {
	const char *name;
	void (*read)(struct reading *r, struct nftnl_expr *expr);
} readers[] = {
	{ "meta", read_meta },
	{ "ct", read_ct },
	{ "payload", read_payload },
	{ "bitwise", read_bitwise },
	{ "cmp", read_cmp },
	{ "lookup", read_lookup },
	{ "immediate", read_immediate },
	{ "objref", read_objref },
	{ "match", read_match },
	{ "target", read_target },
	{ "reject", read_reject },
	{ "flow_offload", read_offload },
	{ "counter", NULL },
	{ "log", NULL },
};

static int read_expr(struct nftnl_expr *expr, void *data)
{
	const char *name = nftnl_expr_get_str(expr, NFTNL_EXPR_NAME);
	struct reading *r = data;
	size_t i;

	for (i = 0; i < sizeof(readers) / sizeof(*readers); i++) {
		if (!name || strcmp(readers[i].name, name))
			continue;
		if (readers[i].read)
			readers[i].read(r, expr);
		return r->ret;
	}
	r->rule->is_narrow = true;
	return 0;
}

int nft_expr_read(const struct nft_expr_reader *reader, struct nftnl_rule *nft,
		  struct nft_rule *rule)
{
	struct reading r = { .reader = reader, .nft = nft, .rule = rule };

	rule->states = CT_ANY;
	nftnl_expr_foreach(nft, read_expr, &r);
	return r.ret;
}
