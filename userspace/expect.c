// SPDX-License-Identifier: GPL-2.0
/* Expectations of the helpers as ctnetlink tells and takes them. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <stdlib.h>
#include <string.h>

#include "event.h"
#include "expect.h"
#include "expect_raw.h"
#include "row.h"
#include "tuple.h"

/* Newer than some headers. */
#define EXPECT_INACTIVE	0x2

/* All functions of the module are called so, and nobody else's. */
#define OURS		"nfim-"

#define EVENT_BUFFER	(4 << 20)

static uint32_t be32(const struct nlattr *attr)
{
	return ntohl(nl_u32(attr));
}

static bool is_nothing(const struct tuple_end *end)
{
	static const char zero[sizeof(struct in6_addr)];
	uint16_t len = end->addr ? mnl_attr_get_payload_len(end->addr) : 0;

	return !len || len > sizeof(zero) ||
	       !memcmp(mnl_attr_get_payload(end->addr), zero, len);
}

static int put_end(json_t *row, const char *key, const struct tuple_end *end)
{
	uint16_t len = end->addr ? mnl_attr_get_payload_len(end->addr) : 0;
	char text[INET6_ADDRSTRLEN] = "?";

	if (is_nothing(end))
		return 0;
	inet_ntop(len == sizeof(struct in_addr) ? AF_INET : AF_INET6,
		  mnl_attr_get_payload(end->addr), text, sizeof(text));
	return json_object_set_new(row, key,
				   json_pack("{s:s, s:i}", "address", text,
					     "port", end->port));
}

/* The listener: where the connection is led to, or where it goes anyway. */
static int put_inside(json_t *row, const struct nlattr *nat,
		      const struct tuple *tuple)
{
	const struct nlattr *tb[CTA_EXPECT_NAT_MAX + 1] = { NULL };
	struct tuple inside;

	if (nat)
		nl_parse_nested(nat, tb, CTA_EXPECT_NAT_MAX);
	tuple_read(tb[CTA_EXPECT_NAT_TUPLE], &inside);
	return put_end(row, "inside",
		       is_nothing(&inside.src) ? &tuple->dst : &inside.src);
}

static int put_details(json_t *row, const struct nlattr *const *tb)
{
	struct tuple tuple, master;

	tuple_read(tb[CTA_EXPECT_TUPLE], &tuple);
	tuple_read(tb[CTA_EXPECT_MASTER], &master);
	if (json_object_set_new(row, "protocol",
				json_string(row_protocol(tuple.protocol))) ||
	    put_end(row, "host", &master.src) ||
	    put_end(row, "server", &master.dst) ||
	    put_end(row, "peer", &tuple.src) ||
	    put_end(row, "outside", &tuple.dst))
		return -ENOMEM;
	return put_inside(row, tb[CTA_EXPECT_NAT], &tuple) ? -ENOMEM : 0;
}

static json_t *make_row(const struct nlmsghdr *nlh,
			const struct nlattr *const *tb)
{
	bool gone = NFNL_MSG_TYPE(nlh->nlmsg_type) == IPCTNL_MSG_EXP_DELETE;
	uint32_t flags = be32(tb[CTA_EXPECT_FLAGS]);
	json_t *row = event_new(gone ? "gone" : "expectation");
	json_t *more;

	more = json_pack("{s:o, s:s, s:I, s:I, s:o}", "function",
			 out_string(nl_str(tb[CTA_EXPECT_FN])), "state",
			 flags & EXPECT_INACTIVE ? "reserved" : "waiting",
			 "zone", (json_int_t)tuple_be16(tb[CTA_EXPECT_ZONE]),
			 "seconds_left",
			 (json_int_t)be32(tb[CTA_EXPECT_TIMEOUT]),
			 "raw", expect_raw_pack(nlh));
	if (!row || !more || put_details(row, tb) ||
	    json_object_update(row, more)) {
		json_decref(row);
		row = NULL;
	}
	json_decref(more);
	return row;
}

int expect_read(const struct nlmsghdr *nlh, json_t **row)
{
	const struct nlattr *tb[CTA_EXPECT_MAX + 1];

	*row = NULL;
	if (NFNL_SUBSYS_ID(nlh->nlmsg_type) != NFNL_SUBSYS_CTNETLINK_EXP ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(struct nfgenmsg))
		return 0;
	nl_parse(nlh, sizeof(struct nfgenmsg), tb, CTA_EXPECT_MAX);
	if (strncmp(nl_str(tb[CTA_EXPECT_FN]), OURS, strlen(OURS)))
		return 0;
	*row = make_row(nlh, tb);
	return *row ? 0 : -ENOMEM;
}

/* Never the address of another family: those have other lengths. */
char *expect_key(const json_t *row)
{
	char *outside = row_endpoint(row, "outside");
	char *peer = row_endpoint(row, "peer");
	char *key = NULL;

	if (outside && peer)
		key = out_text("%d %s %s %s", (int)row_int(row, "zone"),
			       row_str(row, "protocol"), outside, peer);
	free(outside);
	free(peer);
	return key;
}

enum rc expect_open(struct nl *nl)
{
	int ret = nl_open(nl, NETLINK_NETFILTER);

	return ret ? nl_err(nl, ret, "open a netlink socket") : RC_DONE;
}

enum rc expect_join(struct nl *nl)
{
	int ret;

	nl_grow(nl, EVENT_BUFFER);
	ret = nl_join(nl, NFNLGRP_CONNTRACK_EXP_NEW);
	if (!ret)
		ret = nl_join(nl, NFNLGRP_CONNTRACK_EXP_DESTROY);
	return ret ? nl_err(nl, ret, "subscribe to expectations") : RC_DONE;
}

static int add_row(const struct nlmsghdr *nlh, void *data)
{
	json_t *row;
	char *key;
	int ret;

	ret = expect_read(nlh, &row);
	if (ret || !row)
		return ret;
	key = expect_key(row);
	ret = key ? json_object_set(data, key, row) : -1;
	free(key);
	json_decref(row);
	return ret ? -ENOMEM : 0;
}

enum rc expect_dump(struct nl *nl, json_t *rows)
{
	char buf[64] = { 0 };
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *nfg;
	int tries = 0;
	int ret;

	nlh->nlmsg_type = NFNL_SUBSYS_CTNETLINK_EXP << 8 | IPCTNL_MSG_EXP_GET;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	nfg->nfgen_family = AF_UNSPEC;
	do {
		json_object_clear(rows);
		ret = nl_talk(nl, nlh, add_row, rows);
	} while (ret == -EINTR && ++tries < NL_TRIES);
	return ret ? nl_err(nl, ret, "read the expectations") : RC_DONE;
}

static char *time_cell(const json_t *row)
{
	return event_cols[0].cell(row);
}

static char *state_cell(const json_t *row)
{
	if (!strcmp(row_str(row, "event"), "gone"))
		return out_text("%s", "");
	return out_text("%s, %d s left", row_str(row, "state"),
			(int)row_int(row, "seconds_left"));
}

static char *host_cell(const json_t *row)
{
	char *host = row_endpoint(row, "host");
	char *server = row_endpoint(row, "server");
	char *text = NULL;

	if (host && server)
		text = out_text("of %s with %s", host, server);
	free(host);
	free(server);
	return text;
}

const struct out_col expect_cols[] = {
	{ .cell = time_cell },
	{ .key = "event" },
	{ .key = "function" },
	{ .key = "protocol" },
	{ .cell = row_way },
	{ .cell = state_cell },
	{ .cell = host_cell },
	{ 0 }
};
