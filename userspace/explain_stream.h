/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the segments of a capture to streams, as kernel/stream.c and
 * kernel/flow.c do it from packets: in order, from the SYN, with a memory for
 * what comes from behind a gap and for what was edited.
 */
#ifndef _NFIM_EXPLAIN_STREAM_H
#define _NFIM_EXPLAIN_STREAM_H

#include "../kernel/proto/edit.h"
#include "../kernel/proto/msnp.h"
#include "explain_packet.h"

/**
 * struct stream_piece - bytes that came from behind a gap
 * @next: the next one, by sequence number
 * @seq: of the first byte
 * @len: how many
 * @data: the bytes
 */
struct stream_piece {
	struct stream_piece *next;
	u32 seq;
	u32 len;
	char data[];
};

/**
 * struct stream_edit - an edit of the sender's stream
 * @next: the one made after it
 * @prev: the one made before it
 * @seq: of the first byte that is replaced
 * @old_len: bytes that are replaced
 * @new_len: bytes of @text
 * @grown: by how much the edits before it let the stream grow
 * @acked: the receiver has confirmed all of it
 * @text: what stands there now
 */
struct stream_edit {
	struct stream_edit *next;
	struct stream_edit *prev;
	u32 seq;
	u32 old_len;
	u32 new_len;
	u32 grown;
	bool acked;
	char text[];
};

/**
 * struct stream - one direction of a connection
 * @scan: where commands begin and end
 * @begun: it was seen from its SYN
 * @split: the message in hand may announce something and is in pieces
 * @unskipped: its rest is to be read, though it cannot announce anything
 * @isn: number of the SYN
 * @next: number of the first byte not read yet
 * @split_packet: where the message in hand began
 * @piece: from behind a gap, by sequence number
 * @n_pieces: how many
 * @piece_bytes: their bytes
 * @first: first edit
 * @last: last edit
 */
struct stream {
	struct msnp_scan scan;
	bool begun;
	bool split;
	bool unskipped;
	u32 isn;
	u32 next;
	u32 split_packet;
	struct stream_piece *piece;
	u32 n_pieces;
	u32 piece_bytes;
	struct stream_edit *first;
	struct stream_edit *last;
};

/**
 * struct stream_bytes - bytes to read, in order
 * @data: the bytes
 * @off: where they stand in the payload of the packet in hand
 * @in_hand: they are in the packet in hand and may be edited
 */
struct stream_bytes {
	struct span data;
	u32 off;
	bool in_hand;
};

/**
 * typedef stream_read_fn - reads bytes of a stream
 * @arg: as given to stream_packet()
 * @b: the bytes
 */
typedef void (*stream_read_fn)(void *arg, const struct stream_bytes *b);

/**
 * enum stream_outcome - what became of a segment
 * @STREAM_READ: read as far as it is new, or nothing new
 * @STREAM_EARLY: from behind a gap, remembered
 * @STREAM_MIDSTREAM: the beginning was not seen; opaque now
 * @STREAM_GAP: too much from behind a gap; opaque now
 * @STREAM_CUT: the capture has not all of it; opaque now
 * @STREAM_NOMEM: no memory
 */
enum stream_outcome {
	STREAM_READ,
	STREAM_EARLY,
	STREAM_MIDSTREAM,
	STREAM_GAP,
	STREAM_CUT,
	STREAM_NOMEM,
};

/**
 * stream_begin() - a SYN was seen, perhaps a repeated one
 * @s: its direction
 * @p: the segment
 *
 * Return: %STREAM_READ, or %STREAM_MIDSTREAM where it belongs to a stream whose
 * beginning was not seen.
 */
enum stream_outcome stream_begin(struct stream *s, const struct packet *p);

/**
 * stream_packet() - take a segment with payload
 * @s: its direction
 * @p: the segment
 * @read: called for all bytes that are new and in order
 * @arg: for @read
 *
 * Return: see enum stream_outcome.
 */
enum stream_outcome stream_packet(struct stream *s, const struct packet *p,
				  stream_read_fn read, void *arg);

/**
 * stream_ack() - the receiver has confirmed bytes
 * @s: the sender's direction
 * @ack: the first byte not confirmed, numbered by the sender
 */
void stream_ack(struct stream *s, u32 ack);

/**
 * stream_may_resize() - whether the length of the stream may change now
 * @s: the direction
 *
 * Return: true when no earlier change is unconfirmed and no byte from behind
 * a gap has left.
 */
bool stream_may_resize(const struct stream *s);

/**
 * stream_has_room() - whether one more edit can be remembered
 * @s: the direction
 *
 * Return: false while too many are unconfirmed.
 */
bool stream_has_room(const struct stream *s);

/**
 * stream_edit() - remember an edit
 * @s: the direction
 * @p: the segment in hand
 * @plan: a plan that is not empty, for its payload
 *
 * Return: false when out of memory.
 */
bool __must_check stream_edit(struct stream *s, const struct packet *p,
			      const struct edit_plan *plan);

/**
 * stream_map() - where a byte of the sender's stream stands after all edits
 * @s: the direction
 * @seq: its number, as the sender counts
 *
 * Return: its number, as the receiver counts.
 */
u32 stream_map(const struct stream *s, u32 seq);

/**
 * stream_render() - what a part of the sender's stream looks like afterwards
 * @s: the direction
 * @seq: number of its first byte
 * @data: the part
 * @len: set to the number of bytes
 *
 * Return: malloc()ed bytes that stand at stream_map() of the first one; they
 * reach to that of the byte behind the last one at least. NULL when out of
 * memory.
 */
char *stream_render(const struct stream *s, u32 seq, struct span data,
		    size_t *len);

/**
 * stream_free() - forget everything
 * @s: the direction
 */
void stream_free(struct stream *s);

#endif /* _NFIM_EXPLAIN_STREAM_H */
