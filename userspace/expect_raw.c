// SPDX-License-Identifier: GPL-2.0
/* The attributes of an expectation as text, and back. */
#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <stdlib.h>
#include <string.h>

#include "expect_raw.h"
#include "nl.h"

static const char digits[] = "0123456789abcdef";

json_t *expect_raw_pack(const struct nlmsghdr *nlh)
{
	const unsigned char *b = mnl_nlmsg_get_payload(nlh);
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	char text[2 * EXPECT_RAW_MAX + 1];
	size_t i;

	if (len > EXPECT_RAW_MAX)
		return NULL;
	for (i = 0; i < len; i++) {
		text[2 * i] = digits[b[i] >> 4];
		text[2 * i + 1] = digits[b[i] & 15];
	}
	return json_stringn(text, 2 * len);
}

static int digit(char c)
{
	const char *p = c ? strchr(digits, c) : NULL;

	return p ? p - digits : -1;
}

static const char *read_digits(const char *text, struct expect_raw *raw)
{
	int high, low;

	for (raw->len = 0; *text; text += 2) {
		high = digit(text[0]);
		low = high < 0 ? -1 : digit(text[1]);
		if (low < 0)
			return "'raw' is not hexadecimal";
		if (raw->len == sizeof(raw->b))
			return "'raw' is too long";
		raw->b[raw->len++] = high << 4 | low;
	}
	return NULL;
}

static const struct nlattr *attributes(const struct expect_raw *raw)
{
	return (const void *)(raw->b + sizeof(struct nfgenmsg));
}

/* What of the message lies behind an attribute. */
static int rest(const struct expect_raw *raw, const struct nlattr *attr)
{
	return raw->len - ((const unsigned char *)attr - raw->b);
}

/* What is read from it must be in it: nl_parse() trusts the kernel. */
static const char *check_attributes(const struct expect_raw *raw)
{
	const struct nlattr *attr = attributes(raw);
	unsigned int seen = 0;
	unsigned int type;

	for (; rest(raw, attr) > 0; attr = mnl_attr_next(attr)) {
		if (!mnl_attr_ok(attr, rest(raw, attr)))
			return "'raw' is cut";
		type = mnl_attr_get_type(attr);
		if (type > CTA_EXPECT_MAX)
			return "'raw' has an unknown attribute";
		seen |= 1u << type;
		if (type == CTA_EXPECT_FN &&
		    (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) < 0 ||
		     strncmp(mnl_attr_get_str(attr), "nfim-", 5)))
			return "it is not an expectation of nfim";
	}
	if (!(seen & 1u << CTA_EXPECT_FN))
		return "it is not an expectation of nfim";
	if (!(seen & 1u << CTA_EXPECT_TUPLE) ||
	    !(seen & 1u << CTA_EXPECT_MASK) ||
	    !(seen & 1u << CTA_EXPECT_MASTER))
		return "'raw' lacks a tuple";
	return NULL;
}

const char *expect_raw_unpack(const char *text, struct expect_raw *raw)
{
	const struct nfgenmsg *nfg = (const void *)raw->b;
	const char *wrong = read_digits(text, raw);

	if (wrong)
		return wrong;
	if (raw->len < sizeof(*nfg))
		return "'raw' is too short";
	if (nfg->nfgen_family != AF_INET && nfg->nfgen_family != AF_INET6)
		return "'raw' is neither IPv4 nor IPv6";
	return check_attributes(raw);
}

/*
 * The name of the helper would be given to the connection by old kernels, and
 * is not looked at by new ones; the helper is that of the control connection.
 */
static bool is_left_out(unsigned int type)
{
	return type == CTA_EXPECT_TIMEOUT || type == CTA_EXPECT_ID ||
	       type == CTA_EXPECT_HELP_NAME;
}

struct nlmsghdr *expect_raw_request(const struct expect_raw *raw,
				    enum expect_ask ask, uint32_t seconds,
				    void *buf)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	const struct nlattr *attr = attributes(raw);
	struct nfgenmsg *nfg;

	nlh->nlmsg_type = NFNL_SUBSYS_CTNETLINK_EXP << 8 |
			  (ask == EXPECT_DELETE ? IPCTNL_MSG_EXP_DELETE :
						  IPCTNL_MSG_EXP_NEW);
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	if (ask == EXPECT_MAKE)
		nlh->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	memcpy(nfg, raw->b, sizeof(*nfg));
	nfg->version = NFNETLINK_V0;
	nfg->res_id = 0;
	for (; rest(raw, attr) > 0; attr = mnl_attr_next(attr)) {
		if (!is_left_out(mnl_attr_get_type(attr)))
			mnl_attr_put(nlh, attr->nla_type,
				     mnl_attr_get_payload_len(attr),
				     mnl_attr_get_payload(attr));
	}
	if (ask == EXPECT_TIME)
		mnl_attr_put_u32(nlh, CTA_EXPECT_TIMEOUT, htonl(seconds));
	return nlh;
}
