/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that the caller of pure code hands in, and accounts for. */
#ifndef _NFIM_MEM_H
#define _NFIM_MEM_H

#include <nfim/shim.h>

/**
 * struct stream_mem - where memory comes from
 * @alloc: return @size bytes, or NULL beyond the caller's limits
 * @free: take them back
 * @ctx: handed to both
 */
struct stream_mem {
	void *(*alloc)(void *ctx, size_t size);
	void (*free)(void *ctx, void *p, size_t size);
	void *ctx;
};

#endif /* _NFIM_MEM_H */
