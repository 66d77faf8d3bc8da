/* SPDX-License-Identifier: GPL-2.0 */
/* Opening an endpoint: from an offer that policy allows to an expectation. */
#ifndef _NFIM_EXPECT_H
#define _NFIM_EXPECT_H

#include "mangle.h"
#include "proto/offer.h"
#include "proto/policy.h"

/*
 * Expectation classes (design D9), and the seconds that they say. Policy says
 * otherwise for what is made here; they hold for what conntrackd restores.
 */
#define NFIM_CLASS_MEDIA	0
#define NFIM_CLASS_MASTER	1
#define NFIM_MEDIA_SECS		300
#define NFIM_MASTER_SECS	120

struct nfim_offer;

/**
 * enum nfim_rewrite - what it takes that an announcement says a port
 * @NFIM_REWRITE_NONE: it says so already
 * @NFIM_REWRITE_DONE: edits, which have been planned
 * @NFIM_REWRITE_IMPOSSIBLE: it cannot be edited to say so
 */
enum nfim_rewrite {
	NFIM_REWRITE_NONE,
	NFIM_REWRITE_DONE,
	NFIM_REWRITE_IMPOSSIBLE,
};

/**
 * struct nfim_opening - an endpoint about to be opened
 * @pkt: the packet that announced it
 * @policy: what may be opened
 * @offer: what was announced
 * @self: the announcer's addresses
 * @plan: asks what it takes that the announcement says @port
 * @unplan: takes back what @plan planned
 * @arg: for both
 */
struct nfim_opening {
	const struct nfim_pkt *pkt;
	const struct policy *policy;
	const struct offer *offer;
	const struct self *self;
	enum nfim_rewrite (*plan)(void *arg, u16 port);
	void (*unplan)(void *arg);
	void *arg;
};

/**
 * nfim_expect_media() - let one peer connect to an announced endpoint
 * @o: what to open
 * @opened: filled with what was opened
 *
 * With NAT the same port is tried first, then others that policy names, each
 * with a fresh expectation; a port is taken only if the announcement can be
 * made to say it.
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
