/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A bounded view of bytes, and the only ways to look at them. Packet data has
 * no terminator, so nothing here looks at or past @end.
 */
#ifndef _NFIM_SPAN_H
#define _NFIM_SPAN_H

#include <nfim/shim.h>

/**
 * struct span - read-only bytes
 * @p: first byte
 * @end: one past the last byte; never before @p
 */
struct span {
	const char *p;
	const char *end;
};

/**
 * span_make() - a span over @len bytes at @p
 * @p: first byte
 * @len: number of bytes
 *
 * Return: the span.
 */
static inline struct span span_make(const char *p, size_t len)
{
	return (struct span){ p, p + len };
}

/**
 * span_len() - how many bytes
 * @s: any span
 *
 * Return: the number of bytes.
 */
static inline size_t span_len(struct span s)
{
	return (size_t)(s.end - s.p);
}

/**
 * span_is() - compare with a literal, byte for byte
 * @s: any span
 * @lit: NUL-terminated text from our own code
 *
 * Return: true when equal.
 */
static inline bool span_is(struct span s, const char *lit)
{
	size_t n = strlen(lit);

	return span_len(s) == n && !memcmp(s.p, lit, n);
}

#endif /* _NFIM_SPAN_H */
