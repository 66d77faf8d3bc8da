// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/passage: characters and room in a text of which a part has left. */

#include "../../kernel/proto/passage.h"
#include "../ktap.h"
#include "input.h"
#include "message.h"

#define TEXT	"one two  three"

/* TEXT, of which so many characters have left; wide: as UTF-16LE. */
static struct passage make(u32 from, bool wide)
{
	char text[2 * sizeof(TEXT)] = { 0 };
	u32 i, n = sizeof(TEXT) - 1;

	for (i = 0; i < n; i++)
		text[i << wide] = TEXT[i];
	return (struct passage){
		.text = input_bytes(text, n << wide),
		.from = from,
		.wide = wide,
	};
}

/* What is in hand, after the edits, as one byte for each character. */
static void check(const struct passage *p, const struct edit_plan *plan,
		  const char *want)
{
	struct span hand = p->text, out;
	char text[200];
	size_t i, n;

	hand.p += p->from << p->wide;
	out = message_apply(hand, plan);
	n = span_len(out) >> p->wide;
	for (i = 0; i < n; i++)
		text[i] = out.p[i << p->wide];
	ktap_bytes(text, n, want, strlen(want));
	free((char *)out.p);
}

static void puts_characters(const void *arg)
{
	static const struct {
		u32 from, off, len;
		const char *text;
		bool ok;
		const char *want;
	} rows[] = {
		{ 0, 4, 3, "2", true, "one 2  three" },
		{ 0, 4, 3, "two", true, TEXT },
		{ 0, 4, 3, "second", true, "one second  three" },
		{ 4, 4, 3, "2", true, "2  three" },
		{ 5, 4, 3, "tip", true, "ip  three" },
		{ 5, 4, 3, "2", false, "wo  three" },
		{ 5, 4, 3, "sip", false, "wo  three" },
		{ 8, 4, 3, "two", true, " three" },
		{ 8, 4, 3, "TWO", false, " three" },
		{ 0, 4, 0, "x", false, TEXT },
		{ 0, 10, 5, "x", false, TEXT },
		{ 0, 9, 5, "x", true, "one two  x" },
	};
	u32 i, wide;

	for (wide = 0; wide < 2; wide++)
		for (i = 0; i < ARRAY_SIZE(rows); i++) {
			struct passage p = make(rows[i].from, wide);
			struct edit_plan plan = { 0 };

			ktap_at("row %u, wide %u", i, wide);
			ktap_equal(passage_put(&p, rows[i].off, rows[i].len,
					       rows[i].text,
					       (u32)strlen(rows[i].text),
					       &plan), rows[i].ok);
			check(&p, &plan, rows[i].want);
			input_done();
		}
}

static void too_long(const void *arg)
{
	static const char text[] = "twentyfivecharactersinall";
	struct edit_plan plan = { 0 };
	struct passage p = make(0, true);

	ktap_want(!passage_put(&p, 0, 1, text, 25, &plan));
	ktap_want(passage_put(&p, 0, 1, text, 24, &plan));
	p = make(0, false);
	plan.n = 0;
	ktap_want(passage_put(&p, 0, 1, text, 25, &plan));
	ktap_at("not ASCII, though it looks so");
	p = make(14, true);
	((char *)p.text.p)[1] = 1;
	plan.n = 0;
	ktap_want(!passage_put(&p, 0, 3, "one", 3, &plan));
	input_done();
}

/* Room: the two blanks, and "one " as a line. */
static void balances(const void *arg)
{
	static const struct {
		u32 from;
		s32 delta;
		bool ok;
		const char *want;
	} rows[] = {
		{ 0, 0, true, TEXT },
		{ 0, 1, true, "one two three" },
		{ 0, 2, true, "one twothree" },
		{ 0, 6, true, "one twot" },
		{ 0, 3, true, "one two   t" },
		{ 0, -2, true, "one two    three" },
		{ 6, 2, true, "othree" },
		{ 7, 2, false, "  three" },
		{ 9, -1, false, "three" },
	};
	u32 i, wide;

	for (wide = 0; wide < 2; wide++)
		for (i = 0; i < ARRAY_SIZE(rows); i++) {
			struct passage p = make(rows[i].from, wide);
			struct passage_rooms rooms = { 0 };
			struct edit_plan plan = { 0 };

			ktap_at("row %u, wide %u", i, wide);
			passage_room_add(&rooms, 7, 2, false);
			passage_room_add(&rooms, 10, 4, true);
			ktap_equal(passage_balance(&p, &rooms, rows[i].delta,
						   &plan), rows[i].ok);
			if (rows[i].ok)
				check(&p, &plan, rows[i].want);
			input_done();
		}
}

static void many_rooms(const void *arg)
{
	struct passage_rooms rooms = { 0 };
	struct passage p = make(0, false);
	struct edit_plan plan = { 0 };
	u32 i;

	for (i = 0; i < PASSAGE_ROOMS + 2; i++)
		passage_room_add(&rooms, (u16)i, 0, false);
	ktap_equal(rooms.n, PASSAGE_ROOMS);
	ktap_at("more blanks than go into one place");
	ktap_want(passage_balance(&p, &rooms, -2 * NFIM_EDIT_TEXT, &plan));
	ktap_equal(edit_delta(&plan), 2 * NFIM_EDIT_TEXT);
	ktap_want(plan.n > 2);
	ktap_at("a place of more than an edit spans");
	rooms.n = 0;
	plan.n = 0;
	passage_room_add(&rooms, 1, NFIM_EDIT_SPAN + 1, false);
	ktap_want(!passage_balance(&p, &rooms, 1, &plan));
	ktap_equal(plan.n, 0);
	ktap_at("a full plan");
	rooms.n = 0;
	plan.n = NFIM_EDIT_MAX;
	passage_room_add(&rooms, 7, 2, false);
	ktap_want(!passage_balance(&p, &rooms, 1, &plan));
	input_done();
}

static const struct ktap_case cases[] = {
	{ "characters are put in place, unless they have left",
	  puts_characters },
	{ "no more than one edit holds", too_long },
	{ "room makes up for a change of length", balances },
	{ "so many places are remembered and used", many_rooms },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
