/* SPDX-License-Identifier: GPL-2.0 */
/* Bounded readers and writers for the text that protocols are made of. */
#ifndef _NFIM_TEXT_H
#define _NFIM_TEXT_H

#include "span.h"

/* Longest text of an address: "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255". */
#define TEXT_ADDR_MAX	46

/**
 * struct addr - an IP address
 * @len: 4, 16, or 0 for "none"
 * @b: the address in network byte order; bytes beyond @len are zero
 */
struct addr {
	u8 len;
	u8 b[16];
};

/**
 * addr_equal() - compare two addresses
 * @a: an address
 * @b: another
 *
 * Return: true when both are set and the same.
 */
static inline bool addr_equal(const struct addr *a, const struct addr *b)
{
	/* All of it, which needs no call: what is beyond @len is zero. */
	return a->len && a->len == b->len && !memcmp(a->b, b->b, sizeof(a->b));
}

/**
 * addr_is_unicast() - whether it can be one host's address on a network
 * @a: an address
 *
 * Return: false for none, unspecified, loopback, link-local, multicast,
 * broadcast and reserved ones, and for IPv4 written as IPv6.
 */
bool addr_is_unicast(const struct addr *a);

/**
 * text_lower() - a letter in lower case
 * @c: any byte
 *
 * Return: the letter, or @c where it is none of ASCII.
 */
static inline char text_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Bits in which two words differ, but for the case of letters in @lit. */
static __always_inline u64 text_differs(u64 have, u64 lit)
{
	/* What has both 0x40 and 0x20 in lower-case text is a letter. */
	return (have ^ lit) & ~(lit >> 1 & lit & ~0ull / 255 * 0x20);
}

/**
 * text_same() - compare with a literal, ASCII case ignored
 * @p: @n bytes
 * @lit: as many bytes of lower-case text from our own code, which above "_" has
 *	nothing but letters
 * @n: how many
 *
 * Words may overlap: what is compared twice does no harm.
 *
 * Return: true when equal.
 */
static __always_inline bool text_same(const char *p, const char *lit, size_t n)
{
	size_t i;

	if (n >= 8) {
		for (i = 0; i + 8 < n; i += 8)
			if (text_differs(span_word(p + i), span_word(lit + i)))
				return false;
		return !text_differs(span_word(p + n - 8),
				     span_word(lit + n - 8));
	}
	if (n >= 4)
		return !text_differs(span_half(p), span_half(lit)) &&
		       !text_differs(span_half(p + n - 4),
				     span_half(lit + n - 4));
	for (i = 0; i < n; i++)
		if (p[i] != lit[i] && text_lower(p[i]) != lit[i])
			return false;
	return true;
}

/**
 * text_is() - compare with a literal, ASCII case ignored
 * @s: any span
 * @lit: NUL-terminated lower-case text from our own code
 *
 * Return: true when equal.
 */
static __always_inline bool text_is(struct span s, const char *lit)
{
	size_t n = __builtin_strlen(lit);

	return span_len(s) == n && text_same(s.p, lit, n);
}

/**
 * text_starts() - compare the beginning with a literal, ASCII case ignored
 * @s: any span
 * @lit: NUL-terminated lower-case text from our own code
 *
 * Return: true when @s begins with @lit.
 */
static __always_inline bool text_starts(struct span s, const char *lit)
{
	size_t n = __builtin_strlen(lit);

	return span_len(s) >= n && text_same(s.p, lit, n);
}

/**
 * text_trim() - cut blanks and tabs off both ends
 * @s: any span
 *
 * Return: the part between.
 */
static inline struct span text_trim(struct span s)
{
	while (s.p < s.end && (s.p[0] == ' ' || s.p[0] == '\t'))
		s.p++;
	while (s.p < s.end && (s.end[-1] == ' ' || s.end[-1] == '\t'))
		s.end--;
	return s;
}

/**
 * text_find() - find a byte
 * @s: any span
 * @c: the byte
 *
 * Return: the first one, or NULL.
 */
const char *text_find(struct span s, char c);

/**
 * text_lf() - find the end of a line
 * @s: any span
 *
 * Return: the first LF, or NULL.
 */
static inline const char *text_lf(struct span s)
{
	return text_find(s, '\n');
}

/**
 * text_line() - take one line
 * @rest: where to read; moved behind the line and its LF
 * @line: the line without its LF and without one CR before it
 *
 * Return: true if an LF was found; otherwise nothing is moved.
 */
bool __must_check text_line(struct span *rest, struct span *line);

/**
 * text_token() - take one token of non-blank bytes
 * @rest: where to read; moved behind the token and the one blank after it
 * @token: the token; may be empty where two blanks follow each other
 *
 * Return: false at the end of @rest.
 */
bool __must_check text_token(struct span *rest, struct span *token);

/**
 * text_field() - split "Name: value"
 * @line: a line without its end
 * @name: what stands before the colon
 * @value: what stands behind it, blanks and tabs trimmed
 *
 * Return: false without a colon or with an empty name.
 */
bool __must_check text_field(struct span line, struct span *name,
			     struct span *value);

/**
 * text_u32() - read a decimal number that fills the span
 * @s: digits only: no sign, no blank; leading zeros are allowed
 * @max: largest value accepted
 * @val: the number
 *
 * Return: false on anything else, on an empty span and above @max.
 */
bool __must_check text_u32(struct span s, u32 max, u32 *val);

/**
 * text_addr() - read an IP address that fills the span
 * @s: a strict dotted quad (no leading zeros, four parts) or an IPv6 literal
 *	of RFC 4291 section 2.2 without brackets, zone or prefix
 * @a: the address
 *
 * Return: false on anything else.
 */
bool __must_check text_addr(struct span s, struct addr *a);

/**
 * text_endpoint() - read "a.b.c.d:port" or "[v6]:port" that fills the span
 * @s: the text
 * @a: the address
 * @port: 0 to 65535, host byte order
 *
 * Return: false on anything else.
 */
bool __must_check text_endpoint(struct span s, struct addr *a, u16 *port);

/**
 * text_put_u32() - write a decimal number
 * @buf: at least 10 bytes, or @width if that is more; not terminated
 * @val: the number
 * @width: pad with leading zeros to this many digits; 0 or 1 for none; at
 *	most 10
 *
 * Return: bytes written.
 */
size_t text_put_u32(char *buf, u32 val, unsigned int width);

/**
 * text_put_addr() - write an IP address
 * @buf: at least %TEXT_ADDR_MAX bytes; not terminated
 * @a: the address; IPv6 is written without "::"
 *
 * Return: bytes written.
 */
size_t text_put_addr(char *buf, const struct addr *a);

#endif /* _NFIM_TEXT_H */
