// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/edit: plans of replacements. */

#include "../../kernel/proto/edit.h"
#include "../ktap.h"
#include "input.h"

static const char long_text[NFIM_EDIT_TEXT + 1] =
	"0123456789012345678901234567890123456789012345678";

static bool same(const struct edit_plan *a, const struct edit_plan *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static void one_by_one(const void *arg)
{
	static const struct {
		const char *what;
		u32 off, len;
		size_t new_len;
		bool ok;
	} rows[] = {
		{ "nothing replaced", 0, 0, 1, false },
		{ "one byte", 0, 1, 1, true },
		{ "to nothing", 9, 5, 0, true },
		{ "longest text", 0, 1, NFIM_EDIT_TEXT, true },
		{ "text too long", 0, 1, NFIM_EDIT_TEXT + 1, false },
		{ "widest", 0, NFIM_EDIT_SPAN, 0, true },
		{ "too wide", 0, NFIM_EDIT_SPAN + 1, 0, false },
		{ "length beyond any", 1, ~0u, 0, false },
		{ "end wraps", ~0u, 2, 0, false },
		{ "end wraps to zero", ~0u, 1, 0, false },
		{ "last offset", ~0u - 1, 1, 0, true },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct edit_plan plan = { 0 }, empty = { 0 };

		ktap_at("%s", rows[i].what);
		ktap_equal(edit_add(&plan, rows[i].off, rows[i].len, long_text,
				    rows[i].new_len), rows[i].ok);
		if (!rows[i].ok) {
			ktap_want(same(&plan, &empty));
			continue;
		}
		ktap_equal(plan.n, 1);
		ktap_equal(edit_start(&plan), rows[i].off);
		ktap_equal(edit_end(&plan), rows[i].off + rows[i].len);
		ktap_equal(edit_delta(&plan),
			   (s32)rows[i].new_len - (s32)rows[i].len);
	}
}

/* A plan of [10,14) and [20,24); then one more. */
static void overlaps(const void *arg)
{
	static const struct {
		u32 off, len;
		int place;
	} rows[] = {
		{ 0, 10, 0 }, { 9, 1, 0 }, { 14, 1, 1 }, { 14, 6, 1 },
		{ 19, 1, 1 }, { 24, 1, 2 }, { 30, 4, 2 },
		{ 10, 4, -1 }, { 10, 1, -1 }, { 13, 1, -1 }, { 9, 2, -1 },
		{ 0, 30, -1 }, { 12, 4, -1 }, { 14, 7, -1 }, { 19, 2, -1 },
		{ 20, 4, -1 }, { 20, 1, -1 }, { 23, 1, -1 }, { 23, 9, -1 },
		{ 13, 8, -1 },
	};
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct edit_plan plan = { 0 }, before;

		ktap_at("[%u,%u)", rows[i].off, rows[i].off + rows[i].len);
		ktap_want(edit_add(&plan, 20, 4, "bb", 2));
		ktap_want(edit_add(&plan, 10, 4, "aa", 2));
		before = plan;
		ktap_equal(edit_add(&plan, rows[i].off, rows[i].len, "c", 1),
			   rows[i].place >= 0);
		if (rows[i].place < 0) {
			ktap_want(same(&plan, &before));
			continue;
		}
		ktap_equal(plan.n, 3);
		ktap_equal(plan.e[rows[i].place].off, rows[i].off);
		for (k = 1; k < plan.n; k++)
			ktap_want(plan.e[k - 1].off + plan.e[k - 1].len <=
				  plan.e[k].off);
	}
}

static void full_plan(const void *arg)
{
	struct edit_plan plan = { 0 }, before;
	u32 i;

	for (i = 0; i < NFIM_EDIT_MAX; i++)
		ktap_want(edit_add(&plan, i * 4, 2, "xyz", 3));
	before = plan;
	ktap_want(!edit_add(&plan, i * 4, 2, "xyz", 3));
	ktap_want(same(&plan, &before));
	ktap_equal(edit_delta(&plan), NFIM_EDIT_MAX);
}

static void full_pool(const void *arg)
{
	struct edit_plan plan = { 0 }, before;
	u32 i;

	for (i = 0; i < EDIT_POOL / NFIM_EDIT_TEXT; i++)
		ktap_want(edit_add(&plan, i * NFIM_EDIT_TEXT, NFIM_EDIT_TEXT,
				   long_text, NFIM_EDIT_TEXT));
	before = plan;
	ktap_equal(plan.used, EDIT_POOL);
	ktap_want(!edit_add(&plan, 10000, 1, "x", 1));
	ktap_want(same(&plan, &before));
	ktap_want(edit_add(&plan, 10000, 1, "", 0));
}

static void growing_plan(const void *arg)
{
	struct edit_plan plan = { 0 };
	u32 i, each = NFIM_EDIT_TEXT - 1;

	for (i = 0; i < NFIM_EDIT_GROWTH / each; i++)
		ktap_want(edit_add(&plan, i, 1, long_text, NFIM_EDIT_TEXT));
	ktap_want(!edit_add(&plan, i, 1, long_text, NFIM_EDIT_TEXT));
	ktap_equal(edit_delta(&plan), i * each);
	/* What shrinks makes room. */
	ktap_want(edit_add(&plan, 100, 2 * each, "", 0));
	ktap_want(edit_add(&plan, i, 1, long_text, NFIM_EDIT_TEXT));
}

static void undone(const void *arg)
{
	struct edit_plan plan = { 0 }, before;

	ktap_want(edit_add(&plan, 10, 2, "abc", 3));
	ktap_want(edit_add(&plan, 30, 2, "d", 1));
	ktap_want(edit_add(&plan, 50, 2, "", 0));
	before = plan;
	ktap_want(edit_add(&plan, 20, 2, "efgh", 4));
	ktap_want(edit_add(&plan, 5, 1, "", 0));
	ktap_want(edit_add(&plan, 40, 5, "i", 1));
	ktap_equal(edit_delta_in(&plan, 0, 100), 1 - 1 + 2 - 1 - 4 - 2);
	ktap_equal(edit_delta_in(&plan, 10, 20), 3);
	ktap_equal(edit_delta_in(&plan, 11, 9), 0);
	ktap_equal(edit_delta_in(&plan, 40, 1), -4);
	edit_undo(&plan, before.n);
	ktap_equal(plan.n, 3);
	ktap_equal(plan.used, before.used);
	ktap_want(!memcmp(plan.e, before.e, 3 * sizeof(plan.e[0])));
}

static void wide_plan(const void *arg)
{
	static const struct {
		u32 first, off, len;
		bool ok;
	} rows[] = {
		{ 0, NFIM_EDIT_SPAN - 1, 1, true },
		{ 0, NFIM_EDIT_SPAN, 1, false },
		{ 0, NFIM_EDIT_SPAN - 1, 2, false },
		{ NFIM_EDIT_SPAN - 1, 0, 1, true },
		{ NFIM_EDIT_SPAN, 0, 1, false },
		{ 20000, 10000, 1, true },
		{ 20000, 3616, 1, false },
		{ 20000, 3617, 1, true },
		{ 20000, 36287, 97, true },
		{ 20000, 36287, 98, false },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct edit_plan plan = { 0 };

		ktap_at("%u and [%u,%u)", rows[i].first, rows[i].off,
			rows[i].off + rows[i].len);
		ktap_want(edit_add(&plan, rows[i].first, 1, "x", 1));
		ktap_equal(edit_add(&plan, rows[i].off, rows[i].len, "y", 1),
			   rows[i].ok);
		ktap_equal(plan.n, rows[i].ok ? 2 : 1);
	}
}

static void rendered(const void *arg)
{
	static const char old[] = "MSG 1 N 100\r\nip 10.0.0.2 port 6891 end";
	static const struct {
		u32 order[3];
	} rows[] = {
		{ { 0, 1, 2 } }, { { 2, 1, 0 } }, { { 1, 2, 0 } },
		{ { 1, 0, 2 } }, { { 0, 2, 1 } }, { { 2, 0, 1 } },
	};
	static const struct {
		u32 off, len;
		const char *text;
	} change[] = {
		{ 8, 3, "103" }, { 16, 8, "203.0.113.5" }, { 30, 4, "" },
	};
	static const char want[] = "103\r\nip 203.0.113.5 port ";
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct edit_plan plan = { 0 };
		char *out;

		ktap_at("order %u %u %u", rows[i].order[0], rows[i].order[1],
			rows[i].order[2]);
		for (k = 0; k < 3; k++) {
			u32 c = rows[i].order[k];

			ktap_want(edit_add(&plan, change[c].off, change[c].len,
					   change[c].text,
					   strlen(change[c].text)));
		}
		ktap_equal(edit_delta(&plan), -1);
		ktap_equal(edit_start(&plan), 8);
		ktap_equal(edit_end(&plan), 34);
		out = malloc(strlen(want));
		/* The old text need not go on behind the last change. */
		ktap_bytes(out, edit_render(&plan, input_bytes(old, 34), out),
			   want, strlen(want));
		free(out);
	}
	input_done();
}

static const struct ktap_case cases[] = {
	{ "a replacement has bounds", one_by_one },
	{ "replacements are sorted and never overlap", overlaps },
	{ "a full plan takes no more", full_plan },
	{ "a full pool takes no more text", full_pool },
	{ "a message grows by so much and no more", growing_plan },
	{ "what was added last is taken back, wherever it stands", undone },
	{ "first and last change stay near each other", wide_plan },
	{ "a plan renders the same whatever the order it was made in",
	  rendered },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
