/* SPDX-License-Identifier: GPL-2.0 */
/* Session descriptions for tests: text in, struct sdp out. */
#ifndef _NFIM_UNIT_SDP_INPUT_H
#define _NFIM_UNIT_SDP_INPUT_H

#include "../../kernel/proto/sdp.h"
#include "../ktap.h"
#include "input.h"

#define HEAD	"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n" \
		"c=IN IP4 192.0.2.1\r\nt=0 0\r\n"

static struct sdp sdp;
static struct span data;

/**
 * parse() - read a description
 * @text: all of it
 *
 * Return: what sdp_parse() says.
 */
static inline bool parse(const char *text)
{
	data = input(text);
	return sdp_parse(data, data, &sdp);
}

/**
 * media() - read a description with the usual head
 * @text: what stands below it
 *
 * Return: whether it could be read; else the case has failed.
 */
static inline bool media(const char *text)
{
	char all[4000];

	snprintf(all, sizeof(all), HEAD "%s", text);
	return ktap_want(parse(all));
}

/**
 * is() - compare what stands at a place
 * @at: the place
 * @want: the text
 *
 * Return: true when equal; else the case has failed.
 */
static inline bool is(struct place at, const char *want)
{
	struct span s = place_span(data, at);

	return ktap_bytes(s.p, span_len(s), want, strlen(want));
}

/**
 * addr_is() - compare an address
 * @a: the address
 * @want: as text; "" for none
 *
 * Return: true when equal; else the case has failed.
 */
static inline bool addr_is(const struct addr *a, const char *want)
{
	struct addr b = { 0 };

	if (!want[0])
		return ktap_equal(a->len, 0);
	return ktap_want(text_addr(input(want), &b)) &&
	       ktap_want(addr_equal(a, &b));
}

#endif /* _NFIM_UNIT_SDP_INPUT_H */
