// SPDX-License-Identifier: GPL-2.0
/*
 * Bodies and their parts. One pass over the lines of a multipart; those that
 * are open stand on a small stack, and a delimiter of an outer one ends what is
 * inside it.
 */

#include "mime.h"

#include "sip_lex.h"

/* RFC 2046 section 5.1.1. */
#define BOUNDARY_MAX	70

#define NONE		MIME_NO_PARENT

/**
 * struct mime_job - a body that is being read
 * @data: where places count from
 * @rest: what has not been read
 * @mime: the parts
 * @open: indices of the multiparts that are open, the innermost one last
 * @depth: number of @open
 * @cur: index of the part whose body is being read, or %NONE
 * @start: where that body begins
 * @lines: lines read
 */
struct mime_job {
	struct span data;
	struct span rest;
	struct mime *mime;
	u8 open[NFIM_MIME_DEPTH];
	u8 depth;
	u8 cur;
	const char *start;
	unsigned int lines;
};

static const struct {
	const char *name;
	enum mime_type type;
} types[] = {
	{ "application/sdp", MIME_SDP },
	{ "text/x-msmsgsinvite", MIME_INVITATION },
	{ "multipart/mixed", MIME_MULTIPART },
	{ "multipart/alternative", MIME_MULTIPART },
	{ "multipart/related", MIME_MULTIPART },
};

static struct span unquote(struct span s)
{
	if (span_len(s) >= 2 && s.p[0] == '"' && s.end[-1] == '"')
		return (struct span){ s.p + 1, s.end - 1 };
	return s;
}

static void find_boundary(struct span params, struct span *boundary)
{
	struct span name, value;

	while (sip_take_param(&params, &name, &value)) {
		if (!text_is(name, "boundary"))
			continue;
		value = unquote(value);
		if (span_len(value) <= BOUNDARY_MAX)
			*boundary = value;
		return;
	}
}

enum mime_type mime_type(struct span value, struct span *boundary)
{
	struct span name = { value.p, value.p };
	size_t i;

	while (value.p < value.end && value.p[0] != ';' &&
	       !sip_is(value.p[0], SIP_C_SPACE))
		value.p++;
	name.end = value.p;
	*boundary = (struct span){ value.p, value.p };
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (!text_is(name, types[i].name))
			continue;
		if (types[i].type == MIME_MULTIPART)
			find_boundary(value, boundary);
		return types[i].type;
	}
	return MIME_OTHER;
}

static void set_type(struct mime_job *j, struct mime_part *part,
		     struct span value)
{
	struct span boundary;

	part->type = (u8)mime_type(value, &boundary);
	part->boundary = place_of(j->data, boundary);
	if (part->type == MIME_MULTIPART && !part->boundary.len)
		part->type = MIME_OTHER;
}

static void read_field(struct mime_job *j, struct mime_part *part,
		       struct span line)
{
	struct span name, value;

	if (!text_field(line, &name, &value))
		return;
	name = sip_trim(name);
	value = sip_trim(value);
	if (text_is(name, "content-type")) {
		set_type(j, part, value);
	} else if (text_is(name, "content-length")) {
		if (text_u32(value, ~0u, &part->length))
			part->length_at = place_of(j->data, value);
	} else if (text_is(name, "content-encoding")) {
		part->encoded |= !text_is(value, "identity");
	} else if (text_is(name, "content-transfer-encoding")) {
		part->encoded |= text_is(value, "base64") ||
				 text_is(value, "quoted-printable");
	}
}

/* The last line need not have an end. */
static bool take_line(struct mime_job *j, struct span *line)
{
	if (j->rest.p == j->rest.end)
		return false;
	j->lines++;
	if (!text_line(&j->rest, line)) {
		*line = j->rest;
		j->rest.p = j->rest.end;
	}
	return true;
}

/*
 * Whether a line delimits parts of an open multipart. @level: which one.
 * @last: it is the last one.
 */
static bool is_delimiter(const struct mime_job *j, struct span line,
			 u8 *level, bool *last)
{
	struct span b;
	u8 i;

	if (span_len(line) < 2 || line.p[0] != '-' || line.p[1] != '-')
		return false;
	line = sip_trim((struct span){ line.p + 2, line.end });
	for (i = j->depth; i; i--) {
		size_t len;

		b = place_span(j->data,
			       j->mime->part[j->open[i - 1]].boundary);
		len = span_len(b);
		if (!len || span_len(line) < len || memcmp(line.p, b.p, len))
			continue;
		*last = span_len(line) == len + 2 &&
			!memcmp(line.p + len, "--", 2);
		if (!*last && span_len(line) != len)
			continue;
		*level = i;
		return true;
	}
	return false;
}

/*
 * @end: where it ends; if @delimited, the delimiter behind it: the line end in
 * front of that is not of the body. There is a header's line in front of @start.
 */
static void end_part(struct mime_job *j, u8 index, const char *start,
		     const char *end, bool delimited)
{
	struct mime_part *part = j->mime->part + index;

	if (delimited && end[-1] == '\n')
		end--;
	if (delimited && end[-1] == '\r')
		end--;
	/* An empty part has no line end of its own. */
	if (start > end)
		start = end;
	part->body = place_of(j->data, (struct span){ start, end });
	if (part->length != part->body.len)
		part->length_at = (struct place){ 0 };
}

/* Ends what is inside of the multipart at @level, and that if it is the last. */
static void end_inside(struct mime_job *j, const char *at, u8 level)
{
	if (j->cur != NONE)
		end_part(j, j->cur, j->start, at, true);
	j->cur = NONE;
	while (j->depth > level) {
		u8 index = j->open[--j->depth];
		struct mime_part *part = j->mime->part + index;

		end_part(j, index, j->data.p + part->body.off, at, true);
	}
}

static bool open_part(struct mime_job *j, u8 index)
{
	struct mime_part *part = j->mime->part + index;

	if (part->type != MIME_MULTIPART || part->encoded) {
		j->cur = index;
		return true;
	}
	if (j->depth == NFIM_MIME_DEPTH)
		return false;
	j->open[j->depth++] = index;
	part->body.off = place_of(j->data, j->rest).off;
	return true;
}

/* A part begins: its header. A delimiter may follow without an empty line. */
static bool begin_part(struct mime_job *j)
{
	u8 index = (u8)j->mime->n, level;
	struct mime_part *part = j->mime->part + index;
	struct span line;
	bool last;

	if (j->mime->n == NFIM_MIME_PARTS)
		return false;
	j->mime->n++;
	*part = (struct mime_part){
		.parent = j->open[j->depth - 1],
		.depth = j->depth,
	};
	for (;;) {
		struct span before = j->rest;

		if (!take_line(j, &line) || line.p == line.end)
			break;
		if (is_delimiter(j, line, &level, &last)) {
			j->rest = before;
			break;
		}
		while (j->rest.p < j->rest.end &&
		       (j->rest.p[0] == ' ' || j->rest.p[0] == '\t')) {
			struct span more = j->rest;

			if (take_line(j, &more))
				line.end = more.end;
		}
		read_field(j, part, line);
	}
	j->start = j->rest.p;
	return open_part(j, index);
}

static bool read_parts(struct mime_job *j)
{
	struct span line;
	bool last;
	u8 level;

	while (j->depth && take_line(j, &line)) {
		if (j->lines > NFIM_MIME_LINES)
			return false;
		if (!is_delimiter(j, line, &level, &last))
			continue;
		end_inside(j, line.p, level);
		if (last && level == 1)
			return true;
		/* What follows is an epilogue, up to an outer delimiter. */
		if (last)
			j->mime->part[j->open[level - 1]].boundary.len = 0;
		else if (!begin_part(j))
			return false;
	}
	return true;
}

bool mime_parse(struct span data, struct span body, struct span content_type,
		struct mime *mime)
{
	struct mime_job j = {
		.data = data,
		.rest = body,
		.mime = mime,
		.cur = NONE,
	};
	struct mime_part *all = mime->part;
	u8 i;

	mime->n = 0;
	if (span_len(data) > PLACE_MAX)
		return false;
	if (body.p == body.end)
		return true;
	mime->n = 1;
	*all = (struct mime_part){ .parent = MIME_NO_PARENT };
	set_type(&j, all, content_type);
	if (!open_part(&j, 0) || !read_parts(&j)) {
		mime->n = 0;
		return false;
	}
	/* What is open still reaches to the end. */
	if (j.cur != NONE && j.cur)
		end_part(&j, j.cur, j.start, body.end, false);
	for (i = 1; i < j.depth; i++)
		end_part(&j, j.open[i], data.p +
			 mime->part[j.open[i]].body.off, body.end, false);
	all->body = place_of(data, body);
	return true;
}
