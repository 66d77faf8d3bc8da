/* SPDX-License-Identifier: GPL-2.0 */
/* Writing to datagrams. */
#ifndef _NFIM_MANGLE_UDP_H
#define _NFIM_MANGLE_UDP_H

#include "mangle.h"
#include "proto/edit.h"

/**
 * nfim_mangle_udp() - carry out an edit plan
 * @pkt: the packet; its payload is linear
 * @plan: the plan; not empty
 * @work: room for %NFIM_EDIT_SPAN + %NFIM_EDIT_GROWTH bytes
 *
 * What becomes too large for its way is sent in fragments, whatever its sender
 * thinks of that: it cannot know.
 *
 * Return: false when out of memory: the packet may be half done and must be
 * dropped.
 */
bool __must_check nfim_mangle_udp(const struct nfim_pkt *pkt,
				  const struct edit_plan *plan, char *work);

#endif /* _NFIM_MANGLE_UDP_H */
