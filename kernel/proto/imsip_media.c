// SPDX-License-Identifier: GPL-2.0
/*
 * From session descriptions to endpoints: what the host announces is opened,
 * what the other party announces says who may come there.
 */

#include "imsip_job.h"

/**
 * struct media_open - a media description on its way to an expectation
 * @j: the message
 * @change: what the announcement is to become
 * @rtcp: it is the port for RTCP that is opened
 * @pair: the port for RTCP follows the one for RTP
 * @n: length of the plan before it is tried
 */
struct media_open {
	struct imsip_job *j;
	struct sdp_change *change;
	bool rtcp;
	bool pair;
	u16 n;
};

static struct imsip_stream *find_stream(struct imsip_call *call,
					const struct addr *addr, u8 app,
					u8 proto, u16 port)
{
	u32 i;

	for (i = 0; i < IMSIP_STREAMS; i++) {
		struct imsip_stream *s = call->stream + i;

		if (s->inside_port == port && s->app == app &&
		    s->proto == proto && addr_equal(&s->addr, addr))
			return s;
	}
	return NULL;
}

static struct imsip_stream *free_stream(struct imsip_call *call)
{
	u32 i;

	for (i = 0; i < IMSIP_STREAMS; i++)
		if (!call->stream[i].inside_port)
			return call->stream + i;
	return NULL;
}

static u32 slot_of(const struct imsip_call *call, const struct imsip_stream *s)
{
	return (u32)(s - call->stream);
}

static bool is_open(enum nfim_counter how)
{
	return how == NFIM_EXPECTED || how == NFIM_EXPECTED_EDITED ||
	       how == NFIM_EXPECTED_UNEDITED;
}

/* --- rewriting ----------------------------------------------------------- */

static void set_port(struct media_open *m, u16 port)
{
	if (m->rtcp) {
		m->change->rtcp_port = port;
		return;
	}
	m->change->port = port;
	if (m->pair)
		m->change->rtcp_port = port ? (u16)(port + 1) : 0;
}

/*
 * A datagram takes any length. In a stream the message is planned as a whole
 * to see whether it fits; the plan itself is made when all ports are known.
 */
static enum env_rewrite plan_port(void *arg, u16 port)
{
	struct media_open *m = arg;
	struct imsip_job *j = m->j;
	struct imsip *t = j->t;
	bool fits;

	if (!t->may_edit || !j->body_ok)
		return ENV_REWRITE_IMPOSSIBLE;
	set_port(m, port);
	if (t->fit == SIP_FIT_FREE)
		return ENV_REWRITE_DONE;
	m->n = j->plan->n;
	fits = sdp_plan(&t->scratch->sdp, &t->scratch->changes, j->plan) &&
	       sip_plan_finish(j->sip, j->mime, t->fit, j->plan);
	edit_undo(j->plan, m->n);
	if (!fits)
		set_port(m, 0);
	return fits ? ENV_REWRITE_DONE : ENV_REWRITE_IMPOSSIBLE;
}

static void unplan_port(void *arg)
{
	set_port(arg, 0);
}

static enum env_rewrite plan_none(void *arg, u16 port)
{
	(void)arg;
	(void)port;
	return ENV_REWRITE_NONE;
}

static void unplan_none(void *arg)
{
	(void)arg;
}

/* --- opening ------------------------------------------------------------- */

static enum nfim_counter try_open(struct imsip_job *j, u8 side,
				  struct opening *o)
{
	const struct env *env = imsip_env(j, side);
	const struct offer *offer = o->offer;
	enum nfim_counter how;

	if (j->t->offers++ >= NFIM_OFFERS_PER_SKB)
		return NFIM_REFUSED_HOST_LIMIT;
	env->ops->count(env->ctx, NFIM_OFFERS);
	how = policy_judge(env->ops->policy(env->ctx), offer);
	if (how == NFIM_OK)
		how = env->ops->open(env->ctx, o);
	o->edit = how == NFIM_EXPECTED_EDITED ? "resize" : "none";
	env->ops->count(env->ctx, how);
	env->ops->report(env->ctx, o, offer, how);
	return how;
}

bool imsip_try(struct imsip_job *j, u8 side, struct opening *o)
{
	return is_open(try_open(j, side, o));
}

u16 imsip_open(struct imsip_job *j, u8 side, const struct offer *offer,
	       bool edited)
{
	struct opening o = {
		.offer = offer,
		.self = imsip_env(j, side)->self,
		.via = NFIM_VIA_SIP,
		.plan = plan_none,
		.unplan = unplan_none,
	};

	(void)edited;
	return is_open(try_open(j, side, &o)) ? o.outside_port : 0;
}

/* Where the media description says that somebody listens. */
static bool listener_of(struct imsip_job *j, u8 side, const struct addr *addr,
			struct self *self)
{
	const struct env *env = imsip_env(j, side);
	const struct policy *policy = env->ops->policy(env->ctx);

	*self = *env->self;
	if (addr_equal(addr, &self->inside))
		return true;
	if (!policy || addr->len != self->inside.len ||
	    !addr_is_unicast(addr) || addr_equal(addr, &self->outside) ||
	    !policy_third_party(policy, addr))
		return false;
	if (!self_is_natted(self))
		self->outside = *addr;
	self->inside = *addr;
	return true;
}

void imsip_refuse(struct imsip_job *j, u8 side, const struct offer *offer,
		  enum nfim_counter why)
{
	const struct env *env = imsip_env(j, side);

	env->ops->count(env->ctx, NFIM_OFFERS);
	env->ops->count(env->ctx, why);
	env->ops->report(env->ctx, NULL, offer, why);
}

static void keep(struct imsip_call *call, struct imsip_stream *s,
		 const struct offer *offer, const struct addr *addr,
		 u16 outside_port, u8 media)
{
	*s = (struct imsip_stream){
		.addr = *addr,
		.from = offer->from,
		.inside_port = offer->inside_port,
		.outside_port = outside_port,
		.peer_port = offer->peer_port,
		.media = media,
		.app = (u8)offer->app,
		.proto = offer->proto,
		.ports = offer->ports,
		.since = call->desc,
		.named = call->desc,
	};
}

/* What is known of an endpoint that was opened before. */
static void describe(const struct imsip_job *j, u8 side,
		     const struct imsip_stream *s, struct offer *offer)
{
	const struct imsip_call *call = j->call[side];

	*offer = (struct offer){
		.app = s->app,
		.proto = s->proto,
		.ports = s->ports,
		.inside_port = s->inside_port,
		.announced_port = s->outside_port,
		.cookie = imsip_cookie(call, slot_of(call, s)),
		.reserved = !call->answered,
		.fixed = true,
		.in_place = true,
	};
}

/* Nothing is announced that was not, so nobody is told. */
static bool open_known(struct imsip_job *j, u8 side,
		       const struct imsip_stream *s, const struct offer *offer)
{
	const struct env *env = imsip_env(j, side);
	struct self self = *env->self;
	struct opening o = {
		.offer = offer,
		.self = &self,
		.via = NFIM_VIA_SIP,
		.plan = plan_none,
		.unplan = unplan_none,
		.edit = "none",
	};

	if (j->t->peers++ >= NFIM_PEERS_PER_SKB)
		return false;
	if (!self_is_natted(&self))
		self.outside = s->addr;
	self.inside = s->addr;
	return is_open(env->ops->open(env->ctx, &o));
}

/*
 * Let peers come to an endpoint that was opened before. @first: the first one
 * of several. @another: they do not take the place of others.
 */
static bool admit_peers(struct imsip_job *j, u8 side,
			const struct imsip_stream *s, u32 first, bool another,
			bool again)
{
	struct offer offer;
	bool open = false;
	u32 nth;

	describe(j, side, s, &offer);
	offer.again = again;
	for (nth = first; imsip_peer(j, side, &offer, s->media, nth); nth++) {
		offer.another = another || nth;
		open |= open_known(j, side, s, &offer);
	}
	return open;
}

/* Something new: Return its outside port, or 0. */
static u16 open_new(struct imsip_job *j, u8 side, struct offer *offer,
		    const struct addr *addr, u8 media, struct media_open *m)
{
	struct imsip_call *call = j->call[side];
	struct imsip_stream *s = free_stream(call);
	struct self self;
	struct opening o = {
		.offer = offer,
		.self = &self,
		.via = NFIM_VIA_SIP,
		.plan = plan_port,
		.unplan = unplan_port,
		.arg = m,
	};

	if (!listener_of(j, side, addr, &self)) {
		imsip_refuse(j, side, offer, NFIM_REFUSED_NOT_SELF);
		return 0;
	}
	if (!s) {
		imsip_refuse(j, side, offer, NFIM_REFUSED_HOST_LIMIT);
		return 0;
	}
	offer->cookie = imsip_cookie(call, slot_of(call, s));
	offer->reserved = !call->answered;
	if (!imsip_peer(j, side, offer, media, 0)) {
		imsip_refuse(j, side, offer, NFIM_REFUSED_POLICY);
		return 0;
	}
	if (!is_open(try_open(j, side, &o)))
		return 0;
	keep(call, s, offer, addr, o.outside_port, media);
	if (imsip_names_nets(j, side))
		admit_peers(j, side, s, 1, true, false);
	j->opened |= 1u << slot_of(call, s);
	return o.outside_port;
}

/* The same endpoint is told the same port, whatever else happens. */
static u16 open_one(struct imsip_job *j, u8 side, struct offer *offer,
		    const struct addr *addr, u8 media, struct media_open *m)
{
	struct imsip_call *call = j->call[side];
	struct imsip_stream *s;

	s = find_stream(call, addr, (u8)offer->app, offer->proto,
			offer->inside_port);
	if (!s)
		return open_new(j, side, offer, addr, media, m);
	/* After a long hold nothing may be left of the way in. */
	if (s->named != call->desc)
		admit_peers(j, side, s, 0, false, true);
	s->media = media;
	s->named = call->desc;
	set_port(m, s->outside_port);
	return s->outside_port;
}

static bool rtcp_allowed(const struct imsip_job *j, u8 side, u8 proto,
			 u16 port)
{
	const struct env *env = imsip_env(j, side);
	struct offer rtcp = {
		.app = NFIM_APP_RTCP,
		.proto = proto,
		.inside_port = port,
	};

	return policy_judge(env->ops->policy(env->ctx), &rtcp) == NFIM_OK;
}

/* An answerer that agrees on rtcp-mux does not listen on the other port. */
static bool needs_rtcp(const struct imsip_job *j, u8 side,
		       const struct sdp_media *m)
{
	if (!(m->flags & SDP_RTP) || !m->rtcp_port ||
	    (m->flags & SDP_RTCP_MUX && !sip_is_request(j->sip)))
		return false;
	return rtcp_allowed(j, side, m->proto, m->rtcp_port);
}

/*
 * "49170/2" is two pairs; what follows no such pattern cannot be opened, nor
 * half of what was announced.
 */
static bool several(struct imsip_job *j, u8 side, const struct sdp_media *m,
		    struct offer *offer)
{
	u32 n = 2u * m->ports;

	if (m->ports == 1)
		return true;
	if (m->flags & SDP_RTP && !(m->flags & SDP_RTCP_NAMED) &&
	    n <= NFIM_OFFER_PORTS && rtcp_allowed(j, side, m->proto,
						  m->rtcp_port)) {
		offer->ports = (u8)n;
		return true;
	}
	imsip_refuse(j, side, offer, NFIM_REFUSED_POLICY);
	return false;
}

/* What was opened for RTP alone stays so: the next port may be another's now. */
static bool as_opened(struct imsip_job *j, u8 side, const struct addr *addr,
		      struct offer *offer)
{
	const struct imsip_stream *s;

	s = find_stream(j->call[side], addr, (u8)offer->app, offer->proto,
			offer->inside_port);
	if (!s || s->ports >= offer->ports)
		return true;
	if (offer->ports > 2) {
		imsip_refuse(j, side, offer, NFIM_REFUSED_POLICY);
		return false;
	}
	offer->ports = 1;
	return true;
}

static void announce_media(struct imsip_job *j, u8 side, u8 i)
{
	struct imsip_scratch *s = j->t->scratch;
	const struct sdp_media *m = s->sdp.media + i;
	bool rtcp = needs_rtcp(j, side, m);
	bool pair = rtcp && m->rtcp_port == m->port + 1;
	struct media_open open = {
		.j = j,
		.change = s->changes.media + i,
	};
	struct offer offer = {
		.app = m->app,
		.proto = m->proto,
		.ports = pair ? 2 : 1,
		.inside_port = m->port,
		.announced_port = m->port,
	};

	if (!several(j, side, m, &offer) ||
	    !as_opened(j, side, &m->addr, &offer))
		return;
	pair = offer.ports > 1;
	open.pair = pair;
	open.change->beside = !addr_equal(&m->addr,
					  &imsip_env(j, side)->self->inside);
	if (!open_one(j, side, &offer, &m->addr, i, &open) || !rtcp || pair)
		return;
	open.rtcp = true;
	offer = (struct offer){
		.app = NFIM_APP_RTCP,
		.proto = m->proto,
		.inside_port = m->rtcp_port,
		.announced_port = m->rtcp_port,
	};
	open_one(j, side, &offer, &m->rtcp_addr, i, &open);
}

/* On hold or without a word: the mapping stays. */
static void keep_media(struct imsip_call *call, u8 media)
{
	u32 i;

	for (i = 0; i < IMSIP_STREAMS; i++)
		if (call->stream[i].media == media)
			call->stream[i].named = call->desc;
}

/* The descriptions of one transaction are one: repeats, 183 and 200. */
static void number_description(struct imsip_job *j, u8 side)
{
	struct imsip_call *call = j->call[side];
	u8 by = !sip_is_request(j->sip);
	u8 tx = (u8)imsip_tx(j->sip->method);

	/* Said once more, after the next offer (RFC 3261 13.2.2.4). */
	if (j->sip->method == SIP_ACK && call->desc && call->desc_by == by &&
	    call->desc_tx == tx && call->desc_leg == j->asked[side] &&
	    j->sip->cseq < call->desc_cseq)
		return;
	if (call->desc && call->desc_by == by && call->desc_tx == tx &&
	    call->desc_cseq == j->sip->cseq &&
	    call->desc_leg == j->asked[side])
		return;
	/* 0 is none. */
	call->desc = call->desc == 0xff ? 1 : call->desc + 1;
	call->desc_by = by;
	call->desc_tx = tx;
	call->desc_cseq = j->sip->cseq;
	call->desc_leg = j->asked[side];
}

void imsip_announce(struct imsip_job *j, u8 side)
{
	struct imsip_scratch *s = j->t->scratch;
	const struct self *self = imsip_env(j, side)->self;
	struct imsip_call *call = j->call[side];
	u8 i;

	if (!call || !imsip_readable(j, side))
		return;
	number_description(j, side);
	memset(&s->changes, 0, sizeof(s->changes));
	s->changes.from = self->inside;
	s->changes.to = self->outside;
	s->changes.candidates = true;
	for (i = 0; i < s->sdp.medias; i++)
		if (s->sdp.media[i].status == SDP_LISTENS)
			announce_media(j, side, i);
		else if (s->sdp.media[i].status == SDP_HELD)
			keep_media(call, i);
	if (!self_is_natted(self) || !j->t->may_edit || !j->body_ok)
		return;
	if (sdp_plan(&s->sdp, &s->changes, j->plan))
		return;
	/* Descriptions that came before it are alternatives of the same. */
	edit_undo(j->plan, 0);
	j->body_ok = false;
	imsip_close_opened(j, side);
}

/* --- the other party ------------------------------------------------------- */

/* Somebody else has taken the call. */
static bool has_another(const struct imsip_call *call, u32 tag)
{
	u32 i;

	for (i = 0; i < call->parties; i++)
		if (call->party[i].tag != tag &&
		    call->party[i].leg >= IMSIP_LEG_ANSWERED)
			return true;
	return false;
}

/*
 * Return: whether another party than before described this session, or the same one
 * where it is not agreed on yet: what was agreed with others holds as well.
 */
static bool new_leg(struct imsip_job *j, struct imsip_call *call)
{
	u32 tag;

	if (sip_is_request(j->sip))
		return j->sip->method != SIP_ACK &&
		       (call->confirmed || imsip_is_forked(call));
	if (!j->sip->to_tag.len)
		return false;
	tag = imsip_tag(j, true);
	if (call->confirmed)
		return has_another(call, tag);
	if (call->legs && call->leg == tag)
		return false;
	call->leg = tag;
	return call->legs++;
}

static void meet_stream(struct imsip_job *j, u8 side, u32 i, bool another)
{
	struct imsip_stream *s = j->call[side]->stream + i;
	struct offer offer;

	describe(j, side, s, &offer);
	if (!imsip_peer(j, side, &offer, s->media, 0) ||
	    (addr_equal(&offer.from, &s->from) &&
	     offer.peer_port == s->peer_port) ||
	    !admit_peers(j, side, s, 0, another, false))
		return;
	s->from = offer.from;
	s->peer_port = offer.peer_port;
}

void imsip_meet(struct imsip_job *j, u8 side)
{
	const struct sdp *sdp = &j->t->scratch->sdp;
	struct imsip_call *call = j->call[side];
	bool another;
	u32 i;

	if (!call)
		return;
	for (i = 0; i < sdp->medias && i < IMSIP_PEERS; i++) {
		const struct sdp_media *m = sdp->media + i;

		if (m->status == SDP_LISTENS || m->status == SDP_SAME)
			imsip_set_peer(j, m, call->peer + i);
	}
	/* Whoever names ever new peers makes the older ones go in the end. */
	another = new_leg(j, call) && ++call->beside % IMSIP_BESIDE;
	for (i = 0; i < IMSIP_STREAMS; i++)
		if (call->stream[i].inside_port)
			meet_stream(j, side, i, another);
}

void imsip_activate(struct imsip_job *j, u8 side)
{
	const struct env *env = imsip_env(j, side);
	struct imsip_call *call = j->call[side];
	u32 i;

	call->answered = true;
	for (i = 0; i < IMSIP_STREAMS; i++)
		if (call->stream[i].inside_port)
			env->ops->activate(env->ctx, imsip_cookie(call, i));
	imsip_contacts_activate(j, side);
}
