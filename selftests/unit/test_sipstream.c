// SPDX-License-Identifier: GPL-2.0
/*
 * kernel/proto/sip_stream: what is SIP, where messages end, what is worth
 * waiting for, and what the engine makes of it.
 */

#include <stdio.h>

#include "../../kernel/proto/sip_plan.h"
#include "../../kernel/proto/sip_stream.h"
#include "../../kernel/proto/sip_worth.h"
#include "../ktap.h"
#include "input.h"
#include "sip_seen.h"

#define OPTIONS	"OPTIONS sip:a@b SIP/2.0\r\n"
#define HEADER	"Via: SIP/2.0/TCP 10.0.0.2:5060;branch=z\r\n" \
	"From: <sip:a@10.0.0.2>;tag=1\r\nTo: <sip:b@c>\r\nCall-ID: 1\r\n"

/* Reads all of @text in pieces of @step bytes. Return: messages. */
static u32 read_in(const char *text, size_t len, size_t step,
		   union stream_scan *scan, u32 *ends)
{
	struct stream_msg msg;
	enum stream_event ev;
	size_t i, n;
	u32 count = 0;

	memset(scan, 0, sizeof(*scan));
	for (i = 0; i < len; i += n) {
		struct span s;
		u32 pos = 0;

		n = len - i < step ? len - i : step;
		s = input_bytes(text + i, n);
		do {
			memset(&msg, 0, sizeof(msg));
			ev = sip_stream_next(scan, s, &pos, &msg);
			if (ev == STREAM_MESSAGE)
				ends[count++] = (u32)i + pos;
		} while (ev == STREAM_MESSAGE);
		if (input_n > INPUTS / 2)
			input_done();
	}
	input_done();
	return count;
}

/* Return: why it is given up; the same however it is cut. */
static enum nfim_counter why(const char *text, u32 messages)
{
	static const size_t steps[] = { 100000, 1, 2, 3, 7, 64 };
	enum nfim_counter first = NFIM_OK;
	union stream_scan scan;
	u32 ends[32];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		u32 n = read_in(text, strlen(text), steps[i], &scan, ends);

		ktap_equal(n, messages);
		ktap_equal(sip_stream_spoke(&scan), n > 0);
		if (!i)
			first = sip_stream_opaque(&scan);
		ktap_equal(sip_stream_opaque(&scan), first);
	}
	return first;
}

static void first_lines(const void *arg)
{
	static const struct {
		const char *line;
		bool sip;
	} rows[] = {
		{ "OPTIONS sip:a@b SIP/2.0\r\n", true },
		{ "OPTIONS sip:a@b SIP/2.0\n", true },
		{ "\r\n\r\n\n\rOPTIONS sip:a@b SIP/2.0\r\n", true },
		{ "o.-!%*_+`'~9 x SIP/2.0\r\n", true },
		{ "OPTIONS a SIP/2.0 SIP/2.0\r\n", true },
		{ "OPTIONS a  SIP/2.0\r\n", true },
		{ "SIP sip:a@b SIP/2.0\r\n", true },
		{ "SI sip:a@b SIP/2.0\r\n", true },
		{ "SIP/2.0 200 OK\r\n", true }, { "SIP/2.0 100 \r\n", true },
		{ "SIP/2.0 600\r\n", true }, { "SIP/2.0 200\n", true },
		{ "POST / HTTP/1.1\r\n", false },
		{ "OPTIONS * HTTP/1.1\r\n", false },
		{ "OPTIONS sip:a@b SIP/2.0 \r\n", false },
		{ "OPTIONS sip:a@b sip/2.0\r\n", false },
		{ "OPTIONS sip:a@b SIP/2.1\r\n", false },
		{ "OPTIONS sip:a@b SIP/2.00\r\n", false },
		{ "OPTIONS sip:a@b SIP/2.0\rx\n", false },
		{ "OPTIONS sip:a@b\rx SIP/2.0\r\n", false },
		{ "OPTIONS sip:a\tb SIP/2.0\r\n", false },
		{ "OPTIONS sip:a\x7f SIP/2.0\r\n", false },
		{ "OPTIONS SIP/2.0\r\n", false },
		{ "OPTIONS\r\n", false }, { "OPTIONS \r\n", false },
		{ " OPTIONS a SIP/2.0\r\n", false },
		{ "(OPTIONS a SIP/2.0\r\n", false },
		{ "OPT/IONS a SIP/2.0\r\n", false },
		{ "SIP/2.0\r\n", false }, { "SIP/2.0 20 x\r\n", false },
		{ "SIP/2.0 2000\r\n", false }, { "SIP/2.0 099\r\n", false },
		{ "SIP/2.0 700\r\n", false }, { "SIP/2.0 2x0 \r\n", false },
		{ "SIP/2.0  200 \r\n", false }, { "SIP/1.0 200 \r\n", false },
		{ "SIP/x a SIP/2.0\r\n", false },
		{ "HTTP/1.1 200 OK\r\n", false },
		{ "\x16\x03\x01\x02", false }, { "VER 1 MSNP8 CVR0\r\n", false },
	};
	char text[300];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("\"%s\"", rows[i].line);
		snprintf(text, sizeof(text), "%sl: 0\r\n\r\n", rows[i].line);
		ktap_equal(why(text, rows[i].sip),
			   rows[i].sip ? NFIM_OK : NFIM_OPAQUE_FOREIGN);
	}
}

static void lengths(const void *arg)
{
	static const struct {
		const char *header;
		u32 len;
		enum nfim_counter why;
	} rows[] = {
		{ "Content-Length: 4", 4 }, { "l:4", 4 }, { "L : 4", 4 },
		{ "CONTENT-LENGTH \t:\t004 ", 4 },
		{ "Content-Length:\r\n 4", 4 },
		{ "Content-Length: 4\r\n ", 4 },
		{ "Content-Length\r\n : 4\r\nl: 0", 0 },
		{ "Content-Length : 4\r\nContent-Lengthy: 5", 4 },
		{ "Content-Lengt: 5\r\nl: 4\r\nlx: 5\r\nContent: 7", 4 },
		{ "X: y\r\n l: 5\r\n\tContent-Length: 5\r\nl: 4", 4 },
		{ "l\r\nl: 4", 4 }, { "Content\r\nl: 4", 4 },
		{ "Content\rLength: 5\r\nl: 4", 4 },
		{ "\rx: y\r\nl: 4", 4 }, { ": x\r\nl: 4\r\nc", 4 },
		{ "c: x\r\nl: 4\r\nCo\r\nl", 4 },
		{ "X: y", 0, NFIM_OPAQUE_LENGTH },
		{ "l: 4\r\nl: 4", 0, NFIM_OPAQUE_LENGTH },
		{ "l: 4\r\nContent-Length: 5", 0, NFIM_OPAQUE_LENGTH },
		{ "l:", 0, NFIM_OPAQUE_LENGTH },
		{ "l: -4", 0, NFIM_OPAQUE_LENGTH },
		{ "l: +4", 0, NFIM_OPAQUE_LENGTH },
		{ "l: 4 4", 0, NFIM_OPAQUE_LENGTH },
		{ "l: 4\r\n 4", 0, NFIM_OPAQUE_LENGTH },
		{ "l: 4, 4", 0, NFIM_OPAQUE_LENGTH },
		{ "l: 0x4", 0, NFIM_OPAQUE_LENGTH },
		{ "l: 4294967300", 0, NFIM_OPAQUE_LENGTH },
		{ "l: 18446744073709551620", 0, NFIM_OPAQUE_LENGTH },
		{ "l: 524289", 0, NFIM_OPAQUE_LENGTH },
	};
	char text[400];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].header);
		snprintf(text, sizeof(text), OPTIONS "%s\r\n\r\n%.*s"
			 OPTIONS "l: 0\r\n\r\n", rows[i].header,
			 (int)rows[i].len, "\r\nl:");
		ktap_equal(why(text, rows[i].why == NFIM_OK ? 2 : 0),
			   rows[i].why);
	}
}

static void boundaries(const void *arg)
{
	static const char text[] =
		"\r\n\r\n" OPTIONS "l: 3\r\n\r\nabcSIP/2.0 200 OK\nl: 0\n\n"
		"\r\n\r\n\r\n\r\n"
		OPTIONS "Content-Length: 5\r\n\r\n\r\n\r\n\n"
		"\r\n\r\n";
	static const u32 want[] = {
		4 + 25 + 6 + 2 + 3,
		40 + 15 + 5 + 1,
		61 + 8 + 25 + 19 + 2 + 5,
	};
	union stream_scan scan;
	u32 ends[32], n, i;
	size_t step;

	for (step = 1; step < sizeof(text); step++) {
		ktap_at("in pieces of %zu", step);
		n = read_in(text, sizeof(text) - 1, step, &scan, ends);
		ktap_equal(sip_stream_opaque(&scan), NFIM_OK);
		if (!ktap_equal(n, ARRAY_SIZE(want)))
			return;
		for (i = 0; i < n; i++)
			ktap_equal(ends[i], want[i]);
	}
}

/* A header of exactly @len bytes. */
static char *long_header(size_t len)
{
	char *text = malloc(len + 100);
	size_t n = (size_t)sprintf(text, OPTIONS "l: 0\r\nX: ");

	memset(text + n, 'x', len - n);
	memcpy(text + len - 4, "\r\n\r\n", 5);
	return text;
}

static void limits(const void *arg)
{
	char *text = long_header(NFIM_SIP_HEADER_MAX), *big;

	ktap_at("the longest header");
	ktap_equal(why(text, 1), NFIM_OK);
	free(text);
	ktap_at("one byte longer");
	text = long_header(NFIM_SIP_HEADER_MAX + 1);
	ktap_equal(why(text, 0), NFIM_OPAQUE_LINE);
	free(text);
	ktap_at("line ends in front do not count");
	text = long_header(NFIM_SIP_HEADER_MAX);
	big = malloc(strlen(text) + 10);
	sprintf(big, "\r\n\r\n%s", text);
	ktap_equal(why(big, 1), NFIM_OK);
	free(big);
	free(text);
}

static void skipping(const void *arg)
{
	union stream_scan scan = { .raw = { 0 } };
	struct stream_msg msg = { 0 };
	struct span s = input(OPTIONS "l: 524288\r\n\r\nab");
	u32 pos = 0, left;

	ktap_equal(sip_stream_skip(&scan), 0);
	scan.raw.owner = 0xa5;
	ktap_equal(sip_stream_next(&scan, s, &pos, &msg), STREAM_MORE);
	ktap_equal(pos, span_len(s));
	ktap_equal(msg.left, 524286);
	ktap_want(msg.whole && !msg.hold);
	left = sip_stream_skip(&scan);
	ktap_equal(left, 524285);
	sip_stream_skipped(&scan, 1000);
	sip_stream_skipped(&scan, left - 1000);
	ktap_equal(sip_stream_skip(&scan), 0);
	pos = 0;
	s = input("x" OPTIONS "l: 0\r\n\r\n");
	ktap_equal(sip_stream_next(&scan, s, &pos, &msg), STREAM_MESSAGE);
	ktap_equal(pos, 1);
	ktap_want(!msg.whole);
	ktap_equal(sip_stream_next(&scan, s, &pos, &msg), STREAM_MESSAGE);
	ktap_want(msg.whole);
	ktap_equal(sip_stream_next(&scan, s, &pos, &msg), STREAM_END);
	ktap_equal(scan.raw.owner, 0xa5);
	sip_stream_stop(&scan, NFIM_OPAQUE_GAP);
	ktap_equal(sip_stream_opaque(&scan), NFIM_OPAQUE_GAP);
	ktap_equal(sip_stream_next(&scan, s, &pos, &msg), STREAM_OPAQUE);
	ktap_equal(sip_stream_opaque(&scan), NFIM_OPAQUE_GAP);
	ktap_want(sip_stream_spoke(&scan));
	ktap_equal(scan.raw.owner, 0xa5);
	input_done();
}

static void worth(const void *arg)
{
	static const struct {
		const char *text;
		bool yes;
	} rows[] = {
		{ "I", true }, { "INV", true }, { "INVITE", true },
		{ "\r\n\r\nINVITE sip:a", true }, { "INVITES", false },
		{ "INVITED ", false }, { "invite ", false }, { "A", true },
		{ "ACK sip:a@b SIP/2.0\r\n", true },
		{ "PRACK sip:a@b SIP/2.0\r\n", true },
		{ "UPDATE sip:a@b SIP/2.0\r\n", true },
		{ "REGISTER sip:a@b SIP/2.0\r\n", true },
		{ "B", false }, { "BYE sip:a@b SIP/2.0\r\n", false },
		{ "OPTIONS sip:a@b SIP/2.0\r\n", false },
		{ "SUBSCRIBE sip:a@b SIP/2.0\r\n", false },
		{ "BENOTIFY sip:a@b SIP/2.0\r\n", false },
		{ "MESSAGE sip:a@b SIP/2.0\r\n", true },
		{ "MESSAGE sip:a@b SIP/2.0\r\nContent-Type: text/pl", true },
		{ "MESSAGE sip:a@b SIP/2.0\r\nContent-Type: text/plain\r\n",
		  false },
		{ "MESSAGE sip:a@b SIP/2.0\r\nc : text/x-msmsgsinvite; x\r\n",
		  true },
		{ "MESSAGE a SIP/2.0\r\nc: multipart/mixed;boundary=a\r\n",
		  true },
		{ "MESSAGE a SIP/2.0\r\nc:\r\n text/plain\r\n", true },
		{ "MESSAGE a SIP/2.0\r\nx\r\n\r\nc: text/plain\r\n", true },
		{ "INFO a SIP/2.0\r\nContent-Type: application/xml\r\n",
		  false },
		{ "INFO a SIP/2.0\r\nC: text/x-msmsgsinvite\r\n", true },
		{ "S", true }, { "SIP/2.0", true }, { "SIP/2.", true },
		{ "SIP/2.0 ", true }, { "SIP/2.0 1", true },
		{ "SIP/2.0 200 OK\r\n", true }, { "SIP/2.0 183 x\r\n", true },
		{ "SIP/2.0 100 Trying\r\n", false },
		{ "SIP/2.0 302 Moved\r\n", false },
		{ "SIP/2.0 404 x\r\n", false },
		{ "SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n", true },
		{ "SIP/2.0 200 OK\r\ncseq : 1\tREGISTER\r\n", true },
		{ "SIP/2.0 200 OK\r\nCSeq: 1 PRACK\r\n", true },
		{ "SIP/2.0 200 OK\r\nCSeq: 1 BYE", true },
		{ "SIP/2.0 200 OK\r\nCSeq: 1 BYE\r\n", false },
		{ "SIP/2.0 200 OK\r\nCSeq: 1 MESSAGE\r\n", false },
		{ "SIP/2.0 200 OK\r\nCSeq: 1\r\n INVITE\r\n", true },
		{ "SIP/2.0 200 OK\r\nCSeq:\r\n", true },
		{ "SIP/2.0 200 OK\r\nno colon\r\nCSeq: 2 OPTIONS\r\n",
		  false },
		{ "", true }, { "\r\n", true },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("\"%s\"", rows[i].text);
		ktap_equal(sip_worth(input(rows[i].text)), rows[i].yes);
	}
	input_done();
}

static void counts(const void *arg)
{
	static const struct {
		const char *text;
		bool yes;
	} rows[] = {
		{ "B", true }, { "BYE sip:a@b SIP/2.0\r\n", true },
		{ "\r\n\r\nCANCEL sip:a@b SIP/2.0\r\n", true },
		{ "INVITE sip:a@b SIP/2.0\r\n", true },
		{ "OPTIONS sip:a@b SIP/2.0\r\n", false },
		{ "NOTIFY sip:a@b SIP/2.0\r\n", false },
		{ "MESSAGE a SIP/2.0\r\nc: text/plain\r\n", false },
		{ "MESSAGE a SIP/2.0\r\nC: text/x-msmsgsinvite\r\n", true },
		{ "SIP/2.0 487 x\r\nCSeq: 1 INVITE\r\n", true },
		{ "", true },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("\"%s\"", rows[i].text);
		ktap_equal(sip_counts(input(rows[i].text)), rows[i].yes);
	}
	input_done();
}

/*
 * The engine: everything that a host says is 10.0.0.2 shall be 192.0.2.1.
 */
static struct {
	struct stream_dir dir;
	struct stream_flow flow;
	struct edit_plan plan;
	char work[STREAM_WORK];
	struct span payload;
	u32 messages;
	u32 edited;
} engine;

static struct sip_seen seen;

static enum stream_event on_next(void *ctx, union stream_scan *scan,
				 struct span data, u32 *pos,
				 struct stream_msg *msg)
{
	return sip_stream_next(scan, data, pos, msg);
}

static bool plan_rewrite(struct span data, bool resize, struct edit_plan *plan)
{
	static const struct sip_map map = {
		.from = { 4, { 10, 0, 0, 2 } },
		.to = { 4, { 192, 0, 2, 129 } },
		.others = true,
	};

	sip_see(&seen, data, false);
	return seen.result == SIP_OK &&
	       sip_plan_hosts(&seen.sip, &map, SIP_IN_VIA | SIP_IN_CONTACT,
			      plan) &&
	       sip_plan_finish(&seen.sip, &seen.mime,
			       resize ? SIP_FIT_RATHER : SIP_FIT_SAME, plan);
}

static void on_message(void *ctx, const struct stream_msg *msg,
		       struct edit_plan *plan)
{
	bool resize;

	engine.messages++;
	if (!stream_may_edit(msg, &resize))
		return;
	if (plan_rewrite(msg->data, resize, plan)) {
		engine.edited++;
		return;
	}
	plan->n = 0;
	plan->used = 0;
}

static const char *on_payload(void *ctx)
{
	return engine.payload.p;
}

static struct stream_flow *on_flow(void *ctx)
{
	return &engine.flow;
}

static const struct stream_ops ops = {
	.next = on_next,
	.message = on_message,
	.skip = sip_stream_skip,
	.skipped = sip_stream_skipped,
	.stop = sip_stream_stop,
	.opaque = sip_stream_opaque,
	.payload = on_payload,
	.flow = on_flow,
};

static void *take(void *ctx, size_t size)
{
	return malloc(size);
}

static void give(void *ctx, void *p, size_t size)
{
	free(p);
}

static const struct stream_mem mem = { .alloc = take, .free = give };

/* One packet; what leaves is added to @out. */
static size_t packet(struct span data, u32 seq, char *out)
{
	struct stream s = {
		.ops = &ops,
		.mem = &mem,
		.dir = &engine.dir,
		.flow = &engine.flow,
		.plan = &engine.plan,
		.work = engine.work,
	};
	struct stream_pkt in = {
		.seq = seq,
		.len = (u32)span_len(data),
		.ack = 1,
		.wnd = 65535,
		.mss = 1460,
		.seg = (u16)span_len(data),
		.segs = 1,
		.max = 60000,
		.mss_known = true,
		.may_hold = true,
		.may_edit = true,
		.may_resize = true,
	};
	struct stream_out o;
	size_t n = 0;

	engine.payload = data;
	stream_packet(&s, &in, &o);
	ktap_want(o.verdict != STREAM_DROP);
	if (o.verdict == STREAM_FORWARD) {
		memcpy(out, data.p, span_len(data));
		return span_len(data);
	}
	if (o.verdict != STREAM_REPLACE)
		return 0;
	memcpy(out, data.p, o.off);
	n += o.off;
	memcpy(out + n, o.text.p, span_len(o.text));
	n += span_len(o.text);
	memcpy(out + n, data.p + o.off + o.old_len,
	       span_len(data) - o.off - o.old_len);
	return n + span_len(data) - o.off - o.old_len;
}

static size_t through_engine(const char *text, size_t len, size_t cut,
			     char *out)
{
	size_t n = 0;

	memset(&engine.dir, 0, sizeof(engine.dir));
	memset(&engine.flow, 0, sizeof(engine.flow));
	engine.messages = 0;
	engine.edited = 0;
	stream_begin(&engine.dir, 1000);
	stream_flow_begin(&engine.flow, &engine.dir);
	if (cut)
		n = packet(input_bytes(text, cut), 1001, out);
	n += packet(input_bytes(text + cut, len - cut), 1001 + (u32)cut,
		    out + n);
	stream_flow_free(&engine.flow, &mem);
	input_done();
	return n;
}

static const char invite[] =
	"INVITE sip:b@c SIP/2.0\r\n" HEADER "CSeq: 1 INVITE\r\n"
	"Contact: <sip:a@10.0.0.2>\r\nContent-Type: application/sdp\r\n"
	"Content-Length: 5\r\n\r\nv=0\r\n";
static const char invited[] =
	"INVITE sip:b@c SIP/2.0\r\n"
	"Via: SIP/2.0/TCP 192.0.2.129:5060;branch=z\r\n"
	"From: <sip:a@10.0.0.2>;tag=1\r\nTo: <sip:b@c>\r\nCall-ID: 1\r\n"
	"CSeq: 1 INVITE\r\n"
	"Contact: <sip:a@192.0.2.129>\r\nContent-Type: application/sdp\r\n"
	"Content-Length: 5\r\n\r\nv=0\r\n";

static void held(const void *arg)
{
	size_t len = strlen(invite), cut, n;
	char out[2000];

	for (cut = 0; cut < len; cut++) {
		ktap_at("cut at %zu", cut);
		n = through_engine(invite, len, cut, out);
		ktap_equal(engine.messages, 1);
		ktap_equal(engine.edited, 1);
		ktap_bytes(out, n, invited, strlen(invited));
	}
}

static void not_held(const void *arg)
{
	char text[1000], out[2000];
	size_t len, cut, n;

	snprintf(text, sizeof(text), "%s", OPTIONS HEADER
		 "CSeq: 1 OPTIONS\r\nl: 0\r\n\r\n");
	len = strlen(text);
	for (cut = 1; cut < len; cut++) {
		ktap_at("cut at %zu", cut);
		n = through_engine(text, len, cut, out);
		ktap_equal(engine.messages, 1);
		ktap_equal(engine.edited, 0);
		ktap_bytes(out, n, text, len);
	}
}

static void foreign(const void *arg)
{
	char text[1000], out[2000];
	size_t len, cut, n;

	snprintf(text, sizeof(text), "POST / HTTP/1.1\r\n\r\n%s", invite);
	len = strlen(text);
	for (cut = 0; cut < len; cut++) {
		ktap_at("cut at %zu", cut);
		n = through_engine(text, len, cut, out);
		ktap_equal(engine.messages, 0);
		ktap_bytes(out, n, text, len);
		ktap_equal(sip_stream_opaque(&engine.dir.scan),
			   NFIM_OPAQUE_FOREIGN);
	}
}

static const struct ktap_case cases[] = {
	{ "the first line is SIP 2.0 to the letter", first_lines },
	{ "a message has one Content-Length", lengths },
	{ "messages end where their length says", boundaries },
	{ "a header has a limit", limits },
	{ "bodies are passed over without a look", skipping },
	{ "only what may announce is worth waiting for", worth },
	{ "what changes a call is read when it is whole", counts },
	{ "an INVITE is edited wherever it is cut", held },
	{ "what announces nothing is not held", not_held },
	{ "a POST is nothing, whatever it carries and where it is cut",
	  foreign },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
