// SPDX-License-Identifier: GPL-2.0
/* The lines of a message before and after an edit. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "explain_say.h"
#include "explain_text.h"

/* What is shown of a long line, before and behind what changes. */
#define AROUND		80

/* A line, and the edits inside it. */
struct line {
	u32 from;
	u32 to;
	u32 first;
	u32 n;
};

static u32 end_of(const struct edit_plan *plan, u32 i)
{
	return plan->e[i].off + plan->e[i].len;
}

static struct line find_line(const struct edit_plan *plan, struct span data,
			     u32 i)
{
	struct line l = { .from = plan->e[i].off, .first = i };
	u32 len = (u32)span_len(data);

	while (l.from && l.from + AROUND > plan->e[i].off &&
	       data.p[l.from - 1] != '\n')
		l.from--;
	l.to = plan->e[i].off + plan->e[i].len;
	while (l.to < len && l.to < end_of(plan, i + l.n) + AROUND &&
	       data.p[l.to] != '\n') {
		l.to++;
		if (i + l.n + 1 < plan->n && plan->e[i + l.n + 1].off < l.to)
			l.to = end_of(plan, i + ++l.n);
	}
	l.n++;
	if (l.to > l.from && data.p[l.to - 1] == '\r')
		l.to--;
	return l;
}

/*
 * Bytes as text; consumed; room for one more byte is needed. UTF-16 looks like
 * text with zeros in between.
 */
static json_t *bytes_json(char *text, size_t len)
{
	json_t *string;
	size_t i, n = 0;

	if (!text)
		return NULL;
	for (i = 0; i < len; i++) {
		if (text[i])
			text[n++] = text[i];
		if (n && ((unsigned char)text[n - 1] < ' ' ||
			  text[n - 1] == 127))
			text[n - 1] = '?';
	}
	text[n] = '\0';
	string = out_string(text);
	free(text);
	return string;
}

static json_t *old_json(struct span data, const struct line *l)
{
	size_t len = l->to - l->from;
	char *text = malloc(len + 1);

	if (text)
		memcpy(text, data.p + l->from, len);
	return bytes_json(text, len);
}

static json_t *new_json(const struct edit_plan *plan, struct span data,
			const struct line *l)
{
	char *text = malloc(l->to - l->from + EDIT_POOL + 1);
	u32 i, at = l->from;
	size_t n = 0;

	if (!text)
		return NULL;
	for (i = l->first; i < l->first + l->n; i++) {
		const struct edit *e = plan->e + i;

		memcpy(text + n, data.p + at, e->off - at);
		n += e->off - at;
		memcpy(text + n, plan->pool + e->at, e->new_len);
		n += e->new_len;
		at = e->off + e->len;
	}
	if (at < l->to) {
		memcpy(text + n, data.p + at, l->to - at);
		n += l->to - at;
	}
	return bytes_json(text, n);
}

static bool has_words(const char *text)
{
	for (; *text; text++)
		if (isalnum((unsigned char)*text))
			return true;
	return false;
}

/* Blanks at the end of a line make up for what became shorter elsewhere. */
static bool reads_the_same(const json_t *a, const json_t *b)
{
	const char *s = json_string_value(a), *t = json_string_value(b);
	size_t n = 0;

	if (s && t && !has_words(s) && !has_words(t))
		return true;
	while (s && t && s[n] && s[n] == t[n])
		n++;
	return s && t && !s[n + strspn(s + n, " ")] &&
	       !t[n + strspn(t + n, " ")];
}

static bool add_pair(json_t *all, json_t *old, json_t *new)
{
	if (!reads_the_same(old, new))
		return !json_array_append_new(all,
					      json_pack("{s:o, s:o}", "old",
							old, "new", new));
	json_decref(old);
	json_decref(new);
	return true;
}

json_t *text_lines(const struct edit_plan *plan, struct span data)
{
	json_t *all = json_array();
	struct line l;
	u32 i;

	for (i = 0; all && i < plan->n; i += l.n) {
		l = find_line(plan, data, i);
		if (!add_pair(all, old_json(data, &l),
			      new_json(plan, data, &l))) {
			json_decref(all);
			return NULL;
		}
	}
	return all;
}

static enum out_tone old_tone(const json_t *row)
{
	(void)row;
	return TONE_BAD;
}

static enum out_tone new_tone(const json_t *row)
{
	(void)row;
	return TONE_GOOD;
}

static char *old_cell(const json_t *row)
{
	return out_text("    - %s",
			json_string_value(json_object_get(row, "old")));
}

static char *new_cell(const json_t *row)
{
	return out_text("    + %s",
			json_string_value(json_object_get(row, "new")));
}

void text_diff(struct explain *x, const json_t *lines)
{
	static const struct out_col olds[] = {
		{ .cell = old_cell, .tone = old_tone }, { 0 }
	};
	static const struct out_col news[] = {
		{ .cell = new_cell, .tone = new_tone }, { 0 }
	};
	json_t *line;
	size_t i;

	json_array_foreach(lines, i, line) {
		say_record(x, json_incref(line), olds);
		say_record(x, json_incref(line), news);
	}
}
