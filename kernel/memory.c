// SPDX-License-Identifier: GPL-2.0
/* What all that packets make us remember may take, in all namespaces together. */

#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sizes.h>

#include <nfim/limits.h>

#include "memory.h"

/* All is counted in 32 bits. */
#define MOST_MIB	2047
#define NOT_GIVEN	UINT_MAX

static unsigned int memory = NOT_GIVEN;
static atomic_t taken = ATOMIC_INIT(0);

static int set_memory(const char *val, const struct kernel_param *kp)
{
	return param_set_uint_minmax(val, kp, 0, MOST_MIB);
}

static const struct kernel_param_ops memory_ops = {
	.set = set_memory,
	.get = param_get_uint,
};

module_param_cb(memory, &memory_ops, &memory, 0644);
__MODULE_PARM_TYPE(memory, "uint");
MODULE_PARM_DESC(memory,
		 "MiB for what is remembered, in all network namespaces together (default: an eighth of the memory, from 48 to 256)");

static bool may_have(u32 mine, u32 all, u32 more)
{
	u32 most = READ_ONCE(memory) * SZ_1M;

	return (most && mine + more <= NFIM_NET_MEMORY) ||
	       nfim_has_share(mine, all, most, more);
}

bool nfim_mem_take(struct nfim_net *nn, size_t size)
{
	u32 mine = atomic_read(&nn->memory);
	u32 all = atomic_add_return(size, &taken) - size;

	if (may_have(mine, all, size)) {
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

void *nfim_mem_new(struct nfim_net *nn, struct kmem_cache *cache, size_t size)
{
	void *p;

	if (!nfim_mem_take(nn, size))
		return NULL;
	p = kmem_cache_zalloc(cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!p)
		nfim_mem_give(nn, size);
	return p;
}

void nfim_mem_del(struct nfim_net *nn, struct kmem_cache *cache, void *p,
		  size_t size)
{
	kmem_cache_free(cache, p);
	nfim_mem_give(nn, size);
}

u32 nfim_mem_all(void)
{
	return atomic_read(&taken);
}

void __init nfim_memory_init(void)
{
	unsigned long mib = (totalram_pages() - totalhigh_pages()) >>
			    (20 - PAGE_SHIFT);

	if (memory == NOT_GIVEN)
		memory = clamp_t(unsigned long, mib / NFIM_MEMORY_SHARE,
				 NFIM_MEMORY_LEAST, NFIM_MEMORY_MOST);
}
