// SPDX-License-Identifier: GPL-2.0
/* Draws a ladder diagram: hosts are columns, time goes down. */
#include <stdlib.h>
#include <string.h>

#include "explain_why.h"
#include "ladder.h"
#include "out.h"
#include "row.h"

#define COLS		24
#define LEFT		96	/* of the first column */
#define APART		230	/* columns */
#define LANE		7	/* bars beside each other */
#define LANES		24
#define CHAR		6.7	/* width of a letter, at 11 px */
#define LINE		15	/* height of a line of text */

/* A host, or the gateway between those inside and those outside. */
struct column {
	char name[64];
	bool inside;
	bool gateway;
	int x;
};

struct drawing {
	const json_t *rows;
	FILE *to;
	struct column col[COLS];
	int n;
	int gateway;		/* its column */
	int width;
	json_int_t begin;	/* time of the first row */
	int until[LANES];	/* by lane: row with which its bar ends */
};

static bool is_kind(const json_t *row, const char *kind)
{
	return !strcmp(row_str(row, "kind"), kind);
}

static size_t n_rows(const json_t *rows)
{
	size_t n = json_array_size(rows);

	return n < LADDER_ROWS ? n : LADDER_ROWS;
}

/* --- columns ---------------------------------------------------------------- */

static struct column *find(struct drawing *d, const char *name)
{
	int i;

	for (i = 0; i < d->n; i++) {
		if (!d->col[i].gateway && !strcmp(d->col[i].name, name))
			return d->col + i;
	}
	return NULL;
}

static void meet(struct drawing *d, const char *name, bool inside)
{
	struct column *c = find(d, name);

	if (c) {
		c->inside |= inside;
		return;
	}
	if (!*name || d->n == COLS - 1)
		return;
	c = d->col + d->n++;
	snprintf(c->name, sizeof(c->name), "%s", name);
	c->inside = inside;
}

static void meet_row(struct drawing *d, const json_t *row)
{
	const json_t *open = json_object_get(row, "open");
	bool inward = json_is_true(json_object_get(row, "inward"));
	const json_t *record = json_object_get(row, "record");

	if (is_kind(row, "message")) {
		meet(d, row_str(row, "from"), false);
		meet(d, row_str(row, "to"), inward);
	} else if (is_kind(row, "child")) {
		meet(d, row_str(row, "from"), false);
		meet(d, row_str(open, "listener"), false);
	} else if (record && !strcmp(row_str(record, "type"), "offer")) {
		meet(d, row_str(record, "listener"), true);
	} else if (record && !strcmp(row_str(record, "type"), "nat")) {
		meet(d, row_str(record, "address"), true);
	}
}

/* The gateway is known by the addresses that hosts inside have outside. */
static void name_gateway(struct drawing *d, struct column *gateway)
{
	const char *outside = "";
	const json_t *row;
	size_t i;

	json_array_foreach(d->rows, i, row) {
		const json_t *record = json_object_get(row, "record");

		if (!*outside && is_kind(row, "open"))
			outside = row_str(row, "outside");
		if (record && !strcmp(row_str(record, "type"), "nat"))
			outside = row_str(record, "outside");
	}
	snprintf(gateway->name, sizeof(gateway->name), "%s", outside);
}

/* Hosts inside stand to the left, and in the order in which they appear. */
static void arrange(struct drawing *d)
{
	struct column sorted[COLS], gateway = { .gateway = true };
	const json_t *row;
	int pass, i, n = 0;
	size_t r;

	json_array_foreach(d->rows, r, row)
		meet_row(d, row);
	name_gateway(d, &gateway);
	for (pass = 1; pass >= 0; pass--) {
		for (i = 0; i < d->n; i++) {
			if (d->col[i].inside == pass)
				sorted[n++] = d->col[i];
		}
		if (pass) {
			d->gateway = n;
			sorted[n++] = gateway;
		}
	}
	for (i = 0; i < n; i++)
		sorted[i].x = LEFT + APART / 2 + i * APART;
	memcpy(d->col, sorted, sizeof(sorted[0]) * n);
	d->n = n;
	d->width = LEFT + n * APART;
}

/* --- pieces ----------------------------------------------------------------- */

void ladder_escape(const char *text, size_t max, FILE *to)
{
	size_t n = 0;

	for (; *text && n < max; text++) {
		unsigned char c = *text;

		if ((c & 0xc0) != 0x80)
			n++;
		if (c == '&')
			fputs("&amp;", to);
		else if (c == '<')
			fputs("&lt;", to);
		else if (c == '>')
			fputs("&gt;", to);
		else if (c == '"')
			fputs("&quot;", to);
		else
			fputc(c < ' ' || c == 127 ? '?' : c, to);
	}
	while ((*text & 0xc0) == 0x80)
		fputc(*text++, to);
	if (*text)
		fputs("\xe2\x80\xa6", to);
}

void ladder_lines(const char *const *lines, FILE *to)
{
	for (; *lines; lines++) {
		fputs(*lines, to);
		fputc('\n', to);
	}
}

static void put_text(const struct drawing *d, int x, int y, const char *class,
		     const char *what)
{
	int room = (int)((d->width - x) / CHAR);

	fprintf(d->to, "<text x=\"%d\" y=\"%d\" class=\"%s\">", x, y, class);
	ladder_escape(what, room > 4 ? room : 4, d->to);
	fputs("</text>\n", d->to);
}

static void put_line(const struct drawing *d, int x1, int y1, int x2, int y2,
		     const char *class)
{
	fprintf(d->to,
		"<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" class=\"%s\"/>\n",
		x1, y1, x2, y2, class);
}

static void arrow(const struct drawing *d, int x1, int x2, int y,
		  const char *class)
{
	int back = x2 > x1 ? -8 : 8;

	put_line(d, x1, y, x2, y, class);
	fprintf(d->to,
		"<path d=\"M%d %dl%d -4v8z\" class=\"%s head\"/>\n", x2, y,
		back, class);
}

static void when(const struct drawing *d, const json_t *row, int y)
{
	const json_t *record = json_object_get(row, "record");
	json_int_t us = row_int(row, "time") - d->begin;
	char buf[64];

	snprintf(buf, sizeof(buf), "%d.%03d s", (int)(us / 1000000),
		 (int)(us / 1000 % 1000));
	put_text(d, 6, y, "faint", buf);
	snprintf(buf, sizeof(buf), "#%d",
		 (int)row_int(record ? record : row, "packet"));
	if (record || row_int(row, "packet"))
		put_text(d, 62, y, "faint", buf);
}

static char *endpoint(const json_t *row, const char *addr, const char *port)
{
	const char *a = row_str(row, addr);

	return out_text(strchr(a, ':') ? "[%s]:%d" : "%s:%d", a,
			(int)row_int(row, port));
}

/* --- rows ------------------------------------------------------------------- */

static int draw_message(struct drawing *d, const json_t *row, int y)
{
	const struct column *from = find(d, row_str(row, "from"));
	const struct column *to = find(d, row_str(row, "to"));
	int times = (int)row_int(row, "times");
	char *label;
	int x;

	if (!from || !to)
		return y;
	x = from->x < to->x ? from->x : to->x;
	when(d, row, y + LINE);
	label = out_text(times > 1 ? "%s (%d times)" : "%s",
			 row_str(row, "text"), times);
	put_text(d, x + 8, y + LINE - 2, "say", label ? label : "");
	free(label);
	arrow(d, from->x, to->x, y + LINE + 4, "say");
	return y + LINE + 10;
}

static int draw_child(struct drawing *d, const json_t *row, int y)
{
	const json_t *open = json_object_get(row, "open");
	const struct column *from = find(d, row_str(row, "from"));
	const struct column *to = find(d, row_str(open, "listener"));
	char *outside = endpoint(open, "outside", "port");
	char *inside = endpoint(open, "listener", "inside_port");
	char *label = NULL;

	if (outside && inside)
		label = out_text("%s %s to %s%s%s", row_str(open, "app"),
				 row_str(open, "proto"), outside,
				 strcmp(outside, inside) ? " -> " : "",
				 strcmp(outside, inside) ? inside : "");
	if (from && to && from != to) {
		when(d, row, y + LINE);
		put_text(d, (from->x < to->x ? from->x : to->x) + 8, y + LINE - 2,
			 "data", label ? label : "");
		arrow(d, from->x, to->x, y + LINE + 5, "data");
		y += LINE + 12;
	}
	free(outside);
	free(inside);
	free(label);
	return y;
}

static int draw_edits(struct drawing *d, const json_t *record, int y)
{
	const json_t *edit;
	size_t i;

	json_array_foreach(json_object_get(record, "lines"), i, edit) {
		put_text(d, LEFT + 20, y + LINE - 3, "old", row_str(edit, "old"));
		put_text(d, LEFT + 20, y + 2 * LINE - 3, "new",
			 row_str(edit, "new"));
		y += 2 * LINE;
	}
	return y;
}

static char *offer_text(const json_t *record)
{
	const json_t *proto = json_array_get(json_object_get(record, "proto"),
					     0);
	char *outside = endpoint(record, "outside", "outside_port");
	char *inside = endpoint(record, "listener", "inside_port");
	bool open = *row_str(record, "outside");
	char *all = NULL;

	if (outside && inside)
		all = out_text("%s %ss %s %s %s%s%s%s%s",
			       row_str(record, "helper"),
			       row_str(record, "verdict"),
			       row_str(record, "app"),
			       proto ? json_string_value(proto) : "",
			       open ? outside : "", open ? " -> " : "", inside,
			       *row_str(record, "policy") ? ", policy " : "",
			       row_str(record, "policy"));
	free(outside);
	free(inside);
	return all;
}

static char *record_text(const json_t *record)
{
	const char *type = row_str(record, "type");

	if (!strcmp(type, "offer"))
		return offer_text(record);
	if (!strcmp(type, "client")) {
		const json_t *c = json_object_get(record, "client");

		return out_text("%s uses %s%s %s", row_str(record, "address"),
				row_str(c, "agent"), row_str(c, "name"),
				row_str(c, "version"));
	}
	if (!strcmp(type, "nat"))
		return out_text("%s is %s outside", row_str(record, "address"),
				row_str(record, "outside"));
	if (!strcmp(type, "follow"))
		return out_text("follow %s to the server %s:%d",
				row_str(record, "address"),
				row_str(record, "server"),
				(int)row_int(record, "port"));
	if (!strcmp(type, "cancel"))
		return out_text("over for %s: %d closed",
				row_str(record, "address"),
				(int)row_int(record, "closed"));
	return out_text("%s: %s", type, row_str(record, "server"));
}

static const char *tone(const json_t *record)
{
	if (!strcmp(row_str(record, "verdict"), "refuse"))
		return "bad";
	if (!strcmp(row_str(record, "verdict"), "allow"))
		return "good";
	return *row_str(record, "reason") ? "warn" : "note";
}

static int draw_record(struct drawing *d, const json_t *row, int y)
{
	const json_t *record = json_object_get(row, "record");
	size_t edits = json_array_size(json_object_get(record, "lines"));
	const char *reason = row_str(record, "reason");
	int height = LINE * (1 + !!*reason + 2 * (int)edits) + 6;
	char *what = record_text(record);

	y += 4;
	fprintf(d->to,
		"<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" class=\"box %s\"/>\n",
		LEFT + 4, y, d->width - LEFT - 12, height, tone(record));
	when(d, row, y + LINE);
	put_text(d, LEFT + 12, y + LINE, "strong", what ? what : "");
	free(what);
	y += LINE + 2;
	if (*reason) {
		what = out_text("%s: %s", reason, explain_why(reason));
		put_text(d, LEFT + 20, y + LINE - 3, "why", what ? what : "");
		free(what);
		y += LINE;
	}
	return draw_edits(d, record, y) + 8;
}

/* --- lifetimes of expectations ------------------------------------------------ */

static int take_lane(struct drawing *d, size_t row, int until)
{
	int lane;

	for (lane = 0; lane < LANES - 1; lane++) {
		if (d->until[lane] <= (int)row)
			break;
	}
	d->until[lane] = until;
	return lane;
}

static void draw_bars(struct drawing *d, const int *y)
{
	size_t n = n_rows(d->rows), i, until;
	const json_t *row, *end;
	char *label;
	int x;

	json_array_foreach(d->rows, i, row) {
		if (i >= n || !is_kind(row, "open"))
			continue;
		end = json_object_get(row, "until");
		until = end ? (size_t)json_integer_value(end) : n;
		if (until > n)
			until = n;
		x = d->col[d->gateway].x + 3 +
		    LANE * take_lane(d, i, (int)until);
		fprintf(d->to,
			"<rect x=\"%d\" y=\"%d\" width=\"5\" height=\"%d\" rx=\"2\" class=\"life%s\">",
			x, y[i] + 2, y[until] > y[i] + 6 ? y[until] - y[i] : 6,
			json_is_true(json_object_get(row, "used")) ?
				" used" : "");
		label = out_text("%s %s %s:%d, %s", row_str(row, "app"),
				 row_str(row, "proto"),
				 row_str(row, "outside"),
				 (int)row_int(row, "port"),
				 json_is_true(json_object_get(row, "used")) ?
					 "used" :
				 json_is_true(json_object_get(row, "expired")) ?
					 "expired" : "not used");
		fputs("<title>", d->to);
		ladder_escape(label ? label : "", 200, d->to);
		fputs("</title></rect>\n", d->to);
		free(label);
	}
}

/* --- all of it ---------------------------------------------------------------- */

static const char *const style[] = {
	"svg.ladder{--bg:#fff;--fg:#1b1f24;--faint:#6a737d;--say:#4a5560;--data:#0b62c4;",
	"--good:#1a7f37;--bad:#b3261e;--warn:#8a5a00;--goodbg:#e7f6ea;--badbg:#fdeaea;",
	"--warnbg:#fff6df;--notebg:#f0f2f5;--life:#c39000;background:var(--bg)}",
	"@media(prefers-color-scheme:dark){svg.ladder{--bg:#14171b;--fg:#e6e9ed;",
	"--faint:#98a2ad;--say:#b7c0c9;--data:#6cb2ff;--good:#5bd27a;--bad:#ff8d84;",
	"--warn:#f0c04a;--goodbg:#15301d;--badbg:#3a1a1a;--warnbg:#362a0c;",
	"--notebg:#22272d;--life:#f0c04a}}",
	".ladder text{font:11px ui-monospace,Menlo,Consolas,monospace;fill:var(--fg)}",
	".ladder text{white-space:pre;paint-order:stroke;stroke:var(--bg);stroke-width:3px}",
	".ladder .strong,.ladder .why,.ladder .old,.ladder .new{stroke:none!important}",
	".ladder .faint{fill:var(--faint)!important}.ladder .why{fill:var(--faint)!important}",
	".ladder .strong,.ladder .host{font-weight:bold!important}",
	".ladder .host,.ladder .kind{text-anchor:middle}.ladder .kind{fill:var(--faint)!important}",
	".ladder line.col{stroke:var(--faint);stroke-dasharray:2 4}",
	".ladder line.gate{stroke:var(--life);stroke-width:2}",
	".ladder line.say{stroke:var(--say)}.ladder path.say{fill:var(--say)}",
	".ladder line.data{stroke:var(--data);stroke-width:3}.ladder path.data{fill:var(--data)}",
	".ladder text.data{fill:var(--data);font-weight:bold}",
	".ladder text.old{fill:var(--bad)}.ladder text.new{fill:var(--good)}",
	".ladder .box.good{fill:var(--goodbg);stroke:var(--good)}",
	".ladder .box.bad{fill:var(--badbg);stroke:var(--bad)}",
	".ladder .box.warn{fill:var(--warnbg);stroke:var(--warn)}.ladder .box.note{fill:var(--notebg)}",
	".ladder .life{fill:var(--life);opacity:.55}.ladder .life.used{fill:var(--data);opacity:.8}",
	NULL
};

static int draw_row(struct drawing *d, const json_t *row, int y)
{
	if (is_kind(row, "message"))
		return draw_message(d, row, y);
	if (is_kind(row, "child"))
		return draw_child(d, row, y);
	return is_kind(row, "record") ? draw_record(d, row, y) : y;
}

/* Twice: the heights of rows are known when they have been drawn. */
static int draw_rows(struct drawing *d, int *y)
{
	size_t n = n_rows(d->rows), i;

	for (i = 0; i < n; i++)
		y[i + 1] = draw_row(d, json_array_get(d->rows, i), y[i]);
	return y[n];
}

static void draw_columns(const struct drawing *d, int bottom)
{
	int i;

	for (i = 0; i < d->n; i++) {
		const struct column *c = d->col + i;

		put_line(d, c->x, 56, c->x, bottom, c->gateway ? "gate" : "col");
		put_text(d, c->x, 34, "kind", c->gateway ? "gateway" :
					  c->inside ? "inside" : "outside");
		put_text(d, c->x, 50, "host", c->name);
	}
}

static void draw(struct drawing *d, const char *title, int *y)
{
	size_t total = json_array_size(d->rows);
	char *body = NULL, *more;
	FILE *to = d->to;
	size_t size;
	int bottom;

	d->to = open_memstream(&body, &size);
	if (!d->to)
		return;
	bottom = draw_rows(d, y);
	if (total > LADDER_ROWS) {
		more = out_text("and %zu more", total - LADDER_ROWS);
		put_text(d, LEFT, bottom + LINE, "faint", more ? more : "");
		free(more);
	}
	fclose(d->to);
	d->to = to;
	fprintf(to, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ladder\" ");
	fprintf(to, "width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n<style>\n",
		d->width, bottom + 24, d->width, bottom + 24);
	ladder_lines(style, to);
	fputs("</style>\n", to);
	fprintf(to, "<rect width=\"%d\" height=\"%d\" style=\"fill:var(--bg)\"/>\n<title>",
		d->width, bottom + 24);
	ladder_escape(title, 200, to);
	fputs("</title>\n", to);
	put_text(d, 6, 16, "strong", title);
	draw_columns(d, bottom + 6);
	draw_bars(d, y);
	fputs(body, to);
	fputs("</svg>\n", to);
	free(body);
}

void ladder_svg(const json_t *rows, const char *title, FILE *to)
{
	int *y = calloc(LADDER_ROWS + 1, sizeof(*y));
	struct drawing *d = calloc(1, sizeof(*d));

	if (y && d) {
		d->rows = rows;
		d->to = to;
		d->begin = row_int(json_array_get(rows, 0), "time");
		y[0] = 62;
		arrange(d);
		draw(d, title, y);
	}
	free(d);
	free(y);
}
