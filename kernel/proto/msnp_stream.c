// SPDX-License-Identifier: GPL-2.0
/* MSNP for the stream engine. */

#include <nfim/limits.h>

#include "msnp_stream.h"
#include "p2p.h"

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

static bool line_worth(enum msnp_side side, enum msnp_kind kind, u8 owner,
		       struct span line)
{
	if (kind == MSNP_SB)
		return may_be(line, "MSG");
	if (side == MSNP_C2S)
		return may_be(line, "UUN") || may_be(line, "SDG");
	return may_be(line, "XFR") || may_be(line, "RNG") ||
	       (owner & MSNP_WANT_PROFILE && may_be(line, "MSG"));
}

static bool p2p_worth(enum msnp_side side, u8 owner, struct span payload)
{
	switch (p2p_guess(payload)) {
	case P2P_BULK:
		return false;
	case P2P_ACK:
		return side == MSNP_S2C && owner & MSNP_WANT_ACKS;
	default:
		return side == MSNP_C2S || owner & MSNP_WANT_ACKS;
	}
}

static bool msg_worth(enum msnp_side side, enum msnp_kind kind, u8 owner,
		      struct span payload)
{
	enum msnp_interest interest = msnp_interest(payload);

	if (interest == MSNP_UNDECIDED)
		return kind == MSNP_SB || owner & MSNP_WANT_PROFILE;
	if (kind == MSNP_NS)
		return interest == MSNP_PROFILE && owner & MSNP_WANT_PROFILE;
	return interest == MSNP_INVITE ||
	       (interest == MSNP_P2P && p2p_worth(side, owner, payload));
}

bool msnp_stream_worth(enum msnp_side side, enum msnp_kind kind, u8 owner,
		       const struct msnp_frame *f)
{
	if (f->payload_len > NFIM_MSG_MAX)
		return false;
	if (!memcmp(f->cmd, "MSG", 3))
		return msg_worth(side, kind, owner, f->payload);
	return kind == MSNP_NS && side == MSNP_C2S &&
	       (!memcmp(f->cmd, "SDG", 3) ||
		(!memcmp(f->cmd, "UUN", 3) && msnp_note_type(f->line) == 3));
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
		msg->hold = msnp_stream_worth(side, kind, scan->owner, f);
	} else if (fresh && kind != MSNP_UNKNOWN) {
		msg->hold = line_worth(side, kind, scan->owner,
				       span_make(data.p + from, *pos - from));
	}
	return STREAM_MORE;
}
