// SPDX-License-Identifier: GPL-2.0
/*
 * File transfers of Windows Messenger and Communicator: invitations like those
 * of MSN Messenger, in requests of a session (sip.md 4.3).
 */

#include "imsip_job.h"

/* Files of a host, beside the cookies of calls and listening ports. */
#define FILE_COOKIE	0xc0000000u

/**
 * struct invitation - one on its way to an expectation
 * @j: the message
 * @self: addresses of the host
 * @offer: what it offers
 * @body: where it stands
 * @n: edits before it
 */
struct invitation {
	struct imsip_job *j;
	const struct self *self;
	struct offer offer;
	struct span body;
	u16 n;
};

static enum env_rewrite plan_port(void *arg, u16 port)
{
	struct invitation *i = arg;
	struct imsip_job *j = i->j;
	struct invite_place place = { .data = j->data, .body = i->body };

	if (!j->t->may_edit || !j->body_ok ||
	    !invite_plan_fields(&j->t->scratch->inv, i->self, &i->offer, port,
				&place, j->plan))
		return ENV_REWRITE_IMPOSSIBLE;
	return j->plan->n == i->n ? ENV_REWRITE_NONE : ENV_REWRITE_DONE;
}

static void unplan_port(void *arg)
{
	struct invitation *i = arg;

	edit_undo(i->j->plan, i->n);
}

static bool is_answered(struct imsip_job *j, u8 side)
{
	const struct imsip_call *call = imsip_find(j, side, false);

	return call && call->answered;
}

/* Only its own address: another one was mapped by somebody else (D5). */
static enum nfim_counter judge(struct invitation *i, u8 side)
{
	const struct invite *inv = &i->j->t->scratch->inv;
	enum nfim_counter why;
	struct addr addr;

	if (!is_answered(i->j, side))
		return NFIM_REFUSED_UNANSWERED;
	if (!invite_addr(inv, &addr))
		return NFIM_REFUSED_MALFORMED;
	if (!addr_equal(&addr, &i->self->inside))
		return NFIM_REFUSED_NOT_SELF;
	why = invite_offer(inv, i->self, &i->offer);
	i->offer.app = NFIM_APP_SIP_FILE_TRANSFER;
	i->offer.cookie = FILE_COOKIE | inv->cookie;
	return why;
}

static void accept(struct imsip_job *j, u8 side, struct span body)
{
	struct invitation i = {
		.j = j,
		.self = imsip_env(j, side)->self,
		.body = body,
		.n = j->plan->n,
	};
	struct opening o = {
		.offer = &i.offer,
		.self = i.self,
		.via = NFIM_VIA_SIP,
		.plan = plan_port,
		.unplan = unplan_port,
		.arg = &i,
	};
	enum nfim_counter why = judge(&i, side);

	if (why != NFIM_OK) {
		imsip_refuse(j, side, NULL, why);
		return;
	}
	if (imsip_try(j, side, &o))
		j->file = i.offer.cookie;
}

void imsip_invitation(struct imsip_job *j, u8 side, struct span body)
{
	const struct env *env = imsip_env(j, side);
	struct invite *inv = &j->t->scratch->inv;

	invite_parse(body, inv);
	if (inv->command == INVITE_CANCEL && inv->has_cookie) {
		/* Cookies can be guessed, the session of a file cannot. */
		if (!is_answered(j, side) ||
		    !env->ops->close(env->ctx, FILE_COOKIE | inv->cookie))
			return;
		env->ops->count(env->ctx, NFIM_CANCELLED);
		env->ops->note(env->ctx, "cancelled", NFIM_CANCELLED);
	} else if (j->t->from == side && invite_announces(inv)) {
		accept(j, side, body);
	}
}
