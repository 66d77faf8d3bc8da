/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stream engine: from TCP packets to messages and back. It finds where
 * messages end, holds the incomplete tail of one that may carry an
 * announcement, merges it with what follows, edits whole messages, and makes
 * every byte look the same each time it goes by (design D4, D6, D7, D8).
 *
 * Writing to packets, locks and tables are its caller's. Sequence numbers are
 * the sender's, before any adjustment.
 */
#ifndef _NFIM_PROTO_STREAM_H
#define _NFIM_PROTO_STREAM_H

#include <nfim/counters.h>

#include "edit.h"
#include "editlog.h"
#include "flight.h"
#include "mem.h"
#include "msnp.h"
#include "pieces.h"

/* Segments trusted without a proof, and if watched from the first byte. */
#define STREAM_START_LATE	2
#define STREAM_START_SYN	4

/* Bytes of struct stream.work; no result is longer. */
#define STREAM_WORK	65536

/* Bits of union stream_scan.raw.owner; the others are the helper's. */
#define STREAM_BEGUN		0x01	/* seen from its SYN */
#define STREAM_HAS_FLOW		0x02	/* the caller's: look the flow up */
#define STREAM_COLLAPSED	0x04	/* a repeat was seen without a flow */
#define STREAM_FINISHED		0x08	/* its FIN has left */

/**
 * union stream_scan - where a protocol stands in one direction
 * @msnp: MSNP
 * @raw: any other protocol of 11 bytes; all zero is the start
 * @raw.owner: flags of the engine and the helper, at the same place for all
 */
union stream_scan {
	struct msnp_scan msnp;
	struct {
		u32 a;
		u32 b;
		u8 c;
		u8 owner;
		u16 d;
	} raw;
};

/**
 * struct stream_dir - one direction; always there
 * @next: sequence number of the next byte to read; held bytes begin here
 * @scan: where the protocol stands before @next
 *
 * Two of them fill the 32 bytes that a conntrack offers.
 */
struct stream_dir {
	u32 next;
	union stream_scan scan;
};

/**
 * struct stream_hold - the beginning of a message that is not complete, held or not
 * @data: the bytes
 * @len: how many
 * @size: room in @data
 */
struct stream_hold {
	char *data;
	u32 len;
	u32 size;
};

/**
 * struct stream_flow - one direction; only while it is needed
 * @hold: the bytes from stream_dir.next on
 * @part: the bytes before stream_dir.next, of a message that is read though its
 *	beginning has left
 * @flight: what the sender has proved
 * @pieces: what left from behind a gap
 * @log: edits
 * @ack: acknowledgment number of the last packet that left
 * @wnd: its window, as it stood there
 * @seg: the largest segment that the sender uses
 * @begun: in use
 * @has_ack: @ack and @wnd are known
 *
 * All zero is the start.
 */
struct stream_flow {
	struct stream_hold hold;
	struct stream_hold part;
	struct flight flight;
	struct pieces pieces;
	struct editlog log;
	u32 ack;
	u16 wnd;
	u16 seg;
	bool begun;
	bool has_ack;
};

/**
 * enum stream_event - what a protocol came to
 * @STREAM_MESSAGE: a message ends here
 * @STREAM_MORE: the data ends before the message does
 * @STREAM_END: the data ends where a message ends
 * @STREAM_OPAQUE: not this protocol; nothing is read any more
 */
enum stream_event {
	STREAM_MESSAGE,
	STREAM_MORE,
	STREAM_END,
	STREAM_OPAQUE,
};

/**
 * struct stream_msg - a message or a part of one
 * @data: its bytes; set by the engine
 * @seq: sequence number of @data; set by the engine
 * @whole: it begins at the first byte of @data; set by the protocol
 * @hold: for %STREAM_MORE: worth waiting for; set by the protocol
 * @gather: for %STREAM_MORE: to be read when it is whole though it has left by then;
 *	set by the protocol. For %STREAM_MESSAGE: so it was; set by the engine
 * @left: for %STREAM_MORE: bytes missing, 0 = not known; set by the protocol
 * @in_hand: it has not left yet; set by the engine
 * @job: the engine's, for stream_may_edit()
 */
struct stream_msg {
	struct span data;
	u32 seq;
	u32 left;
	bool whole;
	bool hold;
	bool gather;
	bool in_hand;
	struct stream_job *job;
};

/**
 * struct stream_ops - a protocol
 * @next: read on to the end of a message or of the data, moving @pos
 * @message: a message ended; if stream_may_edit() says so, replacements may be
 *	added to @plan, with offsets from the start of @msg->data
 * @part: the data ends inside a message that is not held; may be NULL
 * @skip: bytes that need not be looked at, not the last one of a message
 * @skipped: account for bytes that were not looked at
 * @stop: give up for ever
 * @opaque: the reason why it was given up, or %NFIM_OK
 * @payload: the packet's payload, linear; NULL without memory
 * @flow: the direction's flow, a new one if need be; NULL when there is no
 *	room
 *
 * @next must not do anything but read: the same bytes may be given again.
 */
struct stream_ops {
	enum stream_event (*next)(void *ctx, union stream_scan *scan,
				  struct span data, u32 *pos,
				  struct stream_msg *msg);
	void (*message)(void *ctx, const struct stream_msg *msg,
			struct edit_plan *plan);
	void (*part)(void *ctx, const struct stream_msg *msg);
	u32 (*skip)(const union stream_scan *scan);
	void (*skipped)(union stream_scan *scan, u32 len);
	void (*stop)(union stream_scan *scan, enum nfim_counter why);
	enum nfim_counter (*opaque)(const union stream_scan *scan);
	const char *(*payload)(void *ctx);
	struct stream_flow *(*flow)(void *ctx);
};

/**
 * struct stream - the surroundings of one packet
 * @ops: the protocol and the packet
 * @ctx: handed to @ops
 * @mem: memory of the flow
 * @dir: its direction
 * @flow: that direction's flow, if there is one
 * @plan: room for a plan
 * @work: room for %STREAM_WORK bytes
 *
 * @plan and @work may be shared by all that cannot run at the same time.
 */
struct stream {
	const struct stream_ops *ops;
	void *ctx;
	const struct stream_mem *mem;
	struct stream_dir *dir;
	struct stream_flow *flow;
	struct edit_plan *plan;
	char *work;
};

/**
 * struct stream_pkt - a packet
 * @seq: sequence number of its first byte
 * @len: bytes of payload
 * @ack: its acknowledgment number as it stands there
 * @wnd: its window as it stands there
 * @mss: the largest segment that the peer, if known, and the route take
 * @seg: the largest segment this packet was on the wire
 * @segs: how many packets it was on the wire
 * @max: the largest payload that may result, at most %STREAM_WORK
 * @now: ms
 * @mss_known: the peer's SYN named @mss; else the sender's own segments tell
 * @fin: it ends the stream
 * @rst: it breaks the connection
 * @urg: it has urgent data
 * @may_hold: holding is allowed at all
 * @may_edit: editing is allowed at all
 * @may_resize: a change of length is possible (sequence adjustment is there)
 */
struct stream_pkt {
	u32 seq;
	u32 len;
	u32 ack;
	u16 wnd;
	u16 mss;
	u16 seg;
	u16 segs;
	u32 max;
	u32 now;
	bool mss_known;
	bool fin;
	bool rst;
	bool urg;
	bool may_hold;
	bool may_edit;
	bool may_resize;
};

/**
 * enum stream_verdict - what becomes of a packet
 * @STREAM_FORWARD: it goes on as it is
 * @STREAM_REPLACE: it goes on changed, see struct stream_out; maybe with no
 *	payload, for the sake of its acknowledgment
 * @STREAM_STEAL: all its bytes are held; it is consumed
 * @STREAM_DROP: out of memory; the sender will repeat it
 */
enum stream_verdict {
	STREAM_FORWARD,
	STREAM_REPLACE,
	STREAM_STEAL,
	STREAM_DROP,
};

/* What has happened, for counters: bits of struct stream_out.what. */
#define STREAM_HELD	0x01	/* something is held now that was not */
#define STREAM_MERGED	0x02	/* held bytes went on with a whole message */
#define STREAM_RELEASED	0x04	/* held bytes went on without being whole */
#define STREAM_GAP	0x08	/* it came from behind a gap */
#define STREAM_EDITED	0x10	/* a message was edited */
#define STREAM_REPEATED	0x20	/* a repeat got an edit it had before */
#define STREAM_SEEN	0x40	/* it repeats bytes */
#define STREAM_MISSED	0x80	/* a plan could not be carried out */

/**
 * struct stream_out - the decision about a packet
 * @verdict: what becomes of it
 * @seq: for %STREAM_REPLACE: its sequence number
 * @off: for %STREAM_REPLACE: payload bytes that stay in front
 * @old_len: ... payload bytes that are replaced from there on
 * @text: ... by these; they lie in struct stream.work
 * @seg: larger results must be segmented to this
 * @adjust: whatever the verdict, tell the sequence adjustment of a resize
 * @adjust_pos: ... at this place
 * @adjust_by: ... by so many bytes
 * @why: the direction became opaque just now, with this reason
 * @released: for %STREAM_RELEASED: why it was not held any longer
 * @what: STREAM_* bits
 * @edits: messages edited
 */
struct stream_out {
	enum stream_verdict verdict;
	u32 seq;
	u32 off;
	u32 old_len;
	struct span text;
	u16 seg;
	bool adjust;
	u32 adjust_pos;
	s32 adjust_by;
	enum nfim_counter why;
	enum nfim_counter released;
	u8 what;
	u16 edits;
};

/**
 * stream_begin() - a direction begins: its SYN was seen
 * @d: all zero, or begun earlier: then this is a repeated SYN
 * @isn: sequence number of the SYN
 *
 * Return: true when it has begun now; what is left of an earlier connection
 * must be forgotten.
 */
bool stream_begin(struct stream_dir *d, u32 isn);

/**
 * stream_flow_begin() - watch a direction from its first byte
 * @flow: all zero
 * @d: the direction, just begun
 *
 * A first message of four segments is held then, else of two.
 */
void stream_flow_begin(struct stream_flow *flow, const struct stream_dir *d);

/**
 * stream_ack() - the receiver of a direction has acknowledged
 * @flow: that direction's flow
 * @mem: memory of the flow
 * @ack: acknowledgment, in the sender's numbers
 * @wnd: the receiver's window in bytes; ~0 = not known
 */
void stream_ack(struct stream_flow *flow, const struct stream_mem *mem,
		u32 ack, u32 wnd);

/**
 * stream_ack_dir() - the receiver of a direction without flow has acknowledged
 * @d: the direction
 * @ack: acknowledgment, in the sender's numbers
 *
 * Nothing is in flight when all has arrived, so what a repeat said of the
 * sender's window before is over.
 */
static inline void stream_ack_dir(struct stream_dir *d, u32 ack)
{
	if (!seq_before(ack, d->next))
		d->scan.raw.owner &= (u8)~STREAM_COLLAPSED;
}

/**
 * stream_note_ack() - a packet left with this acknowledgment
 * @flow: of its direction
 * @ack: the acknowledgment
 * @wnd: its window, not scaled
 *
 * All that stream_packet() does with one that has no payload and no FIN or RST.
 */
static inline void stream_note_ack(struct stream_flow *flow, u32 ack, u16 wnd)
{
	flow->ack = ack;
	flow->wnd = wnd;
	flow->has_ack = true;
}

/**
 * stream_packet() - decide about a packet without SYN
 * @s: surroundings
 * @in: the packet
 * @out: the decision
 */
void stream_packet(struct stream *s, const struct stream_pkt *in,
		   struct stream_out *out);

/**
 * stream_may_edit() - whether a message may be edited
 * @msg: the message, in stream_ops.message()
 * @resize: set to whether its length may change (design D6)
 *
 * Makes a flow, so it is asked only when there is something to edit.
 *
 * Return: false when it has to pass as it is.
 */
bool stream_may_edit(const struct stream_msg *msg, bool *resize);

/**
 * stream_flow_idle() - whether a flow can be forgotten without harm
 * @flow: the flow
 *
 * Return: true when it holds nothing, remembers nothing, is not within a message
 * that is read, nothing it has seen is unacknowledged and nothing was ever edited.
 * What the sender has proved is lost with it. A flow with edits must stay for as
 * long as a late repeat may come: an acknowledgment that went by here may be lost
 * behind us.
 */
bool stream_flow_idle(const struct stream_flow *flow);

/**
 * stream_flow_free() - give back all memory of a flow
 * @flow: the flow; all zero afterwards
 * @mem: memory of the flow
 */
void stream_flow_free(struct stream_flow *flow, const struct stream_mem *mem);

#endif /* _NFIM_PROTO_STREAM_H */
