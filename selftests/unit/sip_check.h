/* SPDX-License-Identifier: GPL-2.0 */
/* Compares a parsed SIP message with what a vector's JSON says. */
#ifndef _NFIM_UNIT_SIP_CHECK_H
#define _NFIM_UNIT_SIP_CHECK_H

#include "../ktap.h"
#include "sip_seen.h"
#include "vector.h"

static inline void same_text(const struct sip_seen *s, struct place at,
			     const json_t *object, const char *key)
{
	const char *want = vector_word(object, key);
	size_t len = json_string_length(json_object_get(object, key));
	struct span seen = place_span(s->data, at);

	if (span_len(seen) != len || memcmp(seen.p, want, len)) {
		ktap_at("%s", key);
		ktap_bytes(seen.p, span_len(seen), want, len);
	}
}

static inline void same_number(u32 seen, const json_t *object, const char *key)
{
	double want = vector_number(object, key);

	if (want > 4294967295.0)
		want = 4294967295.0;
	if (seen != want)
		ktap_fail("%s: wanted %.0f, saw %u", key, want, seen);
}

/* JSON knows a host as text, without the brackets of IPv6. */
static inline void same_host(const struct sip_seen *s, const struct sip_host *h,
			     const json_t *object, const char *key)
{
	const char *want = vector_word(object, key);
	struct span seen = place_span(s->data, h->at);
	struct addr a;

	if (span_len(seen) && seen.p[0] == '[')
		seen.p++;
	if (span_len(seen) < strlen(want) ||
	    memcmp(seen.p, want, strlen(want)))
		ktap_bytes(seen.p, span_len(seen), want, strlen(want));
	if (text_addr(span_make(want, strlen(want)), &a))
		ktap_want(addr_equal(&a, &h->addr));
	else
		ktap_want(!h->addr.len);
}

static inline void same_vias(const struct sip_seen *s, const json_t *list)
{
	static const char *const names[] = { "", "UDP", "TCP", "TLS", NULL };
	size_t i, n = json_array_size(list);

	for (i = 0; i < n && i < NFIM_SIP_VIAS; i++) {
		const json_t *o = json_array_get(list, i);
		const struct sip_via *v = s->sip.via + i;

		if (json_object_get(o, "bad"))
			return;
		if (!ktap_want(i < s->sip.vias))
			return;
		if (names[v->transport])
			ktap_bytes(names[v->transport], 3,
				   vector_word(o, "transport"), 3);
		same_host(s, &v->sent_by, o, "host");
		same_number(v->sent_by.port, o, "port");
		same_text(s, v->branch, o, "branch");
		same_text(s, v->rport, o, "rport");
		ktap_equal(v->has_rport, !!json_object_get(o, "rport"));
		same_text(s, v->received.at, o, "received");
		same_text(s, v->maddr.at, o, "maddr");
	}
	ktap_equal(s->sip.vias, i);
}

static inline void same_contact(const struct sip_seen *s,
				const struct sip_contact *c, const json_t *o)
{
	static const char *const names[] = { "", "udp", "tcp", "tls", NULL };
	const char *transport = vector_word(o, "transport");
	u8 n = c->uri.transport;

	same_text(s, c->uri.user, o, "user");
	same_host(s, &c->uri.host, o, "host");
	same_number(c->uri.host.port, o, "port");
	same_number(c->expires, o, "expires");
	ktap_equal(c->has_expires, !!json_object_get(o, "expires"));
	if (json_object_get(o, "maddr"))
		same_host(s, &c->uri.maddr, o, "maddr");
	else
		ktap_want(!c->uri.maddr.at.len);
	if (names[n])
		ktap_bytes(names[n], strlen(names[n]), transport,
			   strlen(transport));
}

static inline void same_contacts(const struct sip_seen *s, const json_t *list)
{
	size_t i, n = 0;
	json_t *o;

	json_array_foreach(list, i, o) {
		if (json_is_true(json_object_get(o, "star"))) {
			ktap_want(s->sip.star);
			continue;
		}
		if (json_object_get(o, "bad") || n == NFIM_SIP_CONTACTS ||
		    !ktap_want(n < s->sip.contacts))
			break;
		same_contact(s, s->sip.contact + n++, o);
	}
}

static inline void same_media(const struct sip_seen *s, const struct sdp *sdp,
			      u32 i, const json_t *o)
{
	const struct sdp_media *m = sdp->media + i;
	static const char *const directions[] = {
		"sendrecv", "sendonly", "recvonly", "inactive",
	};
	const char *addr = vector_word(o, "addr");
	const char *direction = vector_word(o, "direction");
	struct addr a = { 0 };

	ktap_at("media %u", i);
	same_text(s, m->kind, o, "type");
	if (json_object_get(o, "port_text") ||
	    vector_number(o, "port") > 65535) {
		ktap_equal(m->status, SDP_BAD);
		return;
	}
	same_number(m->port, o, "port");
	if (text_addr(span_make(addr, strlen(addr)), &a) || m->addr.len)
		ktap_want(addr_equal(&a, &m->addr));
	if (json_object_get(o, "num"))
		same_number(m->ports, o, "num");
	if (direction[0])
		ktap_want(!strcmp(directions[m->direction], direction));
	ktap_equal(!!(m->flags & SDP_RTCP_MUX),
		   json_is_true(json_object_get(o, "rtcp_mux")));
	if (json_object_get(o, "mid"))
		same_text(s, m->mid, o, "mid");
	if (!(m->flags & SDP_RTP))
		return;
	if (json_object_get(o, "rtcp_port"))
		same_number(m->rtcp_port, o, "rtcp_port");
	else if (m->port)
		ktap_equal(m->rtcp_port, (u16)(m->port + 1));
	if (json_object_get(o, "rtcp_addr"))
		same_text(s, m->rtcp_addr_at, o, "rtcp_addr");
}

static inline void same_candidates(const struct sip_seen *s,
				   const struct sdp *sdp, const json_t *medias)
{
	const json_t *media;
	json_t *o;
	size_t i, k, n = 0;

	json_array_foreach(medias, i, media) {
		const json_t *list = json_object_get(media, "candidates");

		json_array_foreach(list, k, o) {
			const struct sdp_candidate *c = sdp->candidate + n++;

			ktap_at("candidate %zu of media %zu", k, i);
			if (!ktap_want(n <= sdp->candidates))
				return;
			ktap_equal(c->media, i);
			same_number(c->component, o, "component");
			same_text(s, c->at, o, "addr");
			same_number(c->port, o, "port");
		}
		n += (size_t)vector_number(media, "candidates_other");
	}
	ktap_equal(sdp->candidates, n);
}

static inline void same_sdp(const struct sip_seen *s, u32 n, const json_t *o,
			    u32 base)
{
	const json_t *medias = json_object_get(o, "media");
	const struct sdp *sdp = s->sdp + n;
	struct place body = s->mime.part[s->sdp_part[n]].body;
	const char *origin = vector_word(o, "origin_addr");
	struct addr a;
	u32 i;

	ktap_equal(body.off + base, vector_number(o, "offset"));
	ktap_equal(body.len, vector_number(o, "length"));
	if (text_addr(span_make(origin, strlen(origin)), &a)) {
		ktap_want(addr_equal(&a, &sdp->origin));
		same_text(s, sdp->origin_at, o, "origin_addr");
	}
	if (!ktap_equal(sdp->medias, json_array_size(medias)))
		return;
	for (i = 0; i < sdp->medias; i++)
		same_media(s, sdp, i, json_array_get(medias, i));
	same_candidates(s, sdp, medias);
	ktap_at("sdp %u", n);
}

static inline void same_body(const struct sip_seen *s, const json_t *o, u32 base)
{
	const json_t *sdp = json_object_get(o, "sdp"), *part;
	const json_t *parts = json_object_get(o, "parts");
	size_t i, k = 1;

	same_number(s->sip.body.off + base, o, "body_offset");
	same_number(s->sip.body.len, o, "body_length");
	json_array_foreach(parts, i, part) {
		while (k < s->mime.n && s->mime.part[k].type == MIME_MULTIPART)
			k++;
		if (!ktap_want(k < s->mime.n))
			break;
		ktap_at("part %zu", i);
		same_number(s->mime.part[k].body.off + base, part, "offset");
		same_number(s->mime.part[k].body.len, part, "length");
		k++;
	}
	if (json_is_object(sdp) && ktap_equal(s->sdps, 1))
		same_sdp(s, 0, sdp, base);
	if (json_is_array(sdp) && ktap_equal(s->sdps, json_array_size(sdp)))
		for (i = 0; i < s->sdps; i++)
			same_sdp(s, (u32)i, json_array_get(sdp, i), base);
	if (!sdp)
		ktap_equal(s->sdps, 0);
}

/**
 * sip_check() - compare
 * @s: the message; %SIP_OK
 * @o: an element of parse.messages
 * @base: where @s->data begins, as the JSON counts
 */
static inline void sip_check(const struct sip_seen *s, const json_t *o,
			     u32 base)
{
	const struct sip *sip = &s->sip;
	const json_t *cseq = json_object_get(o, "cseq");

	if (json_object_get(o, "method")) {
		ktap_want(sip_is_request(sip));
		same_text(s, sip->method_at, o, "method");
		same_text(s, sip->uri.at, o, "request_uri");
	} else {
		same_number(sip->status, o, "status");
		same_text(s, sip->method_at, cseq, "method");
	}
	same_text(s, sip->call_id, o, "call_id");
	same_number(sip->cseq, cseq, "number");
	same_text(s, sip->from_tag, o, "from_tag");
	same_text(s, sip->to_tag, o, "to_tag");
	same_text(s, sip->content_type, o, "content_type");
	if (json_object_get(o, "content_length"))
		same_number(sip->content_length, o, "content_length");
	if (sip_is_request(sip) || json_object_get(o, "agent"))
		same_text(s, sip->agent.len ? sip->agent : sip->server, o,
			  "agent");
	if (json_object_get(o, "expires"))
		same_number(sip->expires, o, "expires");
	same_vias(s, json_object_get(o, "via"));
	same_contacts(s, json_object_get(o, "contact"));
	same_body(s, o, base);
}

#endif /* _NFIM_UNIT_SIP_CHECK_H */
