// SPDX-License-Identifier: GPL-2.0
/* Who takes part in a call, and which requests for it are still alive. */

#include "imsip_job.h"

u32 imsip_hash_tag(struct imsip_job *j, bool to)
{
	struct place at = to ? j->sip->to_tag : j->sip->from_tag;
	struct imsip *t = j->t;

	if (at.len)
		j->tag[to] = t->ops->hash(t->ctx, place_span(j->data, at));
	j->hashed |= (u8)(1 << to);
	return j->tag[to];
}

/* --- parties --------------------------------------------------------------- */

struct imsip_party *imsip_party(struct imsip_call *call, u32 tag)
{
	u32 i;

	for (i = 0; i < call->parties; i++)
		if (call->party[i].tag == tag)
			return call->party + i;
	return NULL;
}

/* The first caller stays, and who has the call; of the others the last ones. */
static void make_room(struct imsip_call *call)
{
	u32 i, out = 0;

	if (call->parties < IMSIP_PARTIES)
		return;
	for (i = IMSIP_PARTIES; --i;)
		if (!out || call->party[i].leg <= call->party[out].leg)
			out = i;
	call->parties--;
	memmove(call->party + out, call->party + out + 1,
		(call->parties - out) * sizeof(call->party[0]));
}

static void add_party(struct imsip_call *call, u32 tag, bool caller)
{
	if (imsip_party(call, tag))
		return;
	make_room(call);
	call->party[call->parties++] = (struct imsip_party){
		.tag = tag,
		.caller = caller,
	};
}

void imsip_add_parties(struct imsip_job *j, struct imsip_call *call)
{
	const struct sip *sip = j->sip;
	bool first = !call->parties;

	add_party(call, imsip_tag(j, false), first || !sip->to_tag.len);
	/* RFC 2543 knows parties without a tag: they have none from the start. */
	if (sip->to_tag.len || sip->status > 100)
		add_party(call, imsip_tag(j, true), false);
	/* New to us, but not to them: nobody knows who had called, nor has to. */
	if (first && sip->to_tag.len)
		imsip_leg(j, call)->leg = IMSIP_LEG_TAKEN;
}

/* The one who has the call, if there is one. */
static struct imsip_party *who_has(struct imsip_call *call)
{
	struct imsip_party *has = NULL;
	u32 i, n = 0;

	for (i = 0; i < call->parties; i++)
		if (call->party[i].leg >= IMSIP_LEG_ANSWERED) {
			has = call->party + i;
			n++;
		}
	return n == 1 ? has : NULL;
}

struct imsip_party *imsip_leg(struct imsip_job *j, struct imsip_call *call)
{
	struct imsip_party *to = imsip_party(call, imsip_tag(j, true));
	struct imsip_party *from;

	if (to && !to->caller)
		return to;
	from = imsip_party(call, imsip_tag(j, false));
	/* A BYE without a tag in To can mean nobody else. */
	if (j->sip->method == SIP_BYE && from && from->caller && !to)
		to = who_has(call);
	return to && !to->caller ? to : from;
}

u32 imsip_taken(const struct imsip_call *call)
{
	u32 i, n = 0;

	for (i = 0; i < call->parties; i++)
		n += call->party[i].leg == IMSIP_LEG_TAKEN;
	return n;
}

bool imsip_is_forked(const struct imsip_call *call)
{
	u32 i, n = 0;

	/* Its own INVITE came back: it is at both ends. */
	if (call->parties && call->party->seen[0] & call->party->seen[1] &
	    1 << IMSIP_TX_INVITE)
		return true;
	if (call->confirmed)
		return imsip_taken(call) > 1;
	for (i = 0; i < call->parties; i++)
		n += !call->party[i].caller &&
		     call->party[i].leg != IMSIP_LEG_GONE;
	return n > 1;
}

/* --- requests and their answers ------------------------------------------- */

static bool is_seen(const struct imsip_party *p, const struct sip *sip, u8 who)
{
	return p && p->seen[who] & 1 << imsip_tx(sip->method);
}

static u32 *cseq_of(struct imsip_party *p, const struct sip *sip, u8 who)
{
	return p->cseq[who] + imsip_tx(sip->method);
}

static bool is_asked(struct imsip_party *p, const struct sip *sip, u8 who)
{
	return is_seen(p, sip, who) && *cseq_of(p, sip, who) == sip->cseq;
}

bool imsip_is_stale(struct imsip_job *j, struct imsip_call *call, u8 who)
{
	struct imsip_party *p = imsip_leg(j, call);
	const struct sip *sip = j->sip;

	return sip->method != SIP_ACK && sip->method != SIP_CANCEL &&
	       is_seen(p, sip, who) && sip->cseq < *cseq_of(p, sip, who);
}

void imsip_note(struct imsip_job *j, u8 side, u8 who)
{
	struct imsip_call *call = j->call[side];
	struct imsip_party *p = imsip_leg(j, call);
	const struct sip *sip = j->sip;

	j->asked[side] = p->tag;
	if (sip->method == SIP_ACK || sip->method == SIP_CANCEL)
		return;
	if (sip->method == SIP_INVITE && is_seen(p, sip, who) &&
	    !is_asked(p, sip, who))
		imsip_asks_anew(call, who);
	*cseq_of(p, sip, who) = sip->cseq;
	p->seen[who] |= (u8)(1 << imsip_tx(sip->method));
}

/*
 * The party that was asked. An INVITE may be answered by many of whom its sender
 * knows nothing, and what has no tag, or another, by whoever was asked.
 */
static struct imsip_party *who_was_asked(struct imsip_job *j,
					 struct imsip_call *call, u8 who)
{
	struct imsip_party *p = imsip_leg(j, call);
	u32 i;

	if (is_asked(p, j->sip, who))
		return p;
	if (imsip_tx(j->sip->method) == IMSIP_TX_INVITE &&
	    !is_seen(p, j->sip, who))
		return imsip_party(call, imsip_tag(j, false));
	if (imsip_party(call, imsip_tag(j, true)))
		return NULL;
	for (i = 0; i < call->parties; i++)
		if (is_asked(call->party + i, j->sip, who))
			return call->party + i;
	return NULL;
}

/* A call that was met in its middle may be refused: its INVITE was not seen. */
static bool is_unseen_refused(const struct imsip_job *j,
			      const struct imsip_call *call)
{
	return imsip_tx(j->sip->method) == IMSIP_TX_INVITE &&
	       j->sip->status >= 300 && !call->confirmed && imsip_taken(call);
}

bool imsip_is_answer(struct imsip_job *j, u8 side, u8 who)
{
	struct imsip_call *call = imsip_find(j, side, false);
	struct imsip_party *p;

	if (!call || imsip_tx(j->sip->method) == IMSIP_TX_MAX ||
	    j->sip->method == SIP_CANCEL ||
	    !imsip_party(call, imsip_tag(j, false)))
		return false;
	p = who_was_asked(j, call, who);
	if (!is_asked(p, j->sip, who)) {
		if (!is_unseen_refused(j, call))
			return false;
		p = imsip_party(call, imsip_tag(j, false));
	}
	j->asked[side] = p->tag;
	return true;
}

/* --- requests for the call ------------------------------------------------- */

/*
 * A request and its answers have the same topmost branch (RFC 3261 17.1.3), here
 * as anywhere on their way. @who is its lowest bit. Nothing but that is left
 * where there is none (RFC 2543).
 */
static u32 branch_of(const struct imsip_job *j, u8 who)
{
	const struct sip *sip = j->sip;
	struct imsip *t = j->t;
	u32 hash = 0;

	if (sip->vias && sip->via[0].branch.len)
		hash = t->ops->hash(t->ctx, place_span(j->data,
						       sip->via[0].branch));
	return (hash & ~1u) | who;
}

static bool is_other(u32 a, u32 b)
{
	return (a ^ b) & 1 || (a > 1 && b > 1 && a != b);
}

static void drop(struct imsip_call *call, u32 branch)
{
	u8 i, n = 0;

	for (i = 0; i < call->branches; i++)
		if (is_other(call->branch[i], branch))
			call->branch[n++] = call->branch[i];
	call->branches = n;
}

void imsip_asks(const struct imsip_job *j, struct imsip_call *call, u8 who)
{
	u32 branch = branch_of(j, who);

	drop(call, branch);
	/* The last ones; few proxies fork to more at a time. */
	if (call->branches == IMSIP_BRANCHES) {
		memmove(call->branch, call->branch + 1,
			(IMSIP_BRANCHES - 1) * sizeof(call->branch[0]));
		call->branches--;
	}
	call->branch[call->branches++] = branch;
}

void imsip_asks_anew(struct imsip_call *call, u8 who)
{
	drop(call, who);
}

void imsip_refused(const struct imsip_job *j, struct imsip_call *call, u8 who)
{
	drop(call, branch_of(j, who));
}

bool imsip_asked_elsewhere(const struct imsip_job *j,
			   const struct imsip_call *call, u8 who)
{
	u32 branch = branch_of(j, who);
	u32 i;

	for (i = 0; i < call->branches; i++)
		if (is_other(call->branch[i], branch))
			return true;
	return false;
}
