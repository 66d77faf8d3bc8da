// SPDX-License-Identifier: GPL-2.0
/* Invitations in a conversation. */

#include "msnp_job.h"

static void place_of(const struct msnp_job *job, struct invite_place *place)
{
	place->data = job->msg->data;
	place->line = job->f->line;
	place->payload_len = job->f->payload_len;
}

static enum nfim_counter read_offer(struct announcement *a)
{
	return invite_offer(a->what, &a->self, &a->offer);
}

static bool write_port(struct announcement *a, u16 port)
{
	const struct invite *inv = a->what;
	struct invite_place place;

	place_of(a->job, &place);
	return msnp_body(a->job->f->payload, &place.body) &&
	       invite_plan(inv, &a->self, &a->offer, port, &place,
			   a->job->resize, a->job->plan);
}

void msnp_on_invite(struct msnp_job *job)
{
	struct invite *inv = &job->t->scratch->inv;
	struct announcement a = {
		.job = job,
		.read = read_offer,
		.write = write_port,
		.what = inv,
	};
	struct span body;

	if (!msnp_body(job->f->payload, &body))
		return;
	invite_parse(body, inv);
	if (inv->command == INVITE_CANCEL && inv->has_cookie)
		msnp_close(job->t, inv->cookie);
	if (job->t->side != MSNP_C2S || !invite_announces(inv))
		return;
	if (!invite_addr(inv, &a.other))
		a.other.len = 0;
	msnp_announce(&a);
}
