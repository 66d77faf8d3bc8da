// SPDX-License-Identifier: GPL-2.0
/*
 * Messages to nf_tables that take effect all at once or not at all. They are
 * the ones that nft makes of
 *
 *	table inet nfim {
 *		comment "made by nfim attach"
 *		ct helper msnp { type "msnp" protocol tcp; }
 *		ct helper imsip-udp { type "imsip" protocol udp; }
 *		chain pre {
 *			type filter hook prerouting priority mangle; policy accept;
 *			iifname "lan*" tcp dport 1863 ct helper set "msnp"
 *			iifname "lan*" udp dport 5060 ct helper set "imsip-udp"
 *		}
 *		chain out {
 *			type filter hook output priority mangle; policy accept;
 *			tcp dport 1863 ct helper set "msnp"
 *			udp dport 5060 ct helper set "imsip-udp"
 *		}
 *	}
 *
 * Without "l3proto" the helper serves both families.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/object.h>
#include <libnftnl/rule.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "nft_batch.h"

/* Longest table name, its shorter parts, and the fixed rest. */
#define MESSAGE_MAX	1024
#define PRIORITY_MANGLE	(-150)
#define DPORT_OFF	2	/* of TCP and UDP */

static void put_end(struct nft_batch *batch)
{
	if (!mnl_nlmsg_batch_next(batch->mnl))
		batch->failed = true;
}

void nft_batch_begin(struct nft_batch *batch, uint32_t seq, uint32_t genid,
		     size_t n_rules)
{
	size_t size = (n_rules + 16) * MESSAGE_MAX;
	struct nlmsghdr *nlh;

	*batch = (struct nft_batch){ .seq = seq };
	/* The message that passes the limit is written before it is seen. */
	batch->buf = calloc(1, size + MESSAGE_MAX);
	if (batch->buf)
		batch->mnl = mnl_nlmsg_batch_start(batch->buf, size);
	if (!batch->mnl) {
		batch->failed = true;
		return;
	}
	nlh = nftnl_batch_begin(mnl_nlmsg_batch_current(batch->mnl),
				++batch->seq);
	/* Refused with ERESTART if the ruleset is no longer what we saw. */
	mnl_attr_put_u32(nlh, NFNL_BATCH_GENID, htonl(genid));
	put_end(batch);
}

static struct nlmsghdr *put_begin(struct nft_batch *batch, uint16_t type,
				  uint16_t flags)
{
	batch->last = nftnl_nlmsg_build_hdr(mnl_nlmsg_batch_current(batch->mnl),
					    type, NFPROTO_INET, flags,
					    ++batch->seq);
	return batch->last;
}

void nft_batch_delete(struct nft_batch *batch, const char *table)
{
	if (batch->failed)
		return;
	mnl_attr_put_strz(put_begin(batch, NFT_MSG_DELTABLE, 0),
			  NFTA_TABLE_NAME, table);
	put_end(batch);
}

static bool set_mark(struct nftnl_table *table)
{
	struct nftnl_udata_buf *udata;
	bool ok;

	udata = nftnl_udata_buf_alloc(NFT_USERDATA_MAXLEN);
	if (!udata)
		return false;
	ok = nftnl_udata_put_strz(udata, NFTNL_UDATA_TABLE_COMMENT, NFT_MARK) &&
	     !nftnl_table_set_data(table, NFTNL_TABLE_USERDATA,
				   nftnl_udata_buf_data(udata),
				   nftnl_udata_buf_len(udata));
	nftnl_udata_buf_free(udata);
	return ok;
}

static void put_table(struct nft_batch *batch, const char *name)
{
	struct nftnl_table *table = nftnl_table_alloc();
	struct nlmsghdr *nlh;

	if (!table || nftnl_table_set_str(table, NFTNL_TABLE_NAME, name) ||
	    !set_mark(table)) {
		batch->failed = true;
	} else {
		nftnl_table_set_u32(table, NFTNL_TABLE_FLAGS, 0);
		nlh = put_begin(batch, NFT_MSG_NEWTABLE, NLM_F_CREATE);
		nftnl_table_nlmsg_build_payload(nlh, table);
		put_end(batch);
	}
	if (table)
		nftnl_table_free(table);
}

static void put_chain(struct nft_batch *batch, const char *table,
		      const char *name, uint32_t hook)
{
	struct nftnl_chain *chain = nftnl_chain_alloc();
	struct nlmsghdr *nlh;

	if (!chain || nftnl_chain_set_str(chain, NFTNL_CHAIN_TABLE, table) ||
	    nftnl_chain_set_str(chain, NFTNL_CHAIN_NAME, name) ||
	    nftnl_chain_set_str(chain, NFTNL_CHAIN_TYPE, "filter")) {
		batch->failed = true;
	} else {
		nftnl_chain_set_u32(chain, NFTNL_CHAIN_HOOKNUM, hook);
		nftnl_chain_set_s32(chain, NFTNL_CHAIN_PRIO, PRIORITY_MANGLE);
		nftnl_chain_set_u32(chain, NFTNL_CHAIN_POLICY, NF_ACCEPT);
		nlh = put_begin(batch, NFT_MSG_NEWCHAIN, NLM_F_CREATE);
		nftnl_chain_nlmsg_build_payload(nlh, chain);
		put_end(batch);
	}
	if (chain)
		nftnl_chain_free(chain);
}

/* The library's setter does not say that it had no memory. */
static bool set_str(struct nftnl_obj *obj, uint16_t attr, const char *value)
{
	nftnl_obj_set_str(obj, attr, value);
	return nftnl_obj_get_str(obj, attr);
}

static void put_object(struct nft_batch *batch, const char *table,
		       const struct nft_give *give)
{
	struct nftnl_obj *obj = nftnl_obj_alloc();
	struct nlmsghdr *nlh;

	if (obj)
		nftnl_obj_set_u32(obj, NFTNL_OBJ_TYPE, NFT_OBJECT_CT_HELPER);
	if (!obj || !set_str(obj, NFTNL_OBJ_TABLE, table) ||
	    !set_str(obj, NFTNL_OBJ_NAME, give->object) ||
	    !set_str(obj, NFTNL_OBJ_CT_HELPER_NAME, give->helper)) {
		batch->failed = true;
	} else {
		nftnl_obj_set_u8(obj, NFTNL_OBJ_CT_HELPER_L4PROTO,
				 give->l4proto);
		nlh = put_begin(batch, NFT_MSG_NEWOBJ, NLM_F_CREATE);
		nftnl_obj_nlmsg_build_payload(nlh, obj);
		put_end(batch);
	}
	if (obj)
		nftnl_obj_free(obj);
}

static struct nftnl_expr *add_expr(struct nftnl_rule *rule, const char *name)
{
	struct nftnl_expr *expr = nftnl_expr_alloc(name);

	if (expr)
		nftnl_rule_add_expr(rule, expr);
	return expr;
}

static bool add_meta(struct nftnl_rule *rule, uint32_t key)
{
	struct nftnl_expr *expr = add_expr(rule, "meta");

	if (!expr)
		return false;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_KEY, key);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_DREG, NFT_REG_1);
	return true;
}

static bool add_dport(struct nftnl_rule *rule)
{
	struct nftnl_expr *expr = add_expr(rule, "payload");

	if (!expr)
		return false;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_BASE,
			   NFT_PAYLOAD_TRANSPORT_HEADER);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_OFFSET, DPORT_OFF);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_LEN, sizeof(uint16_t));
	return true;
}

static bool add_equal(struct nftnl_rule *rule, const void *value, size_t len)
{
	struct nftnl_expr *expr = add_expr(rule, "cmp");

	if (!expr)
		return false;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_OP, NFT_CMP_EQ);
	return !nftnl_expr_set(expr, NFTNL_EXPR_CMP_DATA, value, len);
}

/* nft compares a whole name padded with zeros, and a prefix as it is. */
static bool add_iifname(struct nftnl_rule *rule, const char *iif)
{
	char name[IFNAMSIZ] = { 0 };
	size_t len = strcspn(iif, "*");

	memcpy(name, iif, len < IFNAMSIZ ? len : IFNAMSIZ - 1);
	return add_meta(rule, NFT_META_IIFNAME) &&
	       add_equal(rule, name, iif[len] ? len : IFNAMSIZ);
}

static bool add_helper_set(struct nftnl_rule *rule, const char *object)
{
	struct nftnl_expr *expr = add_expr(rule, "objref");

	if (!expr)
		return false;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_OBJREF_IMM_TYPE,
			   NFT_OBJECT_CT_HELPER);
	return !nftnl_expr_set_str(expr, NFTNL_EXPR_OBJREF_IMM_NAME, object);
}

/**
 * struct spot - where rules are put
 * @table: its table
 * @chain: its chain
 * @iif: the interface they ask for, NULL for any
 */
struct spot {
	const char *table;
	const char *chain;
	const char *iif;
};

static bool fill_rule(struct nftnl_rule *rule, const struct spot *at,
		      const struct nft_give *give, uint16_t port)
{
	uint8_t l4proto = give->l4proto;
	uint16_t dport = htons(port);

	return !nftnl_rule_set_str(rule, NFTNL_RULE_TABLE, at->table) &&
	       !nftnl_rule_set_str(rule, NFTNL_RULE_CHAIN, at->chain) &&
	       (!at->iif || add_iifname(rule, at->iif)) &&
	       add_meta(rule, NFT_META_L4PROTO) &&
	       add_equal(rule, &l4proto, sizeof(l4proto)) &&
	       add_dport(rule) &&
	       add_equal(rule, &dport, sizeof(dport)) &&
	       add_helper_set(rule, give->object);
}

static void put_rule(struct nft_batch *batch, const struct spot *at,
		     const struct nft_give *give, uint16_t port)
{
	struct nftnl_rule *rule = nftnl_rule_alloc();
	struct nlmsghdr *nlh;

	if (!rule || !fill_rule(rule, at, give, port)) {
		batch->failed = true;
	} else if (!batch->failed) {
		nlh = put_begin(batch, NFT_MSG_NEWRULE,
				NLM_F_CREATE | NLM_F_APPEND);
		nftnl_rule_nlmsg_build_payload(nlh, rule);
		put_end(batch);
	}
	if (rule)
		nftnl_rule_free(rule);
}

static void put_rules(struct nft_batch *batch, const struct spot *at,
		      const struct nft_plan *plan)
{
	size_t g, p;

	for (g = 0; g < plan->n_gives; g++)
		for (p = 0; p < plan->give[g].n_ports; p++)
			put_rule(batch, at, &plan->give[g],
				 plan->give[g].ports[p]);
}

void nft_batch_plan(struct nft_batch *batch, const struct nft_plan *plan)
{
	struct spot at = { .table = plan->table, .chain = "pre" };
	size_t i;

	if (batch->failed)
		return;
	put_table(batch, plan->table);
	put_chain(batch, plan->table, "pre", NF_INET_PRE_ROUTING);
	put_chain(batch, plan->table, "out", NF_INET_LOCAL_OUT);
	batch->object_seq = batch->seq + 1;
	for (i = 0; i < plan->n_gives; i++)
		put_object(batch, plan->table, &plan->give[i]);
	for (i = 0; i < plan->n_iifs; i++) {
		at.iif = plan->iifs[i];
		put_rules(batch, &at, plan);
	}
	at.iif = NULL;
	if (!plan->n_iifs)
		put_rules(batch, &at, plan);
	at.chain = "out";
	put_rules(batch, &at, plan);
}

const char *nft_batch_helper(const struct nft_batch *batch,
			     const struct nft_plan *plan, uint32_t seq)
{
	if (!plan || seq < batch->object_seq ||
	    seq - batch->object_seq >= plan->n_gives)
		return NULL;
	return plan->give[seq - batch->object_seq].helper;
}

uint32_t nft_batch_end(struct nft_batch *batch)
{
	uint32_t last_seq = batch->seq;

	if (batch->failed)
		return 0;
	batch->last->nlmsg_flags |= NLM_F_ACK;
	nftnl_batch_end(mnl_nlmsg_batch_current(batch->mnl), ++batch->seq);
	put_end(batch);
	return last_seq;
}

void nft_batch_free(struct nft_batch *batch)
{
	if (batch->mnl)
		mnl_nlmsg_batch_stop(batch->mnl);
	free(batch->buf);
}
