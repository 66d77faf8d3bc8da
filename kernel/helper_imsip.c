// SPDX-License-Identifier: GPL-2.0
/*
 * The conntrack helper for SIP over UDP and TCP. What messages mean is in
 * proto/imsip.h; a datagram is one message, a stream is cut by stream.c.
 */

#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/udp.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include <nfim/limits.h>

#include "calls.h"
#include "compat/conntrack.h"
#include "env.h"
#include "helper_imsip.h"
#include "mangle_udp.h"
#include "pinhole.h"
#include "proto/sip_stream.h"
#include "related.h"
#include "stream.h"

/*
 * Not looked at by the kernel any more, but no two helpers may have the same,
 * and whoever loads nf_conntrack_sip may give it any port that SIP uses.
 */
#define IMSIP_PORT	50600

/**
 * struct sip_work - what one message needs, too large for the stack
 * @room: for the parsers
 * @env: both ends, by direction
 * @plan: for a datagram
 * @bytes: for a datagram
 *
 * One per CPU; used with BH off.
 */
struct sip_work {
	struct imsip_scratch room;
	struct nfim_env env[IP_CT_DIR_MAX];
	struct edit_plan plan;
	char bytes[NFIM_EDIT_SPAN + NFIM_EDIT_GROWTH];
};

static DEFINE_PER_CPU(struct sip_work *, works);

/**
 * struct sip_udp - private data of a connection over UDP
 * @spoke: this direction has brought SIP
 */
struct sip_udp {
	bool spoke[IP_CT_DIR_MAX];
};

static bool is_natted(const struct imsip_side *s)
{
	return self_is_natted(s->env->self) ||
	       s->inside_port != s->outside_port;
}

/*
 * The host that NAT hides is the one behind us. Where nobody is hidden, what
 * either of them announces may need a way through the rules.
 */
static void fill(struct imsip *t, struct sip_work *w,
		 const struct nfim_pkt *pkt, struct nfim_calls *calls)
{
	const struct nf_conntrack_tuple_hash *h = pkt->ct->tuplehash;
	bool any;
	u8 i;

	*calls = (struct nfim_calls){
		.nn = pkt->nn,
		.l3num = nf_ct_l3num(pkt->ct),
		.zone = nf_ct_zone(pkt->ct)->id,
	};
	*t = (struct imsip){
		.from = CTINFO2DIR(pkt->ctinfo),
		.proto = nf_ct_protonum(pkt->ct),
		.ops = &nfim_calls_ops,
		.ctx = calls,
		.scratch = &w->room,
		.may_edit = true,
	};
	for (i = 0; i < IP_CT_DIR_MAX; i++) {
		nfim_env_init(w->env + i, pkt, POLICY_IMSIP, i);
		t->side[i].env = &w->env[i].env;
		t->side[i].inside_port = ntohs(h[i].tuple.src.u.all);
		t->side[i].outside_port = ntohs(h[!i].tuple.dst.u.all);
	}
	calls->speaker = &w->env[t->from].self.inside;
	any = is_natted(t->side) || is_natted(t->side + 1);
	for (i = 0; i < IP_CT_DIR_MAX; i++)
		t->side[i].ours = !any || is_natted(t->side + i);
}

/* --- UDP ------------------------------------------------------------------ */

/*
 * As long as both ends speak SIP the connection must not be forgotten: calls
 * come in through it. A keep-alive alone says nothing (sip.md 5, 12).
 */
static void stay(const struct nfim_pkt *pkt, struct sip_work *w,
		 enum sip_result what)
{
	struct sip_udp *udp = nfct_help_data(pkt->ct);
	enum ip_conntrack_dir dir = CTINFO2DIR(pkt->ctinfo);
	const struct policy *p;

	if (what != SIP_OK && what != SIP_KEEPALIVE)
		return;
	if (what == SIP_OK)
		WRITE_ONCE(udp->spoke[dir], true);
	if (!READ_ONCE(udp->spoke[0]) || !READ_ONCE(udp->spoke[1]))
		return;
	p = w->env[dir].env.ops->policy(w->env + dir);
	if (p && p->app[NFIM_APP_SIP_SIGNALLING].allow)
		nfim_ct_refresh(pkt->ct, pkt->skb,
				p->app[NFIM_APP_SIP_SIGNALLING].lifetime);
}

static unsigned int read_datagram(struct nfim_pkt *pkt, struct sip_work *w)
{
	struct nfim_calls calls;
	enum sip_result what;
	struct imsip t;

	fill(&t, w, pkt, &calls);
	t.fit = SIP_FIT_FREE;
	w->plan.n = 0;
	w->plan.used = 0;
	what = imsip_message(&t, span_make(pkt->skb->data + pkt->dataoff,
					   pkt->len), &w->plan);
	stay(pkt, w, what);
	if (!w->plan.n)
		return NF_ACCEPT;
	nfim_count(pkt->nn, edit_delta(&w->plan) ? NFIM_EDIT_RESIZED :
						   NFIM_EDIT_SAME_LENGTH);
	return nfim_mangle_udp(pkt, &w->plan, w->bytes) ? NF_ACCEPT : NF_DROP;
}

/* A packet that is longer than its datagram reads differently elsewhere. */
static bool is_exact(const struct nfim_pkt *pkt)
{
	const struct udphdr *uh;
	struct udphdr buf;

	uh = skb_header_pointer(pkt->skb, pkt->protoff, sizeof(buf), &buf);
	return uh && ntohs(uh->len) == pkt->skb->len - pkt->protoff;
}

/* What begins like a message, or may be a keep-alive; STUN and RTP do not. */
static bool may_be_sip(const struct nfim_pkt *pkt)
{
	const u8 *first;
	u8 buf;

	first = skb_header_pointer(pkt->skb, pkt->dataoff, 1, &buf);
	return first && (*first == '\r' || *first == '\n' ||
			 (*first > ' ' && *first <= '~') || pkt->len <= 4);
}

static unsigned int take_datagram(struct nfim_pkt *pkt)
{
	unsigned int verdict = NF_ACCEPT;

	pkt->dataoff = pkt->protoff + sizeof(struct udphdr);
	if (pkt->skb->len <= pkt->dataoff || skb_is_gso(pkt->skb) ||
	    !is_exact(pkt))
		return NF_ACCEPT;
	pkt->len = pkt->skb->len - pkt->dataoff;
	if (!may_be_sip(pkt) || skb_linearize(pkt->skb))
		return NF_ACCEPT;
	local_bh_disable();
	verdict = read_datagram(pkt, *this_cpu_ptr(&works));
	local_bh_enable();
	return verdict;
}

/* --- TCP ------------------------------------------------------------------ */

/* A segment; what was offered in all of its messages, see struct imsip. */
struct sip_segment {
	struct nfim_segment seg;
	u32 offers;
	u32 peers;
};

/* Nobody who has a say in it forbids it, and somebody has. */
static bool may_hold(const struct nfim_pkt *pkt)
{
	struct sip_work *w = *this_cpu_ptr(&works);
	struct nfim_calls calls;
	const struct policy *p;
	bool hold = false;
	struct imsip t;
	u8 i;

	fill(&t, w, pkt, &calls);
	for (i = 0; i < IP_CT_DIR_MAX; i++) {
		p = t.side[i].ours ? w->env[i].env.ops->policy(w->env + i) :
				     NULL;
		if (p && !p->hold)
			return false;
		hold |= !!p;
	}
	return hold;
}

static enum stream_event sip_next(void *ctx, union stream_scan *scan,
				  struct span data, u32 *pos,
				  struct stream_msg *msg)
{
	enum stream_event ev = sip_stream_next(scan, data, pos, msg);
	struct sip_segment *s = ctx;

	if (ev == STREAM_MORE && msg->hold)
		msg->hold = may_hold(&s->seg.pkt);
	return ev;
}

/* Whether both ends have spoken is judged by proto/imsip.h, for each call. */
static void sip_message(void *ctx, const struct stream_msg *msg,
			struct edit_plan *plan)
{
	struct sip_segment *s = ctx;
	struct sip_work *w = *this_cpu_ptr(&works);
	struct nfim_calls calls;
	bool resize = false;
	struct imsip t;

	if (!msg->whole)
		return;
	fill(&t, w, &s->seg.pkt, &calls);
	t.offers = s->offers;
	t.peers = s->peers;
	if (is_natted(t.side) || is_natted(t.side + 1))
		t.may_edit = stream_may_edit(msg, &resize);
	t.fit = resize ? SIP_FIT_RATHER : SIP_FIT_SAME;
	imsip_message(&t, msg->data, plan);
	s->offers = t.offers;
	s->peers = t.peers;
}

static const struct nfim_stream_helper sip_stream = {
	.ops = {
		.next = sip_next,
		.message = sip_message,
		.skip = sip_stream_skip,
		.skipped = sip_stream_skipped,
		.stop = sip_stream_stop,
		.opaque = sip_stream_opaque,
		.payload = nfim_segment_payload,
		.flow = nfim_segment_flow,
	},
};

/* --- the helper ------------------------------------------------------------ */

static noinline int imsip_take(struct sk_buff *skb, unsigned int protoff,
			       struct nf_conn *ct,
			       enum ip_conntrack_info ctinfo, bool adjusted)
{
	struct sip_segment s = {
		.seg.pkt = {
			.nn = nfim_pernet(nf_ct_net(ct)),
			.skb = skb,
			.ct = ct,
			.ctinfo = ctinfo,
			.protoff = protoff,
		},
		.seg.adjusted = adjusted,
	};

	return nf_ct_protonum(ct) == IPPROTO_UDP ?
	       take_datagram(&s.seg.pkt) :
	       nfim_stream_packet(&s.seg, &sip_stream);
}

static int imsip_help(struct sk_buff *skb, unsigned int protoff,
		      struct nf_conn *ct, enum ip_conntrack_info ctinfo)
{
	bool adjusted = nfim_is_adjusted(ct);

	if (nf_is_loopback_packet(skb) || nfim_is_error(skb, ct, ctinfo) ||
	    (!adjusted && nf_ct_protonum(ct) == IPPROTO_TCP &&
	     nfim_stream_passes(skb, protoff, ct, ctinfo, &sip_stream)) ||
	    !nfim_net_active(nf_ct_net(ct)))
		return NF_ACCEPT;
	return imsip_take(skb, protoff, ct, ctinfo, adjusted);
}

/* See msnp_from_nlattr(); a datagram begins with itself. */
static int imsip_from_nlattr(struct nlattr *attr, struct nf_conn *ct)
{
	return 0;
}

static const struct nf_conntrack_expect_policy imsip_classes[] = {
	[NFIM_CLASS_MEDIA] = {
		.name = "media",
		.max_expected = NF_CT_EXPECT_MAX_CNT,
		.timeout = NFIM_MEDIA_SECS,
	},
	[NFIM_CLASS_MASTER] = {
		.name = "signalling",
		.max_expected = NF_CT_EXPECT_MAX_CNT,
		.timeout = NFIM_SIGNALLING_SECS,
	},
};

static struct nf_conntrack_helper imsip_helpers[4] __read_mostly;

static struct nf_conntrack_nat_helper imsip_nat_helper =
	NF_CT_NAT_HELPER_INIT(NFIM_IMSIP_NAME);

static void free_works(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		kvfree(per_cpu(works, cpu));
}

static int __init make_works(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct sip_work *w = kvzalloc_node(sizeof(*w), GFP_KERNEL,
						   cpu_to_node(cpu));

		if (!w)
			return -ENOMEM;
		per_cpu(works, cpu) = w;
	}
	return 0;
}

int __init nfim_imsip_init(void)
{
	int i, err;

	NF_CT_HELPER_BUILD_BUG_ON(sizeof(struct sip_udp));
	err = make_works();
	if (err)
		goto err_works;
	for (i = 0; i < ARRAY_SIZE(imsip_helpers); i++)
		nf_ct_helper_init(imsip_helpers + i, i & 1 ? AF_INET6 : AF_INET,
				  i & 2 ? IPPROTO_UDP : IPPROTO_TCP,
				  NFIM_IMSIP_NAME, IMSIP_PORT, IMSIP_PORT, 0,
				  imsip_classes, ARRAY_SIZE(imsip_classes) - 1,
				  imsip_help, imsip_from_nlattr, THIS_MODULE);
	err = nf_conntrack_helpers_register(imsip_helpers,
					    ARRAY_SIZE(imsip_helpers));
	if (err)
		goto err_works;
	nf_nat_helper_register(&imsip_nat_helper);
	return 0;

err_works:
	free_works();
	return err;
}

void nfim_imsip_exit(void)
{
	nf_nat_helper_unregister(&imsip_nat_helper);
	nf_conntrack_helpers_unregister(imsip_helpers,
					ARRAY_SIZE(imsip_helpers));
	free_works();
}

MODULE_ALIAS_NFCT_HELPER(NFIM_IMSIP_NAME);
MODULE_ALIAS_NF_NAT_HELPER(NFIM_IMSIP_NAME);
