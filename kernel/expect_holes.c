// SPDX-License-Identifier: GPL-2.0
/* The expectations that an endpoint needs, for all of its ports at once. */

#include "compat/expect.h"
#include "expect_job.h"
#include "pinhole.h"

static u16 nth_peer_port(const struct offer *offer, unsigned int nth)
{
	if (nth % 2 && offer->peer_rtcp)
		return offer->peer_rtcp + nth - 1;
	return offer->peer_port ? offer->peer_port + nth : 0;
}

static int make_hole(struct nfim_job *j, const struct nfim_offer *e)
{
	struct nfim_hole *h = j->hole + j->n;
	int err;

	h->entry = nfim_offers_new(j->o->pkt->nn, e);
	if (!h->entry)
		return -ENOMEM;
	nfim_offers_make_room(j->o->pkt->nn, e);
	err = nfim_pinhole_make(j->o->pkt->ct, e, e->lifetime, &h->exp);
	if (err)
		nfim_offers_drop(j->o->pkt->nn, h->entry);
	else
		j->n++;
	return err;
}

/*
 * What goes out there is related as well, so the other party's word alone must not
 * lead to a service, to the gateway or to another network behind it. One behind
 * this gateway is sent to by its outside address, which needs no way out.
 */
static bool may_be_peer(const struct nfim_job *j, const struct nfim_offer *in)
{
	const struct nfim_opening *o = j->o;
	const struct nf_conntrack_tuple *from_other =
		&o->pkt->ct->tuplehash[!o->dir].tuple;

	return ntohs(in->peer_port) >= 1024 &&
	       addr_is_unicast(&o->offer->from) &&
	       nfim_same_way(o->pkt, &in->from, &from_other->src.u3);
}

/*
 * Beside all the ways in, which were admitted. Without a way out media may still
 * pass, so it is nothing to refuse an offer for.
 */
static bool may_be_more(const struct nfim_job *j, const struct nfim_offer *out)
{
	const struct nfim_opening *o = j->o;
	unsigned int all = nfim_n_holes(o->offer) + j->outward + 1;
	const struct nfim_demand d = {
		.ports = 1,
		.holes = all,
		.host_limit = o->policy->host_limit,
	};
	struct nfim_offer unused;

	return nfim_pinhole_room(o->pkt->ct, out, all - j->n) &&
	       nfim_offers_admit(o->pkt->nn, out, &d, &unused) == NFIM_OK;
}

/* What the listener sends to its peer is to come from the announced port. */
static int make_outward(struct nfim_job *j, const struct nfim_offer *in)
{
	struct nfim_offer out;
	int err;

	if (!in->translate || !in->peer_port || in->kind != NFIM_KIND_MEDIA ||
	    in->inside_port == in->outside_port || !may_be_peer(j, in))
		return 0;
	out = *in;
	out.kind = NFIM_KIND_OUTWARD;
	out.extra = true;
	out.listener = in->outside;
	out.inside_port = in->outside_port;
	out.outside = in->from;
	out.outside_port = in->peer_port;
	out.has_peer = true;
	out.peer = in->listener;
	out.peer_bits = 0;
	out.from = in->listener;
	out.peer_port = in->inside_port;
	if (!may_be_more(j, &out))
		return 0;
	err = make_hole(j, &out);
	j->outward += !err;
	/* Somebody else's way to that peer: media may still pass. */
	return err == -EBUSY || err == -EALREADY ? 0 : err;
}

static int make_nth(struct nfim_job *j, unsigned int nth, u16 first, u8 proto)
{
	const struct offer *offer = j->o->offer;
	struct nfim_offer e = *j->like;
	int err;

	e.app = nfim_nth_app(offer, nth);
	e.proto = proto;
	e.extra = proto != offer->proto || nth > 1;
	e.inside_port = htons(offer->inside_port + nth);
	e.outside_port = htons(first + nth);
	if (offer->from.len == j->o->self->inside.len)
		e.peer_port = htons(nth_peer_port(offer, nth));
	/* Some send as soon as they know where to, before they answer. */
	if (e.peer_port && nfim_offers_awaited(j->o->pkt->nn, &e, true))
		return 0;
	err = make_hole(j, &e);
	return err ? err : make_outward(j, &e);
}

static void undo_holes(struct nfim_job *j)
{
	while (j->n--) {
		nfim_unexpect(j->hole[j->n].exp);
		nf_ct_expect_put(j->hole[j->n].exp);
		nfim_offers_drop(j->o->pkt->nn, j->hole[j->n].entry);
	}
}

void nfim_holes_keep(struct nfim_job *j)
{
	struct nfim_net *nn = j->o->pkt->nn;
	unsigned int i;

	for (i = 0; i < j->n; i++) {
		if (!j->hole[i].entry->reserved)
			nfim_pinhole_clear_way(nn->net, j->hole[i].entry);
		nfim_offers_add(nn, j->hole[i].entry);
		nf_ct_expect_put(j->hole[i].exp);
	}
}

int nfim_holes_make(struct nfim_job *j, u16 first)
{
	const struct offer *offer = j->o->offer;
	unsigned int i;
	int err = 0;

	j->n = 0;
	j->outward = 0;
	for (i = 0; i < nfim_n_ports(offer) && !err; i++) {
		err = make_nth(j, i, first, offer->proto);
		if (!err && offer->also)
			err = make_nth(j, i, first, offer->also);
	}
	if (err)
		undo_holes(j);
	return err;
}
