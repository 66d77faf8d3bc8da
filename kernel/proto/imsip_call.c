// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a call, as one host sees it. An answer counts only for what was
 * asked; a call ends only by its own messages (security.md 8).
 */

#include "imsip_job.h"

/* By who asked, in struct imsip_call. */
#define HOST	0
#define OTHER	1

u32 imsip_cookie(const struct imsip_call *call, u32 n)
{
	return n < IMSIP_STREAMS ? call->cookie + 1 + n : 0;
}

u32 imsip_waiting(const struct imsip_call *call, u32 n)
{
	const struct imsip_listen *l = call->listen;
	u32 i;

	if (!call->answered)
		return 0;
	for (i = 0; i < IMSIP_STREAMS && !call->confirmed; i++)
		if (call->stream[i].inside_port && !n--)
			return imsip_cookie(call, i);
	/* A registration has its own time. */
	for (; l < call->listen + IMSIP_LISTENS; l++)
		if (l->inside_port && !l->asked && !l->remove && !n--)
			return imsip_listen_cookie(l);
	return 0;
}

/* Both parties are those of the call, and not through with each other. */
static bool is_of_call(struct imsip_job *j, struct imsip_call *call)
{
	u32 to = imsip_tag(j, true);

	return imsip_party(call, imsip_tag(j, false)) &&
	       (!to || imsip_party(call, to)) &&
	       imsip_leg(j, call)->leg != IMSIP_LEG_GONE;
}

/* Whether nobody else has the call. */
static bool is_last(const struct imsip_call *call, const struct imsip_party *p)
{
	return imsip_taken(call) == (p->leg == IMSIP_LEG_TAKEN);
}

static void over(struct imsip_job *j, u8 side)
{
	const struct env *env = imsip_env(j, side);
	struct imsip_call *call = j->call[side];
	u32 i;

	for (i = 0; i < IMSIP_STREAMS; i++)
		if (call->stream[i].inside_port)
			env->ops->end(env->ctx, imsip_cookie(call, i));
	j->t->ops->forget(j->t->ctx, call);
	j->call[side] = NULL;
}

/* --- requests ------------------------------------------------------------ */

/*
 * What is in the middle of a call may be the first thing that is seen of it: the
 * module was not there before.
 */
static bool may_make(const struct imsip_job *j)
{
	const struct sip *sip = j->sip;

	return sip->method == SIP_INVITE ||
	       ((sip->method == SIP_UPDATE || sip->method == SIP_PRACK) &&
		sip->to_tag.len && imsip_count_sdp(j));
}

/* What is asked for is not remembered for long before it is answered. */
static void begin(struct imsip_call *call, u8 who)
{
	if (!call->secs)
		call->secs = IMSIP_ENDING_SECS;
	/* It speaks SIP, and first. */
	if (who == OTHER)
		call->answered = true;
}

static void take_invite(struct imsip_job *j, struct imsip_call *call, u8 who)
{
	/* What others ask for is alive when the host lets it ring. */
	if (call->confirmed || who == OTHER)
		return;
	imsip_asks(j, call, who);
	if (call->answered)
		call->secs = IMSIP_RINGING_SECS;
}

/* A call may be asked for again, in other words, as long as nobody took it. */
static bool may_ask(struct imsip_job *j, struct imsip_call *call)
{
	return !call->parties || is_of_call(j, call) ||
	       (j->sip->method == SIP_INVITE && !j->sip->to_tag.len &&
		!call->confirmed);
}

/* The host agrees to what was answered: RFC 3261 13.2.2.4. */
static void take_ack(struct imsip_job *j, struct imsip_call *call, u8 who)
{
	struct imsip_party *p = imsip_leg(j, call);

	if (who == HOST && p->leg == IMSIP_LEG_ANSWERED)
		p->leg = IMSIP_LEG_TAKEN;
}

/* What is over is not remembered for long: an answer may be lost. */
static void take_bye(struct imsip_job *j, struct imsip_call *call, u8 who)
{
	struct imsip_party *p = imsip_leg(j, call);

	if (p->leg < IMSIP_LEG_ANSWERED)
		return;
	if (is_last(call, p))
		call->secs = IMSIP_ENDING_SECS;
	else if (who == HOST)
		/* Whatever the answer will be: RFC 3261 15.1.1. */
		p->leg = IMSIP_LEG_GONE;
}

/* Of several INVITEs one may go on when another is cancelled. */
static void take_cancel(struct imsip_job *j, struct imsip_call *call, u8 who)
{
	if (!call->confirmed && !imsip_asked_elsewhere(j, call, who))
		call->secs = IMSIP_ENDING_SECS;
}

static void take_request(struct imsip_job *j, u8 side, u8 who)
{
	u8 method = j->sip->method;
	struct imsip_call *call;

	call = imsip_find(j, side, may_make(j));
	if (!call)
		return;
	if (!may_ask(j, call) || imsip_is_stale(j, call, who)) {
		j->call[side] = NULL;
		return;
	}
	if (method == SIP_INVITE || !call->parties) {
		imsip_add_parties(j, call);
		begin(call, who);
	}
	imsip_note(j, side, who);
	switch (method) {
	case SIP_INVITE:
		take_invite(j, call, who);
		break;
	case SIP_ACK:
		take_ack(j, call, who);
		break;
	case SIP_BYE:
		take_bye(j, call, who);
		break;
	case SIP_CANCEL:
		take_cancel(j, call, who);
		break;
	}
}

/* --- responses ----------------------------------------------------------- */

/*
 * A refusal after which the same is asked once more, in other words, or is asked
 * already, on another way: that is 482 (RFC 3261 8.2.2.2).
 */
static bool is_retried(u16 status)
{
	return status == 401 || status == 407 || status == 422 ||
	       status == 482 || status / 100 == 3;
}

/*
 * What the host described in a transaction holds, or does not, by its last
 * word. @who: the one who had asked.
 */
static void decide(struct imsip_job *j, u8 side, u8 who)
{
	const struct imsip_call *call = j->call[side];

	if (j->sip->status < 200 || !call->desc || call->desc_by != who ||
	    call->desc_tx != imsip_tx(j->sip->method) ||
	    call->desc_cseq != j->sip->cseq ||
	    call->desc_leg != j->asked[side])
		return;
	if (j->sip->status < 300)
		imsip_settle(j, side);
	else
		imsip_revert(j, side);
}

static void invite_failed(struct imsip_job *j, u8 side, u8 who)
{
	struct imsip_call *call = j->call[side];

	if (call->confirmed) {
		decide(j, side, who);
		return;
	}
	/* Proxies fork; who asks on two ways is refused on one of them. */
	imsip_refused(j, call, who);
	if (call->branches)
		return;
	if (is_retried(j->sip->status))
		call->secs = IMSIP_ENDING_SECS;
	else
		over(j, side);
}

static void invite_answer(struct imsip_job *j, u8 side, u8 who)
{
	struct imsip_call *call = j->call[side];
	u16 status = j->sip->status;
	struct imsip_party *p;

	if (status >= 300) {
		invite_failed(j, side, who);
		return;
	}
	imsip_add_parties(j, call);
	p = imsip_leg(j, call);
	/* Said before it was told that it is over. */
	if (p->leg == IMSIP_LEG_GONE) {
		j->call[side] = NULL;
		return;
	}
	if (status >= 200) {
		if (who == OTHER)
			p->leg = IMSIP_LEG_TAKEN;
		else if (p->leg == IMSIP_LEG_EARLY)
			p->leg = IMSIP_LEG_ANSWERED;
		call->confirmed = true;
		call->secs = IMSIP_TALKING_SECS;
	} else if (!call->confirmed) {
		call->secs = IMSIP_RINGING_SECS;
		if (who == OTHER)
			imsip_asks(j, call, who);
	}
	if (who == HOST)
		imsip_activate(j, side);
	decide(j, side, who);
}

/*
 * A call of which no INVITE was seen is taken for one that goes on: if it only
 * rings, its INVITE's answer will not be known either.
 */
static void update_answer(struct imsip_job *j, u8 side, u8 who)
{
	struct imsip_call *call = j->call[side];
	struct imsip_party *p = imsip_party(call, j->asked[side]);

	if (j->sip->status / 100 == 2) {
		if (!call->confirmed && p->leg == IMSIP_LEG_TAKEN) {
			call->confirmed = true;
			call->secs = IMSIP_TALKING_SECS;
		}
		if (who == HOST && !call->answered)
			imsip_activate(j, side);
	}
	decide(j, side, who);
}

/* An early dialog may end, and others of the call go on (RFC 3261 15). */
static void bye_answer(struct imsip_job *j, u8 side, u8 who)
{
	struct imsip_call *call = j->call[side];
	struct imsip_party *p = imsip_party(call, j->asked[side]);
	bool had = p->leg >= IMSIP_LEG_ANSWERED;
	u16 status = j->sip->status;

	/* Gone, or never there. */
	if (status / 100 == 2 || status == 408 || status == 481) {
		if (had && is_last(call, p))
			over(j, side);
		else if (!p->caller)
			p->leg = IMSIP_LEG_GONE;
		return;
	}
	/* The host goes on; others do not keep what it has ended. */
	if (status >= 300 && who == OTHER && had && call->confirmed)
		call->secs = IMSIP_TALKING_SECS;
}

/* @who: the one who had asked. */
static void take_response(struct imsip_job *j, u8 side, u8 who)
{
	if (!imsip_is_answer(j, side, who)) {
		j->call[side] = NULL;
		return;
	}
	switch (imsip_tx(j->sip->method)) {
	case IMSIP_TX_INVITE:
		invite_answer(j, side, who);
		break;
	case IMSIP_TX_UPDATE:
	case IMSIP_TX_PRACK:
		update_answer(j, side, who);
		break;
	case IMSIP_TX_BYE:
		bye_answer(j, side, who);
		break;
	case IMSIP_TX_REGISTER:
		if (who == HOST)
			imsip_registered(j, side);
		break;
	default:
		break;
	}
}

/* --- both directions ----------------------------------------------------- */

void imsip_said(struct imsip_job *j, u8 side)
{
	if (j->sip->method == SIP_REGISTER && sip_is_request(j->sip)) {
		imsip_register(j, side);
		return;
	}
	if (sip_is_request(j->sip)) {
		if (imsip_tx(j->sip->method) != IMSIP_TX_MAX)
			take_request(j, side, HOST);
	} else {
		take_response(j, side, OTHER);
	}
	imsip_contacts(j, side);
}

void imsip_heard(struct imsip_job *j, u8 side)
{
	if (!sip_is_request(j->sip)) {
		take_response(j, side, HOST);
		return;
	}
	if (imsip_tx(j->sip->method) != IMSIP_TX_MAX &&
	    j->sip->method != SIP_REGISTER)
		take_request(j, side, OTHER);
}
