/* SPDX-License-Identifier: GPL-2.0 */
/* What the explanation says: one record for each thing that happens. */
#ifndef _NFIM_EXPLAIN_SAY_H
#define _NFIM_EXPLAIN_SAY_H

#include "explain_open.h"
#include "out.h"

/* Room for the text of an address with its end. */
#define SAY_ADDR	46

/**
 * struct said_offer - an offer and what came of it
 * @helper: which helper read it
 * @host: whose it is
 * @policy: the policy of the host, or NULL
 * @listener: who announced it
 * @outside: where a peer connects to; its port is 0 if nothing was opened
 * @announced: the address that peers are told; @announced.len 0 if it cannot
 *	be read
 * @parsed: @offer is valid
 * @offer: what is offered
 * @via: in what it was announced
 * @how: what came of it
 * @edit: kind of the edit
 * @data: the message
 * @plan: its edits that are to be told here, or NULL
 */
struct said_offer {
	enum policy_helper helper;
	const struct host *host;
	const struct policy *policy;
	struct addr listener;
	struct endpoint outside;
	struct addr announced;
	bool parsed;
	struct offer offer;
	enum nfim_via via;
	enum nfim_counter how;
	const char *edit;
	struct span data;
	const struct edit_plan *plan;
};

/**
 * say_offer() - tell of an offer
 * @x: everything; @x->packet is where
 * @s: the offer
 */
void say_offer(struct explain *x, const struct said_offer *s);

/**
 * say_client() - tell what was learnt of a host's client
 * @x: everything; @x->packet is where
 * @h: the host
 * @helper: which helper learnt it
 */
void say_client(struct explain *x, const struct host *h,
		enum policy_helper helper);

/**
 * say_nat() - tell which outside address a host has, if that is new
 * @x: everything; @x->packet is where
 * @h: the host
 */
void say_nat(struct explain *x, struct host *h);

/**
 * say_follow() - tell of a server that a client is sent to
 * @x: everything; @x->packet is where
 * @c: the connection on which it was named
 * @server: the server
 * @how: %NFIM_FOLLOWED, or why it is not followed
 */
void say_follow(struct explain *x, const struct conn *c,
		const struct endpoint *server, enum nfim_counter how);

/**
 * say_cancel() - tell that an invitation was taken back
 * @x: everything; @x->packet is where
 * @c: the connection
 * @cookie: the invitation
 * @n: how many endpoints were closed
 */
void say_cancel(struct explain *x, const struct conn *c, u32 cookie, u32 n);

/**
 * say_opaque() - tell that a direction is not read any more
 * @x: everything; @x->packet is where
 * @c: the connection
 * @side: who speaks
 * @why: the reason
 * @detail: what else is known, or NULL
 */
void say_opaque(struct explain *x, const struct conn *c, enum msnp_side side,
		enum nfim_counter why, const char *detail);

/**
 * say_message() - tell of a message that could not be read
 * @x: everything; @x->packet is where it ends
 * @c: the connection
 * @reason: name of the reason
 * @begin: packet in which it begins
 */
void say_message(struct explain *x, const struct conn *c, const char *reason,
		 u32 begin);

/**
 * say_summary() - tell what came of everything
 * @x: everything
 */
void say_summary(struct explain *x);

/**
 * say_addr() - text of an address
 * @buf: room for %SAY_ADDR bytes
 * @a: the address
 *
 * Return: @buf.
 */
const char *say_addr(char *buf, const struct addr *a);

/**
 * say_record() - print a record
 * @x: everything; @x->rc is set on failure
 * @row: the record; consumed; NULL means memory ran out
 * @cols: how it looks in text
 */
void say_record(struct explain *x, json_t *row, const struct out_col *cols);

#endif /* _NFIM_EXPLAIN_SAY_H */
