/* SPDX-License-Identifier: GPL-2.0 */
/* The surroundings that proto/env.h asks for, in the kernel. */
#ifndef _NFIM_ENV_KERNEL_H
#define _NFIM_ENV_KERNEL_H

#include "mangle.h"
#include "offers.h"
#include "proto/env.h"

/**
 * struct nfim_env - one host at one end of a control connection
 * @env: to hand to protocol logic; its ctx is this
 * @pkt: the packet at hand; its namespace and connection are used
 * @helper: whose it is
 * @dir: direction of the host's packets
 * @self: the host's addresses
 * @asked: @policy and @known are valid
 * @policy: the policy of the host; NULL when none speaks for it
 * @known: what is known of the host's client
 * @opened: what was opened last
 * @state: for env_ops.state(), set by whoever has such memory; may be NULL
 * @state_arg: for @state
 *
 * On the stack of one packet, used under rcu_read_lock() with BH off.
 */
struct nfim_env {
	struct env env;
	const struct nfim_pkt *pkt;
	enum policy_helper helper;
	enum ip_conntrack_dir dir;
	struct self self;
	bool asked;
	const struct policy *policy;
	struct client known;
	struct nfim_offer opened;
	void *(*state)(void *arg, size_t size, bool make);
	void *state_arg;
};

/**
 * nfim_env_init() - the surroundings of one packet
 * @e: filled
 * @pkt: the packet
 * @helper: which helper
 * @dir: direction of the packets of the host it is about
 */
void nfim_env_init(struct nfim_env *e, const struct nfim_pkt *pkt,
		   enum policy_helper helper, enum ip_conntrack_dir dir);

/**
 * nfim_env_self() - addresses of one end of a connection
 * @self: filled
 * @ct: the connection
 * @dir: direction of that end's packets
 */
void nfim_env_self(struct self *self, const struct nf_conn *ct,
		   enum ip_conntrack_dir dir);

#endif /* _NFIM_ENV_KERNEL_H */
