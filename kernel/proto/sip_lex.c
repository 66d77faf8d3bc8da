// SPDX-License-Identifier: GPL-2.0
/* What values of SIP header fields are made of. */

#include "sip_lex.h"

#define ALNUM	(SIP_C_TOKEN | SIP_C_HOST)

const u8 sip_class[256] = {
	['0' ... '9'] = ALNUM,
	['A' ... 'Z'] = ALNUM,
	['a' ... 'z'] = ALNUM,
	['-'] = ALNUM,
	['.'] = ALNUM,
	['_'] = ALNUM,
	['!'] = SIP_C_TOKEN,
	['%'] = SIP_C_TOKEN,
	['*'] = SIP_C_TOKEN,
	['+'] = SIP_C_TOKEN,
	['`'] = SIP_C_TOKEN,
	['\''] = SIP_C_TOKEN,
	['~'] = SIP_C_TOKEN,
	[' '] = SIP_C_SPACE,
	['\t'] = SIP_C_SPACE,
	['\r'] = SIP_C_SPACE,
	['\n'] = SIP_C_SPACE,
	['"'] = SIP_C_STOP,
	['<'] = SIP_C_STOP,
	['>'] = SIP_C_STOP,
	[','] = SIP_C_STOP,
	['\\'] = SIP_C_STOP,
};

struct span sip_trim(struct span s)
{
	sip_skip_space(&s);
	while (s.p < s.end && sip_is(s.end[-1], SIP_C_SPACE))
		s.end--;
	return s;
}

bool sip_take_token(struct span *rest, struct span *token)
{
	token->p = rest->p;
	while (rest->p < rest->end && sip_is(rest->p[0], SIP_C_TOKEN))
		rest->p++;
	token->end = rest->p;
	return token->p != token->end;
}

bool sip_take_char(struct span *rest, char c)
{
	sip_skip_space(rest);
	if (rest->p == rest->end || rest->p[0] != c)
		return false;
	rest->p++;
	sip_skip_space(rest);
	return true;
}

/* @p: behind the opening quote. Return: behind the closing one, or @end. */
static const char *skip_quoted(const char *p, const char *end)
{
	while (p < end) {
		if (*p == '"')
			return p + 1;
		p += *p == '\\' && end - p > 1 ? 2 : 1;
	}
	return end;
}

/*
 * To the next @c outside of quotes and, but for an opening one, angle brackets.
 * Some clients escape quotes where there is nothing to be quoted.
 */
static const char *find_outside(struct span s, char c)
{
	bool inside = false;

	while (s.p < s.end) {
		char here = s.p[0];

		if (here == c && !inside)
			return s.p;
		s.p++;
		if (!sip_is(here, SIP_C_STOP))
			continue;
		if (here == '"' && !inside)
			s.p = skip_quoted(s.p, s.end);
		else if (here == '\\' && s.p < s.end)
			s.p++;
		else if (here == '<' || here == '>')
			inside = here == '<';
	}
	return s.end;
}

bool sip_take_item(struct span *rest, struct span *item)
{
	if (rest->p == rest->end)
		return false;
	item->p = rest->p;
	item->end = find_outside(*rest, ',');
	rest->p = item->end + (item->end != rest->end);
	*item = sip_trim(*item);
	return true;
}

static void take_value(struct span *rest, struct span *value)
{
	const char *p = rest->p;

	if (p < rest->end && *p == '"') {
		p = skip_quoted(p + 1, rest->end);
	} else {
		while (p < rest->end && *p != ';' &&
		       !sip_is(*p, SIP_C_SPACE))
			p++;
	}
	*value = (struct span){ rest->p, p };
	rest->p = p;
}

bool sip_take_param(struct span *rest, struct span *name, struct span *value)
{
	bool some = false;

	while (sip_take_char(rest, ';'))
		some = true;
	if (!some || !sip_take_token(rest, name))
		return false;
	*value = (struct span){ rest->p, rest->p };
	if (sip_take_char(rest, '='))
		take_value(rest, value);
	return true;
}

bool sip_take_addr(struct span *rest, struct span *uri)
{
	const char *open = find_outside(*rest, '<'), *p;

	if (open != rest->end) {
		uri->p = open + 1;
		uri->end = memchr(uri->p, '>', (size_t)(rest->end - uri->p));
		if (!uri->end)
			return false;
		rest->p = uri->end + 1;
	} else {
		for (p = rest->p; p < rest->end && *p != ';' &&
		     !sip_is(*p, SIP_C_SPACE | SIP_C_STOP); p++)
			;
		*uri = (struct span){ rest->p, p };
		rest->p = p;
	}
	return uri->p != uri->end;
}
