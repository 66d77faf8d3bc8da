// SPDX-License-Identifier: GPL-2.0
/* All output of commands: one document, as JSON or as aligned text. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"

#define COLS_MAX	8

/* One line of a table; a number stands to the right. */
struct line {
	char *cell[COLS_MAX];
	bool is_number[COLS_MAX];
};

/* Lines are collected first, because widths are known only at the end. */
struct table {
	struct line *line;
	size_t n_lines;
	size_t n_cols;
};

static void table_free(struct table *table)
{
	size_t i, col;

	for (i = 0; i < table->n_lines; i++) {
		for (col = 0; col < table->n_cols; col++)
			free(table->line[i].cell[col]);
	}
	free(table->line);
}

static int table_init(struct table *table, size_t n_lines, size_t n_cols)
{
	*table = (struct table){ .n_cols = n_cols };
	table->line = calloc(n_lines ? n_lines : 1, sizeof(*table->line));
	return table->line ? 0 : -ENOMEM;
}

static void table_print(const struct table *table, const char *indent)
{
	int width[COLS_MAX] = { 0 };
	const struct line *line;
	size_t i, col;
	int len;

	for (i = 0; i < table->n_lines; i++) {
		for (col = 0; col < table->n_cols; col++) {
			len = strlen(table->line[i].cell[col]);
			if (len > width[col])
				width[col] = len;
		}
	}
	for (i = 0; i < table->n_lines; i++) {
		line = &table->line[i];
		printf("%s", indent);
		for (col = 0; col < table->n_cols; col++) {
			len = width[col];
			if (!line->is_number[col])
				len = col + 1 < table->n_cols ? -len : 0;
			printf("%s%*s", col ? "  " : "", len, line->cell[col]);
		}
		putchar('\n');
	}
}

static int add_row(struct table *table, const struct out_col *cols,
		   const json_t *row)
{
	struct line *line = &table->line[table->n_lines++];
	const json_t *value;
	size_t i;

	for (i = 0; i < table->n_cols; i++) {
		value = cols[i].key ? json_object_get(row, cols[i].key) : NULL;
		line->is_number[i] = json_is_integer(value);
		line->cell[i] = out_cell(&cols[i], row);
		if (!line->cell[i])
			return -ENOMEM;
	}
	return 0;
}

/* @rows: an array of objects, or the one row itself. */
static int print_rows(const struct out_view *view, const json_t *rows)
{
	size_t n_rows = json_is_array(rows) ? json_array_size(rows) : 1;
	struct table table;
	size_t n_cols = 0;
	int ret;
	size_t i;

	while (n_cols < COLS_MAX &&
	       (view->cols[n_cols].key || view->cols[n_cols].cell))
		n_cols++;
	ret = table_init(&table, n_rows, n_cols);
	for (i = 0; !ret && i < n_rows; i++)
		ret = add_row(&table, view->cols,
			      json_is_array(rows) ? json_array_get(rows, i) :
						    rows);
	if (!ret) {
		if (view->title)
			printf("%s:\n", view->title);
		table_print(&table, view->title ? "  " : "");
	}
	table_free(&table);
	return ret;
}

static int print_members(const struct out_view *view, json_t *object)
{
	struct table table;
	struct line *line;
	const char *key;
	json_t *value;
	int ret;

	ret = table_init(&table, json_object_size(object), 2);
	if (ret)
		return ret;
	json_object_foreach(object, key, value) {
		if (view->skip && view->skip(value))
			continue;
		line = &table.line[table.n_lines++];
		line->is_number[1] = json_is_integer(value);
		line->cell[0] = out_text("%s", key);
		line->cell[1] = out_scalar(value);
		if (!line->cell[0] || !line->cell[1])
			ret = -ENOMEM;
	}
	if (!ret && table.n_lines)
		table_print(&table, "");
	else if (!ret)
		puts(view->none);
	table_free(&table);
	return ret;
}

static int print_list(const struct out_view *view, const json_t *list)
{
	char *text;
	size_t i;

	printf("%s: ", view->title);
	for (i = 0; i < json_array_size(list); i++) {
		text = out_scalar(json_array_get(list, i));
		if (!text)
			return -ENOMEM;
		printf("%s%s", i ? ", " : "", text);
		free(text);
	}
	putchar('\n');
	return 0;
}

static bool is_empty(const json_t *member)
{
	return !member || json_is_null(member) ||
	       (json_is_array(member) && !json_array_size(member));
}

static int print_view(const struct out_view *view, json_t *doc)
{
	json_t *member = view->key ? json_object_get(doc, view->key) : doc;
	char *text;

	if (is_empty(member)) {
		puts(view->none);
		return 0;
	}
	if (view->cols)
		return print_rows(view, member);
	if (json_is_object(member))
		return print_members(view, member);
	if (json_is_array(member))
		return print_list(view, member);
	text = out_scalar(member);
	if (!text)
		return -ENOMEM;
	printf("%s: %s\n", view->title, text);
	free(text);
	return 0;
}

static int print_json(const json_t *doc)
{
	json_t *all = out_with_schema(doc);
	int ret = -ENOMEM;

	if (all) {
		ret = json_dumpf(all, stdout, JSON_INDENT(2)) ? -ENOMEM : 0;
		putchar('\n');
	}
	json_decref(all);
	return ret;
}

enum rc out_document(json_t *doc, const struct out_view *views, bool json)
{
	int ret = 0;

	if (!doc)
		return err_nomem();
	if (json)
		ret = print_json(doc);
	for (; !json && !ret && (views->key || views->cols); views++)
		ret = print_view(views, doc);
	json_decref(doc);
	return ret && !ferror(stdout) ? err_nomem() : RC_DONE;
}

enum rc out_flush(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return RC_DONE;
	return err(RC_REFUSED, "cannot write to standard output");
}

void out_error(enum rc rc, const char *text)
{
	const struct err_place *place = err_place();
	json_t *error = json_pack("{s:o, s:i}", "message", out_string(text),
				  "code", (int)rc);
	json_t *doc;

	if (error && place) {
		json_object_set_new(error, "file", out_string(place->file));
		json_object_set_new(error, "line", json_integer(place->line));
		json_object_set_new(error, "column",
				    json_integer(place->column));
	}
	doc = json_pack("{s:o}", "error", error);
	if (doc)
		print_json(doc);
	json_decref(doc);
}
