// SPDX-License-Identifier: GPL-2.0
/* Made-up surroundings for kernel/proto/imsip. */

#include <stdio.h>
#include <stdlib.h>

#include "../../kernel/proto/imsip.h"
#include "input.h"
#include "phonebox.h"

/* --- the environment of one end ------------------------------------------- */

static const struct policy *get_policy(void *ctx)
{
	struct box *b = ctx;

	return &b->policy;
}

static void learn(void *ctx, bool (*fn)(struct client *c, void *arg), void *arg)
{
	struct box *b = ctx;

	fn(&b->client, arg);
}

static bool repeats(const struct box_hole *h, const struct opening *o)
{
	const struct offer *a = &h->offer, *n = o->offer;

	return h->used && a->app == n->app && a->proto == n->proto &&
	       a->inside_port == n->inside_port && a->cookie == n->cookie &&
	       addr_equal(&h->listener, &o->self->inside) &&
	       (!n->another || addr_equal(&a->peer, &n->peer));
}

static bool port_taken(const struct box *b, const struct opening *o, u16 port)
{
	unsigned int i;

	if (port == b->taken)
		return true;
	for (i = 0; i < BOX_HOLES; i++)
		if (b->hole[i].used && !repeats(b->hole + i, o) &&
		    b->hole[i].outside_port == port &&
		    b->hole[i].offer.proto == o->offer->proto &&
		    addr_equal(&b->hole[i].offer.peer, &o->offer->peer))
			return true;
	return false;
}

static enum nfim_counter put_hole(struct box *b, struct opening *o, u16 port)
{
	unsigned int i;

	for (i = 0; i < BOX_HOLES; i++)
		if (repeats(b->hole + i, o))
			b->hole[i].used = false;
	for (i = 0; i < BOX_HOLES && b->hole[i].used; i++)
		;
	if (i == BOX_HOLES)
		return NFIM_REFUSED_NET_LIMIT;
	b->hole[i] = (struct box_hole){
		.used = true,
		.offer = *o->offer,
		.listener = o->self->inside,
		.outside_port = port,
	};
	o->outside_port = port;
	return NFIM_EXPECTED;
}

static enum nfim_counter open_hole(void *ctx, struct opening *o)
{
	bool natted = self_is_natted(o->self);
	struct box *b = ctx;
	u16 port = o->offer->announced_port;
	enum env_rewrite how = ENV_REWRITE_NONE;
	enum nfim_counter r;
	unsigned int i;

	for (i = 0; i < BOX_HOLES; i++)
		if (repeats(b->hole + i, o))
			port = b->hole[i].outside_port;
	for (i = 0; o->offer->again && i < BOX_HOLES; i++)
		if (repeats(b->hole + i, o))
			return NFIM_EXPECTED;
	b->opened++;
	while (port_taken(b, o, port) && !o->offer->fixed)
		port += 2;
	if (natted)
		how = o->plan(o->arg, port);
	if (how == ENV_REWRITE_IMPOSSIBLE)
		return NFIM_REFUSED_UNREACHABLE;
	r = b->full ? NFIM_REFUSED_TABLE_FULL : put_hole(b, o, port);
	if (r != NFIM_EXPECTED && natted)
		o->unplan(o->arg);
	return r == NFIM_EXPECTED && how == ENV_REWRITE_DONE ?
	       NFIM_EXPECTED_EDITED : r;
}

static unsigned int close_holes(void *ctx, u32 cookie)
{
	struct box *b = ctx;
	unsigned int i, n = 0;

	for (i = 0; i < BOX_HOLES; i++)
		if (b->hole[i].used && b->hole[i].offer.cookie == cookie) {
			b->hole[i].used = false;
			n++;
		}
	return n;
}

static unsigned int end_holes(void *ctx, u32 cookie)
{
	struct box *b = ctx;

	b->ended++;
	return close_holes(b, cookie);
}

static unsigned int activate(void *ctx, u32 cookie)
{
	struct box *b = ctx;
	unsigned int i, n = 0;

	for (i = 0; i < BOX_HOLES; i++)
		if (b->hole[i].used && b->hole[i].offer.cookie == cookie) {
			b->hole[i].offer.reserved = false;
			n++;
		}
	return n;
}

static void report(void *ctx, const struct opening *o,
		   const struct offer *offer, enum nfim_counter how)
{
	struct box *b = ctx;

	if (how != NFIM_EXPECTED && how != NFIM_EXPECTED_EDITED)
		b->refused = how;
}

static void note(void *ctx, const char *what, enum nfim_counter why)
{
}

static void count(void *ctx, enum nfim_counter c)
{
	struct box *b = ctx;

	b->count[c]++;
}

static const struct env_ops env_ops = {
	.policy = get_policy,
	.learn = learn,
	.open = open_hole,
	.close = close_holes,
	.end = end_holes,
	.activate = activate,
	.report = report,
	.note = note,
	.count = count,
};

/* --- calls ------------------------------------------------------------------ */

static u64 hash(struct span s)
{
	u64 h = 1469598103934665603ULL;

	while (s.p < s.end)
		h = (h ^ (unsigned char)*s.p++) * 1099511628211ULL;
	return h;
}

static u64 lock(void *ctx, struct span call_id)
{
	struct box *b = ctx;

	if (b->locked)
		abort();
	b->locked = true;
	return hash(call_id);
}

static void unlock(void *ctx, u64 id)
{
	struct box *b = ctx;

	b->locked = false;
}

static u32 hash_text(void *ctx, struct span text)
{
	return (u32)hash(text);
}

static struct imsip_call *find(void *ctx, u64 id, const struct addr *host,
			       bool make)
{
	struct box *b = ctx;
	unsigned int i;

	for (i = 0; i < BOX_CALLS; i++)
		if (b->used[i] && b->call[i].id == id &&
		    addr_equal(&b->call[i].host, host))
			return b->call + i;
	for (i = 0; i < BOX_CALLS && make; i++)
		if (!b->used[i]) {
			b->used[i] = true;
			memset(b->call + i, 0, sizeof(b->call[i]));
			b->call[i].id = id;
			b->call[i].host = *host;
			b->call[i].cookie = (i + 1) * 16;
			return b->call + i;
		}
	return NULL;
}

static void forget(void *ctx, struct imsip_call *call)
{
	struct box *b = ctx;

	b->used[call - b->call] = false;
}

static u16 inside_port(void *ctx, const struct addr *inside,
		       const struct addr *outside, u16 port, u8 proto)
{
	struct box *b = ctx;
	unsigned int i;

	for (i = 0; i < BOX_HOLES; i++)
		if (b->hole[i].used &&
		    b->hole[i].offer.app == NFIM_APP_SIP_SIGNALLING &&
		    b->hole[i].offer.proto == proto &&
		    b->hole[i].outside_port == port &&
		    addr_equal(&b->hole[i].listener, inside))
			return b->hole[i].offer.inside_port;
	return 0;
}

static u16 outside_port(void *ctx, const struct addr *inside,
			const struct addr *peer, u16 port, u8 proto)
{
	struct box *b = ctx;
	unsigned int i;

	for (i = 0; i < BOX_HOLES; i++)
		if (b->hole[i].used &&
		    b->hole[i].offer.app == NFIM_APP_SIP_SIGNALLING &&
		    b->hole[i].offer.proto == proto &&
		    b->hole[i].offer.inside_port == port &&
		    addr_equal(&b->hole[i].listener, inside) &&
		    (!peer || addr_equal(&b->hole[i].offer.peer, peer)))
			return b->hole[i].outside_port;
	return 0;
}

static bool behind(void *ctx, struct addr *addr, u16 *port, u8 proto)
{
	const struct box *b = ctx;

	if (!b->neighbour_port || !addr_equal(addr, &b->self[BOX_INSIDE].outside) ||
	    (*port & ~1) != b->neighbour_port)
		return false;
	*addr = b->neighbour;
	*port += 1000;
	return true;
}

static const struct imsip_ops calls_ops = {
	.lock = lock,
	.unlock = unlock,
	.hash = hash_text,
	.find = find,
	.forget = forget,
	.inside_port = inside_port,
	.outside_port = outside_port,
	.behind = behind,
};

/* --- messages ---------------------------------------------------------------- */

static struct addr to_addr(const char *text)
{
	struct addr a;

	if (!text_addr(span_make(text, strlen(text)), &a))
		abort();
	return a;
}

void box_open(struct box *b, u16 outside_port)
{
	memset(b, 0, sizeof(*b));
	b->policy = policy_builtin[POLICY_IMSIP];
	b->self[BOX_INSIDE].inside = to_addr("192.168.0.12");
	b->self[BOX_INSIDE].outside = to_addr("203.0.113.5");
	b->self[BOX_OUTSIDE].inside = to_addr("198.51.100.7");
	b->self[BOX_OUTSIDE].outside = b->self[BOX_OUTSIDE].inside;
	b->inside_port[BOX_INSIDE] = 5060;
	b->outside_port[BOX_INSIDE] = outside_port;
	b->inside_port[BOX_OUTSIDE] = 5060;
	b->outside_port[BOX_OUTSIDE] = 5060;
	b->ours[BOX_INSIDE] = true;
	b->proto = 17;
}

/* LF to CRLF, and the length of the body. Return: the length. */
static size_t wire(const char *text, char *out)
{
	const char *body = strstr(text, "\n\n"), *p;
	size_t n = 0, lines = 0;

	body = body ? body + 2 : text + strlen(text);
	for (p = body; *p; p++)
		lines += *p == '\n';
	for (p = text; *p; p++) {
		if (p < body && !strncmp(p, "Length: ?", 9)) {
			n += (size_t)sprintf(out + n, "Length: %zu",
					     strlen(body) + lines);
			p += 8;
			continue;
		}
		if (*p == '\n')
			out[n++] = '\r';
		out[n++] = *p;
	}
	return n;
}

static void apply(struct box *b, struct span data, const struct edit_plan *plan)
{
	size_t tail, n = 0;

	if (plan->n) {
		memcpy(b->out, data.p, edit_start(plan));
		n = edit_start(plan);
		n += edit_render(plan, data, b->out + n);
		tail = span_len(data) - edit_end(plan);
		memcpy(b->out + n, data.p + edit_end(plan), tail);
		n += tail;
	} else {
		memcpy(b->out, data.p, span_len(data));
		n = span_len(data);
	}
	b->out_len = n;
}

static void to_lf(struct box *b)
{
	size_t i, n = 0;

	for (i = 0; i < b->out_len; i++)
		if (b->out[i] != '\r')
			b->out[n++] = b->out[i];
	b->out[n] = 0;
}

void box_plan(struct box *b, unsigned int from, struct span data,
	      struct edit_plan *plan)
{
	static struct imsip_scratch scratch;
	struct imsip t = {
		.from = (u8)from,
		.proto = b->proto,
		.ops = &calls_ops,
		.ctx = b,
		.scratch = &scratch,
		.fit = b->fit,
		.may_edit = !b->no_edit,
		.offers = b->same_packet ? b->offers : 0,
		.peers = b->same_packet ? b->peers : 0,
	};
	struct env env[2];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		env[i] = (struct env){
			.ops = &env_ops,
			.ctx = b,
			.self = b->self + i,
		};
		t.side[i] = (struct imsip_side){
			.env = env + i,
			.inside_port = b->inside_port[i],
			.outside_port = b->outside_port[i],
			.ours = b->ours[i],
		};
	}
	b->result = imsip_message(&t, data, plan);
	b->offers = t.offers;
	b->peers = t.peers;
}

void box_raw(struct box *b, unsigned int from, struct span data)
{
	static struct edit_plan plan;

	plan.n = 0;
	plan.used = 0;
	box_plan(b, from, data, &plan);
	b->edits = plan.n;
	apply(b, data, &plan);
}

const char *box_send(struct box *b, unsigned int from, const char *text)
{
	static char buf[BOX_TEXT];

	box_raw(b, from, input_bytes(buf, wire(text, buf)));
	input_done();
	to_lf(b);
	return b->out;
}

const struct box_hole *box_hole(const struct box *b, u16 port)
{
	unsigned int i;

	for (i = 0; i < BOX_HOLES; i++)
		if (b->hole[i].used && b->hole[i].offer.inside_port == port)
			return b->hole + i;
	return NULL;
}

unsigned int box_holes(const struct box *b)
{
	unsigned int i, n = 0;

	for (i = 0; i < BOX_HOLES; i++)
		n += b->hole[i].used;
	return n;
}
