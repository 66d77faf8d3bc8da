/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What values of SIP header fields are made of (RFC 3261 section 25.1). A value
 * ends before its unfolded line end, so a CR or LF inside it is a fold and
 * counts as white space.
 */
#ifndef _NFIM_SIP_LEX_H
#define _NFIM_SIP_LEX_H

#include "span.h"

/* Bits of sip_class[]. */
#define SIP_C_TOKEN	0x01	/* may stand in a token */
#define SIP_C_SPACE	0x02	/* white space: SP, HT, CR, LF */
#define SIP_C_HOST	0x04	/* may stand in a host name or address */
#define SIP_C_STOP	0x08	/* matters when a value is split: " < > , \ */

extern const u8 sip_class[256];

/**
 * sip_is() - what a byte can be
 * @c: the byte
 * @bits: SIP_C_* bits
 *
 * Return: true when it has one of them.
 */
static inline bool sip_is(char c, u8 bits)
{
	return sip_class[(u8)c] & bits;
}

/**
 * sip_skip_space() - pass over white space
 * @s: moved to the next other byte, or to its end
 */
static inline void sip_skip_space(struct span *s)
{
	while (s->p < s->end && sip_is(s->p[0], SIP_C_SPACE))
		s->p++;
}

/**
 * sip_trim() - cut white space off both ends
 * @s: any span
 *
 * Return: the part between.
 */
static inline struct span sip_trim(struct span s)
{
	sip_skip_space(&s);
	while (s.p < s.end && sip_is(s.end[-1], SIP_C_SPACE))
		s.end--;
	return s;
}

/**
 * sip_take_token() - take a token
 * @rest: moved behind it
 * @token: the token
 *
 * Return: false when there is none.
 */
static inline bool __must_check sip_take_token(struct span *rest,
					       struct span *token)
{
	const char *p = rest->p;

	while (p < rest->end && sip_is(*p, SIP_C_TOKEN))
		p++;
	*token = (struct span){ rest->p, p };
	rest->p = p;
	return token->p != p;
}

/**
 * sip_take_char() - take one separator and the white space around it
 * @rest: moved behind them; behind white space only when it is not there
 * @c: the separator
 *
 * Return: false when it is not there.
 */
static inline bool __must_check sip_take_char(struct span *rest, char c)
{
	sip_skip_space(rest);
	if (rest->p == rest->end || rest->p[0] != c)
		return false;
	rest->p++;
	sip_skip_space(rest);
	return true;
}

/**
 * sip_take_item() - take one of the values that commas separate
 * @rest: moved behind it and its comma
 * @item: the value, trimmed; may be empty
 *
 * Commas in quotes and angle brackets do not separate.
 *
 * Return: false at the end of @rest.
 */
bool __must_check sip_take_item(struct span *rest, struct span *item);

/**
 * sip_take_param() - take one parameter
 * @rest: at a semicolon, maybe behind white space; moved behind the parameter
 * @name: its name
 * @value: its value, with its quotes; empty if it has none
 *
 * Empty parameters are passed over.
 *
 * Return: false at the end, or where something else stands.
 */
bool __must_check sip_take_param(struct span *rest, struct span *name,
				 struct span *value);

/**
 * sip_take_addr() - take the URI of a name-addr or addr-spec
 * @rest: a value that commas separated; moved behind the URI, to the
 *	parameters of the header field
 * @uri: the URI, without its angle brackets
 *
 * Return: false when there is none.
 */
bool __must_check sip_take_addr(struct span *rest, struct span *uri);

#endif /* _NFIM_SIP_LEX_H */
