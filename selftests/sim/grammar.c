// SPDX-License-Identifier: GPL-2.0
/* Two protocols for the engine: one that is all framing, and MSNP. */

#include "proto/msnp_stream.h"
#include "sim.h"

/* Four digits, the length; then so many bytes. */
static enum stream_event digits_next(void *ctx, union stream_scan *scan,
				     struct span data, u32 *pos,
				     struct stream_msg *msg)
{
	bool start = !scan->raw.c && !scan->raw.a;
	const char *body;
	u32 n;

	(void)ctx;
	if (scan->raw.d)
		return STREAM_OPAQUE;
	if (start && data.p + *pos == data.end)
		return STREAM_END;
	msg->whole = start;
	while (!scan->raw.a && data.p + *pos < data.end) {
		u32 digit = (u32)(data.p[(*pos)++] - '0');

		if (digit > 9) {
			scan->raw.d = NFIM_OPAQUE_FOREIGN;
			return STREAM_OPAQUE;
		}
		scan->raw.b = scan->raw.b * 10 + digit;
		if (++scan->raw.c == 4) {
			scan->raw.a = scan->raw.b;
			scan->raw.b = 0;
			scan->raw.c = 0;
		}
	}
	body = data.p + *pos;
	n = (u32)(data.end - body);
	if (n > scan->raw.a)
		n = scan->raw.a;
	*pos += n;
	scan->raw.a -= n;
	if (n && !scan->raw.a)
		return STREAM_MESSAGE;
	msg->left = scan->raw.a;
	msg->hold = start && (!n || *body != 'p');
	return STREAM_MORE;
}

static u32 digits_skip(const union stream_scan *scan)
{
	return scan->raw.d ? 0 : scan->raw.a ? scan->raw.a - 1 : 0;
}

static void digits_skipped(union stream_scan *scan, u32 len)
{
	scan->raw.a -= len;
}

static void digits_stop(union stream_scan *scan, enum nfim_counter why)
{
	scan->raw.d = (u16)why;
}

static enum nfim_counter digits_opaque(const union stream_scan *scan)
{
	return (enum nfim_counter)scan->raw.d;
}

const struct stream_ops digits_ops = {
	.next = digits_next,
	.message = got_message,
	.skip = digits_skip,
	.skipped = digits_skipped,
	.stop = digits_stop,
	.opaque = digits_opaque,
	.payload = get_payload,
	.flow = get_flow,
};

static enum stream_event next(void *arg, union stream_scan *scan,
			      struct span data, u32 *pos,
			      struct stream_msg *msg)
{
	struct ctx *c = arg;
	struct msnp_frame f;

	return msnp_stream_next(&scan->msnp, c->dir ? MSNP_S2C : MSNP_C2S,
				msnp_scan_kind(&c->s->box.dir[0].scan.msnp),
				data, pos, msg, &f);
}

static u32 skip(const union stream_scan *scan)
{
	u32 n = msnp_scan_skip(&scan->msnp);

	/* The last byte is read, so that the message is counted. */
	return n ? n - 1 : 0;
}

static void skipped(union stream_scan *scan, u32 len)
{
	msnp_scan_skipped(&scan->msnp, len);
}

static void stop(union stream_scan *scan, enum nfim_counter why)
{
	msnp_scan_stop(&scan->msnp, why);
}

static enum nfim_counter opaque(const union stream_scan *scan)
{
	return msnp_scan_opaque(&scan->msnp);
}

const struct stream_ops msnp_ops = {
	.next = next,
	.message = got_message,
	.skip = skip,
	.skipped = skipped,
	.stop = stop,
	.opaque = opaque,
	.payload = get_payload,
	.flow = get_flow,
};
