/* SPDX-License-Identifier: GPL-2.0 */
/* What all that packets make us remember may take, in all namespaces together. */
#ifndef _NFIM_MEMORY_H
#define _NFIM_MEMORY_H

#include <linux/slab.h>

#include "net.h"

/**
 * nfim_mem_take() - account for memory that a packet makes us need
 * @nn: namespace the packet is in
 * @size: bytes
 *
 * The last eighth of the parameter "memory" is for namespaces that have little
 * (nfim_has_share()), and the first %NFIM_NET_MEMORY bytes of each are its own,
 * whatever the others have. Any context.
 *
 * Return: false when it is too much; nothing is accounted for then.
 */
bool nfim_mem_take(struct nfim_net *nn, size_t size);

/**
 * nfim_mem_give() - it is not needed any more
 * @nn: as given to nfim_mem_take()
 * @size: as given to nfim_mem_take()
 *
 * Any context.
 */
void nfim_mem_give(struct nfim_net *nn, size_t size);

/**
 * nfim_mem_new() - an entry of a table, accounted for
 * @nn: namespace
 * @cache: what entries of that table are made from
 * @size: of such an entry
 *
 * Any context.
 *
 * Return: zeroed memory, NULL if there is none or all may not have more.
 */
void *nfim_mem_new(struct nfim_net *nn, struct kmem_cache *cache, size_t size);

/**
 * nfim_mem_del() - give back an entry of a table
 * @nn: as given to nfim_mem_new()
 * @cache: as given to nfim_mem_new()
 * @p: the entry
 * @size: as given to nfim_mem_new()
 *
 * Any context.
 */
void nfim_mem_del(struct nfim_net *nn, struct kmem_cache *cache, void *p,
		  size_t size);

/**
 * nfim_mem_all() - what all namespaces have together
 *
 * Return: bytes.
 */
u32 nfim_mem_all(void);

void nfim_memory_init(void);

#endif /* _NFIM_MEMORY_H */
