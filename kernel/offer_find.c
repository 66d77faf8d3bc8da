// SPDX-License-Identifier: GPL-2.0
/* Who is behind which port, as far as the table of endpoints knows. */

#include "offer_table.h"
#include "offers.h"
#include "pinhole.h"

bool nfim_offers_listener(struct nfim_net *nn, struct nfim_offer *like)
{
	struct nfim_offer *o;
	bool found = false;

	spin_lock_bh(&nn->offer_lock);
	hash_for_each_possible(nn->t->offer_out, o, by_out,
			       offer_outside_hash(like))
		if (o->kind == like->kind && offer_same_outside(o, like)) {
			like->listener = o->listener;
			like->inside_port = o->inside_port;
			found = true;
		}
	spin_unlock_bh(&nn->offer_lock);
	return found;
}

__be16 nfim_offers_listening(struct nfim_net *nn,
			     const struct nfim_offer *like)
{
	struct nfim_offer *o;
	__be16 port = 0;

	spin_lock_bh(&nn->offer_lock);
	hash_for_each_possible(nn->t->offer_end, o, by_end,
			       offer_end_hash(&like->host, like->inside_port,
					      like->zone))
		if (o->kind == NFIM_KIND_SIGNALLING &&
		    offer_same_host(like, o) && o->proto == like->proto &&
		    o->inside_port == like->inside_port &&
		    nf_inet_addr_cmp(&o->listener, &like->host) &&
		    (!like->has_peer || offer_may_come(o, &like->peer)) &&
		    nfim_pinhole_alive(nn->net, o))
			port = o->outside_port;
	spin_unlock_bh(&nn->offer_lock);
	return port;
}

__be16 nfim_offers_announced(struct nfim_net *nn,
			     const struct nfim_offer *like)
{
	struct nfim_offer *o;
	__be16 port = 0;

	if (!nfim_has_tables(nn))
		return 0;
	spin_lock_bh(&nn->offer_lock);
	hash_for_each_possible(nn->t->offer_end, o, by_end,
			       offer_listener_hash(like))
		if (o->kind == NFIM_KIND_MEDIA && o->l3num == like->l3num &&
		    o->zone == like->zone && o->proto == like->proto &&
		    o->inside_port == like->inside_port &&
		    o->peer_port == like->peer_port &&
		    nf_inet_addr_cmp(&o->listener, &like->listener) &&
		    nf_inet_addr_cmp(&o->from, &like->from) &&
		    nf_inet_addr_cmp(&o->outside, &like->outside))
			port = o->outside_port;
	spin_unlock_bh(&nn->offer_lock);
	return port;
}

bool nfim_offers_taken(struct nfim_net *nn, const struct nfim_offer *like,
		       bool share)
{
	struct nfim_offer *o;
	bool taken = false;

	spin_lock_bh(&nn->offer_lock);
	hash_for_each_possible(nn->t->offer_out, o, by_out,
			       offer_outside_hash(like))
		if (offer_same_outside(o, like) &&
		    o->kind != NFIM_KIND_OUTWARD &&
		    (!share || (!o->connected && offer_same_peer(o, like))) &&
		    (o->inside_port != like->inside_port ||
		     !nf_inet_addr_cmp(&o->listener, &like->listener)) &&
		    nfim_pinhole_alive(nn->net, o)) {
			taken = true;
			break;
		}
	spin_unlock_bh(&nn->offer_lock);
	return taken;
}
