// SPDX-License-Identifier: GPL-2.0
/* One expectation: made, found, opened, withdrawn; and what has become of it. */

#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include <nfim/limits.h>

#include "compat/expect.h"
#include "nat.h"
#include "pinhole.h"

/**
 * struct kind - how an expectation of a kind is made
 * @class: its class
 * @flags: of conntrack
 * @fn: called for the peer's connection
 */
struct kind {
	u8 class;
	u8 flags;
	void (*fn)(struct nf_conn *ct, struct nf_conntrack_expect *exp);
};

static const struct kind kinds[] = {
	[NFIM_KIND_MEDIA] = { NFIM_CLASS_MEDIA, 0, nfim_nat_media },
	[NFIM_KIND_OUTWARD] = { NFIM_CLASS_MEDIA, 0, nfim_nat_outward },
	[NFIM_KIND_Q931] = { NFIM_CLASS_MEDIA, 0, nfim_nat_q931 },
	/* A registrar comes again and again. */
	[NFIM_KIND_SIGNALLING] = { NFIM_CLASS_MASTER, NF_CT_EXPECT_PERMANENT,
				   nfim_nat_signalling },
	/* Private servers have one address for all switchboards of a client. */
	[NFIM_KIND_MASTER] = { NFIM_CLASS_MASTER, NF_CT_EXPECT_PERMANENT,
			       nfim_nat_master },
};

bool nfim_pinhole_room(const struct nf_conn *ct, const struct nfim_offer *o,
		       unsigned int n)
{
	const struct nf_conn_help *help = nfct_help(ct);
	unsigned int most = o->helper == POLICY_IMSIP ? NFIM_TRUNK_EXPECT :
							NFIM_MASTER_EXPECT;

	return help &&
	       READ_ONCE(help->expecting[kinds[o->kind].class]) + n <= most;
}

/* Seconds that the kernel gives an expectation of this connection. */
static unsigned int class_secs(const struct nf_conn *ct, unsigned int class)
{
	const struct nf_conn_help *help = nfct_help(ct);
	const struct nf_conntrack_helper *h;

	h = help ? rcu_dereference(help->helper) : NULL;
	return h ? h->expect_policy[class].timeout : 0;
}

static const union nf_inet_addr *wanted_peer(const struct nfim_offer *o)
{
	if (o->kind == NFIM_KIND_MASTER)
		return &o->host;
	return o->has_peer ? &o->peer : NULL;
}

void nfim_pinhole_mask(const struct nfim_offer *o, union nf_inet_addr *mask)
{
	unsigned int len = o->l3num == NFPROTO_IPV4 ? 4 : 16;
	unsigned int bits = o->peer_bits ? o->peer_bits : 8 * len, i;
	u8 *byte = (u8 *)mask;

	memset(mask, 0, sizeof(*mask));
	for (i = 0; i < len && bits; i++) {
		byte[i] = bits < 8 ? 0xff << (8 - bits) : 0xff;
		bits -= min(bits, 8u);
	}
}

int nfim_pinhole_make(struct nf_conn *ct, const struct nfim_offer *o,
		      unsigned int secs, struct nf_conntrack_expect **made)
{
	const struct kind *kind = kinds + o->kind;
	bool outward = o->kind == NFIM_KIND_OUTWARD;
	struct nf_conntrack_expect *exp;
	int err;

	if (nfim_nat_stopping())
		return -ESHUTDOWN;
	exp = nf_ct_expect_alloc(ct);
	if (!exp)
		return -ENOMEM;
	nf_ct_expect_init(exp, kind->class, o->l3num, wanted_peer(o),
			  &o->outside, o->proto,
			  outward ? &o->peer_port : NULL, &o->outside_port);
	if (o->has_peer && o->peer_bits)
		nfim_pinhole_mask(o, &exp->mask.src.u3);
	nfim_expect_child_helper(exp);
	exp->flags = kind->flags;
	if (o->reserved)
		exp->flags |= NF_CT_EXPECT_INACTIVE;
	exp->expectfn = kind->fn;
	exp->dir = o->kind == NFIM_KIND_MASTER || outward ? o->dir : !o->dir;
	if (o->translate) {
		exp->saved_addr = o->listener;
		exp->saved_proto.all = o->inside_port;
	}
	nfim_expect_lifetime(exp, secs, class_secs(ct, kind->class));
	err = nf_ct_expect_related(exp, 0);
	if (err) {
		nf_ct_expect_put(exp);
		return err;
	}
	nfim_expect_lifetime_set(exp, secs);
	*made = exp;
	return 0;
}

struct nf_conntrack_zone nfim_pinhole_zone(const struct nfim_offer *o)
{
	struct nf_conntrack_zone zone;

	nf_ct_zone_init(&zone, o->zone, NF_CT_DEFAULT_ZONE_DIR, 0);
	return zone;
}

/* Another host may have got the same outside port since. */
static bool is_of_offer(const struct nf_conntrack_expect *exp,
			const struct nfim_offer *o)
{
	if (exp->expectfn != kinds[o->kind].fn)
		return false;
	return !exp->saved_proto.all ||
	       (exp->saved_proto.all == o->inside_port &&
		nf_inet_addr_cmp(&exp->saved_addr, &o->listener));
}

struct nf_conntrack_expect *nfim_pinhole_find(struct net *net,
					      const struct nfim_offer *o)
{
	struct nf_conntrack_zone zone = nfim_pinhole_zone(o);
	struct nf_conntrack_tuple t = {
		.src.l3num = o->l3num,
		.src.u3 = o->has_peer ? o->peer : o->host,
		.src.u.all = o->peer_port,
		.dst.u3 = o->outside,
		.dst.u.all = o->outside_port,
		.dst.protonum = o->proto,
	};
	struct nf_conntrack_expect *exp;

	exp = nf_ct_expect_find_get(net, &zone, &t);
	if (exp && !is_of_offer(exp, o)) {
		nf_ct_expect_put(exp);
		exp = NULL;
	}
	return exp;
}

void nfim_pinhole_close(struct net *net, const struct nfim_offer *o)
{
	struct nf_conntrack_expect *exp = nfim_pinhole_find(net, o);

	if (exp) {
		nfim_unexpect(exp);
		nf_ct_expect_put(exp);
	}
}

static struct nf_conn *find_conn(struct net *net, const struct nfim_offer *o,
				 const struct nf_conntrack_tuple *t,
				 enum ip_conntrack_dir *dir)
{
	struct nf_conntrack_zone zone = nfim_pinhole_zone(o);
	struct nf_conntrack_tuple_hash *h;

	h = nf_conntrack_find_get(net, &zone, t);
	if (!h)
		return NULL;
	*dir = NF_CT_DIRECTION(h);
	return nf_ct_tuplehash_to_ctrack(h);
}

/* What a peer sends that comes from where it listens itself. */
static bool peer_tuple(const struct nfim_offer *o, struct nf_conntrack_tuple *t)
{
	if (o->connected || !o->peer_port ||
	    o->kind == NFIM_KIND_SIGNALLING)
		return false;
	*t = (struct nf_conntrack_tuple){
		.src.l3num = o->l3num,
		.src.u3 = o->from,
		.src.u.all = o->peer_port,
		.dst.u3 = o->outside,
		.dst.u.all = o->outside_port,
		.dst.protonum = o->proto,
		.dst.dir = IP_CT_DIR_ORIGINAL,
	};
	return true;
}

void nfim_pinhole_clear_way(struct net *net, const struct nfim_offer *o)
{
	struct nf_conntrack_tuple t;
	enum ip_conntrack_dir dir;
	struct nf_conn *ct;

	if (!peer_tuple(o, &t))
		return;
	ct = find_conn(net, o, &t, &dir);
	if (!ct)
		return;
	if (dir == IP_CT_DIR_ORIGINAL && !ct->master && !nfct_help(ct) &&
	    !test_bit(IPS_SEEN_REPLY_BIT, &ct->status))
		nf_ct_kill(ct);
	nf_ct_put(ct);
}

/*
 * A client may announce a port from which somebody else's connection leaves by
 * chance, or on purpose: that one is not the announcer's to end or to count.
 */
static bool is_listeners(const struct nfim_offer *o, const struct nf_conn *ct,
			 enum ip_conntrack_dir dir)
{
	const struct nf_conntrack_tuple *t = &ct->tuplehash[!dir].tuple;

	/* Looked up by what the listener itself sends. */
	if (o->kind == NFIM_KIND_OUTWARD)
		return true;
	return (nf_inet_addr_cmp(&t->src.u3, &o->listener) &&
		t->src.u.all == o->inside_port) ||
	       (dir == IP_CT_DIR_ORIGINAL &&
		nf_inet_addr_cmp(&t->src.u3, &o->outside));
}

/* Whether what a peer sends is an answer already, to the connection @child. */
static bool answered(struct net *net, const struct nfim_offer *o,
		     struct nf_conntrack_tuple *child)
{
	struct nf_conntrack_tuple t;
	enum ip_conntrack_dir dir;
	struct nf_conn *ct;
	bool is;

	if (!peer_tuple(o, &t))
		return false;
	ct = find_conn(net, o, &t, &dir);
	if (!ct)
		return false;
	*child = ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	is = dir == IP_CT_DIR_REPLY && is_listeners(o, ct, dir);
	nf_ct_put(ct);
	return is;
}

bool nfim_pinhole_end(struct net *net, const struct nfim_offer *o)
{
	struct nf_conntrack_tuple t;
	enum ip_conntrack_dir dir;
	bool ended = false;
	struct nf_conn *ct;

	if (o->connected)
		t = o->child;
	else if (!peer_tuple(o, &t))
		return false;
	ct = find_conn(net, o, &t, &dir);
	if (!ct)
		return false;
	/* Never a control connection. */
	if (!nfct_help(ct) && (o->connected || is_listeners(o, ct, dir)))
		ended = nf_ct_kill(ct);
	nf_ct_put(ct);
	return ended;
}

static bool child_alive(struct net *net, const struct nfim_offer *o)
{
	struct nf_conntrack_zone zone = nfim_pinhole_zone(o);
	struct nf_conntrack_tuple_hash *h;
	struct nf_conn *ct;
	bool alive = true;

	h = nf_conntrack_find_get(net, &zone, &o->child);
	if (!h)
		return time_before(jiffies, o->expires);
	ct = nf_ct_tuplehash_to_ctrack(h);
	if (o->proto == IPPROTO_TCP)
		switch (READ_ONCE(ct->proto.tcp.state)) {
		case TCP_CONNTRACK_LAST_ACK:
		case TCP_CONNTRACK_TIME_WAIT:
		case TCP_CONNTRACK_CLOSE:
			alive = false;
			break;
		}
	nf_ct_put(ct);
	return alive;
}

/* The listener was first: what its peer sends is an answer, to be sure. */
static bool adopt(struct net *net, struct nfim_offer *o)
{
	if (!answered(net, o, &o->child))
		return false;
	nfim_pinhole_close(net, o);
	o->connected = true;
	o->expires = jiffies;
	return true;
}

bool nfim_pinhole_alive(struct net *net, struct nfim_offer *o)
{
	struct nf_conntrack_expect *exp;

	if (!o->connected && adopt(net, o))
		return true;
	if (o->connected)
		return child_alive(net, o);
	if (time_after_eq(jiffies, o->expires))
		return false;
	exp = nfim_pinhole_find(net, o);
	if (exp)
		nf_ct_expect_put(exp);
	return exp;
}
