/* SPDX-License-Identifier: GPL-2.0 */
/* What a policy file says in vain. */
#ifndef _NFIM_CONF_WARN_H
#define _NFIM_CONF_WARN_H

#include <jansson.h>

#include "conf.h"

/**
 * conf_warnings() - policies that can never be chosen
 * @conf: a file that was read
 *
 * A policy without conditions speaks for all clients that are known, so what
 * follows it, of the same helper, is never asked; unless it is the default.
 *
 * Return: an array of objects with the members file, line, column and message;
 * NULL if memory ran out.
 */
json_t *conf_warnings(const struct conf *conf);

#endif /* _NFIM_CONF_WARN_H */
