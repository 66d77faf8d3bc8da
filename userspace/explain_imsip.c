// SPDX-License-Identifier: GPL-2.0
/* What SIP parties say to each other. */
#include <netinet/in.h>

#include "../kernel/proto/sip_stream.h"
#include "explain_calls.h"
#include "explain_imsip.h"
#include "explain_reading.h"
#include "ladder.h"

/**
 * struct calling - a packet between SIP parties
 * @r: the packet, for the one who speaks and for the other one; first, because
 *	the engine knows that only
 * @t: for the logic
 */
struct calling {
	struct reading r[2];
	struct imsip t;
};

static bool is_natted(const struct imsip *t, unsigned int end)
{
	return self_is_natted(t->side[end].env->self);
}

/*
 * The host that NAT hides is the one behind the gateway. Where nobody is
 * hidden, what either of them announces may need a way through the rules.
 */
static void begin(struct calling *s, struct explain *x, struct conn *c,
		  enum msnp_side side)
{
	unsigned int end, i;
	bool any;

	s->t = (struct imsip){
		.from = side,
		.proto = c->proto,
		.ops = &calls_ops,
		.ctx = x,
		.scratch = &x->sip_scratch,
	};
	for (i = 0; i < 2; i++) {
		const struct endpoint *e;

		end = i ? !side : side;
		e = end ? &c->server : &c->client;
		reading_begin(s->r + i, x, c, side, end);
		s->t.side[end] = (struct imsip_side){
			.env = &s->r[i].env,
			.inside_port = e->port,
			.outside_port = e->port,
		};
	}
	any = is_natted(&s->t, 0) || is_natted(&s->t, 1);
	for (i = 0; i < 2; i++)
		s->t.side[i].ours = !any || is_natted(&s->t, i);
}

static void map_add(struct sip_map *map, u16 from, u16 to)
{
	if (map->n == NFIM_SIP_PORTS || sip_map_port(map, from))
		return;
	map->port[map->n].from = from;
	map->port[map->n++].to = to;
}

/* The endpoints of the one who is spoken to, as others would know them. */
static void map_listener(const struct calling *s, struct sip_map *map)
{
	const struct imsip_side *to = s->t.side + !s->t.from;
	const struct opened *o;

	map->from = to->env->self->inside;
	map->to = to->env->self->outside;
	map->others = true;
	map_add(map, to->inside_port, to->outside_port);
	for (o = s->r[0].x->opened; o; o = o->next)
		if (o->signalling && addr_equal(&o->listener.addr, &map->from))
			map_add(map, o->listener.port, o->outside.port);
}

/*
 * The capture is from a network without the helper: whoever is outside has been
 * told inside endpoints, and speaks of these. What would it say?
 *
 * Return: the message; @data itself if that would be the same.
 */
static struct span as_answered(struct calling *s, struct span data,
			       struct edit_plan *plan)
{
	const struct imsip_side *to = s->t.side + !s->t.from;
	struct explain *x = s->r[0].x;
	struct sip *sip = &s->t.scratch->sip;
	size_t len = span_len(data), at;
	struct sip_map map = { .n = 0 };
	char *out = x->answer;

	if (!to->ours || !self_is_natted(to->env->self) ||
	    len > NFIM_SIP_MAX ||
	    sip_parse(data, s->t.proto == IPPROTO_UDP, sip) != SIP_OK)
		return data;
	map_listener(s, &map);
	if (!sip_plan_hosts(sip, &map, SIP_IN_VIA | SIP_IN_CONTACT |
			    SIP_IN_URI | SIP_IN_RECORD_ROUTE | SIP_IN_ROUTE,
			    plan) || !plan->n)
		return data;
	at = edit_start(plan);
	memcpy(out, data.p, at);
	at += edit_render(plan, data, out + at);
	memcpy(out + at, data.p + edit_end(plan), len - edit_end(plan));
	return span_make(out, at + len - edit_end(plan));
}

static enum sip_result read_message(struct calling *s, struct span data,
				    struct edit_plan *plan)
{
	struct span answered = as_answered(s, data, plan);
	enum sip_result result;
	unsigned int i;

	ladder_sip(s->r[0].x, s->r[0].c, s->t.from, data);
	edit_undo(plan, 0);
	for (i = 0; i < 2; i++)
		reading_message(s->r + i, answered, plan);
	result = imsip_message(&s->t, answered, plan);
	/* It would become what it is already. */
	if (answered.p != data.p)
		edit_undo(plan, 0);
	for (i = 0; i < 2; i++)
		reading_tell(s->r + i);
	if (result == SIP_MALFORMED || result == SIP_CROWDED)
		say_message(s->r[0].x, s->r[0].c, result == SIP_CROWDED ?
			    "too-long" :
			    nfim_counter_name(NFIM_REFUSED_MALFORMED),
			    s->r[0].x->packet->number);
	return result;
}

void explain_look_ahead(struct explain *x, const struct packet *p)
{
	struct sip *sip = &x->sip_scratch.sip;
	const struct addr *seen = &sip->via[0].received.addr;
	struct host *h;

	if (p->src.port != SIP_PORT || !p->len || p->have < p->len ||
	    !state_is_private(&p->dst.addr) ||
	    sip_parse(packet_payload(p), p->proto == IPPROTO_UDP, sip) !=
	    SIP_OK || !sip->status || !sip->vias)
		return;
	if (seen->len != p->dst.addr.len || state_is_private(seen))
		return;
	h = state_host(x, &p->dst.addr);
	if (h && !h->client_ip.len)
		h->client_ip = *seen;
}

static enum stream_event next(void *ctx, union stream_scan *scan,
			      struct span data, u32 *pos,
			      struct stream_msg *msg)
{
	(void)ctx;
	return sip_stream_next(scan, data, pos, msg);
}

static void message(void *ctx, const struct stream_msg *msg,
		    struct edit_plan *plan)
{
	struct calling *s = ctx;
	bool resize = false;

	/* What can be read when it is whole has left, too. */
	if (!msg->whole || msg->gather)
		reading_split(s->r);
	if (!msg->whole)
		return;
	if (is_natted(&s->t, 0) || is_natted(&s->t, 1))
		s->t.may_edit = stream_may_edit(msg, &resize);
	s->t.fit = resize ? SIP_FIT_RATHER : SIP_FIT_SAME;
	read_message(s, msg->data, plan);
}

static void part(void *ctx, const struct stream_msg *msg)
{
	struct calling *s = ctx;

	reading_part(s->r, msg);
}

static const struct stream_ops ops = {
	.next = next,
	.message = message,
	.part = part,
	.skip = sip_stream_skip,
	.skipped = sip_stream_skipped,
	.stop = sip_stream_stop,
	.opaque = sip_stream_opaque,
	.payload = tcp_payload,
	.flow = tcp_flow,
};

void explain_imsip(struct explain *x, struct conn *c, enum msnp_side side,
		   struct stream_out *out)
{
	const struct policy *policy;
	struct calling s;

	begin(&s, x, c, side);
	policy = reading_policy(s.r);
	tcp_take(s.r, &ops, policy && policy->hold, out);
}

/* What begins like a message, or may be a keep-alive; STUN and RTP do not. */
static bool may_be_sip(const struct packet *p)
{
	const u8 *first = p->frame + p->data;

	return p->have && (*first == '\r' || *first == '\n' ||
			   (*first > ' ' && *first <= '~') || p->len <= 4);
}

void explain_datagram(struct explain *x, struct conn *c, enum msnp_side side)
{
	const struct packet *p = x->packet;
	struct calling s;

	x->plan.n = 0;
	x->plan.used = 0;
	if (!may_be_sip(p))
		return;
	if (p->have < p->len) {
		x->cut++;
		say_message(x, c, "cut", p->number);
		return;
	}
	begin(&s, x, c, side);
	s.t.may_edit = true;
	s.t.fit = SIP_FIT_FREE;
	read_message(&s, packet_payload(p), &x->plan);
	if (x->plan.n)
		x->count[edit_delta(&x->plan) ? NFIM_EDIT_RESIZED :
						NFIM_EDIT_SAME_LENGTH]++;
}
