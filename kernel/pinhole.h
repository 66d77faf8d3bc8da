/* SPDX-License-Identifier: GPL-2.0 */
/* One expectation: made, found, opened, withdrawn. */
#ifndef _NFIM_PINHOLE_H
#define _NFIM_PINHOLE_H

#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_expect.h>

#include "offers.h"

/*
 * Expectation classes (design D9), and the seconds that they say. Policy says
 * otherwise for what is made here; they hold for what conntrackd restores.
 */
#define NFIM_CLASS_MEDIA	0
#define NFIM_CLASS_MASTER	1
#define NFIM_MEDIA_SECS		300
#define NFIM_MASTER_SECS	120
#define NFIM_SIGNALLING_SECS	3600

/**
 * nfim_pinhole_room() - whether a connection may have more expectations
 * @ct: control connection
 * @o: one endpoint; its helper and kind count
 * @n: how many more
 *
 * The kernel would silently evict the oldest one instead (ruling 3).
 *
 * Return: false when it may not.
 */
bool nfim_pinhole_room(const struct nf_conn *ct, const struct nfim_offer *o,
		       unsigned int n);

/**
 * nfim_pinhole_make() - one attempt at one endpoint
 * @ct: control connection
 * @o: the endpoint
 * @secs: until it closes
 * @made: set to the expectation; the caller puts it
 *
 * With one object: an expectation that was refused or withdrawn is never used
 * again (kernel.md 5).
 *
 * Return: 0 or a negative error; -EBUSY when the outside port is taken.
 */
int nfim_pinhole_make(struct nf_conn *ct, const struct nfim_offer *o,
		      unsigned int secs, struct nf_conntrack_expect **made);

/**
 * nfim_pinhole_find() - the expectation of an endpoint
 * @net: namespace
 * @o: the endpoint
 *
 * Under rcu_read_lock(). The caller puts it.
 *
 * Return: NULL when there is none any more.
 */
struct nf_conntrack_expect *nfim_pinhole_find(struct net *net,
					      const struct nfim_offer *o);

/**
 * nfim_pinhole_close() - withdraw the expectation of an endpoint
 * @net: namespace
 * @o: the endpoint
 *
 * Under rcu_read_lock().
 */
void nfim_pinhole_close(struct net *net, const struct nfim_offer *o);

/**
 * nfim_pinhole_clear_way() - let the next packet of a peer meet an endpoint
 * @net: namespace
 * @o: the endpoint; not reserved
 *
 * A packet that came before its time made a connection to the gateway itself,
 * which expectations do not touch. If nobody answered it, it goes.
 */
void nfim_pinhole_clear_way(struct net *net, const struct nfim_offer *o);

/**
 * nfim_pinhole_end() - forget the connection that came of an endpoint
 * @net: namespace
 * @o: the endpoint, connected or not
 *
 * Where the listener was first, the peer's packets are answers to its own
 * connection, and the expectation waits in vain; that one goes as well.
 *
 * Return: whether there was one.
 */
bool nfim_pinhole_end(struct net *net, const struct nfim_offer *o);

/**
 * nfim_pinhole_alive() - whether an endpoint is still there for its peer
 * @net: namespace
 * @o: the endpoint; connected from now on, and without an expectation, if what its
 *	peer sends is an answer to the listener's own connection already
 *
 * Under rcu_read_lock().
 *
 * Return: whether its expectation waits or its connection lasts.
 */
bool nfim_pinhole_alive(struct net *net, struct nfim_offer *o);

/**
 * nfim_pinhole_mask() - which bits of a peer's address count
 * @o: the endpoint
 * @mask: set to them
 */
void nfim_pinhole_mask(const struct nfim_offer *o, union nf_inet_addr *mask);

/**
 * nfim_pinhole_zone() - the zone that an endpoint is in
 * @o: the endpoint
 *
 * Return: for conntrack's functions.
 */
struct nf_conntrack_zone nfim_pinhole_zone(const struct nfim_offer *o);

#endif /* _NFIM_PINHOLE_H */
