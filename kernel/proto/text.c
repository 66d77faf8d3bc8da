// SPDX-License-Identifier: GPL-2.0
/* Bounded readers and writers for the text that protocols are made of. */

#include "text.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool addr_is_unicast(const struct addr *a)
{
	static const u8 zero[16];

	if (a->len == 4)
		return a->b[0] && a->b[0] != 127 && a->b[0] < 224 &&
		       !(a->b[0] == 169 && a->b[1] == 254);
	/* ::/96 holds "::", "::1" and the IPv4-compatible ones. */
	return a->len == 16 && memcmp(a->b, zero, 10) &&
	       a->b[0] != 0xff &&
	       !(a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80);
}

#define LITTLE_ENDIAN_WORDS (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)

/* The first byte that is zero in a word read from @p, or NULL. */
static const char *first_zero(const char *p, u64 v)
{
	const u64 ones = ~0ull / 255, high = 0x80 * ones;
	unsigned int i;

	if (LITTLE_ENDIAN_WORDS) {
		/* A borrow may mark more significant bytes than the first. */
		v = (v - ones) & ~v & high;
		return v ? p + __builtin_ctzll(v) / 8 : NULL;
	}
	for (i = 0; i < sizeof(v); i++)
		if (!(v << 8 * i >> 56))
			return p + i;
	return NULL;
}

/*
 * Eight bytes at once, since every byte of a message goes by here. The quick look
 * also takes bytes that are no ASCII for what is sought. The last word may overlap
 * the one before it.
 */
static __always_inline const char *find(struct span s, char c)
{
	const u64 ones = ~0ull / 255, high = 0x80 * ones;
	const u64 same = (u8)c * ones;
	const char *last, *at;

	if (span_len(s) < 8) {
		for (; s.p < s.end; s.p++)
			if (s.p[0] == c)
				return s.p;
		return NULL;
	}
	last = s.end - 8;
	for (; s.p < last; s.p += 8) {
		u64 v = span_word(s.p) ^ same;

		if (!((v - ones) & high))
			continue;
		at = first_zero(s.p, v);
		if (at)
			return at;
	}
	return first_zero(last, span_word(last) ^ same);
}

const char *text_find(struct span s, char c)
{
	return find(s, c);
}

bool text_line(struct span *rest, struct span *line)
{
	const char *lf = find(*rest, '\n');

	if (!lf)
		return false;
	line->p = rest->p;
	line->end = lf;
	if (line->end > line->p && line->end[-1] == '\r')
		line->end--;
	rest->p = lf + 1;
	return true;
}

bool text_token(struct span *rest, struct span *token)
{
	const char *sp;

	if (rest->p == rest->end)
		return false;
	sp = text_find(*rest, ' ');
	token->p = rest->p;
	token->end = sp ? sp : rest->end;
	rest->p = sp ? sp + 1 : rest->end;
	return true;
}

bool text_field(struct span line, struct span *name, struct span *value)
{
	const char *colon = text_find(line, ':');

	if (!colon || colon == line.p)
		return false;
	*name = (struct span){ line.p, colon };
	*value = text_trim((struct span){ colon + 1, line.end });
	return true;
}

bool text_u32(struct span s, u32 max, u32 *val)
{
	const char *p;
	u64 v = 0;

	if (s.p == s.end)
		return false;
	for (p = s.p; p < s.end; p++) {
		u32 d = (u32)(u8)*p - '0';

		if (d > 9)
			return false;
		v = v * 10 + d;
		if (v > max)
			return false;
	}
	*val = (u32)v;
	return true;
}

/* One part of a dotted quad; "0" is fine, "00" and "01" are octal to some. */
static const char *take_octet(const char *p, const char *end, u8 *out)
{
	u32 v, d;

	if (p == end)
		return NULL;
	v = (u32)(u8)*p++ - '0';
	if (v > 9)
		return NULL;
	while (p < end) {
		d = (u32)(u8)*p - '0';
		if (d > 9)
			break;
		if (!v)
			return NULL;
		v = v * 10 + d;
		if (v > 255)
			return NULL;
		p++;
	}
	*out = (u8)v;
	return p;
}

static bool read_quad(struct span s, u8 *out)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		if (i && (s.p == s.end || *s.p++ != '.'))
			return false;
		s.p = take_octet(s.p, s.end, out + i);
		if (!s.p)
			return false;
	}
	return s.p == s.end;
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	c = text_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One to four hex digits, big endian. */
static bool take_group(struct span *s, u8 *out)
{
	const char *start = s->p;
	unsigned int v = 0;

	while (s->p < s->end && hex_value(s->p[0]) >= 0 && s->p - start < 4)
		v = v << 4 | (unsigned int)hex_value(*s->p++);
	out[0] = (u8)(v >> 8);
	out[1] = (u8)v;
	return s->p != start;
}

/* A dotted quad may stand in place of the last two groups. */
static bool tail_is_quad(struct span s)
{
	const char *p = s.p;

	while (p < s.end && is_digit(*p))
		p++;
	return p < s.end && *p == '.';
}

static bool read_v6(struct span s, u8 *out)
{
	unsigned int n = 0, gap = 16;
	u8 b[16] = { 0 };

	if (span_len(s) >= 2 && s.p[0] == ':') {
		if (s.p[1] != ':')
			return false;
		s.p += 2;
		gap = 0;
	}
	while (s.p < s.end) {
		if (n <= 12 && tail_is_quad(s)) {
			if (!read_quad(s, b + n))
				return false;
			n += 4;
			break;
		}
		if (n == 16 || !take_group(&s, b + n))
			return false;
		n += 2;
		if (s.p == s.end)
			break;
		if (*s.p++ != ':' || s.p == s.end)
			return false;
		if (s.p[0] == ':') {
			if (gap != 16 || n > 14)
				return false;
			gap = n;
			s.p++;
		}
	}
	if (gap == 16 ? n != 16 : n > 14)
		return false;
	memset(out, 0, 16);
	memcpy(out, b, gap < n ? gap : n);
	if (gap < n)
		memcpy(out + 16 - (n - gap), b + gap, n - gap);
	return true;
}

bool text_addr(struct span s, struct addr *a)
{
	memset(a, 0, sizeof(*a));
	if (span_len(s) > TEXT_ADDR_MAX)
		return false;
	if (read_quad(s, a->b)) {
		a->len = 4;
		return true;
	}
	memset(a->b, 0, sizeof(a->b));
	if (!text_find(s, ':') || !read_v6(s, a->b))
		return false;
	a->len = 16;
	return true;
}

bool text_endpoint(struct span s, struct addr *a, u16 *port)
{
	const char *colon = s.end;
	struct span host;
	u32 v;

	while (colon > s.p && colon[-1] != ':')
		colon--;
	if (colon == s.p)
		return false;
	host = (struct span){ s.p, colon - 1 };
	if (span_len(host) > 2 && host.p[0] == '[' && host.end[-1] == ']') {
		host.p++;
		host.end--;
		if (!text_find(host, ':'))
			return false;
	} else if (text_find(host, ':')) {
		return false;
	}
	s.p = colon;
	if (!text_addr(host, a) || !text_u32(s, 65535, &v))
		return false;
	*port = (u16)v;
	return true;
}

size_t text_put_u32(char *buf, u32 val, unsigned int width)
{
	char rev[10];
	size_t n = 0, i;

	do {
		rev[n++] = (char)('0' + val % 10);
		val /= 10;
	} while (val);
	while (n < width && n < sizeof(rev))
		rev[n++] = '0';
	for (i = 0; i < n; i++)
		buf[i] = rev[n - 1 - i];
	return n;
}

static size_t put_v6(char *buf, const u8 *b)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;
	unsigned int i;

	for (i = 0; i < 16; i += 2) {
		unsigned int v = (unsigned int)b[i] << 8 | b[i + 1];
		int shift = 12;

		if (i)
			buf[n++] = ':';
		while (shift && !(v >> shift))
			shift -= 4;
		for (; shift >= 0; shift -= 4)
			buf[n++] = digits[v >> shift & 15];
	}
	return n;
}

static char *put_octet(char *p, unsigned int v)
{
	if (v >= 100) {
		*p++ = (char)('0' + v / 100);
		v %= 100;
		*p++ = (char)('0' + v / 10);
	} else if (v >= 10) {
		*p++ = (char)('0' + v / 10);
	}
	*p++ = (char)('0' + v % 10);
	return p;
}

size_t text_put_addr(char *buf, const struct addr *a)
{
	unsigned int i;
	char *p = buf;

	if (a->len == 16)
		return put_v6(buf, a->b);
	for (i = 0; i < 4; i++) {
		if (i)
			*p++ = '.';
		p = put_octet(p, a->b[i]);
	}
	return (size_t)(p - buf);
}
