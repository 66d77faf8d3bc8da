// SPDX-License-Identifier: GPL-2.0
/* URIs, and values of Via. */

#include "sip_uri.h"

#include "sip_lex.h"

static const char *find_last(struct span s, char c)
{
	const char *p = s.end;

	while (p > s.p && p[-1] != c)
		p--;
	return p > s.p ? p - 1 : NULL;
}

/* @rest: moved behind the host, which may be an address or a name. */
static bool take_name(struct span *rest, struct addr *a)
{
	struct span s = { rest->p, rest->p };

	*a = (struct addr){ 0 };
	if (rest->p < rest->end && rest->p[0] == '[') {
		s.p++;
		s.end = text_find((struct span){ s.p, rest->end }, ']');
		if (!s.end || !text_addr(s, a) || a->len != 16)
			return false;
		rest->p = s.end + 1;
		return true;
	}
	while (rest->p < rest->end && sip_is(rest->p[0], SIP_C_HOST))
		rest->p++;
	s.end = rest->p;
	/* What looks like an address but is none is taken for a name. */
	if (s.p != s.end && s.p[0] >= '0' && s.p[0] <= '9' && !text_addr(s, a))
		*a = (struct addr){ 0 };
	return s.p != s.end;
}

static bool take_port(struct span data, struct span *rest, struct sip_host *h)
{
	struct span s = *rest;
	u32 v;

	while (rest->p < rest->end && rest->p[0] >= '0' && rest->p[0] <= '9')
		rest->p++;
	s.end = rest->p;
	if (span_len(s) > 5 || !text_u32(s, 65535, &v) || !v)
		return false;
	h->port = (u16)v;
	h->port_at = place_of(data, s);
	return true;
}

/* @loose: white space may stand around the colon. */
static bool take_host(struct span data, struct span *rest, bool loose,
		      struct sip_host *h)
{
	struct span all = *rest, behind;

	if (!take_name(rest, &h->addr))
		return false;
	all.end = rest->p;
	behind = *rest;
	if (loose)
		sip_skip_space(&behind);
	if (behind.p < behind.end && behind.p[0] == ':') {
		behind.p++;
		if (loose)
			sip_skip_space(&behind);
		if (!take_port(data, &behind, h))
			return false;
		*rest = behind;
		all.end = rest->p;
	}
	h->at = place_of(data, all);
	return true;
}

/* A host that fills the span; IPv6 with or without brackets (RFC 5118). */
static void read_host(struct span data, struct span s, struct sip_host *h)
{
	struct span rest = s;

	if (text_addr(s, &h->addr))
		h->bare = h->addr.len == 16;
	else if (!take_name(&rest, &h->addr) || rest.p != s.end)
		return;
	h->at = place_of(data, s);
}

static u8 read_transport(struct span s)
{
	static const struct {
		const char *name;
		enum sip_transport transport;
	} names[] = {
		{ "udp", SIP_UDP },
		{ "tcp", SIP_TCP },
		{ "tls", SIP_TLS },
		{ "tls-sctp", SIP_TLS },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (text_is(s, names[i].name))
			return names[i].transport;
	return SIP_OTHER_TRANSPORT;
}

/* No white space can stand in a URI. */
static void read_uri_param(struct span data, struct span s,
			   struct sip_uri *uri)
{
	const char *eq = text_find(s, '=');
	struct span name = { s.p, eq ? eq : s.end };
	struct span value = { eq ? eq + 1 : s.end, s.end };

	if (text_is(name, "transport"))
		uri->transport = read_transport(value);
	else if (text_is(name, "maddr"))
		read_host(data, value, &uri->maddr);
	else if (text_is(name, "lr"))
		uri->lr = true;
	else if (text_is(name, "ob"))
		uri->ob = true;
}

static bool read_scheme(struct span *rest, struct sip_uri *uri)
{
	const char *colon = text_find(*rest, ':');
	struct span name = { rest->p, colon };

	if (!colon || colon == rest->p)
		return false;
	rest->p = colon + 1;
	if (text_is(name, "sip"))
		uri->scheme = SIP_SCHEME_SIP;
	else if (text_is(name, "sips"))
		uri->scheme = SIP_SCHEME_SIPS;
	else if (text_is(name, "tel"))
		uri->scheme = SIP_SCHEME_TEL;
	return true;
}

bool sip_uri_parse(struct span data, struct span s, struct sip_uri *uri)
{
	struct span rest = s, part;
	const char *at;

	memset(uri, 0, sizeof(*uri));
	uri->at = place_of(data, s);
	if (!read_scheme(&rest, uri))
		return false;
	if (uri->scheme != SIP_SCHEME_SIP && uri->scheme != SIP_SCHEME_SIPS)
		return true;
	/* A user part may hold anything that is special behind it. */
	at = find_last(rest, '@');
	if (at) {
		uri->user = place_of(data, (struct span){ rest.p, at });
		rest.p = at + 1;
	}
	if (!take_host(data, &rest, false, &uri->host))
		return false;
	while (rest.p < rest.end && rest.p[0] == ';') {
		part.p = ++rest.p;
		while (rest.p < rest.end && rest.p[0] != ';' &&
		       rest.p[0] != '?')
			rest.p++;
		part.end = rest.p;
		read_uri_param(data, part, uri);
	}
	return rest.p == rest.end || rest.p[0] == '?';
}

u16 sip_uri_port(const struct sip_uri *uri)
{
	if (uri->host.port)
		return uri->host.port;
	return uri->scheme == SIP_SCHEME_SIPS || uri->transport == SIP_TLS ?
	       SIPS_PORT : SIP_PORT;
}

static void read_via_param(struct span data, struct span name,
			   struct span value, struct sip_via *via)
{
	u32 v;

	if (text_is(name, "branch")) {
		via->branch = place_of(data, value);
	} else if (text_is(name, "received")) {
		read_host(data, value, &via->received);
	} else if (text_is(name, "maddr")) {
		read_host(data, value, &via->maddr);
	} else if (text_is(name, "rport")) {
		via->has_rport = true;
		via->rport = place_of(data, value);
		via->rport_no = text_u32(value, 65535, &v) ? (u16)v : 0;
	}
}

bool sip_via_take(struct span data, struct span *rest, struct sip_via *via)
{
	struct span item, name, value;

	memset(via, 0, sizeof(*via));
	if (!sip_take_item(rest, &item) ||
	    !sip_take_token(&item, &name) || !text_is(name, "sip") ||
	    !sip_take_char(&item, '/') ||
	    !sip_take_token(&item, &name) || !span_is(name, "2.0") ||
	    !sip_take_char(&item, '/') ||
	    !sip_take_token(&item, &name) ||
	    item.p == item.end || !sip_is(item.p[0], SIP_C_SPACE))
		return false;
	via->transport = read_transport(name);
	sip_skip_space(&item);
	if (!take_host(data, &item, true, &via->sent_by))
		return false;
	/* RFC 2543 had comments here. */
	sip_skip_space(&item);
	if (item.p < item.end && item.p[0] != ';' && item.p[0] != '(')
		return false;
	while (sip_take_param(&item, &name, &value))
		read_via_param(data, name, value, via);
	return true;
}

u16 sip_via_port(const struct sip_via *via)
{
	if (via->sent_by.port)
		return via->sent_by.port;
	return via->transport == SIP_TLS ? SIPS_PORT : SIP_PORT;
}
