// SPDX-License-Identifier: GPL-2.0
/* Blanks out the comments of a policy file before libconfuse sees it. */
#include <stdio.h>

#include "conf_text.h"

/* A list in an application in a policy is 3; more cannot be right. */
#define BRACES_MAX	8

/* Where we are: the byte to look at, and the braces that are open. */
struct bare {
	char *p;
	size_t len;
	size_t i;
	u32 brace[BRACES_MAX];
	u32 n_braces;
	u32 at;
};

static char sentence[80];

/* The byte @ahead of where we are; 0 behind the end. */
static char peek(const struct bare *b, size_t ahead)
{
	return b->i + ahead < b->len ? b->p[b->i + ahead] : '\0';
}

static bool is_text(char c)
{
	return (unsigned char)c >= ' ' && c != 0x7f;
}

static void skip_line(struct bare *b)
{
	while (b->i < b->len && b->p[b->i] != '\n')
		b->p[b->i++] = ' ';
}

static const char *skip_comment(struct bare *b)
{
	b->at = b->i;
	while (b->i < b->len && (peek(b, 0) != '*' || peek(b, 1) != '/' ||
				 b->i < b->at + 2)) {
		if (b->p[b->i] != '\n')
			b->p[b->i] = ' ';
		b->i++;
	}
	if (b->i == b->len)
		return "this comment is never closed";
	b->p[b->i++] = ' ';
	b->p[b->i++] = ' ';
	return NULL;
}

static const char *pass_quote(struct bare *b)
{
	char quote = b->p[b->i];

	b->at = b->i++;
	for (; b->i < b->len && b->p[b->i] != quote; b->i++) {
		if (peek(b, 0) == '$' && peek(b, 1) == '{' && quote == '"') {
			b->at = b->i;
			return "a file takes nothing from the environment: write '\\$'";
		}
		if (peek(b, 0) == '\\')
			b->i++;
		if (!is_text(peek(b, 0)))
			break;
	}
	if (peek(b, 0) != quote)
		return "this quote is not closed on its line";
	b->i++;
	return NULL;
}

static const char *pass_brace(struct bare *b)
{
	if (b->p[b->i] == '{') {
		if (b->n_braces == BRACES_MAX)
			return "too many braces are open here";
		b->brace[b->n_braces++] = b->i;
	} else if (!b->n_braces--) {
		return "this brace closes nothing";
	}
	b->i++;
	return NULL;
}

static const char *pass_byte(struct bare *b)
{
	char c = peek(b, 0);

	b->at = b->i;
	if (c == '\r')
		b->p[b->i] = ' ';
	else if (!is_text(c) && c != '\t' && c != '\n')
		goto bad;
	if (c == '*' || c == '|' || (c == '+' && peek(b, 1) != '='))
		goto bad;
	if (c == '$' && peek(b, 1) == '{')
		return "a file takes nothing from the environment";
	b->i++;
	return NULL;
bad:
	if (is_text(c))
		snprintf(sentence, sizeof(sentence), "unexpected '%c'", c);
	else
		snprintf(sentence, sizeof(sentence),
			 "byte 0x%02x does not belong into a text file",
			 (unsigned char)c);
	return sentence;
}

static const char *pass(struct bare *b)
{
	char c = peek(b, 0), next = peek(b, 1);

	b->at = b->i;
	if (c == '#' || (c == '/' && next == '/')) {
		skip_line(b);
		return NULL;
	}
	if (c == '/' && next == '*')
		return skip_comment(b);
	if (c == '"' || c == '\'')
		return pass_quote(b);
	if (c == '{' || c == '}')
		return pass_brace(b);
	return pass_byte(b);
}

const char *conf_bare(struct conf_text *text, u32 *at)
{
	struct bare b = { .p = text->bare, .len = text->len };
	const char *why = NULL;

	while (!why && b.i < b.len)
		why = pass(&b);
	if (!why && b.n_braces) {
		b.at = b.brace[b.n_braces - 1];
		why = "this brace is never closed";
	}
	*at = b.at;
	return why;
}
