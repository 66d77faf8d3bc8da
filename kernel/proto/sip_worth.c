// SPDX-License-Identifier: GPL-2.0
/* Which incomplete SIP messages are worth waiting for. */

#include "sip_worth.h"

#include "sip.h"
#include "sip_lex.h"

/* Bits of what a method's messages may carry. */
#define REQUEST		0x01	/* ... in the request, at any rate */
#define ANSWER		0x02	/* ... in a 1xx or 2xx */
#define INVITATION	0x04	/* ... as an invitation in the request only */

static const struct {
	const char *name;
	u8 carries;
} methods[] = {
	{ "INVITE", REQUEST | ANSWER },
	{ "ACK", REQUEST },
	{ "PRACK", REQUEST | ANSWER },
	{ "UPDATE", REQUEST | ANSWER },
	{ "REGISTER", REQUEST | ANSWER },
	{ "MESSAGE", INVITATION },
	{ "INFO", INVITATION },
};

/* @name: maybe only its beginning, then @cut. */
static u8 carries(struct span name, bool cut)
{
	size_t i, n = span_len(name);
	u8 bits = 0;

	for (i = 0; i < ARRAY_SIZE(methods); i++) {
		size_t len = strlen(methods[i].name);

		if ((cut ? n <= len : n == len) &&
		    !memcmp(name.p, methods[i].name, n))
			bits |= methods[i].carries;
	}
	return bits;
}

/* A header field that is there with its line end, unfolded. */
static bool find(struct span rest, const char *name, const char *compact,
		 struct span *value)
{
	struct span line, field;

	while (text_line(&rest, &line) && line.p != line.end) {
		if (!text_field(line, &field, value))
			continue;
		field = text_trim(field);
		if (text_is(field, name) || text_is(field, compact))
			return true;
	}
	return false;
}

static bool answer_worth(struct span line, struct span rest)
{
	struct span cseq, number;

	/* "SIP/2.0 183": 100 Trying carries nothing. */
	if (span_len(line) < 11 ||
	    (line.p[8] != '1' && line.p[8] != '2') ||
	    !memcmp(line.p + 8, "100", 3))
		return false;
	if (!find(rest, "cseq", "cseq", &cseq) ||
	    !sip_take_token(&cseq, &number))
		return true;
	sip_skip_space(&cseq);
	return cseq.p == cseq.end || carries(cseq, false) & ANSWER;
}

static bool invitation_worth(struct span rest)
{
	struct span value, boundary;

	if (!find(rest, "content-type", "c", &value) ||
	    value.p == value.end)
		return true;
	switch (mime_type(value, &boundary)) {
	case MIME_INVITATION:
	case MIME_MULTIPART:
		return true;
	default:
		return false;
	}
}

bool sip_worth(struct span s)
{
	struct span line, rest, word = { NULL, NULL };
	u8 bits;

	while (s.p < s.end && (s.p[0] == '\r' || s.p[0] == '\n'))
		s.p++;
	rest = s;
	if (!text_line(&rest, &line)) {
		line = rest;
		rest.p = rest.end;
	}
	word = line;
	while (line.p < line.end && line.p[0] != ' ')
		line.p++;
	if (line.p == line.end) {
		static const char version[] = "SIP/2.0";
		size_t n = span_len(word);

		return carries(word, true) ||
		       (n < sizeof(version) && !memcmp(word.p, version, n));
	}
	word.end = line.p;
	line.p = word.p;
	if (span_is(word, "SIP/2.0"))
		return span_len(line) < 11 || answer_worth(line, rest);
	bits = carries(word, false);
	return bits & REQUEST || (bits & INVITATION && invitation_worth(rest));
}
