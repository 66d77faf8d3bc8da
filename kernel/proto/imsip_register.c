// SPDX-License-Identifier: GPL-2.0
/*
 * Ports that a client listens on for requests. Where it is the port of the
 * connection itself the connection serves, but for servers that come from
 * another port; else they need a way in (sip.md 3, 4.2).
 */

#include "imsip_job.h"

static u8 proto_of(const struct imsip_job *j, const struct sip_uri *uri)
{
	switch (uri->transport) {
	case SIP_UDP:
		return 17;
	case SIP_TCP:
		return 6;
	case SIP_NO_TRANSPORT:
		return j->t->proto;
	default:
		return 0;
	}
}

/* Where requests go: Windows Messenger names itself and has maddr (sip.md 4.2). */
static const struct addr *addr_of(const struct sip_uri *uri)
{
	return uri->maddr.at.len ? &uri->maddr.addr : &uri->host.addr;
}

/* Who may come to the ports that a host names, as far as this message goes. */
static u32 peer_name(const struct imsip_job *j, u8 side)
{
	const struct addr *a = &imsip_env(j, !side)->self->inside;
	const char *p = (const char *)a->b;

	return j->t->ops->hash(j->t->ctx, span_make(p, a->len));
}

/* Whether a Contact names a port of the host that we can do something for. */
static bool listens(const struct imsip_job *j, u8 side,
		    const struct sip_uri *uri, struct imsip_listen *l)
{
	const struct imsip_side *s = j->t->side + side;

	if (uri->scheme != SIP_SCHEME_SIP ||
	    !addr_equal(addr_of(uri), &s->env->self->inside))
		return false;
	l->inside_port = sip_uri_port(uri);
	l->peer = peer_name(j, side);
	l->proto = proto_of(j, uri);
	l->own = l->inside_port == s->inside_port && l->proto == j->t->proto;
	return l->inside_port && l->proto;
}

/* The port that servers at @peer, or any, were told. */
static u16 told_port(const struct imsip_job *j, u8 side,
		     const struct addr *peer, u16 port, u8 proto)
{
	const struct imsip *t = j->t;

	return t->ops->outside_port(t->ctx, &imsip_env(j, side)->self->inside,
				    peer, port, proto);
}

static u16 known_port(const struct imsip_job *j, u8 side, u16 port, u8 proto)
{
	u16 told = told_port(j, side, &imsip_env(j, !side)->self->inside, port,
			     proto);

	return told ? told : told_port(j, side, NULL, port, proto);
}

/* All servers are told the same port, if that can be. */
static u16 first_port(const struct imsip_job *j, u8 side,
		      const struct imsip_listen *l)
{
	u16 known;

	if (l->own)
		return j->t->side[side].outside_port;
	known = known_port(j, side, l->inside_port, l->proto);
	return known ? known : l->inside_port;
}

static u16 open_listen(struct imsip_job *j, u8 side,
		       const struct imsip_listen *l, bool reserved, u32 secs)
{
	struct offer offer = {
		.app = NFIM_APP_SIP_SIGNALLING,
		.proto = l->proto,
		.inside_port = l->inside_port,
		.announced_port = first_port(j, side, l),
		.cookie = imsip_listen_cookie(l),
		.helper = OFFER_IMSIP,
		.reserved = reserved,
		.another = true,
		.peer = imsip_env(j, !side)->self->inside,
		.lifetime = secs,
		.fixed = l->own,
		.in_place = l->own,
	};

	return imsip_open(j, side, &offer, true);
}

static void map_port(struct imsip_job *j, u16 from, u16 to)
{
	if (!to || j->map.n == NFIM_SIP_PORTS || sip_map_port(&j->map, from))
		return;
	j->map.port[j->map.n].from = from;
	j->map.port[j->map.n++].to = to;
}

void imsip_known_ports(struct imsip_job *j, u8 side)
{
	const struct sip *sip = j->sip;
	const struct sip_host *by = &sip->via[0].sent_by;
	u32 i;

	for (i = 0; i < sip->contacts; i++) {
		struct imsip_listen l;

		if (listens(j, side, &sip->contact[i].uri, &l))
			map_port(j, l.inside_port,
				 known_port(j, side, l.inside_port, l.proto));
	}
	/* Some phones send from one port and listen on another. */
	if (sip_is_request(sip) && j->t->proto == 17 &&
	    addr_equal(&by->addr, &j->map.from))
		map_port(j, sip_via_port(sip->via),
			 known_port(j, side, sip_via_port(sip->via), 17));
}

static struct imsip_listen *keep_listen(struct imsip_call *call,
					const struct imsip_listen *l)
{
	u32 i;

	for (i = 0; i < IMSIP_LISTENS; i++) {
		struct imsip_listen *old = call->listen + i;

		if (old->inside_port && (old->inside_port != l->inside_port ||
					 old->proto != l->proto ||
					 old->peer != l->peer))
			continue;
		*old = *l;
		return old;
	}
	return NULL;
}

/* --- REGISTER -------------------------------------------------------------- */

static u32 wanted(const struct sip *sip, const struct sip_contact *c)
{
	if (c && c->has_expires)
		return c->expires;
	return sip->has_expires ? sip->expires : IMSIP_EXPIRES_DEFAULT;
}

static void bind(struct imsip_job *j, u8 side, const struct sip_contact *c)
{
	struct imsip_call *call = j->call[side];
	struct imsip_listen l = { .asked = wanted(j->sip, c) };

	if (!listens(j, side, &c->uri, &l))
		return;
	l.remove = !l.asked;
	if (l.own)
		l.outside_port = j->t->side[side].outside_port;
	else if (l.remove)
		l.outside_port = 0;
	else
		l.outside_port = open_listen(j, side, &l, true,
					     IMSIP_ENDING_SECS);
	if (!l.outside_port && !l.remove)
		return;
	if (keep_listen(call, &l) && l.outside_port)
		map_port(j, l.inside_port, l.outside_port);
}

void imsip_register(struct imsip_job *j, u8 side)
{
	struct imsip_call *call = imsip_find(j, side, true);
	struct imsip_party *p = call ? call->party : NULL;
	const struct sip *sip = j->sip;
	u32 i, peer = peer_name(j, side);

	if (!call || (p->seen[0] & 1 << IMSIP_TX_REGISTER &&
		      sip->cseq < p->cseq[0][IMSIP_TX_REGISTER]))
		return;
	/* Each may have another tag; only the last one waits for an answer. */
	call->parties = 1;
	p->tag = imsip_tag(j, false);
	imsip_note(j, side, 0);
	/* Like a call, not for long before it is answered. */
	if (!call->secs)
		call->secs = IMSIP_ENDING_SECS;
	if (sip->star)
		for (i = 0; i < IMSIP_LISTENS; i++)
			call->listen[i].remove |= call->listen[i].peer == peer;
	for (i = 0; i < sip->contacts; i++)
		bind(j, side, sip->contact + i);
}

/* What the registrar granted; 0 when it does not know the binding. */
static u32 granted(const struct imsip_job *j, u8 side,
		   const struct imsip_listen *l)
{
	const struct self *self = imsip_env(j, side)->self;
	const struct sip *sip = j->sip;
	u32 i, secs = 0;

	for (i = 0; i < sip->contacts; i++) {
		const struct sip_contact *c = sip->contact + i;

		if (addr_equal(addr_of(&c->uri), &self->outside) &&
		    sip_uri_port(&c->uri) == l->outside_port)
			secs = c->has_expires ? c->expires :
			       sip->has_expires ? sip->expires : l->asked;
	}
	if (secs && secs < IMSIP_EXPIRES_MIN)
		secs = IMSIP_EXPIRES_MIN;
	return secs > IMSIP_EXPIRES_MAX ? IMSIP_EXPIRES_MAX : secs;
}

static void confirm(struct imsip_job *j, u8 side, struct imsip_listen *l)
{
	const struct env *env = imsip_env(j, side);
	u32 secs = l->remove ? 0 : granted(j, side, l);

	if (!secs) {
		env->ops->close(env->ctx, imsip_listen_cookie(l));
		memset(l, 0, sizeof(*l));
		return;
	}
	/* Nobody can come to the port of a connection but through it. */
	if (l->own && l->proto == 6)
		return;
	open_listen(j, side, l, false, secs);
}

void imsip_registered(struct imsip_job *j, u8 side)
{
	struct imsip_call *call = j->call[side];
	u32 i, peer = peer_name(j, side);

	if (j->sip->status / 100 != 2)
		return;
	call->secs = IMSIP_EXPIRES_MAX + IMSIP_ENDING_SECS;
	for (i = 0; i < IMSIP_LISTENS; i++)
		if (call->listen[i].inside_port && call->listen[i].peer == peer)
			confirm(j, side, call->listen + i);
}

/* --- Contacts of calls ------------------------------------------------------ */

/*
 * Of a registration, or another call, or before; but what is there for others lets
 * nobody else in.
 */
static u16 contact_port(struct imsip_job *j, u8 side,
			const struct imsip_listen *l, bool reserved)
{
	const struct addr *peer = &imsip_env(j, !side)->self->inside;
	u16 port = told_port(j, side, peer, l->inside_port, l->proto);

	/* What cannot be rewritten leads nobody to a new port. */
	if (!port && (j->t->may_edit ||
		      !self_is_natted(imsip_env(j, side)->self)))
		port = open_listen(j, side, l, reserved, IMSIP_LISTEN_SECS);
	return port ? port : known_port(j, side, l->inside_port, l->proto);
}

void imsip_contacts(struct imsip_job *j, u8 side)
{
	struct imsip_call *call = j->call[side];
	const struct sip *sip = j->sip;
	u32 i;

	if (!call || (sip->method != SIP_INVITE && sip->method != SIP_UPDATE) ||
	    sip->status >= 300)
		return;
	for (i = 0; i < sip->contacts; i++) {
		struct imsip_listen l = { .asked = 0 };

		if (!listens(j, side, &sip->contact[i].uri, &l) || l.own)
			continue;
		l.outside_port = contact_port(j, side, &l, !call->answered);
		if (l.outside_port && keep_listen(call, &l))
			map_port(j, l.inside_port, l.outside_port);
	}
}

void imsip_contacts_activate(struct imsip_job *j, u8 side)
{
	const struct env *env = imsip_env(j, side);
	struct imsip_call *call = j->call[side];
	u32 i, peer = peer_name(j, side);

	/* Others have not answered yet. */
	for (i = 0; i < IMSIP_LISTENS; i++)
		if (call->listen[i].inside_port && call->listen[i].peer == peer)
			env->ops->activate(env->ctx,
					   imsip_listen_cookie(call->listen + i));
}
