// SPDX-License-Identifier: GPL-2.0
/* What values of SIP header fields are made of. */

#include "sip_lex.h"
#include "text.h"

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
	/* Without any there is no need to look where they stand. */
	item->end = text_find(*rest, ',') ? find_outside(*rest, ',') :
					    rest->end;
	rest->p = item->end + (item->end != rest->end);
	*item = sip_trim(*item);
	return true;
}

/* @p: where a value begins. Return: where it ends. */
static const char *skip_value(const char *p, const char *end)
{
	if (p < end && *p == '"')
		return skip_quoted(p + 1, end);
	while (p < end && *p != ';' && !sip_is(*p, SIP_C_SPACE))
		p++;
	return p;
}

bool sip_take_param(struct span *rest, struct span *name, struct span *value)
{
	struct span s = *rest;
	bool some = false;

	while (sip_take_char(&s, ';'))
		some = true;
	some = some && sip_take_token(&s, name);
	if (some) {
		*value = (struct span){ s.p, s.p };
		if (sip_take_char(&s, '=')) {
			value->p = s.p;
			s.p = skip_value(s.p, s.end);
			value->end = s.p;
		}
	}
	*rest = s;
	return some;
}

bool sip_take_addr(struct span *rest, struct span *uri)
{
	const char *open = find_outside(*rest, '<'), *p;

	if (open != rest->end) {
		uri->p = open + 1;
		uri->end = text_find((struct span){ uri->p, rest->end }, '>');
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
