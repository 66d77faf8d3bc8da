/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Expectations differ between kernels of one name. What differs is found by
 * probe.sh in the target's headers and hidden here.
 */
#ifndef _NFIM_COMPAT_EXPECT_H
#define _NFIM_COMPAT_EXPECT_H

#include <linux/poison.h>
#include <net/netfilter/nf_conntrack_core.h>
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

/**
 * nfim_expect_lifetime() - let an expectation live for another time than its
 *	class says; before nf_ct_expect_related()
 * @exp: from nf_ct_expect_init()
 * @secs: seconds wanted
 * @class_secs: timeout of its class, which the kernel adds
 */
static inline void nfim_expect_lifetime(struct nf_conntrack_expect *exp,
					unsigned int secs,
					unsigned int class_secs)
{
#ifdef NFIM_HAVE_EXPECT_STAMP
	exp->timeout += (secs - class_secs) * HZ;
#endif
}

/**
 * nfim_expect_lifetime_set() - the same, after nf_ct_expect_related()
 * @exp: the expectation; it may have met its connection already
 * @secs: seconds wanted
 *
 * Kernels before 6.1.191 and 6.12.114 have a timer, which runs by now.
 */
static inline void nfim_expect_lifetime_set(struct nf_conntrack_expect *exp,
					    unsigned int secs)
{
#ifndef NFIM_HAVE_EXPECT_STAMP
	mod_timer_pending(&exp->timeout, jiffies + (unsigned long)secs * HZ);
#endif
}

/**
 * nfim_unexpect() - take an expectation back
 * @exp: after nf_ct_expect_related(); the caller still holds it
 *
 * Kernels with a stamp only mark it, and count it until somebody walks by.
 */
static inline void nfim_unexpect(struct nf_conntrack_expect *exp)
{
#ifdef NFIM_HAVE_EXPECT_STAMP
	spin_lock_bh(&nf_conntrack_expect_lock);
	/* It may have met its connection, which takes it off its lists. */
	if (exp->lnode.pprev != LIST_POISON2)
		nf_ct_unlink_expect(exp);
	spin_unlock_bh(&nf_conntrack_expect_lock);
#else
	nf_ct_unexpect_related(exp);
#endif
}

/**
 * nfim_expect_activate() - let an expectation be met, and begin its time anew
 * @exp: after nf_ct_expect_related(); the caller still holds it
 * @secs: seconds wanted
 */
static inline void nfim_expect_activate(struct nf_conntrack_expect *exp,
					unsigned int secs)
{
	spin_lock_bh(&nf_conntrack_expect_lock);
	WRITE_ONCE(exp->flags, exp->flags & ~NF_CT_EXPECT_INACTIVE);
#ifdef NFIM_HAVE_EXPECT_STAMP
	exp->timeout = nfct_time_stamp + secs * HZ;
#endif
	spin_unlock_bh(&nf_conntrack_expect_lock);
#ifndef NFIM_HAVE_EXPECT_STAMP
	mod_timer_pending(&exp->timeout, jiffies + (unsigned long)secs * HZ);
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
