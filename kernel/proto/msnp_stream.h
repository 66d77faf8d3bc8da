/* SPDX-License-Identifier: GPL-2.0 */
/* MSNP for the stream engine: what of it is worth waiting for. */
#ifndef _NFIM_MSNP_STREAM_H
#define _NFIM_MSNP_STREAM_H

#include "msnp.h"
#include "stream.h"

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
 * Worth waiting for are, on a switchboard, the client's messages as long as
 * they may be an invitation, and on a notification server the lines that name
 * the next server (design D8.1).
 *
 * Return: see enum stream_event.
 */
enum stream_event msnp_stream_next(struct msnp_scan *scan, enum msnp_side side,
				   enum msnp_kind kind, struct span data,
				   u32 *pos, struct stream_msg *msg,
				   struct msnp_frame *f);

/**
 * msnp_stream_profile() - whether a command that is not complete may be the
 *	profile (msnp.md 1.7)
 * @part: its first bytes, at least one, from a notification server
 * @f: from msnp_stream_next() that returned %STREAM_MORE for them
 *
 * Where the profile is to be corrected, it is worth waiting for as well.
 *
 * Return: true while it may be.
 */
bool msnp_stream_profile(struct span part, const struct msnp_frame *f);

#endif /* _NFIM_MSNP_STREAM_H */
