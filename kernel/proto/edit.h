/* SPDX-License-Identifier: GPL-2.0 */
/* Edit plans: what should stand where, decided by parsers, done by mangle.c. */
#ifndef _NFIM_EDIT_H
#define _NFIM_EDIT_H

#include <nfim/limits.h>

#include "span.h"

#define EDIT_POOL	(NFIM_EDIT_MAX * 20)

/**
 * struct edit - one replacement
 * @off: offset of the old text from the start of the TCP or UDP payload
 * @len: bytes of the old text, at least 1
 * @new_len: bytes of the new text
 * @at: where the new text stands in the plan's pool
 * @nth: how many were in the plan before it was added
 */
struct edit {
	u32 off;
	u16 len;
	u16 new_len;
	u16 at;
	u16 nth;
};

/**
 * struct edit_plan - sorted, disjoint replacements for one packet
 * @n: how many
 * @used: bytes of @pool in use
 * @e: the replacements, by rising offset
 * @pool: new text
 *
 * All zero is the empty plan.
 */
struct edit_plan {
	u16 n;
	u16 used;
	struct edit e[NFIM_EDIT_MAX];
	char pool[EDIT_POOL];
};

/**
 * edit_add() - add one replacement
 * @plan: the plan
 * @off: offset of the old text
 * @len: bytes of the old text, at least 1
 * @text: the new text
 * @new_len: its length, at most %NFIM_EDIT_TEXT
 *
 * Return: false, and nothing added, when it would overlap another one, when
 * the plan is full, when the message would grow by more than
 * %NFIM_EDIT_GROWTH, or when first and last change would be more than
 * %NFIM_EDIT_SPAN apart.
 */
bool __must_check edit_add(struct edit_plan *plan, u32 off, u32 len,
			   const char *text, size_t new_len);

/**
 * edit_undo() - take the last replacements back
 * @plan: the plan
 * @n: what @plan->n was before they were added
 *
 * Wherever they stand among the others.
 */
void edit_undo(struct edit_plan *plan, u16 n);

/**
 * edit_delta_in() - by how much a part of the packet grows
 * @plan: the plan
 * @off: where the part begins
 * @len: its length
 *
 * Return: bytes, negative when it shrinks; replacements that begin in it count.
 */
s32 edit_delta_in(const struct edit_plan *plan, u32 off, u32 len);

/**
 * edit_delta() - by how much the packet grows
 * @plan: the plan
 *
 * Return: bytes, negative when it shrinks.
 */
s32 edit_delta(const struct edit_plan *plan);

/**
 * edit_start() - offset of the first byte that changes
 * @plan: a plan that is not empty
 *
 * Return: the offset.
 */
static inline u32 edit_start(const struct edit_plan *plan)
{
	return plan->e[0].off;
}

/**
 * edit_end() - offset behind the last byte that changes
 * @plan: a plan that is not empty
 *
 * Return: the offset, in the old text.
 */
static inline u32 edit_end(const struct edit_plan *plan)
{
	return plan->e[plan->n - 1].off + plan->e[plan->n - 1].len;
}

/**
 * edit_render() - write the new text from edit_start() to edit_end()
 * @plan: a plan that is not empty
 * @old: the whole old text; not shorter than edit_end()
 * @out: room for edit_end() - edit_start() + edit_delta() bytes
 *
 * Return: bytes written.
 */
size_t edit_render(const struct edit_plan *plan, struct span old, char *out);

/**
 * edit_pos() - where a change of length takes effect for what follows
 * @old_len: bytes replaced, at least 1
 * @new_len: bytes put there, at least 1
 *
 * Places behind the one returned have moved, counted from the start of the
 * edit in the old text. It is the last byte that both texts have, so that an
 * ack of the whole new text counts for the whole old text.
 *
 * Return: an offset below @old_len.
 */
static inline u32 edit_pos(u32 old_len, u32 new_len)
{
	return (new_len < old_len ? new_len : old_len) - 1;
}

/**
 * edit_may_resize() - whether a change of length can be told by one position
 * @old_len: bytes replaced
 * @new_len: bytes put there
 *
 * Return: false when a place inside the old text would move in front of it.
 */
static inline bool edit_may_resize(u32 old_len, u32 new_len)
{
	return new_len && old_len <= 2 * new_len;
}

/**
 * edit_fits() - whether a plan as a whole can be carried out
 * @plan: a plan that is not empty
 *
 * Return: false when it grows by too much or shrinks to less than a half.
 */
static inline bool edit_fits(const struct edit_plan *plan)
{
	u32 old_len = edit_end(plan) - edit_start(plan);
	s32 delta = edit_delta(plan);

	return delta <= NFIM_EDIT_GROWTH &&
	       edit_may_resize(old_len, (u32)((s32)old_len + delta));
}

/**
 * edit_piece() - what stands in place of a part of the old text
 * @old_len: bytes replaced
 * @new_len: bytes put there; edit_may_resize() holds
 * @first: where the part begins
 * @last: where it ends; above @first, at most @old_len
 * @from: set to where its replacement begins in the new text
 * @to: set to where that ends; never below @from
 *
 * A sender may repeat its bytes cut in any way. Each part is sent from where
 * the core's sequence adjustment places its beginning, so parts may overlap,
 * always with the same bytes, and the last one ends where the new text does.
 */
static inline void edit_piece(u32 old_len, u32 new_len, u32 first, u32 last,
			      u32 *from, u32 *to)
{
	*from = first > edit_pos(old_len, new_len) ?
		first + new_len - old_len : first;
	*to = last == old_len || last > new_len ? new_len : last;
}

#endif /* _NFIM_EDIT_H */
