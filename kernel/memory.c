// SPDX-License-Identifier: GPL-2.0
/* What all that packets make us remember may take, in all namespaces together. */

#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sizes.h>

#include <nfim/limits.h>

#include "memory.h"

/* More would not fit into 32 bits. */
#define MOST_MIB	4095U

static unsigned int memory;
static atomic_t taken = ATOMIC_INIT(0);

module_param(memory, uint, 0644);
MODULE_PARM_DESC(memory,
		 "MiB for what is remembered, in all network namespaces together (default: an eighth of the memory, 256 at most)");

bool nfim_mem_take(struct nfim_net *nn, size_t size)
{
	u32 most = min(READ_ONCE(memory), MOST_MIB) * SZ_1M;
	u32 mine = atomic_read(&nn->memory);
	u32 all = atomic_add_return(size, &taken) - size;

	if (nfim_has_share(mine, all, most, size)) {
		atomic_add(size, &nn->memory);
		return true;
	}
	atomic_sub(size, &taken);
	return false;
}

void nfim_mem_give(struct nfim_net *nn, size_t size)
{
	atomic_sub(size, &nn->memory);
	atomic_sub(size, &taken);
}

void *nfim_mem_new(struct nfim_net *nn, struct kmem_cache *cache)
{
	unsigned int size = kmem_cache_size(cache);
	void *p;

	if (!nfim_mem_take(nn, size))
		return NULL;
	p = kmem_cache_zalloc(cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!p)
		nfim_mem_give(nn, size);
	return p;
}

void nfim_mem_del(struct nfim_net *nn, struct kmem_cache *cache, void *p)
{
	kmem_cache_free(cache, p);
	nfim_mem_give(nn, kmem_cache_size(cache));
}

void __init nfim_memory_init(void)
{
	unsigned long mib = totalram_pages() >> (20 - PAGE_SHIFT);

	if (!memory)
		memory = clamp(mib / NFIM_MEMORY_SHARE, 1UL,
			       (unsigned long)NFIM_MEMORY_MIB);
}
