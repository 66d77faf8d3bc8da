// SPDX-License-Identifier: GPL-2.0
/*
 * What client and server say, and what the helper makes of it. This follows
 * kernel/helper_msnp.c step by step: who changes one changes the other.
 */
#include "../kernel/proto/msnp_stream.h"
#include "explain_login.h"
#include "explain_msnp.h"
#include "explain_reading.h"
#include "explain_say.h"

const struct policy *reading_policy(const struct reading *r)
{
	return state_policy(r->x, r->c->host);
}

/*
 * Readers of what a message on a switchboard may hold. One for another kind of
 * announcement needs an enum msnp_interest, a file and a line here.
 */
static const struct {
	enum msnp_interest interest;
	void (*read)(const struct reading *r, const struct stream_msg *msg,
		     struct edit_plan *plan);
} readers[] = {
	{ MSNP_INVITE, reading_invite },
};

/* A message that passes in pieces is not edited; tell it once. */
static void note_split(const struct reading *r, const struct stream_msg *msg,
		       bool ended)
{
	bool held = r->h->flow.hold.len && r->h->hold_seq == msg->seq;
	struct half *h = r->h;

	if (msg->whole)
		h->split_packet = held ? h->hold_packet : r->x->packet->number;
	if (r->f.begun && msnp_interest(r->f.payload) != MSNP_SKIP)
		h->split = true;
	if (!ended || !h->split)
		return;
	h->split = false;
	r->x->count[NFIM_SPLIT]++;
	say_message(r->x, r->c, nfim_counter_name(NFIM_SPLIT),
		    h->split_packet);
}

static bool is_msg(const struct reading *r)
{
	return !memcmp(r->f.cmd, "MSG", 3);
}

static void on_switchboard(const struct reading *r,
			   const struct stream_msg *msg,
			   struct edit_plan *plan)
{
	enum msnp_interest interest = msnp_interest(r->f.payload);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(readers); i++) {
		if (readers[i].interest != interest)
			continue;
		if (r->f.payload_len <= NFIM_MSG_MAX)
			readers[i].read(r, msg, plan);
		else
			say_message(r->x, r->c, "too-long",
				    r->x->packet->number);
	}
}

static void follow(const struct reading *r)
{
	struct endpoint server;
	enum nfim_counter how;

	/* Rules attach the helper to its port already. */
	if (!msnp_next_server(r->f.line, &server.addr, &server.port) ||
	    server.port == MSNP_PORT)
		return;
	how = open_master(r->x, r->c, reading_policy(r), &server);
	r->x->count[how]++;
	say_follow(r->x, r->c, &server, how);
}

static bool on_switchboard_now(const struct reading *r)
{
	const struct half *c2s = r->c->half + MSNP_C2S;

	return msnp_scan_kind(&c2s->dir.scan.msnp) == MSNP_SB;
}

static void take_piece(const struct reading *r, const struct stream_msg *msg,
		       bool ended)
{
	if (!on_switchboard_now(r))
		explain_login(r->x, r->c, r->side, &r->f, ended);
	else if (r->side == MSNP_C2S && is_msg(r))
		note_split(r, msg, ended);
}

static void take_message(void *ctx, const struct stream_msg *msg,
			 struct edit_plan *plan)
{
	const struct reading *r = ctx;

	r->x->count[NFIM_MESSAGES]++;
	if (!msg->whole) {
		take_piece(r, msg, true);
	} else if (!on_switchboard_now(r)) {
		explain_login(r->x, r->c, r->side, &r->f, true);
		if (r->side == MSNP_S2C)
			follow(r);
	} else if (is_msg(r)) {
		on_switchboard(r, msg, plan);
	}
	if (plan->n)
		r->x->count[edit_delta(plan) ? NFIM_EDIT_RESIZED :
					       NFIM_EDIT_SAME_LENGTH]++;
}

static void take_part(void *ctx, const struct stream_msg *msg)
{
	take_piece(ctx, msg, false);
}

static enum stream_event next(void *ctx, union stream_scan *scan,
			      struct span data, u32 *pos,
			      struct stream_msg *msg)
{
	struct reading *r = ctx;
	enum msnp_kind kind;

	kind = msnp_scan_kind(&r->c->half[MSNP_C2S].dir.scan.msnp);
	/* The client speaks first; a server that does speaks something else. */
	if (r->side == MSNP_S2C && kind == MSNP_UNKNOWN)
		msnp_scan_stop(&scan->msnp, NFIM_OPAQUE_FOREIGN);
	return msnp_stream_next(&scan->msnp, r->side, kind, data, pos, msg,
				&r->f);
}

static u32 skip(const union stream_scan *scan)
{
	u32 left = msnp_scan_skip(&scan->msnp);

	return left && !(scan->raw.owner & MSNP_UNSKIPPED) ? left - 1 : 0;
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
	.message = take_message,
	.part = take_part,
	.skip = skip,
	.skipped = skipped,
	.stop = stop,
	.opaque = opaque,
	.payload = tcp_payload,
	.flow = tcp_flow,
};

static void gave_up(const struct reading *r, enum nfim_counter why)
{
	if (r->cut) {
		r->x->cut++;
		why = NFIM_OPAQUE_GAP;
	}
	r->x->count[why]++;
	say_opaque(r->x, r->c, r->side, why,
		   r->cut ? "not captured as a whole" : NULL);
}

void explain_msnp(struct explain *x, struct conn *c, enum msnp_side side,
		  struct stream_out *out)
{
	struct reading r = {
		.x = x,
		.c = c,
		.side = side,
		.h = c->half + side,
	};
	const struct policy *policy = reading_policy(&r);

	tcp_take(&r, &ops, policy && policy->hold, out);
	if (out->why != NFIM_OK)
		gave_up(&r, out->why);
	else if (out->what & STREAM_GAP)
		x->count[NFIM_OUT_OF_ORDER]++;
	if (out->what & STREAM_REPEATED)
		x->count[NFIM_EDIT_REPEATED]++;
}
