/* SPDX-License-Identifier: GPL-2.0 */
/* What all fuzz targets share. */
#ifndef _NFIM_FUZZ_H
#define _NFIM_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include <nfim/shim.h>

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t len);

/**
 * want() - an invariant
 * @ok: whether it holds
 * @what: the invariant, or what was found; printed if it does not hold
 */
static inline void want(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "invariant broken: %s\n", what);
	abort();
}

/**
 * fuzz_random() - a number that follows from the input alone
 * @state: where we are; start it with fuzz_seed()
 *
 * Return: the next number.
 */
static inline u32 fuzz_random(u32 *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static inline u32 fuzz_seed(const u8 *bytes, size_t len)
{
	u32 seed = 2166136261u;

	while (len--)
		seed = (seed ^ *bytes++) * 16777619;
	return seed;
}

#endif /* _NFIM_FUZZ_H */
