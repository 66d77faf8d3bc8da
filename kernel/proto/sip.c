// SPDX-License-Identifier: GPL-2.0
/* SIP messages: start line, header, body. */

#include "sip.h"

#include "sip_field.h"
#include "sip_lex.h"

static const char version[] = "SIP/2.0";

#define VERSION_LEN	(sizeof(version) - 1)

static const struct {
	const char *name;
	enum sip_method method;
} methods[] = {
	{ "INVITE", SIP_INVITE },
	{ "ACK", SIP_ACK },
	{ "BYE", SIP_BYE },
	{ "CANCEL", SIP_CANCEL },
	{ "REGISTER", SIP_REGISTER },
	{ "OPTIONS", SIP_OPTIONS },
	{ "PRACK", SIP_PRACK },
	{ "UPDATE", SIP_UPDATE },
	{ "INFO", SIP_INFO },
	{ "MESSAGE", SIP_MESSAGE },
	{ "REFER", SIP_REFER },
	{ "SUBSCRIBE", SIP_SUBSCRIBE },
	{ "NOTIFY", SIP_NOTIFY },
	{ "PUBLISH", SIP_PUBLISH },
	{ "SERVICE", SIP_SERVICE },
	{ "BENOTIFY", SIP_BENOTIFY },
	{ "NEGOTIATE", SIP_NEGOTIATE },
};

enum sip_method sip_method(struct span name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(methods); i++)
		if (span_is(name, methods[i].name))
			return methods[i].method;
	return SIP_OTHER;
}

/* "SIP/2.0 200 OK"; the reason may be empty, its blank may be missing. */
static enum sip_result read_status(struct span line, struct sip *sip)
{
	struct span code = line;
	u32 v;

	line.p += VERSION_LEN + 1;
	code.p = line.p;
	while (line.p < line.end && line.p[0] != ' ')
		line.p++;
	code.end = line.p;
	if (span_len(code) != 3 || !text_u32(code, 699, &v) || v < 100)
		return SIP_MALFORMED;
	sip->status = (u16)v;
	return SIP_OK;
}

/* "INVITE sip:a@b SIP/2.0" */
static enum sip_result read_request(struct span data, struct span line,
				    struct sip *sip, struct span *method)
{
	struct span uri;

	if (span_len(line) < VERSION_LEN + 1 ||
	    memcmp(line.end - VERSION_LEN, version, VERSION_LEN) ||
	    line.end[-(int)VERSION_LEN - 1] != ' ' ||
	    !sip_take_token(&line, method) ||
	    line.p == line.end || *line.p++ != ' ' ||
	    (size_t)(line.end - line.p) < VERSION_LEN + 1)
		return SIP_FOREIGN;
	uri = (struct span){ line.p, line.end - VERSION_LEN - 1 };
	if (!sip_uri_parse(data, uri, &sip->uri) ||
	    memchr(uri.p, ' ', span_len(uri)))
		return SIP_MALFORMED;
	sip->method_at = place_of(data, *method);
	sip->method = (u8)sip_method(*method);
	return SIP_OK;
}

/* @rest: behind the name of a field; moved behind its value and line end. */
static bool take_value(struct span *rest, struct span *value)
{
	struct span line;

	value->p = rest->p;
	do {
		if (!text_line(rest, &line))
			return false;
	} while (rest->p < rest->end &&
		 (rest->p[0] == ' ' || rest->p[0] == '\t'));
	value->end = line.end;
	return true;
}

/* Return: false at the end of the data. @end: set at the empty line. */
static bool take_field(struct span *rest, struct span *name,
		       struct span *value, bool *end)
{
	struct span colon;

	*end = rest->p < rest->end &&
	       (rest->p[0] == '\n' ||
		(rest->end - rest->p > 1 && !memcmp(rest->p, "\r\n", 2)));
	if (*end) {
		rest->p += rest->p[0] == '\r' ? 2 : 1;
		return true;
	}
	if (!sip_take_token(rest, name))
		return take_value(rest, value);
	colon = *rest;
	while (colon.p < colon.end &&
	       (colon.p[0] == ' ' || colon.p[0] == '\t'))
		colon.p++;
	if (colon.p < colon.end && colon.p[0] == ':')
		rest->p = colon.p + 1;
	else
		name->end = name->p;	/* no field */
	return take_value(rest, value);
}

static enum sip_result read_header(struct span *rest, struct sip_fields *f)
{
	struct span name, value;
	unsigned int i;
	bool end;

	for (i = 0; i <= NFIM_SIP_HEADERS; i++) {
		if (!take_field(rest, &name, &value, &end))
			return SIP_MALFORMED;
		if (end)
			return SIP_OK;
		if (name.p != name.end &&
		    !sip_field(f, name, sip_trim(value)))
			return SIP_MALFORMED;
	}
	return SIP_CROWDED;
}

static bool read_body(struct span rest, bool datagram, struct sip_fields *f)
{
	struct sip *sip = f->sip;
	size_t len = span_len(rest);

	if (sip->has_length && sip->content_length > len)
		return false;
	if (!datagram && (!sip->has_length || sip->content_length != len))
		return false;
	if (sip->has_length)
		rest.end = rest.p + sip->content_length;
	sip->body = place_of(f->data, rest);
	return true;
}

/* The method of a response is that of its CSeq; a request has both. */
static bool read_method(struct sip_fields *f, struct span method)
{
	struct sip *sip = f->sip;

	if (sip_is_request(sip))
		return span_len(method) == span_len(f->cseq_method) &&
		       !memcmp(method.p, f->cseq_method.p, span_len(method));
	sip->method_at = place_of(f->data, f->cseq_method);
	sip->method = (u8)sip_method(f->cseq_method);
	return true;
}

static bool is_status(struct span line)
{
	return span_len(line) > VERSION_LEN &&
	       !memcmp(line.p, version, VERSION_LEN) &&
	       line.p[VERSION_LEN] == ' ';
}

/* Datagrams that keep a mapping alive; some clients send a few bytes of junk. */
static bool is_keepalive(struct span data, struct span rest)
{
	return rest.p == rest.end || span_len(data) <= 4;
}

enum sip_result sip_parse(struct span data, bool datagram, struct sip *sip)
{
	struct sip_fields f = { .data = data, .sip = sip };
	struct span rest = data, line, method = { NULL, NULL };
	enum sip_result r;

	memset(sip, 0, sizeof(*sip));
	while (rest.p < rest.end && (rest.p[0] == '\r' || rest.p[0] == '\n'))
		rest.p++;
	if (is_keepalive(data, rest))
		return SIP_KEEPALIVE;
	if (span_len(data) > NFIM_SIP_MAX)
		return SIP_CROWDED;
	if (!text_line(&rest, &line))
		return SIP_FOREIGN;
	r = is_status(line) ? read_status(line, sip) :
			      read_request(data, line, sip, &method);
	if (r == SIP_OK)
		r = read_header(&rest, &f);
	if (r != SIP_OK)
		return r;
	if ((f.seen & SIP_SEEN_NEEDED) != SIP_SEEN_NEEDED ||
	    !read_method(&f, method) || !read_body(rest, datagram, &f))
		return SIP_MALFORMED;
	return SIP_OK;
}

bool sip_body_parse(struct span data, const struct sip *sip, struct mime *mime)
{
	mime->n = 0;
	if (sip->encoded)
		return true;
	return mime_parse(data, place_span(data, sip->body),
			  place_span(data, sip->content_type), mime);
}
