// SPDX-License-Identifier: GPL-2.0
/*
 * Any edits of a stream, then any piece of it once more: it must leave as the
 * part of the new stream that its place maps to.
 */
#include <stdlib.h>
#include <string.h>

#include "../../userspace/explain_stream.h"
#include "fuzz.h"

#define STREAM_LEN	600
#define EDITS_MAX	12
#define ISN		0xffffff00u

#define INVARIANT(ok) do { if (!(ok)) abort(); } while (0)

static char old_text[STREAM_LEN];
static char new_text[STREAM_LEN + EDITS_MAX * 40];
static size_t new_len;

static void read_nothing(void *arg, const struct stream_bytes *b)
{
	(void)arg;
	(void)b;
}

/* Edits in the order of the stream; each is three bytes of the input. */
static void make_edits(struct stream *s, const uint8_t **data, size_t *size)
{
	static const char filler[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	u32 at = 0, done = 0, n = 0;

	new_len = 0;
	while (*size > 3 && (*data)[0] && n++ < EDITS_MAX) {
		struct edit_plan plan = { 0 };
		struct packet p = { .frame = (const u8 *)old_text };
		u32 off = at + (*data)[0] % 64;
		u32 old = 1 + (*data)[1] % 30, new = (*data)[2] % 30;

		*data += 3;
		*size -= 3;
		if (off + old > STREAM_LEN)
			break;
		p.seq = ISN + 1;
		p.have = STREAM_LEN;
		p.len = STREAM_LEN;
		INVARIANT(edit_add(&plan, off, old, filler, new));
		INVARIANT(stream_edit(s, &p, &plan));
		memcpy(new_text + new_len, old_text + done, off - done);
		new_len += off - done;
		memcpy(new_text + new_len, filler, new);
		new_len += new;
		at = off + old;
		done = at;
	}
	memcpy(new_text + new_len, old_text + done, STREAM_LEN - done);
	new_len += STREAM_LEN - done;
}

static void check_piece(const struct stream *s, u32 from, u32 to)
{
	u32 seq = ISN + 1 + from;
	u32 first = stream_map(s, seq) - (ISN + 1);
	u32 last = stream_map(s, ISN + 1 + to) - (ISN + 1);
	size_t len;
	char *out;

	out = stream_render(s, seq, span_make(old_text + from, to - from),
			    &len);
	INVARIANT(out && first + len >= last && first + len <= new_len &&
		  !memcmp(out, new_text + first, len));
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stream s = { .begun = false };
	struct packet p = { .frame = (const u8 *)old_text };
	int i;

	for (i = 0; i < STREAM_LEN; i++)
		old_text[i] = (char)('a' + i % 26);
	p.seq = ISN;
	stream_begin(&s, &p);
	make_edits(&s, &data, &size);
	check_piece(&s, 0, STREAM_LEN);
	for (; size >= 4; data += 4, size -= 4) {
		u32 a = (u32)(data[0] << 8 | data[1]) % (STREAM_LEN + 1);
		u32 b = (u32)(data[2] << 8 | data[3]) % (STREAM_LEN + 1);

		check_piece(&s, a < b ? a : b, a < b ? b : a);
		/* From anywhere, in order or not: nothing is lost or leaks. */
		p.seq = ISN + 1 + (a < b ? a : b);
		p.len = a < b ? b - a : a - b;
		p.have = p.len;
		p.data = a < b ? a : b;
		if (p.len)
			stream_packet(&s, &p, read_nothing, NULL);
		stream_ack(&s, ISN + 1 + b);
		stream_may_resize(&s);
	}
	stream_free(&s);
	return 0;
}
