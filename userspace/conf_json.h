/* SPDX-License-Identifier: GPL-2.0 */
/* Policies, and what is different between them, as JSON; keys are public. */
#ifndef _NFIM_CONF_JSON_H
#define _NFIM_CONF_JSON_H

#include <jansson.h>

#include "conf_key.h"

/**
 * conf_json_value() - the value of a key
 * @key: the key
 * @slot: what it speaks of
 *
 * Return: an array for a list, a truth value, a number, or a string; null if
 * there is none. NULL if memory ran out.
 */
json_t *conf_json_value(const struct conf_key *key,
			const struct conf_slot *slot);

/**
 * conf_json_policy() - a policy
 * @p: the policy
 *
 * Return: an object with all keys and with the applications that may do
 * something; NULL if memory ran out.
 */
json_t *conf_json_policy(const struct policy *p);

/**
 * conf_json_policies() - policies
 * @set: the policies
 * @n: how many
 *
 * Return: an array, NULL if memory ran out.
 */
json_t *conf_json_policies(const struct policy *set, u32 n);

/**
 * conf_json_diff() - what is different between two sets
 * @a: policies
 * @n_a: how many
 * @b: policies
 * @n_b: how many
 *
 * Return: an array of objects with the members policy, application, key,
 * change ("added", "removed", "moved" or "changed"), before and after; what does
 * not apply is null. NULL if memory ran out.
 */
json_t *conf_json_diff(const struct policy *a, u32 n_a, const struct policy *b,
		       u32 n_b);

#endif /* _NFIM_CONF_JSON_H */
