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

/* Both parties are those of the call. */
static bool is_of_call(struct imsip_job *j, const struct imsip_call *call)
{
	u32 from = imsip_tag(j, false);
	u32 to = imsip_tag(j, true);

	return imsip_knows_tag(call, from) && (!to || imsip_knows_tag(call, to));
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

/* What is asked for is not remembered for long before it is answered. */
static void take_invite(struct imsip_job *j, struct imsip_call *call, u8 who)
{
	imsip_add_tags(j, call);
	/* What others ask for is alive when the host lets it ring. */
	if (who == HOST && !call->confirmed)
		imsip_asks(j, call, who);
	if (!call->confirmed && call->answered && who == HOST)
		call->secs = IMSIP_RINGING_SECS;
	else if (!call->secs)
		call->secs = IMSIP_ENDING_SECS;
	/* It speaks SIP, and first. */
	if (who == OTHER)
		call->answered = true;
}

/* A call may be asked for again, in other words, as long as nobody took it. */
static bool may_ask(struct imsip_job *j, const struct imsip_call *call)
{
	return (j->sip->method == SIP_INVITE && !call->confirmed) ||
	       is_of_call(j, call);
}

/*
 * An answer may be lost; what is over is not remembered for long. Of several
 * INVITEs one may go on when another is cancelled.
 */
static void may_end(struct imsip_job *j, struct imsip_call *call, u8 who)
{
	if (j->sip->method == SIP_BYE ||
	    (!call->confirmed && !imsip_asked_elsewhere(j, call, who)))
		call->secs = IMSIP_ENDING_SECS;
}

/* Return: false for a request that belongs to nothing we know. */
static bool is_ordered(const struct sip *sip, struct imsip_call *call, u8 who)
{
	enum imsip_tx tx = imsip_tx(sip->method);

	if (sip->method == SIP_ACK || sip->method == SIP_CANCEL)
		return true;
	if (call->seen[who][tx] && sip->cseq < call->cseq[who][tx])
		return false;
	if (tx == IMSIP_TX_INVITE && sip->cseq != call->cseq[who][tx])
		imsip_asks_anew(call, who);
	call->cseq[who][tx] = sip->cseq;
	call->seen[who][tx] = true;
	return true;
}

static void take_request(struct imsip_job *j, u8 side, u8 who)
{
	u8 method = j->sip->method;
	struct imsip_call *call;

	call = imsip_find(j, side, method == SIP_INVITE);
	if (!call)
		return;
	if (!may_ask(j, call) || !is_ordered(j->sip, call, who)) {
		j->call[side] = NULL;
		return;
	}
	if (method == SIP_INVITE)
		take_invite(j, call, who);
	else if (method == SIP_BYE || method == SIP_CANCEL)
		may_end(j, call, who);
}

/* --- responses ----------------------------------------------------------- */

static bool is_answer(struct imsip_job *j, u8 side, u8 who)
{
	enum imsip_tx tx = imsip_tx(j->sip->method);
	struct imsip_call *call = imsip_find(j, side, false);

	return call && tx != IMSIP_TX_MAX && j->sip->method != SIP_CANCEL &&
	       call->seen[who][tx] && call->cseq[who][tx] == j->sip->cseq &&
	       imsip_knows_tag(call, imsip_tag(j, false));
}

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
	    call->desc_cseq != j->sip->cseq)
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

	if (status >= 300) {
		invite_failed(j, side, who);
		return;
	}
	imsip_add_tags(j, call);
	if (status >= 200) {
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

static void bye_answer(struct imsip_job *j, u8 side)
{
	u16 status = j->sip->status;

	/* Gone, or never there. */
	if (status / 100 == 2 || status == 408 || status == 481)
		over(j, side);
}

/* @who: the one who had asked. */
static void take_response(struct imsip_job *j, u8 side, u8 who)
{
	if (!is_answer(j, side, who)) {
		j->call[side] = NULL;
		return;
	}
	switch (imsip_tx(j->sip->method)) {
	case IMSIP_TX_INVITE:
		invite_answer(j, side, who);
		break;
	case IMSIP_TX_UPDATE:
	case IMSIP_TX_PRACK:
		decide(j, side, who);
		break;
	case IMSIP_TX_BYE:
		bye_answer(j, side);
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
