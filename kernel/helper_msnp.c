// SPDX-License-Identifier: GPL-2.0
/*
 * The conntrack helper for MSN Messenger: what proto/msnp_talk.h needs of a
 * kernel. How its words arrive is in stream.c, what is opened in expect.c.
 */

#include <linux/module.h>
#include <linux/percpu.h>
#include <net/netfilter/nf_conntrack_helper.h>

#include "env.h"
#include "helper_msnp.h"
#include "pinhole.h"
#include "proto/msnp_talk.h"
#include "related.h"
#include "stream.h"

/* Not looked at by the kernel any more, but it must be unique. */
#define MSNP_PORT	1863

/**
 * struct msnp_work - what a message needs, too large for the stack
 * @env: surroundings
 * @talk: the conversation
 * @scratch: room for the logic
 *
 * One per CPU, used with BH off under a stream lock.
 */
struct msnp_work {
	struct nfim_env env;
	struct msnp_talk talk;
	struct msnp_scratch scratch;
};

static struct msnp_work __percpu *works;

/**
 * struct msnp_packet - a packet on its way through this helper
 * @seg: the packet
 * @f: the command that was read last
 * @work: this CPU's; NULL until something was to be read
 */
struct msnp_packet {
	struct nfim_segment seg;
	struct msnp_frame f;
	struct msnp_work *work;
};

static struct msnp_packet *packet_of(void *ctx)
{
	return container_of(ctx, struct msnp_packet, seg);
}

static void *state_of(void *arg, size_t size, bool make)
{
	return nfim_segment_state(arg, size, make);
}

static u16 port_of(const struct nf_conn *ct, bool outside)
{
	const struct nf_conntrack_tuple_hash *t = ct->tuplehash;

	return ntohs(outside ? t[IP_CT_DIR_REPLY].tuple.dst.u.tcp.port :
			       t[IP_CT_DIR_ORIGINAL].tuple.src.u.tcp.port);
}

/* Most packets are not read, so this is made for those that are. */
static struct msnp_talk *talk_of(struct msnp_packet *p)
{
	struct nfim_segment *seg = &p->seg;
	struct msnp_work *w = p->work;

	if (w)
		return &w->talk;
	w = this_cpu_ptr(works);
	p->work = w;
	/* The client opened the connection. */
	nfim_env_init(&w->env, &seg->pkt, POLICY_MSNP, IP_CT_DIR_ORIGINAL);
	w->env.env.mem = &seg->mem;
	w->env.state = state_of;
	w->env.state_arg = seg;
	w->talk = (struct msnp_talk){
		.env = &w->env.env,
		.side = nfim_segment_dir(seg) == IP_CT_DIR_ORIGINAL ?
			MSNP_C2S : MSNP_S2C,
		.scan = {
			&nfim_segment_scan(seg, IP_CT_DIR_ORIGINAL)->msnp,
			&nfim_segment_scan(seg, IP_CT_DIR_REPLY)->msnp,
		},
		.scratch = &w->scratch,
		.may_edit = stream_may_edit,
		.inside_port = port_of(seg->pkt.ct, false),
		.outside_port = port_of(seg->pkt.ct, true),
	};
	return &w->talk;
}

static enum stream_event msnp_next(void *ctx, union stream_scan *scan,
				   struct span data, u32 *pos,
				   struct stream_msg *msg)
{
	struct msnp_packet *p = packet_of(ctx);
	const struct msnp_talk *t = talk_of(p);
	enum stream_event ev = msnp_talk_next(t, data, pos, msg, &p->f);
	const struct policy *policy;

	if (ev == STREAM_MORE && msg->hold) {
		policy = t->env->ops->policy(t->env->ctx);
		msg->hold = policy && policy->hold;
	}
	return ev;
}

static void msnp_message(void *ctx, const struct stream_msg *msg,
			 struct edit_plan *plan)
{
	struct msnp_packet *p = packet_of(ctx);

	msnp_talk_message(talk_of(p), &p->f, msg, plan);
}

static void msnp_part(void *ctx, const struct stream_msg *msg)
{
	struct msnp_packet *p = packet_of(ctx);

	msnp_talk_part(talk_of(p), &p->f);
}

static u32 msnp_skip(const union stream_scan *scan)
{
	return msnp_talk_skip(&scan->msnp);
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

static void msnp_destroy(void *state, const struct stream_mem *mem)
{
	msnp_talk_free(state, mem);
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
	.destroy = msnp_destroy,
};

/* Its frame is large, and most packets do not need it. */
static noinline int msnp_take(struct sk_buff *skb, unsigned int protoff,
			      struct nf_conn *ct,
			      enum ip_conntrack_info ctinfo, bool adjusted)
{
	struct msnp_packet p;

	/* The frame is filled by whoever reads one. */
	p.work = NULL;
	p.seg = (struct nfim_segment){
		.pkt = {
			.nn = nfim_pernet(nf_ct_net(ct)),
			.skb = skb,
			.ct = ct,
			.ctinfo = ctinfo,
			.protoff = protoff,
		},
		.adjusted = adjusted,
	};
	return nfim_stream_packet(&p.seg, &msnp_stream);
}

static int msnp_help(struct sk_buff *skb, unsigned int protoff,
		     struct nf_conn *ct, enum ip_conntrack_info ctinfo)
{
	bool adjusted = nfim_is_adjusted(ct);

	if (nf_is_loopback_packet(skb) || nfim_is_error(skb, ct, ctinfo) ||
	    (!adjusted &&
	     nfim_stream_passes(skb, protoff, ct, ctinfo, &msnp_stream)) ||
	    !nfim_net_active(nf_ct_net(ct)))
		return NF_ACCEPT;
	return msnp_take(skb, protoff, ct, ctinfo, adjusted);
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
	works = alloc_percpu(struct msnp_work);
	if (!works)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(msnp_helpers); i++)
		nf_ct_helper_init(msnp_helpers + i, i ? AF_INET6 : AF_INET,
				  IPPROTO_TCP, NFIM_MSNP_NAME, MSNP_PORT,
				  MSNP_PORT, 0, msnp_classes,
				  ARRAY_SIZE(msnp_classes) - 1, msnp_help,
				  msnp_from_nlattr, THIS_MODULE);
	err = nf_conntrack_helpers_register(msnp_helpers,
					    ARRAY_SIZE(msnp_helpers));
	if (err)
		free_percpu(works);
	else
		nf_nat_helper_register(&msnp_nat_helper);
	return err;
}

void nfim_msnp_exit(void)
{
	nf_nat_helper_unregister(&msnp_nat_helper);
	nf_conntrack_helpers_unregister(msnp_helpers,
					ARRAY_SIZE(msnp_helpers));
	free_percpu(works);
}

MODULE_ALIAS_NFCT_HELPER(NFIM_MSNP_NAME);
MODULE_ALIAS_NF_NAT_HELPER(NFIM_MSNP_NAME);
