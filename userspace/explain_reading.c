// SPDX-License-Identifier: GPL-2.0
/* What protocol logic asks of its surroundings, answered by the tool. */
#include <stdlib.h>

#include "explain_open.h"
#include "explain_reading.h"

static const struct policy *get_policy(void *ctx)
{
	return reading_policy(ctx);
}

static void learn(void *ctx, bool (*fn)(struct client *c, void *arg),
		  void *arg)
{
	struct reading *r = ctx;
	enum policy_helper helper = r->c->helper;
	struct host *h = r->host;
	struct client known = h->client[helper];

	if (!fn(&known, arg))
		return;
	if (h->learnt[helper] &&
	    !memcmp(&known, h->client + helper, sizeof(known)))
		return;
	if (!h->learnt[helper])
		r->x->count[NFIM_CLIENT_NEW]++;
	h->learnt[helper] = true;
	h->judged[helper] = false;
	h->client[helper] = known;
	say_client(r->x, h, helper);
}

static struct announcer announcer(const struct reading *r)
{
	return (struct announcer){ r->c, r->host, reading_policy(r) };
}

static enum nfim_counter open_offer(void *ctx, struct opening *o)
{
	struct reading *r = ctx;

	struct announcer by = announcer(r);

	return open_media(r->x, &by, o);
}

static u32 close_or_end(const struct reading *r, u32 cookie, bool end)
{
	struct announcer by = announcer(r);
	u32 n = open_close(r->x, &by, cookie, end);

	if (n)
		say_cancel(r->x, r->c, cookie, n);
	return n;
}

static unsigned int close_offers(void *ctx, u32 cookie)
{
	return close_or_end(ctx, cookie, false);
}

static unsigned int end_offers(void *ctx, u32 cookie)
{
	return close_or_end(ctx, cookie, true);
}

static unsigned int activate(void *ctx, u32 cookie)
{
	const struct reading *r = ctx;
	struct announcer by = announcer(r);

	return open_activate(r->x, &by, cookie);
}

static enum nfim_counter follow(void *ctx, const struct addr *addr, u16 port)
{
	struct reading *r = ctx;
	struct announcer by = announcer(r);

	r->server = (struct endpoint){ *addr, port };
	return open_master(r->x, &by, &r->server);
}

/* The plan of the message is not complete yet: tell it later. */
static void report(void *ctx, const struct opening *o,
		   const struct offer *offer, enum nfim_counter how)
{
	struct reading *r = ctx;
	struct said_offer *s;

	if (offer && offer->app == NFIM_APP_SWITCHBOARD) {
		say_follow(r->x, r->c, &r->server, how);
		return;
	}
	if (r->n_said == READING_TOLD)
		return;
	s = r->said + r->n_said++;
	*s = (struct said_offer){
		.helper = r->c->helper,
		.host = r->host,
		.policy = reading_policy(r),
		.listener = r->self.inside,
		.parsed = offer,
		.via = o ? o->via : NFIM_VIA_SIP,
		.how = how,
	};
	if (offer)
		s->offer = *offer;
	if (!o)
		return;
	s->listener = o->self->inside;
	s->outside = (struct endpoint){ o->self->outside, o->outside_port };
	s->announced = o->announced;
	s->edit = o->edit;
}

static void note(void *ctx, const char *what, enum nfim_counter why)
{
	(void)ctx;
	(void)what;
	(void)why;
}

static void count(void *ctx, enum nfim_counter c)
{
	struct reading *r = ctx;

	if (c == NFIM_SPLIT)
		reading_split(r);
	else
		r->x->count[c]++;
}

static void *state(void *ctx, size_t size, bool make)
{
	struct reading *r = ctx;

	if (!r->c->state && make) {
		r->c->state = calloc(1, size);
		if (!r->c->state)
			r->x->rc = err_nomem();
	}
	return r->c->state;
}

static const struct env_ops ops = {
	.policy = get_policy,
	.learn = learn,
	.open = open_offer,
	.close = close_offers,
	.end = end_offers,
	.activate = activate,
	.follow = follow,
	.report = report,
	.note = note,
	.count = count,
	.state = state,
};

const struct policy *reading_policy(const struct reading *r)
{
	return state_policy(r->x, r->host, r->c->helper);
}

void reading_begin(struct reading *r, struct explain *x, struct conn *c,
		   enum msnp_side side, unsigned int end)
{
	r->x = x;
	r->c = c;
	r->side = side;
	r->host = end ? c->peer : c->host;
	r->h = c->half + side;
	r->cut = false;
	r->ours = state_is_ours(x, c, end);
	r->self.inside = r->host->addr;
	r->self.outside = r->ours ? *state_outside(x, r->host) : r->host->addr;
	r->mem = state_memory(x);
	r->env = (struct env){
		.ops = &ops,
		.ctx = r,
		.self = &r->self,
		.mem = &r->mem,
		.now = (u32)(x->now / 1000),
	};
	r->n_said = 0;
}

void reading_message(struct reading *r, struct span data,
		     const struct edit_plan *plan)
{
	r->data = data;
	r->plan = plan;
	r->n_said = 0;
}

/* Remember where a message begins that comes in parts. */
void reading_part(struct reading *r, const struct stream_msg *msg)
{
	struct half *h = r->h;

	if (!msg->whole)
		return;
	h->part_packet = h->flow.hold.len && h->hold_seq == msg->seq ?
			 h->hold_packet : r->x->packet->number;
}

void reading_split(struct reading *r)
{
	r->x->count[NFIM_SPLIT]++;
	say_message(r->x, r->c, nfim_counter_name(NFIM_SPLIT),
		    r->h->part_packet);
}

void reading_tell(struct reading *r)
{
	bool lines = true;
	u32 i;

	if (r->n_said && r->ours)
		say_nat(r->x, r->host);
	for (i = 0; i < r->n_said; i++) {
		struct said_offer *s = r->said + i;

		if (lines && s->how == NFIM_EXPECTED_EDITED) {
			s->data = r->data;
			s->plan = r->plan;
			lines = false;
		}
		say_offer(r->x, s);
	}
	r->n_said = 0;
}
