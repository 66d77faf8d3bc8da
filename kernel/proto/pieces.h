/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bytes that left from behind a gap. They were forwarded untouched and are
 * remembered, bounded, so that counting can go on when the gap closes; what
 * has left is never edited (design D8.4).
 */
#ifndef _NFIM_PIECES_H
#define _NFIM_PIECES_H

#include "mem.h"
#include "seq.h"
#include "span.h"

/**
 * struct piece - some bytes
 * @next: the next one in the stream; they do not overlap
 * @seq: first byte
 * @len: bytes
 * @size: room in @data
 * @data: the bytes
 */
struct piece {
	struct piece *next;
	u32 seq;
	u32 len;
	u32 size;
	char data[];
};

/**
 * struct pieces - those of one direction
 * @first: the first one in the stream
 * @n: how many
 * @bytes: of all of them
 */
struct pieces {
	struct piece *first;
	u32 n;
	u32 bytes;
};

/**
 * pieces_add() - remember what has just left
 * @ps: the pieces
 * @mem: where memory comes from
 * @seq: first byte
 * @data: the bytes; of those known already the first version counts
 *
 * Return: false beyond the limits or without memory.
 */
bool __must_check pieces_add(struct pieces *ps, const struct stream_mem *mem,
			     u32 seq, struct span data);

/**
 * pieces_touch() - whether any of these bytes has left
 * @ps: the pieces
 * @a: first byte
 * @b: behind the last byte
 *
 * Return: true if so.
 */
bool pieces_touch(const struct pieces *ps, u32 a, u32 b);

/**
 * pieces_overlay() - put what has left over what is in hand
 * @ps: the pieces
 * @a: first byte in hand
 * @buf: the bytes in hand
 * @len: how many
 */
void pieces_overlay(const struct pieces *ps, u32 a, char *buf, u32 len);

/**
 * pieces_at() - what has left from this place on
 * @ps: the pieces
 * @seq: the place
 * @data: the bytes; valid until the pieces change
 *
 * Return: false when nothing has.
 */
bool pieces_at(const struct pieces *ps, u32 seq, struct span *data);

/**
 * pieces_drop() - forget what lies wholly before a place
 * @ps: the pieces
 * @mem: where memory came from
 * @seq: the place
 */
void pieces_drop(struct pieces *ps, const struct stream_mem *mem, u32 seq);

/**
 * pieces_free() - forget all
 * @ps: the pieces
 * @mem: where memory came from
 */
void pieces_free(struct pieces *ps, const struct stream_mem *mem);

#endif /* _NFIM_PIECES_H */
