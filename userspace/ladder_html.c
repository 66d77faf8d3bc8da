// SPDX-License-Identifier: GPL-2.0
/* A page around a ladder diagram: what was announced, and what came of it. */
#include <string.h>

#include "explain_why.h"
#include "ladder.h"
#include "row.h"

static const char *const head[] = {
	"<!DOCTYPE html>",
	"<html lang=\"en\">",
	"<head>",
	"<meta charset=\"utf-8\">",
	"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">",
	"<meta name=\"color-scheme\" content=\"light dark\">",
	"<style>",
	":root{color-scheme:light dark}",
	"body{font:14px system-ui,sans-serif;margin:16px;background:#fff;color:#1b1f24}",
	"table{border-collapse:collapse;margin:0 0 16px}",
	"td,th{border:1px solid #8886;padding:4px 8px;text-align:left;vertical-align:top}",
	"td.allow{color:#1a7f37}td.refuse{color:#b3261e}",
	"del{color:#b3261e}ins{color:#1a7f37}div{overflow-x:auto}",
	"del,ins{display:block;text-decoration:none;white-space:pre-wrap}",
	"del,ins{font:12px ui-monospace,Menlo,Consolas,monospace}",
	"@media(prefers-color-scheme:dark){body{background:#14171b;color:#e6e9ed}",
	"td.allow,ins{color:#5bd27a}td.refuse,del{color:#ff8d84}}",
	"</style>",
	NULL
};

static const char *const columns[] = {
	"</h1>", "<table>", "<tr><th>packet</th><th>verdict</th><th>application</th>",
	"<th>endpoint</th><th>why</th><th>policy</th><th>edit</th></tr>", NULL
};

static void cell(FILE *to, const char *class, const char *text)
{
	fprintf(to, "<td%s%s>", *class ? " class=" : "", class);
	ladder_escape(text, 400, to);
	fputs("</td>", to);
}

static void way(FILE *to, const json_t *offer)
{
	fputs("<td>", to);
	if (*row_str(offer, "outside")) {
		ladder_escape(row_str(offer, "outside"), 64, to);
		fprintf(to, " port %d &rarr; ",
			(int)row_int(offer, "outside_port"));
	}
	ladder_escape(row_str(offer, "listener"), 64, to);
	fprintf(to, " port %d</td>", (int)row_int(offer, "inside_port"));
}

static void edits(FILE *to, const json_t *offer)
{
	const json_t *edit;
	size_t i;

	fputs("<td>", to);
	json_array_foreach(json_object_get(offer, "lines"), i, edit) {
		fputs("<del>- ", to);
		ladder_escape(row_str(edit, "old"), 400, to);
		fputs("</del><ins>+ ", to);
		ladder_escape(row_str(edit, "new"), 400, to);
		fputs("</ins>", to);
	}
	fputs("</td>", to);
}

static void offer_row(FILE *to, const json_t *offer)
{
	const char *reason = row_str(offer, "reason");

	fprintf(to, "<tr><td>%d</td>", (int)row_int(offer, "packet"));
	cell(to, row_str(offer, "verdict"), row_str(offer, "verdict"));
	cell(to, "", row_str(offer, "app"));
	way(to, offer);
	fputs("<td>", to);
	ladder_escape(reason, 100, to);
	fputs(": ", to);
	ladder_escape(explain_why(reason), 400, to);
	fputs("</td>", to);
	cell(to, "", row_str(offer, "policy"));
	edits(to, offer);
	fputs("</tr>\n", to);
}

void ladder_html(const json_t *rows, const char *title, FILE *to)
{
	const json_t *row;
	size_t i, n = 0;

	ladder_lines(head, to);
	fputs("<title>", to);
	ladder_escape(title, 200, to);
	fputs("</title>\n</head>\n<body>\n<h1>", to);
	ladder_escape(title, 200, to);
	ladder_lines(columns, to);
	json_array_foreach(rows, i, row) {
		const json_t *record = json_object_get(row, "record");

		if (!record || strcmp(row_str(record, "type"), "offer"))
			continue;
		offer_row(to, record);
		n++;
	}
	if (!n)
		fputs("<tr><td colspan=\"7\">nothing was announced</td></tr>\n",
		      to);
	fputs("</table>\n<div>\n", to);
	ladder_svg(rows, title, to);
	fputs("</div>\n</body>\n</html>\n", to);
}
