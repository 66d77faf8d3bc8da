/* SPDX-License-Identifier: GPL-2.0 */
/* MSNP for the stream engine: what of it is worth waiting for. */
#ifndef _NFIM_MSNP_STREAM_H
#define _NFIM_MSNP_STREAM_H

#include "msnp.h"
#include "stream.h"

/* Bits of msnp_scan.owner that tell what is awaited from a server. */
#define MSNP_WANT_ACKS	0x20	/* receipts of what was resized */
#define MSNP_WANT_PROFILE 0x10	/* the profile, to be corrected */

/**
 * msnp_stream_worth() - whether a message that has begun is worth waiting for
 * @side: who speaks
 * @kind: which server
 * @owner: that direction's msnp_scan.owner
 * @f: the message as far as it is known; its payload begins there
 *
 * Worth it is what may be edited or must be understood as a whole:
 * invitations on a switchboard, a client's MSNSLP and webcam texts wherever
 * they travel, and what MSNP_WANT_* ask for. Never chat, never bulk data
 * (design D8.1).
 *
 * Return: true if so.
 */
bool msnp_stream_worth(enum msnp_side side, enum msnp_kind kind, u8 owner,
		       const struct msnp_frame *f);

/**
 * msnp_stream_next() - msnp_scan_next() in the engine's terms
 * @scan: state of this direction
 * @side: which direction
 * @kind: which server
 * @data: bytes that follow those given before
 * @pos: offset in @data; moved behind what was read
 * @msg: @msg->whole, @msg->hold and @msg->left are set
 * @f: the command, see msnp_scan_next()
 *
 * Beside what msnp_stream_worth() says, lines that such a message begins with
 * and lines that name the next server are worth waiting for.
 *
 * Return: see enum stream_event.
 */
enum stream_event msnp_stream_next(struct msnp_scan *scan, enum msnp_side side,
				   enum msnp_kind kind, struct span data,
				   u32 *pos, struct stream_msg *msg,
				   struct msnp_frame *f);

#endif /* _NFIM_MSNP_STREAM_H */
