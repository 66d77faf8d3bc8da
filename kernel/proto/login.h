/* SPDX-License-Identifier: GPL-2.0 */
/* What a login tells of a client: dialect, name and version (msnp.md 1.4). */
#ifndef _NFIM_LOGIN_H
#define _NFIM_LOGIN_H

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

#endif /* _NFIM_LOGIN_H */
