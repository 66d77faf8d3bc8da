// SPDX-License-Identifier: GPL-2.0
/* What happens when an expected connection arrives. */

#include <linux/netfilter.h>
#include <net/dst.h>
#include <net/flow.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_nat.h>
#include <net/route.h>

#include "compat/expect.h"
#include "helper_msnp.h"
#include "nat.h"
#include "net.h"
#include "offers.h"

/* Expectations that conntrackd restores find their function by its name. */
static struct nf_ct_helper_expectfn functions[] = {
	{ .name = "nfim-media", .expectfn = nfim_nat_media },
	{ .name = "nfim-outward", .expectfn = nfim_nat_outward },
	{ .name = "nfim-q931", .expectfn = nfim_nat_q931 },
	{ .name = "nfim-signalling", .expectfn = nfim_nat_signalling },
	{ .name = "nfim-master", .expectfn = nfim_nat_master },
};

static bool stopping;

/* Through which device an address is reached; NULL when unknown. */
static struct dst_entry *route_to(struct net *net, u8 l3num,
				  const union nf_inet_addr *addr, int l3mdev)
{
	struct dst_entry *dst = NULL;
	struct flowi fl;

	memset(&fl, 0, sizeof(fl));
	fl.flowi_l3mdev = l3mdev;
	if (l3num == NFPROTO_IPV4)
		fl.u.ip4.daddr = addr->ip;
	else
		fl.u.ip6.daddr = addr->in6;
	if (nf_route(net, &dst, &fl, false, l3num))
		return NULL;
	return dst;
}

/* Replies would take a short cut past us if both are on the same side. */
static bool behind_same_device(const struct nf_conn *ct,
			       const union nf_inet_addr *listener)
{
	const struct nf_conntrack_tuple *t =
		&ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	struct dst_entry *a, *b;
	bool same;

	a = route_to(nf_ct_net(ct), t->src.l3num, &t->src.u3, 0);
	b = route_to(nf_ct_net(ct), t->src.l3num, listener, 0);
	same = a && b && a->dev == b->dev && !(a->dev->flags & IFF_LOOPBACK);
	dst_release(a);
	dst_release(b);
	return same;
}

/* Version 6 has no broadcasts. */
static bool to_all(u8 l3num, const struct dst_entry *dst)
{
	return l3num == NFPROTO_IPV4 &&
	       container_of(dst, struct rtable, dst)->rt_type != RTN_UNICAST;
}

bool nfim_nat_same_way(const struct nf_conn *ct,
		       const union nf_inet_addr *addr,
		       const union nf_inet_addr *as, int l3mdev)
{
	u8 l3num = nf_ct_l3num(ct);
	struct dst_entry *a, *b;
	bool same;

	a = route_to(nf_ct_net(ct), l3num, addr, l3mdev);
	b = route_to(nf_ct_net(ct), l3num, as, l3mdev);
	same = a && b && a->dev == b->dev &&
	       !(a->dev->flags & IFF_LOOPBACK) && !to_all(l3num, a);
	dst_release(a);
	dst_release(b);
	return same;
}

/*
 * Who comes may be a listener behind us as well. Then what it sends is to come from
 * where its peer was told that it listens, so that one connection has both ways.
 */
static __be16 source_port(const struct nf_conn *ct,
			  const struct nf_conntrack_expect *exp)
{
	const struct nf_conntrack_tuple *t =
		&ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	struct nf_conntrack_tuple reply = ct->tuplehash[IP_CT_DIR_REPLY].tuple;
	const struct nfim_offer like = {
		.l3num = t->src.l3num,
		.zone = nf_ct_zone(ct)->id,
		.proto = t->dst.protonum,
		.listener = t->src.u3,
		.inside_port = t->src.u.all,
		.outside = t->dst.u3,
		.from = exp->saved_addr,
		.peer_port = exp->saved_proto.all,
	};

	reply.dst.u3 = t->dst.u3;
	reply.dst.u.all = nfim_offers_announced(nfim_pernet(nf_ct_net(ct)),
						&like);
	return reply.dst.u.all && !nf_conntrack_tuple_taken(&reply, ct) ?
	       reply.dst.u.all : 0;
}

static void translate(struct nf_conn *ct,
		      const struct nf_conntrack_expect *exp, bool hairpin)
{
	struct nf_nat_range2 range = {
		.flags = NF_NAT_RANGE_MAP_IPS | NF_NAT_RANGE_PROTO_SPECIFIED,
		.min_addr = exp->saved_addr,
		.max_addr = exp->saved_addr,
		.min_proto = exp->saved_proto,
		.max_proto = exp->saved_proto,
	};

	bool same_side = behind_same_device(ct, &exp->saved_addr);

	/* Not wanted: it stays a connection to the gateway itself. */
	if (same_side && !hairpin)
		return;
	nf_nat_setup_info(ct, &range, NF_NAT_MANIP_DST);
	if (!same_side)
		return;

	/* The listener sees our outside address: RFC 4787, REQ-9. */
	range.min_addr = ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple.dst.u3;
	range.max_addr = range.min_addr;
	range.min_proto.all = source_port(ct, exp);
	range.max_proto = range.min_proto;
	if (!range.min_proto.all)
		range.flags = NF_NAT_RANGE_MAP_IPS;
	nf_nat_setup_info(ct, &range, NF_NAT_MANIP_SRC);
	nfim_count(nfim_pernet(nf_ct_net(ct)), NFIM_HAIRPIN);
}

static bool has_saved_addr(const struct nf_conntrack_expect *exp)
{
	static const union nf_inet_addr none;

	return !nf_inet_addr_cmp(&exp->saved_addr, &none);
}

/* Return: whether a peer on the listener's side may come. */
static bool connected(struct nf_conn *ct)
{
	struct nfim_net *nn = nfim_pernet(nf_ct_net(ct));

	nfim_count(nn, NFIM_CONNECTED);
	return nfim_offers_connected(nn, ct, nf_ct_zone(ct)->id);
}

void nfim_nat_media(struct nf_conn *ct, struct nf_conntrack_expect *exp)
{
	bool hairpin = connected(ct);

	if (has_saved_addr(exp) && !(ct->status & IPS_NAT_DONE_MASK))
		translate(ct, exp, hairpin);
}

void nfim_nat_outward(struct nf_conn *ct, struct nf_conntrack_expect *exp)
{
	struct nf_nat_range2 range = {
		.flags = NF_NAT_RANGE_MAP_IPS | NF_NAT_RANGE_PROTO_SPECIFIED,
		.min_addr = exp->saved_addr,
		.max_addr = exp->saved_addr,
		.min_proto = exp->saved_proto,
		.max_proto = exp->saved_proto,
	};

	nfim_offers_connected(nfim_pernet(nf_ct_net(ct)), ct,
			      nf_ct_zone(ct)->id);
	if (has_saved_addr(exp) && !(ct->status & IPS_SRC_NAT_DONE))
		nf_nat_setup_info(ct, &range, NF_NAT_MANIP_SRC);
}

/* Before NAT, which then prepares for changes of length (kernel.md 6). */
static void attach(struct nf_conn *ct, struct nf_conntrack_helper *helper)
{
	struct nf_conn_help *help = nfct_help(ct);

	if (!help)
		help = nf_ct_helper_ext_add(ct, GFP_ATOMIC);
	if (!help)
		return;
	rcu_assign_pointer(help->helper, helper);
	/* A rule that attaches must not do so once more. */
	set_bit(IPS_HELPER_BIT, &ct->status);
}

static void attach_by_name(struct nf_conn *ct, const char *name)
{
	struct nf_conntrack_helper *helper;

	helper = __nf_conntrack_helper_find(name, nf_ct_l3num(ct),
					    nf_ct_protonum(ct));
	if (helper)
		attach(ct, helper);
}

void nfim_nat_q931(struct nf_conn *ct, struct nf_conntrack_expect *exp)
{
	attach_by_name(ct, "Q.931");
	nfim_nat_media(ct, exp);
}

void nfim_nat_signalling(struct nf_conn *ct, struct nf_conntrack_expect *exp)
{
	if (nfim_nat_stopping())
		return;
	attach_by_name(ct, "imsip");
	nfim_nat_media(ct, exp);
}

void nfim_nat_master(struct nf_conn *ct, struct nf_conntrack_expect *exp)
{
	/* What ctnetlink expects may be of any protocol. */
	if (nfim_nat_stopping() || nf_ct_protonum(ct) != IPPROTO_TCP)
		return;
	attach(ct, nfim_helper_msnp(nf_ct_l3num(ct)));
	connected(ct);
}

bool nfim_nat_is_ours(const struct nf_conntrack_expect *exp)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(functions); i++)
		if (exp->expectfn == functions[i].expectfn)
			return true;
	return false;
}

void __init nfim_nat_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(functions); i++)
		nf_ct_helper_expectfn_register(functions + i);
}

static void destroy_expectations(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(functions); i++)
		nfim_expectfn_destroy(functions + i);
}

bool nfim_nat_stopping(void)
{
	return READ_ONCE(stopping);
}

void nfim_nat_stop(void)
{
	WRITE_ONCE(stopping, true);
	/* Whoever did not see it is done. */
	synchronize_rcu();
	destroy_expectations();
	synchronize_rcu();
}

void nfim_nat_exit(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(functions); i++)
		nf_ct_helper_expectfn_unregister(functions + i);
	synchronize_rcu();
	destroy_expectations();
	synchronize_rcu();
}
