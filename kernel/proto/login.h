/* SPDX-License-Identifier: GPL-2.0 */
/* What a login tells of a client: dialect, name and version (msnp.md 1.4). */
#ifndef _NFIM_LOGIN_H
#define _NFIM_LOGIN_H

#include "edit.h"
#include "policy.h"

/**
 * login_cvr() - read the client's name and version
 * @line: a whole line from a client: "CVR t locale os version arch client
 *	version ...", or CVQ of the oldest clients
 * @c: @name, @text and @version are set, the rest is left alone
 *
 * Return: false for any other line.
 */
bool __must_check login_cvr(struct span line, struct client *c);

/**
 * login_dialect() - read the dialect that the server chose
 * @line: a whole line from a server: "VER t MSNPn ..."
 * @c: @dialect is set, the rest is left alone
 *
 * Return: false for any other line and when there is no dialect in it.
 */
bool __must_check login_dialect(struct span line, struct client *c);

/**
 * struct profile_place - a profile message and who it is about (msnp.md 1.7)
 * @data: payload of the packet
 * @line: its MSG line without the line's end; inside @data
 * @payload: its payload; inside @data
 * @self: addresses of the client
 * @inside_port: source port of the client's connection, host byte order
 * @outside_port: the same behind NAT
 * @resize: whether the packet's length may change
 */
struct profile_place {
	struct span data;
	struct span line;
	struct span payload;
	const struct self *self;
	u16 inside_port;
	u16 outside_port;
	bool resize;
};

/**
 * login_profile_plan() - make a profile tell the client its own address
 * @w: the message
 * @plan: replacements are added here; unchanged on failure
 *
 * ClientIP is rewritten where it is the outside address, and ClientPort, which
 * is written with its bytes swapped, where it is the outside port. The client
 * then believes that nothing is between it and the server.
 *
 * Return: false when there is nothing to rewrite or it cannot be.
 */
bool __must_check login_profile_plan(const struct profile_place *w,
				     struct edit_plan *plan);

#endif /* _NFIM_LOGIN_H */
