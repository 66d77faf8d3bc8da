// SPDX-License-Identifier: GPL-2.0
/* A text that came in parts, and the room in it. */

#include "passage.h"

static bool add(const struct passage *p, u32 off, u32 len, const char *text,
		u32 n, struct edit_plan *plan)
{
	char wide[NFIM_EDIT_TEXT] = { 0 };
	u32 i;

	off = p->at + ((off - p->from) << p->wide);
	if (!p->wide)
		return edit_add(plan, off, len, text, n);
	if (n > sizeof(wide) / 2)
		return false;
	for (i = 0; i < n; i++)
		wide[2 * i] = text[i];
	return edit_add(plan, off, 2 * len, wide, 2 * n);
}

/* The characters of a part that has left are what they are. */
static bool stands(const struct passage *p, u32 off, const char *text, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++) {
		const char *c = p->text.p + ((off + i) << p->wide);

		if (c[0] != text[i] || (p->wide && c[1]))
			return false;
	}
	return true;
}

bool passage_put(const struct passage *p, u32 off, u32 len, const char *text,
		 u32 n, struct edit_plan *plan)
{
	u32 gone = off < p->from ? p->from - off : 0;

	if (!len || off + len > passage_len(p))
		return false;
	if (n == len && stands(p, off, text, n))
		return true;
	if (!gone)
		return add(p, off, len, text, n, plan);
	if (n != len || gone >= len || !stands(p, off, text, gone))
		return false;
	return add(p, p->from, len - gone, text + gone, n - gone, plan);
}

void passage_room_add(struct passage_rooms *rooms, u32 off, u32 len,
		      bool line)
{
	if (rooms->n < PASSAGE_ROOMS)
		rooms->room[rooms->n++] = (struct passage_room){
			.off = (u16)off,
			.len = (u16)len,
			.line = line,
		};
}

/* Nothing in front of what is in hand; blanks need a byte in front of them. */
static bool in_hand(const struct passage *p, const struct passage_room *r)
{
	return r->off > p->from && r->off + r->len <= passage_len(p);
}

static u32 most(const struct passage *p)
{
	return NFIM_EDIT_TEXT >> p->wide;
}

/* Put blanks behind the character in front of a place. */
static bool add_blanks(const struct passage *p, const struct passage_room *r,
		       u32 n, struct edit_plan *plan)
{
	char text[NFIM_EDIT_TEXT];

	if (r->line || !in_hand(p, r) || n >= most(p))
		return false;
	text[0] = p->text.p[(r->off - 1) << p->wide];
	memset(text + 1, ' ', n);
	return add(p, r->off - 1u, 1, text, n + 1, plan);
}

/* Take some characters away. Return: how many. */
static u32 take(const struct passage *p, const struct passage_room *r, u32 n,
		struct edit_plan *plan)
{
	if (!r->len || !in_hand(p, r) || r->len > NFIM_EDIT_SPAN)
		return 0;
	if (n > r->len || r->line)
		n = r->len;
	return add(p, r->off, n, "", 0, plan) ? n : 0;
}

bool passage_balance(const struct passage *p,
		     const struct passage_rooms *rooms, s32 delta,
		     struct edit_plan *plan)
{
	u32 i, lines, n;

	for (lines = 0; lines < 2; lines++)
		for (i = 0; i < rooms->n && delta > 0; i++)
			if (rooms->room[i].line == !!lines)
				delta -= (s32)take(p, rooms->room + i,
						   (u32)delta, plan);
	for (i = rooms->n; i && delta < 0; i--) {
		n = (u32)-delta < most(p) ? (u32)-delta : most(p) - 1;
		if (add_blanks(p, rooms->room + i - 1, n, plan))
			delta += (s32)n;
	}
	return !delta;
}
