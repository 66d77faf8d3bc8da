/* SPDX-License-Identifier: GPL-2.0 */
/* The made-up surroundings of a conversation. */
#ifndef _NFIM_UNIT_GATEWAY_ENV_H
#define _NFIM_UNIT_GATEWAY_ENV_H

#include "gateway.h"

/**
 * gateway_mem() - memory that is counted
 * @g: the gateway
 *
 * Return: where to get it.
 */
struct stream_mem gateway_mem(struct gateway *g);

/**
 * gateway_env() - surroundings
 * @g: the gateway
 * @mem: from gateway_mem()
 *
 * Return: to be given to logic.
 */
struct env gateway_env(struct gateway *g, const struct stream_mem *mem);

#endif /* _NFIM_UNIT_GATEWAY_ENV_H */
