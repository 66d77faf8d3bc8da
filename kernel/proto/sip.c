// SPDX-License-Identifier: GPL-2.0
/* SIP messages: start line, header, body. */

#include "sip.h"

#include "sip_field.h"
#include "sip_lex.h"

static const char version[] = "SIP/2.0";

#define VERSION_LEN	(sizeof(version) - 1)

static const struct {
	char name[11];
	u8 len;
	u8 method;
} methods[] = {
#define METHOD(name) { #name, sizeof(#name) - 1, SIP_##name }
	METHOD(INVITE), METHOD(ACK), METHOD(BYE), METHOD(CANCEL),
	METHOD(REGISTER), METHOD(OPTIONS), METHOD(PRACK), METHOD(UPDATE),
	METHOD(INFO), METHOD(MESSAGE), METHOD(REFER), METHOD(SUBSCRIBE),
	METHOD(NOTIFY), METHOD(PUBLISH), METHOD(SERVICE), METHOD(BENOTIFY),
	METHOD(NEGOTIATE),
#undef METHOD
};

enum sip_method sip_method(struct span name)
{
	size_t i, len = span_len(name);

	for (i = 0; len && i < ARRAY_SIZE(methods); i++)
		if (methods[i].name[0] == name.p[0] && methods[i].len == len &&
		    span_same(methods[i].name, name.p, len))
			return (enum sip_method)methods[i].method;
	return SIP_OTHER;
}

/* Of a session or registration: its hosts and parties matter. */
static bool is_followed(u8 method)
{
	switch (method) {
	case SIP_INVITE:
	case SIP_ACK:
	case SIP_BYE:
	case SIP_CANCEL:
	case SIP_REGISTER:
	case SIP_PRACK:
	case SIP_UPDATE:
		return true;
	default:
		return false;
	}
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
static enum sip_result read_request(struct sip_fields *f, struct span line,
				    struct span *method)
{
	struct sip *sip = f->sip;
	struct span uri;

	if (span_len(line) < VERSION_LEN + 1 ||
	    !span_same(line.end - VERSION_LEN, version, VERSION_LEN) ||
	    line.end[-(int)VERSION_LEN - 1] != ' ' ||
	    !sip_take_token(&line, method) ||
	    line.p == line.end || *line.p++ != ' ' ||
	    (size_t)(line.end - line.p) < VERSION_LEN + 1)
		return SIP_FOREIGN;
	sip->method_at = place_of(f->data, *method);
	sip->method = (u8)sip_method(*method);
	f->skim = f->skim && !is_followed(sip->method);
	uri = (struct span){ line.p, line.end - VERSION_LEN - 1 };
	if (text_find(uri, ' ') ||
	    (!f->skim && !sip_uri_parse(f->data, uri, &sip->uri)))
		return SIP_MALFORMED;
	return SIP_OK;
}

/*
 * A line, and those that continue it. @name: as far as it stands on the first
 * one; empty where there is none.
 */
static bool take_field(struct span *rest, struct span *name,
		       struct span *value)
{
	const char *colon;
	struct span line;

	if (!text_line(rest, &line))
		return false;
	colon = text_find(line, ':');
	name->p = line.p;
	name->end = colon ? colon : line.p;
	while (name->end > name->p &&
	       (name->end[-1] == ' ' || name->end[-1] == '\t'))
		name->end--;
	value->p = colon ? colon + 1 : line.p;
	while (line.p != line.end && rest->p < rest->end &&
	       (rest->p[0] == ' ' || rest->p[0] == '\t'))
		if (!text_line(rest, &line))
			return false;
	value->end = line.end;
	return true;
}

static enum sip_result read_header(struct span *rest, struct sip_fields *f)
{
	struct span name, value;
	unsigned int i;

	for (i = 0; i <= NFIM_SIP_HEADERS; i++) {
		if (!take_field(rest, &name, &value))
			return SIP_MALFORMED;
		if (value.p == value.end && name.p == value.p)
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
		       span_same(method.p, f->cseq_method.p,
				 span_len(method));
	sip->method_at = place_of(f->data, f->cseq_method);
	sip->method = (u8)sip_method(f->cseq_method);
	return true;
}

static bool is_status(struct span line)
{
	return span_len(line) > VERSION_LEN &&
	       span_same(line.p, version, VERSION_LEN) &&
	       line.p[VERSION_LEN] == ' ';
}

/* Datagrams that keep a mapping alive; some clients send a few bytes of junk. */
static bool is_keepalive(struct span data, struct span rest)
{
	return rest.p == rest.end || span_len(data) <= 4;
}

static enum sip_result read_message(struct sip_fields *f, bool datagram)
{
	struct span data = f->data, rest = data, line, method = { NULL, NULL };
	struct sip *sip = f->sip;
	enum sip_result r;

	memset(sip, 0, offsetof(struct sip, via));
	while (rest.p < rest.end && (rest.p[0] == '\r' || rest.p[0] == '\n'))
		rest.p++;
	if (is_keepalive(data, rest))
		return SIP_KEEPALIVE;
	if (span_len(data) > NFIM_SIP_MAX)
		return SIP_CROWDED;
	if (!text_line(&rest, &line))
		return SIP_FOREIGN;
	if (is_status(line)) {
		f->skim = false;
		r = read_status(line, sip);
	} else {
		r = read_request(f, line, &method);
	}
	if (r == SIP_OK)
		r = read_header(&rest, f);
	if (r != SIP_OK)
		return r;
	if ((f->seen & SIP_SEEN_NEEDED) != SIP_SEEN_NEEDED ||
	    !read_method(f, method) || !read_body(rest, datagram, f))
		return SIP_MALFORMED;
	return SIP_OK;
}

enum sip_result sip_parse(struct span data, bool datagram, struct sip *sip)
{
	struct sip_fields f = { .data = data, .sip = sip };

	return read_message(&f, datagram);
}

enum sip_result sip_skim(struct span data, bool datagram, struct sip *sip)
{
	struct sip_fields f = { .data = data, .sip = sip, .skim = true };

	return read_message(&f, datagram);
}

bool sip_body_parse(struct span data, const struct sip *sip, struct mime *mime)
{
	mime->n = 0;
	if (sip->encoded)
		return true;
	return mime_parse(data, place_span(data, sip->body),
			  place_span(data, sip->content_type), mime);
}
