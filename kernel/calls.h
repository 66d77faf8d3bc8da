/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of calls: what is remembered of each, for each host that takes part
 * in it. It knows no connection, because a call may move from one to another
 * and many share one.
 */
#ifndef _NFIM_CALLS_H
#define _NFIM_CALLS_H

#include <linux/netfilter.h>

#include "net.h"
#include "proto/imsip.h"

/**
 * struct nfim_calls - the table as one packet sees it; ctx of nfim_calls_ops
 * @nn: namespace
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 * @zone: conntrack zone id
 * @speaker: the host that sent it, as it knows itself
 */
struct nfim_calls {
	struct nfim_net *nn;
	u8 l3num;
	u16 zone;
	const struct addr *speaker;
};

/* For struct imsip: BH off, under rcu_read_lock(). */
extern const struct imsip_ops nfim_calls_ops;

/**
 * nfim_calls_gc() - end calls that have been silent, and keep what others wait
 *	for
 * @nn: namespace
 * @all: everything, the namespace goes away
 *
 * Process context.
 *
 * Return: whether any is left.
 */
bool nfim_calls_gc(struct nfim_net *nn, bool all);

/**
 * nfim_calls_start() - begin with an empty table
 * @t: zero so far
 */
void nfim_calls_start(struct nfim_tables *t);

int nfim_calls_init(void);
void nfim_calls_exit(void);

#endif /* _NFIM_CALLS_H */
