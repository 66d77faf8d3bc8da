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
 * struct announcer - a host on a control connection
 * @conn: the connection
 * @host: one of its ends
 * @policy: the policy of the host, or NULL
 */
struct announcer {
	const struct conn *conn;
	const struct host *host;
	const struct policy *policy;
};

/**
 * open_media() - open what a host announced
 * @x: everything
 * @by: the host, whose policy allows it
 * @o: what to open; @o->outside_port is set
 *
 * Return: what came of it, or why nothing did.
 */
enum nfim_counter open_media(struct explain *x, const struct announcer *by,
			     struct opening *o);

/**
 * open_master() - follow a client to its next server
 * @x: everything
 * @by: the client
 * @server: the server
 *
 * Return: %NFIM_FOLLOWED or why not.
 */
enum nfim_counter open_master(struct explain *x, const struct announcer *by,
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
 * @by: who took it back
 * @cookie: names it
 * @end: what peers have come to is over as well
 *
 * Return: how many waiting endpoints were closed.
 */
u32 open_close(struct explain *x, const struct announcer *by, u32 cookie,
	       bool end);

/**
 * open_activate() - what was reserved is open, what is open waits from now on
 * @x: everything
 * @by: who announced it
 * @cookie: names it
 *
 * Return: how many endpoints that concerns.
 */
u32 open_activate(struct explain *x, const struct announcer *by, u32 cookie);

/**
 * open_connect() - a connection begins: does it use something open?
 * @x: everything
 * @p: its first packet
 *
 * Return: what it uses, or NULL.
 */
const struct opened *open_connect(struct explain *x, const struct packet *p);

/**
 * open_media_packet() - a datagram that is no signalling: does it use
 *	something open?
 * @x: everything
 * @p: the datagram
 */
void open_media_packet(struct explain *x, const struct packet *p);

/**
 * open_disconnect() - a connection ends: did it use something open?
 * @x: everything
 * @p: the segment that ends it
 */
void open_disconnect(struct explain *x, const struct packet *p);

#endif /* _NFIM_EXPLAIN_OPEN_H */
