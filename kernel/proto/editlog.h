/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Edits of a stream, kept until they are acknowledged, so that a repeat gets
 * the same bytes whatever its segmentation is (design D7).
 *
 * An edit replaces the bytes [seq, seq + old_len) of the sender's stream. The
 * core's sequence adjustment knows one place per direction, the correction
 * position: a packet that begins behind it is moved by the edit's growth. So
 * the text of a packet that begins or ends inside an edit is not free, see
 * edit_first() and edit_last() in editlog.c.
 */
#ifndef _NFIM_EDITLOG_H
#define _NFIM_EDITLOG_H

#include "edit.h"
#include "mem.h"
#include "seq.h"

/**
 * struct logged_edit - one edit that was made
 * @next: the one before it in the stream
 * @seq: first byte replaced
 * @old_len: bytes replaced
 * @new_len: bytes that stand there now
 * @size: room in @text
 * @text: the new bytes
 */
struct logged_edit {
	struct logged_edit *next;
	u32 seq;
	u32 old_len;
	u32 new_len;
	u32 size;
	char text[];
};

/**
 * struct editlog - the edits of one direction
 * @last: the last one in the stream
 * @spare: memory for the next one
 * @n: how many
 * @used: there has been one at some time
 */
struct editlog {
	struct logged_edit *last;
	struct logged_edit *spare;
	u16 n;
	bool used;
};

/**
 * editlog_reserve() - make sure that another edit can be remembered
 * @log: the log
 * @mem: where memory comes from
 * @len: bytes of the message it belongs to
 *
 * Return: false when the log is full or there is no memory.
 */
bool __must_check editlog_reserve(struct editlog *log,
				  const struct stream_mem *mem, u32 len);

/**
 * editlog_unreserve() - give back what was not needed
 * @log: the log
 * @mem: where memory came from
 */
void editlog_unreserve(struct editlog *log, const struct stream_mem *mem);

/**
 * editlog_may_resize() - whether a change of length is safe (design D6)
 * @log: the log
 *
 * Return: false while an earlier one is not acknowledged.
 */
bool editlog_may_resize(const struct editlog *log);

/**
 * editlog_add() - remember the edit of a message
 * @log: the log; editlog_reserve() was true
 * @seq: sequence number of the message
 * @msg: the whole message; not before any edit in the log
 * @plan: the plan; offsets count from the start of the message
 *
 * Return: the edit; NULL when the message would shrink to less than a half,
 * which cannot be told to the sequence adjustment.
 */
struct logged_edit *editlog_add(struct editlog *log, u32 seq, struct span msg,
				const struct edit_plan *plan);

/**
 * editlog_correction_pos() - behind which number everything moves
 * @e: an edit
 *
 * Return: what to give to nf_ct_seqadj_set().
 */
u32 editlog_correction_pos(const struct logged_edit *e);

/**
 * editlog_ack() - forget what the receiver has
 * @log: the log
 * @mem: where memory came from
 * @ack: the receiver's acknowledgment, in the sender's numbers
 */
void editlog_ack(struct editlog *log, const struct stream_mem *mem, u32 ack);

/**
 * editlog_free() - forget all
 * @log: the log
 * @mem: where memory came from
 */
void editlog_free(struct editlog *log, const struct stream_mem *mem);

/**
 * editlog_touches() - whether a piece of the stream was edited
 * @log: the log
 * @a: first byte
 * @b: behind the last byte
 *
 * Return: true if so.
 */
bool editlog_touches(const struct editlog *log, u32 a, u32 b);

/**
 * editlog_apply() - give a piece of the stream its edits
 * @log: the log
 * @a: sequence number of the first byte
 * @buf: the bytes as the sender sent them; room for @size
 * @len: how many
 * @size: bytes that @buf can take
 * @out_len: how many there are now
 *
 * Return: false, and @buf in an unknown state, when @size is not enough.
 */
bool __must_check editlog_apply(const struct editlog *log, u32 a, char *buf,
				u32 len, u32 size, u32 *out_len);

#endif /* _NFIM_EDITLOG_H */
