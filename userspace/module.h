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
 */
struct module {
	struct nl nl;
	uint16_t family;
};

/**
 * struct module_info - what the module says of itself
 * @version: its version
 * @helper: names of its helpers
 * @n_helpers: how many
 */
struct module_info {
	char version[32];
	char helper[MODULE_HELPERS_MAX][16];
	size_t n_helpers;
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

#endif /* _NFIM_MODULE_H */
