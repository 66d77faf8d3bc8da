// SPDX-License-Identifier: GPL-2.0
/* Pieces of output: text without harm, and lines that are printed one by one. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"

static bool colored;

static const char *const tones[] = {
	[TONE_PLAIN] = "",
	[TONE_GOOD] = "\033[32m",
	[TONE_BAD] = "\033[31m",
	[TONE_WARN] = "\033[33m",
	[TONE_FAINT] = "\033[2m",
};

void out_color(bool on)
{
	colored = on;
}

const char *out_tone(enum out_tone tone)
{
	return colored ? tones[tone] : "";
}

char *out_text(const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	return text;
}

json_t *out_string(const char *text)
{
	json_t *string = json_string(text);
	char *copy, *p;

	if (string)
		return string;
	copy = strdup(text);
	if (!copy)
		return NULL;
	for (p = copy; *p; p++) {
		if (*p & 0x80)
			*p = '?';
	}
	string = json_string(copy);
	free(copy);
	return string;
}

/* The controls above ASCII are two bytes in UTF-8; the text is UTF-8. */
static char *defuse(char *text)
{
	unsigned char *p;

	for (p = (unsigned char *)text; p && *p; p++) {
		if (*p < ' ' || *p == 0x7f)
			*p = '?';
		if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0) {
			p[0] = '?';
			p[1] = '?';
		}
	}
	return text;
}

char *out_scalar(const json_t *value)
{
	if (json_is_string(value))
		return defuse(out_text("%s", json_string_value(value)));
	if (json_is_integer(value))
		return out_text("%" JSON_INTEGER_FORMAT,
				json_integer_value(value));
	if (json_is_boolean(value))
		return out_text("%s", json_is_true(value) ? "yes" : "no");
	return out_text("-");
}

char *out_cell(const struct out_col *col, const json_t *row)
{
	if (col->cell)
		return defuse(col->cell(row));
	return out_scalar(json_object_get(row, col->key));
}

json_t *out_with_schema(const json_t *doc)
{
	json_t *all = json_pack("{s:i}", "schema", OUT_SCHEMA);

	if (all && !json_object_update(all, (json_t *)doc))
		return all;
	json_decref(all);
	return NULL;
}

static int print_cols(const json_t *record, const struct out_col *cols)
{
	const char *gap = "";
	enum out_tone tone;
	char *text;

	for (; cols->key || cols->cell; cols++) {
		text = out_cell(cols, record);
		if (!text)
			return -ENOMEM;
		tone = colored && cols->tone ? cols->tone(record) : TONE_PLAIN;
		if (*text) {
			printf("%s%s%s%s", gap, tones[tone], text,
			       tone ? "\033[0m" : "");
			gap = " ";
		}
		free(text);
	}
	putchar('\n');
	return 0;
}

static int print_json_line(const json_t *record)
{
	json_t *all = out_with_schema(record);
	char *text = all ? json_dumps(all, JSON_COMPACT) : NULL;

	json_decref(all);
	if (!text)
		return -ENOMEM;
	puts(text);
	free(text);
	return 0;
}

enum rc out_record(const json_t *record, const struct out_col *cols, bool json)
{
	int ret = json ? print_json_line(record) : print_cols(record, cols);

	return ret ? err_nomem() : out_flush();
}

enum rc out_plain(char *text)
{
	if (!text)
		return err_nomem();
	fputs(text, stdout);
	free(text);
	return RC_DONE;
}
