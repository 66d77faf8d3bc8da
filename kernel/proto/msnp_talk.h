/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a conversation between an MSN Messenger client and its servers means:
 * which endpoints it announces, which servers it goes to next, what it tells
 * of the client. The module and nfim explain both run this; what they do about
 * it is theirs (env.h).
 */
#ifndef _NFIM_MSNP_TALK_H
#define _NFIM_MSNP_TALK_H

#include "env.h"
#include "invite.h"
#include "msnp.h"
#include "msnp_state.h"
#include "msnp_stream.h"
#include "slp.h"
#include "webcam.h"

/* Bits of msnp_scan.owner beside MSNP_WANT_* and the engine's. */
#define MSNP_SPLIT	0x80	/* C2S: a message that came in parts may matter */
#define MSNP_LEARNT	0x40	/* the client or the dialect is known by now */

/**
 * struct msnp_scratch - room for what is parsed
 * @inv: an invitation
 * @end: endpoints of a session
 * @slp: an MSNSLP message
 * @webcam: a webcam's XML
 *
 * Nothing in it outlives a call, so all that cannot run at the same time may
 * share one, such as a CPU. About 1 KiB, too large for a kernel's stack.
 */
struct msnp_scratch {
	union {
		struct {
			struct invite inv;
			struct invite_end end[INVITE_ENDS];
		};
		struct slp slp;
		struct webcam webcam;
	};
};

/**
 * struct msnp_talk - one packet of a conversation
 * @env: its surroundings
 * @side: who speaks
 * @scan: both directions, by enum msnp_side
 * @scratch: room
 * @may_edit: whether a message may be edited, and resized; stream_may_edit()
 *	where the engine runs
 * @inside_port: source port of the client's connection, host byte order
 * @outside_port: the same behind NAT
 * @offers: announcements judged so far; 0 at first
 */
struct msnp_talk {
	const struct env *env;
	enum msnp_side side;
	struct msnp_scan *scan[2];
	struct msnp_scratch *scratch;
	bool (*may_edit)(const struct stream_msg *msg, bool *resize);
	u16 inside_port;
	u16 outside_port;
	u32 offers;
};

/**
 * msnp_talk_next() - msnp_stream_next() for a conversation
 * @t: the conversation
 * @data: bytes that follow those given before
 * @pos: offset in @data; moved behind what was read
 * @msg: @msg->whole, @msg->hold and @msg->left are set
 * @f: the command, see msnp_scan_next(); points into @data
 *
 * For stream_ops.next: it only reads. A server that speaks first is none.
 *
 * Return: see enum stream_event.
 */
enum stream_event msnp_talk_next(const struct msnp_talk *t, struct span data,
				 u32 *pos, struct stream_msg *msg,
				 struct msnp_frame *f);

/**
 * msnp_talk_message() - a command has ended
 * @t: the conversation
 * @f: the command, from the msnp_talk_next() that ended it
 * @msg: where it stands
 * @plan: empty; replacements are added, with offsets from @msg->data
 *
 * For stream_ops.message. Every offer is reported once, with its outcome.
 */
void msnp_talk_message(struct msnp_talk *t, const struct msnp_frame *f,
		       const struct stream_msg *msg, struct edit_plan *plan);

/**
 * msnp_talk_part() - the data ends inside a command that is not held
 * @t: the conversation
 * @f: the command as far as it is known
 *
 * For stream_ops.part.
 */
void msnp_talk_part(struct msnp_talk *t, const struct msnp_frame *f);

/**
 * msnp_talk_skip() - how many bytes need not be looked at
 * @scan: one direction
 *
 * For stream_ops.skip.
 *
 * Return: bytes of a payload still to come, but for the last one.
 */
static inline u32 msnp_talk_skip(const struct msnp_scan *scan)
{
	u32 n = msnp_scan_skip(scan);

	return n ? n - 1 : 0;
}

/**
 * msnp_talk_free() - give back what hangs on a connection's memory
 * @state: what env_ops.state() made; it is about to go
 * @mem: where memory came from
 */
void msnp_talk_free(struct msnp_state *state, const struct stream_mem *mem);

#endif /* _NFIM_MSNP_TALK_H */
