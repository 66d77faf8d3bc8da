// SPDX-License-Identifier: GPL-2.0
/* How to make a session description say other addresses and ports. */

#include "sdp_plan.h"

/**
 * struct sdp_planner - a plan that is being made
 * @sdp: the description
 * @ch: what is to change
 * @plan: the plan
 * @to: the new address as text
 * @to_len: its length
 * @lines: how many there will be
 */
struct sdp_planner {
	const struct sdp *sdp;
	const struct sdp_changes *ch;
	struct edit_plan *plan;
	char to[TEXT_ADDR_MAX];
	size_t to_len;
	u32 lines;
};

/* What becomes of a media; its own change or that of the one it repeats. */
static const struct sdp_change *change_of(const struct sdp_planner *p,
					  u32 index)
{
	const struct sdp_media *m = p->sdp->media + index;

	return p->ch->media + (m->status == SDP_SAME ? m->same : index);
}

/* Whoever speaks may announce hosts beside it that policy names. */
static bool is_replaced(const struct sdp_planner *p, const struct addr *a)
{
	u32 i;

	if (addr_equal(a, &p->ch->from))
		return true;
	for (i = 0; i < p->sdp->medias; i++) {
		const struct sdp_change *ch = p->ch->media + i;

		if (ch->beside && ch->port &&
		    addr_equal(a, &p->sdp->media[i].addr))
			return true;
	}
	return false;
}

static bool plan_addr(struct sdp_planner *p, struct place at,
		      const struct addr *a)
{
	if (!is_replaced(p, a))
		return true;
	return edit_add(p->plan, at.off, at.len, p->to, p->to_len);
}

static bool plan_port(struct sdp_planner *p, struct place at, u16 was, u16 port)
{
	char text[10];

	if (was == port)
		return true;
	return edit_add(p->plan, at.off, at.len, text,
			text_put_u32(text, port, 0));
}

/* An a=rtcp line behind the last line of a media, if others may read so many. */
static bool plan_rtcp_line(struct sdp_planner *p, struct place end, u16 port)
{
	static const char name[] = "a=rtcp:";
	char text[sizeof(name) + 14];
	size_t n = 0;

	if (!end.len || ++p->lines > NFIM_SDP_LINES)
		return false;
	if (end.len == 2)
		text[n++] = '\r';
	text[n++] = '\n';
	memcpy(text + n, name, sizeof(name) - 1);
	n += sizeof(name) - 1;
	n += text_put_u32(text + n, port, 0);
	if (end.len == 2)
		text[n++] = '\r';
	text[n++] = '\n';
	return edit_add(p->plan, end.off, end.len, text, n);
}

static bool plan_rtcp(struct sdp_planner *p, const struct sdp_media *m,
		      const struct sdp_change *ch)
{
	/* Of somebody else: its port means nothing here. */
	if (m->rtcp_addr_at.len && !is_replaced(p, &m->rtcp_addr))
		return true;
	if (m->rtcp_addr_at.len &&
	    !plan_addr(p, m->rtcp_addr_at, &m->rtcp_addr))
		return false;
	if (!m->rtcp_port || !ch->rtcp_port)
		return true;
	if (m->rtcp_at.len)
		return plan_port(p, m->rtcp_at, m->rtcp_port, ch->rtcp_port);
	return ch->rtcp_port == ch->port + 1 ||
	       plan_rtcp_line(p, m->end, ch->rtcp_port);
}

static bool plan_media(struct sdp_planner *p, u32 index)
{
	const struct sdp_change *ch = change_of(p, index);
	const struct sdp_media *m = p->sdp->media + index;

	if (!ch->port)
		return true;
	return plan_port(p, m->port_at, m->port, ch->port) &&
	       plan_rtcp(p, m, ch);
}

static bool plan_conns(struct sdp_planner *p)
{
	const struct sdp *sdp = p->sdp;
	bool any = false;
	u32 i;

	for (i = 0; i < sdp->medias; i++)
		any |= change_of(p, i)->port != 0;
	for (i = 0; i < sdp->conns; i++) {
		const struct sdp_conn *c = sdp->conn + i;

		if (c->media == SDP_SESSION ? any :
		    change_of(p, c->media)->port != 0)
			if (!plan_addr(p, c->at, &c->addr))
				return false;
	}
	return true;
}

/* The new port of an old endpoint of a media; 0 when it does not change. */
static u16 new_port(const struct sdp_planner *p, u32 index,
		    const struct addr *a, u16 port)
{
	const struct sdp_change *ch = change_of(p, index);
	const struct sdp_media *m = p->sdp->media + index;

	if (!ch->port || !is_replaced(p, a))
		return 0;
	if (port == m->port)
		return ch->port;
	return port == m->rtcp_port ? ch->rtcp_port : 0;
}

static bool plan_endpoint(struct sdp_planner *p, u32 index, struct place at,
			  const struct addr *a, struct place port_at, u16 port)
{
	u16 to = new_port(p, index, a, port);

	return !to || (plan_addr(p, at, a) && plan_port(p, port_at, port, to));
}

static bool plan_candidates(struct sdp_planner *p)
{
	u32 i;

	for (i = 0; i < p->sdp->candidates; i++) {
		const struct sdp_candidate *c = p->sdp->candidate + i;

		if (!plan_endpoint(p, c->media, c->at, &c->addr, c->port_at,
				   c->port))
			return false;
		if (c->raddr_at.len && c->rport_at.len &&
		    !plan_endpoint(p, c->media, c->raddr_at, &c->raddr,
				   c->rport_at, c->rport))
			return false;
	}
	return true;
}

bool sdp_plan(const struct sdp *sdp, const struct sdp_changes *ch,
	      struct edit_plan *plan)
{
	struct sdp_planner p = {
		.sdp = sdp,
		.ch = ch,
		.plan = plan,
		.lines = sdp->lines,
	};
	u16 n = plan->n;
	bool ok;
	u32 i;

	p.to_len = text_put_addr(p.to, &ch->to);
	ok = plan_addr(&p, sdp->origin_at, &sdp->origin) && plan_conns(&p);
	for (i = 0; ok && i < sdp->medias; i++)
		ok = plan_media(&p, i);
	if (ok && ch->candidates)
		ok = plan_candidates(&p);
	if (!ok)
		edit_undo(plan, n);
	return ok;
}
