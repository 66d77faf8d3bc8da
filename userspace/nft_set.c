// SPDX-License-Identifier: GPL-2.0
/* Elements of nft sets and verdict maps. */
#include <errno.h>

#include <libnftnl/common.h>
#include <libnftnl/set.h>
#include <linux/netfilter/nf_tables.h>

#include "nft_set.h"

/* For read_elems() and visit(). */
struct walk {
	const struct nft_set_query *query;
	int (*cb)(const struct nft_elem *elem, void *data);
	void *data;
	int ret;
};

static int visit(struct nftnl_set_elem *nft, void *data)
{
	struct walk *walk = data;
	struct nft_elem elem = { .is_state = walk->query->of_states };

	elem.key = nftnl_set_elem_get(nft, NFTNL_SET_ELEM_KEY, &elem.len);
	if (!elem.key)
		elem.len = 0;
	if (nftnl_set_elem_is_set(nft, NFTNL_SET_ELEM_VERDICT)) {
		elem.has_verdict = true;
		elem.verdict =
			nftnl_set_elem_get_u32(nft, NFTNL_SET_ELEM_VERDICT);
	}
	if (nftnl_set_elem_is_set(nft, NFTNL_SET_ELEM_CHAIN))
		elem.chain = nftnl_set_elem_get_str(nft, NFTNL_SET_ELEM_CHAIN);
	if (!walk->ret)
		walk->ret = walk->cb(&elem, walk->data);
	return 0;
}

static int read_elems(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_set *set = nftnl_set_alloc();
	struct walk *walk = data;

	if (!set)
		return -ENOMEM;
	if (nftnl_set_elems_nlmsg_parse(nlh, set) < 0)
		walk->ret = -EBADMSG;
	else
		nftnl_set_elem_foreach(set, visit, walk);
	nftnl_set_free(set);
	return walk->ret;
}

int nft_set_each(struct nl *nl, const struct nft_set_query *query,
		 int (*cb)(const struct nft_elem *elem, void *data),
		 void *data)
{
	char buf[NFT_TABLE_MAXNAMELEN + NFT_SET_MAXNAMELEN + 64] = { 0 };
	struct walk walk = { .query = query, .cb = cb, .data = data };
	struct nlmsghdr *nlh;
	int ret;

	nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETSETELEM, query->family,
				    NLM_F_DUMP, 0);
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_TABLE, query->table);
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_SET, query->name);
	ret = nl_talk(nl, nlh, read_elems, &walk);
	return ret == -ENOENT ? 0 : ret;
}
