// SPDX-License-Identifier: GPL-2.0
/*
 * What iptables-nft leaves in its own form. Since all revisions begin alike,
 * or are told apart by their lengths, the number of the revision is not needed.
 */
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <libnftnl/expr.h>
#include <linux/netfilter/xt_CT.h>
#include <linux/netfilter/xt_conntrack.h>
#include <linux/netfilter/xt_helper.h>
#include <linux/netfilter/xt_state.h>
#include <linux/netfilter/xt_tcpudp.h>

#include "nft_xt.h"

static void match_state(struct nft_rule *rule, uint32_t mask, bool inverted)
{
	rule->states &= inverted ? ~mask : mask;
}

static void read_conntrack(struct nft_rule *rule, const void *info, size_t len)
{
	struct xt_conntrack_mtinfo3 wide;
	struct xt_conntrack_mtinfo1 old;

	if (len >= sizeof(wide)) {
		memcpy(&wide, info, sizeof(wide));
	} else if (len >= sizeof(old)) {
		memcpy(&old, info, sizeof(old));
		wide.match_flags = old.match_flags;
		wide.invert_flags = old.invert_flags;
		wide.state_mask = old.state_mask;
	} else {
		rule->is_narrow = true;
		return;
	}
	if (wide.match_flags & XT_CONNTRACK_STATE)
		match_state(rule, wide.state_mask,
			    wide.invert_flags & XT_CONNTRACK_STATE);
	if (wide.match_flags & ~(XT_CONNTRACK_STATE | XT_CONNTRACK_STATE_ALIAS))
		rule->is_narrow = true;
}

static void read_state(struct nft_rule *rule, const void *info, size_t len)
{
	struct xt_state_info state;

	if (len < sizeof(state)) {
		rule->is_narrow = true;
		return;
	}
	memcpy(&state, info, sizeof(state));
	match_state(rule, state.statemask, false);
}

static void read_helper(struct nft_rule *rule, const void *info, size_t len)
{
	struct xt_helper_info helper;

	if (len < sizeof(helper)) {
		rule->is_narrow = true;
		return;
	}
	memcpy(&helper, info, sizeof(helper));
	if (helper.invert || !helper.name[0])
		rule->is_narrow = true;
	else
		snprintf(rule->of_helper, sizeof(rule->of_helper), "%.*s",
			 HELPER_NAME - 1, helper.name);
}

/* "tcp" and "udp" begin with the same four ports. */
static void read_ports(struct nft_rule *rule, const void *info, size_t len)
{
	struct xt_udp udp;

	rule->is_narrow = true;
	if (len < sizeof(udp))
		return;
	memcpy(&udp, info, sizeof(udp));
	if (udp.dpts[0] == udp.dpts[1])
		rule->dport = udp.dpts[0];
}

void nft_xt_match(struct nft_rule *rule, const struct nftnl_expr *expr)
{
	const char *name = nftnl_expr_get_str(expr, NFTNL_EXPR_MT_NAME);
	uint32_t len = 0;
	const void *info = nftnl_expr_get(expr, NFTNL_EXPR_MT_INFO, &len);

	if (!name || !info) {
		rule->is_narrow = true;
	} else if (!strcmp(name, "conntrack")) {
		read_conntrack(rule, info, len);
	} else if (!strcmp(name, "state")) {
		read_state(rule, info, len);
	} else if (!strcmp(name, "helper")) {
		read_helper(rule, info, len);
	} else if (!strcmp(name, "tcp") || !strcmp(name, "udp")) {
		rule->l4proto = name[0] == 't' ? IPPROTO_TCP : IPPROTO_UDP;
		read_ports(rule, info, len);
	} else if (strcmp(name, "comment")) {
		rule->is_narrow = true;
	}
}

void nft_xt_target(struct nft_rule *rule, const struct nftnl_expr *expr)
{
	const char *name = nftnl_expr_get_str(expr, NFTNL_EXPR_TG_NAME);
	uint32_t len = 0;
	const void *info = nftnl_expr_get(expr, NFTNL_EXPR_TG_INFO, &len);
	struct xt_ct_target_info ct;

	if (name && !strcmp(name, "REJECT"))
		rule->drops |= rule->states;
	if (!name || strcmp(name, "CT") || !info ||
	    len < offsetof(struct xt_ct_target_info, ct))
		return;
	memcpy(&ct, info, offsetof(struct xt_ct_target_info, ct));
	snprintf(rule->gives, sizeof(rule->gives), "%.*s", HELPER_NAME - 1,
		 ct.helper);
	rule->gives_early = true;
}
