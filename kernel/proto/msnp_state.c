// SPDX-License-Identifier: GPL-2.0
/* What is remembered of a conversation between two of its messages. */

#include "msnp_state.h"

void msnp_parts_end(struct msnp_parts *parts, const struct stream_mem *mem)
{
	if (parts->text)
		mem->free(mem->ctx, parts->text, parts->total);
	memset(parts, 0, sizeof(*parts));
}

static struct msnp_parts *find(struct msnp_state *state, const struct p2p *p)
{
	u32 i;

	for (i = 0; i < NFIM_TALK_TEXTS; i++) {
		struct msnp_parts *parts = state->parts + i;

		if (parts->used && parts->v2 == p->v2 &&
		    parts->id == p->id && parts->session == p->session)
			return parts;
	}
	return NULL;
}

static struct msnp_parts *begin(struct msnp_state *state,
				const struct stream_mem *mem,
				const struct p2p *p)
{
	struct msnp_parts *parts = state->parts + state->next_parts;

	state->next_parts = (state->next_parts + 1) % NFIM_TALK_TEXTS;
	msnp_parts_end(parts, mem);
	parts->text = mem->alloc(mem->ctx, p->total);
	if (!parts->text)
		return NULL;
	parts->used = true;
	parts->v2 = p->v2;
	parts->id = p->id;
	parts->session = p->session;
	parts->total = p->total;
	return parts;
}

/* Version 2 says how much is still to come, version 1 where it begins. */
static bool follows(const struct msnp_parts *parts, const struct p2p *p)
{
	if (p->v2)
		return p->offset && p->total == parts->total - parts->have;
	return p->total == parts->total && p->offset == parts->have;
}

struct msnp_parts *msnp_parts_add(struct msnp_state *state,
				  const struct stream_mem *mem,
				  const struct p2p *p)
{
	struct msnp_parts *parts = find(state, p);
	u32 len = (u32)span_len(p->data);

	if (parts && (!p->offset || !follows(parts, p) ||
		      parts->n == NFIM_TALK_PARTS)) {
		msnp_parts_end(parts, mem);
		parts = NULL;
	}
	if (!len || p->total > NFIM_MSG_MAX)
		return NULL;
	if (!parts) {
		if (p->offset)
			return NULL;
		parts = begin(state, mem, p);
		if (!parts)
			return NULL;
	}
	memcpy(parts->text + parts->have, p->data.p, len);
	parts->have += len;
	parts->n++;
	return parts;
}

void msnp_resized_add(struct msnp_state *state, const struct p2p *p, u32 now)
{
	state->resized[state->next_resized] = (struct msnp_resized){
		.id = p->id,
		.uid = p->uid,
		.was = p->total,
		.now = now,
	};
	state->next_resized = (state->next_resized + 1) % NFIM_TALK_RESIZED;
}

const struct msnp_resized *msnp_resized_find(const struct msnp_state *state,
					     const struct p2p *p)
{
	u32 i;

	for (i = 0; i < NFIM_TALK_RESIZED; i++) {
		const struct msnp_resized *r = state->resized + i;

		if (r->was && r->id == p->acked && r->uid == p->uid)
			return r;
	}
	return NULL;
}

void msnp_invited_add(struct msnp_state *state, u32 cookie, bool by_client,
		      u8 kind)
{
	state->invited[state->next_invited] = (struct msnp_invited){
		.used = true,
		.by_client = by_client,
		.kind = kind,
		.cookie = cookie,
	};
	state->next_invited = (state->next_invited + 1) % NFIM_TALK_INVITED;
}

const struct msnp_invited *msnp_invited_find(const struct msnp_state *state,
					     u32 cookie)
{
	u32 i, k;

	for (i = 0; i < NFIM_TALK_INVITED; i++) {
		const struct msnp_invited *v;

		/* From the last one back. */
		k = (state->next_invited + NFIM_TALK_INVITED - 1 - i) %
		    NFIM_TALK_INVITED;
		v = state->invited + k;
		if (v->used && v->cookie == cookie)
			return v;
	}
	return NULL;
}
