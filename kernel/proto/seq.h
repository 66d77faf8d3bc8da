/* SPDX-License-Identifier: GPL-2.0 */
/* TCP sequence numbers: a circle, compared by the shorter way round. */
#ifndef _NFIM_SEQ_H
#define _NFIM_SEQ_H

#include <nfim/shim.h>

/**
 * seq_before() - whether one place in a stream lies before another
 * @a: sequence number
 * @b: sequence number, less than 2^31 bytes away
 *
 * Return: true when @a is before @b.
 */
static inline bool seq_before(u32 a, u32 b)
{
	return (s32)(a - b) < 0;
}

/**
 * seq_min() - the earlier of two places
 * @a: sequence number
 * @b: sequence number
 *
 * Return: one of them.
 */
static inline u32 seq_min(u32 a, u32 b)
{
	return seq_before(a, b) ? a : b;
}

/**
 * seq_max() - the later of two places
 * @a: sequence number
 * @b: sequence number
 *
 * Return: one of them.
 */
static inline u32 seq_max(u32 a, u32 b)
{
	return seq_before(a, b) ? b : a;
}

#endif /* _NFIM_SEQ_H */
