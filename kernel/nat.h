/* SPDX-License-Identifier: GPL-2.0 */
/* What happens when an expected connection arrives. */
#ifndef _NFIM_NAT_H
#define _NFIM_NAT_H

#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_expect.h>

/**
 * nfim_nat_media() - expectfn of class 0: a peer comes to an endpoint
 * @ct: its connection, unconfirmed
 * @exp: the expectation it met
 *
 * Works from saved address, saved port and direction alone, so that an
 * expectation made by conntrackd works as well (design D9). The destination
 * becomes the listener; the source is touched only when the peer is on the
 * listener's side of the gateway (ruling 5).
 */
void nfim_nat_media(struct nf_conn *ct, struct nf_conntrack_expect *exp);

/**
 * nfim_nat_master() - expectfn of class 1: a client goes to its next server
 * @ct: its connection, unconfirmed
 * @exp: the expectation it met
 *
 * Attaches the helper, which neither ctnetlink nor old kernels do (ruling 6).
 */
void nfim_nat_master(struct nf_conn *ct, struct nf_conntrack_expect *exp);

/**
 * nfim_nat_outward() - expectfn of class 0: a listener sends to its peer
 * @ct: its connection, unconfirmed
 * @exp: the expectation it met
 *
 * The packets leave from the saved address and port, which the peer was told.
 */
void nfim_nat_outward(struct nf_conn *ct, struct nf_conntrack_expect *exp);

/**
 * nfim_nat_q931() - expectfn of class 0: a NetMeeting call comes in
 * @ct: its connection, unconfirmed
 * @exp: the expectation it met
 *
 * As nfim_nat_media(); the kernel's "Q.931" is attached, if it still is there.
 */
void nfim_nat_q931(struct nf_conn *ct, struct nf_conntrack_expect *exp);

/**
 * nfim_nat_signalling() - expectfn of class 1: a server comes to a client
 * @ct: its connection, unconfirmed
 * @exp: the expectation it met
 *
 * As nfim_nat_media(); "imsip" is attached.
 */
void nfim_nat_signalling(struct nf_conn *ct, struct nf_conntrack_expect *exp);

/**
 * nfim_nat_is_ours() - whether we made an expectation
 * @exp: any expectation
 *
 * Return: true when one of the functions above is its expectfn.
 */
bool nfim_nat_is_ours(const struct nf_conntrack_expect *exp);

/**
 * nfim_nat_same_way() - whether an address lies where another one does
 * @ct: a connection of its family
 * @addr: the address
 * @as: the other one
 * @l3mdev: interface index of the VRF that packets are in, or 0
 *
 * Return: false when the gateway itself or more than one host has the address,
 * and when the way there leaves by another device than the way to the other one.
 */
bool nfim_nat_same_way(const struct nf_conn *ct,
		       const union nf_inet_addr *addr,
		       const union nf_inet_addr *as, int l3mdev);

/**
 * nfim_nat_stopping() - whether the module is being unloaded
 *
 * Return: true once nothing may be expected or attached any more.
 */
bool nfim_nat_stopping(void);

void nfim_nat_init(void);

/* Before the helpers go: from here on nothing new refers to them. */
void nfim_nat_stop(void);

/* After the helpers: nothing refers to this text any more. */
void nfim_nat_exit(void);

#endif /* _NFIM_NAT_H */
