// SPDX-License-Identifier: GPL-2.0
/* From a capture to an explanation: the way of each packet. */
#include <netinet/in.h>
#include <stdlib.h>

#include "explain_imsip.h"
#include "explain_msnp.h"
#include "explain_open.h"
#include "explain_say.h"
#include "explain_wire.h"
#include "ladder.h"

/* Where rules attach the helpers. */
static bool attached(const struct packet *p, u16 port,
		     enum policy_helper *helper)
{
	*helper = port == SIP_PORT ? POLICY_IMSIP : POLICY_MSNP;
	return port == SIP_PORT || (port == MSNP_PORT &&
				    p->proto == IPPROTO_TCP);
}

/*
 * Are there private hosts that open connections to servers? Then only they are
 * inside. And what are they outside?
 */
static enum rc look_ahead(struct explain *x, FILE *file)
{
	struct capture in;
	bool end = false;
	struct packet p;
	enum rc rc;

	rc = capture_open(&in, file, x->o->name);
	/* The second pass complains about a file that is broken further on. */
	while (!rc && !capture_next(&in, &p, &end) && !end) {
		enum policy_helper helper;

		if (packet_read(&p, in.link) < PACKET_TCP)
			continue;
		if (attached(&p, p.dst.port, &helper) &&
		    state_is_private(&p.src.addr))
			x->private_only[p.src.addr.len == 16] = true;
		explain_look_ahead(x, &p);
	}
	capture_close(&in);
	return rc;
}

static bool brings_helper(const struct opened *used)
{
	return used && (used->app == NFIM_APP_SWITCHBOARD || used->signalling);
}

/* What is open may bring a helper with it. */
static struct conn *begin_expected(struct explain *x)
{
	const struct opened *used = open_connect(x, x->packet);
	struct conn *c;

	if (!brings_helper(used))
		return NULL;
	c = state_add(x, used->helper, &x->packet->src, &x->packet->dst);
	if (c)
		c->inward = used->signalling;
	return c;
}

/* A connection that rules or an earlier server give to a helper. */
static struct conn *begin(struct explain *x, enum msnp_side *side)
{
	const struct packet *p = x->packet;
	bool syn = p->flags & TH_SYN_BIT, ack = p->flags & TH_ACK_BIT;
	bool udp = p->proto == IPPROTO_UDP;
	enum policy_helper helper;
	struct conn *c = NULL;

	*side = MSNP_C2S;
	if (!syn && !p->len)
		return NULL;
	if ((syn && !ack) || udp)
		c = begin_expected(x);
	if (c || x->rc)
		return c;
	if (attached(p, p->dst.port, &helper) && (!syn || !ack) &&
	    state_is_inside(x, &p->src.addr))
		return state_add(x, helper, &p->src, &p->dst);
	if (attached(p, p->src.port, &helper) && (!syn || ack) &&
	    state_is_inside(x, &p->dst.addr)) {
		*side = MSNP_S2C;
		return state_add(x, helper, &p->dst, &p->src);
	}
	return NULL;
}

/* A SYN that is no repetition: the same endpoints begin anew. */
static bool is_anew(const struct conn *c, enum msnp_side side,
		    const struct packet *p)
{
	return c->over && side == MSNP_C2S && p->flags & TH_SYN_BIT &&
	       !(p->flags & TH_ACK_BIT) &&
	       !(c->half[side].syn && c->half[side].isn == p->seq);
}

/* Return: false if the helper does not see it. */
static bool take_segment(struct explain *x, struct conn *c,
			 enum msnp_side side, struct stream_out *out)
{
	const struct packet *p = x->packet;
	enum policy_helper helper;

	if (is_anew(c, side, p)) {
		c->left = !brings_helper(open_connect(x, p)) &&
			  !attached(p, c->server.port, &helper);
		state_reset(x, c);
	}
	if (c->left)
		return false;
	if (c->helper == POLICY_IMSIP)
		explain_imsip(x, c, side, out);
	else
		explain_msnp(x, c, side, out);
	c->fins[side] |= p->flags & TH_FIN_BIT;
	c->over |= p->flags & TH_RST_BIT || (c->fins[0] && c->fins[1]);
	return true;
}

static void take_tcp(struct explain *x)
{
	const struct packet *p = x->packet;
	struct stream_out out;
	enum msnp_side side;
	struct conn *c;

	x->segments++;
	c = state_find(x, p, &side);
	if (!c)
		c = begin(x, &side);
	if (c && !take_segment(x, c, side, &out))
		c = NULL;
	if (p->flags & (TH_FIN_BIT | TH_RST_BIT))
		open_disconnect(x, p);
	if (c)
		wire_put(x, c, side, &out);
	else
		wire_forward(x);
}

static void take_udp(struct explain *x)
{
	enum msnp_side side;
	struct conn *c;

	x->datagrams++;
	c = state_find(x, x->packet, &side);
	if (!c)
		c = begin(x, &side);
	if (c) {
		explain_datagram(x, c, side);
		wire_datagram(x);
	} else {
		open_media_packet(x, x->packet);
		wire_forward(x);
	}
}

static void take_packet(struct explain *x, struct packet *p, int link)
{
	x->packets++;
	x->packet = p;
	if (p->time > x->now)
		x->now = p->time;
	switch (packet_read(p, link)) {
	case PACKET_OTHER:
		wire_forward(x);
		break;
	case PACKET_FRAGMENT:
		x->fragments++;
		wire_forward(x);
		break;
	case PACKET_TCP:
		take_tcp(x);
		break;
	case PACKET_UDP:
		take_udp(x);
		break;
	}
}

static enum rc run(struct explain *x, FILE *file)
{
	enum rc rc, finished;
	struct capture in;
	struct packet p;
	bool end;

	rc = capture_open(&in, file, x->o->name);
	if (!rc && x->o->write)
		rc = capture_create(&x->out, x->o->write, in.link);
	if (rc) {
		capture_close(&in);
		return rc;
	}
	for (;;) {
		rc = capture_next(&in, &p, &end);
		if (rc || end)
			break;
		take_packet(x, &p, in.link);
		if (x->rc)
			break;
	}
	if (!x->rc)
		say_summary(x);
	if (!x->rc && x->ladder)
		x->rc = ladder_write(x);
	capture_close(&in);
	finished = capture_finish(&x->out);
	/* The first trouble has the last word. */
	if (x->rc)
		return x->rc;
	return rc ? rc : finished;
}

enum rc explain_capture(const struct explain_opts *o, FILE *first,
			FILE *second)
{
	struct explain *x = calloc(1, sizeof(*x));
	enum rc rc = RC_DONE;

	if (!x) {
		fclose(first);
		fclose(second);
		return err_nomem();
	}
	x->o = o;
	x->policy = o->policy ? o->policy : policy_builtin;
	x->n_policies = o->policy ? o->n_policies : POLICY_HELPER_MAX;
	if (o->svg || o->html)
		x->ladder = json_array();
	rc = look_ahead(x, first);
	if (rc)
		fclose(second);
	else
		rc = run(x, second);
	state_free(x);
	json_decref(x->ladder);
	free(x);
	return rc;
}
