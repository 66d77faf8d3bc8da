// SPDX-License-Identifier: GPL-2.0
/*
 * What client and server say, and what the helper makes of it. This follows
 * kernel/helper_msnp.c step by step: who changes one changes the other.
 */
#include "explain_login.h"
#include "explain_msnp.h"
#include "explain_reading.h"
#include "explain_say.h"

const struct policy *reading_policy(const struct reading *r)
{
	const struct host *h = r->c->host;

	return policy_find(r->x->policy, r->x->n_policies, POLICY_MSNP,
			   h->learnt ? &h->client : NULL);
}

/*
 * Readers of what a message on a switchboard may hold. One for another kind of
 * announcement needs an enum msnp_interest, a file and a line here.
 */
static const struct {
	enum msnp_interest interest;
	void (*read)(const struct reading *r, const struct msnp_frame *f);
} readers[] = {
	{ MSNP_INVITE, reading_invite },
};

/* A message that does not lie in one packet is not edited; tell it once. */
static void note_split(const struct reading *r, const struct msnp_frame *f,
		       bool ended)
{
	struct stream *s = r->s;

	if (!s->split && f->begun &&
	    msnp_interest(f->payload) != MSNP_SKIP) {
		s->split = true;
		s->split_packet = r->x->packet->number;
	}
	if (ended && s->split) {
		s->split = false;
		r->x->count[NFIM_SPLIT]++;
		say_message(r->x, r->c, nfim_counter_name(NFIM_SPLIT),
			    s->split_packet);
	}
	s->unskipped = s->split;
}

static void on_switchboard(const struct reading *r, const struct msnp_frame *f,
			   bool ended)
{
	enum msnp_interest interest;
	size_t i;

	if (memcmp(f->cmd, "MSG", 3))
		return;
	if (!f->whole) {
		if (r->side == MSNP_C2S)
			note_split(r, f, ended);
		return;
	}
	interest = msnp_interest(f->payload);
	for (i = 0; i < ARRAY_SIZE(readers); i++) {
		if (readers[i].interest != interest)
			continue;
		if (f->payload_len <= NFIM_MSG_MAX)
			readers[i].read(r, f);
		else
			say_message(r->x, r->c, "too-long",
				    r->x->packet->number);
	}
}

static void follow(const struct reading *r, const struct msnp_frame *f)
{
	struct endpoint server;
	enum nfim_counter how;

	/* Rules attach the helper to its port already. */
	if (!msnp_next_server(f->line, &server.addr, &server.port) ||
	    server.port == MSNP_PORT)
		return;
	how = open_master(r->x, r->c, reading_policy(r), &server);
	r->x->count[how]++;
	say_follow(r->x, r->c, &server, how);
}

static void on_notification(const struct reading *r,
			    const struct msnp_frame *f, bool ended)
{
	explain_login(r->x, r->c, r->side, f, ended);
	if (r->side == MSNP_S2C && f->whole)
		follow(r, f);
}

/* Return: whether there is more to read. */
static bool read_command(const struct reading *r, u32 *pos)
{
	const struct msnp_scan *c2s = &r->c->dir[MSNP_C2S].scan;
	struct msnp_frame f;
	enum msnp_event ev;

	ev = msnp_scan_next(&r->s->scan, r->side, r->b->data, pos, &f);
	if (ev == MSNP_END || ev == MSNP_OPAQUE)
		return false;
	r->x->count[NFIM_MESSAGES] += ev == MSNP_COMMAND;
	if (msnp_scan_kind(c2s) == MSNP_SB)
		on_switchboard(r, &f, ev == MSNP_COMMAND);
	else
		on_notification(r, &f, ev == MSNP_COMMAND);
	return ev == MSNP_COMMAND;
}

static void gave_up(struct explain *x, const struct conn *c,
		    enum msnp_side side, const char *detail)
{
	x->count[msnp_scan_opaque(&c->dir[side].scan)]++;
	say_opaque(x, c, side, detail);
}

static void read_bytes(void *arg, const struct stream_bytes *b)
{
	struct edit_plan plan = { 0 };
	struct reading r = *(const struct reading *)arg;
	unsigned int n = 0;
	u32 pos = 0;

	r.b = b;
	r.plan = &plan;
	/* The client speaks first; a server that does speaks something else. */
	if (r.side == MSNP_S2C &&
	    msnp_scan_kind(&r.c->dir[MSNP_C2S].scan) == MSNP_UNKNOWN)
		msnp_scan_stop(&r.s->scan, NFIM_OPAQUE_FOREIGN);
	while (read_command(&r, &pos))
		if (++n == NFIM_COMMANDS_PER_SKB)
			msnp_scan_stop(&r.s->scan, NFIM_OPAQUE_CROWDED);
	if (msnp_scan_opaque(&r.s->scan) != NFIM_OK)
		gave_up(r.x, r.c, r.side, NULL);
	if (!plan.n)
		return;
	r.x->count[edit_delta(&plan) ? NFIM_EDIT_RESIZED :
				       NFIM_EDIT_SAME_LENGTH]++;
	if (!stream_edit(r.s, r.x->packet, &plan))
		r.x->rc = err_nomem();
}

void explain_msnp(struct explain *x, struct conn *c, enum msnp_side side)
{
	struct reading r = { .x = x, .c = c, .side = side, .s = c->dir + side };
	enum stream_outcome how;

	how = x->packet->flags & TH_SYN_BIT ?
	      stream_begin(r.s, x->packet) :
	      stream_packet(r.s, x->packet, read_bytes, &r);
	switch (how) {
	case STREAM_READ:
		break;
	case STREAM_EARLY:
		x->count[NFIM_OUT_OF_ORDER]++;
		break;
	case STREAM_MIDSTREAM:
	case STREAM_GAP:
		gave_up(x, c, side, NULL);
		break;
	case STREAM_CUT:
		x->cut++;
		gave_up(x, c, side, "not captured as a whole");
		break;
	case STREAM_NOMEM:
		x->rc = err_nomem();
		break;
	}
}
