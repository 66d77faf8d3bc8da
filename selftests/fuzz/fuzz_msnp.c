// SPDX-License-Identifier: GPL-2.0
/*
 * kernel/proto/msnp: the input is a stream. In one piece, in random pieces and
 * with its payloads skipped it must be read as the same commands.
 */

#include "../unit/input.h"
#include "../unit/trace.h"
#include "fuzz.h"

static struct trace one, two;

static void begin(struct trace *t, enum msnp_side side, bool greet)
{
	trace_start(t, side);
	if (greet)
		trace_feed(t, span_make("USR 1 OK\r\n", 10));
}

/* @skip: do not look at payloads, as the packet path does. */
static void feed(struct trace *t, struct span data, u32 seed, bool skip)
{
	u32 max = 1 + fuzz_random(&seed) % 40;

	while (data.p < data.end) {
		u32 left = (u32)span_len(data), rest = msnp_scan_skip(&t->scan);
		u32 n = 1 + fuzz_random(&seed) % max;

		n = n < left ? n : left;
		if (skip && rest) {
			n = rest < left ? rest : left;
			/* The command's last byte is shown: it ends there. */
			if (n == rest)
				n--;
			msnp_scan_skipped(&t->scan, n);
			t->part += n;
			t->begin += n;
			data.p += n;
			n = data.p < data.end;
		}
		trace_feed(t, input_bytes(data.p, n));
		input_done();
		data.p += n;
	}
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t len)
{
	struct span data = span_make((const char *)bytes, len);
	u32 seed = fuzz_seed(bytes, len), way;
	const char *diff;

	for (way = 0; way < 8; way++) {
		enum msnp_side side = way & 1 ? MSNP_S2C : MSNP_C2S;

		begin(&one, side, way & 2);
		trace_feed(&one, input_bytes(data.p, len));
		input_done();
		begin(&two, side, way & 2);
		feed(&two, data, seed + way, way & 4);
		diff = trace_same(&one, &two);
		want(!diff, diff);
	}
	return 0;
}
