// SPDX-License-Identifier: GPL-2.0
/* P2P messages in a conversation: from parts to texts. */

#include "msnp_text.h"

/* The sender counts in the length that it sent. */
static void correct_ack(struct msnp_job *job, const struct p2p *p)
{
	const struct msnp_talk *t = job->t;
	const struct env *env = t->env;
	u16 n = job->plan->n;
	const struct msnp_resized *r;
	struct msnp_state *state;

	if (!(t->scan[MSNP_S2C]->owner & MSNP_WANT_ACKS))
		return;
	state = env->ops->state(env->ctx, sizeof(*state), false);
	r = state ? msnp_resized_find(state, p) : NULL;
	if (!r || !msnp_may_edit(job) ||
	    p2p_plan_ack(p, job->msg->data, r->now, r->was, job->plan))
		return;
	edit_undo(job->plan, n);
}

static bool may_start(struct span data, const char *text)
{
	size_t n = strlen(text);

	return !memcmp(data.p, text, span_len(data) < n ? span_len(data) : n);
}

/* A first part that cannot become an announcement is not worth keeping. */
static bool worth(const struct p2p *p)
{
	if (p->offset)
		return true;
	if (p->kind == P2P_SESSION)
		return webcam_may_be(p->data);
	return may_start(p->data, "INVITE ") ||
	       may_start(p->data, "MSNSLP/1.0 200");
}

/* The part stands in the text as it leaves, for the part that follows. */
static void keep_edits(const struct msnp_job *job, struct msnp_parts *parts,
		       const struct p2p *p)
{
	u32 at = (u32)(p->data.p - job->msg->data.p);
	u32 len = (u32)span_len(p->data);
	char *to = parts->text + parts->have - len;

	if (job->plan->n && edit_start(job->plan) >= at &&
	    edit_end(job->plan) <= at + len && !edit_delta(job->plan))
		edit_render(job->plan, job->msg->data,
			    to + (edit_start(job->plan) - at));
}

/*
 * Behind the unit in front, two bytes for each character. One that is cut in
 * two has left.
 */
static bool strip_unit(struct passage *p)
{
	if (span_len(p->text) < WEBCAM_UNIT)
		return false;
	p->text.p += WEBCAM_UNIT;
	p->wide = true;
	if (p->from < WEBCAM_UNIT) {
		p->at += WEBCAM_UNIT - p->from;
		p->from = 0;
		return true;
	}
	p->from -= WEBCAM_UNIT;
	p->at += p->from % 2;
	p->from = (p->from + 1) / 2;
	return true;
}

static void on_text(struct msnp_text *text)
{
	if (text->p2p->kind == P2P_SLP) {
		msnp_on_slp(text);
		return;
	}
	if (!webcam_may_be(text->p.text))
		return;
	text->unit = text->p.text;
	if (strip_unit(&text->p))
		msnp_on_webcam(text);
}

static void on_part(struct msnp_text *text)
{
	const struct msnp_job *job = text->job;
	const struct env *env = job->t->env;
	const struct p2p *p = text->p2p;
	struct msnp_parts *parts;
	struct msnp_state *state;

	state = worth(p) ? env->ops->state(env->ctx, sizeof(*state),
					   !p->offset) : NULL;
	parts = state ? msnp_parts_add(state, env->mem, p) : NULL;
	if (!parts)
		return;
	text->parts = parts;
	text->whole = parts->have == parts->total;
	/* Refused: nothing in the rest of it is read. */
	if (parts->judged && !parts->opened)
		goto out;
	text->p.text = span_make(parts->text, parts->have);
	text->p.from = parts->have - (u32)span_len(p->data);
	text->resize = false;
	on_text(text);
out:
	if (text->whole)
		msnp_parts_end(parts, env->mem);
	else
		keep_edits(job, parts, p);
}

void msnp_on_p2p_packet(struct msnp_job *job, const struct p2p *p)
{
	struct msnp_text text = {
		.job = job,
		.p = {
			.text = p->data,
			.at = (u32)(p->data.p - job->msg->data.p),
		},
		.p2p = p,
		.whole = true,
		.resize = !p->v2,
	};
	bool single = !p->offset && span_len(p->data) == p->total;

	if (job->t->side == MSNP_S2C) {
		if (p->kind == P2P_ACK)
			correct_ack(job, p);
		else if (p->kind == P2P_SLP && single)
			msnp_on_slp(&text);
		return;
	}
	if (p->kind != P2P_SLP && p->kind != P2P_SESSION)
		return;
	if (single)
		on_text(&text);
	else
		on_part(&text);
}

void msnp_on_p2p(struct msnp_job *job)
{
	struct p2p p;

	if (p2p_read(job->f->payload, &p))
		msnp_on_p2p_packet(job, &p);
}
