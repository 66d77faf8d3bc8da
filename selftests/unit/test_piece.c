// SPDX-License-Identifier: GPL-2.0
/*
 * edit_piece(): however a sender cuts the bytes that it repeats, the receiver
 * gets the new text, each byte in its place and never two versions of one.
 * Tried for all lengths up to a bound and all parts of them.
 */

#include "../../kernel/proto/edit.h"
#include "../ktap.h"

#define LONGEST	40

/* Where the core's sequence adjustment places an offset of the old text. */
static int placed(u32 old_len, u32 new_len, u32 off)
{
	return (int)off > (int)edit_pos(old_len, new_len) ?
	       (int)off + (int)new_len - (int)old_len : (int)off;
}

/* One repeat of [first,last): its bytes stand where the receiver has them. */
static bool part_fits(u32 old_len, u32 new_len, u32 first, u32 last)
{
	u32 from, to;

	edit_piece(old_len, new_len, first, last, &from, &to);
	if (from > to || to > new_len)
		return false;
	/* It begins where the core says, and the rest follows the new text. */
	if ((int)from != placed(old_len, new_len, first))
		return false;
	return last != old_len || to == new_len;
}

static void every_part(const void *arg)
{
	u32 o, n, a, b;

	for (o = 1; o <= LONGEST; o++)
		for (n = 1; n <= LONGEST; n++) {
			if (!edit_may_resize(o, n))
				continue;
			for (a = 0; a < o; a++)
				for (b = a + 1; b <= o; b++) {
					ktap_at("%u for %u, [%u,%u)", n, o, a,
						b);
					ktap_want(part_fits(o, n, a, b));
				}
		}
}

/* What a receiver has after the parts [0,cut) and [cut,old): all of it. */
static bool covered(u32 old_len, u32 new_len, u32 cut)
{
	u32 from1, to1, from2, to2;

	edit_piece(old_len, new_len, 0, cut, &from1, &to1);
	edit_piece(old_len, new_len, cut, old_len, &from2, &to2);
	return !from1 && from2 <= to1 && to2 == new_len;
}

static void two_parts(const void *arg)
{
	u32 o, n, cut;

	for (o = 2; o <= LONGEST; o++)
		for (n = 1; n <= LONGEST; n++)
			for (cut = 1; cut < o && edit_may_resize(o, n); cut++) {
				ktap_at("%u for %u cut at %u", n, o, cut);
				ktap_want(covered(o, n, cut));
			}
}

/* A sender of single bytes gets to the end. */
static void single_bytes(const void *arg)
{
	u32 o, n, at, from, to, have;

	for (o = 1; o <= LONGEST; o++)
		for (n = 1; n <= LONGEST; n++) {
			if (!edit_may_resize(o, n))
				continue;
			for (at = 0, have = 0; at < o; at++) {
				edit_piece(o, n, at, at + 1, &from, &to);
				ktap_at("%u for %u at %u", n, o, at);
				ktap_want(from <= have);
				have = to > have ? to : have;
			}
			ktap_equal(have, n);
		}
}

/* The receiver's ack of all the new text counts for all the old text. */
static void ack_of_all(const void *arg)
{
	u32 o, n;

	for (o = 1; o <= LONGEST; o++)
		for (n = 1; n <= LONGEST; n++) {
			ktap_at("%u for %u", n, o);
			/* The core compares the ack before its correction. */
			ktap_want(n > edit_pos(o, n));
			ktap_want(o > edit_pos(o, n));
		}
}

static void limits(const void *arg)
{
	ktap_want(edit_may_resize(2, 1));
	ktap_want(!edit_may_resize(3, 1));
	ktap_want(!edit_may_resize(1, 0));
	ktap_want(edit_may_resize(1, 1000));
}

static const struct ktap_case cases[] = {
	{ "every part of every edit stands where the receiver has it",
	  every_part },
	{ "two parts make the whole", two_parts },
	{ "single bytes make the whole", single_bytes },
	{ "an ack of the new text is one of the old text", ack_of_all },
	{ "an edit that shrinks by more than half is refused", limits },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
