// SPDX-License-Identifier: GPL-2.0
/* Edit plans: what should stand where. */

#include "edit.h"

static bool span_too_wide(const struct edit_plan *plan, u32 off, u32 end)
{
	if (plan->n && edit_start(plan) < off)
		off = edit_start(plan);
	if (plan->n && edit_end(plan) > end)
		end = edit_end(plan);
	return end - off > NFIM_EDIT_SPAN;
}

/* It does not by more than all new text. */
static bool grows_too_much(const struct edit_plan *plan, u32 len,
			   size_t new_len)
{
	return plan->used + new_len > NFIM_EDIT_GROWTH &&
	       edit_delta(plan) + (s32)new_len - (s32)len > NFIM_EDIT_GROWTH;
}

bool edit_add(struct edit_plan *plan, u32 off, u32 len, const char *text,
	      size_t new_len)
{
	u32 i, end = off + len;

	if (!len || len > NFIM_EDIT_SPAN || end < off ||
	    plan->n == NFIM_EDIT_MAX || new_len > NFIM_EDIT_TEXT ||
	    plan->used + new_len > EDIT_POOL ||
	    grows_too_much(plan, len, new_len) ||
	    span_too_wide(plan, off, end))
		return false;
	for (i = plan->n; i && plan->e[i - 1].off >= off; i--)
		;
	if (i && plan->e[i - 1].off + plan->e[i - 1].len > off)
		return false;
	if (i < plan->n && end > plan->e[i].off)
		return false;

	memmove(plan->e + i + 1, plan->e + i,
		(plan->n - i) * sizeof(plan->e[0]));
	plan->e[i] = (struct edit){
		.off = off,
		.len = (u16)len,
		.new_len = (u16)new_len,
		.at = plan->used,
		.nth = plan->n,
	};
	memcpy(plan->pool + plan->used, text, new_len);
	plan->used += (u16)new_len;
	plan->n++;
	return true;
}

void edit_undo(struct edit_plan *plan, u16 n)
{
	u16 i, kept = 0;

	for (i = 0; i < plan->n; i++) {
		if (plan->e[i].nth < n)
			plan->e[kept++] = plan->e[i];
		else if (plan->e[i].nth == n)
			plan->used = plan->e[i].at;
	}
	plan->n = kept;
}

s32 edit_delta_in(const struct edit_plan *plan, u32 off, u32 len)
{
	s32 delta = 0;
	u32 i;

	for (i = 0; i < plan->n; i++)
		if (plan->e[i].off >= off && plan->e[i].off - off < len)
			delta += (s32)plan->e[i].new_len -
				 (s32)plan->e[i].len;
	return delta;
}

s32 edit_delta(const struct edit_plan *plan)
{
	return edit_delta_in(plan, 0, ~0u);
}

size_t edit_render(const struct edit_plan *plan, struct span old, char *out)
{
	u32 i, at = edit_start(plan);
	size_t n = 0;

	for (i = 0; i < plan->n; i++) {
		const struct edit *e = plan->e + i;

		memcpy(out + n, old.p + at, e->off - at);
		n += e->off - at;
		memcpy(out + n, plan->pool + e->at, e->new_len);
		n += e->new_len;
		at = e->off + e->len;
	}
	return n;
}
