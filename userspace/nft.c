// SPDX-License-Identifier: GPL-2.0
/*
 * nf_tables: our table, and the objects of others. A table is ours if it has
 * our mark. Looking and changing are one step, because a batch that was made
 * for another generation of the ruleset is refused.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libnftnl/common.h>
#include <libnftnl/gen.h>
#include <libnftnl/object.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "nft_batch.h"

/* Whose a table is. */
enum owner {
	OWNER_NONE,
	OWNER_US,
	OWNER_OTHER,
};

/* For read_object(). */
struct visit {
	int (*cb)(const struct nft_object *object, void *data);
	void *data;
};

enum rc nft_open(struct nl *nl)
{
	int ret = nl_open(nl, NETLINK_NETFILTER);

	return ret ? nl_err(nl, ret, "open a netfilter socket") : RC_DONE;
}

/* What the kernel says when nf_tables, or its family inet, is not there. */
static bool is_unknown(int error)
{
	return error == -EINVAL || error == -EOPNOTSUPP ||
	       error == -EAFNOSUPPORT;
}

static int read_genid(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_gen *gen = nftnl_gen_alloc();
	int ret = -EBADMSG;

	if (!gen)
		return -ENOMEM;
	if (nftnl_gen_nlmsg_parse(nlh, gen) >= 0) {
		*(uint32_t *)data = nftnl_gen_get_u32(gen, NFTNL_GEN_ID);
		ret = 0;
	}
	nftnl_gen_free(gen);
	return ret;
}

static int get_genid(struct nl *nl, uint32_t *genid)
{
	char buf[64] = { 0 };

	return nl_talk(nl,
		       nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETGEN, AF_UNSPEC,
					     NLM_F_ACK, 0),
		       read_genid, genid);
}

static int find_mark(const struct nftnl_udata *attr, void *data)
{
	const char *comment = nftnl_udata_get(attr);

	if (nftnl_udata_type(attr) == NFTNL_UDATA_TABLE_COMMENT &&
	    nftnl_udata_len(attr) == sizeof(NFT_MARK) &&
	    !memcmp(comment, NFT_MARK, sizeof(NFT_MARK)))
		*(enum owner *)data = OWNER_US;
	return 0;
}

static int read_owner(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_table *table = nftnl_table_alloc();
	int ret = -EBADMSG;
	const void *udata;
	uint32_t len = 0;

	if (!table)
		return -ENOMEM;
	if (nftnl_table_nlmsg_parse(nlh, table) >= 0) {
		*(enum owner *)data = OWNER_OTHER;
		udata = nftnl_table_get_data(table, NFTNL_TABLE_USERDATA, &len);
		if (udata)
			nftnl_udata_parse(udata, len, find_mark, data);
		ret = 0;
	}
	nftnl_table_free(table);
	return ret;
}

static int get_owner(struct nl *nl, const char *table, enum owner *owner)
{
	char buf[NFT_TABLE_MAXNAMELEN + 64] = { 0 };
	struct nlmsghdr *nlh;
	int ret;

	*owner = OWNER_NONE;
	nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETTABLE, NFPROTO_INET,
				    NLM_F_ACK, 0);
	mnl_attr_put_strz(nlh, NFTA_TABLE_NAME, table);
	ret = nl_talk(nl, nlh, read_owner, owner);
	return ret == -ENOENT ? 0 : ret;
}

/*
 * See whose the table is, and what generation of the ruleset says so. The
 * generation comes first: a change in between makes the batch fail.
 */
static enum rc look(struct nl *nl, const char *table, uint32_t *genid,
		    enum owner *owner)
{
	int ret = get_genid(nl, genid);

	if (!ret)
		ret = get_owner(nl, table, owner);
	if (is_unknown(ret))
		return err(RC_REFUSED,
			   "the kernel has no nf_tables: run 'modprobe nf_tables'");
	if (ret)
		return nl_err(nl, ret, "read nft tables");
	if (*owner == OWNER_OTHER)
		return err(RC_REFUSED,
			   "table inet %s was not made by this tool: choose another name with --table",
			   table);
	return RC_DONE;
}

static size_t count_rules(const struct nft_plan *plan)
{
	size_t n = 0, i;

	for (i = 0; i < plan->n_gives; i++)
		n += 1 + (plan->n_iifs + 2) * plan->give[i].n_ports;
	return n;
}

/* @plan: NULL to delete only. */
static int change(struct nl *nl, const char *table,
		  const struct nft_plan *plan, uint32_t genid, bool exists,
		  const char **unknown)
{
	struct nft_batch batch;
	uint32_t bad_seq = 0;
	uint32_t last_seq;
	int ret = -ENOMEM;

	nft_batch_begin(&batch, nl->seq, genid,
			plan ? count_rules(plan) : 0);
	if (exists)
		nft_batch_delete(&batch, table);
	if (plan)
		nft_batch_plan(&batch, plan);
	last_seq = nft_batch_end(&batch);
	if (!batch.failed) {
		nl->seq = batch.seq;
		ret = nl_send_batch(nl, mnl_nlmsg_batch_head(batch.mnl),
				    mnl_nlmsg_batch_size(batch.mnl), last_seq,
				    &bad_seq);
	}
	*unknown = ret == -ENOENT ? nft_batch_helper(&batch, plan, bad_seq) :
				    NULL;
	nft_batch_free(&batch);
	return ret;
}

enum rc nft_attach(struct nl *nl, const struct nft_plan *plan, bool *replaced)
{
	const char *unknown = NULL;
	enum owner owner;
	uint32_t genid;
	int tries = 0;
	enum rc rc;
	int ret;

	do {
		rc = look(nl, plan->table, &genid, &owner);
		if (rc)
			return rc;
		*replaced = owner == OWNER_US;
		ret = change(nl, plan->table, plan, genid, *replaced,
			     &unknown);
	} while (ret == -ERESTART && ++tries < NL_TRIES);
	if (unknown)
		return err(RC_ABSENT,
			   "nft does not know the conntrack helper '%s': run 'modprobe nft_ct' and 'modprobe nf_conntrack_im'",
			   unknown);
	return ret ? nl_err(nl, ret, "make the nft table") : RC_DONE;
}

enum rc nft_detach(struct nl *nl, const char *table, bool *deleted)
{
	const char *unknown;
	enum owner owner;
	uint32_t genid;
	int tries = 0;
	enum rc rc;
	int ret;

	do {
		rc = look(nl, table, &genid, &owner);
		*deleted = owner == OWNER_US;
		if (rc || !*deleted)
			return rc;
		ret = change(nl, table, NULL, genid, true, &unknown);
	} while (ret == -ERESTART && ++tries < NL_TRIES);
	return ret ? nl_err(nl, ret, "delete the nft table") : RC_DONE;
}

const char *nft_family(uint32_t family)
{
	switch (family) {
	case NFPROTO_INET:
		return "inet";
	case NFPROTO_IPV4:
		return "ip";
	case NFPROTO_IPV6:
		return "ip6";
	case NFPROTO_BRIDGE:
		return "bridge";
	case NFPROTO_NETDEV:
		return "netdev";
	default:
		return "?";
	}
}

static const char *object_str(struct nftnl_obj *obj, uint16_t attr)
{
	const char *value = nftnl_obj_get_str(obj, attr);

	return value ? value : "";
}

static int read_object(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_obj *obj = nftnl_obj_alloc();
	const struct visit *visit = data;
	struct nft_object object;
	int ret = 0;

	if (!obj)
		return -ENOMEM;
	if (nftnl_obj_nlmsg_parse(nlh, obj) < 0) {
		ret = -EBADMSG;
	} else if (nftnl_obj_get_u32(obj, NFTNL_OBJ_TYPE) ==
		   NFT_OBJECT_CT_HELPER) {
		object = (struct nft_object){
			.family = nftnl_obj_get_u32(obj, NFTNL_OBJ_FAMILY),
			.table = object_str(obj, NFTNL_OBJ_TABLE),
			.name = object_str(obj, NFTNL_OBJ_NAME),
			.helper = object_str(obj, NFTNL_OBJ_CT_HELPER_NAME),
			.l4proto = nftnl_obj_get_u8(obj,
						    NFTNL_OBJ_CT_HELPER_L4PROTO),
			.rules = nftnl_obj_get_u32(obj, NFTNL_OBJ_USE),
		};
		ret = visit->cb(&object, visit->data);
	}
	nftnl_obj_free(obj);
	return ret;
}

int nft_each_object(struct nl *nl,
		    int (*cb)(const struct nft_object *object, void *data),
		    void *data)
{
	struct visit visit = { .cb = cb, .data = data };
	struct nlmsghdr *nlh;
	char buf[64] = { 0 };
	int ret;

	nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETOBJ, AF_UNSPEC, NLM_F_DUMP,
				    0);
	mnl_attr_put_u32(nlh, NFTA_OBJ_TYPE, htonl(NFT_OBJECT_CT_HELPER));
	ret = nl_talk(nl, nlh, read_object, &visit);
	return is_unknown(ret) ? 0 : ret;
}

int nft_genid(struct nl *nl, uint32_t *genid)
{
	int ret = get_genid(nl, genid);

	if (!is_unknown(ret))
		return ret;
	*genid = 0;
	return 0;
}
