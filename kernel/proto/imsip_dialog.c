// SPDX-License-Identifier: GPL-2.0
/* Who takes part in a call, and which requests for it are still alive. */

#include "imsip_job.h"

u32 imsip_tag(struct imsip_job *j, bool to)
{
	struct place at = to ? j->sip->to_tag : j->sip->from_tag;
	struct imsip *t = j->t;

	if (at.len && !(j->hashed & 1 << to)) {
		j->tag[to] = t->ops->hash(t->ctx, place_span(j->data, at));
		j->hashed |= (u8)(1 << to);
	}
	return j->tag[to];
}

/* --- parties --------------------------------------------------------------- */

bool imsip_knows_tag(const struct imsip_call *call, u32 tag)
{
	u32 i;

	for (i = 0; i < call->tags; i++)
		if (call->tag[i] == tag)
			return true;
	return false;
}

/* The caller's stays; of the others the last ones. */
static void add_tag(struct imsip_call *call, u32 tag)
{
	if (imsip_knows_tag(call, tag))
		return;
	if (call->tags == IMSIP_TAGS) {
		memmove(call->tag + 1, call->tag + 2,
			(IMSIP_TAGS - 2) * sizeof(call->tag[0]));
		call->tags--;
	}
	call->tag[call->tags++] = tag;
}

void imsip_add_tags(struct imsip_job *j, struct imsip_call *call)
{
	add_tag(call, imsip_tag(j, false));
	/* RFC 2543 knows parties without a tag: they have none from the start. */
	if (j->sip->to_tag.len || j->sip->status > 100)
		add_tag(call, imsip_tag(j, true));
}

/* --- requests for the call ------------------------------------------------- */

/*
 * A request and its answers have the same topmost branch (RFC 3261 17.1.3), here
 * as anywhere on their way. @who is its lowest bit. Nothing but that is left
 * where there is none (RFC 2543).
 */
static u32 branch_of(const struct imsip_job *j, u8 who)
{
	const struct sip *sip = j->sip;
	struct imsip *t = j->t;
	u32 hash = 0;

	if (sip->vias && sip->via[0].branch.len)
		hash = t->ops->hash(t->ctx, place_span(j->data,
						       sip->via[0].branch));
	return (hash & ~1u) | who;
}

static bool is_other(u32 a, u32 b)
{
	return (a ^ b) & 1 || (a > 1 && b > 1 && a != b);
}

static void drop(struct imsip_call *call, u32 branch)
{
	u8 i, n = 0;

	for (i = 0; i < call->branches; i++)
		if (is_other(call->branch[i], branch))
			call->branch[n++] = call->branch[i];
	call->branches = n;
}

void imsip_asks(const struct imsip_job *j, struct imsip_call *call, u8 who)
{
	u32 branch = branch_of(j, who);

	drop(call, branch);
	/* The last ones; few proxies fork to more at a time. */
	if (call->branches == IMSIP_BRANCHES) {
		memmove(call->branch, call->branch + 1,
			(IMSIP_BRANCHES - 1) * sizeof(call->branch[0]));
		call->branches--;
	}
	call->branch[call->branches++] = branch;
}

void imsip_asks_anew(struct imsip_call *call, u8 who)
{
	drop(call, who);
}

void imsip_refused(const struct imsip_job *j, struct imsip_call *call, u8 who)
{
	drop(call, branch_of(j, who));
}

bool imsip_asked_elsewhere(const struct imsip_job *j,
			   const struct imsip_call *call, u8 who)
{
	u32 branch = branch_of(j, who);
	u32 i;

	for (i = 0; i < call->branches; i++)
		if (is_other(call->branch[i], branch))
			return true;
	return false;
}
