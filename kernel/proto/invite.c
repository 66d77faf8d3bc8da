// SPDX-License-Identifier: GPL-2.0
/*
 * text/x-msmsgsinvite. Lines come in any order and any of them may come
 * twice; the first one counts, all of them are rewritten. Only the start of a
 * line makes a field: "Request-Data: IP-Address:" is none.
 */

#include "base64.h"
#include "invite.h"
#include "msnp.h"

#define IPPROTO_TCP_NUMBER	6

/* With its length, which nobody has to count again for each line. */
#define TEXT(s)	s, sizeof(s) - 1

static const struct {
	const char *name;
	u32 len;
	enum invite_kind kind;
} field_names[] = {
	{ TEXT("ip-address"), INVITE_IP },
	{ TEXT("ip-address-internal"), INVITE_IP_INTERNAL },
	{ TEXT("port"), INVITE_PORT },
	{ TEXT("portx"), INVITE_PORTX },
	{ TEXT("portx-internal"), INVITE_PORTX_INTERNAL },
	{ TEXT("ip-address-enc64"), INVITE_ENC64 },
	{ TEXT("context-data"), INVITE_DATA },
	{ TEXT("ip"), INVITE_IP },
};

/* Without braces, which some clients leave out. */
static const struct {
	const char *guid;
	u32 len;
	enum invite_app app;
} guids[] = {
	{ TEXT("5d3e02ab-6190-11d3-bbbb-00c04f795683"), INVITE_FILE },
	{ TEXT("02d3c01f-bf30-4825-a83a-de7af41648aa"), INVITE_CALL },
	{ TEXT("44bba842-cc51-11cf-aafa-00aa00b6015c"), INVITE_NETMEETING },
	{ TEXT("f1b1920c-6a3c-4ce7-b18c-afab305fd03d"), INVITE_SHARING },
	{ TEXT("1df57d09-637a-4ca5-91b9-2c3edaaf62fe"), INVITE_WHITEBOARD },
	{ TEXT("56b994a7-380f-410b-9985-c809d78c1bdc"), INVITE_ASK_ASSISTANCE },
	{ TEXT("703ea1a8-d73e-43e3-852c-ee85b5d872c2"), INVITE_OFFER_ASSISTANCE },
	{ TEXT("2a23868e-b45f-401d-b8b0-1e16b774a5b7"), INVITE_WEBCAM },
	{ TEXT("8dae4336-2b71-11d4-9a6c-006067325e47"), INVITE_GAME },
	{ TEXT("41fd0fa-2942-4dc4-b4c5-73d2c55f4c94"), INVITE_GAME },
};

static bool is_address(enum invite_kind kind)
{
	return kind == INVITE_IP || kind == INVITE_IP_INTERNAL ||
	       kind == INVITE_ENC64 || kind == INVITE_DATA;
}

/* Addresses: alone or with a port. */
static void read_address(struct invite_field *f, struct span value)
{
	char text[TEXT_ADDR_MAX + 8];
	size_t n;

	if (f->kind == INVITE_ENC64) {
		if (!base64_decode(value, text, sizeof(text), &n))
			return;
		value = span_make(text, n);
	}
	f->both = f->kind != INVITE_IP_INTERNAL &&
		  text_endpoint(value, &f->addr, &f->port);
	f->ok = f->both ||
		(f->kind != INVITE_DATA && text_addr(value, &f->addr));
}

static void read_value(struct invite_field *f, struct span value)
{
	u32 v;

	if (is_address(f->kind)) {
		read_address(f, value);
		return;
	}
	f->ok = span_len(value) <= 10 && text_u32(value, 65535, &v);
	if (f->ok)
		f->port = (u16)(f->kind == INVITE_PORT ? v :
				v ^ INVITE_PORT_XOR);
}

static void add_field(struct invite *inv, enum invite_kind kind,
		      struct span body, struct span value)
{
	struct invite_field f = {
		.kind = kind,
		.off = (u16)(value.p - body.p),
		.len = (u16)span_len(value),
	};

	read_value(&f, value);
	/* Most of what it holds is no address. */
	if (kind == INVITE_DATA && !f.ok)
		return;
	if (inv->n == NFIM_INVITE_FIELDS)
		inv->crowded = true;
	else
		inv->field[inv->n++] = f;
}

static enum invite_command read_command(struct span value)
{
	if (text_is(value, "accept"))
		return INVITE_ACCEPT;
	if (text_is(value, "cancel"))
		return INVITE_CANCEL;
	if (text_is(value, "context"))
		return INVITE_CONTEXT;
	return text_is(value, "invite") ? INVITE_INVITE : INVITE_OTHER;
}

static enum invite_app read_guid(struct span value)
{
	size_t i;

	if (value.p < value.end && *value.p == '{')
		value.p++;
	if (value.p < value.end && value.end[-1] == '}')
		value.end--;
	for (i = 0; i < ARRAY_SIZE(guids); i++)
		if (span_len(value) == guids[i].len &&
		    text_same(value.p, guids[i].guid, guids[i].len))
			return guids[i].app;
	return INVITE_UNKNOWN;
}

static bool speaks_of_sip(struct span value)
{
	for (; span_len(value) >= 4; value.p++)
		if (text_starts(value, "sip_"))
			return true;
	return false;
}

/* Lines that describe. Return: false for any other. */
static bool read_word(struct invite *inv, struct span name, struct span value)
{
	if (text_is(name, "invitation-command")) {
		if (inv->command == INVITE_OTHER)
			inv->command = read_command(value);
	} else if (text_is(name, "invitation-cookie")) {
		if (!inv->has_cookie)
			inv->has_cookie = text_u32(value, ~0u, &inv->cookie);
	} else if (text_is(name, "application-guid")) {
		if (!inv->app)
			inv->app = read_guid(value);
	} else if (text_is(name, "session-id") ||
		   text_is(name, "session-protocol")) {
		inv->session = true;
	} else if (text_is(name, "upnp")) {
		inv->mapped |= text_is(value, "true");
	} else {
		return false;
	}
	return true;
}

static void read_line(struct invite *inv, struct span body, struct span line)
{
	struct span name, value;
	unsigned int i;

	if (!text_field(line, &name, &value) || read_word(inv, name, value))
		return;
	if (text_is(name, "context-data"))
		inv->sip |= speaks_of_sip(value);
	for (i = 0; i < ARRAY_SIZE(field_names); i++)
		if (span_len(name) == field_names[i].len &&
		    text_same(name.p, field_names[i].name,
			      field_names[i].len))
			add_field(inv, field_names[i].kind, body, value);
}

void invite_parse(struct span body, struct invite *inv)
{
	struct span rest = body, line;
	unsigned int i;

	memset(inv, 0, sizeof(*inv));
	if (span_len(rest) > NFIM_MSG_MAX) {
		rest.end = rest.p + NFIM_MSG_MAX;
		inv->crowded = true;
	}
	for (i = 0; i < NFIM_HEADER_LINES && rest.p < rest.end; i++) {
		if (!text_line(&rest, &line)) {
			/* Some clients leave the last line unended. */
			line = rest;
			rest.p = rest.end;
		}
		read_line(inv, body, line);
	}
	/* Blanks behind the last line are filling, ours maybe. */
	rest = text_trim(rest);
	if (rest.p < rest.end)
		inv->crowded = true;
}

const struct invite_field *invite_first(const struct invite *inv,
					enum invite_kind kind)
{
	u32 i;

	for (i = 0; i < inv->n; i++)
		if (inv->field[i].kind == kind)
			return inv->field + i;
	return NULL;
}

/* What peers are told: Port, or PortX where a client writes only that. */
static const struct invite_field *announced_port(const struct invite *inv)
{
	const struct invite_field *f = invite_first(inv, INVITE_PORT);

	return f ? f : invite_first(inv, INVITE_PORTX);
}

static const struct invite_field *announced_addr(const struct invite *inv)
{
	const struct invite_field *f = invite_first(inv, INVITE_IP);

	return f ? f : invite_first(inv, INVITE_IP_INTERNAL);
}

bool invite_announces(const struct invite *inv)
{
	return inv->command == INVITE_ACCEPT && !inv->session &&
	       announced_addr(inv) && announced_port(inv);
}

bool invite_addr(const struct invite *inv, struct addr *addr)
{
	const struct invite_field *f = announced_addr(inv);

	*addr = f->addr;
	return f->ok && !f->both;
}

enum nfim_counter invite_offer(const struct invite *inv,
			       const struct self *self, struct offer *offer)
{
	const struct invite_field *a = announced_addr(inv);
	const struct invite_field *p = announced_port(inv);
	const struct invite_field *ia = invite_first(inv, INVITE_IP_INTERNAL);
	const struct invite_field *ip = invite_first(inv, INVITE_PORTX_INTERNAL);
	bool inside, outside, internal;

	if (inv->crowded || !a->ok || a->both || !p->ok)
		return NFIM_REFUSED_MALFORMED;
	inside = addr_equal(&a->addr, &self->inside);
	outside = addr_equal(&a->addr, &self->outside);
	internal = ia && ia->ok && addr_equal(&ia->addr, &self->inside);
	if (!inside && !outside && !internal)
		return NFIM_REFUSED_NOT_SELF;

	*offer = (struct offer){
		.app = NFIM_APP_FILE_TRANSFER,
		.proto = IPPROTO_TCP_NUMBER,
		.announced_port = p->port,
		.inside_port = ip && ip->ok && ip->port ? ip->port : p->port,
		.cookie = inv->cookie,
		.fixed = !inside && !outside,
		.in_place = !inside || !self_is_natted(self),
	};
	return offer->announced_port ? NFIM_OK : NFIM_REFUSED_PORT_ZERO;
}

static bool plan_value(struct edit_plan *plan, const struct invite_place *w,
		       const struct invite_field *f, const char *text,
		       size_t len)
{
	u32 off = (u32)(w->body.p - w->data.p) + f->off;

	return edit_add(plan, off, f->len, text, len);
}

static bool plan_port(struct edit_plan *plan, const struct invite_place *w,
		      const struct invite_field *f, u16 port)
{
	char text[10];

	if (f->kind == INVITE_PORTX)
		port ^= INVITE_PORT_XOR;
	return plan_value(plan, w, f, text, text_put_u32(text, port, 0));
}

static bool plan_field(struct edit_plan *plan, const struct invite_place *w,
		       const struct invite *inv,
		       const struct invite_field *f, const struct self *self,
		       const struct offer *offer, u16 port)
{
	char text[TEXT_ADDR_MAX];

	if (!f->ok || f->both)
		return true;
	switch (f->kind) {
	case INVITE_IP:
	case INVITE_IP_INTERNAL:
		if (f->kind != announced_addr(inv)->kind ||
		    !self_is_natted(self) ||
		    !addr_equal(&f->addr, &self->inside))
			return true;
		return plan_value(plan, w, f, text,
				  text_put_addr(text, &self->outside));
	case INVITE_PORT:
		return f->port == port || plan_port(plan, w, f, port);
	case INVITE_PORTX:
		/* Some clients write a constant there (msnp.md 3.3). */
		if (f->port != offer->announced_port || f->port == port)
			return true;
		return plan_port(plan, w, f, port);
	default:
		return true;
	}
}

static bool plan_fields(struct edit_plan *plan, const struct invite_place *w,
			const struct invite *inv, const struct self *self,
			const struct offer *offer, u16 port)
{
	u32 i;

	for (i = 0; i < inv->n; i++)
		if (!plan_field(plan, w, inv, inv->field + i, self, offer,
				port))
			return false;
	return true;
}

/*
 * What is missing to the same length is put behind the last line, where
 * nobody reads. No zeros in front of a port: aMSN takes them for octal.
 */
static bool plan_filler(struct edit_plan *plan, const struct invite_place *w,
			s32 delta)
{
	char text[NFIM_EDIT_TEXT];
	size_t n = (size_t)-delta;

	if (delta >= 0 || n >= sizeof(text) || w->body.p == w->body.end ||
	    w->body.end[-1] != '\n')
		return false;
	text[0] = '\n';
	memset(text + 1, ' ', n);
	return edit_add(plan, (u32)(w->body.end - 1 - w->data.p), 1, text,
			n + 1);
}

bool invite_plan_length(const struct invite_place *w, s32 delta, bool resize,
			struct edit_plan *plan)
{
	u32 len = (u32)((s32)w->payload_len + delta);

	if (!delta || plan_filler(plan, w, delta))
		return true;
	return resize && (delta < 0 || len <= MSNP_SB_PAYLOAD) &&
	       msnp_plan_length(plan, w->data, w->line, len) &&
	       edit_fits(plan);
}

bool invite_plan_fields(const struct invite *inv, const struct self *self,
			const struct offer *offer, u16 outside_port,
			const struct invite_place *where,
			struct edit_plan *plan)
{
	u16 n = plan->n;

	if (offer->fixed)
		return outside_port == offer->announced_port;
	if (plan_fields(plan, where, inv, self, offer, outside_port))
		return true;
	edit_undo(plan, n);
	return false;
}

bool invite_plan(const struct invite *inv, const struct self *self,
		 const struct offer *offer, u16 outside_port,
		 const struct invite_place *where, bool resize,
		 struct edit_plan *plan)
{
	s32 before = edit_delta(plan);
	u16 n = plan->n;

	if (invite_plan_fields(inv, self, offer, outside_port, where, plan) &&
	    invite_plan_length(where, edit_delta(plan) - before, resize,
			       plan))
		return true;
	edit_undo(plan, n);
	return false;
}
