// SPDX-License-Identifier: GPL-2.0
/*
 * MSNSLP/1.0. A client says where it listens in "IPv4External-Addrs" and
 * "-Port", "IPv4ExternalAddrsAndPorts" and the same with "Internal"; newer
 * ones write such a line backwards, name and value.
 */

#include "slp.h"

/* Longest address with a port. */
#define TOKEN_MAX	(TEXT_ADDR_MAX + 8)

static const struct {
	const char *name;
	enum slp_what what;
	bool internal, mirrored, v6;
} lines[] = {
	{ "ipv4external-addrs", SLP_ADDR, false, false, false },
	{ "ipv4external-port", SLP_PORT, false, false, false },
	{ "ipv4externaladdrsandports", SLP_BOTH, false, false, false },
	{ "ipv4internal-addrs", SLP_ADDR, true, false, false },
	{ "ipv4internal-port", SLP_PORT, true, false, false },
	{ "ipv4internaladdrsandports", SLP_BOTH, true, false, false },
	{ "srdda-lanretxe4vpi", SLP_ADDR, false, true, false },
	{ "trop-lanretxe4vpi", SLP_PORT, false, true, false },
	{ "stropdnasrddalanretxe4vpi", SLP_BOTH, false, true, false },
	{ "srdda-lanretni4vpi", SLP_ADDR, true, true, false },
	{ "trop-lanretni4vpi", SLP_PORT, true, true, false },
	{ "stropdnasrddalanretni4vpi", SLP_BOTH, true, true, false },
	{ "ipv6-addrs", SLP_ADDR, false, false, true },
	{ "ipv6-port", SLP_PORT, false, false, true },
	{ "ipv6addrsandports", SLP_BOTH, false, false, true },
	{ "srdda-6vpi", SLP_ADDR, false, true, true },
	{ "trop-6vpi", SLP_PORT, false, true, true },
	{ "stropdnasrdda6vpi", SLP_BOTH, false, true, true },
	{ "netid", SLP_NET, false, false, false },
};

/* Lines that a reader does not miss, the least important one first. */
static const char *const spare[] = {
	"schannelstate", "capabilities-flags", "nat-trav-msg-type",
};

/**
 * struct reader - a message being read
 * @s: what it says
 * @self: the announcer's own addresses
 * @text: all of it
 * @spare: where the lines of that name are; empty if there is none
 * @blank: blanks that end them
 */
struct reader {
	struct slp *s;
	const struct self *self;
	struct span text;
	struct span spare[ARRAY_SIZE(spare)];
	const char *blank[ARRAY_SIZE(spare)];
};

static u32 place(const struct reader *r, const char *p)
{
	return (u32)(p - r->text.p);
}

static bool is_own(const struct reader *r, const struct addr *a)
{
	return addr_equal(a, &r->self->inside) ||
	       addr_equal(a, &r->self->outside);
}

static void mirror(char *to, const char *from, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		to[i] = from[n - 1 - i];
}

static u32 net_id(const struct addr *a)
{
	return a->b[0] | (u32)a->b[1] << 8 | (u32)a->b[2] << 16 |
	       (u32)a->b[3] << 24;
}

static bool read_net(struct span token, struct addr *a)
{
	bool minus = token.p < token.end && *token.p == '-';
	u32 v;

	token.p += minus;
	if (!text_u32(token, 0x80000000u, &v) || (!minus && v >> 31))
		return false;
	if (minus)
		v = 0 - v;
	*a = (struct addr){
		.len = 4,
		.b = { (u8)v, (u8)(v >> 8), (u8)(v >> 16), (u8)(v >> 24) },
	};
	return true;
}

/* One address or port. Return: false when it cannot be read. */
static bool read_value(struct slp_field *f, struct span token)
{
	char plain[TOKEN_MAX];
	u32 port;

	if (span_len(token) > sizeof(plain))
		return false;
	if (f->mirrored) {
		mirror(plain, token.p, span_len(token));
		token = span_make(plain, span_len(token));
	}
	switch (f->what) {
	case SLP_ADDR:
		return text_addr(token, &f->addr);
	case SLP_BOTH:
		return text_endpoint(token, &f->addr, &f->port);
	case SLP_NET:
		return read_net(token, &f->addr);
	case SLP_PORT:
		break;
	}
	if (!text_u32(token, 65535, &port))
		return false;
	f->port = (u16)port;
	return true;
}

static bool usable(const struct slp_field *f, const struct self *self)
{
	return f->v6 == (self->inside.len == 16);
}

/* What peers look at first: an external address. */
static void note_other(struct reader *r, const struct slp_field *f)
{
	struct slp *s = r->s;

	if (!usable(f, r->self) ||
	    (s->other.len && (f->internal || !s->other_internal)))
		return;
	s->other = f->addr;
	s->other_internal = f->internal;
}

/* Many addresses may be listed; only the announcer's own are kept. */
static void add(struct reader *r, const struct slp_field *f)
{
	struct slp *s = r->s;

	if (f->what == SLP_NET && !addr_equal(&f->addr, &r->self->inside))
		return;
	if (f->what == SLP_ADDR || f->what == SLP_BOTH) {
		note_other(r, f);
		if (!is_own(r, &f->addr))
			return;
	}
	if (s->n == SLP_FIELDS)
		s->crowded = true;
	else
		s->field[s->n++] = *f;
}

static u32 count_tokens(struct span value)
{
	struct span token;
	u32 n = 0;

	while (text_token(&value, &token))
		n += token.p != token.end;
	return n;
}

static void read_list(struct reader *r, const struct slp_field *kind,
		      struct span value)
{
	u32 all = count_tokens(value), nth = 0;
	struct span token;

	if ((kind->what == SLP_ADDR || kind->what == SLP_BOTH) &&
	    usable(kind, r->self) && all > r->s->many[kind->internal])
		r->s->many[kind->internal] = (u16)all;
	while (text_token(&value, &token)) {
		struct slp_field f = *kind;

		if (token.p == token.end)
			continue;
		f.off = (u16)place(r, token.p);
		f.len = (u16)span_len(token);
		f.nth = (u16)(f.mirrored ? all - 1 - nth : nth);
		if (read_value(&f, token))
			add(r, &f);
		nth++;
	}
}

static void read_body_line(struct reader *r, struct span line,
			   const char *next)
{
	struct span name, value;
	size_t i;

	if (!text_field(line, &name, &value))
		return;
	for (i = 0; i < ARRAY_SIZE(spare); i++)
		if (text_is(name, spare[i])) {
			r->spare[i] = (struct span){ line.p, next };
			r->blank[i] = line.end;
		}
	if (text_is(name, "listening")) {
		r->s->listening = text_is(value, "true");
		return;
	}
	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		struct slp_field kind = {
			.what = lines[i].what,
			.internal = lines[i].internal,
			.mirrored = lines[i].mirrored,
			.v6 = lines[i].v6,
		};

		if (text_is(name, lines[i].name))
			read_list(r, &kind, value);
	}
}

static u32 hash(struct span s)
{
	u32 h = 2166136261u;

	for (; s.p < s.end; s.p++)
		h = (h ^ (u8)(*s.p | 0x20)) * 16777619u;
	/* Hardly a cookie of an invitation. */
	return h | 0x80000000u;
}

static void read_header(struct reader *r, struct span line)
{
	struct span name, value;
	struct slp *s = r->s;

	if (!text_field(line, &name, &value))
		return;
	if (text_is(name, "call-id")) {
		s->call = hash(value);
	} else if (text_is(name, "content-type")) {
		s->answers = text_is(value,
				     "application/x-msnmsgr-transrespbody");
	} else if (text_is(name, "content-length") &&
		   text_u32(value, NFIM_MSG_MAX, &s->length)) {
		s->length_off = (u16)place(r, value.p);
		s->length_len = (u16)span_len(value);
	}
}

static bool read_start(struct span line, enum slp_verb *verb)
{
	struct span word;

	*verb = SLP_OTHER;
	if (text_starts(line, "msnslp/1.0 ")) {
		*verb = text_starts(line, "msnslp/1.0 200") ? SLP_OK :
							      SLP_REFUSED;
		return true;
	}
	if (span_len(line) < 12 ||
	    !text_is(span_make(line.end - 10, 10), "msnslp/1.0") ||
	    !text_token(&line, &word))
		return false;
	if (span_is(word, "INVITE"))
		*verb = SLP_INVITE;
	else if (span_is(word, "BYE"))
		*verb = SLP_BYE;
	return true;
}

/*
 * What may stand between the empty line and the NUL is not read by anybody.
 * @end: behind the empty line, or NULL.
 */
static void make_rooms(struct reader *r, const char *end)
{
	struct passage_rooms *rooms = &r->s->rooms;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(spare); i++) {
		if (!r->spare[i].p)
			continue;
		passage_room_add(rooms, place(r, r->spare[i].p),
				 (u32)span_len(r->spare[i]), true);
		passage_room_add(rooms, place(r, r->blank[i]), 0, false);
	}
	if (end)
		passage_room_add(rooms, place(r, end), 0, false);
}

bool slp_parse(struct span text, const struct self *self, struct slp *slp)
{
	struct reader r = { .s = slp, .self = self, .text = text };
	struct span rest = text, line;
	bool body = false;
	unsigned int i;

	memset(slp, 0, sizeof(*slp));
	if (span_len(text) > NFIM_MSG_MAX || !text_line(&rest, &line) ||
	    !read_start(line, &slp->verb))
		return false;
	for (i = 0; i < NFIM_HEADER_LINES && text_line(&rest, &line); i++) {
		if (line.p == line.end && body) {
			slp->whole = true;
			make_rooms(&r, rest.p);
			return true;
		}
		if (line.p == line.end)
			body = true;
		else if (body)
			read_body_line(&r, line, rest.p);
		else
			read_header(&r, line);
	}
	slp->crowded |= i == NFIM_HEADER_LINES;
	make_rooms(&r, NULL);
	return true;
}

/* The announcer's address, inside or as everybody sees it. */
static const struct slp_field *find_addr(const struct slp *s,
					 const struct self *self,
					 bool internal)
{
	u32 i;

	for (i = 0; i < s->n; i++) {
		const struct slp_field *f = s->field + i;

		if (f->internal != internal || !usable(f, self) ||
		    (f->what != SLP_ADDR && f->what != SLP_BOTH))
			continue;
		if (!internal || addr_equal(&f->addr, &self->inside))
			return f;
	}
	return NULL;
}

/* The port beside an address: of the same place in the list, if it is one. */
static const struct slp_field *find_port(const struct slp *s,
					 const struct self *self,
					 bool internal,
					 const struct slp_field *addr)
{
	const struct slp_field *first = NULL;
	u32 i;

	if (addr && addr->what == SLP_BOTH)
		return addr;
	for (i = 0; i < s->n; i++) {
		const struct slp_field *f = s->field + i;

		if (f->internal != internal || f->what != SLP_PORT ||
		    !usable(f, self))
			continue;
		if (addr && f->nth == addr->nth)
			return f;
		if (!first)
			first = f;
	}
	return first;
}

/**
 * struct ends - the fields that count
 * @addr: where peers look: an external line, or else an internal one
 * @port: the port there
 * @inside: the port where the announcer listens
 * @internal: there is nothing but internal lines
 * @fixed: the external address is not ours to change
 */
struct ends {
	const struct slp_field *addr;
	const struct slp_field *port;
	const struct slp_field *inside;
	bool internal;
	bool fixed;
};

static bool find_ends(const struct slp *s, const struct self *self,
		      struct ends *e)
{
	const struct slp_field *internal = find_addr(s, self, true);

	*e = (struct ends){ .addr = find_addr(s, self, false) };
	e->port = find_port(s, self, false, e->addr);
	e->inside = find_port(s, self, true, internal);
	if (!e->addr && internal) {
		/* An external line with an address of another NAT. */
		e->fixed = s->many[0] && e->port;
		e->internal = !e->fixed;
		e->addr = internal;
		if (!e->fixed)
			e->port = e->inside;
	}
	if (!e->port)
		e->port = e->inside;
	if (!e->inside)
		e->inside = e->port;
	return e->addr;
}

bool slp_announces(const struct slp *s)
{
	bool addr = s->other.len, port = false;
	u32 i;

	for (i = 0; i < s->n; i++) {
		addr |= s->field[i].what == SLP_ADDR;
		port |= s->field[i].what == SLP_PORT ||
			s->field[i].what == SLP_BOTH;
	}
	return s->answers && s->listening && addr && port &&
	       (s->verb == SLP_OK || s->verb == SLP_INVITE);
}

enum nfim_counter slp_offer(const struct slp *s, const struct self *self,
			    struct offer *offer)
{
	struct ends e;

	if (s->crowded)
		return NFIM_REFUSED_MALFORMED;
	if (!find_ends(s, self, &e))
		return NFIM_REFUSED_NOT_SELF;
	if (!e.port)
		return NFIM_REFUSED_MALFORMED;
	*offer = (struct offer){
		.app = NFIM_APP_DIRECT,
		.proto = 6,
		.announced_port = e.port->port,
		.inside_port = e.inside->port ? e.inside->port : e.port->port,
		.cookie = s->call,
		.fixed = e.fixed,
		.in_place = e.fixed || !self_is_natted(self) ||
			    addr_equal(&e.addr->addr, &self->outside),
	};
	return offer->announced_port ? NFIM_OK : NFIM_REFUSED_PORT_ZERO;
}

static size_t put_net(char *text, const struct addr *a)
{
	u32 v = net_id(a);

	if (!(v >> 31))
		return text_put_u32(text, v, 0);
	text[0] = '-';
	return 1 + text_put_u32(text + 1, 0 - v, 0);
}

static size_t put_value(char *text, const struct slp_field *f,
			const struct addr *a, u16 port)
{
	size_t n = 0;

	switch (f->what) {
	case SLP_PORT:
		return text_put_u32(text, port, 0);
	case SLP_NET:
		return put_net(text, a);
	case SLP_ADDR:
		return text_put_addr(text, a);
	case SLP_BOTH:
		break;
	}
	if (a->len == 16)
		text[n++] = '[';
	n += text_put_addr(text + n, a);
	if (a->len == 16)
		text[n++] = ']';
	text[n++] = ':';
	return n + text_put_u32(text + n, port, 0);
}

/* Whether a field says what a peer must not read. */
static bool is_wrong(const struct slp_field *f, const struct self *self,
		     const struct offer *offer, u16 port)
{
	bool addr = self_is_natted(self) &&
		    addr_equal(&f->addr, &self->inside);
	bool old = f->port == offer->announced_port && f->port != port;

	switch (f->what) {
	case SLP_PORT:
		return old;
	case SLP_BOTH:
		return addr || old;
	case SLP_ADDR:
	case SLP_NET:
		break;
	}
	return addr;
}

static bool plan_field(const struct slp_field *f, const struct self *self,
		       u16 port, const struct passage *p,
		       struct edit_plan *plan)
{
	char plain[TOKEN_MAX], text[TOKEN_MAX];
	size_t n;

	n = put_value(plain, f, &self->outside, port);
	if (f->mirrored)
		mirror(text, plain, n);
	else
		memcpy(text, plain, n);
	return passage_put(p, f->off, f->len, text, (u32)n, plan);
}

/* @net: NetID too. It tells who is behind the same NAT. */
static bool plan_fields(const struct slp *s, const struct self *self,
			const struct offer *offer, u16 port, bool net,
			const struct passage *p, struct edit_plan *plan)
{
	struct ends e;
	u32 i;

	if (!find_ends(s, self, &e) ||
	    (port != offer->announced_port && e.port->internal != e.internal))
		return false;
	for (i = 0; i < s->n; i++) {
		const struct slp_field *f = s->field + i;

		if (f->what == SLP_NET ? !net :
		    f->internal != e.internal || !usable(f, self))
			continue;
		if (is_wrong(f, self, offer, port) &&
		    !plan_field(f, self, port, p, plan))
			return false;
	}
	return true;
}

static bool plan_length(const struct slp *s, const struct passage *p,
			s32 delta, struct edit_plan *plan)
{
	char text[10];

	if (!s->length_off)
		return true;
	if ((s32)s->length + delta < 0)
		return false;
	return passage_put(p, s->length_off, s->length_len, text,
			   (u32)text_put_u32(text,
					     (u32)((s32)s->length + delta), 0),
			   plan);
}

bool slp_plan(const struct slp *s, const struct self *self,
	      const struct offer *offer, u16 port, const struct passage *p,
	      bool resize, struct edit_plan *plan, s32 *grown)
{
	u16 n = plan->n;
	s32 before = edit_delta(plan);
	u32 net;

	*grown = 0;
	if (offer->fixed)
		return port == offer->announced_port;
	for (net = 2; net--; edit_undo(plan, n)) {
		if (!plan_fields(s, self, offer, port, net, p, plan))
			continue;
		*grown = edit_delta(plan) - before;
		if (passage_balance(p, &s->rooms, *grown, plan)) {
			*grown = 0;
			return true;
		}
		/* Once more without what making room has left there. */
		edit_undo(plan, n);
		if (!resize ||
		    !plan_fields(s, self, offer, port, net, p, plan) ||
		    !plan_length(s, p, *grown, plan))
			continue;
		*grown = edit_delta(plan) - before;
		return true;
	}
	return false;
}
