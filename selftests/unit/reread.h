/* SPDX-License-Identifier: GPL-2.0 */
/* Reads what the gateway let out as a peer would, by code of its own. */
#ifndef _NFIM_UNIT_REREAD_H
#define _NFIM_UNIT_REREAD_H

#include "gateway.h"
#include "vector.h"

/**
 * reread_check() - whether a peer finds what was opened
 * @v: the vector
 * @heard: what left in its place
 * @g: what was opened
 *
 * All lengths must agree, and the public address and port must stand where a
 * peer looks. Failures are wants of the running case.
 */
void reread_check(const struct vector *v, struct span heard,
		  const struct gateway *g);

/**
 * reread_lengths() - whether all lengths agree
 * @v: the vector
 * @heard: what left in its place
 *
 * Failures are wants of the running case.
 */
void reread_lengths(const struct vector *v, struct span heard);

#endif /* _NFIM_UNIT_REREAD_H */
