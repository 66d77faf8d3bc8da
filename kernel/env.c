// SPDX-License-Identifier: GPL-2.0
/* The surroundings that proto/env.h asks for, in the kernel. */

#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include "clients.h"
#include "env.h"
#include "events.h"
#include "expect.h"
#include "trace.h"

static struct nfim_net *net_of(const struct nfim_env *e)
{
	return e->pkt->nn;
}

static const struct policy *env_policy(void *ctx)
{
	struct nfim_env *e = ctx;

	if (!e->asked) {
		e->policy = nfim_clients_policy_of(net_of(e), e->pkt->ct, e->dir,
						   e->helper, &e->known);
		e->asked = true;
	}
	return e->policy;
}

static void env_learn(void *ctx, bool (*fn)(struct client *c, void *arg),
		      void *arg)
{
	struct nfim_env *e = ctx;

	nfim_clients_learn_of(net_of(e), e->pkt->ct, e->dir, e->helper, fn,
			      arg);
	e->asked = false;
}

/* What a NetMeeting call goes on with is known to that helper alone. */
static bool helper_is_there(const struct nfim_env *e, const struct offer *offer)
{
	return offer->helper != OFFER_Q931 ||
	       __nf_conntrack_helper_find("Q.931", nf_ct_l3num(e->pkt->ct),
					  IPPROTO_TCP);
}

static enum nfim_counter env_open(void *ctx, struct opening *o)
{
	struct nfim_env *e = ctx;
	struct nfim_opening opening = {
		.pkt = e->pkt,
		.helper = e->helper,
		.dir = e->dir,
		.policy = env_policy(e),
		.offer = o->offer,
		.via = o->via,
		.self = o->self,
		.plan = o->plan,
		.unplan = o->unplan,
		.arg = o->arg,
	};
	enum nfim_counter how;

	trace_nfim_offer(e->pkt->ct, o->offer);
	o->outside_port = 0;
	if (!helper_is_there(e, o->offer))
		return NFIM_REFUSED_NO_HELPER;
	how = nfim_expect_media(&opening, &e->opened);
	if (how == NFIM_EXPECTED || how == NFIM_EXPECTED_EDITED ||
	    how == NFIM_EXPECTED_UNEDITED)
		o->outside_port = ntohs(e->opened.outside_port);
	return how;
}

static struct nfim_offer_key key_of(const struct nfim_env *e, u32 cookie)
{
	const struct nf_conn *ct = e->pkt->ct;

	return (struct nfim_offer_key){
		.helper = e->helper,
		.l3num = nf_ct_l3num(ct),
		.zone = nf_ct_zone(ct)->id,
		.cookie = cookie,
		.host = ct->tuplehash[e->dir].tuple.src.u3,
		.master = ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple,
	};
}

static unsigned int env_close(void *ctx, u32 cookie)
{
	struct nfim_env *e = ctx;
	struct nfim_offer_key key = key_of(e, cookie);

	return nfim_offers_close(net_of(e), &key, false);
}

static unsigned int env_end(void *ctx, u32 cookie)
{
	struct nfim_env *e = ctx;
	struct nfim_offer_key key = key_of(e, cookie);

	return nfim_offers_close(net_of(e), &key, true);
}

static unsigned int env_activate(void *ctx, u32 cookie)
{
	struct nfim_env *e = ctx;
	struct nfim_offer_key key = key_of(e, cookie);

	return nfim_offers_activate(net_of(e), &key);
}

static bool is_open(enum nfim_counter how)
{
	return how == NFIM_EXPECTED || how == NFIM_EXPECTED_EDITED ||
	       how == NFIM_EXPECTED_UNEDITED || how == NFIM_FOLLOWED;
}

static void env_report(void *ctx, const struct opening *o,
		       const struct offer *offer, enum nfim_counter how)
{
	struct nfim_env *e = ctx;
	struct nfim_event ev = {
		.helper = e->helper,
		.reason = how,
		.offer = offer,
		.opened = is_open(how) ? &e->opened : NULL,
		.via = o ? o->via : NFIM_VIA_SIP,
		.edit = o && o->edit ? o->edit : "none",
		.policy = env_policy(e),
		.client = &e->known,
	};

	if (!is_open(how))
		trace_nfim_refuse(e->pkt->ct, how);
	nfim_event_offer(net_of(e), e->pkt->ct, &ev);
}

static enum nfim_counter env_follow(void *ctx, const struct addr *addr,
				    u16 port)
{
	struct nfim_env *e = ctx;

	return nfim_expect_master(e->pkt, env_policy(e), addr, port,
				  &e->opened);
}

static void env_note(void *ctx, const char *what, enum nfim_counter why)
{
	struct nfim_env *e = ctx;

	nfim_event_reason(net_of(e), e->pkt->ct, what, why);
}

static void env_count(void *ctx, enum nfim_counter c)
{
	struct nfim_env *e = ctx;

	nfim_count(net_of(e), c);
}

static void *env_state(void *ctx, size_t size, bool make)
{
	struct nfim_env *e = ctx;

	return e->state ? e->state(e->state_arg, size, make) : NULL;
}

static const struct env_ops ops = {
	.policy = env_policy,
	.learn = env_learn,
	.open = env_open,
	.close = env_close,
	.end = env_end,
	.activate = env_activate,
	.follow = env_follow,
	.report = env_report,
	.note = env_note,
	.count = env_count,
	.state = env_state,
};

static void to_addr(struct addr *a, const union nf_inet_addr *from, u8 l3num)
{
	/* What an IPv4 address does not fill is zero there, too. */
	a->len = l3num == NFPROTO_IPV4 ? 4 : 16;
	memcpy(a->b, from, sizeof(a->b));
}

void nfim_env_self(struct self *self, const struct nf_conn *ct,
		   enum ip_conntrack_dir dir)
{
	u8 l3num = nf_ct_l3num(ct);

	to_addr(&self->inside, &ct->tuplehash[dir].tuple.src.u3, l3num);
	to_addr(&self->outside, &ct->tuplehash[!dir].tuple.dst.u3, l3num);
}

void nfim_env_init(struct nfim_env *e, const struct nfim_pkt *pkt,
		   enum policy_helper helper, enum ip_conntrack_dir dir)
{
	e->pkt = pkt;
	e->helper = helper;
	e->dir = dir;
	e->asked = false;
	e->policy = NULL;
	e->state = NULL;
	e->state_arg = NULL;
	nfim_env_self(&e->self, pkt->ct, dir);
	e->env = (struct env){
		.ops = &ops,
		.ctx = e,
		.self = &e->self,
		.now = jiffies_to_msecs(jiffies),
	};
}
