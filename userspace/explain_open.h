/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Opening an endpoint, as kernel/expect.c and kernel/offers.c do it, with the
 * capture's clock and without a kernel that could say no.
 */
#ifndef _NFIM_EXPLAIN_OPEN_H
#define _NFIM_EXPLAIN_OPEN_H

#include "../kernel/proto/env.h"
#include "explain_state.h"

/**
 * open_media() - open what a client announced
 * @x: everything
 * @c: the connection on which it was announced
 * @policy: the policy of the host, which allows it
 * @o: what to open; @o->outside_port is set
 *
 * Return: what came of it, or why nothing did.
 */
enum nfim_counter open_media(struct explain *x, const struct conn *c,
			     const struct policy *policy, struct opening *o);

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
 * open_close() - close what waits for a peer
 * @x: everything
 * @c: the connection on which it was taken back
 * @cookie: names it
 *
 * Return: how many endpoints were closed.
 */
u32 open_close(struct explain *x, const struct conn *c, u32 cookie);

/**
 * open_activate() - what was reserved is open, what is open waits from now on
 * @x: everything
 * @c: the connection on which it was confirmed
 * @cookie: names it
 *
 * Return: how many endpoints that concerns.
 */
u32 open_activate(struct explain *x, const struct conn *c, u32 cookie);

/**
 * open_connect() - a connection begins: does it use something open?
 * @x: everything
 * @p: its first packet
 *
 * Return: what it uses, or NULL.
 */
const struct opened *open_connect(struct explain *x, const struct packet *p);

/**
 * open_disconnect() - a connection ends: did it use something open?
 * @x: everything
 * @p: the segment that ends it
 */
void open_disconnect(struct explain *x, const struct packet *p);

#endif /* _NFIM_EXPLAIN_OPEN_H */
