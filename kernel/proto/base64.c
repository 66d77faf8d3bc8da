// SPDX-License-Identifier: GPL-2.0
/* Base64. */

#include "base64.h"

static const char letters[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static bool value(char c, u32 *v)
{
	const char *at = c ? memchr(letters, c, 64) : NULL;

	if (!at)
		return false;
	*v = (u32)(at - letters);
	return true;
}

/* Four characters. @pad: how many of them at the end are padding. */
static bool read_four(const char *p, u32 pad, u32 *bits)
{
	u32 i, v;

	*bits = 0;
	for (i = 0; i < 4 - pad; i++) {
		if (!value(p[i], &v))
			return false;
		*bits |= v << (18 - 6 * i);
	}
	return true;
}

bool base64_decode(struct span s, char *out, size_t size, size_t *len)
{
	u32 pad = 0, bits, i;

	*len = 0;
	if (!span_len(s) || span_len(s) % 4)
		return false;
	while (pad < 2 && s.end[-1 - (int)pad] == '=')
		pad++;
	for (; s.p < s.end; s.p += 4) {
		bool last = s.end - s.p == 4;

		if (!read_four(s.p, last ? pad : 0, &bits))
			return false;
		for (i = 0; i < 3 - (last ? pad : 0); i++) {
			if (*len == size)
				return false;
			out[(*len)++] = (char)(bits >> (16 - 8 * i));
		}
	}
	return true;
}

size_t base64_encode(char *out, struct span s)
{
	size_t n = 0;

	for (; s.p < s.end; s.p += 3) {
		u32 have = s.end - s.p < 3 ? (u32)(s.end - s.p) : 3, i;
		u32 bits = 0;

		for (i = 0; i < have; i++)
			bits |= (u32)(u8)s.p[i] << (16 - 8 * i);
		for (i = 0; i < 4; i++)
			out[n++] = i <= have ?
				   letters[bits >> (18 - 6 * i) & 63] : '=';
		if (have < 3)
			break;
	}
	return n;
}
