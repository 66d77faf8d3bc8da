// SPDX-License-Identifier: GPL-2.0
/* What SIP messages mean for a gateway: the way of one message. */

#include "imsip_job.h"

enum imsip_tx imsip_tx(u8 method)
{
	switch (method) {
	case SIP_INVITE:
	case SIP_ACK:
	case SIP_CANCEL:
		return IMSIP_TX_INVITE;
	case SIP_UPDATE:
		return IMSIP_TX_UPDATE;
	case SIP_PRACK:
		return IMSIP_TX_PRACK;
	case SIP_BYE:
		return IMSIP_TX_BYE;
	case SIP_REGISTER:
		return IMSIP_TX_REGISTER;
	default:
		return IMSIP_TX_MAX;
	}
}

struct imsip_call *imsip_find(struct imsip_job *j, u8 side, bool make)
{
	struct imsip *t = j->t;

	if (!j->call[side])
		j->call[side] = t->ops->find(t->ctx, j->call_id,
					     &imsip_env(j, side)->self->inside,
					     make);
	return j->call[side];
}

/* --- who the host's client is ------------------------------------------- */

static bool learn_agent(struct client *c, void *arg)
{
	const struct span *agent = arg;
	const char *p;
	size_t n = 0;

	memset(c->agent, 0, sizeof(c->agent));
	for (p = agent->p; p < agent->end && n < sizeof(c->agent) - 1; p++)
		c->agent[n++] = *p >= ' ' && *p <= '~' ? *p : '?';
	return n;
}

static void learn(struct imsip_job *j)
{
	const struct env *env = imsip_env(j, j->t->from);
	const struct sip *sip = j->sip;
	struct span agent;

	agent = place_span(j->data, sip->agent.len ? sip->agent : sip->server);
	if (span_len(agent) && env->ops->learn)
		env->ops->learn(env->ctx, learn_agent, &agent);
}

/* --- header fields ------------------------------------------------------ */

static void map_add(struct sip_map *map, u16 from, u16 to)
{
	if (map->n == NFIM_SIP_PORTS || sip_map_port(map, from))
		return;
	map->port[map->n].from = from;
	map->port[map->n++].to = to;
}

/* The sender's endpoints, as the other end is to see them. */
static void map_sender(struct imsip_job *j)
{
	const struct imsip_side *s = j->t->side + j->t->from;

	j->map.from = s->env->self->inside;
	j->map.to = s->env->self->outside;
	map_add(&j->map, s->inside_port, s->outside_port);
}

/* A port of the receiver that it named itself, as it calls it. */
static void map_back(const struct imsip_job *j, struct sip_map *map,
		     const struct sip_host *h, u16 port)
{
	struct imsip *t = j->t;
	u16 inside;

	if (!addr_equal(&h->addr, &map->from) || sip_map_port(map, port))
		return;
	inside = t->ops->inside_port(t->ctx, &map->to, &map->from, port,
				     t->proto);
	if (!inside)
		inside = t->ops->inside_port(t->ctx, &map->to, &map->from,
					     port, t->proto == 6 ? 17 : 6);
	if (inside)
		map_add(map, port, inside);
}

static void map_uri(const struct imsip_job *j, struct sip_map *map,
		    const struct sip_uri *uri)
{
	map_back(j, map, &uri->host, sip_uri_port(uri));
	map_back(j, map, &uri->maddr, sip_uri_port(uri));
}

/* The receiver's endpoints, as the receiver itself knows them. */
static void map_receiver(const struct imsip_job *j, struct sip_map *map)
{
	const struct imsip_side *r = j->t->side + !j->t->from;
	const struct sip *sip = j->sip;
	u32 i;

	map->from = r->env->self->outside;
	map->to = r->env->self->inside;
	map_add(map, r->outside_port, r->inside_port);
	if (sip_is_request(sip)) {
		map_uri(j, map, &sip->uri);
		return;
	}
	for (i = 0; i < sip->contacts; i++)
		map_uri(j, map, &sip->contact[i].uri);
	map_back(j, map, &sip->via[0].sent_by, sip_via_port(sip->via));
}

static bool is_natted(const struct imsip_side *s)
{
	return self_is_natted(s->env->self) ||
	       s->inside_port != s->outside_port;
}

static bool plan_header(struct imsip_job *j)
{
	const struct imsip *t = j->t;
	bool request = sip_is_request(j->sip);
	struct sip_map back = { .n = 0 };

	if (is_natted(t->side + t->from))
		imsip_known_ports(j, t->from);
	if (is_natted(t->side + t->from) &&
	    !sip_plan_hosts(j->sip, &j->map, SIP_IN_CONTACT |
			    SIP_IN_RECORD_ROUTE | (request ? SIP_IN_VIA : 0),
			    j->plan))
		return false;
	if (!is_natted(t->side + !t->from))
		return true;
	map_receiver(j, &back);
	return sip_plan_hosts(j->sip, &back, request ?
			      SIP_IN_URI | SIP_IN_ROUTE :
			      SIP_IN_VIA | SIP_IN_CONTACT | SIP_IN_RECORD_ROUTE,
			      j->plan);
}

/* --- body ---------------------------------------------------------------- */

/* Methods whose descriptions are offers and answers of a session. */
static bool is_session(const struct imsip_job *j)
{
	enum imsip_tx tx = imsip_tx(j->sip->method);

	return tx == IMSIP_TX_INVITE || tx == IMSIP_TX_UPDATE ||
	       tx == IMSIP_TX_PRACK;
}

u32 imsip_count_sdp(const struct imsip_job *j)
{
	u32 i, n = 0;

	for (i = 0; i < j->mime->n; i++)
		n += j->mime->part[i].type == MIME_SDP;
	return n;
}

/* Descriptions that are alternatives are changed all or none (sip.md 4.3). */
static bool are_readable(const struct imsip_job *j)
{
	struct imsip *t = j->t;
	u32 i;

	if (imsip_count_sdp(j) < 2)
		return true;
	for (i = 0; i < j->mime->n; i++) {
		const struct mime_part *part = j->mime->part + i;

		if (part->type != MIME_SDP)
			continue;
		if (part->encoded ||
		    !sdp_parse(j->data, place_span(j->data, part->body),
			       &t->scratch->sdp) ||
		    !imsip_readable(j, t->from))
			return false;
	}
	return true;
}

static void read_description(struct imsip_job *j, const struct mime_part *part,
			     bool ours, bool first)
{
	struct imsip *t = j->t;

	if (!sdp_parse(j->data, place_span(j->data, part->body),
		       &t->scratch->sdp))
		return;
	if (ours)
		imsip_announce(j, t->from);
	/* Of several, the first one tells where the other party listens. */
	if (t->side[!t->from].ours && first)
		imsip_meet(j, !t->from);
}

static void read_body(struct imsip_job *j)
{
	struct imsip *t = j->t;
	bool first = true, ours;
	u32 i;

	if (!is_session(j))
		return;
	ours = t->side[t->from].ours && are_readable(j);
	for (i = 0; i < j->mime->n; i++) {
		const struct mime_part *part = j->mime->part + i;

		if (part->type != MIME_SDP || part->encoded)
			continue;
		read_description(j, part, ours, first);
		first = false;
	}
	if (!first && ours)
		imsip_described(j, t->from);
}

/* They travel in the course of a session, in requests of their own. */
static void read_invitations(struct imsip_job *j)
{
	struct imsip *t = j->t;
	u32 i;
	u8 side;

	if (j->sip->status || (j->sip->method != SIP_MESSAGE &&
			       j->sip->method != SIP_INFO))
		return;
	for (i = 0; i < j->mime->n; i++) {
		const struct mime_part *part = j->mime->part + i;

		if (part->type != MIME_INVITATION || part->encoded)
			continue;
		for (side = 0; side < 2; side++)
			if (t->side[side].ours)
				imsip_invitation(j, side,
						 place_span(j->data,
							    part->body));
	}
}

/* --- all of it ----------------------------------------------------------- */

static void finish(struct imsip_job *j)
{
	struct imsip *t = j->t;
	bool ok;

	if (t->may_edit) {
		ok = plan_header(j) &&
		     sip_plan_finish(j->sip, j->body_ok ? j->mime : NULL,
				     t->fit, j->plan);
		if (ok)
			return;
	}
	/* Nothing of it is rewritten, so nobody will come. */
	edit_undo(j->plan, 0);
	if (!t->side[t->from].ours ||
	    !self_is_natted(imsip_env(j, t->from)->self))
		return;
	imsip_close_opened(j, t->from);
	if (j->file)
		imsip_env(j, t->from)->ops->close(imsip_env(j, t->from)->ctx,
						  j->file);
}

static void take(struct imsip_job *j)
{
	struct imsip *t = j->t;
	u8 from = t->from;

	if (t->side[!from].ours)
		imsip_heard(j, !from);
	if (t->side[from].ours)
		imsip_said(j, from);
	if (imsip_count_sdp(j))
		read_body(j);
	read_invitations(j);
	finish(j);
}

/* Others neither need the record of a call nor change it. */
static bool is_of_call(const struct imsip_job *j)
{
	return imsip_tx(j->sip->method) != IMSIP_TX_MAX || j->mime->n;
}

static enum sip_result judge(struct imsip *t, enum sip_result what)
{
	const struct env *env = t->side[t->from].env;

	if (what == SIP_MALFORMED || what == SIP_CROWDED)
		env->ops->count(env->ctx, NFIM_REFUSED_MALFORMED);
	return what;
}

enum sip_result imsip_message(struct imsip *t, struct span data,
			      struct edit_plan *plan)
{
	const struct env *env = t->side[t->from].env;
	struct imsip_job j = {
		.t = t,
		.data = data,
		.plan = plan,
		.sip = &t->scratch->sip,
		.mime = &t->scratch->mime,
	};
	enum sip_result what;

	if (is_natted(t->side) || is_natted(t->side + 1))
		what = sip_parse(data, t->proto == 17, j.sip);
	else
		what = sip_skim(data, t->proto == 17, j.sip);
	if (what != SIP_OK)
		return judge(t, what);
	env->ops->count(env->ctx, NFIM_MESSAGES);
	j.body_ok = sip_body_parse(data, j.sip, j.mime);
	if (!j.body_ok)
		j.mime->n = 0;
	/* A digest covers it: readable, but not ours to change. */
	if (j.sip->auth_int)
		j.body_ok = false;
	if (t->side[t->from].ours)
		learn(&j);
	map_sender(&j);
	if (!is_of_call(&j)) {
		finish(&j);
		return SIP_OK;
	}
	j.call_id = t->ops->lock(t->ctx, place_span(data, j.sip->call_id));
	take(&j);
	t->ops->unlock(t->ctx, j.call_id);
	return SIP_OK;
}
