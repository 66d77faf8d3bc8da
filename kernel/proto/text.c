// SPDX-License-Identifier: GPL-2.0
/* Bounded readers and writers for the text that protocols are made of. */

#include "text.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
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

bool text_starts(struct span s, const char *lit)
{
	size_t i;

	for (i = 0; lit[i]; i++)
		if (s.p + i == s.end || lower(s.p[i]) != lit[i])
			return false;
	return true;
}

bool text_is(struct span s, const char *lit)
{
	return span_len(s) == strlen(lit) && text_starts(s, lit);
}

struct span text_trim(struct span s)
{
	while (s.p < s.end && is_blank(s.p[0]))
		s.p++;
	while (s.p < s.end && is_blank(s.end[-1]))
		s.end--;
	return s;
}

/* Eight bytes at once, since every byte of a header goes by here. */
const char *text_lf(struct span s)
{
	const u64 ones = ~0ull / 255;
	u64 v;

	while (span_len(s) >= sizeof(v)) {
		memcpy(&v, s.p, sizeof(v));
		v ^= '\n' * ones;
		/* Whether a byte is zero. */
		if ((v - ones) & ~v & 0x80 * ones)
			break;
		s.p += sizeof(v);
	}
	while (s.p < s.end && s.p[0] != '\n')
		s.p++;
	return s.p < s.end ? s.p : NULL;
}

bool text_line(struct span *rest, struct span *line)
{
	const char *lf = text_lf(*rest);

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
	sp = memchr(rest->p, ' ', span_len(*rest));
	token->p = rest->p;
	token->end = sp ? sp : rest->end;
	rest->p = sp ? sp + 1 : rest->end;
	return true;
}

bool text_field(struct span line, struct span *name, struct span *value)
{
	const char *colon = memchr(line.p, ':', span_len(line));

	if (!colon || colon == line.p)
		return false;
	*name = (struct span){ line.p, colon };
	*value = text_trim((struct span){ colon + 1, line.end });
	return true;
}

bool text_u32(struct span s, u32 max, u32 *val)
{
	u32 v = 0;

	if (s.p == s.end)
		return false;
	for (; s.p < s.end; s.p++) {
		u32 d = (u32)(s.p[0] - '0');

		if (!is_digit(s.p[0]) || v > (max - d) / 10 || d > max)
			return false;
		v = v * 10 + d;
	}
	*val = v;
	return true;
}

/* One part of a dotted quad; "0" is fine, "00" and "01" are octal to some. */
static bool take_octet(struct span *s, u8 *out)
{
	const char *start = s->p;
	unsigned int v = 0;

	while (s->p < s->end && is_digit(s->p[0]) && s->p - start < 3)
		v = v * 10 + (unsigned int)(*s->p++ - '0');
	if (s->p == start || v > 255 || (s->p - start > 1 && start[0] == '0'))
		return false;
	*out = (u8)v;
	return true;
}

static bool read_quad(struct span s, u8 *out)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		if (i && (s.p == s.end || *s.p++ != '.'))
			return false;
		if (!take_octet(&s, out + i))
			return false;
	}
	return s.p == s.end;
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	c = lower(c);
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
	if (!memchr(s.p, ':', span_len(s)) || !read_v6(s, a->b))
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
		if (!memchr(host.p, ':', span_len(host)))
			return false;
	} else if (memchr(host.p, ':', span_len(host))) {
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

size_t text_put_addr(char *buf, const struct addr *a)
{
	unsigned int i;
	size_t n = 0;

	if (a->len == 16)
		return put_v6(buf, a->b);
	for (i = 0; i < 4; i++) {
		if (i)
			buf[n++] = '.';
		n += text_put_u32(buf + n, a->b[i], 0);
	}
	return n;
}
