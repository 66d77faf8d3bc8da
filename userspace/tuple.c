// SPDX-License-Identifier: GPL-2.0
/* The two ends of a connection, as ctnetlink tells them. */
#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

#include "tuple.h"

uint16_t tuple_be16(const struct nlattr *attr)
{
	if (!attr || mnl_attr_get_payload_len(attr) != sizeof(uint16_t))
		return 0;
	return ntohs(mnl_attr_get_u16(attr));
}

void tuple_read(const struct nlattr *nest, struct tuple *tuple)
{
	const struct nlattr *tb[CTA_TUPLE_MAX + 1];
	const struct nlattr *ip[CTA_IP_MAX + 1] = { NULL };
	const struct nlattr *proto[CTA_PROTO_MAX + 1] = { NULL };

	*tuple = (struct tuple){ 0 };
	if (!nest)
		return;
	nl_parse_nested(nest, tb, CTA_TUPLE_MAX);
	if (tb[CTA_TUPLE_IP])
		nl_parse_nested(tb[CTA_TUPLE_IP], ip, CTA_IP_MAX);
	if (tb[CTA_TUPLE_PROTO])
		nl_parse_nested(tb[CTA_TUPLE_PROTO], proto, CTA_PROTO_MAX);
	tuple->src.addr = ip[CTA_IP_V4_SRC] ? ip[CTA_IP_V4_SRC] :
					      ip[CTA_IP_V6_SRC];
	tuple->dst.addr = ip[CTA_IP_V4_DST] ? ip[CTA_IP_V4_DST] :
					      ip[CTA_IP_V6_DST];
	if (proto[CTA_PROTO_NUM] &&
	    mnl_attr_get_payload_len(proto[CTA_PROTO_NUM]) == 1)
		tuple->protocol = mnl_attr_get_u8(proto[CTA_PROTO_NUM]);
	tuple->src.port = tuple_be16(proto[CTA_PROTO_SRC_PORT]);
	tuple->dst.port = tuple_be16(proto[CTA_PROTO_DST_PORT]);
}
