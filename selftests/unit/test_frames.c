// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/msnp: what a frame tells, and what a message is good for. */

#include <arpa/inet.h>

#include <nfim/limits.h>

#include "../../kernel/proto/msnp.h"
#include "../ktap.h"
#include "input.h"
#include "trace.h"

static struct trace t;

static void begin(enum msnp_side side)
{
	trace_start(&t, side);
	trace_feed(&t, input("USR 1 OK 2\r\n"));
	ktap_equal(t.n, 1);
}

static void state_is_small(const void *arg)
{
	struct msnp_scan zero = { 0 };

	ktap_equal(sizeof(struct msnp_scan), 12);
	ktap_equal(msnp_scan_opaque(&zero), NFIM_OK);
	ktap_equal(msnp_scan_kind(&zero), MSNP_UNKNOWN);
	ktap_want(!msnp_scan_answered(&zero));
	ktap_equal(msnp_scan_skip(&zero), 0);
	/* Lines of this length have to fit its field. */
	ktap_want(NFIM_LINE_MAX < 4096);
}

static void empty_data(const void *arg)
{
	struct msnp_scan zero = { 0 };
	struct msnp_frame f;
	u32 pos = 0;

	ktap_equal(msnp_scan_next(&zero, MSNP_C2S, input(""), &pos, &f),
		   MSNP_END);
	begin(MSNP_C2S);
	ktap_equal(trace_next(&t, input(""), &pos, &f), MSNP_END);
	trace_feed(&t, input("MSG 1"));
	ktap_equal(trace_next(&t, input(""), &pos, &f), MSNP_MORE);
	trace_feed(&t, input(" N 3\r\n"));
	ktap_equal(trace_next(&t, input(""), &pos, &f), MSNP_MORE);
	ktap_equal(f.payload_len, 3);
	trace_feed(&t, input("abc"));
	ktap_equal(trace_next(&t, input(""), &pos, &f), MSNP_END);
	input_done();
}

static void whole_frames(const void *arg)
{
	struct span data = input("PNG\r\nMSG 2 N 5\r\nab\r\ncOUT\n");
	struct msnp_frame f;
	u32 pos = 0;

	begin(MSNP_C2S);
	ktap_equal(trace_next(&t, data, &pos, &f), MSNP_COMMAND);
	ktap_equal(f.off, 0);
	ktap_want(f.whole && !f.begun && !f.payload_len);
	/* An empty part is a place in the data too. */
	ktap_want(f.payload.p == data.p && f.payload.end == data.p);
	ktap_bytes(f.line.p, span_len(f.line), "PNG", 3);

	ktap_equal(trace_next(&t, data, &pos, &f), MSNP_COMMAND);
	ktap_equal(f.off, 5);
	ktap_equal(f.payload_len, 5);
	ktap_want(f.whole && f.begun);
	ktap_bytes(f.line.p, span_len(f.line), "MSG 2 N 5", 9);
	ktap_bytes(f.payload.p, span_len(f.payload), "ab\r\nc", 5);
	ktap_equal(f.payload.p - data.p, 16);

	ktap_equal(trace_next(&t, data, &pos, &f), MSNP_COMMAND);
	ktap_bytes(f.line.p, span_len(f.line), "OUT", 3);
	ktap_equal(trace_next(&t, data, &pos, &f), MSNP_END);
	ktap_equal(pos, span_len(data));
	ktap_want(!t.insane);
	input_done();
}

static void split_frames(const void *arg)
{
	struct msnp_frame f;
	struct span data;
	u32 pos;

	begin(MSNP_C2S);
	data = input("MSG 2 N 5\r\nab");
	pos = 0;
	ktap_equal(trace_next(&t, data, &pos, &f), MSNP_MORE);
	ktap_want(!f.whole && f.begun && !memcmp(f.cmd, "MSG", 3));
	ktap_equal(f.payload_len, 5);
	ktap_bytes(f.line.p, span_len(f.line), "MSG 2 N 5", 9);
	ktap_bytes(f.payload.p, span_len(f.payload), "ab", 2);
	ktap_equal(msnp_scan_skip(&t.scan), 3);

	data = input("cdeMS");
	pos = 0;
	ktap_equal(trace_next(&t, data, &pos, &f), MSNP_COMMAND);
	ktap_want(!f.whole && !f.begun && !memcmp(f.cmd, "MSG", 3));
	ktap_equal(f.off, 0);
	ktap_want(f.line.p == f.line.end);
	ktap_bytes(f.payload.p, span_len(f.payload), "cde", 3);
	ktap_equal(msnp_scan_skip(&t.scan), 0);
	ktap_equal(trace_next(&t, data, &pos, &f), MSNP_MORE);
	ktap_equal(f.off, 3);

	/* The line began earlier: payload complete, command not whole. */
	data = input("G 3 N 2\r\nxyPNG\r");
	pos = 0;
	ktap_equal(trace_next(&t, data, &pos, &f), MSNP_COMMAND);
	ktap_want(!f.whole && f.begun && f.line.p == f.line.end);
	ktap_equal(f.payload_len, 2);
	ktap_bytes(f.payload.p, span_len(f.payload), "xy", 2);
	ktap_equal(trace_next(&t, data, &pos, &f), MSNP_MORE);
	data = input("\n");
	pos = 0;
	ktap_equal(trace_next(&t, data, &pos, &f), MSNP_COMMAND);
	ktap_want(!f.whole && f.line.p == f.line.end);
	ktap_want(!t.insane);
	input_done();
}

static void skipping(const void *arg)
{
	struct msnp_scan before;

	begin(MSNP_C2S);
	trace_feed(&t, input("MSG 2 D 1000\r\n"));
	ktap_equal(msnp_scan_skip(&t.scan), 1000);
	msnp_scan_skipped(&t.scan, 0);
	ktap_equal(msnp_scan_skip(&t.scan), 1000);
	msnp_scan_skipped(&t.scan, 999);
	ktap_equal(msnp_scan_skip(&t.scan), 1);
	msnp_scan_skipped(&t.scan, 1);
	ktap_equal(msnp_scan_skip(&t.scan), 0);
	trace_feed(&t, input("PNG\r\nMSG 4 N"));
	ktap_equal(t.n, 2);

	/* Nothing skipped changes nothing, wherever the scanner is. */
	before = t.scan;
	ktap_equal(msnp_scan_skip(&t.scan), 0);
	msnp_scan_skipped(&t.scan, 0);
	ktap_want(!memcmp(&before, &t.scan, sizeof(before)));
	trace_feed(&t, input(" 1\r\nxOUT\r\n"));
	ktap_equal(t.n, 4);
	ktap_want(!t.insane);
	input_done();
}

static void stopping(const void *arg)
{
	static const enum nfim_counter whys[] = {
		NFIM_OPAQUE_MIDSTREAM, NFIM_OPAQUE_FOREIGN, NFIM_OPAQUE_LINE,
		NFIM_OPAQUE_LENGTH, NFIM_OPAQUE_GAP, NFIM_OPAQUE_NOMEM,
	};
	static const char *const at[] = { "", "MSG 2 N 5\r\nab", "MSG" };
	struct msnp_frame f;
	size_t i, k;
	u32 pos;

	for (i = 0; i < ARRAY_SIZE(whys); i++)
		for (k = 0; k < ARRAY_SIZE(at); k++) {
			ktap_at("%s behind \"%s\"", nfim_counter_name(whys[i]),
				at[k]);
			begin(MSNP_S2C);
			trace_feed(&t, input(at[k]));
			msnp_scan_stop(&t.scan, whys[i]);
			ktap_equal(msnp_scan_opaque(&t.scan), whys[i]);
			ktap_equal(msnp_scan_skip(&t.scan), 0);
			pos = 0;
			ktap_equal(trace_next(&t, input("PNG\r\n"), &pos, &f),
				   MSNP_OPAQUE);
			ktap_equal(trace_next(&t, input(""), &pos, &f),
				   MSNP_OPAQUE);
			ktap_equal(msnp_scan_opaque(&t.scan), whys[i]);
			ktap_want(!t.insane);
			/* What was learnt before is not forgotten. */
			ktap_want(msnp_scan_answered(&t.scan));
		}
	input_done();
}

static void owner_is_kept(const void *arg)
{
	begin(MSNP_S2C);
	t.scan.owner = 0xa5;
	trace_feed(&t, input("MSG a b 3\r\nxyzBYE a\r\nnonsense\r\n"));
	ktap_equal(msnp_scan_opaque(&t.scan), NFIM_OPAQUE_FOREIGN);
	ktap_equal(t.scan.owner, 0xa5);
	input_done();
}

static void interests(const void *arg)
{
	static const struct {
		const char *s;
		enum msnp_interest want;
	} rows[] = {
		{ "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsinvite; "
		  "charset=UTF-8\r\n\r\n", MSNP_INVITE },
		{ "Content-Type: text/x-msmsgsinvite\r\n", MSNP_INVITE },
		{ "content-type:TEXT/X-MSMSGSINVITE\n", MSNP_INVITE },
		{ "Content-Type: text/plain; charset=UTF-8\r\n", MSNP_SKIP },
		{ "Content-Type: text/x-msmsgscontrol\r\n", MSNP_SKIP },
		{ "Content-Type: application/x-msnmsgrp2p\r\n", MSNP_P2P },
		{ "Content-Type: text/x-msmsgsprofile; charset=UTF-8\r\n",
		  MSNP_PROFILE },
		{ "Content-Type:\r\n", MSNP_SKIP },
		/* The first one counts, and the body is never looked at. */
		{ "Content-Type: text/plain\r\n"
		  "Content-Type: text/x-msmsgsinvite\r\n", MSNP_SKIP },
		{ "MIME-Version: 1.0\r\n\r\n"
		  "Content-Type: text/x-msmsgsinvite\r\n", MSNP_SKIP },
		{ "\r\n", MSNP_SKIP },
		{ "X-Content-Type: text/x-msmsgsinvite\r\n\r\n", MSNP_SKIP },
		{ "no colon\r\nContent-Type: text/x-msmsgsinvite\r\n",
		  MSNP_INVITE },
		{ "", MSNP_UNDECIDED },
		{ "MIME-Version: 1.0\r\n", MSNP_UNDECIDED },
		{ "Content-Type: text/x-msmsgsinvite", MSNP_UNDECIDED },
	};
	size_t i, n, len;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		enum msnp_interest last = MSNP_UNDECIDED, now;

		len = strlen(rows[i].s);
		for (n = 0; n <= len; n++) {
			ktap_at("%zu bytes of \"%s\"", n, rows[i].s);
			now = msnp_interest(input_bytes(rows[i].s, n));
			/* More bytes only ever decide what was undecided. */
			ktap_want(last == MSNP_UNDECIDED || now == last);
			last = now;
		}
		ktap_equal(last, rows[i].want);
	}
	input_done();
}

static void bodies(const void *arg)
{
	static const struct {
		const char *s;
		bool ok;
		const char *body;
	} rows[] = {
		{ "A: b\r\n\r\nbody", true, "body" },
		{ "A: b\n\nbody", true, "body" },
		{ "\r\nbody", true, "body" },
		{ "A: b\r\n\r\n", true, "" },
		{ "A: b\r\n\r\n\r\nx", true, "\r\nx" },
		{ "A: b\r\nbody", false, "" },
		{ "A: b\r\n", false, "" },
		{ "A: b\r\n\r", false, "" },
		{ "", false, "" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span body;

		ktap_at("\"%s\"", rows[i].s);
		if (ktap_equal(msnp_body(input(rows[i].s), &body),
			       rows[i].ok) && rows[i].ok)
			ktap_bytes(body.p, span_len(body), rows[i].body,
				   strlen(rows[i].body));
	}
	input_done();
}

/* @lines header lines, then the content type, then the empty line. */
static struct span long_header(unsigned int lines)
{
	char text[4 * (NFIM_HEADER_LINES + 4) + 64] = "";
	unsigned int i;

	for (i = 0; i < lines; i++)
		strcat(text, "A:\r\n");
	strcat(text, "Content-Type: text/x-msmsgsinvite\r\n\r\nbody");
	return input(text);
}

static void header_limit(const void *arg)
{
	struct span body;

	ktap_equal(msnp_interest(long_header(NFIM_HEADER_LINES - 1)),
		   MSNP_INVITE);
	ktap_equal(msnp_interest(long_header(NFIM_HEADER_LINES)), MSNP_SKIP);
	ktap_want(msnp_body(long_header(NFIM_HEADER_LINES - 2), &body));
	ktap_want(!msnp_body(long_header(NFIM_HEADER_LINES - 1), &body));
	input_done();
}

static void next_servers(const void *arg)
{
	static const struct {
		const char *line, *server;
		u16 port;
	} rows[] = {
		{ "XFR 19 SB 207.46.108.59:1863 CKI 246503.1115372323.20879",
		  "207.46.108.59", 1863 },
		{ "XFR 10 SB 198.51.100.10:1864 CKI c8 U messenger.msn.com 1",
		  "198.51.100.10", 1864 },
		{ "XFR 3 NS 207.46.106.118:1863 0 65.54.239.210:1863",
		  "207.46.106.118", 1863 },
		{ "XFR 3 NS 1.2.3.4:1863", "1.2.3.4", 1863 },
		{ "RNG 17069658 207.46.108.83:1863 CKI 11.15 p@h Nick",
		  "207.46.108.83", 1863 },
		{ "RNG 7a1e-5 198.51.100.10:1864 CKI 1 p@h N U x 1",
		  "198.51.100.10", 1864 },
		{ "XFR 3 SB [2001:db8::1]:1863 CKI 1", "2001:db8::1", 1863 },
		{ "XFR 19 SB", NULL, 0 },
		{ "XFR 19", NULL, 0 },
		{ "XFR", NULL, 0 },
		{ "XFR 19 sb 1.2.3.4:1863 CKI 1", NULL, 0 },
		{ "XFR 19 DS 1.2.3.4:1863 CKI 1", NULL, 0 },
		{ "XFR 19 SB  1.2.3.4:1863", NULL, 0 },
		{ "XFR 19 SB 1.2.3.4 CKI 1", NULL, 0 },
		{ "XFR 19 SB sb.example.com:1863 CKI 1", NULL, 0 },
		{ "XFR 19 SB 1.2.3.4:65536 CKI 1", NULL, 0 },
		{ "XFR 19 SB 1.2.3.04:1863 CKI 1", NULL, 0 },
		{ "XFR 1.2.3.4:1863", NULL, 0 },
		{ "RNG 1.2.3.4:1863 CKI 1", NULL, 0 },
		{ "RNG 1", NULL, 0 },
		{ "RNG", NULL, 0 },
		{ "RNG 1 SB 1.2.3.4:1863", NULL, 0 },
		{ "rng 1 1.2.3.4:1863", NULL, 0 },
		{ "RNGX 1 1.2.3.4:1863", NULL, 0 },
		{ "REF 19 SB 1.2.3.4:1863", NULL, 0 },
		{ "", NULL, 0 },
	};
	struct addr a;
	char text[64];
	size_t i;
	u16 port;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("\"%s\"", rows[i].line);
		if (!ktap_equal(msnp_next_server(input(rows[i].line), &a,
						 &port),
				!!rows[i].server) || !rows[i].server)
			continue;
		ktap_want(inet_ntop(a.len == 4 ? AF_INET : AF_INET6, a.b, text,
				    sizeof(text)));
		ktap_bytes(text, strlen(text), rows[i].server,
			   strlen(rows[i].server));
		ktap_equal(port, rows[i].port);
	}
	input_done();
}

static const struct ktap_case cases[] = {
	{ "the state of a scanner has 12 bytes and starts as zero",
	  state_is_small },
	{ "no data is no progress and no harm", empty_data },
	{ "a command in one piece is whole", whole_frames },
	{ "a command in two pieces is not whole and keeps its name",
	  split_frames },
	{ "payload that is skipped need not be shown", skipping },
	{ "a stopped scanner stays stopped for its first reason", stopping },
	{ "the caller's flags are left alone", owner_is_kept },
	{ "only the header decides what a message is good for", interests },
	{ "a body begins behind the first empty line", bodies },
	{ "only so many header lines are read", header_limit },
	{ "XFR and RNG name a server, nothing else does", next_servers },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
