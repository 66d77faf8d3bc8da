/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Opening an endpoint, as kernel/expect.c and kernel/offers.c do it, with the
 * capture's clock and without a kernel that could say no.
 */
#ifndef _NFIM_EXPLAIN_OPEN_H
#define _NFIM_EXPLAIN_OPEN_H

#include "explain_state.h"

/**
 * enum rewrite - whether an announcement can say a port
 * @REWRITE_NONE: it does already
 * @REWRITE_DONE: planned
 * @REWRITE_IMPOSSIBLE: not this one
 */
enum rewrite {
	REWRITE_NONE,
	REWRITE_DONE,
	REWRITE_IMPOSSIBLE,
};

/**
 * struct open_request - an offer that policy allows
 * @conn: who announced it
 * @policy: the policy of the host
 * @self: the addresses of the host
 * @offer: what was announced
 * @plan: makes the announcement say an outside port
 * @arg: for @plan
 */
struct open_request {
	const struct conn *conn;
	const struct policy *policy;
	const struct self *self;
	const struct offer *offer;
	enum rewrite (*plan)(void *arg, u16 port);
	void *arg;
};

/**
 * open_media() - open what a client announced
 * @x: everything
 * @r: the offer
 * @o: filled with what was opened, as far as it was tried
 *
 * Return: what came of it, or why nothing did.
 */
enum nfim_counter open_media(struct explain *x, const struct open_request *r,
			     struct opening *o);

/**
 * open_master() - follow a client to its next server
 * @x: everything
 * @c: the connection on which the server was named
 * @policy: the policy of the host, or NULL
 * @server: the server
 *
 * Return: %NFIM_FOLLOWED or why not.
 */
enum nfim_counter open_master(struct explain *x, const struct conn *c,
			      const struct policy *policy,
			      const struct endpoint *server);

/**
 * open_is_open() - whether an offer ended in an open endpoint
 * @how: from open_media()
 *
 * Return: true if so.
 */
bool open_is_open(enum nfim_counter how);

/**
 * open_cancel() - close what an invitation opened
 * @x: everything
 * @c: the connection on which it was taken back
 * @cookie: the invitation
 *
 * Return: how many endpoints were closed.
 */
u32 open_cancel(struct explain *x, const struct conn *c, u32 cookie);

/**
 * open_connect() - a connection begins: does it use something open?
 * @x: everything
 * @p: the SYN
 *
 * Return: what it uses, or NULL.
 */
const struct opening *open_connect(struct explain *x, const struct packet *p);

/**
 * open_disconnect() - a connection ends: did it use something open?
 * @x: everything
 * @p: the segment that ends it
 */
void open_disconnect(struct explain *x, const struct packet *p);

#endif /* _NFIM_EXPLAIN_OPEN_H */
