/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Input for the parsers: every text is copied into memory of exactly its size,
 * so that the address sanitizer sees a read of one byte too many.
 */
#ifndef _NFIM_UNIT_INPUT_H
#define _NFIM_UNIT_INPUT_H

#include <stdlib.h>

#include "../../kernel/proto/span.h"

#define INPUTS	4096

static char *input_kept[INPUTS];
static size_t input_n;

/**
 * input_bytes() - a copy that ends where its memory ends
 * @p: the bytes
 * @len: how many
 *
 * Return: the copy; valid until input_done().
 */
static inline struct span input_bytes(const void *p, size_t len)
{
	char *copy = malloc(len);

	if ((len && !copy) || input_n == INPUTS)
		abort();
	if (len)
		memcpy(copy, p, len);
	input_kept[input_n++] = copy;
	return span_make(copy, len);
}

/**
 * input() - input_bytes() for a string, without its NUL
 * @s: the string
 *
 * Return: the copy.
 */
static inline struct span input(const char *s)
{
	return input_bytes(s, strlen(s));
}

/**
 * input_done() - free all copies
 */
static inline void input_done(void)
{
	while (input_n)
		free(input_kept[--input_n]);
}

#endif /* _NFIM_UNIT_INPUT_H */
