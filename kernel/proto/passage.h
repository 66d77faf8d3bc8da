/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A text that came in parts, of which the last one is in hand, and the room
 * that can be made in it without changing what it says.
 */
#ifndef _NFIM_PASSAGE_H
#define _NFIM_PASSAGE_H

#include "edit.h"

/* Places where room can be made, kept for one text. */
#define PASSAGE_ROOMS	12

/**
 * struct passage - a text and where its last part stands
 * @text: all that is known of it, as it has left so far
 * @from: offset of the part in hand
 * @at: where that part stands in the message
 * @wide: two bytes for each character, the first one holding it (UTF-16LE);
 *	all offsets and lengths count characters
 */
struct passage {
	struct span text;
	u32 from;
	u32 at;
	bool wide;
};

/**
 * struct passage_room - a place that does not matter to a reader
 * @off: where it begins
 * @len: how many characters can be taken away; 0 if some can only be added
 * @line: a line, to be taken away as a whole; else blanks, which can also be
 *	added here
 */
struct passage_room {
	u16 off;
	u16 len;
	bool line;
};

/**
 * struct passage_rooms - such places: characters are taken away from the
 *	first ones, and blanks are added to the last ones
 * @n: how many
 * @room: the places
 */
struct passage_rooms {
	u32 n;
	struct passage_room room[PASSAGE_ROOMS];
};

/**
 * passage_len() - how long a text is
 * @p: the text
 *
 * Return: characters.
 */
static inline u32 passage_len(const struct passage *p)
{
	return (u32)span_len(p->text) >> p->wide;
}

/**
 * passage_put() - put other characters in place of some
 * @p: the text
 * @off: the first one to replace
 * @len: how many, at least 1
 * @text: what to put there, one byte for each character
 * @n: how many; with @p->wide at most half of %NFIM_EDIT_TEXT
 * @plan: a replacement is added, unless the same stands there already
 *
 * Return: false when it cannot be added, or when a part that has left would
 * have to change.
 */
bool __must_check passage_put(const struct passage *p, u32 off, u32 len,
			      const char *text, u32 n, struct edit_plan *plan);

/**
 * passage_room_add() - remember a place
 * @rooms: the places; nothing happens when there are too many
 * @off: where it begins
 * @len: characters that can be taken away
 * @line: they are a line
 */
void passage_room_add(struct passage_rooms *rooms, u32 off, u32 len,
		      bool line);

/**
 * passage_balance() - make up for a change of length
 * @p: the text
 * @rooms: where
 * @delta: characters that it has grown by
 * @plan: replacements are added; in disorder on failure
 *
 * Return: false when there is no room; then some replacements may have been
 * added.
 */
bool __must_check passage_balance(const struct passage *p,
				  const struct passage_rooms *rooms, s32 delta,
				  struct edit_plan *plan);

#endif /* _NFIM_PASSAGE_H */
