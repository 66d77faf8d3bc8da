/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Expectations differ between kernels of one name. What differs is found by
 * probe.sh in the target's headers and hidden here.
 */
#ifndef _NFIM_COMPAT_EXPECT_H
#define _NFIM_COMPAT_EXPECT_H

#include <net/netfilter/nf_conntrack_expect.h>
#include <net/netfilter/nf_conntrack_helper.h>

/**
 * nfim_expect_child_helper() - which helper the expected connection gets
 * @exp: from nf_ct_expect_init()
 *
 * None: our expectfn attaches one where it is wanted. Kernels before 6.1.183
 * and 6.12.103 hand @exp->helper to every child, and that is the creator.
 */
static inline void nfim_expect_child_helper(struct nf_conntrack_expect *exp)
{
#ifdef NFIM_HAVE_ASSIGN_HELPER
	RCU_INIT_POINTER(exp->assign_helper, NULL);
#else
	RCU_INIT_POINTER(exp->helper, NULL);
#endif
}

#ifdef NFIM_HAVE_EXPECTFN_DESTROY
#define nfim_expectfn_destroy(n)	nf_ct_helper_expectfn_destroy(n)
#else
static inline bool nfim_expectfn_match(struct nf_conntrack_expect *exp,
				       void *data)
{
	const struct nf_ct_helper_expectfn *n = data;

	return exp->expectfn == n->expectfn;
}

/**
 * nfim_expectfn_destroy() - destroy every expectation that would call us
 * @n: registered no longer
 *
 * 6.1.176 and 6.12.94 brought the kernel's own.
 */
static inline void nfim_expectfn_destroy(struct nf_ct_helper_expectfn *n)
{
	nf_ct_expect_iterate_destroy(nfim_expectfn_match, n);
}
#endif

#endif /* _NFIM_COMPAT_EXPECT_H */
