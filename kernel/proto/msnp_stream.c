// SPDX-License-Identifier: GPL-2.0
/* MSNP for the stream engine. */

#include <nfim/limits.h>

#include "msnp_stream.h"

/* A flag of the engine must not be one of the scanner's. */
static_assert(offsetof(struct msnp_scan, owner) ==
	      offsetof(union stream_scan, raw.owner),
	      "flags lie at the same place");
static_assert(sizeof(struct stream_dir) == 16, "two fit into 32 bytes");

/* @line: the beginning of a line, at least one byte. */
static bool may_be(struct span line, const char *cmd)
{
	size_t n = span_len(line);

	return !memcmp(line.p, cmd, n < 3 ? n : 3);
}

static bool line_worth(enum msnp_side side, enum msnp_kind kind,
		       struct span line)
{
	if (side == MSNP_C2S)
		return kind == MSNP_SB && may_be(line, "MSG");
	return kind == MSNP_NS &&
	       (may_be(line, "XFR") || may_be(line, "RNG"));
}

static bool payload_worth(enum msnp_side side, enum msnp_kind kind,
			  const struct msnp_frame *f)
{
	return side == MSNP_C2S && kind == MSNP_SB &&
	       !memcmp(f->cmd, "MSG", 3) && f->payload_len <= NFIM_MSG_MAX &&
	       msnp_interest(f->payload) != MSNP_SKIP;
}

enum stream_event msnp_stream_next(struct msnp_scan *scan, enum msnp_side side,
				   enum msnp_kind kind, struct span data,
				   u32 *pos, struct stream_msg *msg,
				   struct msnp_frame *f)
{
	bool fresh = msnp_scan_between(scan);
	u32 from = *pos;

	switch (msnp_scan_next(scan, side, data, pos, f)) {
	case MSNP_COMMAND:
		msg->whole = f->whole;
		return STREAM_MESSAGE;
	case MSNP_MORE:
		break;
	case MSNP_END:
		return STREAM_END;
	default:
		return STREAM_OPAQUE;
	}
	msg->whole = fresh;
	if (f->begun) {
		msg->left = f->payload_len - (u32)span_len(f->payload);
		msg->hold = payload_worth(side, kind, f);
	} else if (fresh) {
		msg->hold = line_worth(side, kind,
				       span_make(data.p + from, *pos - from));
	}
	return STREAM_MORE;
}

bool msnp_stream_profile(struct span part, const struct msnp_frame *f)
{
	struct span rest = f->payload, line, name, value;
	unsigned int i;

	if (!may_be(part, "MSG"))
		return false;
	if (!f->begun)
		return true;
	if (f->payload_len > NFIM_MSG_MAX)
		return false;
	for (i = 0; i < NFIM_HEADER_LINES && text_line(&rest, &line); i++) {
		if (line.p == line.end)
			return false;
		if (text_field(line, &name, &value) &&
		    text_is(name, "content-type"))
			return text_starts(value, "text/x-msmsgsprofile");
	}
	return i < NFIM_HEADER_LINES;
}
