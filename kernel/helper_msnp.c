// SPDX-License-Identifier: GPL-2.0
/*
 * The conntrack helper for MSN Messenger: reads what client and server say,
 * follows the client to its switchboards and opens the endpoints that it
 * announces there. What the words mean is in proto/; how they arrive is in
 * stream.c.
 */

#include <linux/module.h>
#include <net/netfilter/nf_conntrack_helper.h>

#include <nfim/limits.h>

#include "clients.h"
#include "events.h"
#include "expect.h"
#include "helper_msnp.h"
#include "offers.h"
#include "pinhole.h"
#include "proto/invite.h"
#include "proto/login.h"
#include "proto/msnp_stream.h"
#include "stream.h"
#include "trace.h"

/* Not looked at by the kernel any more, but it must be unique. */
#define MSNP_PORT	1863

/* In msnp_scan.owner, of %NFIM_STREAM_OWN: */
#define SPLIT_MAYBE	0x80	/* the message in hand may announce something */
#define LEARNT		0x40	/* the client or the dialect is known by now */

/**
 * struct msnp_packet - a packet on its way through this helper
 * @seg: the packet
 * @f: the command that was read last
 * @offers: announcements judged so far
 */
struct msnp_packet {
	struct nfim_segment seg;
	struct msnp_frame f;
	u32 offers;
};

/**
 * struct announcement - a whole invitation, on its way to an expectation
 * @msg: the message
 * @inv: what it says
 * @self: the addresses of who says it
 * @offer: what it offers
 * @place: where it stands
 * @parsed: @offer is valid
 * @may_edit: it may be edited
 * @resize: its length may change
 * @plan: collects the edits of the message
 * @undo_n: its length before this announcement
 * @undo_used: its pool before this announcement
 */
struct announcement {
	const struct stream_msg *msg;
	struct invite inv;
	struct self self;
	struct offer offer;
	struct invite_place place;
	bool parsed;
	bool may_edit;
	bool resize;
	struct edit_plan *plan;
	u16 undo_n;
	u16 undo_used;
};

static struct msnp_packet *packet_of(void *ctx)
{
	return container_of(ctx, struct msnp_packet, seg);
}

static struct msnp_scan *scan_of(const struct msnp_packet *p,
				 enum ip_conntrack_dir dir)
{
	return &nfim_segment_scan(&p->seg, dir)->msnp;
}

static bool from_client(const struct msnp_packet *p)
{
	return nfim_segment_dir(&p->seg) == IP_CT_DIR_ORIGINAL;
}

static void to_addr(struct addr *a, const union nf_inet_addr *from, u8 l3num)
{
	memset(a, 0, sizeof(*a));
	a->len = l3num == NFPROTO_IPV4 ? 4 : 16;
	memcpy(a->b, from, a->len);
}

/* The client opened the connection, so it is the original source. */
static void self_of(struct self *self, const struct nf_conn *ct)
{
	u8 l3num = nf_ct_l3num(ct);

	to_addr(&self->inside, &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple.src.u3,
		l3num);
	to_addr(&self->outside, &ct->tuplehash[IP_CT_DIR_REPLY].tuple.dst.u3,
		l3num);
}

static enum nfim_rewrite plan_port(void *arg, u16 port)
{
	struct announcement *a = arg;
	u16 before = a->plan->n;

	a->undo_n = a->plan->n;
	a->undo_used = a->plan->used;

	if (!a->may_edit && !a->offer.fixed)
		return a->offer.in_place && port == a->offer.announced_port ?
		       NFIM_REWRITE_NONE : NFIM_REWRITE_IMPOSSIBLE;
	if (!invite_plan(&a->inv, &a->self, &a->offer, port, &a->place,
			 a->resize, a->plan))
		return NFIM_REWRITE_IMPOSSIBLE;
	return a->plan->n == before ? NFIM_REWRITE_NONE : NFIM_REWRITE_DONE;
}

static void unplan_port(void *arg)
{
	struct announcement *a = arg;

	a->plan->n = a->undo_n;
	a->plan->used = a->undo_used;
}

/* A policy may let a client speak for other hosts. */
static void speak_for(struct announcement *a, const struct policy *policy)
{
	bool natted = self_is_natted(&a->self);
	struct addr addr;

	if (!invite_addr(&a->inv, &addr) ||
	    addr.len != a->self.inside.len || !addr_is_unicast(&addr) ||
	    addr_equal(&addr, &a->self.outside) ||
	    !policy_third_party(policy, &addr))
		return;
	a->self.inside = addr;
	if (!natted)
		a->self.outside = addr;
}

static enum nfim_counter judge(const struct msnp_packet *p,
			       struct announcement *a,
			       const struct policy *policy)
{
	enum nfim_counter why;

	if (!msnp_scan_answered(scan_of(p, IP_CT_DIR_REPLY)))
		return NFIM_REFUSED_UNANSWERED;
	self_of(&a->self, p->seg.pkt.ct);
	if (policy)
		speak_for(a, policy);
	why = invite_offer(&a->inv, &a->self, &a->offer);
	if (why != NFIM_OK)
		return why;
	a->parsed = true;
	trace_nfim_offer(p->seg.pkt.ct, &a->offer);
	return policy_judge(policy, &a->offer);
}

static bool is_open(enum nfim_counter how)
{
	return how == NFIM_EXPECTED || how == NFIM_EXPECTED_EDITED ||
	       how == NFIM_EXPECTED_UNEDITED || how == NFIM_FOLLOWED;
}

static const char *edit_name(enum nfim_counter how,
			     const struct edit_plan *plan)
{
	if (how == NFIM_EXPECTED_EDITED)
		return edit_delta(plan) ? "resize" : "same-length";
	return how == NFIM_EXPECTED_UNEDITED ? "skipped" : "none";
}

static void tell(const struct nfim_pkt *pkt, struct nfim_event *ev)
{
	nfim_count(pkt->nn, ev->reason);
	if (!is_open(ev->reason)) {
		trace_nfim_refuse(pkt->ct, ev->reason);
		ev->opened = NULL;
	}
	nfim_event_offer(pkt->nn, pkt->ct, ev);
}

static void open_offer(const struct msnp_packet *p, struct announcement *a)
{
	const struct nfim_pkt *pkt = &p->seg.pkt;
	struct nfim_offer opened;
	struct client known;
	struct nfim_opening opening = {
		.pkt = pkt,
		.self = &a->self,
		.offer = &a->offer,
		.plan = plan_port,
		.unplan = unplan_port,
		.arg = a,
	};
	struct nfim_event ev = {
		.helper = POLICY_MSNP,
		.client = &known,
		.opened = &opened,
	};

	opening.policy = nfim_clients_policy(pkt->nn, pkt->ct, POLICY_MSNP,
					     &known);
	ev.reason = judge(p, a, opening.policy);
	if (ev.reason == NFIM_OK) {
		if (self_is_natted(&a->self))
			a->may_edit = stream_may_edit(a->msg, &a->resize);
		ev.reason = nfim_expect_media(&opening, &opened);
	}
	ev.policy = opening.policy;
	ev.offer = a->parsed ? &a->offer : NULL;
	ev.edit = edit_name(ev.reason, a->plan);
	tell(pkt, &ev);
}

static void cancel(const struct nfim_pkt *pkt, u32 cookie)
{
	if (!nfim_offers_cancel(pkt->nn, pkt->ct, cookie))
		return;
	nfim_count(pkt->nn, NFIM_CANCELLED);
	nfim_event_reason(pkt->nn, pkt->ct, "cancelled", NFIM_CANCELLED);
}

static noinline_for_stack void read_invite(struct msnp_packet *p,
					   const struct stream_msg *msg,
					   struct edit_plan *plan)
{
	const struct msnp_frame *f = &p->f;
	struct announcement a = {
		.msg = msg,
		.plan = plan,
		.place = {
			.data = msg->data,
			.line = f->line,
			.payload_len = f->payload_len,
		},
	};

	if (!msnp_body(f->payload, &a.place.body))
		return;
	invite_parse(a.place.body, &a.inv);
	if (a.inv.command == INVITE_CANCEL && a.inv.has_cookie) {
		cancel(&p->seg.pkt, a.inv.cookie);
		return;
	}
	if (!from_client(p) || !invite_announces(&a.inv) ||
	    p->offers++ >= NFIM_OFFERS_PER_SKB)
		return;
	nfim_count(p->seg.pkt.nn, NFIM_OFFERS);
	open_offer(p, &a);
}

static void follow(const struct msnp_packet *p, const struct msnp_frame *f)
{
	const struct nfim_pkt *pkt = &p->seg.pkt;
	struct nfim_offer opened;
	struct client known;
	struct offer offer = {
		.app = NFIM_APP_SWITCHBOARD,
		.proto = IPPROTO_TCP,
	};
	struct nfim_event ev = {
		.helper = POLICY_MSNP,
		.offer = &offer,
		.opened = &opened,
		.client = &known,
		.edit = "none",
	};
	struct addr addr;

	if (!msnp_next_server(f->line, &addr, &offer.inside_port))
		return;
	/* Rules attach us to that port already (design D10). */
	if (offer.inside_port == MSNP_PORT)
		return;
	ev.policy = nfim_clients_policy(pkt->nn, pkt->ct, POLICY_MSNP, &known);
	ev.reason = nfim_expect_master(pkt, ev.policy, &addr,
				       offer.inside_port, &opened);
	tell(pkt, &ev);
}

static bool learn_dialect(struct client *c, void *arg)
{
	const struct span *line = arg;

	return login_dialect(*line, c);
}

static bool learn_cvr(struct client *c, void *arg)
{
	const struct span *line = arg;

	return login_cvr(*line, c);
}

/* Once for a connection: a client does not change while it is logged in. */
static void learn(const struct msnp_packet *p)
{
	struct msnp_scan *scan = scan_of(p, nfim_segment_dir(&p->seg));
	const struct msnp_frame *f = &p->f;
	bool client = from_client(p);
	struct span line = f->line;
	bool cvr = client && (!memcmp(f->cmd, "CVR", 3) ||
			      !memcmp(f->cmd, "CVQ", 3));

	if (scan->owner & LEARNT || !(cvr || !memcmp(f->cmd, "VER", 3)))
		return;
	if (client && !cvr)
		return;
	scan->owner |= LEARNT;
	nfim_clients_learn(p->seg.pkt.nn, p->seg.pkt.ct, POLICY_MSNP,
			   cvr ? learn_cvr : learn_dialect, &line);
}

static bool is_msg(const struct msnp_frame *f)
{
	return !memcmp(f->cmd, "MSG", 3);
}

static bool is_natted(const struct nf_conn *ct)
{
	struct self self;

	self_of(&self, ct);
	return self_is_natted(&self);
}

/* Optional: tell the client that nothing is in its way (msnp.md 1.7). */
static void correct_profile(const struct msnp_packet *p,
			    const struct stream_msg *msg,
			    struct edit_plan *plan)
{
	const struct nf_conntrack_tuple_hash *t = p->seg.pkt.ct->tuplehash;
	const struct nfim_pkt *pkt = &p->seg.pkt;
	const struct policy *policy;
	struct client known;
	struct self self;
	struct profile_place place = {
		.data = msg->data,
		.line = p->f.line,
		.payload = p->f.payload,
		.self = &self,
		.inside_port = ntohs(t[IP_CT_DIR_ORIGINAL].tuple.src.u.tcp.port),
		.outside_port = ntohs(t[IP_CT_DIR_REPLY].tuple.dst.u.tcp.port),
	};

	policy = nfim_clients_policy(pkt->nn, pkt->ct, POLICY_MSNP, &known);
	self_of(&self, pkt->ct);
	if (!policy || !policy->client_ip || !self_is_natted(&self) ||
	    !stream_may_edit(msg, &place.resize))
		return;
	if (login_profile_plan(&place, plan))
		nfim_count(pkt->nn, NFIM_CLIENT_IP);
}

static void on_notification(const struct msnp_packet *p,
			    const struct stream_msg *msg,
			    struct edit_plan *plan)
{
	learn(p);
	if (from_client(p))
		return;
	follow(p, &p->f);
	if (is_msg(&p->f) && p->f.payload_len <= NFIM_MSG_MAX)
		correct_profile(p, msg, plan);
}

/* A message that does not leave in one piece is not edited; count it once. */
static void note_split(const struct msnp_packet *p, bool ended)
{
	u8 *owner = &scan_of(p, IP_CT_DIR_ORIGINAL)->owner;

	if (!from_client(p) || !is_msg(&p->f))
		return;
	if (p->f.begun && msnp_interest(p->f.payload) != MSNP_SKIP)
		*owner |= SPLIT_MAYBE;
	if (ended && *owner & SPLIT_MAYBE) {
		*owner &= (u8)~SPLIT_MAYBE;
		nfim_count(p->seg.pkt.nn, NFIM_SPLIT);
	}
}

/* Holding has to be wanted by the client's policy. */
static bool may_wait(const struct msnp_packet *p, bool profile)
{
	const struct nfim_pkt *pkt = &p->seg.pkt;
	const struct policy *policy;
	struct client known;

	policy = nfim_clients_policy(pkt->nn, pkt->ct, POLICY_MSNP, &known);
	return policy && policy->hold && (!profile || policy->client_ip);
}

/* --- for the engine ------------------------------------------------------ */

static enum stream_event msnp_next(void *ctx, union stream_scan *scan,
				   struct span data, u32 *pos,
				   struct stream_msg *msg)
{
	struct msnp_packet *p = packet_of(ctx);
	enum msnp_kind kind = msnp_scan_kind(scan_of(p, IP_CT_DIR_ORIGINAL));
	bool client = from_client(p), profile;
	u32 from = *pos;
	enum stream_event ev;

	/* The client speaks first; a server that does speaks something else. */
	if (!client && kind == MSNP_UNKNOWN &&
	    msnp_scan_opaque(&scan->msnp) == NFIM_OK)
		msnp_scan_stop(&scan->msnp, NFIM_OPAQUE_FOREIGN);
	ev = msnp_stream_next(&scan->msnp, client ? MSNP_C2S : MSNP_S2C, kind,
			      data, pos, msg, &p->f);
	if (ev != STREAM_MORE || !msg->whole)
		return ev;
	profile = !client && kind == MSNP_NS && !msg->hold &&
		  is_natted(p->seg.pkt.ct) &&
		  msnp_stream_profile(span_make(data.p + from, *pos - from),
				      &p->f);
	msg->hold = (msg->hold || profile) && may_wait(p, profile);
	return ev;
}

static void msnp_message(void *ctx, const struct stream_msg *msg,
			 struct edit_plan *plan)
{
	struct msnp_packet *p = packet_of(ctx);

	nfim_count(p->seg.pkt.nn, NFIM_MESSAGES);
	if (msnp_scan_kind(scan_of(p, IP_CT_DIR_ORIGINAL)) != MSNP_SB) {
		if (p->f.whole)
			on_notification(p, msg, plan);
		return;
	}
	if (!p->f.whole)
		note_split(p, true);
	else if (is_msg(&p->f) && p->f.payload_len <= NFIM_MSG_MAX &&
		 msnp_interest(p->f.payload) == MSNP_INVITE)
		read_invite(p, msg, plan);
}

static void msnp_part(void *ctx, const struct stream_msg *msg)
{
	struct msnp_packet *p = packet_of(ctx);

	if (msnp_scan_kind(scan_of(p, IP_CT_DIR_ORIGINAL)) == MSNP_SB)
		note_split(p, false);
}

static u32 msnp_skip(const union stream_scan *scan)
{
	u32 n = msnp_scan_skip(&scan->msnp);

	/* The last byte is read, so that the message is counted. */
	return n ? n - 1 : 0;
}

static void msnp_skipped(union stream_scan *scan, u32 len)
{
	msnp_scan_skipped(&scan->msnp, len);
}

static void msnp_stop(union stream_scan *scan, enum nfim_counter why)
{
	msnp_scan_stop(&scan->msnp, why);
}

static enum nfim_counter msnp_opaque(const union stream_scan *scan)
{
	return msnp_scan_opaque(&scan->msnp);
}

static const struct nfim_stream_helper msnp_stream = {
	.ops = {
		.next = msnp_next,
		.message = msnp_message,
		.part = msnp_part,
		.skip = msnp_skip,
		.skipped = msnp_skipped,
		.stop = msnp_stop,
		.opaque = msnp_opaque,
		.payload = nfim_segment_payload,
		.flow = nfim_segment_flow,
	},
};

static int msnp_help(struct sk_buff *skb, unsigned int protoff,
		     struct nf_conn *ct, enum ip_conntrack_info ctinfo)
{
	struct msnp_packet p = {
		.seg.pkt = {
			.skb = skb,
			.ct = ct,
			.ctinfo = ctinfo,
			.protoff = protoff,
		},
	};

	if (!nfim_net_active(nf_ct_net(ct)) || nf_is_loopback_packet(skb))
		return NF_ACCEPT;
	p.seg.pkt.nn = nfim_pernet(nf_ct_net(ct));
	return nfim_stream_packet(&p.seg, &msnp_stream);
}

/*
 * Put in place by conntrackd: we did not see it begin (design D9), and it says
 * so by itself, because neither direction has had its SYN. Called for an update
 * of a connection that is followed as well, so nothing may be changed here.
 */
static int msnp_from_nlattr(struct nlattr *attr, struct nf_conn *ct)
{
	return 0;
}

static const struct nf_conntrack_expect_policy msnp_classes[] = {
	[NFIM_CLASS_MEDIA] = {
		.name = "media",
		.max_expected = NF_CT_EXPECT_MAX_CNT,
		.timeout = NFIM_MEDIA_SECS,
	},
	[NFIM_CLASS_MASTER] = {
		.name = "switchboard",
		.max_expected = NF_CT_EXPECT_MAX_CNT,
		.timeout = NFIM_MASTER_SECS,
	},
};

static struct nf_conntrack_helper msnp_helpers[2] __read_mostly;

static struct nf_conntrack_nat_helper msnp_nat_helper =
	NF_CT_NAT_HELPER_INIT(NFIM_MSNP_NAME);

struct nf_conntrack_helper *nfim_helper_msnp(u8 l3num)
{
	return msnp_helpers + (l3num == NFPROTO_IPV6);
}

int __init nfim_msnp_init(void)
{
	int i, err;

	NF_CT_HELPER_BUILD_BUG_ON(sizeof(struct nfim_stream));
	for (i = 0; i < ARRAY_SIZE(msnp_helpers); i++)
		nf_ct_helper_init(msnp_helpers + i, i ? AF_INET6 : AF_INET,
				  IPPROTO_TCP, NFIM_MSNP_NAME, MSNP_PORT,
				  MSNP_PORT, 0, msnp_classes,
				  ARRAY_SIZE(msnp_classes) - 1, msnp_help,
				  msnp_from_nlattr, THIS_MODULE);
	err = nf_conntrack_helpers_register(msnp_helpers,
					    ARRAY_SIZE(msnp_helpers));
	if (!err)
		nf_nat_helper_register(&msnp_nat_helper);
	return err;
}

void nfim_msnp_exit(void)
{
	nf_nat_helper_unregister(&msnp_nat_helper);
	nf_conntrack_helpers_unregister(msnp_helpers,
					ARRAY_SIZE(msnp_helpers));
}

MODULE_ALIAS_NFCT_HELPER(NFIM_MSNP_NAME);
MODULE_ALIAS_NF_NAT_HELPER(NFIM_MSNP_NAME);
