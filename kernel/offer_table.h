/* SPDX-License-Identifier: GPL-2.0 */
/* How the table of endpoints is searched: for the files that are the table alone. */
#ifndef _NFIM_OFFER_TABLE_H
#define _NFIM_OFFER_TABLE_H

#include <linux/jhash.h>
#include <linux/netfilter.h>

#include "offers.h"
#include "pinhole.h"

/* No outsider can tell which endpoints share a bucket. */
extern u32 nfim_offer_seed;

/**
 * offer_hash() - the hash of an address and something else
 * @a: the address
 * @extra: anything
 *
 * Return: for hash_add() and its like.
 */
static inline u32 offer_hash(const union nf_inet_addr *a, u32 extra)
{
	/* The rest is nothing in version 4. */
	if (!(a->all[1] | a->all[2] | a->all[3]))
		return jhash_2words((__force u32)a->ip, extra, nfim_offer_seed);
	return jhash2((const u32 *)a->all, ARRAY_SIZE(a->all),
		      nfim_offer_seed ^ extra);
}

/**
 * offer_end_hash() - the hash of one end
 * @a: its address
 * @port: its port
 * @zone: conntrack zone id
 *
 * Return: as offer_hash().
 */
static inline u32 offer_end_hash(const union nf_inet_addr *a, __be16 port,
				 u16 zone)
{
	return offer_hash(a, (__force u16)port | (u32)zone << 16);
}

/**
 * offer_listener_hash() - the hash of where an endpoint listens, for offer_end
 * @o: the endpoint
 *
 * Return: as offer_hash().
 */
static inline u32 offer_listener_hash(const struct nfim_offer *o)
{
	return offer_end_hash(&o->listener, o->inside_port, o->zone);
}

/**
 * offer_outside_hash() - the hash of where peers come to, for offer_out
 * @o: the endpoint
 *
 * Return: as offer_hash().
 */
static inline u32 offer_outside_hash(const struct nfim_offer *o)
{
	return offer_end_hash(&o->outside, o->outside_port, o->zone);
}

/**
 * offer_same_host() - whether two endpoints are one host's
 * @a: one
 * @b: the other
 *
 * Return: true if so.
 */
static inline bool offer_same_host(const struct nfim_offer *a,
				   const struct nfim_offer *b)
{
	return a->zone == b->zone && a->l3num == b->l3num &&
	       nf_inet_addr_cmp(&a->host, &b->host);
}

/**
 * offer_same_outside() - whether peers come to the same address and port
 * @a: one
 * @b: the other
 *
 * Return: true if so.
 */
static inline bool offer_same_outside(const struct nfim_offer *a,
				      const struct nfim_offer *b)
{
	return a->zone == b->zone && a->l3num == b->l3num &&
	       a->proto == b->proto && a->outside_port == b->outside_port &&
	       nf_inet_addr_cmp(&a->outside, &b->outside);
}

/**
 * offer_same_peer() - whether the same may come to two endpoints
 * @a: one
 * @b: the other
 *
 * Return: true if so; of two ways out, if they lead from the same port to the same
 * place.
 */
static inline bool offer_same_peer(const struct nfim_offer *a,
				   const struct nfim_offer *b)
{
	if (a->kind == NFIM_KIND_OUTWARD && b->kind == a->kind &&
	    (a->peer_port != b->peer_port || !offer_same_outside(a, b)))
		return false;
	return a->has_peer == b->has_peer && a->peer_bits == b->peer_bits &&
	       (!a->has_peer || nf_inet_addr_cmp(&a->peer, &b->peer));
}

/**
 * offer_may_come() - whether a peer may come to an endpoint
 * @o: the endpoint
 * @addr: the peer
 *
 * Return: true if so, or if it may once the endpoint is open.
 */
static inline bool offer_may_come(const struct nfim_offer *o,
				  const union nf_inet_addr *addr)
{
	union nf_inet_addr mask, net;

	if (!o->has_peer)
		return true;
	nfim_pinhole_mask(o, &mask);
	nf_inet_addr_mask(addr, &net, &mask);
	return nf_inet_addr_cmp(&o->peer, &net);
}

/**
 * nfim_offer_repeats() - whether an endpoint says the same once more
 * @o: the endpoint
 * @old: another one, in the table
 *
 * The client retried, or sent it by two ways.
 *
 * Return: false also when the peer of the old one has come.
 */
bool nfim_offer_repeats(const struct nfim_offer *o,
			const struct nfim_offer *old);

/**
 * nfim_offer_free() - forget an endpoint
 * @nn: namespace, with offer_lock
 * @o: in the table
 */
void nfim_offer_free(struct nfim_net *nn, struct nfim_offer *o);

#endif /* _NFIM_OFFER_TABLE_H */
