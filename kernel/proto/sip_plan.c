// SPDX-License-Identifier: GPL-2.0
/* How to make a SIP message say other addresses and ports. */

#include "sip_plan.h"

/* "[address]:port" */
#define HOST_MAX	(TEXT_ADDR_MAX + 8)

/* Blanks that may stand in front of the number of Content-Length. */
#define BLANKS_MAX	(NFIM_EDIT_TEXT - 10)

u16 sip_map_port(const struct sip_map *map, u16 port)
{
	u32 i;

	for (i = 0; i < map->n; i++)
		if (map->port[i].from == port)
			return map->port[i].to;
	return map->others ? port : 0;
}

/* @port: 0 = none is written. */
static size_t put_host(char *text, const struct addr *a, u16 port, bool bare)
{
	bool brackets = a->len == 16 && !bare;
	size_t n = 0;

	if (brackets)
		text[n++] = '[';
	n += text_put_addr(text + n, a);
	if (brackets)
		text[n++] = ']';
	if (port) {
		text[n++] = ':';
		n += text_put_u32(text + n, port, 0);
	}
	return n;
}

bool sip_plan_host(const struct sip_host *h, const struct addr *to, u16 port,
		   u16 port_default, struct edit_plan *plan)
{
	char text[HOST_MAX];

	if (!port_default || (!h->port && port == port_default))
		port = 0;
	if (addr_equal(&h->addr, to) && h->port == port)
		return true;
	return edit_add(plan, h->at.off, h->at.len, text,
			put_host(text, to, port, h->bare));
}

static bool is_from(const struct sip_map *map, const struct sip_host *h)
{
	return addr_equal(&h->addr, &map->from);
}

static bool plan_mapped(const struct sip_host *h, const struct sip_map *map,
			u16 port, u16 port_default, struct edit_plan *plan)
{
	u16 to = sip_map_port(map, port);

	return !is_from(map, h) || !to ||
	       sip_plan_host(h, &map->to, to, port_default, plan);
}

/* A host that has no port of its own: @port is that of its URI or Via. */
static bool plan_bare(const struct sip_host *h, const struct sip_map *map,
		      u16 port, struct edit_plan *plan)
{
	return plan_mapped(h, map, port, 0, plan);
}

/*
 * "sip:example.com:5060;maddr=192.0.2.1": the port is that of maddr's host, and
 * a semicolon follows at any rate.
 */
static bool plan_port(const struct sip_host *h, u16 port, u16 port_default,
		      struct edit_plan *plan)
{
	char text[12] = ":";
	size_t n;

	if (port == (h->port ? h->port : port_default))
		return true;
	n = 1 + text_put_u32(text + 1, port, 0);
	if (h->port)
		return edit_add(plan, h->port_at.off, h->port_at.len, text + 1,
				n - 1);
	text[n++] = ';';
	return edit_add(plan, h->at.off + h->at.len, 1, text, n);
}

static bool plan_uri(const struct sip_uri *uri, const struct sip_map *map,
		     struct edit_plan *plan)
{
	u16 port = sip_uri_port(uri), to = sip_map_port(map, port);
	u16 port_default = uri->scheme == SIP_SCHEME_SIPS ||
			   uri->transport == SIP_TLS ? SIPS_PORT : SIP_PORT;

	if (!uri->host.at.len || !to)
		return true;
	if (!plan_bare(&uri->maddr, map, port, plan))
		return false;
	if (is_from(map, &uri->host))
		return plan_mapped(&uri->host, map, port, port_default, plan);
	return !is_from(map, &uri->maddr) ||
	       plan_port(&uri->host, to, port_default, plan);
}

static bool plan_uris(const struct sip_uri *uri, u32 n,
		      const struct sip_map *map, struct edit_plan *plan)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (!plan_uri(uri + i, map, plan))
			return false;
	return true;
}

static bool plan_contacts(const struct sip *sip, const struct sip_map *map,
			  struct edit_plan *plan)
{
	u32 i;

	for (i = 0; i < sip->contacts; i++)
		if (!plan_uri(&sip->contact[i].uri, map, plan))
			return false;
	return true;
}

/* rport goes with received, or with who has sent it (RFC 3581). */
static bool plan_rport(const struct sip_via *via, const struct sip_map *map,
		       struct edit_plan *plan)
{
	const struct sip_host *h = via->received.at.len ? &via->received :
							  &via->sent_by;
	u16 to = sip_map_port(map, via->rport_no);
	char text[10];

	if (!via->rport_no || !is_from(map, h) || !to || to == via->rport_no)
		return true;
	return edit_add(plan, via->rport.off, via->rport.len, text,
			text_put_u32(text, to, 0));
}

static bool plan_via(const struct sip_via *via, const struct sip_map *map,
		     struct edit_plan *plan)
{
	u16 port = sip_via_port(via);
	u16 port_default = via->transport == SIP_TLS ? SIPS_PORT : SIP_PORT;

	return plan_mapped(&via->sent_by, map, port, port_default, plan) &&
	       plan_bare(&via->maddr, map, port, plan) &&
	       plan_bare(&via->received, map,
			 via->rport_no ? via->rport_no : port, plan) &&
	       plan_rport(via, map, plan);
}

bool sip_plan_hosts(const struct sip *sip, const struct sip_map *map,
		    u32 where, struct edit_plan *plan)
{
	u16 n = plan->n;
	bool ok = true;

	if (where & SIP_IN_VIA)
		ok = plan_via(sip->via, map, plan);
	if (ok && where & SIP_IN_URI && sip_is_request(sip))
		ok = plan_uri(&sip->uri, map, plan);
	if (ok && where & SIP_IN_CONTACT)
		ok = plan_contacts(sip, map, plan);
	if (ok && where & SIP_IN_RECORD_ROUTE)
		ok = plan_uris(sip->record_route, sip->record_routes, map,
			       plan);
	if (ok && where & SIP_IN_ROUTE)
		ok = plan_uris(sip->route, sip->routes, map, plan);
	if (!ok)
		edit_undo(plan, n);
	return ok;
}

/* A number before which @blanks stand. */
static bool plan_number(struct place at, u32 number, size_t blanks,
			struct edit_plan *plan)
{
	char text[NFIM_EDIT_TEXT];

	memset(text, ' ', blanks);
	return edit_add(plan, at.off, at.len, text,
			blanks + text_put_u32(text + blanks, number, 0));
}

/* A part comes behind the one it is in, so the inner ones are done first. */
static bool plan_parts(const struct mime *mime, struct edit_plan *plan)
{
	u32 i;

	for (i = mime->n; i > 1; i--) {
		const struct mime_part *part = mime->part + i - 1;
		s32 delta = edit_delta_in(plan, part->body.off,
					  part->body.len);

		if (delta && part->length_at.len &&
		    !plan_number(part->length_at,
				 (u32)((s32)part->length + delta), 0, plan))
			return false;
	}
	return true;
}

/* @delta: by how much the message grows, this number aside. */
static bool plan_length(const struct sip *sip, enum sip_fit fit, s32 delta,
			struct edit_plan *plan)
{
	s32 body = edit_delta_in(plan, sip->body.off, sip->body.len);
	u32 number = (u32)((s32)sip->content_length + body);
	size_t blanks = 0;
	char text[10];

	if (body)
		delta += (s32)text_put_u32(text, number, 0) -
			 (s32)sip->length_at.len;
	if (fit != SIP_FIT_FREE && delta < 0 && -delta <= BLANKS_MAX)
		blanks = (size_t)-delta;
	if (!body && !blanks)
		return true;
	if (!body)
		blanks += sip->length_at.len - text_put_u32(text, number, 0);
	return blanks <= BLANKS_MAX &&
	       plan_number(sip->length_at, number, blanks, plan);
}

bool sip_plan_finish(const struct sip *sip, const struct mime *mime,
		     enum sip_fit fit, struct edit_plan *plan)
{
	if (!plan->n)
		return true;
	if (mime && !plan_parts(mime, plan))
		return false;
	if (sip->has_length &&
	    !plan_length(sip, fit, edit_delta(plan), plan))
		return false;
	return fit != SIP_FIT_SAME || !edit_delta(plan);
}
