// SPDX-License-Identifier: GPL-2.0
/* Header fields: their names, and what their values say. */

#include "sip_field.h"

#include "sip_lex.h"

/* Numbers that mean seconds may be of any size. */
static bool read_seconds(struct span s, u32 *val)
{
	const char *p;

	if (text_u32(s, ~0u, val))
		return true;
	for (p = s.p; p < s.end; p++)
		if (*p < '0' || *p > '9')
			return false;
	*val = ~0u;
	return s.p != s.end;
}

/* Return: false when it was there before. */
static bool once(struct sip_fields *f, u32 bit)
{
	bool before = f->seen & bit;

	f->seen |= bit;
	return !before;
}

static bool is_replace(struct span name, struct span value)
{
	return text_is(name, "proxy") && text_is(value, "replace");
}

static bool read_tag(struct sip_fields *f, struct span value,
		     struct place *tag)
{
	struct span uri, name, v;

	if (!sip_take_addr(&value, &uri))
		return true;
	while (sip_take_param(&value, &name, &v)) {
		if (!text_is(name, "tag"))
			continue;
		*tag = place_of(f->data, v);
		break;
	}
	return true;
}

static bool on_from(struct sip_fields *f, struct span value)
{
	return once(f, SIP_SEEN_FROM) &&
	       read_tag(f, value, &f->sip->from_tag);
}

static bool on_to(struct sip_fields *f, struct span value)
{
	return once(f, SIP_SEEN_TO) && read_tag(f, value, &f->sip->to_tag);
}

static bool on_call_id(struct sip_fields *f, struct span value)
{
	f->sip->call_id = place_of(f->data, value);
	return once(f, SIP_SEEN_CALL_ID) && value.p != value.end;
}

static bool on_cseq(struct sip_fields *f, struct span value)
{
	struct span number;

	if (!once(f, SIP_SEEN_CSEQ) || !sip_take_token(&value, &number) ||
	    !text_u32(number, 0x7fffffff, &f->sip->cseq))
		return false;
	sip_skip_space(&value);
	return value.p != number.end &&
	       sip_take_token(&value, &f->cseq_method) &&
	       value.p == value.end;
}

/* The topmost value decides; what cannot be read below it is let be. */
static bool on_via(struct sip_fields *f, struct span value)
{
	struct sip *sip = f->sip;

	while (value.p < value.end && sip->vias < NFIM_SIP_VIAS) {
		if (!sip_via_take(f->data, &value, sip->via + sip->vias))
			return sip->vias;
		sip->vias++;
		f->seen |= SIP_SEEN_VIA;
	}
	return sip->vias;
}

static bool read_contact(struct sip_fields *f, struct span item,
			 struct sip_contact *c)
{
	struct span uri, name, v;

	memset(c, 0, sizeof(*c));
	if (!sip_take_addr(&item, &uri) ||
	    !sip_uri_parse(f->data, uri, &c->uri))
		return false;
	while (sip_take_param(&item, &name, &v)) {
		if (text_is(name, "expires"))
			c->has_expires = read_seconds(v, &c->expires);
		else if (is_replace(name, v))
			c->replace = true;
	}
	return true;
}

static bool on_contact(struct sip_fields *f, struct span value)
{
	struct sip *sip = f->sip;
	struct span item;

	while (sip_take_item(&value, &item)) {
		if (span_is(item, "*"))
			sip->star = true;
		else if (sip->contacts == NFIM_SIP_CONTACTS)
			sip->more = true;
		else if (read_contact(f, item, sip->contact + sip->contacts))
			sip->contacts++;
		else if (item.p != item.end)
			sip->more = true;
	}
	return true;
}

static void read_routes(struct sip_fields *f, struct span value,
			struct sip_uri *routes, u8 *n)
{
	struct span item, uri;

	while (*n < NFIM_SIP_ROUTES && sip_take_item(&value, &item))
		if (sip_take_addr(&item, &uri) &&
		    sip_uri_parse(f->data, uri, routes + *n))
			(*n)++;
}

static bool on_record_route(struct sip_fields *f, struct span value)
{
	read_routes(f, value, f->sip->record_route, &f->sip->record_routes);
	return true;
}

static bool on_route(struct sip_fields *f, struct span value)
{
	read_routes(f, value, f->sip->route, &f->sip->routes);
	return true;
}

static bool on_content_type(struct sip_fields *f, struct span value)
{
	f->sip->content_type = place_of(f->data, value);
	return once(f, SIP_SEEN_TYPE);
}

static bool on_content_length(struct sip_fields *f, struct span value)
{
	f->sip->has_length = true;
	f->sip->length_at = place_of(f->data, value);
	return once(f, SIP_SEEN_LENGTH) &&
	       text_u32(value, ~0u, &f->sip->content_length);
}

static bool on_content_encoding(struct sip_fields *f, struct span value)
{
	if (value.p != value.end && !text_is(value, "identity"))
		f->sip->encoded = true;
	return true;
}

static bool on_expires(struct sip_fields *f, struct span value)
{
	f->sip->has_expires = read_seconds(value, &f->sip->expires);
	return true;
}

static bool on_agent(struct sip_fields *f, struct span value)
{
	f->sip->agent = place_of(f->data, value);
	return true;
}

static bool on_server(struct sip_fields *f, struct span value)
{
	f->sip->server = place_of(f->data, value);
	return true;
}

/* Only Digest can cover the body; the others are long (sip.md 4.2). */
static bool on_authorization(struct sip_fields *f, struct span value)
{
	struct span item, name;

	if (!sip_take_token(&value, &name) || !text_is(name, "digest"))
		return true;
	while (sip_take_item(&value, &item))
		if (sip_take_token(&item, &name) && text_is(name, "qop") &&
		    sip_take_char(&item, '=') &&
		    (text_is(item, "auth-int") ||
		     text_is(item, "\"auth-int\"")))
			f->sip->auth_int = true;
	return true;
}

static bool on_supported(struct sip_fields *f, struct span value)
{
	struct span item;

	while (sip_take_item(&value, &item))
		if (text_is(item, "100rel"))
			f->sip->reliable = true;
	return true;
}

static bool on_rseq(struct sip_fields *f, struct span value)
{
	f->sip->reliable = true;
	return true;
}

/* Length and first letter of a name: what sets most of them apart. */
#define KEY(len, first)	((u16)((len) << 8 | (first)))

static const struct {
	u16 key;
	char compact;
	char name[20];
	bool (*read)(struct sip_fields *f, struct span value);
} fields[] = {
#define FIELD(first, rest, compact, read) \
	{ KEY(sizeof(rest), first), compact, rest, read }
	FIELD('v', "ia", 'v', on_via),
	FIELD('f', "rom", 'f', on_from),
	FIELD('t', "o", 't', on_to),
	FIELD('c', "all-id", 'i', on_call_id),
	FIELD('c', "seq", 0, on_cseq),
	FIELD('c', "ontact", 'm', on_contact),
	FIELD('c', "ontent-type", 'c', on_content_type),
	FIELD('c', "ontent-length", 'l', on_content_length),
	FIELD('c', "ontent-encoding", 'e', on_content_encoding),
	FIELD('e', "xpires", 0, on_expires),
	FIELD('r', "ecord-route", 0, on_record_route),
	FIELD('r', "oute", 0, on_route),
	FIELD('u', "ser-agent", 0, on_agent),
	FIELD('s', "erver", 0, on_server),
	FIELD('a', "uthorization", 0, on_authorization),
	FIELD('p', "roxy-authorization", 0, on_authorization),
	FIELD('s', "upported", 'k', on_supported),
	FIELD('r', "equire", 0, on_supported),
	FIELD('r', "seq", 0, on_rseq),
#undef FIELD
};

/* @first: in lower case. */
static bool compact_field(struct sip_fields *f, char first, struct span value)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		if (fields[i].compact == first)
			return fields[i].read(f, value);
	return true;
}

bool sip_field(struct sip_fields *f, struct span name, struct span value)
{
	char first = (char)(name.p[0] | 0x20);
	size_t i, len = span_len(name);
	u16 key = KEY(len, (u8)first);

	if (len == 1)
		return compact_field(f, first, value);
	if (len > sizeof(fields[0].name))
		return true;
	name.p++;
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		if (fields[i].key == key && text_starts(name, fields[i].name))
			return fields[i].read(f, value);
	return true;
}
