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

/* Length, first and last letter of a name: what sets them all apart. */
#define SLOT(len, first, last)	(((len) + 10 * (first) + (last)) % SLOTS)
#define SLOTS	64

/**
 * struct field - a header field that is read
 * @name: its name, in lower case
 * @skim: only whether it is there matters for sip_skim(): these SIP_SEEN_* bits
 * @read: takes its value; returns false when the message breaks a rule with it
 */
struct field {
	char name[22];
	u8 skim;
	bool (*read)(struct sip_fields *f, struct span value);
};

static const struct field fields[SLOTS] = {
#define FIELD(first, last, name, read, skim) \
	[SLOT(sizeof(name) - 1, first, last)] = { name, skim, read }
	FIELD('v', 'a', "via", on_via, SIP_SEEN_VIA),
	FIELD('f', 'm', "from", on_from, SIP_SEEN_FROM),
	FIELD('t', 'o', "to", on_to, SIP_SEEN_TO),
	FIELD('c', 'd', "call-id", on_call_id, 0),
	FIELD('c', 'q', "cseq", on_cseq, 0),
	FIELD('c', 't', "contact", on_contact, SIP_SEEN_OTHER),
	FIELD('c', 'e', "content-type", on_content_type, 0),
	FIELD('c', 'h', "content-length", on_content_length, 0),
	FIELD('c', 'g', "content-encoding", on_content_encoding, 0),
	FIELD('e', 's', "expires", on_expires, SIP_SEEN_OTHER),
	FIELD('r', 'e', "record-route", on_record_route, SIP_SEEN_OTHER),
	FIELD('r', 'e', "route", on_route, SIP_SEEN_OTHER),
	FIELD('u', 't', "user-agent", on_agent, 0),
	FIELD('s', 'r', "server", on_server, 0),
	FIELD('a', 'n', "authorization", on_authorization, SIP_SEEN_OTHER),
	FIELD('p', 'n', "proxy-authorization", on_authorization, SIP_SEEN_OTHER),
	FIELD('s', 'd', "supported", on_supported, SIP_SEEN_OTHER),
	FIELD('r', 'e', "require", on_supported, SIP_SEEN_OTHER),
	FIELD('r', 'q', "rseq", on_rseq, SIP_SEEN_OTHER),
#undef FIELD
};

/* Short names: a slot and one. */
static const u8 compact[26] = {
#define COMPACT(c, len, first, last) \
	[(c) - 'a'] = SLOT(len, first, last) + 1
	COMPACT('v', 3, 'v', 'a'),	/* Via */
	COMPACT('f', 4, 'f', 'm'),	/* From */
	COMPACT('t', 2, 't', 'o'),	/* To */
	COMPACT('i', 7, 'c', 'd'),	/* Call-ID */
	COMPACT('m', 7, 'c', 't'),	/* Contact */
	COMPACT('c', 12, 'c', 'e'),	/* Content-Type */
	COMPACT('l', 14, 'c', 'h'),	/* Content-Length */
	COMPACT('e', 16, 'c', 'g'),	/* Content-Encoding */
	COMPACT('k', 9, 's', 'd'),	/* Supported */
#undef COMPACT
};

static const struct field *find_field(struct span name)
{
	size_t len = span_len(name);
	const struct field *field;
	char first = (char)(name.p[0] | 0x20);

	if (len == 1)
		return first < 'a' || first > 'z' || !compact[first - 'a'] ?
		       NULL : fields + compact[first - 'a'] - 1;
	field = fields + SLOT(len, (u8)first, (u8)(name.end[-1] | 0x20));
	if (!field->read || len >= sizeof(field->name) || field->name[len] ||
	    !text_same(name.p, field->name, len))
		return NULL;
	return field;
}

bool sip_field(struct sip_fields *f, struct span name, struct span value)
{
	const struct field *field = find_field(name);
	bool again;

	if (!field)
		return true;
	if (!f->skim || !field->skim)
		return field->read(f, value);
	again = f->seen & field->skim & SIP_SEEN_ONCE;
	f->seen |= field->skim;
	return !again;
}
