// SPDX-License-Identifier: GPL-2.0
/* Invitations: from what they announce to what is opened and edited. */
#include "../kernel/proto/invite.h"
#include "explain_reading.h"
#include "explain_say.h"

/**
 * struct announcement - a whole invitation
 * @inv: what it says
 * @self: the addresses of who says it
 * @offer: what it offers
 * @place: where it stands
 * @may_edit: it may be edited
 * @resize: its length may change
 * @plan: collects the edits of the packet
 */
struct announcement {
	struct invite inv;
	struct self self;
	struct offer offer;
	struct invite_place place;
	bool may_edit;
	bool resize;
	struct edit_plan *plan;
};

static enum rewrite plan_port(void *arg, u16 port)
{
	struct announcement *a = arg;
	u16 before = a->plan->n;

	if (!a->may_edit && !a->offer.fixed)
		return a->offer.in_place && port == a->offer.announced_port ?
		       REWRITE_NONE : REWRITE_IMPOSSIBLE;
	if (!invite_plan(&a->inv, &a->self, &a->offer, port, &a->place,
			 a->resize, a->plan))
		return REWRITE_IMPOSSIBLE;
	return a->plan->n == before ? REWRITE_NONE : REWRITE_DONE;
}

static enum nfim_counter open_offer(const struct reading *r,
				    const struct stream_msg *msg,
				    struct announcement *a,
				    struct said_offer *said,
				    struct opening *opened)
{
	const struct open_request request = {
		.conn = r->c,
		.policy = said->policy,
		.self = &a->self,
		.offer = &a->offer,
		.plan = plan_port,
		.arg = a,
	};
	enum nfim_counter why;

	if (!msnp_scan_answered(&r->c->half[MSNP_S2C].dir.scan.msnp))
		return NFIM_REFUSED_UNANSWERED;
	a->self.inside = r->c->client.addr;
	a->self.outside = *state_outside(r->x, r->c->host);
	why = invite_offer(&a->inv, &a->self, &a->offer);
	if (why != NFIM_OK)
		return why;
	said->offer = &a->offer;
	why = policy_judge(said->policy, &a->offer);
	if (why != NFIM_OK)
		return why;
	if (self_is_natted(&a->self))
		a->may_edit = stream_may_edit(msg, &a->resize);
	said->opening = opened;
	return open_media(r->x, &request, opened);
}

/* What peers look at first: invite.c judges by the same fields. */
static struct endpoint announced(const struct invite *inv)
{
	const struct invite_field *addr = NULL, *port = NULL, *f;
	struct endpoint e = { .port = 0 };

	for (f = inv->field; f < inv->field + inv->n; f++) {
		if (f->kind == INVITE_IP || f->kind == INVITE_IP_INTERNAL) {
			if (!addr || addr->kind > f->kind)
				addr = f;
		} else if (f->kind == INVITE_PORT || f->kind == INVITE_PORTX) {
			if (!port || port->kind > f->kind)
				port = f;
		}
	}
	if (addr && addr->ok)
		e.addr = addr->addr;
	if (port && port->ok)
		e.port = port->port;
	return e;
}

static void cancel(const struct reading *r, u32 cookie)
{
	u32 n = open_cancel(r->x, r->c, cookie);

	if (!n)
		return;
	r->x->count[NFIM_CANCELLED]++;
	say_cancel(r->x, r->c, cookie, n);
}

void reading_invite(const struct reading *r, const struct stream_msg *msg,
		    struct edit_plan *plan)
{
	struct announcement a = {
		.plan = plan,
		.place = {
			.data = msg->data,
			.line = r->f.line,
			.payload_len = r->f.payload_len,
		},
	};
	struct opening opened;
	struct said_offer said = {
		.conn = r->c,
		.helper = POLICY_MSNP,
		.policy = reading_policy(r),
		.data = msg->data,
		.plan = plan,
	};

	if (!msnp_body(r->f.payload, &a.place.body))
		return;
	invite_parse(a.place.body, &a.inv);
	if (a.inv.command == INVITE_CANCEL && a.inv.has_cookie) {
		cancel(r, a.inv.cookie);
		return;
	}
	if (r->side != MSNP_C2S || !invite_announces(&a.inv))
		return;
	said.announced = announced(&a.inv);
	r->x->count[NFIM_OFFERS]++;
	say_nat(r->x, r->c->host);
	said.how = open_offer(r, msg, &a, &said, &opened);
	r->x->count[said.how]++;
	say_offer(r->x, &said);
}
