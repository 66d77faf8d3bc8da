/* SPDX-License-Identifier: GPL-2.0 */
/* The policies of the module: in force, and to put in force. */
#ifndef _NFIM_MODULE_POLICY_H
#define _NFIM_MODULE_POLICY_H

#include "conf.h"
#include "module.h"

/**
 * struct policies - a set that the module has
 * @policy: policies in their order
 * @n: how many
 * @generation: number of the set; 0 for the built-in one
 */
struct policies {
	struct policy *policy;
	u32 n;
	u32 generation;
};

/**
 * module_get_policies() - ask for policies
 * @module: open
 * @defaults: the built-in ones, not those in force
 * @set: result; goes to policies_free() even if this fails
 *
 * Return: %RC_DONE; %RC_REFUSED after err().
 */
enum rc module_get_policies(struct module *module, bool defaults,
			    struct policies *set);

/**
 * policies_free() - give back the memory
 * @set: the policies
 */
void policies_free(struct policies *set);

/**
 * module_set_policies() - put policies in force, all of them or none
 * @module: open
 * @conf: the policies
 * @check: only ask whether the module would take them
 * @generation: set to the number of the set that is in force then
 *
 * Return: %RC_DONE; %RC_REFUSED after err(), with the place in the file that
 * the module names.
 */
enum rc module_set_policies(struct module *module, const struct conf *conf,
			    bool check, u32 *generation);

/**
 * module_flush_policies() - go back to the built-in policies
 * @module: open
 *
 * Return: %RC_DONE; %RC_REFUSED after err().
 */
enum rc module_flush_policies(struct module *module);

#endif /* _NFIM_MODULE_POLICY_H */
