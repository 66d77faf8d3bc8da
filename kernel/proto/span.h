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

/* Eight bytes, and four, as they stand. */
static inline u64 span_word(const char *p)
{
	u64 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline u32 span_half(const char *p)
{
	u32 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/**
 * span_same() - compare bytes, which are few
 * @p: @n bytes
 * @q: as many
 * @n: how many
 *
 * Return: true when equal.
 */
static __always_inline bool span_same(const char *p, const char *q, size_t n)
{
	size_t i;

	if (n >= 8) {
		for (i = 0; i + 8 < n; i += 8)
			if (span_word(p + i) != span_word(q + i))
				return false;
		return span_word(p + n - 8) == span_word(q + n - 8);
	}
	if (n >= 4)
		return span_half(p) == span_half(q) &&
		       span_half(p + n - 4) == span_half(q + n - 4);
	for (i = 0; i < n; i++)
		if (p[i] != q[i])
			return false;
	return true;
}

/**
 * span_is() - compare with a literal, byte for byte
 * @s: any span
 * @lit: NUL-terminated text from our own code
 *
 * Return: true when equal.
 */
static __always_inline bool span_is(struct span s, const char *lit)
{
	size_t n = __builtin_strlen(lit);

	return span_len(s) == n && span_same(s.p, lit, n);
}

#endif /* _NFIM_SPAN_H */
