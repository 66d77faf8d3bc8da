// SPDX-License-Identifier: GPL-2.0
/*
 * kernel/proto/sip_stream: the input is a stream. It falls into the same
 * messages however it is cut, and where it is cut the parser agrees.
 */

#include "../../kernel/proto/sip_stream.h"
#include "../unit/input.h"
#include "../unit/sip_seen.h"
#include "fuzz.h"

#define MESSAGES	512

struct framing {
	union stream_scan scan;
	u32 n;
	u32 end[MESSAGES];
};

static struct framing whole, pieces;
static struct sip_seen seen;

static void feed(struct framing *f, struct span data, u32 base)
{
	u32 pos = 0, before, skip = sip_stream_skip(&f->scan);
	struct stream_msg msg;
	enum stream_event ev;

	if (span_len(data) <= skip) {
		sip_stream_skipped(&f->scan, (u32)span_len(data));
		return;
	}
	do {
		before = pos;
		memset(&msg, 0, sizeof(msg));
		ev = sip_stream_next(&f->scan, data, &pos, &msg);
		want(pos >= before && pos <= span_len(data), "it reads on");
		want(ev != STREAM_MESSAGE || pos > before,
		     "a message has bytes");
		if (ev == STREAM_MESSAGE && f->n < MESSAGES)
			f->end[f->n++] = base + pos;
		want(ev == STREAM_OPAQUE || ev == STREAM_MESSAGE ||
		     pos == span_len(data), "all is read");
		want(!msg.hold || msg.whole, "only what began here is held");
	} while (ev == STREAM_MESSAGE);
	want((ev == STREAM_OPAQUE) ==
	     (sip_stream_opaque(&f->scan) != NFIM_OK), "opaque has a reason");
}

/* What was framed is a message with exactly this body, or none at all. */
static void check_message(struct span data)
{
	sip_see(&seen, data, true);
	want(seen.result != SIP_FOREIGN && seen.result != SIP_KEEPALIVE,
	     "what was framed begins like SIP");
	if (seen.result != SIP_OK)
		return;
	want(seen.sip.has_length &&
	     (size_t)seen.sip.body.off + seen.sip.body.len == span_len(data),
	     "framing and parser see the same end");
	sip_see(&seen, data, false);
	want(seen.result == SIP_OK, "a stream's message");
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t len)
{
	u32 random = fuzz_seed(bytes, len), i, n, begin = 0;
	struct span data = input_bytes(bytes, len);

	memset(&whole, 0, sizeof(whole));
	memset(&pieces, 0, sizeof(pieces));
	feed(&whole, data, 0);
	for (i = 0; i < len; i += n) {
		n = 1 + fuzz_random(&random) %
		    (fuzz_random(&random) & 3 ? 8 : 200);
		if (n > len - i)
			n = (u32)len - i;
		feed(&pieces, input_bytes(data.p + i, n), i);
		if (input_n > INPUTS / 2) {
			input_done();
			data = input_bytes(bytes, len);
		}
	}
	want(whole.n == pieces.n, "as many messages");
	for (i = 0; i < whole.n; i++)
		want(whole.end[i] == pieces.end[i], "the same boundaries");
	want(sip_stream_opaque(&whole.scan) ==
	     sip_stream_opaque(&pieces.scan), "the same reason");
	for (i = 0; i < whole.n; i++) {
		check_message(input_bytes(data.p + begin,
					  whole.end[i] - begin));
		begin = whole.end[i];
	}
	input_done();
	return 0;
}
