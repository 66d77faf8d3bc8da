// SPDX-License-Identifier: GPL-2.0
/* Collects what is drawn in a ladder diagram. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explain_say.h"
#include "ladder.h"
#include "row.h"

#define TEXT_MAX	160

static void add(struct explain *x, json_t *row)
{
	if (!row || json_object_set_new(row, "time",
					json_integer((json_int_t)x->now)) ||
	    json_array_append(x->ladder, row))
		x->rc = err_nomem();
	json_decref(row);
}

static json_t *last_row(const struct explain *x)
{
	size_t n = json_array_size(x->ladder);

	return n ? json_array_get(x->ladder, n - 1) : NULL;
}

/* Text of a stranger, as far as it can be shown. */
static json_t *shown(struct span text)
{
	char buf[TEXT_MAX + 1];
	size_t len = span_len(text), i;

	if (len > TEXT_MAX)
		len = TEXT_MAX;
	for (i = 0; i < len; i++) {
		buf[i] = text.p[i];
		if ((unsigned char)buf[i] < ' ' || buf[i] == 127)
			buf[i] = '?';
	}
	buf[len] = '\0';
	return out_string(buf);
}

static bool says_the_same(const json_t *a, const json_t *b)
{
	return a && !strcmp(row_str(a, "kind"), "message") &&
	       !strcmp(row_str(a, "from"), row_str(b, "from")) &&
	       !strcmp(row_str(a, "to"), row_str(b, "to")) &&
	       !strcmp(row_str(a, "text"), row_str(b, "text"));
}

void ladder_message(struct explain *x, const struct conn *c,
		    enum msnp_side side, struct span text)
{
	const struct endpoint *from = side ? &c->server : &c->client;
	const struct endpoint *to = side ? &c->client : &c->server;
	char a[SAY_ADDR], b[SAY_ADDR];
	json_t *row, *last;

	if (!x->ladder || span_len(text) == 0)
		return;
	row = json_pack("{s:s, s:I, s:s, s:s, s:o, s:b, s:i}", "kind",
			"message", "packet", (json_int_t)x->packet->number,
			"from", say_addr(a, &from->addr),
			"to", say_addr(b, &to->addr), "text", shown(text),
			"inward", c->inward, "times", 1);
	last = last_row(x);
	if (row && says_the_same(last, row)) {
		json_object_set_new(last, "times",
				    json_integer(row_int(last, "times") + 1));
		json_decref(row);
		return;
	}
	add(x, row);
}

/* The value of a header in the lines of a message; empty if it is not there. */
static struct span header(struct span text, const char *name)
{
	size_t len = strlen(name);
	const char *p = text.p, *end;

	while (p < text.end) {
		end = memchr(p, '\n', text.end - p);
		if (!end)
			end = text.end;
		if ((size_t)(end - p) > len && !strncasecmp(p, name, len)) {
			p += len;
			while (p < end && *p == ' ')
				p++;
			if (end > p && end[-1] == '\r')
				end--;
			return span_make(p, end - p);
		}
		p = end + 1;
	}
	return span_make(text.end, 0);
}

/* What a client says to log in ends with a ticket, which is nobody's business. */
static struct span without_ticket(const struct msnp_frame *f,
				  enum msnp_side side)
{
	struct span line = f->line;
	const char *p = line.p;
	unsigned int words;

	if (side != MSNP_C2S || memcmp(f->cmd, "USR", 3))
		return line;
	for (words = 0; p < line.end; p++) {
		if (*p == ' ' && ++words == 3)
			return span_make(line.p, p - line.p);
	}
	return line;
}

void ladder_msnp(struct explain *x, const struct conn *c, enum msnp_side side,
		 const struct msnp_frame *f)
{
	struct span type, what;
	const char *semicolon;
	char text[TEXT_MAX];
	int n;

	if (!x->ladder)
		return;
	type = header(f->payload, "Content-Type:");
	what = header(f->payload, "Invitation-Command:");
	if (memcmp(f->cmd, "MSG", 3) || !span_len(type)) {
		ladder_message(x, c, side, without_ticket(f, side));
		return;
	}
	semicolon = memchr(type.p, ';', span_len(type));
	if (semicolon)
		type.end = semicolon;
	n = snprintf(text, sizeof(text), "MSG %.*s %.*s",
		     (int)span_len(type), type.p,
		     (int)span_len(what), what.p);
	ladder_message(x, c, side,
		       span_make(text, n < TEXT_MAX ? n : TEXT_MAX - 1));
}

void ladder_sip(struct explain *x, const struct conn *c, enum msnp_side side,
		struct span data)
{
	const char *end;

	if (!x->ladder || span_len(data) < 12)
		return;
	end = memchr(data.p, '\r', span_len(data));
	ladder_message(x, c, side, span_make(data.p, end ? end - data.p : 0));
}

void ladder_record(struct explain *x, json_t *record)
{
	if (!x->ladder || !strcmp(row_str(record, "type"), "summary"))
		return;
	add(x, json_pack("{s:s, s:O}", "kind", "record", "record", record));
}

void ladder_open(struct explain *x, struct opened *o)
{
	char a[SAY_ADDR], b[SAY_ADDR];

	if (!x->ladder)
		return;
	o->row = json_pack("{s:s, s:s, s:s, s:i, s:s, s:i, s:s}", "kind",
			   "open", "app", nfim_app_name(o->app), "proto",
			   row_protocol(o->proto), "port", o->outside.port,
			   "outside", say_addr(a, &o->outside.addr),
			   "inside_port", o->listener.port,
			   "listener", say_addr(b, &o->listener.addr));
	add(x, json_incref(o->row));
	json_decref(o->row);
}

void ladder_child(struct explain *x, const struct opened *o)
{
	char a[SAY_ADDR];

	if (!x->ladder || !o->row)
		return;
	json_object_set_new(o->row, "used", json_true());
	add(x, json_pack("{s:s, s:I, s:s, s:i, s:O}", "kind", "child",
			 "packet", (json_int_t)x->packet->number,
			 "from", say_addr(a, &o->child.addr),
			 "from_port", o->child.port, "open", o->row));
}

void ladder_close(struct explain *x, const struct opened *o)
{
	if (!x->ladder || !o->row)
		return;
	json_object_set_new(o->row, "until",
			    json_integer(json_array_size(x->ladder)));
	json_object_set_new(o->row, "expired",
			    json_boolean(!o->connected &&
					 o->expires <= x->now));
}

static enum rc write_one(struct explain *x, const char *name,
			 void (*draw)(const json_t *rows, const char *title,
				      FILE *to))
{
	const char *slash = strrchr(x->o->name, '/');
	FILE *to = fopen(name, "we");
	int bad;

	if (!to)
		return err(RC_REFUSED, "cannot write '%s': %s", name,
			   strerror(errno));
	draw(x->ladder, slash ? slash + 1 : x->o->name, to);
	bad = ferror(to);
	if (fclose(to) || bad)
		return err(RC_REFUSED, "cannot write '%s'", name);
	return RC_DONE;
}

enum rc ladder_write(struct explain *x)
{
	enum rc rc = RC_DONE;

	if (x->o->svg)
		rc = write_one(x, x->o->svg, ladder_svg);
	if (!rc && x->o->html)
		rc = write_one(x, x->o->html, ladder_html);
	return rc;
}
