// SPDX-License-Identifier: GPL-2.0
/* nfim monitor --top: the table as text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "out.h"
#include "row.h"
#include "top_draw.h"

#define COLS_MAX	8
#define KEYS "q quit  p pause  h hosts  a applications  e endpoints  r refusals  \342\206\221\342\206\223 scroll"

/* A column; numbers stand to the right, under their title. */
struct col {
	const char *title;
	struct out_col of;
};

/**
 * struct part - one of the tables below each other
 * @letter: the key that shows it alone
 * @key: where its rows are
 * @none: what to say if there are none
 * @tone: of a row; NULL for plain
 * @col: its columns, ended by one without title
 */
struct part {
	char letter;
	const char *key;
	const char *none;
	enum out_tone (*tone)(const json_t *row);
	struct col col[COLS_MAX + 1];
};

/* A line, and what it means. */
struct line {
	char *text;
	enum out_tone tone;
	bool is_head;
};

struct page {
	struct line *line;
	size_t n;
	bool failed;
};

static char *endpoint_state(const json_t *offer)
{
	char *peer, *text;

	if (!json_object_get(offer, "peer"))
		return out_text("waiting, %d s left",
				(int)row_int(offer, "seconds_left"));
	peer = row_endpoint(offer, "peer");
	text = peer ? out_text("connected to %s", peer) : NULL;
	free(peer);
	return text;
}

static char *host_text(const json_t *host)
{
	int zone = row_int(host, "zone");

	if (!zone)
		return out_text("%s", row_str(host, "address"));
	return out_text("%s zone %d", row_str(host, "address"), zone);
}

static enum out_tone host_tone(const json_t *host)
{
	if (row_int(host, "refused") || row_int(host, "opaque"))
		return TONE_WARN;
	return row_int(host, "connected") ? TONE_GOOD : TONE_PLAIN;
}

static enum out_tone offer_tone(const json_t *offer)
{
	return json_object_get(offer, "peer") ? TONE_GOOD : TONE_PLAIN;
}

static enum out_tone refusal_tone(const json_t *refusal)
{
	return row_int(refusal, "new") ? TONE_BAD : TONE_FAINT;
}

static const struct part parts[] = {
	{
		'h', "hosts", "no hosts", host_tone,
		{ { "HOST", { .cell = host_text } },
		  { "CLIENT", { .key = "client" } },
		  { "POLICY", { .key = "policy" } },
		  { "WAITING", { .key = "waiting" } },
		  { "CONNECTED", { .key = "connected" } },
		  { "OPENED", { .key = "opened" } },
		  { "REFUSED", { .key = "refused" } },
		  { "LAST", { .key = "last" } } },
	},
	{
		'a', "applications", "no applications", NULL,
		{ { "APPLICATION", { .key = "application" } },
		  { "WAITING", { .key = "waiting" } },
		  { "CONNECTED", { .key = "connected" } },
		  { "OPENED", { .key = "opened" } },
		  { "REFUSED", { .key = "refused" } } },
	},
	{
		'e', "offers", "no open endpoints", offer_tone,
		{ { "ENDPOINT", { .key = "application" } },
		  { "PROTOCOL", { .key = "protocol" } },
		  { "WAY", { .cell = row_way } },
		  { "STATE", { .cell = endpoint_state } } },
	},
	{
		'r', "refusals", "nothing refused or given up", refusal_tone,
		{ { "REFUSED OR GIVEN UP", { .key = "reason" } },
		  { "TOTAL", { .key = "total" } },
		  { "NEW", { .key = "new" } } },
	},
};

#define N_PARTS	(sizeof(parts) / sizeof(*parts))

bool top_has_part(char letter)
{
	size_t i;

	for (i = 0; i < N_PARTS; i++) {
		if (parts[i].letter == letter)
			return true;
	}
	return false;
}

/* Columns on a terminal, as if each character took one. */
static size_t width_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

/* Return: bytes of as many characters as fit. */
static int bytes_of(const char *text, size_t width)
{
	const char *p = text;

	while (*p && ((*p & 0xc0) == 0x80 || width)) {
		if ((*p & 0xc0) != 0x80)
			width--;
		p++;
	}
	return p - text;
}

/* Takes over @text. */
static void add_line(struct page *page, char *text, enum out_tone tone,
		     bool is_head)
{
	struct line *bigger;

	bigger = reallocarray(page->line, page->n + 1, sizeof(*bigger));
	if (!bigger || !text) {
		page->line = bigger ? bigger : page->line;
		page->failed = true;
		free(text);
		return;
	}
	page->line = bigger;
	page->line[page->n++] = (struct line){ text, tone, is_head };
}

/* Cells of all rows, one behind the other, the titles first. */
static char **make_cells(const struct part *part, const json_t *rows,
			 size_t n_cols)
{
	size_t n_rows = json_array_size(rows) + 1;
	char **cell = calloc(n_rows * n_cols, sizeof(*cell));
	bool failed = !cell;
	size_t i;

	for (i = 0; !failed && i < n_rows * n_cols; i++) {
		if (i < n_cols)
			cell[i] = strdup(part->col[i].title);
		else
			cell[i] = out_cell(&part->col[i % n_cols].of,
					   json_array_get(rows,
							  i / n_cols - 1));
		failed = !cell[i];
	}
	if (!failed)
		return cell;
	for (i = 0; cell && i < n_rows * n_cols; i++)
		free(cell[i]);
	free(cell);
	return NULL;
}

static bool is_number(const struct part *part, const json_t *rows, size_t col)
{
	const char *key = part->col[col].of.key;

	return key && json_is_integer(json_object_get(json_array_get(rows, 0),
						      key));
}

static char *make_line(const struct part *part, const json_t *rows,
		       char *const *cell, const size_t *width, size_t n_cols)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	int fill;
	size_t i;

	for (i = 0; to && i < n_cols; i++) {
		fill = width[i] - width_of(cell[i]);
		if (is_number(part, rows, i))
			fprintf(to, "%*s%s", fill, "", cell[i]);
		else
			fprintf(to, "%s%*s", cell[i],
				i + 1 < n_cols ? fill : 0, "");
		fputs(i + 1 < n_cols ? "  " : "", to);
	}
	if (to && fclose(to)) {
		free(text);
		text = NULL;
	}
	/* The last cell may be empty. */
	while (text && size && text[size - 1] == ' ')
		text[--size] = '\0';
	return text;
}

static void add_part(struct page *page, const struct part *part,
		     const json_t *doc)
{
	const json_t *rows = json_object_get(doc, part->key);
	size_t n = json_array_size(rows), n_cols = 0, i, col;
	size_t width[COLS_MAX] = { 0 };
	char **cell;

	if (!n) {
		add_line(page, strdup(part->none), TONE_FAINT, false);
		return;
	}
	while (part->col[n_cols].title)
		n_cols++;
	cell = make_cells(part, rows, n_cols);
	page->failed |= !cell;
	for (i = 0; cell && i < (n + 1) * n_cols; i++) {
		col = i % n_cols;
		if (width_of(cell[i]) > width[col])
			width[col] = width_of(cell[i]);
	}
	for (i = 0; cell && i < n + 1; i++)
		add_line(page, make_line(part, rows, cell + i * n_cols, width,
					 n_cols),
			 i && part->tone ?
				 part->tone(json_array_get(rows, i - 1)) :
				 TONE_PLAIN,
			 !i);
	for (i = 0; cell && i < (n + 1) * n_cols; i++)
		free(cell[i]);
	free(cell);
}

static const char first_format[] =
	"nfim %s  %d host%s  %d waiting, %d connected  %d opened, %d refused, %d given up%s";

static char *first_line(const json_t *doc)
{
	const json_t *all = json_object_get(doc, "totals");
	time_t seconds = row_int(doc, "time") / 1000;
	int hosts = row_int(all, "hosts");
	char clock[16] = "";
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	return out_text(first_format, clock, hosts, hosts == 1 ? "" : "s",
			(int)row_int(all, "waiting"),
			(int)row_int(all, "connected"),
			(int)row_int(all, "opened"),
			(int)row_int(all, "refused"),
			(int)row_int(all, "opaque"),
			json_is_true(json_object_get(doc, "lost")) ?
				", events were lost" : "");
}

static void put_line(FILE *to, const struct line *line,
		     const struct top_view *view)
{
	size_t width = view->width ? view->width : width_of(line->text);
	const char *tone = out_tone(line->tone);

	if (line->is_head && view->height)
		tone = "\033[1m";
	fprintf(to, "%s%.*s%s%s\n", tone, bytes_of(line->text, width),
		line->text, *tone ? "\033[0m" : "",
		view->height ? "\033[K" : "");
}

/* Lines that scroll between the first one and the keys. */
static void put_screen(FILE *to, const struct page *page,
		       struct top_view *view)
{
	const char *keys = view->is_paused ? "paused: p goes on, q quits" : KEYS;
	size_t room = view->height > 3 ? view->height - 2 : 1;
	size_t rest = page->n - 1;
	size_t i;

	if (view->skip + room > rest)
		view->skip = rest > room ? rest - room : 0;
	fputs("\033[H", to);
	put_line(to, &page->line[0], view);
	for (i = 0; i < room && view->skip + i < rest; i++)
		put_line(to, &page->line[1 + view->skip + i], view);
	/* The last line has no end, which would scroll. */
	fprintf(to, "\033[J\033[%zu;1H\033[7m%.*s\033[0m", view->height,
		bytes_of(keys, view->width ? view->width : 80), keys);
}

static void put_all(FILE *to, const struct page *page, struct top_view *view)
{
	size_t i;

	for (i = 0; i < page->n; i++)
		put_line(to, &page->line[i], view);
	putc('\n', to);
}

static char *put_page(const struct page *page, struct top_view *view)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	if (view->height)
		put_screen(to, page, view);
	else
		put_all(to, page, view);
	if (!fclose(to))
		return text;
	free(text);
	return NULL;
}

char *top_draw(const json_t *doc, struct top_view *view)
{
	struct page page = { 0 };
	char *text = NULL;
	size_t i;

	add_line(&page, first_line(doc), TONE_PLAIN, true);
	for (i = 0; i < N_PARTS; i++) {
		if (view->part && view->part != parts[i].letter)
			continue;
		add_line(&page, strdup(""), TONE_PLAIN, false);
		add_part(&page, &parts[i], doc);
	}
	if (!page.failed)
		text = put_page(&page, view);
	for (i = 0; i < page.n; i++)
		free(page.line[i].text);
	free(page.line);
	return text;
}
