// SPDX-License-Identifier: GPL-2.0
/* What a login tells of a client: dialect, name and version. */

#include "login.h"

/* Printable ASCII only: it is shown to people and compared with policies. */
static bool copy_word(char *to, size_t size, struct span word)
{
	size_t n = span_len(word), i;

	if (!n)
		return false;
	if (n >= size)
		n = size - 1;
	memset(to, 0, size);
	for (i = 0; i < n; i++) {
		if (word.p[i] <= ' ' || word.p[i] > '~')
			return false;
		to[i] = word.p[i];
	}
	return true;
}

bool login_cvr(struct span line, struct client *c)
{
	struct span word[8];
	struct client got;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(word); i++)
		if (!text_token(&line, word + i))
			return false;
	if (!span_is(word[0], "CVR") && !span_is(word[0], "CVQ"))
		return false;
	if (!copy_word(got.name, sizeof(got.name), word[6]) ||
	    !copy_word(got.text, sizeof(got.text), word[7]))
		return false;
	memcpy(c->name, got.name, sizeof(c->name));
	memcpy(c->text, got.text, sizeof(c->text));
	if (!version_read(word[7], 0, &c->version))
		c->version = 0;
	return true;
}

bool login_dialect(struct span line, struct client *c)
{
	struct span word;
	u32 n;

	if (!text_token(&line, &word) || !span_is(word, "VER") ||
	    !text_token(&line, &word))
		return false;
	while (text_token(&line, &word)) {
		if (span_len(word) < 5 || memcmp(word.p, "MSNP", 4))
			continue;
		word.p += 4;
		if (!text_u32(word, 255, &n) || !n)
			return false;
		c->dialect = (u8)n;
		return true;
	}
	return false;
}
