/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which hosts have endpoints open, and how many: what limits count, without a walk
 * over all that a host has.
 */
#ifndef _NFIM_OFFER_HOSTS_H
#define _NFIM_OFFER_HOSTS_H

#include <linux/netfilter.h>

#include "net.h"
#include "proto/offer.h"

struct nfim_offer;

/**
 * struct nfim_offer_host - one host
 * @node: in offer_host
 * @offers: its endpoints
 * @refs: those, and those that are on their way here
 * @all: how many they are
 * @same: how many of each application, without what belongs to another one
 * @full_until: jiffies until when nothing of it needs to be found dead
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 * @zone: conntrack zone id
 * @addr: its address
 *
 * Protected by offer_lock.
 */
struct nfim_offer_host {
	struct hlist_node node;
	struct hlist_head offers;
	unsigned int refs;
	unsigned int all;
	unsigned int same[NFIM_APP_MAX];
	unsigned long full_until;
	u8 l3num;
	u16 zone;
	union nf_inet_addr addr;
};

/**
 * nfim_offer_host_find() - find the host of an endpoint
 * @nn: namespace, with offer_lock
 * @o: the endpoint
 *
 * Return: NULL when it has none open.
 */
struct nfim_offer_host *nfim_offer_host_find(const struct nfim_net *nn,
					     const struct nfim_offer *o);

/**
 * nfim_offer_host_get() - find it for an endpoint that is to be opened
 * @nn: namespace, with offer_lock
 * @o: the endpoint
 *
 * Return: to be given back by nfim_offer_host_put(); NULL when out of memory.
 */
struct nfim_offer_host *nfim_offer_host_get(struct nfim_net *nn,
					    const struct nfim_offer *o);

/**
 * nfim_offer_host_put() - one endpoint less
 * @nn: namespace
 * @host: from nfim_offer_host_get(); with offer_lock
 */
void nfim_offer_host_put(struct nfim_net *nn, struct nfim_offer_host *host);

/**
 * nfim_offer_host_add() - put an endpoint on its host's account
 * @o: with its host, from nfim_offer_host_get(); with offer_lock
 */
void nfim_offer_host_add(struct nfim_offer *o);

/**
 * nfim_offer_host_del() - take it off
 * @nn: namespace
 * @o: on its host's account; with offer_lock
 */
void nfim_offer_host_del(struct nfim_net *nn, struct nfim_offer *o);

int nfim_offer_hosts_init(void);
void nfim_offer_hosts_exit(void);

#endif /* _NFIM_OFFER_HOSTS_H */
