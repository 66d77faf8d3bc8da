/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel module, as its generic netlink family presents it. */
#ifndef _NFIM_MODULE_H
#define _NFIM_MODULE_H

#include <linux/genetlink.h>
#include <linux/nfim.h>

#include "nl.h"

#define MODULE_NAME		"nf_conntrack_im"
#define MODULE_HELPERS_MAX	8
#define MODULE_HEADER		sizeof(struct genlmsghdr)

/**
 * struct module - a line to the module
 * @nl: socket
 * @family: number of the family, 0 if the module is not there
 * @group_events: number of the multicast group, 0 if the module has none
 * @group_policy: the same
 */
struct module {
	struct nl nl;
	uint16_t family;
	uint32_t group_events;
	uint32_t group_policy;
};

/**
 * struct module_info - what the module says of itself
 * @version: its version
 * @helper: names of its helpers
 * @n_helpers: how many
 * @generation: number of the policy set in force
 * @policies: how many policies are in it
 */
struct module_info {
	char version[32];
	char helper[MODULE_HELPERS_MAX][16];
	size_t n_helpers;
	uint32_t generation;
	uint32_t policies;
};

/**
 * module_open() - reach the module
 * @module: result; harmless to module_close() even if this fails
 *
 * Return: %RC_DONE; %RC_ABSENT or %RC_REFUSED after err(). A module that is
 * there but incompatible has its @family set.
 */
enum rc module_open(struct module *module);

/**
 * module_close() - end what module_open() began
 * @module: open or not
 */
void module_close(struct module *module);

/**
 * module_request() - begin a request
 * @module: open
 * @buf: memory for it, zeroed
 * @cmd: enum nfim_cmd
 * @flags: NLM_F_ACK or NLM_F_DUMP
 *
 * Return: the message, without attributes; for nl_talk().
 */
struct nlmsghdr *module_request(const struct module *module, void *buf,
				uint8_t cmd, uint16_t flags);

/**
 * module_get() - send a command without attributes, read all of the answer
 * @module: open
 * @cmd: enum nfim_cmd
 * @flags: NLM_F_ACK or NLM_F_DUMP
 * @cb: as nl_talk()
 * @data: as nl_talk()
 *
 * Return: as nl_talk().
 */
int module_get(struct module *module, uint8_t cmd, uint16_t flags,
	       int (*cb)(const struct nlmsghdr *nlh, void *data), void *data);

/**
 * module_get_info() - ask the module who it is
 * @module: open
 * @info: result
 *
 * Return: 0 or a negative errno.
 */
int module_get_info(struct module *module, struct module_info *info);

/**
 * module_subscribe() - have the notifications of the module delivered
 * @module: open; can only receive from then on
 *
 * Return: %RC_DONE; %RC_ABSENT or %RC_REFUSED after err().
 */
enum rc module_subscribe(struct module *module);

/**
 * module_receive() - read notifications, without waiting
 * @module: subscribed
 * @cb: as nl_receive(); gets messages of the module only
 * @data: as nl_receive()
 *
 * Return: as nl_receive(); -ENODEV says that the module has been unloaded.
 */
int module_receive(struct module *module,
		   int (*cb)(const struct nlmsghdr *nlh, void *data),
		   void *data);

#endif /* _NFIM_MODULE_H */
