// SPDX-License-Identifier: GPL-2.0
/*
 * kernel/proto/text: the input is lines. Each is read in every way; addresses
 * must be judged as by inet_pton and survive being written and read again.
 */

#include <arpa/inet.h>

#include "../../kernel/proto/text.h"
#include "../unit/input.h"
#include "fuzz.h"

static void check_addr(struct span s)
{
	char text[64], out[TEXT_ADDR_MAX];
	struct addr a, again;
	u8 b[16];
	int family;

	if (text_addr(s, &a)) {
		want(a.len == 4 || a.len == 16, "a family");
		want(text_addr(input_bytes(out, text_put_addr(out, &a)),
			       &again) && addr_equal(&a, &again),
		     "an address read again");
	}
	if (span_len(s) >= sizeof(text) || memchr(s.p, 0, span_len(s)))
		return;
	memcpy(text, s.p, span_len(s));
	text[span_len(s)] = '\0';
	family = inet_pton(AF_INET6, text, b) == 1 ? 16 :
		 inet_pton(AF_INET, text, b) == 1 ? 4 : 0;
	want(a.len == family, "judged as by inet_pton");
	want(!a.len || !memcmp(a.b, b, a.len), "read as by inet_pton");
}

static void check_number(struct span s)
{
	char out[10];
	u32 val, again;

	if (!text_u32(s, ~0u, &val))
		return;
	want(text_u32(input_bytes(out, text_put_u32(out, val, 10)), val,
		      &again) && again == val, "a number read again");
	want(!val || !text_u32(s, val - 1, &again), "a limit");
}

static void check_all(struct span line)
{
	struct span s = input_bytes(line.p, span_len(line)), name, value, tok;
	struct addr a;
	u16 port;

	check_addr(s);
	check_number(s);
	if (text_endpoint(s, &a, &port))
		want(a.len, "an endpoint has an address");
	if (text_field(s, &name, &value)) {
		want(name.p == s.p && name.end < value.p, "name before value");
		want(value.p <= value.end && value.end <= s.end, "value inside");
		check_addr(input_bytes(value.p, span_len(value)));
	}
	while (text_token(&s, &tok))
		want(tok.p <= tok.end && tok.end <= s.p, "tokens in order");
	want(s.p == s.end, "all tokens taken");
	input_done();
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t len)
{
	struct span rest = span_make((const char *)bytes, len), line, tok;

	while (text_line(&rest, &line)) {
		want(line.p <= line.end && line.end < rest.p, "lines in order");
		check_all(line);
		while (text_token(&line, &tok))
			check_all(tok);
	}
	check_all(rest);
	return 0;
}
