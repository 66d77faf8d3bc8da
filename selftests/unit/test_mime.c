// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/mime: types, and where the parts of a body are. */

#include <stdio.h>

#include "../../kernel/proto/mime.h"
#include "../ktap.h"
#include "input.h"

#define TEN	"0123456789"
#define SEVENTY	TEN TEN TEN TEN TEN TEN TEN

static struct mime mime;
static struct span data;

static bool parse(const char *type, const char *body)
{
	/* Something stands in front, as in a message. */
	char text[8000];

	snprintf(text, sizeof(text), "xyz%s", body);
	data = input(text);
	return mime_parse(data, span_make(data.p + 3, span_len(data) - 3),
			  input(type), &mime);
}

/* The Content-Type lies in the data, too: its boundary is found there. */
static bool parse_parts(const char *type, const char *body)
{
	char text[8000];
	size_t n = strlen(type);

	snprintf(text, sizeof(text), "%s%s", type, body);
	data = input(text);
	return mime_parse(data,
			  span_make(data.p + n, span_len(data) - n),
			  span_make(data.p, n), &mime);
}

static bool is(struct place at, const char *want)
{
	struct span s = place_span(data, at);

	return ktap_bytes(s.p, span_len(s), want, strlen(want));
}

static void types(const void *arg)
{
	static const struct {
		const char *value;
		enum mime_type type;
		const char *boundary;
	} rows[] = {
		{ "application/sdp", MIME_SDP, "" },
		{ "Application/SDP; charset=utf-8", MIME_SDP, "" },
		{ "application/sdp ;x", MIME_SDP, "" },
		{ "application/sdpx", MIME_OTHER, "" },
		{ "text/x-msmsgsinvite; charset=UTF-8", MIME_INVITATION, "" },
		{ "text/plain", MIME_OTHER, "" }, { "", MIME_OTHER, "" },
		{ "message/sipfrag", MIME_OTHER, "" },
		{ "multipart/mixed;boundary=ab", MIME_MULTIPART, "ab" },
		{ "MULTIPART/Alternative ; x=y ; BOUNDARY = \"a b\"",
		  MIME_MULTIPART, "a b" },
		{ "multipart/related;\r\n boundary=ab", MIME_MULTIPART, "ab" },
		{ "multipart/mixed", MIME_MULTIPART, "" },
		{ "multipart/mixed;boundary=\"\"", MIME_MULTIPART, "" },
		{ "multipart/mixed;boundary=", MIME_MULTIPART, "" },
		{ "multipart/signed;boundary=ab", MIME_OTHER, "" },
		{ "multipart/mixed;boundary=\"", MIME_MULTIPART, "\"" },
		{ "multipart/mixed;boundary=" SEVENTY, MIME_MULTIPART,
		  SEVENTY },
		{ "multipart/mixed;boundary=" SEVENTY "1", MIME_MULTIPART,
		  "" },
	};
	struct span boundary;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].value);
		ktap_equal(mime_type(input(rows[i].value), &boundary),
			   rows[i].type);
		ktap_bytes(boundary.p, span_len(boundary), rows[i].boundary,
			   strlen(rows[i].boundary));
	}
	input_done();
}

static void single(const void *arg)
{
	ktap_want(parse("application/sdp", "v=0"));
	ktap_equal(mime.n, 1);
	ktap_equal(mime.part[0].type, MIME_SDP);
	ktap_equal(mime.part[0].parent, MIME_NO_PARENT);
	ktap_equal(mime.part[0].depth, 0);
	is(mime.part[0].body, "v=0");
	ktap_want(parse("application/sdp", ""));
	ktap_equal(mime.n, 0);
	ktap_want(parse("", "x"));
	ktap_equal(mime.n, 1);
	ktap_equal(mime.part[0].type, MIME_OTHER);
	ktap_at("no boundary");
	ktap_want(parse("multipart/mixed", "--\r\n\r\nx\r\n----"));
	ktap_equal(mime.n, 1);
	ktap_equal(mime.part[0].type, MIME_OTHER);
	input_done();
}

static void delimited(const void *arg)
{
	static const struct {
		const char *what, *body;
		u32 n;
		const char *part[3];
	} rows[] = {
		{ "two", "--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n", 2,
		  { "one", "two" } },
		{ "LF", "--b\n\none\n--b\n\ntwo\n--b--\n", 2,
		  { "one", "two" } },
		{ "preamble, epilogue",
		  "pre\r\n--c\r\n--b\r\n\r\none\r\n--b--\r\n--b\r\n\r\nno", 1,
		  { "one" } },
		{ "no last delimiter", "--b\r\n\r\none\r\n", 1,
		  { "one\r\n" } },
		{ "ends in a delimiter", "--b\r\n\r\none\r\n--b", 2,
		  { "one", "" } },
		{ "a header's end is missing", "--b\r\nX: y\r\n--b--", 1,
		  { "" } },
		{ "empty parts", "--b\r\n--b\r\n\r\n--b\r\n\r\n\r\n--b--", 3,
		  { "", "", "" } },
		{ "blanks behind", "--b \t\r\n\r\none\r\n--b-- \r\n", 1,
		  { "one" } },
		{ "nearly delimiters",
		  "--b\r\n\r\n--bc\r\n--b-\r\n--b--x\r\n-b\r\n --b\r\n--\r\n"
		  "--b--", 1,
		  { "--bc\r\n--b-\r\n--b--x\r\n-b\r\n --b\r\n--" } },
		{ "no delimiter", "x\r\n", 0 },
		{ "only the last one", "--b--\r\n", 0 },
		{ "header alone", "--b\r\nX: y", 1, { "" } },
		{ "folded header", "--b\r\nX: y\r\n z\r\n\r\none\r\n--b--",
		  1, { "one" } },
		{ "folded to the end", "--b\r\nX: y\r\n z", 1, { "" } },
		{ "folded twice", "--b\r\nX: y\r\n z\r\n\tz\r\n\r\none", 1,
		  { "one" } },
	};
	size_t i;
	u32 k;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].what);
		ktap_want(parse_parts("multipart/mixed;boundary=b",
				      rows[i].body));
		is(mime.part[0].body, rows[i].body);
		if (!ktap_equal(mime.n, rows[i].n + 1))
			continue;
		for (k = 0; k < rows[i].n; k++) {
			is(mime.part[k + 1].body, rows[i].part[k]);
			ktap_equal(mime.part[k + 1].parent, 0);
			ktap_equal(mime.part[k + 1].depth, 1);
		}
	}
	input_done();
}

static void part_fields(const void *arg)
{
	static const struct {
		const char *header;
		enum mime_type type;
		bool encoded;
		const char *length;
	} rows[] = {
		{ "", MIME_OTHER, false, "" },
		{ "Content-Type: application/sdp\r\n", MIME_SDP, false, "" },
		{ "CONTENT-TYPE :\r\n application/sdp\r\n", MIME_SDP, false,
		  "" },
		{ "Content-Length: 3\r\n", MIME_OTHER, false, "3" },
		{ "Content-Length: 003\r\n", MIME_OTHER, false, "003" },
		{ "Content-Length: 4\r\n", MIME_OTHER, false, "" },
		{ "Content-Length: x\r\n", MIME_OTHER, false, "" },
		{ "Content-Encoding: gzip\r\n", MIME_OTHER, true, "" },
		{ "Content-Encoding: Identity\r\n", MIME_OTHER, false, "" },
		{ "Content-Transfer-Encoding: base64\r\n", MIME_OTHER, true,
		  "" },
		{ "Content-Transfer-Encoding: Quoted-Printable\r\n",
		  MIME_OTHER, true, "" },
		{ "Content-Transfer-Encoding: 7bit\r\n", MIME_OTHER, false,
		  "" },
		{ "no field\r\n: x\r\n", MIME_OTHER, false, "" },
		/* Its parts cannot be seen, so it has none. */
		{ "Content-Type: multipart/mixed;boundary=c\r\n"
		  "Content-Encoding: gzip\r\n", MIME_MULTIPART, true, "" },
	};
	char text[300];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].header);
		snprintf(text, sizeof(text), "--b\r\n%s\r\none\r\n--b--",
			 rows[i].header);
		ktap_want(parse_parts("multipart/mixed;boundary=b", text));
		if (!ktap_equal(mime.n, 2))
			continue;
		ktap_equal(mime.part[1].type, rows[i].type);
		ktap_equal(mime.part[1].encoded, rows[i].encoded);
		is(mime.part[1].length_at, rows[i].length);
		is(mime.part[1].body, "one");
	}
	input_done();
}

static void nested(const void *arg)
{
	static const char body[] =
		"--b\r\nContent-Type: multipart/alternative;boundary=\"b c\"\r\n"
		"Content-Length: 58\r\n\r\n"
		"--b c\r\n\r\none\r\n--b c\r\n\r\ntwo\r\n--b c--\r\n"
		"epilogue\r\n--b c\r\nnone\r\n"
		"--b\r\n\r\nthree\r\n"
		"--b\r\nContent-Type: multipart/mixed;boundary=d\r\n\r\n"
		"--d\r\n\r\nfour\r\n--b--";

	ktap_want(parse_parts("multipart/mixed;boundary=b", body));
	if (!ktap_equal(mime.n, 7))
		return;
	ktap_equal(mime.part[1].type, MIME_MULTIPART);
	is(mime.part[1].body, "--b c\r\n\r\none\r\n--b c\r\n\r\ntwo\r\n"
	   "--b c--\r\nepilogue\r\n--b c\r\nnone");
	is(mime.part[1].length_at, "58");
	is(mime.part[2].body, "one");
	is(mime.part[3].body, "two");
	is(mime.part[4].body, "three");
	ktap_equal(mime.part[2].parent, 1);
	ktap_equal(mime.part[3].depth, 2);
	ktap_equal(mime.part[4].parent, 0);
	/* The outer delimiter ends what is open inside. */
	is(mime.part[5].body, "--d\r\n\r\nfour");
	is(mime.part[6].body, "four");
	ktap_equal(mime.part[6].parent, 5);
	ktap_at("an empty one in another");
	ktap_want(parse_parts("multipart/mixed;boundary=b",
			      "--b\r\nContent-Type: multipart/mixed;"
			      "boundary=c\r\n\r\n--c\r\n\r\n--b--"));
	ktap_equal(mime.n, 3);
	is(mime.part[1].body, "--c\r\n");
	is(mime.part[2].body, "");
	ktap_want(mime.part[2].body.off <=
		  mime.part[1].body.off + mime.part[1].body.len);
	ktap_at("what is open to the end");
	ktap_want(parse_parts("multipart/mixed;boundary=b",
			      "--b\r\nContent-Type: multipart/mixed;"
			      "boundary=c\r\n\r\n--c\r\n\r\none\r\n"));
	ktap_equal(mime.n, 3);
	is(mime.part[1].body, "--c\r\n\r\none\r\n");
	is(mime.part[2].body, "one\r\n");
	input_done();
}

static bool deep(u32 depth)
{
	char body[4000] = "";
	u32 i;

	for (i = 1; i < depth; i++)
		sprintf(body + strlen(body), "--b%u\r\n"
			"Content-Type: multipart/mixed;boundary=b%u\r\n\r\n",
			i, i + 1);
	return parse_parts("multipart/mixed;boundary=b1", body);
}

static void crowds(const void *arg)
{
	static char big[PLACE_MAX + 1];
	char body[8000] = "";
	u32 i;

	data = input_bytes(memset(big, 'x', sizeof(big)), sizeof(big));
	ktap_want(!mime_parse(data, span_make(data.p, 3), data, &mime));
	data.end--;
	ktap_want(mime_parse(data, span_make(data.p, 3), data, &mime));
	ktap_want(deep(NFIM_MIME_DEPTH));
	ktap_equal(mime.n, NFIM_MIME_DEPTH);
	ktap_want(!deep(NFIM_MIME_DEPTH + 1));
	ktap_equal(mime.n, 0);
	for (i = 1; i < NFIM_MIME_PARTS; i++)
		strcat(body, "--b\r\n\r\n");
	ktap_want(parse_parts("multipart/mixed;boundary=b", body));
	ktap_equal(mime.n, NFIM_MIME_PARTS);
	strcat(body, "--b\r\n\r\n");
	ktap_want(!parse_parts("multipart/mixed;boundary=b", body));
	ktap_equal(mime.n, 0);
	body[0] = '\0';
	for (i = 0; i < NFIM_MIME_LINES; i++)
		strcat(body, "x\n");
	ktap_want(parse_parts("multipart/mixed;boundary=b", body));
	strcat(body, "x\n");
	ktap_want(!parse_parts("multipart/mixed;boundary=b", body));
	input_done();
}

static const struct ktap_case cases[] = {
	{ "a type is known by its name, with any parameters", types },
	{ "a body that has no parts is one", single },
	{ "delimiters are whole lines", delimited },
	{ "a part says of itself what it is", part_fields },
	{ "parts may be in parts", nested },
	{ "parts, depth and lines have limits", crowds },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
