// SPDX-License-Identifier: GPL-2.0
/* Who may send to the endpoints of a call: what policy and descriptions say. */

#include "imsip_job.h"

/* 10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7: of somebody's inside. */
static bool is_private(const struct addr *a)
{
	if (a->len == 16)
		return (a->b[0] & 0xfe) == 0xfc;
	return a->len == 4 &&
	       (a->b[0] == 10 || (a->b[0] == 172 && a->b[1] >> 4 == 1) ||
		(a->b[0] == 192 && a->b[1] == 168) ||
		(a->b[0] == 100 && a->b[1] >> 6 == 1));
}

static const struct addr *signalling_peer(const struct imsip_job *j, u8 side)
{
	return &imsip_env(j, !side)->self->inside;
}

/* Of an inside that is neither ours nor the one that we talk to. */
static bool is_hidden(const struct imsip_job *j, u8 side,
		      const struct imsip_peer *p, const struct addr *a)
{
	return !p->near && is_private(a) &&
	       !is_private(signalling_peer(j, side));
}

/*
 * Where the other party listens, if it is known and can be reached. A party
 * that is itself behind NAT and named its inside address comes from where its
 * signalling comes, from a port that nobody knows. One behind this gateway comes
 * from its inside address.
 */
static const struct imsip_peer *peer_of(const struct imsip_job *j, u8 side,
					u8 media)
{
	const struct imsip_peer *p;

	if (media >= IMSIP_PEERS)
		return NULL;
	p = j->call[side]->peer + media;
	return p->addr.len == signalling_peer(j, side)->len &&
	       !is_hidden(j, side, p, &p->addr) ? p : NULL;
}

/*
 * Where RTP is sent to, and RTCP beside it. That may be at an address of its own; if
 * no such one can be reached, RTCP comes from where RTP does, from any port.
 */
static void set_from(const struct imsip_job *j, u8 side,
		     const struct imsip_peer *p, struct offer *offer)
{
	bool beside = addr_equal(&p->rtcp_addr, &p->addr);

	offer->from = p->addr;
	offer->peer_port = p->port;
	offer->peer_rtcp = beside ? p->rtcp : 0;
	if (offer->app != NFIM_APP_RTCP)
		return;
	offer->peer_port = offer->peer_rtcp;
	if (beside || p->rtcp_addr.len != p->addr.len ||
	    !addr_is_unicast(&p->rtcp_addr) ||
	    is_hidden(j, side, p, &p->rtcp_addr))
		return;
	offer->from = p->rtcp_addr;
	offer->peer_port = p->rtcp;
}

/* The nth network of a host's family that may send media. */
static const struct addr_prefix *nth_net(const struct imsip_job *j, u8 side,
					 u32 nth)
{
	const struct policy *p = imsip_policy(j, side);
	u8 len = imsip_env(j, side)->self->inside.len;
	u32 i;

	for (i = 0; p && i < NFIM_POLICY_PREFIXES; i++)
		if (p->media_net[i].addr.len == len && !nth--)
			return p->media_net + i;
	return NULL;
}

bool imsip_names_nets(const struct imsip_job *j, u8 side)
{
	const struct policy *p = imsip_policy(j, side);

	return p && p->media_net[0].addr.len;
}

bool imsip_peer(const struct imsip_job *j, u8 side, struct offer *offer,
		u8 media, u32 nth)
{
	const struct imsip_peer *p = peer_of(j, side, media);
	const struct policy *policy = imsip_policy(j, side);

	offer->from = (struct addr){ 0 };
	offer->peer_port = 0;
	offer->peer_bits = 0;
	if (p)
		set_from(j, side, p, offer);
	if (imsip_names_nets(j, side)) {
		const struct addr_prefix *net = nth_net(j, side, nth);

		if (!net)
			return false;
		offer->peer = net->bits ? net->addr : (struct addr){ 0 };
		offer->peer_bits = net->bits;
		return true;
	}
	offer->peer = *signalling_peer(j, side);
	if (policy && policy->media_peers == POLICY_PEERS_ANY)
		offer->peer = (struct addr){ 0 };
	else if (p && policy && policy->media_peers == POLICY_PEERS_SDP)
		offer->peer = offer->from;
	/* It sends from there, or is not let in. */
	if (offer->peer.len && !addr_equal(&offer->peer, &offer->from)) {
		offer->from = (struct addr){ 0 };
		offer->peer_port = 0;
	}
	return !nth;
}

void imsip_set_peer(struct imsip_job *j, const struct sdp_media *m,
		    struct imsip_peer *p)
{
	struct imsip *t = j->t;

	*p = (struct imsip_peer){
		.addr = m->addr,
		.rtcp_addr = m->rtcp_addr,
		.port = m->port,
		.rtcp = m->rtcp_port,
	};
	p->near = t->ops->behind(t->ctx, &p->addr, &p->port, m->proto);
	if (p->near && p->rtcp &&
	    !t->ops->behind(t->ctx, &p->rtcp_addr, &p->rtcp, m->proto)) {
		p->rtcp_addr = p->addr;
		p->rtcp = (u16)(p->port + p->rtcp - m->port);
	}
}

bool imsip_readable(const struct imsip_job *j, u8 side)
{
	const struct sdp *sdp = &j->t->scratch->sdp;
	const struct policy *policy = imsip_policy(j, side);

	return !sdp->ice ||
	       (!sdp->more_candidates && policy && !policy->no_ice);
}
