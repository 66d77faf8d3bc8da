// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions (SM1): everything but file transfers. Who accepts names an address
 * with a port, or an address alone where the application always uses the same
 * ports; base64 of the same text may stand beside it.
 */

#include "base64.h"
#include "invite.h"

#define TCP	6
#define UDP	17

/* Longest text of an address with a port, and base64 of it. */
#define BOTH_MAX	(TEXT_ADDR_MAX + 8)
#define ENC64_MAX	((BOTH_MAX + 2) / 3 * 4)

/**
 * struct session_app - what a session of an application opens
 * @app: what policy calls it
 * @proto: protocol of a port that is told
 * @also: the other one as well
 * @helper: for who comes there
 * @port: ports that are opened when none is told
 */
struct session_app {
	enum nfim_app app;
	u8 proto;
	u8 also;
	enum offer_helper helper;
	struct {
		u16 port;
		u8 proto;
		u8 also;
		enum offer_helper helper;
	} port[2];
};

static const struct session_app apps[] = {
	/* Nobody knows it: whatever it tells. */
	[INVITE_UNKNOWN] = { .app = NFIM_APP_GAME, .proto = TCP, .also = UDP },
	[INVITE_CALL] = {
		.app = NFIM_APP_VOICE,
		.proto = UDP,
		.also = TCP,
		.helper = OFFER_IMSIP,
		.port = { { 6901, UDP, TCP, OFFER_NO_HELPER } },
	},
	[INVITE_NETMEETING] = {
		.app = NFIM_APP_NETMEETING,
		.proto = TCP,
		.port = { { 1720, TCP, 0, OFFER_Q931 },
			  { 1503, TCP, 0, OFFER_NO_HELPER } },
	},
	[INVITE_SHARING] = {
		.app = NFIM_APP_APP_SHARING,
		.proto = TCP,
		.port = { { 1503, TCP, 0, OFFER_NO_HELPER } },
	},
	[INVITE_WHITEBOARD] = {
		.app = NFIM_APP_WHITEBOARD,
		.proto = TCP,
		.port = { { 1503, TCP, 0, OFFER_NO_HELPER } },
	},
	[INVITE_ASK_ASSISTANCE] = {
		.app = NFIM_APP_REMOTE_ASSISTANCE,
		.proto = TCP,
		.port = { { 3389, TCP, 0, OFFER_NO_HELPER } },
	},
	[INVITE_OFFER_ASSISTANCE] = {
		.app = NFIM_APP_REMOTE_ASSISTANCE,
		.proto = TCP,
		.port = { { 3389, TCP, 0, OFFER_NO_HELPER } },
	},
	[INVITE_WEBCAM] = { .app = NFIM_APP_WEBCAM, .proto = TCP },
	[INVITE_GAME] = {
		.app = NFIM_APP_GAME,
		.proto = TCP,
		.also = UDP,
		/* DirectPlay: its own, and the first one of a player. */
		.port = { { 47624, TCP, UDP, OFFER_NO_HELPER },
			  { 2300, TCP, UDP, OFFER_NO_HELPER } },
	},
};

/* Ports that tell an application whose INVITE was not seen. */
static enum invite_app guess(const struct invite *inv, u16 port)
{
	if (inv->sip)
		return INVITE_CALL;
	if (inv->command == INVITE_CONTEXT)
		return INVITE_SHARING;
	switch (port) {
	case 1503:
		return INVITE_WHITEBOARD;
	case 1720:
		return INVITE_NETMEETING;
	case 3389:
		return INVITE_ASK_ASSISTANCE;
	default:
		return INVITE_UNKNOWN;
	}
}

const struct invite_field *invite_session_addr(const struct invite *inv)
{
	const struct invite_field *f = invite_first(inv, INVITE_IP);

	if (!f)
		f = invite_first(inv, INVITE_ENC64);
	return f ? f : invite_first(inv, INVITE_DATA);
}

static void add_told(const struct invite *inv, enum invite_app app,
		     const struct invite_field *f, u16 port,
		     struct invite_end *end)
{
	const struct session_app *a =
		apps + (app ? app : guess(inv, port));

	*end = (struct invite_end){
		.field = f,
		.offer = {
			.app = a->app,
			.proto = a->proto,
			.also = a->also,
			.helper = a->helper,
			.announced_port = port,
			.inside_port = port,
			.cookie = inv->cookie,
		},
	};
}

static u32 add_defaults(const struct invite *inv, enum invite_app app,
			struct invite_end *end)
{
	const struct session_app *a =
		apps + (app || !inv->sip ? app : INVITE_CALL);
	u32 n;

	for (n = 0; n < ARRAY_SIZE(a->port) && a->port[n].port; n++)
		end[n] = (struct invite_end){
			.offer = {
				.app = a->app,
				.proto = a->port[n].proto,
				.also = a->port[n].also,
				.helper = a->port[n].helper,
				.announced_port = a->port[n].port,
				.inside_port = a->port[n].port,
				.cookie = inv->cookie,
			},
		};
	return n;
}

/* Only the one who is helped, or shows itself, is connected to. */
static bool listens(enum invite_app app, bool by_client)
{
	switch (app) {
	case INVITE_ASK_ASSISTANCE:
		return by_client;
	case INVITE_OFFER_ASSISTANCE:
		return !by_client;
	case INVITE_FILE:
		return false;
	default:
		return true;
	}
}

static bool may_announce(const struct invite *inv, enum invite_app app)
{
	if (inv->command == INVITE_INVITE)
		return app == INVITE_WEBCAM;
	return (inv->command == INVITE_ACCEPT ||
		inv->command == INVITE_CONTEXT) &&
	       (inv->session || app != INVITE_UNKNOWN);
}

u32 invite_session(const struct invite *inv, enum invite_app app,
		   bool by_client, struct invite_end end[INVITE_ENDS])
{
	const struct invite_field *a = invite_session_addr(inv), *p;
	u32 n = 0;

	if (!a || !may_announce(inv, app) || !listens(app, by_client))
		return 0;
	p = invite_first(inv, INVITE_PORT);
	if (a->both)
		add_told(inv, app, a, a->port, end + n++);
	else if (p)
		add_told(inv, app, p, p->port, end + n++);
	else if (a->kind != INVITE_DATA)
		n = add_defaults(inv, app, end);
	/* What is shared has a listener of its own. */
	p = invite_first(inv, INVITE_DATA);
	if (p && p != a && p->port != a->port)
		add_told(inv, app, p, p->port, end + n++);
	return n;
}

enum nfim_counter invite_session_offer(const struct invite *inv,
				       const struct invite_end *end,
				       const struct self *self,
				       struct offer *offer)
{
	const struct invite_field *a = end->field;
	bool inside, outside;

	if (!a || a->kind == INVITE_PORT)
		a = invite_session_addr(inv);
	if (inv->crowded || !a->ok || (end->field && !end->field->ok))
		return NFIM_REFUSED_MALFORMED;
	inside = addr_equal(&a->addr, &self->inside);
	outside = addr_equal(&a->addr, &self->outside);
	if (!inside && !outside)
		return NFIM_REFUSED_NOT_SELF;
	*offer = end->offer;
	offer->in_place = outside;
	return offer->announced_port ? NFIM_OK : NFIM_REFUSED_PORT_ZERO;
}

/* Another endpoint of the message may have put the same there already. */
static bool is_there(const struct edit_plan *plan, u32 off, u32 len,
		     const char *text, size_t n)
{
	u32 i;

	for (i = 0; i < plan->n; i++)
		if (plan->e[i].off == off && plan->e[i].len == len &&
		    plan->e[i].new_len == n &&
		    !memcmp(plan->pool + plan->e[i].at, text, n))
			return true;
	return false;
}

static bool put(struct edit_plan *plan, const struct invite_place *w,
		const struct invite_field *f, const char *text, size_t n)
{
	u32 off = (u32)(w->body.p - w->data.p) + f->off;

	return is_there(plan, off, f->len, text, n) ||
	       edit_add(plan, off, f->len, text, n);
}

static size_t put_both(char *text, const struct addr *a, u16 port)
{
	size_t n = 0;

	if (a->len == 16)
		text[n++] = '[';
	n += text_put_addr(text + n, a);
	if (a->len == 16)
		text[n++] = ']';
	text[n++] = ':';
	return n + text_put_u32(text + n, port, 0);
}

/* An address field: @port in place of @old. */
static bool plan_addr(struct edit_plan *plan, const struct invite_place *w,
		      const struct invite_field *f, const struct self *self,
		      u16 old, u16 port)
{
	bool inside = self_is_natted(self) &&
		      addr_equal(&f->addr, &self->inside);
	bool moves = f->both && f->port == old && old != port;
	const struct addr *a = inside ? &self->outside : &f->addr;
	char text[BOTH_MAX], enc[ENC64_MAX];
	size_t n;

	if (!inside && !(moves && addr_equal(&f->addr, &self->outside)))
		return true;
	n = f->both ? put_both(text, a, moves ? port : f->port) :
		      text_put_addr(text, a);
	if (f->kind != INVITE_ENC64)
		return put(plan, w, f, text, n);
	n = base64_encode(enc, span_make(text, n));
	return put(plan, w, f, enc, n);
}

static bool plan_field(struct edit_plan *plan, const struct invite_place *w,
		       const struct invite_field *f,
		       const struct invite_end *end, const struct self *self,
		       u16 port)
{
	u16 old = end->offer.announced_port;
	char text[10];

	if (!f->ok)
		return true;
	switch (f->kind) {
	case INVITE_IP:
	case INVITE_ENC64:
	case INVITE_DATA:
		/* A field with another port is another endpoint's. */
		return (f->both && f->port != old) ||
		       plan_addr(plan, w, f, self, old, port);
	case INVITE_PORT:
	case INVITE_PORTX:
		if (f->port != old || old == port || !end->field)
			return true;
		return put(plan, w, f, text,
			   text_put_u32(text, f->kind == INVITE_PORT ? port :
					port ^ INVITE_PORT_XOR, 0));
	default:
		return true;
	}
}

bool invite_session_plan(const struct invite *inv,
			 const struct invite_end *end,
			 const struct self *self, u16 port,
			 const struct invite_place *where,
			 struct edit_plan *plan)
{
	u16 n = plan->n;
	u32 i;

	/* Nobody is told the port, so it cannot be another one. */
	if (!end->field && port != end->offer.announced_port)
		return false;
	for (i = 0; i < inv->n; i++) {
		if (!plan_field(plan, where, inv->field + i, end, self, port)) {
			edit_undo(plan, n);
			return false;
		}
	}
	return true;
}
