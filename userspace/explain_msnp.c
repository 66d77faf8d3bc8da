// SPDX-License-Identifier: GPL-2.0
/* What client and server say to each other. */
#include "explain_msnp.h"
#include "explain_profile.h"
#include "ladder.h"

/**
 * struct talking - a segment of a conversation
 * @r: the segment; first, because the engine knows that only
 * @talk: for the logic
 * @f: the command in hand
 */
struct talking {
	struct reading r;
	struct msnp_talk talk;
	struct msnp_frame f;
};

static enum stream_event next(void *ctx, union stream_scan *scan,
			      struct span data, u32 *pos,
			      struct stream_msg *msg)
{
	struct talking *t = ctx;

	(void)scan;
	return msnp_talk_next(&t->talk, data, pos, msg, &t->f);
}

static bool on_switchboard(const struct talking *t)
{
	return msnp_scan_kind(t->talk.scan[MSNP_C2S]) == MSNP_SB;
}

/* It could announce something, but nobody reads that much. */
static bool is_too_long(const struct talking *t)
{
	return t->f.whole && t->f.payload_len > NFIM_MSG_MAX &&
	       t->r.side == MSNP_C2S && on_switchboard(t) &&
	       !memcmp(t->f.cmd, "MSG", 3) &&
	       msnp_interest(t->f.payload) != MSNP_SKIP;
}

static void message(void *ctx, const struct stream_msg *msg,
		    struct edit_plan *plan)
{
	struct talking *t = ctx;

	ladder_msnp(t->r.x, t->r.c, t->r.side, &t->f);
	if (!on_switchboard(t))
		profile_take(&t->r, &t->f, true);
	if (is_too_long(t))
		say_message(t->r.x, t->r.c, "too-long",
			    t->r.x->packet->number);
	reading_message(&t->r, msg->data, plan);
	msnp_talk_message(&t->talk, &t->f, msg, plan);
	/* Receipts of what was resized: in the capture it was not. */
	if (t->r.side == MSNP_S2C && on_switchboard(t))
		edit_undo(plan, 0);
	reading_tell(&t->r);
}

static void part(void *ctx, const struct stream_msg *msg)
{
	struct talking *t = ctx;

	reading_part(&t->r, msg);
	if (!on_switchboard(t))
		profile_take(&t->r, &t->f, false);
	msnp_talk_part(&t->talk, &t->f);
}

static u32 skip(const union stream_scan *scan)
{
	return tcp_half(scan)->wants_all ? 0 : msnp_talk_skip(&scan->msnp);
}

static void skipped(union stream_scan *scan, u32 len)
{
	msnp_scan_skipped(&scan->msnp, len);
}

static void stop(union stream_scan *scan, enum nfim_counter why)
{
	msnp_scan_stop(&scan->msnp, why);
}

static enum nfim_counter opaque(const union stream_scan *scan)
{
	return msnp_scan_opaque(&scan->msnp);
}

static const struct stream_ops ops = {
	.next = next,
	.message = message,
	.part = part,
	.skip = skip,
	.skipped = skipped,
	.stop = stop,
	.opaque = opaque,
	.payload = tcp_payload,
	.flow = tcp_flow,
};

void explain_msnp(struct explain *x, struct conn *c, enum msnp_side side,
		  struct stream_out *out)
{
	struct talking t;
	const struct policy *policy;

	reading_begin(&t.r, x, c, side, 0);
	t.talk = (struct msnp_talk){
		.env = &t.r.env,
		.side = side,
		.scan = {
			&c->half[MSNP_C2S].dir.scan.msnp,
			&c->half[MSNP_S2C].dir.scan.msnp,
		},
		.scratch = &x->scratch,
		.may_edit = stream_may_edit,
		.inside_port = c->client.port,
		.outside_port = c->client.port,
	};
	policy = reading_policy(&t.r);
	tcp_take(&t.r, &ops, policy && policy->hold, out);
}
