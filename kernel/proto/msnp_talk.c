// SPDX-License-Identifier: GPL-2.0
/* A conversation with a server: what each command is good for. */

#include "login.h"
#include "msnp_text.h"

/* Rules attach the helper to that port already (design D10). */
#define MSNP_PORT	1863

static bool learn_dialect(struct client *c, void *arg)
{
	const struct span *line = arg;

	return login_dialect(*line, c);
}

static bool learn_cvr(struct client *c, void *arg)
{
	const struct span *line = arg;

	return login_cvr(*line, c);
}

/* Once for a connection: a client does not change while it is logged in. */
static void learn(struct msnp_talk *t, const struct msnp_frame *f)
{
	struct msnp_scan *scan = t->scan[t->side];
	bool client = t->side == MSNP_C2S;
	bool cvr = client && (msnp_is(f, "CVR") || msnp_is(f, "CVQ"));
	struct span line = f->line;

	if (scan->owner & MSNP_LEARNT || !(cvr || msnp_is(f, "VER")))
		return;
	if (client && !cvr)
		return;
	scan->owner |= MSNP_LEARNT;
	t->env->ops->learn(t->env->ctx, cvr ? learn_cvr : learn_dialect,
			   &line);
}

static void follow(const struct msnp_talk *t, const struct msnp_frame *f)
{
	const struct env *env = t->env;
	struct offer offer = {
		.app = NFIM_APP_SWITCHBOARD,
		.proto = 6,
	};
	struct opening o = {
		.offer = &offer,
		.self = env->self,
		.via = NFIM_VIA_REFERRAL,
		.edit = "none",
	};
	enum nfim_counter how;
	struct addr addr;

	if (!msnp_next_server(f->line, &addr, &offer.inside_port) ||
	    offer.inside_port == MSNP_PORT)
		return;
	offer.announced_port = offer.inside_port;
	how = env->ops->follow(env->ctx, &addr, offer.inside_port);
	if (how == NFIM_FOLLOWED)
		o.outside_port = offer.inside_port;
	msnp_said(t, &o, &offer, how);
}

/* Policy is asked once, just before the profile comes (msnp.md 1.7). */
static void await_profile(const struct msnp_talk *t)
{
	const struct policy *policy = t->env->ops->policy(t->env->ctx);
	struct msnp_scan *scan = t->scan[MSNP_S2C];

	scan->owner &= (u8)~MSNP_WANT_PROFILE;
	if (policy && policy->client_ip && self_is_natted(t->env->self))
		scan->owner |= MSNP_WANT_PROFILE;
}

/* Optional: tell the client that nothing is in its way. */
static void correct_profile(struct msnp_job *job)
{
	const struct msnp_talk *t = job->t;
	struct profile_place place = {
		.data = job->msg->data,
		.line = job->f->line,
		.payload = job->f->payload,
		.self = t->env->self,
		.inside_port = t->inside_port,
		.outside_port = t->outside_port,
	};

	if (!(t->scan[MSNP_S2C]->owner & MSNP_WANT_PROFILE) ||
	    msnp_interest(job->f->payload) != MSNP_PROFILE ||
	    !msnp_may_edit(job))
		return;
	place.resize = job->resize;
	if (login_profile_plan(&place, job->plan))
		t->env->ops->count(t->env->ctx, NFIM_CLIENT_IP);
}

static void on_notification(struct msnp_job *job)
{
	const struct msnp_frame *f = job->f;
	struct msnp_talk *t = job->t;

	learn(t, f);
	if (msnp_is(f, "SDG"))
		msnp_on_sdg(job);
	else if (msnp_is(f, t->side == MSNP_C2S ? "UUN" : "UBN"))
		msnp_on_note(job);
	else if (t->side == MSNP_C2S)
		return;
	else if (msnp_is(f, "MSG"))
		correct_profile(job);
	else
		follow(t, f);
}

static void on_switchboard(struct msnp_job *job)
{
	if (!msnp_is(job->f, "MSG"))
		return;
	switch (msnp_interest(job->f->payload)) {
	case MSNP_INVITE:
		msnp_on_invite(job);
		break;
	case MSNP_P2P:
		msnp_on_p2p(job);
		break;
	default:
		break;
	}
}

/* A message that came in parts and may matter is not edited; count it once. */
static void note_part(struct msnp_talk *t, const struct msnp_frame *f,
		      bool ended)
{
	struct msnp_scan *scan = t->scan[MSNP_C2S];

	if (t->side != MSNP_C2S)
		return;
	if (f->begun && msnp_stream_worth(t->side, msnp_scan_kind(scan),
					  scan->owner, f))
		scan->owner |= MSNP_SPLIT;
	if (ended && scan->owner & MSNP_SPLIT) {
		scan->owner ^= MSNP_SPLIT;
		t->env->ops->count(t->env->ctx, NFIM_SPLIT);
	}
}

enum stream_event msnp_talk_next(const struct msnp_talk *t, struct span data,
				 u32 *pos, struct stream_msg *msg,
				 struct msnp_frame *f)
{
	enum msnp_kind kind = msnp_scan_kind(t->scan[MSNP_C2S]);
	struct msnp_scan *scan = t->scan[t->side];

	if (t->side == MSNP_S2C && kind == MSNP_UNKNOWN &&
	    msnp_scan_opaque(scan) == NFIM_OK)
		msnp_scan_stop(scan, NFIM_OPAQUE_FOREIGN);
	return msnp_stream_next(scan, t->side, kind, data, pos, msg, f);
}

void msnp_talk_message(struct msnp_talk *t, const struct msnp_frame *f,
		       const struct stream_msg *msg, struct edit_plan *plan)
{
	struct msnp_job job = {
		.t = t,
		.f = f,
		.msg = msg,
		.plan = plan,
	};

	bool ns = msnp_scan_kind(t->scan[MSNP_C2S]) == MSNP_NS;

	t->env->ops->count(t->env->ctx, NFIM_MESSAGES);
	if (ns && t->side == MSNP_S2C && msnp_is(f, "USR"))
		await_profile(t);
	if (!f->whole) {
		note_part(t, f, true);
		return;
	}
	if (f->payload_len > NFIM_MSG_MAX)
		return;
	if (ns)
		on_notification(&job);
	else
		on_switchboard(&job);
}

void msnp_talk_part(struct msnp_talk *t, const struct msnp_frame *f)
{
	note_part(t, f, false);
}

void msnp_talk_free(struct msnp_state *state, const struct stream_mem *mem)
{
	u32 i;

	for (i = 0; i < NFIM_TALK_TEXTS; i++)
		msnp_parts_end(state->parts + i, mem);
}
