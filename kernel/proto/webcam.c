// SPDX-License-Identifier: GPL-2.0
/*
 * Webcam XML: UTF-16LE, without attributes, with blanks between elements.
 * Elements of TCP are known by their names alone.
 */

#include "webcam.h"

#define TAG_MAX		32
#define UNIT_LENGTH	6	/* offset of the length in the unit */

static const struct {
	const char *name;
	enum webcam_what what;
} elements[] = {
	{ "tcpport", WEBCAM_PORT },
	{ "tcplocalport", WEBCAM_LOCAL },
	{ "tcpexternalport", WEBCAM_EXTERNAL },
	{ "tcpexternalip", WEBCAM_ADDR },
};

/* Nothing that matters is beyond ASCII. */
static char char_at(const struct passage *p, u32 i)
{
	const char *c = p->text.p + 2 * (size_t)i;

	return c[1] ? '\0' : c[0];
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool webcam_may_be(struct span data)
{
	static const char *const roots[] = { "<producer>", "<viewer>" };
	struct passage p = { .wide = true };
	size_t n = span_len(data);
	u32 i, k;

	if ((n > 0 && data.p[0] != (char)0x80) || (n > 4 && data.p[4] != 8) ||
	    (n > 5 && data.p[5]))
		return false;
	if (n <= WEBCAM_UNIT)
		return true;
	p.text = span_make(data.p + WEBCAM_UNIT, n - WEBCAM_UNIT);
	for (i = 0; i < ARRAY_SIZE(roots); i++) {
		for (k = 0; roots[i][k] && k < passage_len(&p) &&
		     char_at(&p, k) == roots[i][k]; k++)
			;
		if (!roots[i][k] || k == passage_len(&p))
			return true;
	}
	return false;
}

/* Characters from @i up to @stop, at most @max. Return: false beyond. */
static bool take_until(const struct passage *p, u32 *i, char stop, char *text,
		       u32 max, u32 *n)
{
	for (*n = 0; *i < passage_len(p); (*i)++) {
		if (char_at(p, *i) == stop)
			return true;
		if (*n == max)
			return false;
		text[(*n)++] = char_at(p, *i);
	}
	return false;
}

static bool which(struct span name, enum webcam_what *what)
{
	u32 i;

	*what = WEBCAM_ADDR;
	if (text_starts(name, "tcpipaddress"))
		return true;
	for (i = 0; i < ARRAY_SIZE(elements); i++) {
		*what = elements[i].what;
		if (text_is(name, elements[i].name))
			return true;
	}
	return false;
}

static void add(struct webcam *w, enum webcam_what what, u32 off,
		struct span value)
{
	struct webcam_field f = {
		.what = what,
		.off = (u16)off,
		.len = (u16)span_len(value),
	};
	u32 port = 0;

	if (what == WEBCAM_ADDR ? !text_addr(value, &f.addr) :
				  !text_u32(value, 65535, &port)) {
		w->bad = true;
		return;
	}
	f.port = (u16)port;
	if (w->n == WEBCAM_FIELDS)
		w->crowded = true;
	else
		w->field[w->n++] = f;
}

/* Behind the end of an element of TCP blanks may stand. */
static void note_room(struct webcam *w, const struct passage *p, u32 i)
{
	u32 from = i;

	while (i < passage_len(p) && is_blank(char_at(p, i)))
		i++;
	if (i < passage_len(p) && char_at(p, i) == '<')
		passage_room_add(&w->rooms, from, i - from, false);
}

/* Behind "<". Return: false when nothing can be read any more. */
static bool read_tag(struct webcam *w, const struct passage *p, u32 *i)
{
	char name[TAG_MAX], value[TEXT_ADDR_MAX];
	enum webcam_what what;
	struct span tag;
	u32 n, off;

	if (!take_until(p, i, '>', name, sizeof(name), &n))
		return true;
	(*i)++;
	tag = span_make(name, n);
	if (span_is(tag, "/tcp")) {
		w->whole = true;
		return false;
	}
	if (n && name[0] == '/') {
		tag.p++;
		if (which(tag, &what) && what != WEBCAM_ADDR)
			note_room(w, p, *i);
		return true;
	}
	if (!which(tag, &what))
		return true;
	off = *i;
	if (take_until(p, i, '<', value, sizeof(value), &n) && n)
		add(w, what, off, span_make(value, n));
	return true;
}

void webcam_parse(const struct passage *p, struct webcam *w)
{
	u32 i = 0;

	memset(w, 0, sizeof(*w));
	while (i < passage_len(p)) {
		if (char_at(p, i) != '<') {
			i++;
			continue;
		}
		i++;
		if (!read_tag(w, p, &i))
			break;
	}
}

static const struct webcam_field *first(const struct webcam *w,
					enum webcam_what what)
{
	u32 i;

	for (i = 0; i < w->n; i++)
		if (w->field[i].what == what &&
		    (what == WEBCAM_ADDR || w->field[i].port))
			return w->field + i;
	return NULL;
}

static const struct webcam_field *announced(const struct webcam *w)
{
	const struct webcam_field *f = first(w, WEBCAM_PORT);

	if (!f)
		f = first(w, WEBCAM_EXTERNAL);
	return f ? f : first(w, WEBCAM_LOCAL);
}

static const struct webcam_field *find_addr(const struct webcam *w,
					    const struct addr *a)
{
	u32 i;

	for (i = 0; i < w->n; i++)
		if (w->field[i].what == WEBCAM_ADDR &&
		    addr_equal(&w->field[i].addr, a))
			return w->field + i;
	return NULL;
}

bool webcam_announces(const struct webcam *w)
{
	return first(w, WEBCAM_ADDR) && announced(w);
}

struct addr webcam_other(const struct webcam *w)
{
	const struct webcam_field *f = first(w, WEBCAM_ADDR);

	return f ? f->addr : (struct addr){ 0 };
}

enum nfim_counter webcam_offer(const struct webcam *w, const struct self *self,
			       struct offer *offer)
{
	const struct webcam_field *p = announced(w);
	const struct webcam_field *local = first(w, WEBCAM_LOCAL);
	bool outside = find_addr(w, &self->outside);

	if (w->crowded || w->bad || !p)
		return NFIM_REFUSED_MALFORMED;
	if (!outside && !find_addr(w, &self->inside))
		return NFIM_REFUSED_NOT_SELF;
	*offer = (struct offer){
		.app = NFIM_APP_WEBCAM,
		.proto = 6,
		.announced_port = p->port,
		.inside_port = local ? local->port : p->port,
		.in_place = outside,
	};
	return NFIM_OK;
}

static bool says_port(const struct webcam *w, u16 port)
{
	u32 i;

	for (i = 0; i < w->n; i++)
		if (w->field[i].what != WEBCAM_ADDR &&
		    w->field[i].port == port)
			return true;
	return false;
}

static bool plan_ports(const struct webcam *w, u16 port,
		       const struct passage *p, struct edit_plan *plan)
{
	const struct webcam_field *told = announced(w);
	char text[10];
	u32 i, n;

	if (says_port(w, port))
		return true;
	n = (u32)text_put_u32(text, port, 0);
	for (i = 0; i < w->n; i++) {
		const struct webcam_field *f = w->field + i;

		if (f->what == WEBCAM_ADDR || f->port != told->port ||
		    (f->what == WEBCAM_LOCAL && told->what != WEBCAM_LOCAL))
			continue;
		if (!passage_put(p, f->off, f->len, text, n, plan))
			return false;
	}
	return true;
}

static bool plan_addr(const struct webcam *w, const struct self *self,
		      const struct passage *p, struct edit_plan *plan)
{
	const struct webcam_field *f = find_addr(w, &self->inside);
	char text[TEXT_ADDR_MAX];

	if (!f || find_addr(w, &self->outside))
		return true;
	return passage_put(p, f->off, f->len, text,
			   (u32)text_put_addr(text, &self->outside), plan);
}

bool webcam_plan(const struct webcam *w, const struct self *self, u16 port,
		 const struct passage *p, bool resize, struct edit_plan *plan,
		 s32 *grown)
{
	u16 n = plan->n;
	s32 before = edit_delta(plan);

	*grown = 0;
	if (!plan_ports(w, port, p, plan) ||
	    !plan_addr(w, self, p, plan))
		return false;
	*grown = edit_delta(plan) - before;
	if (passage_balance(p, &w->rooms, *grown / 2, plan)) {
		*grown = 0;
		return true;
	}
	/* Once more without what making room has left there. */
	edit_undo(plan, n);
	return resize && plan_ports(w, port, p, plan) &&
	       plan_addr(w, self, p, plan);
}

static u32 le32(const char *p)
{
	return (u8)p[0] | (u32)(u8)p[1] << 8 | (u32)(u8)p[2] << 16 |
	       (u32)(u8)p[3] << 24;
}

/* Clients disagree on whether the unit counts bytes or characters. */
bool webcam_plan_grow(struct span unit, struct span data, s32 grown,
		      struct edit_plan *plan)
{
	u32 said, bytes = (u32)span_len(unit) - WEBCAM_UNIT;
	char text[4];
	u32 v;

	said = le32(unit.p + UNIT_LENGTH);
	v = (u32)((s32)said + (said == bytes ? grown : grown / 2));
	if (said != bytes && said != bytes / 2 && said != bytes / 2 - 1)
		return true;
	text[0] = (char)v;
	text[1] = (char)(v >> 8);
	text[2] = (char)(v >> 16);
	text[3] = (char)(v >> 24);
	return edit_add(plan, (u32)(unit.p + UNIT_LENGTH - data.p), 4, text,
			4);
}
