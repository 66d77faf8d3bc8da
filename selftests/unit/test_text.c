// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/text: readers and writers of text. */

#include <arpa/inet.h>

#include "../../kernel/proto/text.h"
#include "../ktap.h"
#include "input.h"

static void literals(const void *arg)
{
	static const struct {
		const char *s, *lit;
		bool is, starts;
	} rows[] = {
		{ "port", "port", true, true },
		{ "PORT", "port", true, true },
		{ "PoRtX", "port", false, true },
		{ "por", "port", false, false },
		{ "", "port", false, false },
		{ "", "", true, true },
		{ "x", "", false, true },
		{ "qort", "port", false, false },
		/* Not letters, but 0x20 apart: case folding must spare them. */
		{ "[", "{", false, false },
		{ "@", "`", false, false },
		{ "Z", "z", true, true },
		{ "A", "a", true, true },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span s = input(rows[i].s);

		ktap_at("\"%s\" and \"%s\"", rows[i].s, rows[i].lit);
		ktap_equal(text_is(s, rows[i].lit), rows[i].is);
		ktap_equal(text_starts(s, rows[i].lit), rows[i].starts);
	}
	ktap_at("exact case");
	ktap_want(span_is(input("SB"), "SB"));
	ktap_want(!span_is(input("sb"), "SB"));
	ktap_want(!span_is(input("S"), "SB"));
	input_done();
}

static bool same_slowly(const char *p, const char *lit, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (text_lower(p[i]) != lit[i])
			return false;
	return true;
}

/* One bit is wrong, in every place of a word and of what is left of one. */
static void compare_words(const void *arg)
{
	static const char lit[] = "ip-address_internal: \"sip/2.0\" a@b";
	char text[sizeof(lit)];
	size_t n, bit;

	for (n = 0; n < sizeof(lit); n++) {
		for (bit = 0; bit <= 8 * n; bit++) {
			struct span s, want = input_bytes(lit, n);

			ktap_at("%zu bytes, bit %zu", n, bit);
			memcpy(text, lit, n);
			if (bit < 8 * n)
				text[bit / 8] ^= (char)(1 << bit % 8);
			s = input_bytes(text, n);
			ktap_want(text_same(s.p, want.p, n) ==
				  same_slowly(s.p, want.p, n));
			ktap_want(span_same(s.p, want.p, n) ==
				  (bit == 8 * n));
		}
		input_done();
	}
}

static void trimming(const void *arg)
{
	static const struct {
		const char *s, *want;
	} rows[] = {
		{ "", "" }, { " ", "" }, { " \t ", "" }, { "a", "a" },
		{ " a", "a" }, { "a\t", "a" }, { "\t a b \t", "a b" },
		{ "\ra\r", "\ra\r" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span s = text_trim(input(rows[i].s));

		ktap_at("\"%s\"", rows[i].s);
		ktap_bytes(s.p, span_len(s), rows[i].want,
			   strlen(rows[i].want));
	}
	input_done();
}

static void line_ends(const void *arg)
{
	char text[40];
	size_t len, at;

	/* Neighbours of LF in every place of a word, and none. */
	for (len = 0; len < 36; len++) {
		for (at = 0; at <= len; at++) {
			struct span s;

			ktap_at("%zu bytes, LF at %zu", len, at);
			memset(text, at & 1 ? '\x0b' : '\x8a', len);
			text[at] = at < len ? '\n' : 0;
			s = input_bytes(text, len);
			ktap_want(text_lf(s) ==
				  (at < len ? s.p + at : NULL));
			if (at + 1 < len) {
				text[len - 1] = '\n';
				s = input_bytes(text, len);
				ktap_want(text_lf(s) == s.p + at);
			}
		}
	}
	input_done();
}

static void lines(const void *arg)
{
	static const struct {
		const char *s;
		bool ok;
		const char *line, *rest;
	} rows[] = {
		{ "", false, "", "" },
		{ "a", false, "", "a" },
		{ "a\r", false, "", "a\r" },
		{ "\n", true, "", "" },
		{ "\r\n", true, "", "" },
		{ "a\nb", true, "a", "b" },
		{ "a\r\nb\r\n", true, "a", "b\r\n" },
		{ "a\r\r\n", true, "a\r", "" },
		{ "a\rb\n", true, "a\rb", "" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span rest = input(rows[i].s), line = { 0 };

		ktap_at("\"%s\"", rows[i].s);
		if (ktap_equal(text_line(&rest, &line), rows[i].ok) &&
		    rows[i].ok)
			ktap_bytes(line.p, span_len(line), rows[i].line,
				   strlen(rows[i].line));
		ktap_bytes(rest.p, span_len(rest), rows[i].rest,
			   strlen(rows[i].rest));
	}
	input_done();
}

static void tokens(const void *arg)
{
	static const struct {
		const char *s;
		int n;
		const char *tok[4];
	} rows[] = {
		{ "", 0, { "" } },
		{ "a", 1, { "a" } },
		{ "a b", 2, { "a", "b" } },
		{ "a  b", 3, { "a", "", "b" } },
		{ " a", 2, { "", "a" } },
		/* Nothing stands behind the last blank, so no token. */
		{ "a ", 1, { "a" } },
		{ "a\tb", 1, { "a\tb" } },
	};
	struct span tok;
	size_t i;
	int n;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span rest = input(rows[i].s);

		ktap_at("\"%s\"", rows[i].s);
		for (n = 0; n < 4 && text_token(&rest, &tok); n++)
			if (n < rows[i].n)
				ktap_bytes(tok.p, span_len(tok),
					   rows[i].tok[n],
					   strlen(rows[i].tok[n]));
		ktap_equal(n, rows[i].n);
	}
	input_done();
}

static void fields(const void *arg)
{
	static const struct {
		const char *s;
		bool ok;
		const char *name, *value;
	} rows[] = {
		{ "Port: 6891", true, "Port", "6891" },
		{ "Port:6891", true, "Port", "6891" },
		{ "Port:\t6891 \t", true, "Port", "6891" },
		{ "Port:", true, "Port", "" },
		{ "Port: ", true, "Port", "" },
		{ "Request-Data: IP-Address:", true, "Request-Data",
		  "IP-Address:" },
		{ "Port", false, "", "" },
		{ ": 6891", false, "", "" },
		{ ":", false, "", "" },
		{ "", false, "", "" },
		{ "Port : 1", true, "Port ", "1" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span name, value;

		ktap_at("\"%s\"", rows[i].s);
		if (!ktap_equal(text_field(input(rows[i].s), &name, &value),
				rows[i].ok) || !rows[i].ok)
			continue;
		ktap_bytes(name.p, span_len(name), rows[i].name,
			   strlen(rows[i].name));
		ktap_bytes(value.p, span_len(value), rows[i].value,
			   strlen(rows[i].value));
	}
	input_done();
}

static void numbers(const void *arg)
{
	static const struct {
		const char *s;
		u32 max;
		bool ok;
		u32 val;
	} rows[] = {
		{ "0", 0, true, 0 },
		{ "1", 0, false, 0 },
		{ "00", 0, true, 0 },
		{ "9", 8, false, 0 },
		{ "8", 8, true, 8 },
		{ "65535", 65535, true, 65535 },
		{ "65536", 65535, false, 0 },
		{ "065535", 65535, true, 65535 },
		{ "0000000000000000001", 65535, true, 1 },
		{ "4294967295", ~0u, true, ~0u },
		{ "4294967296", ~0u, false, 0 },
		{ "4294967305", ~0u, false, 0 },
		{ "18446744073709551616", ~0u, false, 0 },
		{ "", ~0u, false, 0 },
		{ "+1", ~0u, false, 0 },
		{ "-1", ~0u, false, 0 },
		{ " 1", ~0u, false, 0 },
		{ "1 ", ~0u, false, 0 },
		{ "0x10", ~0u, false, 0 },
		{ "1a", ~0u, false, 0 },
		{ "/", ~0u, false, 0 },
		{ ":", ~0u, false, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		u32 val = 4711;

		ktap_at("\"%s\" up to %u", rows[i].s, rows[i].max);
		if (ktap_equal(text_u32(input(rows[i].s), rows[i].max, &val),
			       rows[i].ok))
			ktap_equal(val, rows[i].ok ? rows[i].val : 4711);
	}
	input_done();
}

static void quads(const void *arg)
{
	static const char *const good[] = {
		"0.0.0.0", "192.168.0.12", "255.255.255.255", "1.20.0.100",
	};
	static const char *const bad[] = {
		"", ".", "1", "1.2.3", "1.2.3.", "1.2.3.4.", "1.2.3.4.5",
		".1.2.3.4", "1..3.4", "256.1.1.1", "1.1.1.256", "1.1.1.1000",
		"01.2.3.4", "1.2.3.04", "1.2.3.00", "1.2.3.4 ", " 1.2.3.4",
		"1.2.3.4a", "1.2.3.-4", "0x1.2.3.4", "1.2.3,4", "16909060",
		"999.1.1.1", "1.2.3.4:80",
	};
	static const u8 zero[12];
	struct addr a;
	u8 want[4];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		ktap_at("\"%s\"", good[i]);
		ktap_want(inet_pton(AF_INET, good[i], want) == 1);
		ktap_want(text_addr(input(good[i]), &a));
		ktap_equal(a.len, 4);
		ktap_want(!memcmp(a.b, want, 4));
		ktap_want(!memcmp(a.b + 4, zero, sizeof(zero)));
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ktap_at("\"%s\"", bad[i]);
		ktap_want(!text_addr(input(bad[i]), &a));
		ktap_equal(a.len, 0);
	}
	input_done();
}

static void agrees(const char *s)
{
	struct addr a;
	u8 want[16];
	unsigned int len = inet_pton(AF_INET6, s, want) == 1 ? 16 :
			   inet_pton(AF_INET, s, want) == 1 ? 4 : 0;

	ktap_at("\"%s\"", s);
	ktap_equal(text_addr(input(s), &a), len != 0);
	ktap_equal(a.len, len);
	if (len)
		ktap_want(!memcmp(a.b, want, len));
}

static void v6_forms(const void *arg)
{
	static const char *const forms[] = {
		"::", "::1", "1::", "1::2", "1:2:3:4:5:6:7:8",
		"1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3::5:6:7:8",
		"1:2:3::4:5:6:7:8", "::1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8::",
		"1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", ":", ":::", "::1::",
		":1", "1:", "1::2:", "1:::2", "12345::", "g::", "::%eth0",
		"fe80::1%1", "[::1]", "::1/64", "ABCD:ef01::", "0000::0000",
		"::1.2.3.4", "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4",
		"1:2:3:4:5:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "1.2.3.4::",
		"::1.2.3", "::1.2.3.4.5", "::1.2.3.256", "::01.2.3.4",
		"::1.2.3.4:5", "1:2:3:4:5::1.2.3.4", "1:2:3:4:5:6::1.2.3.4",
		"::a.2.3.4", "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555",
		"::00001", "1 ::", " ::1", "::1 ", "::\xff", "::1.", "::.1",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(forms); i++)
		agrees(forms[i]);
	input_done();
}

static u32 next_random(void)
{
	static u32 state = 0x6e66696d;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

/* Groups with a gap or two, perhaps a quad, now and then a wrong byte. */
static void write_random(char *text)
{
	static const char *const group[] = {
		"0", "1", "fe80", "ABCD", "00f", "0000", "12345", "",
	};
	static const char *const quad[] = {
		"1.2.3.4", "255.255.255.255", "0.0.0.0", "1.2.3", "1.2.3.04",
	};
	static const char wrong[] = ":.0g%/]x9 ";
	unsigned int i, n = next_random() % 10, gap = next_random() % 14;

	text[0] = '\0';
	for (i = 0; i < n; i++) {
		if (i)
			strcat(text, ":");
		if (i == gap)
			strcat(text, i ? ":" : "::");
		/* The last two of the lists are wrong: take them seldom. */
		strcat(text, group[next_random() % (next_random() % 16 ? 6 : 8)]);
	}
	if (gap == n)
		strcat(text, n ? "::" : ":");
	if (!(next_random() % 4)) {
		if (n && gap != n)
			strcat(text, ":");
		strcat(text, quad[next_random() % (next_random() % 8 ? 3 : 5)]);
	}
	n = (unsigned int)strlen(text);
	if (n && !(next_random() % 6))
		text[next_random() % n] =
			wrong[next_random() % (sizeof(wrong) - 1)];
}

static void v6_random(const void *arg)
{
	unsigned int i, accepted = 0;
	char text[128];
	u8 b[16];

	for (i = 0; i < 400000 && ktap_now.failed < 5; i++) {
		write_random(text);
		accepted += inet_pton(AF_INET6, text, b) == 1;
		agrees(text);
		input_done();
	}
	ktap_at("of 400000, %u addresses", accepted);
	ktap_want(accepted > 40000 && accepted < 360000);
}

static void v6_printed(const void *arg)
{
	char text[INET6_ADDRSTRLEN], out[TEXT_ADDR_MAX];
	struct addr a, b;
	unsigned int i, k;

	for (i = 0; i < 20000; i++) {
		size_t n;

		a = (struct addr){ .len = 16 };
		for (k = 0; k < 16; k++)
			if (next_random() % 3)
				a.b[k] = (u8)next_random();
		inet_ntop(AF_INET6, a.b, text, sizeof(text));
		agrees(text);
		n = text_put_addr(out, &a);
		ktap_want(n <= TEXT_ADDR_MAX);
		ktap_want(text_addr(input_bytes(out, n), &b));
		ktap_want(addr_equal(&a, &b));
		input_done();
	}
	a = (struct addr){ .len = 16, .b = { 0x20, 1, 0x0d, 0xb8, [15] = 1 } };
	ktap_bytes(out, text_put_addr(out, &a), "2001:db8:0:0:0:0:0:1", 20);
	memset(a.b, 0xff, 16);
	ktap_equal(text_put_addr(out, &a), 39);
}

static void endpoints(const void *arg)
{
	static const struct {
		const char *s;
		u8 len;
		u16 port;
	} rows[] = {
		{ "1.2.3.4:0", 4, 0 },
		{ "207.46.108.59:1863", 4, 1863 },
		{ "1.2.3.4:65535", 4, 65535 },
		{ "1.2.3.4:00080", 4, 80 },
		{ "[::1]:1863", 16, 1863 },
		{ "[2001:db8::1.2.3.4]:1", 16, 1 },
		{ "1.2.3.4:65536", 0, 0 },
		{ "1.2.3.4:", 0, 0 },
		{ "1.2.3.4", 0, 0 },
		{ ":1863", 0, 0 },
		{ ":", 0, 0 },
		{ "", 0, 0 },
		{ "1.2.3:80", 0, 0 },
		{ "1.2.3.4:80:", 0, 0 },
		{ "1.2.3.4:80 ", 0, 0 },
		{ "1.2.3.4 :80", 0, 0 },
		{ "1.2.3.4:-1", 0, 0 },
		{ "1.2.3.4:8o", 0, 0 },
		{ "::1:1863", 0, 0 },
		{ "[::1]", 0, 0 },
		{ "[::1]1863", 0, 0 },
		{ "[::1:1863", 0, 0 },
		{ "::1]:1863", 0, 0 },
		{ "[]:1863", 0, 0 },
		{ "[:]:1863", 0, 0 },
		/* Brackets are for IPv6 alone. */
		{ "[1.2.3.4]:1863", 0, 0 },
		{ "host:1863", 0, 0 },
	};
	struct addr a;
	size_t i;
	u16 port;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("\"%s\"", rows[i].s);
		port = 4711;
		if (!ktap_equal(text_endpoint(input(rows[i].s), &a, &port),
				!!rows[i].len) || !rows[i].len)
			continue;
		ktap_equal(a.len, rows[i].len);
		ktap_equal(port, rows[i].port);
	}
	input_done();
}

static void put_numbers(const void *arg)
{
	static const struct {
		u32 val, width;
		const char *want;
	} rows[] = {
		{ 0, 0, "0" }, { 7, 1, "7" }, { 6891, 0, "6891" },
		{ 6891, 4, "6891" }, { 6891, 3, "6891" }, { 6891, 5, "06891" },
		{ 0, 5, "00000" }, { ~0u, 0, "4294967295" },
		{ 1, 10, "0000000001" }, { 1, 11, "0000000001" },
	};
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		char *out = malloc(10);

		ktap_at("%u in %u", rows[i].val, rows[i].width);
		n = text_put_u32(out, rows[i].val, rows[i].width);
		ktap_bytes(out, n, rows[i].want, strlen(rows[i].want));
		free(out);
	}
}

static void put_quads(const void *arg)
{
	static const char *const rows[] = {
		"0.0.0.0", "255.255.255.255", "192.0.2.10",
	};
	char out[TEXT_ADDR_MAX];
	struct addr a;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("\"%s\"", rows[i]);
		ktap_want(text_addr(input(rows[i]), &a));
		ktap_bytes(out, text_put_addr(out, &a), rows[i],
			   strlen(rows[i]));
	}
	input_done();
}

static void compare_addresses(const void *arg)
{
	struct addr none = { 0 }, v4 = { .len = 4, .b = { 1, 2, 3, 4 } };
	struct addr other = { .len = 4, .b = { 1, 2, 3, 5 } };
	struct addr v6 = { .len = 16, .b = { 1, 2, 3, 4 } };

	ktap_want(addr_equal(&v4, &v4));
	ktap_want(addr_equal(&v6, &v6));
	ktap_want(!addr_equal(&v4, &other));
	ktap_want(!addr_equal(&v4, &v6));
	ktap_want(!addr_equal(&none, &none));
	ktap_want(!addr_equal(&none, &v4));
}

static const struct ktap_case cases[] = {
	{ "literals are compared without regard to ASCII case", literals },
	{ "words are compared as bytes are", compare_words },
	{ "blanks and tabs are cut off both ends and nothing else", trimming },
	{ "the first LF is found wherever it stands", line_ends },
	{ "a line ends at LF and loses one CR", lines },
	{ "single blanks separate tokens", tokens },
	{ "a field is a name, a colon and a trimmed value", fields },
	{ "a number fills its span, has only digits and a limit", numbers },
	{ "a dotted quad is strict", quads },
	{ "IPv6 forms are accepted and refused as by inet_pton", v6_forms },
	{ "400000 generated texts are judged as by inet_pton", v6_random },
	{ "IPv6 addresses are read as printed by inet_ntop", v6_printed },
	{ "an endpoint is quad:port or [v6]:port", endpoints },
	{ "numbers are written with the width asked for", put_numbers },
	{ "dotted quads are written as they were read", put_quads },
	{ "addresses are equal only if set and of one family",
	  compare_addresses },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
