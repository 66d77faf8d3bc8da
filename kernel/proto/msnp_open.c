// SPDX-License-Identifier: GPL-2.0
/* From an announcement to an endpoint: the steps that are the same for all. */

#include "msnp_job.h"

#define IPPROTO_UDP_NUMBER	17

bool msnp_may_edit(struct msnp_job *job)
{
	if (!job->asked) {
		job->may_edit = job->t->may_edit(job->msg, &job->resize);
		job->asked = true;
	}
	return job->may_edit;
}

/* Nothing needs to be written where peers are told the right thing already. */
static enum env_rewrite plan_port(void *arg, u16 port)
{
	struct announcement *a = arg;
	struct edit_plan *plan = a->job->plan;

	a->undo_n = plan->n;
	if (!a->offer.fixed && !msnp_may_edit(a->job))
		return a->offer.in_place && port == a->offer.announced_port ?
		       ENV_REWRITE_NONE : ENV_REWRITE_IMPOSSIBLE;
	if (!a->write(a, port))
		return ENV_REWRITE_IMPOSSIBLE;
	return plan->n == a->undo_n ? ENV_REWRITE_NONE : ENV_REWRITE_DONE;
}

static void unplan_port(void *arg)
{
	struct announcement *a = arg;

	edit_undo(a->job->plan, a->undo_n);
}

/* A policy may let a client speak for other hosts. */
static void speak_for(struct announcement *a, const struct policy *policy)
{
	bool natted = self_is_natted(&a->self);

	if (a->other.len != a->self.inside.len ||
	    !addr_is_unicast(&a->other) ||
	    addr_equal(&a->other, &a->self.outside) ||
	    !policy_third_party(policy, &a->other))
		return;
	a->self.inside = a->other;
	if (!natted)
		a->self.outside = a->other;
}

/* Of two protocols, those that policy allows. */
static void fit_protos(struct offer *offer, const struct policy *policy)
{
	u8 protos, bit;

	if (!policy || !offer->also)
		return;
	protos = policy->app[offer->app].protos;
	bit = offer->also == IPPROTO_UDP_NUMBER ? POLICY_UDP : POLICY_TCP;
	if (!(protos & bit)) {
		offer->also = 0;
	} else if (protos == bit) {
		offer->proto = offer->also;
		offer->also = 0;
	}
}

static enum nfim_counter judge(struct announcement *a,
			       const struct policy *policy, bool *parsed)
{
	const struct msnp_talk *t = a->job->t;
	enum nfim_counter why;

	if (!msnp_scan_answered(t->scan[MSNP_S2C]))
		return NFIM_REFUSED_UNANSWERED;
	if (policy)
		speak_for(a, policy);
	why = a->read(a);
	if (why != NFIM_OK)
		return why;
	*parsed = true;
	fit_protos(&a->offer, policy);
	return policy_judge(policy, &a->offer);
}

static const char *edit_name(enum nfim_counter how,
			     const struct edit_plan *plan)
{
	if (how == NFIM_EXPECTED_EDITED)
		return edit_delta(plan) ? "resize" : "same-length";
	return how == NFIM_EXPECTED_UNEDITED ? "skipped" : "none";
}

void msnp_said(const struct msnp_talk *t, const struct opening *o,
	       const struct offer *offer, enum nfim_counter how)
{
	t->env->ops->count(t->env->ctx, how);
	t->env->ops->report(t->env->ctx, o, offer, how);
}

enum nfim_counter msnp_announce(struct announcement *a)
{
	struct msnp_talk *t = a->job->t;
	const struct env *env = t->env;
	struct opening o = {
		.offer = &a->offer,
		.self = &a->self,
		.plan = plan_port,
		.unplan = unplan_port,
		.arg = a,
		.announced = a->other,
		.via = a->via,
	};
	enum nfim_counter how;
	bool parsed = false;

	env->ops->count(env->ctx, NFIM_OFFERS);
	/* So many that no client means it: not worth reading, nor an event. */
	if (t->offers++ >= NFIM_OFFERS_PER_SKB) {
		env->ops->count(env->ctx, NFIM_REFUSED_MASTER_LIMIT);
		return NFIM_REFUSED_MASTER_LIMIT;
	}
	a->self = *env->self;
	a->undo_n = a->job->plan->n;
	how = judge(a, env->ops->policy(env->ctx), &parsed);
	if (how == NFIM_OK)
		how = env->ops->open(env->ctx, &o);
	if (!msnp_is_open(how))
		o.outside_port = 0;
	a->port = o.outside_port;
	o.edit = edit_name(how, a->job->plan);
	msnp_said(t, &o, parsed ? &a->offer : NULL, how);
	return how;
}

void msnp_close(const struct msnp_talk *t, u32 cookie)
{
	const struct env *env = t->env;

	if (!cookie || !env->ops->close(env->ctx, cookie))
		return;
	env->ops->count(env->ctx, NFIM_CANCELLED);
	env->ops->note(env->ctx, "cancelled", NFIM_CANCELLED);
}
