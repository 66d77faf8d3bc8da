/* SPDX-License-Identifier: GPL-2.0 */
/* Between expect.c and expect_holes.c: an endpoint while it is being opened. */
#ifndef _NFIM_EXPECT_JOB_H
#define _NFIM_EXPECT_JOB_H

#include <net/l3mdev.h>

#include <nfim/limits.h>

#include "expect.h"
#include "nat.h"
#include "offers.h"

/**
 * struct nfim_hole - one of the expectations that an endpoint needs
 * @entry: for the table of offers
 * @exp: in place
 */
struct nfim_hole {
	struct nfim_offer *entry;
	struct nf_conntrack_expect *exp;
};

/* Ports of both protocols, and as many for the way out. */
#define NFIM_HOLES	(2 * 2 * NFIM_OFFER_PORTS)

/**
 * struct nfim_job - an endpoint on its way to its expectations
 * @o: what is wanted
 * @like: what all expectations have in common
 * @share: outside ports that lead to somebody else will do
 * @shared: some were passed by
 * @hole: those that are in place
 * @n: how many
 * @outward: how many of them lead out
 */
struct nfim_job {
	const struct nfim_opening *o;
	struct nfim_offer *like;
	bool share;
	bool shared;
	struct nfim_hole hole[NFIM_HOLES];
	unsigned int n;
	unsigned int outward;
};

/**
 * nfim_nth_app() - the app of a port of an offer: every second one is for RTCP
 * @offer: the offer
 * @nth: which port, from 0
 *
 * Return: the application.
 */
static inline enum nfim_app nfim_nth_app(const struct offer *offer,
					 unsigned int nth)
{
	return nth % 2 ? NFIM_APP_RTCP : offer->app;
}

/**
 * nfim_n_ports() - how many consecutive ports an offer has
 * @offer: the offer
 *
 * Return: 1 at least.
 */
static inline unsigned int nfim_n_ports(const struct offer *offer)
{
	return clamp_t(unsigned int, offer->ports, 1, NFIM_OFFER_PORTS);
}

/**
 * nfim_n_holes() - how many ways in an offer takes, for all ports and protocols
 * @offer: the offer
 *
 * Return: 1 at least.
 */
static inline unsigned int nfim_n_holes(const struct offer *offer)
{
	return nfim_n_ports(offer) * (offer->also ? 2 : 1);
}

/**
 * nfim_same_way() - whether an address lies where another one does
 * @pkt: the packet that names it, whose VRF counts
 * @addr: the address
 * @as: the other one
 *
 * Return: as nfim_nat_same_way().
 */
static inline bool nfim_same_way(const struct nfim_pkt *pkt,
				 const union nf_inet_addr *addr,
				 const union nf_inet_addr *as)
{
	const struct net_device *dev = pkt->skb->dev;

	return nfim_nat_same_way(pkt->ct, addr, as,
				 dev ? l3mdev_master_ifindex_rcu(dev) : 0);
}

/**
 * nfim_holes_make() - all the expectations of an endpoint, or none
 * @j: the endpoint
 * @first: its first port outside
 *
 * Return: 0 or a negative error; -EBUSY when a port is taken.
 */
int nfim_holes_make(struct nfim_job *j, u16 first);

/**
 * nfim_holes_keep() - they are to stay
 * @j: the endpoint
 */
void nfim_holes_keep(struct nfim_job *j);

#endif /* _NFIM_EXPECT_JOB_H */
