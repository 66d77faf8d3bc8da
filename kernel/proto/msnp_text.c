// SPDX-License-Identifier: GPL-2.0
/*
 * Texts that announce. One that comes in parts is judged as soon as enough of
 * it is there, because a part that has left cannot be rewritten any more;
 * what follows is made to agree.
 */

#include "msnp_text.h"

/* What it travels in counts its bytes. */
static bool plan_grow(const struct msnp_text *text)
{
	const struct msnp_job *job = text->job;
	const struct msnp_frame *f = job->f;
	struct span data = job->msg->data;
	struct edit_plan *plan = job->plan;
	u32 len = (u32)((s32)f->payload_len + text->grown), v;
	s32 more = text->grown;
	char out[10];
	size_t n;

	if (text->p2p && !p2p_plan_grow(text->p2p, data, text->grown, plan))
		return false;
	if (span_len(text->unit) &&
	    !webcam_plan_grow(text->unit, data, text->grown, plan))
		return false;
	if (span_len(text->length)) {
		if (!text_u32(text->length, NFIM_PAYLOAD_MAX, &v) ||
		    (s32)v + text->grown < 0)
			return false;
		n = text_put_u32(out, (u32)((s32)v + text->grown), 0);
		more = (s32)n - (s32)span_len(text->length);
		len = (u32)((s32)len + more);
		if (!edit_add(plan, (u32)(text->length.p - data.p),
			      (u32)span_len(text->length), out, n))
			return false;
	}
	if (msnp_is(f, "MSG") && text->grown > 0 && len > MSNP_SB_PAYLOAD)
		return false;
	return msnp_plan_length(plan, data, f->line, len) && edit_fits(plan);
}

static bool may_resize(const struct msnp_text *text)
{
	return text->resize && text->job->resize;
}

/* @planned: the text itself could be planned. All or nothing. */
static bool finish(struct msnp_text *text, bool planned, u16 n)
{
	struct edit_plan *plan = text->job->plan;

	if (planned && (!text->grown || plan_grow(text)))
		return true;
	edit_undo(plan, n);
	text->grown = 0;
	return false;
}

static struct slp *slp_of(const struct msnp_text *text)
{
	return &text->job->t->scratch->slp;
}

static struct webcam *webcam_of(const struct msnp_text *text)
{
	return &text->job->t->scratch->webcam;
}

static enum nfim_counter read_slp(struct announcement *a)
{
	const struct msnp_text *text = a->what;
	struct slp *slp = slp_of(text);

	if (!slp_parse(text->p.text, &a->self, slp))
		return NFIM_REFUSED_MALFORMED;
	return slp_offer(slp, &a->self, &a->offer);
}

static bool write_slp(struct announcement *a, u16 port)
{
	struct edit_plan *plan = a->job->plan;
	struct msnp_text *text = a->what;
	u16 n = plan->n;

	return finish(text, slp_plan(slp_of(text), &a->self, &a->offer, port,
				     &text->p, may_resize(text), plan,
				     &text->grown), n);
}

static enum nfim_counter read_webcam(struct announcement *a)
{
	const struct msnp_text *text = a->what;
	enum nfim_counter why;

	why = webcam_offer(webcam_of(text), &a->self, &a->offer);
	/* Hardly a cookie of an invitation. */
	if (text->p2p)
		a->offer.cookie = text->p2p->session | 0x80000000u;
	return why;
}

static bool write_webcam(struct announcement *a, u16 port)
{
	struct edit_plan *plan = a->job->plan;
	struct msnp_text *text = a->what;
	u16 n = plan->n;

	return finish(text, webcam_plan(webcam_of(text), &a->self, port,
					&text->p, may_resize(text), plan,
					&text->grown), n);
}

/* Receipts will speak of the length that the receiver saw. */
static void expect_ack(struct msnp_text *text)
{
	const struct msnp_talk *t = text->job->t;
	const struct env *env = t->env;
	struct msnp_state *state;

	if (!text->grown || !text->p2p || text->p2p->v2)
		return;
	state = env->ops->state(env->ctx, sizeof(*state), true);
	if (!state)
		return;
	msnp_resized_add(state, text->p2p,
			 (u32)((s32)text->p2p->total + text->grown));
	t->scan[MSNP_S2C]->owner |= MSNP_WANT_ACKS;
}

/*
 * Open what is announced, or make a later part agree with what is open.
 * @enough: all that an announcement needs is there.
 */
static void announce(struct msnp_text *text, struct announcement *a,
		     bool enough)
{
	struct msnp_parts *parts = text->parts;
	enum nfim_counter how;

	if (parts && parts->judged) {
		a->self = *text->job->t->env->self;
		a->offer = parts->offer;
		if (self_is_natted(&a->self) && msnp_may_edit(text->job))
			a->write(a, parts->port);
		return;
	}
	if (!text->whole) {
		/* Its own address may still come. */
		a->self = *text->job->t->env->self;
		if (!enough || a->read(a) != NFIM_OK)
			return;
	}
	how = msnp_announce(a);
	if (how == NFIM_EXPECTED_EDITED)
		expect_ack(text);
	if (!parts)
		return;
	parts->judged = true;
	if (msnp_is_open(how)) {
		parts->opened = true;
		parts->offer = a->offer;
		parts->port = a->port;
	}
}

static enum nfim_via via(const struct msnp_text *text)
{
	if (msnp_is(text->job->f, "SDG"))
		return NFIM_VIA_SDG;
	if (!text->p2p)
		return NFIM_VIA_UUN;
	return text->p2p->v2 ? NFIM_VIA_P2PV2 : NFIM_VIA_P2PV1;
}

void msnp_on_slp(struct msnp_text *text)
{
	const struct msnp_talk *t = text->job->t;
	struct slp *slp = slp_of(text);
	struct announcement a = {
		.job = text->job,
		.via = via(text),
		.read = read_slp,
		.write = write_slp,
		.what = text,
	};

	if (!slp_parse(text->p.text, t->env->self, slp))
		return;
	if (slp->verb == SLP_BYE || slp->verb == SLP_REFUSED)
		msnp_close(t, slp->call);
	if (t->side != MSNP_C2S || !slp_announces(slp))
		return;
	a.other = slp->other;
	announce(text, &a, true);
}

void msnp_on_webcam(struct msnp_text *text)
{
	struct webcam *w = webcam_of(text);
	struct announcement a = {
		.job = text->job,
		.via = via(text),
		.read = read_webcam,
		.write = write_webcam,
		.what = text,
	};

	webcam_parse(&text->p, w);
	if (!webcam_announces(w))
		return;
	a.other = webcam_other(w);
	announce(text, &a, w->whole);
}
