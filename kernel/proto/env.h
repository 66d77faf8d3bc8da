/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What protocol logic asks of whoever runs it: the module, or nfim explain.
 * So what a message means is decided once, in pure code, and both do the same.
 */
#ifndef _NFIM_ENV_H
#define _NFIM_ENV_H

#include "edit.h"
#include "mem.h"
#include "offer.h"
#include "policy.h"

/**
 * enum env_rewrite - what it takes that an announcement says a port
 * @ENV_REWRITE_NONE: it says so already
 * @ENV_REWRITE_DONE: edits, which have been planned
 * @ENV_REWRITE_IMPOSSIBLE: it cannot be edited to say so
 */
enum env_rewrite {
	ENV_REWRITE_NONE,
	ENV_REWRITE_DONE,
	ENV_REWRITE_IMPOSSIBLE,
};

/**
 * struct opening - an endpoint about to be opened
 * @offer: what was announced
 * @self: the announcer's addresses; @self.inside is where it listens
 * @plan: asks what it takes that the announcement says @port; the first one
 *	of several where @offer.ports is more than one
 * @unplan: takes back what @plan planned
 * @arg: for both
 * @announced: the address that peers are told, for reports; @announced.len 0 if
 *	it cannot be read
 * @via: in what it was announced, for reports
 * @outside_port: set to the port at the outside address; 0 when not opened
 * @edit: name of the kind of edit, for reports: "none", "same-length",
 *	"resize" or "skipped"; may be set by @plan's owner
 */
struct opening {
	const struct offer *offer;
	const struct self *self;
	enum env_rewrite (*plan)(void *arg, u16 port);
	void (*unplan)(void *arg);
	void *arg;
	struct addr announced;
	enum nfim_via via;
	u16 outside_port;
	const char *edit;
};

/**
 * struct env_ops - the surroundings of one message
 * @policy: the policy of the client at hand; NULL when none speaks for it.
 *	Valid until the message is done
 * @learn: change what is known of the client at hand; @fn returns whether it
 *	changed anything
 * @open: reserve or open an endpoint that policy allows: choose the outside
 *	port, make the expectation, have the announcement planned. Return:
 *	%NFIM_EXPECTED, %NFIM_EXPECTED_EDITED, %NFIM_EXPECTED_UNEDITED or the
 *	reason for a refusal
 * @close: withdraw what waits for a peer and has this cookie; return how many
 * @end: the same, and connections that came of it are forgotten as well
 * @activate: what was only reserved (offer.reserved) with this cookie is open
 *	from now on, and what is open waits from now on; return how many
 * @follow: the client goes to its next server (design D10). Return:
 *	%NFIM_FOLLOWED or the reason for a refusal
 * @report: an announcement was judged: events and tracepoints. @offer is NULL
 *	when it could not be read; @o when it was SIP's and not worth trying
 * @note: something else worth an event: "cancelled", "opaque" ...
 * @count: count one event
 * @state: memory of this connection, zeroed at first, of @size bytes, always
 *	the same size; NULL when there is none and @make is false, or no room.
 *	Its owner's own memory hangs on it, from @mem
 */
struct env_ops {
	const struct policy *(*policy)(void *ctx);
	void (*learn)(void *ctx, bool (*fn)(struct client *c, void *arg),
		      void *arg);
	enum nfim_counter (*open)(void *ctx, struct opening *o);
	unsigned int (*close)(void *ctx, u32 cookie);
	unsigned int (*end)(void *ctx, u32 cookie);
	unsigned int (*activate)(void *ctx, u32 cookie);
	enum nfim_counter (*follow)(void *ctx, const struct addr *addr,
				    u16 port);
	void (*report)(void *ctx, const struct opening *o,
		       const struct offer *offer, enum nfim_counter how);
	void (*note)(void *ctx, const char *what, enum nfim_counter why);
	void (*count)(void *ctx, enum nfim_counter c);
	void *(*state)(void *ctx, size_t size, bool make);
};

/**
 * struct env - the surroundings of one message
 * @ops: what can be asked
 * @ctx: handed to @ops
 * @self: addresses of the host that opened the connection
 * @mem: memory that hangs on env_ops.state(), bounded by its owner
 * @now: ms
 */
struct env {
	const struct env_ops *ops;
	void *ctx;
	const struct self *self;
	const struct stream_mem *mem;
	u32 now;
};

#endif /* _NFIM_ENV_H */
