// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/msnp: where commands and payloads begin and end. */

#include <stdlib.h>

#include <nfim/limits.h>

#include "../../kernel/proto/msnp.h"
#include "../ktap.h"
#include "input.h"
#include "trace.h"

#define NONE	-1	/* in place of a length: no payload */
#define OPAQUE	-2	/* in place of a length: opaque-length */

static struct trace one, two;

static const char *const hello[] = {
	[MSNP_C2S] = "USR 1 a@example.com 12.34\r\n",
	[MSNP_S2C] = "USR 1 OK a@example.com A\r\n",
};

/* A stream in two pieces, or in pieces of one byte if @cut is negative. */
static void feed_cut(struct trace *t, enum msnp_side side, const char *s,
		     size_t len, long cut)
{
	size_t i;

	trace_start(t, side);
	if (cut >= 0) {
		trace_feed(t, input_bytes(s, (size_t)cut));
		trace_feed(t, input_bytes(s + cut, len - (size_t)cut));
	} else {
		for (i = 0; i < len; i++) {
			struct span byte = input_bytes(s + i, 1);

			trace_feed(t, byte);
			input_done();
		}
	}
	input_done();
}

/* Leaves the trace of the uncut stream in "one". */
static void feed_every_way(enum msnp_side side, const char *s, size_t len)
{
	const char *diff;
	long cut;

	feed_cut(&one, side, s, len, 0);
	ktap_want_at(!one.insane, one.insane, __LINE__);
	for (cut = len > 4000 ? -1 : (long)len; cut >= -1; cut--) {
		feed_cut(&two, side, s, len, cut);
		diff = trace_same(&one, &two);
		if (diff)
			ktap_fail("cut at %ld: %s", cut, diff);
	}
}

static void greetings(const void *arg)
{
	static const struct {
		enum msnp_side side;
		const char *s;
		enum nfim_counter opaque;
		enum msnp_kind kind;
	} rows[] = {
		{ MSNP_C2S, "VER 1 MSNP8 CVR0\r\n", NFIM_OK, MSNP_NS },
		{ MSNP_C2S, "VER 0 MSNP2 CVR0\n", NFIM_OK, MSNP_NS },
		{ MSNP_C2S, "VER 4294967295 MSNP8\r\n", NFIM_OK, MSNP_NS },
		{ MSNP_C2S, "VER 1\r\n", NFIM_OK, MSNP_NS },
		{ MSNP_C2S, "USR 7 a@b 1.2.3\r\n", NFIM_OK, MSNP_SB },
		{ MSNP_C2S, "ANS 7 a@b 1.2 99\r\n", NFIM_OK, MSNP_SB },
		{ MSNP_C2S, "VER\r\n", NFIM_OPAQUE_FOREIGN, MSNP_UNKNOWN },
		{ MSNP_C2S, "VER x MSNP8\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "VER  1 MSNP8\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "VER MSNFTP\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "VER 1a MSNP8\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "VER -1 MSNP8\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "CVR 1 x\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "MSG 1 N 5\r\nhello", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "CAL 1 b@c\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "IRO 1 1 1 a@b\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "911 1\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "CNT 1 CONNECT 10\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "POST /gateway/gateway.dll HTTP/1.1\r\n",
		  NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "GET / HTTP/1.0\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "OPTIONS sip:a@b SIP/2.0\r\n",
		  NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "INVITE sip:a@b SIP/2.0\r\n",
		  NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "ACK sip:a@b SIP/2.0\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "\x16\x03\x01\x02", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "SSH-2.0-x\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "ver 1 MSNP8\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, " VER 1 MSNP8\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "VERS 1 MSNP8\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "VE 1 MSNP8\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "VER\t1 MSNP8\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_C2S, "VER\rX 1\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_S2C, "VER 1 MSNP8\r\n", NFIM_OK, MSNP_NS },
		{ MSNP_S2C, "USR 1 OK a A\r\n", NFIM_OK, MSNP_SB },
		{ MSNP_S2C, "ANS 1 OK\r\n", NFIM_OK, MSNP_SB },
		{ MSNP_S2C, "IRO 1 1 2 a@b A\r\n", NFIM_OK, MSNP_NS },
		{ MSNP_S2C, "911 1\r\n", NFIM_OK, MSNP_NS },
		{ MSNP_S2C, "911\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_S2C, "9I1 1\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_S2C, "I91 1\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_S2C, "IRO a@b\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_S2C, "XFR 1 NS 1.2.3.4:1863\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_S2C, "RNG 1 1.2.3.4:1863 CKI 1\r\n",
		  NFIM_OPAQUE_FOREIGN },
		{ MSNP_S2C, "MSG a A 5\r\nhello", NFIM_OPAQUE_FOREIGN },
		{ MSNP_S2C, "220 mail.example.com\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_S2C, "HTTP/1.1 200 OK\r\n", NFIM_OPAQUE_FOREIGN },
		{ MSNP_S2C, "SIP/2.0 200 OK\r\n", NFIM_OPAQUE_FOREIGN },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s \"%s\"", rows[i].side ? "s2c" : "c2s", rows[i].s);
		feed_every_way(rows[i].side, rows[i].s, strlen(rows[i].s));
		ktap_equal(msnp_scan_opaque(&one.scan), rows[i].opaque);
		ktap_equal(msnp_scan_kind(&one.scan), rows[i].kind);
		ktap_equal(one.n, rows[i].opaque == NFIM_OK);
	}
}

static void only_first_line(const void *arg)
{
	static const char c2s[] = "VER 1 MSNP8\r\nPNG\r\nUSR 3 MD5 I a\r\n";
	static const char s2c[] = "VER 1 MSNP8\r\nQNG 45\r\n911 3\r\nBYE\n";

	ktap_at("client");
	feed_every_way(MSNP_C2S, c2s, strlen(c2s));
	ktap_equal(one.n, 3);
	/* A USR on a notification server makes it no switchboard. */
	ktap_equal(msnp_scan_kind(&one.scan), MSNP_NS);
	ktap_at("server");
	feed_every_way(MSNP_S2C, s2c, strlen(s2c));
	ktap_equal(one.n, 4);
	ktap_want(!msnp_scan_answered(&one.scan));
}

static void bad_names(const void *arg)
{
	static const struct {
		enum msnp_side side;
		const char *s;
		bool ok;
	} rows[] = {
		{ MSNP_C2S, "PNG\r\n", true },
		{ MSNP_C2S, "PNG\n", true },
		{ MSNP_C2S, "PNG \r\n", true },
		{ MSNP_C2S, "XXX 1 2 3\r\n", true },
		{ MSNP_C2S, "PNGX\r\n", false },
		{ MSNP_C2S, "PN\r\n", false },
		{ MSNP_C2S, "PnG\r\n", false },
		{ MSNP_C2S, "PN1\r\n", false },
		{ MSNP_C2S, "PNG\r\r\n", false },
		{ MSNP_C2S, "PNG\r \r\n", false },
		{ MSNP_C2S, "123 4\r\n", false },
		{ MSNP_C2S, "\n", false },
		{ MSNP_C2S, "MIME-Version: 1.0\r\n", false },
		{ MSNP_S2C, "123 4\r\n", true },
		{ MSNP_S2C, "12A 4\r\n", false },
		{ MSNP_S2C, "1234 4\r\n", false },
		{ MSNP_S2C, "A23 4\r\n", false },
	};
	char s[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(s, sizeof(s), "%s%s", hello[rows[i].side], rows[i].s);
		ktap_at("\"%s\"", rows[i].s);
		feed_every_way(rows[i].side, s, strlen(s));
		ktap_equal(one.n, 1 + rows[i].ok);
		ktap_equal(msnp_scan_opaque(&one.scan),
			   rows[i].ok ? NFIM_OK : NFIM_OPAQUE_FOREIGN);
	}
}

/* @len bytes of line, its end included. */
static void one_line(size_t len, const char *end, bool ok)
{
	size_t hi = strlen(hello[MSNP_C2S]);
	char *s = malloc(hi + len);

	memcpy(s, hello[MSNP_C2S], hi);
	memset(s + hi, 'x', len);
	memcpy(s + hi, "CHG 9 ", 6);
	memcpy(s + hi + len - strlen(end), end, strlen(end));
	ktap_at("%zu bytes, ended by %zu", len, strlen(end));
	feed_every_way(MSNP_C2S, s, hi + len);
	ktap_equal(one.n, ok ? 2 : 1);
	ktap_equal(msnp_scan_opaque(&one.scan),
		   ok ? NFIM_OK : NFIM_OPAQUE_LINE);
	free(s);
}

static void line_lengths(const void *arg)
{
	one_line(NFIM_LINE_MAX - 1, "\r\n", true);
	one_line(NFIM_LINE_MAX, "\r\n", true);
	one_line(NFIM_LINE_MAX, "\n", true);
	one_line(NFIM_LINE_MAX + 1, "\n", false);
	one_line(NFIM_LINE_MAX + 1, "\r\n", false);
	one_line(3 * NFIM_LINE_MAX, "\r\n", false);
}

static void line_unended(const void *arg)
{
	char *s = malloc(NFIM_LINE_MAX + 1);
	struct msnp_frame f;
	struct span data;
	u32 pos = 0;

	memset(s, 'x', NFIM_LINE_MAX + 1);
	memcpy(s, "VER 1 ", 6);
	trace_start(&one, MSNP_C2S);
	data = input_bytes(s, NFIM_LINE_MAX);
	ktap_equal(trace_next(&one, data, &pos, &f), MSNP_MORE);
	ktap_want(!memcmp(f.cmd, "VER", 3));
	ktap_want(f.line.p == f.line.end && !f.payload_len && !f.whole);
	data = input("x");
	pos = 0;
	ktap_equal(trace_next(&one, data, &pos, &f), MSNP_OPAQUE);
	ktap_equal(msnp_scan_opaque(&one.scan), NFIM_OPAQUE_LINE);
	free(s);
	input_done();
}

/* @want: length of the payload, NONE or OPAQUE. */
static void one_payload(enum msnp_side side, const char *line, long want)
{
	size_t hi = strlen(hello[side]), n = hi + strlen(line) + 2;
	size_t len = n + (want > 0 ? (size_t)want : 0) + 5;
	char *s = malloc(len + 1);

	ktap_at("%s \"%.80s\"", side ? "s2c" : "c2s", line);
	sprintf(s, "%s%s\r\n", hello[side], line);
	/* LF and digits in a payload mean nothing. */
	for (; n < len - 5; n++)
		s[n] = "MSG 1\r\n"[n % 7];
	memcpy(s + n, "OUT\r\n", 5);
	feed_every_way(side, s, len);
	if (want == OPAQUE) {
		ktap_equal(msnp_scan_opaque(&one.scan), NFIM_OPAQUE_LENGTH);
		ktap_equal(one.n, 1);
	} else if (ktap_equal(one.n, 3)) {
		ktap_want(!memcmp(one.cmd[1].cmd, line, 3));
		ktap_equal(one.cmd[1].payload_len, want > 0 ? want : 0);
		ktap_want(!memcmp(one.cmd[2].cmd, "OUT", 3));
		ktap_equal(one.cmd[2].end, len);
	}
	free(s);
}

/* The forms of msnp.md 1.2: length from the client, length from the server. */
static const struct {
	const char *line;
	long c2s, s2c;
} payload_rows[] = {
	{ "MSG 4 N 130", 130, 130 },
	{ "MSG a@example.com Nick 1", 1, 1 },
	{ "MSG a@example.com Nick 0", 0, 0 },
	{ "MSG 4 N 00012", 12, 12 },
	{ "MSG 4 N x", OPAQUE, OPAQUE },
	{ "MSG 4 N 12x", OPAQUE, OPAQUE },
	{ "MSG 4 N -1", OPAQUE, OPAQUE },
	{ "MSG 4 N +1", OPAQUE, OPAQUE },
	{ "MSG 4 N ", OPAQUE, OPAQUE },
	{ "MSG 4 N 12 ", OPAQUE, OPAQUE },
	{ "MSG 4 N 12\r", OPAQUE, OPAQUE },
	{ "MSG 4 12", OPAQUE, OPAQUE },
	{ "MSG 12", OPAQUE, OPAQUE },
	{ "MSG", OPAQUE, OPAQUE },
	{ "MSG 4 N 12 13", OPAQUE, OPAQUE },
	{ "QRY 8 msmsgs@msnmsgr.com 32", 32, NONE },
	{ "QRY 8", NONE, NONE },
	{ "QRY 8 32", NONE, NONE },
	{ "QRY 8 msmsgs@msnmsgr.com x", NONE, NONE },
	{ "UUX 8 53", 53, NONE },
	{ "UUX 8 0", 0, NONE },
	{ "UUX 8", NONE, NONE },
	{ "UUX 8 9 53", NONE, NONE },
	{ "UUN 8 a@example.com 3 70", 70, NONE },
	{ "UUN 8 a@example.com;{g} 3 70", 70, NONE },
	{ "UUN 8 OK", NONE, NONE },
	{ "UUN 8 3 70", NONE, NONE },
	{ "UUM 8 a@example.com 32 1 20", 20, NONE },
	{ "UUM 8 a@example.com 1 20", NONE, NONE },
	{ "UBM a@example.com 32 1 20", NONE, 20 },
	{ "UBM a@example.com 32 b@example.com 1 1 20", NONE, 20 },
	{ "UBM a@example.com 1 20", NONE, NONE },
	{ "ADL 8 40", 40, 40 },
	{ "ADL 8 OK", NONE, NONE },
	{ "ADL 8 OK 40", NONE, NONE },
	{ "ADL 40", NONE, NONE },
	{ "RML 8 40", 40, 40 },
	{ "RML 8 OK", NONE, NONE },
	{ "FQY 8 40", 40, 40 },
	{ "FQY 8", NONE, NONE },
	{ "SDC 8 a@b 0x0409 MSMSGS MSMSGS X X N 30", 30, NONE },
	{ "SDC 8 a@b 0x0409 MSMSGS MSMSGS X X 30", NONE, NONE },
	{ "PAG 8 30", 30, NONE },
	{ "PAG 8 a@b D 30", 30, NONE },
	{ "PGD 8 a@b 1 30", 30, NONE },
	{ "PGD 30", NONE, NONE },
	{ "PUT 8 30", 30, 30 },
	{ "PUT 8 OK 30", 30, 30 },
	{ "PUT 8 OK", NONE, NONE },
	{ "PUT 8 a b 30", NONE, NONE },
	{ "DEL 8 30", 30, 30 },
	{ "DEL 8 OK 30", 30, 30 },
	{ "SDG 8 30", 30, 30 },
	{ "SDG 8 OK 30", NONE, NONE },
	{ "VAS 8 a b 30", 30, NONE },
	{ "VAS 30", NONE, NONE },
	{ "NOT 30", NONE, 30 },
	{ "NOT 1 30", NONE, OPAQUE },
	{ "NOT", NONE, OPAQUE },
	{ "NOT x", NONE, OPAQUE },
	{ "IPG 30", NONE, 30 },
	{ "IPG x", NONE, OPAQUE },
	{ "IPG", NONE, OPAQUE },
	{ "GCF Shields.xml 30", NONE, 30 },
	{ "GCF 8 Shields.xml 30", NONE, 30 },
	{ "GCF 8 Shields.xml", NONE, NONE },
	{ "GCF 30", NONE, NONE },
	{ "UBX a@example.com 30", NONE, 30 },
	{ "UBX a@example.com 1 30", NONE, 30 },
	{ "UBX 1:a@example.com;x 0", NONE, 0 },
	{ "UBX 30", NONE, NONE },
	{ "UBN a@example.com 3 30", NONE, 30 },
	{ "UBN a@example.com 30", NONE, NONE },
	{ "NFY PUT 30", NONE, 30 },
	{ "NFY 30", NONE, NONE },
	{ "NFY PUT 1 30", NONE, NONE },
	/* Numbers that are no lengths. */
	{ "QNG 45", NONE, NONE },
	{ "CHG 8 NLN 30", NONE, NONE },
	{ "SYN 5 1 1 30", NONE, NONE },
	{ "USR 8 OK a@b A 1 30", NONE, NONE },
	{ "JOI a@b A 30", NONE, NONE },
	{ "CAL 8 RINGING 30", NONE, NONE },
	{ "ACK 30", NONE, NONE },
	{ "XXX 1 2 30", NONE, NONE },
};

static void payload_forms(const void *arg)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(payload_rows); i++) {
		one_payload(MSNP_C2S, payload_rows[i].line,
			    payload_rows[i].c2s);
		one_payload(MSNP_S2C, payload_rows[i].line,
			    payload_rows[i].s2c);
	}
}

static void error_payloads(const void *arg)
{
	one_payload(MSNP_S2C, "800 12", NONE);
	one_payload(MSNP_S2C, "241 8 30", 30);
	one_payload(MSNP_S2C, "509 8 0", 0);
	one_payload(MSNP_S2C, "933 8 x", NONE);
	one_payload(MSNP_S2C, "933 8 9 30", NONE);
	one_payload(MSNP_S2C, "933 30 ", NONE);
	one_payload(MSNP_S2C, "933", NONE);
	one_payload(MSNP_S2C, "241 8 1048577", OPAQUE);
}

/* Which numbers of arguments make a payload; taken from msnp.md 1.2. */
static void payload_counts(const void *arg)
{
	static const struct {
		const char *cmd;
		int lo, hi;
		enum msnp_side side;
	} rows[] = {
		{ "QRY", 3, 3, MSNP_C2S }, { "UUX", 2, 2, MSNP_C2S },
		{ "UUN", 4, 20, MSNP_C2S }, { "UUM", 5, 20, MSNP_C2S },
		{ "ADL", 2, 2, MSNP_C2S }, { "RML", 2, 2, MSNP_C2S },
		{ "FQY", 2, 2, MSNP_C2S }, { "SDC", 9, 20, MSNP_C2S },
		{ "PAG", 2, 20, MSNP_C2S }, { "PGD", 2, 20, MSNP_C2S },
		{ "PUT", 2, 3, MSNP_C2S }, { "DEL", 2, 3, MSNP_C2S },
		{ "SDG", 2, 2, MSNP_C2S }, { "VAS", 2, 20, MSNP_C2S },
		{ "GCF", 2, 3, MSNP_S2C }, { "UBX", 2, 3, MSNP_S2C },
		{ "UBN", 3, 20, MSNP_S2C }, { "UBM", 4, 20, MSNP_S2C },
		{ "ADL", 2, 2, MSNP_S2C }, { "RML", 2, 2, MSNP_S2C },
		{ "FQY", 2, 2, MSNP_S2C }, { "PUT", 2, 3, MSNP_S2C },
		{ "DEL", 2, 3, MSNP_S2C }, { "SDG", 2, 2, MSNP_S2C },
		{ "NFY", 2, 2, MSNP_S2C }, { "500", 2, 2, MSNP_S2C },
	};
	char line[80];
	size_t i;
	int n, k;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		for (n = 0; n <= 20; n++) {
			sprintf(line, "%s", rows[i].cmd);
			for (k = 1; k <= n; k++)
				strcat(line, k == n ? " 7" : " a");
			one_payload(rows[i].side, line,
				    n >= rows[i].lo && n <= rows[i].hi ?
				    7 : NONE);
		}
}

static void payload_limit(const void *arg)
{
	char *big = malloc(NFIM_PAYLOAD_MAX + 100);
	int n;

	memset(big, 'x', NFIM_PAYLOAD_MAX + 100);
	n = sprintf(big, "%sMSG 1 N %u\r\n", hello[MSNP_C2S],
		    NFIM_PAYLOAD_MAX);
	big[n] = 'x';
	memcpy(big + n + NFIM_PAYLOAD_MAX, "OUT\r\n", 5);
	ktap_at("the largest");
	feed_cut(&one, MSNP_C2S, big, (size_t)n + NFIM_PAYLOAD_MAX + 5, 100);
	ktap_equal(one.n, 3);
	ktap_equal(one.cmd[1].payload_len, NFIM_PAYLOAD_MAX);
	ktap_equal(msnp_scan_opaque(&one.scan), NFIM_OK);
	free(big);

	one_payload(MSNP_C2S, "MSG 1 N 1048577", OPAQUE);
	one_payload(MSNP_C2S, "MSG 1 N 4294967295", OPAQUE);
	one_payload(MSNP_C2S, "MSG 1 N 4294967296", OPAQUE);
	one_payload(MSNP_C2S, "MSG 1 N 4294967301", OPAQUE);
	one_payload(MSNP_C2S, "MSG 1 N 18446744073709551626", OPAQUE);
	/* A number too large is an argument like another elsewhere. */
	one_payload(MSNP_C2S, "MSG 99999999999 N 5", 5);
	one_payload(MSNP_C2S, "ADL 1 99999999999", OPAQUE);
	one_payload(MSNP_C2S, "CHG 1 99999999999", NONE);
}

static void answered(const void *arg)
{
	static const struct {
		enum msnp_side side;
		const char *s;
		bool yes;
	} rows[] = {
		{ MSNP_S2C, "USR 3 OK a@b A\r\n", true },
		{ MSNP_S2C, "USR 3 OK\r\n", true },
		{ MSNP_S2C, "USR 3 OK\n", true },
		{ MSNP_S2C, "ANS 3 OK\r\n", true },
		{ MSNP_S2C, "IRO 3 1 1 a@b A\r\nANS 3 OK\r\n", true },
		{ MSNP_S2C, "USR 3 O\r\n", false },
		{ MSNP_S2C, "USR 3 OKAY\r\n", false },
		{ MSNP_S2C, "USR 3 OOK\r\n", false },
		{ MSNP_S2C, "USR 3 KO\r\n", false },
		{ MSNP_S2C, "USR 3 xOK\r\n", false },
		{ MSNP_S2C, "USR 3 ok\r\n", false },
		{ MSNP_S2C, "USR 3 O\rK\r\n", false },
		{ MSNP_S2C, "USR 3 OK\r\r\n", false },
		{ MSNP_S2C, "USR 3 OK\rx\r\n", false },
		{ MSNP_S2C, "USR 3 \rOK\r\n", false },
		{ MSNP_S2C, "USR 3  OK\r\n", false },
		{ MSNP_S2C, "USR 3 TWN OK\r\n", false },
		{ MSNP_S2C, "USR OK\r\n", false },
		{ MSNP_S2C, "USR OK 3\r\n", false },
		{ MSNP_S2C, "VER 3 OK\r\n", false },
		{ MSNP_S2C, "IRO 3 OK\r\n", false },
		{ MSNP_S2C, "VER 1 MSNP8\r\nADL 3 OK\r\n", false },
		{ MSNP_S2C, "VER 1 MSNP8\r\nMSG a OK 8\r\nUSR 1 OK", false },
		{ MSNP_S2C, "911 3\r\nUSR 4 OK a A\r\n", true },
		{ MSNP_S2C, "USR 3 OK a A", false },
		{ MSNP_S2C, "ACK 3 OK\r\nUSR 3 OK\r\n", false },
		/* The mark lasts. */
		{ MSNP_S2C, "USR 3 OK\r\nBYE a\r\n", true },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("\"%s\"", rows[i].s);
		feed_every_way(rows[i].side, rows[i].s, strlen(rows[i].s));
		ktap_equal(msnp_scan_answered(&one.scan), rows[i].yes);
	}
}

static void cut_anywhere(const void *arg)
{
	static const char s[] =
		"USR 1 a@b 12.34\r\nCAL 2 c@d\r\nMSG 3 N 12\r\nabc\r\nOUT\r\n"
		"\r\nMSG 4 A 0\r\nPNG\nUUN 5 a@b 3 4\r\n\r\n\r\n"
		"MSG 6 U 1\r\nxOUT\r\n";

	feed_every_way(MSNP_C2S, s, strlen(s));
	ktap_equal(one.n, 8);
	ktap_equal(one.cmd[7].end, strlen(s));
	ktap_equal(msnp_scan_opaque(&one.scan), NFIM_OK);
}

static const struct ktap_case cases[] = {
	{ "a stream begins with a greeting of MSNP or is foreign", greetings },
	{ "only the first line has to greet", only_first_line },
	{ "a name is three capitals, or three digits from a server",
	  bad_names },
	{ "a line of 2048 bytes is read and one of 2049 is opaque",
	  line_lengths },
	{ "an unended line is opaque at byte 2049", line_unended },
	{ "each command has its payload in its direction", payload_forms },
	{ "an error has a payload if its second argument is a number",
	  error_payloads },
	{ "the number of arguments decides about a payload",
	  payload_counts },
	{ "a payload of 1 MiB is read and a longer one is opaque",
	  payload_limit },
	{ "only USR n OK and ANS n OK are an answer", answered },
	{ "the boundaries do not depend on where a stream is cut",
	  cut_anywhere },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
