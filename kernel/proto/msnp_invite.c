// SPDX-License-Identifier: GPL-2.0
/* Invitations in a conversation: file transfers and sessions. */

#include "msnp_job.h"
#include "msnp_state.h"

static bool place_of(const struct msnp_job *job, struct invite_place *place)
{
	place->data = job->msg->data;
	place->line = job->f->line;
	place->payload_len = job->f->payload_len;
	return msnp_body(job->f->payload, &place->body);
}

static struct invite *invite_of(const struct announcement *a)
{
	return &a->job->t->scratch->inv;
}

static enum nfim_counter read_file(struct announcement *a)
{
	return invite_offer(invite_of(a), &a->self, &a->offer);
}

static bool write_file(struct announcement *a, u16 port)
{
	struct invite_place place;

	return place_of(a->job, &place) &&
	       invite_plan(invite_of(a), &a->self, &a->offer, port, &place,
			   a->job->resize, a->job->plan);
}

static enum nfim_counter read_end(struct announcement *a)
{
	return invite_session_offer(invite_of(a), a->what, &a->self,
				    &a->offer);
}

/* Of the message as a whole: no other one is in its plan. */
static bool plan_length(struct msnp_job *job)
{
	struct invite_place place;

	return place_of(job, &place) &&
	       invite_plan_length(&place, edit_delta(job->plan), job->resize,
				  job->plan);
}

static bool write_end(struct announcement *a, u16 port)
{
	struct msnp_job *job = a->job;
	u16 n = job->plan->n;
	struct invite_place place;

	if (!place_of(job, &place) ||
	    !invite_session_plan(invite_of(a), a->what, &a->self, port, &place,
				 job->plan))
		return false;
	job->fields = job->plan->n;
	if (plan_length(job))
		return true;
	edit_undo(job->plan, n);
	return false;
}

/* The length is planned anew with each endpoint, and as it was without it. */
static void announce_end(struct announcement *a)
{
	struct msnp_job *job = a->job;
	u16 n = job->fields;

	edit_undo(job->plan, n);
	msnp_announce(a);
	if (job->plan->n > n)
		return;
	job->fields = n;
	if (!plan_length(job))
		edit_undo(job->plan, 0);
}

static void on_file(struct msnp_job *job, const struct invite *inv)
{
	struct announcement a = {
		.job = job,
		.via = NFIM_VIA_INVITATION,
		.read = read_file,
		.write = write_file,
	};

	if (!invite_addr(inv, &a.other))
		a.other.len = 0;
	msnp_announce(&a);
}

/* Its router has opened the port already and leads elsewhere maybe. */
static bool is_mapped(const struct msnp_talk *t, const struct invite *inv)
{
	const struct invite_field *f = invite_session_addr(inv);

	return inv->mapped && f->ok && self_is_natted(t->env->self) &&
	       addr_equal(&f->addr, &t->env->self->outside);
}

static void on_session(struct msnp_job *job, const struct invite *inv,
		       enum invite_app app, bool by_client)
{
	struct invite_end *end = job->t->scratch->end;
	const struct invite_field *f = invite_session_addr(inv);
	u32 n, i;

	n = invite_session(inv, app, by_client, end);
	if (!n || is_mapped(job->t, inv))
		return;
	for (i = 0; i < n; i++) {
		struct announcement a = {
			.job = job,
			.via = NFIM_VIA_INVITATION,
			.read = read_end,
			.write = write_end,
			.what = end + i,
		};

		if (f->ok)
			a.other = f->addr;
		announce_end(&a);
	}
}

/* The ACCEPT does not say of what; the INVITE with its cookie did. */
static void remember(const struct msnp_talk *t, const struct invite *inv)
{
	const struct env *env = t->env;
	struct msnp_state *state;

	if (!inv->has_cookie || inv->app == INVITE_UNKNOWN ||
	    inv->app == INVITE_FILE)
		return;
	state = env->ops->state(env->ctx, sizeof(*state), true);
	if (state)
		msnp_invited_add(state, inv->cookie, t->side == MSNP_C2S,
				 (u8)inv->app);
}

static enum invite_app app_of(const struct msnp_talk *t,
			      const struct invite *inv, bool *by_client)
{
	const struct env *env = t->env;
	const struct msnp_invited *was;
	struct msnp_state *state;

	*by_client = inv->command == INVITE_INVITE;
	state = inv->has_cookie ?
		env->ops->state(env->ctx, sizeof(*state), false) : NULL;
	was = state ? msnp_invited_find(state, inv->cookie) : NULL;
	if (!was)
		return inv->app;
	*by_client = was->by_client;
	return was->kind;
}

void msnp_on_invite(struct msnp_job *job)
{
	struct invite *inv = &job->t->scratch->inv;
	enum invite_app app;
	struct span body;
	bool by_client;

	if (!msnp_body(job->f->payload, &body))
		return;
	invite_parse(body, inv);
	if (inv->command == INVITE_CANCEL && inv->has_cookie)
		msnp_close(job->t, inv->cookie);
	if (inv->command == INVITE_INVITE)
		remember(job->t, inv);
	if (job->t->side != MSNP_C2S)
		return;
	if (invite_announces(inv)) {
		on_file(job, inv);
		return;
	}
	app = app_of(job->t, inv, &by_client);
	on_session(job, inv, app, by_client);
}
