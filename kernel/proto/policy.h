/* SPDX-License-Identifier: GPL-2.0 */
/* What may be opened: the judgement on an offer, and the built-in policy. */
#ifndef _NFIM_PROTO_POLICY_H
#define _NFIM_PROTO_POLICY_H

#include <nfim/counters.h>

#include "offer.h"

#define POLICY_RANGES	4

/**
 * struct port_range - ports from @lo to @hi, both included
 * @lo: first port, host byte order; 0 marks an unused entry
 * @hi: last port
 */
struct port_range {
	u16 lo;
	u16 hi;
};

/**
 * struct policy_app - what one application may do
 * @allow: whether anything is opened for it
 * @per_host: endpoints open or in use at once for one host
 * @lifetime: seconds until an unused expectation closes
 * @inside: ports a client may listen on
 * @outside: ports to choose from at the outside address; the announced port
 *	is taken first if it is among them
 */
struct policy_app {
	bool allow;
	u16 per_host;
	u16 lifetime;
	struct port_range inside[POLICY_RANGES];
	struct port_range outside[POLICY_RANGES];
};

/**
 * struct policy - one set of rules
 * @app: by enum nfim_app
 */
struct policy {
	struct policy_app app[NFIM_APP_MAX];
};

/**
 * policy_builtin - what holds when the administrator loaded nothing (D12)
 */
extern const struct policy policy_builtin;

/**
 * policy_port() - judge a port against a list
 * @ranges: %POLICY_RANGES entries
 * @port: the port, host byte order
 *
 * Ports of the system and of common servers are refused inside a range too,
 * unless a range names just that port (security.md 6).
 *
 * Return: %NFIM_OK or why not.
 */
enum nfim_counter policy_port(const struct port_range *ranges, u16 port);

/**
 * policy_judge() - judge an offer
 * @p: the policy
 * @offer: what was announced
 *
 * Return: %NFIM_OK or why not.
 */
enum nfim_counter policy_judge(const struct policy *p,
			       const struct offer *offer);

/**
 * struct port_choice - walks the outside ports worth trying
 * @first: port to try first
 * @seed: any number; spreads the rest
 * @i: how many were given out
 */
struct port_choice {
	u16 first;
	u32 seed;
	u32 i;
};

/**
 * policy_next_port() - the next outside port to try
 * @app: what the application may do
 * @c: where we are; set @first and @seed, leave @i zero at first
 *
 * First @c->first if it is allowed, then the ranges in their order, each from
 * a place that @c->seed decides, at most %NFIM_PORT_TRIES in all.
 *
 * Return: a port, or 0 when there is nothing left to try.
 */
u16 policy_next_port(const struct policy_app *app, struct port_choice *c);

#endif /* _NFIM_PROTO_POLICY_H */
