// SPDX-License-Identifier: GPL-2.0
/* Which incomplete SIP messages are worth waiting for. */

#include "sip_worth.h"

#include "sip.h"
#include "sip_lex.h"

/* Bits of what a method's messages may carry. */
#define REQUEST		0x01	/* ... in the request, at any rate */
#define ANSWER		0x02	/* ... in a 1xx or 2xx */
#define INVITATION	0x04	/* ... as an invitation in the request only */
#define END		0x08	/* ... nothing, but it ends a call */

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
	{ "BYE", END },
	{ "CANCEL", END },
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

/* The first line and what follows it; @word: up to its first blank. */
static bool first_word(struct span s, struct span *word, struct span *line,
		       struct span *rest)
{
	while (s.p < s.end && (s.p[0] == '\r' || s.p[0] == '\n'))
		s.p++;
	*rest = s;
	if (!text_line(rest, line)) {
		*line = *rest;
		rest->p = rest->end;
	}
	*word = *line;
	while (word->p < word->end && word->p[0] != ' ')
		word->p++;
	*word = (struct span){ line->p, word->p };
	return word->end != line->end;
}

static bool request_carries(struct span word, struct span rest, u8 wanted)
{
	u8 bits = carries(word, false);

	return bits & wanted || (bits & INVITATION && invitation_worth(rest));
}

bool sip_worth(struct span s)
{
	static const char version[] = "SIP/2.0";
	struct span word, line, rest;

	if (!first_word(s, &word, &line, &rest)) {
		size_t n = span_len(word);

		return carries(word, true) & (u8)~END ||
		       (n < sizeof(version) && !memcmp(word.p, version, n));
	}
	if (span_is(word, version))
		return span_len(line) < 11 || answer_worth(line, rest);
	return request_carries(word, rest, REQUEST);
}

bool sip_counts(struct span s)
{
	struct span word, line, rest;

	return !first_word(s, &word, &line, &rest) ||
	       span_is(word, "SIP/2.0") ||
	       request_carries(word, rest, REQUEST | END);
}
