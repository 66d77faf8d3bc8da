/* SPDX-License-Identifier: GPL-2.0 */
/* Opening an endpoint: from an offer that policy allows to an expectation. */
#ifndef _NFIM_EXPECT_H
#define _NFIM_EXPECT_H

#include "mangle.h"
#include "proto/env.h"

struct nfim_offer;

#define nfim_rewrite		env_rewrite
#define NFIM_REWRITE_NONE	ENV_REWRITE_NONE
#define NFIM_REWRITE_DONE	ENV_REWRITE_DONE
#define NFIM_REWRITE_IMPOSSIBLE	ENV_REWRITE_IMPOSSIBLE

/**
 * struct nfim_opening - an endpoint about to be opened
 * @pkt: the packet that announced it; its namespace and connection are used
 * @helper: which helper opens it
 * @dir: direction of the announcer's packets on that connection
 * @policy: what may be opened
 * @offer: what was announced
 * @via: in what
 * @self: the announcer's addresses
 * @plan: asks what it takes that the announcement says @port
 * @unplan: takes back what @plan planned
 * @arg: for both
 */
struct nfim_opening {
	const struct nfim_pkt *pkt;
	enum policy_helper helper;
	enum ip_conntrack_dir dir;
	const struct policy *policy;
	const struct offer *offer;
	enum nfim_via via;
	const struct self *self;
	enum env_rewrite (*plan)(void *arg, u16 port);
	void (*unplan)(void *arg);
	void *arg;
};

/**
 * nfim_expect_media() - let a peer connect to an announced endpoint
 * @o: what to open; policy allows it
 * @opened: filled with what was opened, the first of several
 *
 * With NAT the same port is tried first, then others that policy names, each
 * with fresh expectations; a port is taken only if the announcement can be
 * made to say it. Of several ports and protocols all are opened or none.
 * Under rcu_read_lock().
 *
 * Return: %NFIM_EXPECTED, %NFIM_EXPECTED_EDITED, %NFIM_EXPECTED_UNEDITED, or
 * the reason for a refusal.
 */
enum nfim_counter nfim_expect_media(const struct nfim_opening *o,
				    struct nfim_offer *opened);

/**
 * nfim_expect_master() - follow a client to its next server (design D10)
 * @pkt: the packet in which the server names it
 * @policy: what may be opened; NULL when no policy speaks for the client
 * @addr: the next server
 * @port: its port, host byte order
 * @opened: filled with what was opened
 *
 * Return: %NFIM_FOLLOWED or the reason for a refusal.
 */
enum nfim_counter nfim_expect_master(const struct nfim_pkt *pkt,
				     const struct policy *policy,
				     const struct addr *addr, u16 port,
				     struct nfim_offer *opened);

#endif /* _NFIM_EXPECT_H */
