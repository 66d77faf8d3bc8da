/* SPDX-License-Identifier: GPL-2.0 */
/* The two ends of a connection, as ctnetlink tells them. */
#ifndef _NFIM_TUPLE_H
#define _NFIM_TUPLE_H

#include <stdint.h>

#include "nl.h"

/**
 * struct tuple_end - one end
 * @addr: attribute with its address, NULL if there is none
 * @port: in host byte order
 */
struct tuple_end {
	const struct nlattr *addr;
	uint16_t port;
};

/**
 * struct tuple - both, within a message
 * @protocol: IPPROTO_TCP and the like, 0 if there is none
 * @src: who began
 * @dst: with whom
 */
struct tuple {
	uint32_t protocol;
	struct tuple_end src;
	struct tuple_end dst;
};

/**
 * tuple_read() - read the ends
 * @nest: attribute that holds them, or NULL
 * @tuple: result; zeros where there is nothing
 */
void tuple_read(const struct nlattr *nest, struct tuple *tuple);

/**
 * tuple_be16() - value of a u16 attribute in network byte order
 * @attr: attribute or NULL
 *
 * Return: the value; 0 if it is absent or has another size.
 */
uint16_t tuple_be16(const struct nlattr *attr);

#endif /* _NFIM_TUPLE_H */
