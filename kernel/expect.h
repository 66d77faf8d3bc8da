/* SPDX-License-Identifier: GPL-2.0 */
/* Opening an endpoint: from an offer that policy allows to an expectation. */
#ifndef _NFIM_EXPECT_H
#define _NFIM_EXPECT_H

#include "mangle.h"
#include "proto/offer.h"
#include "proto/policy.h"

/* Expectation classes (design D9). */
#define NFIM_CLASS_MEDIA	0
#define NFIM_CLASS_MASTER	1

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
 * @app: what policy allows
 * @offer: what was announced
 * @self: the announcer's addresses
 * @plan: asks what it takes that the announcement says @port
 * @arg: for @plan
 */
struct nfim_opening {
	const struct nfim_pkt *pkt;
	const struct policy_app *app;
	const struct offer *offer;
	const struct self *self;
	enum nfim_rewrite (*plan)(void *arg, u16 port);
	void *arg;
};

/**
 * nfim_expect_media() - let one peer connect to an announced endpoint
 * @o: what to open
 *
 * With NAT the same port is tried first, then others that policy names, each
 * with a fresh expectation; a port is taken only if the announcement can be
 * made to say it.
 *
 * Return: %NFIM_EXPECTED, %NFIM_EXPECTED_EDITED, %NFIM_EXPECTED_UNEDITED, or
 * the reason for a refusal.
 */
enum nfim_counter nfim_expect_media(const struct nfim_opening *o);

/**
 * nfim_expect_master() - follow a client to its next server (design D10)
 * @pkt: the packet in which the server names it
 * @app: what policy allows
 * @addr: the next server
 * @port: its port, host byte order
 *
 * Return: %NFIM_FOLLOWED or the reason for a refusal.
 */
enum nfim_counter nfim_expect_master(const struct nfim_pkt *pkt,
				     const struct policy_app *app,
				     const struct addr *addr, u16 port);

#endif /* _NFIM_EXPECT_H */
