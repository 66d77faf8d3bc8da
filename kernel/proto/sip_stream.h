/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SIP for the stream engine: exact framing from the first byte by
 * Content-Length (design D4), and what of it is worth waiting for (D8).
 */
#ifndef _NFIM_SIP_STREAM_H
#define _NFIM_SIP_STREAM_H

#include <nfim/counters.h>

#include "stream.h"

/**
 * sip_stream_next() - struct stream_ops.next for SIP
 * @scan: state of this direction
 * @data: bytes that follow those given before
 * @pos: offset in @data; moved behind what was read
 * @msg: @msg->whole, @msg->hold and @msg->left are set
 *
 * Line ends in front of a message belong to it. The boundaries found do not
 * depend on how the stream is cut. A message without a Content-Length cannot
 * be framed (RFC 3261 18.3) and ends the stream's being read: whoever guesses
 * that there is no body takes the body for messages.
 *
 * Return: see enum stream_event.
 */
enum stream_event sip_stream_next(union stream_scan *scan, struct span data,
				  u32 *pos, struct stream_msg *msg);

/**
 * sip_stream_skip() - struct stream_ops.skip for SIP
 * @scan: state of this direction
 *
 * Return: bytes of a body still to come, but for its last one.
 */
u32 sip_stream_skip(const union stream_scan *scan);

/**
 * sip_stream_skipped() - struct stream_ops.skipped for SIP
 * @scan: state of this direction
 * @len: bytes, at most what sip_stream_skip() said
 */
void sip_stream_skipped(union stream_scan *scan, u32 len);

/**
 * sip_stream_stop() - struct stream_ops.stop for SIP
 * @scan: state of this direction
 * @why: one of the NFIM_OPAQUE_* reasons
 */
void sip_stream_stop(union stream_scan *scan, enum nfim_counter why);

/**
 * sip_stream_opaque() - struct stream_ops.opaque for SIP
 * @scan: state of this direction
 *
 * Return: the reason, or %NFIM_OK.
 */
enum nfim_counter sip_stream_opaque(const union stream_scan *scan);

/**
 * sip_stream_spoke() - whether a whole message has gone by
 * @scan: state of this direction
 *
 * Return: true once one has ended.
 */
bool sip_stream_spoke(const union stream_scan *scan);

#endif /* _NFIM_SIP_STREAM_H */
