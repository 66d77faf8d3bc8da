// SPDX-License-Identifier: GPL-2.0
/* Session descriptions: lines, media, and what listens where. */

#include "sdp.h"

#include "sdp_job.h"

#define TCP	6
#define UDP	17

#define PORT_DISCARD	9

/*
 * Media that are handled; the first row that fits counts. @proto may be a
 * beginning, ending in '/'. Text (RFC 4103) goes with the voice.
 */
static const struct {
	char kind[12], proto[14], format[7];
	u8 kind_len, proto_len, format_len;
	enum nfim_app app;
	u8 ip_proto;
	u8 flags;
} known[] = {
#define KNOWN(kind, proto, format, app, ip_proto, flags) \
	{ kind, proto, format, sizeof(kind) - 1, sizeof(proto) - 1, \
	  sizeof(format) - 1, app, ip_proto, flags }
	KNOWN("audio", "rtp/", "", NFIM_APP_RTP_AUDIO, UDP, SDP_RTP),
	KNOWN("audio", "udp/tls/rtp/", "", NFIM_APP_RTP_AUDIO, UDP, SDP_RTP),
	KNOWN("video", "rtp/", "", NFIM_APP_RTP_VIDEO, UDP, SDP_RTP),
	KNOWN("video", "udp/tls/rtp/", "", NFIM_APP_RTP_VIDEO, UDP, SDP_RTP),
	KNOWN("audio", "tcp/rtp/", "", NFIM_APP_RTP_AUDIO, TCP, SDP_RTP),
	KNOWN("video", "tcp/rtp/", "", NFIM_APP_RTP_VIDEO, TCP, SDP_RTP),
	KNOWN("text", "rtp/", "", NFIM_APP_RTP_AUDIO, UDP, SDP_RTP),
	KNOWN("image", "udptl", "", NFIM_APP_IMAGE, UDP, 0),
	KNOWN("image", "udp/tls/udptl", "", NFIM_APP_IMAGE, UDP, 0),
	KNOWN("image", "rtp/", "", NFIM_APP_IMAGE, UDP, SDP_RTP),
	KNOWN("image", "tcp", "", NFIM_APP_IMAGE, TCP, 0),
	KNOWN("application", "tcp", "msdata", NFIM_APP_WHITEBOARD, TCP, 0),
#undef KNOWN
};

/* Most bytes are above both. */
static bool is_blank(char c)
{
	return (u8)c <= ' ' && (c == ' ' || c == '\t');
}

bool sdp_take_word(struct span *rest, struct span *word)
{
	const char *p = rest->p, *end = rest->end;

	while (p < end && is_blank(*p))
		p++;
	word->p = p;
	while (p < end && !is_blank(*p))
		p++;
	word->end = p;
	rest->p = p;
	return word->p != p;
}

bool sdp_take_addr(struct span *rest, struct span *at, struct addr *a)
{
	struct span net, type;
	const char *slash;
	u8 len;

	if (!sdp_take_word(rest, &net) || !text_is(net, "in") ||
	    !sdp_take_word(rest, &type) || !sdp_take_word(rest, at))
		return false;
	slash = text_find(*at, '/');
	if (slash)
		at->end = slash;
	len = text_is(type, "ip4") ? 4 : 16;
	if ((len == 16 && !text_is(type, "ip6")) || !text_addr(*at, a) ||
	    a->len != len)
		*a = (struct addr){ 0 };
	return true;
}

bool sdp_read_port(struct span s, u16 *port)
{
	u32 v;

	if (span_len(s) > 5 || !text_u32(s, 65535, &v) ||
	    (span_len(s) > 1 && s.p[0] == '0'))
		return false;
	*port = (u16)v;
	return true;
}

/* "user 1 1 IN IP4 192.0.2.1": some users have blanks in their names. */
static void read_origin(struct sdp_job *j, struct span line)
{
	struct span last = text_trim(line), at;
	unsigned int words;

	if (j->m)
		return;
	line = last;
	last.p = last.end;
	for (words = 0; words < 3; words++) {
		while (last.p > line.p && last.p[-1] == ' ')
			last.p--;
		while (last.p > line.p && last.p[-1] != ' ')
			last.p--;
	}
	if (sdp_take_addr(&last, &at, &j->sdp->origin))
		j->sdp->origin_at = place_of(j->data, at);
}

static bool read_conn(struct sdp_job *j, struct span line)
{
	struct sdp *sdp = j->sdp;
	struct sdp_media *m = j->m;
	struct addr *whose = m ? &m->addr : &j->conn;
	struct sdp_conn *c = sdp->conn + sdp->conns;
	bool again = m ? m->flags & SDP_OWN_CONN : sdp->conns;
	struct span at;

	if (sdp->conns == NFIM_SDP_CONNS)
		return false;
	if (!sdp_take_addr(&line, &at, &c->addr)) {
		c->addr = (struct addr){ 0 };
		at = line;
	}
	c->at = place_of(j->data, at);
	c->media = m ? (u8)(sdp->medias - 1) : SDP_SESSION;
	sdp->conns++;
	if (m)
		m->flags |= SDP_OWN_CONN;
	if (!again)
		*whose = c->addr;
	else if (!addr_equal(whose, &c->addr) && m)
		m->status = SDP_NO_ADDRESS;
	else if (!addr_equal(whose, &c->addr))
		j->several = true;
	return true;
}

/* Whether it is that text, or begins with it where that ends in '/'. */
static bool fits(struct span s, const char *want, size_t len)
{
	return (span_len(s) == len ||
		(span_len(s) > len && want[len - 1] == '/')) &&
	       text_same(s.p, want, len);
}

static void read_known(struct sdp_media *m, struct span kind,
		       struct span proto, struct span format)
{
	size_t i;

	m->status = SDP_UNKNOWN;
	for (i = 0; i < ARRAY_SIZE(known); i++) {
		if (!fits(kind, known[i].kind, known[i].kind_len) ||
		    !fits(proto, known[i].proto, known[i].proto_len) ||
		    (known[i].format_len && !fits(format, known[i].format,
						  known[i].format_len)))
			continue;
		m->status = SDP_LISTENS;
		m->app = (u8)known[i].app;
		m->proto = known[i].ip_proto;
		m->flags = known[i].flags;
		return;
	}
}

/* "49170" or "49170/2" */
static bool read_ports(struct sdp_job *j, struct sdp_media *m, struct span s)
{
	const char *slash = text_find(s, '/');
	struct span num = { slash ? slash + 1 : s.end, s.end };
	u32 n = 1, step = m->flags & SDP_RTP ? 2 : 1;

	if (slash)
		s.end = slash;
	if (!sdp_read_port(s, &m->port) ||
	    (slash && (!text_u32(num, 32768, &n) || !n)) ||
	    m->port + (n - 1) * step > 65535)
		return false;
	m->ports = (u16)n;
	m->port_at = place_of(j->data, s);
	return true;
}

/* "audio 49170/2 RTP/AVP 0" */
static bool read_media(struct sdp_job *j, struct span line)
{
	struct sdp *sdp = j->sdp;
	struct span kind, port, proto, format = { line.end, line.end };
	struct sdp_media *m = sdp->media + sdp->medias;

	if (sdp->medias == NFIM_SDP_MEDIA)
		return false;
	sdp->medias++;
	j->m = m;
	*m = (struct sdp_media){
		.status = SDP_BAD,
		.ports = 1,
		.direction = j->direction,
		.setup = j->setup,
	};
	if (!sdp_take_word(&line, &kind))
		return true;
	m->kind = place_of(j->data, kind);
	if (!sdp_take_word(&line, &port) || !sdp_take_word(&line, &proto))
		return true;
	if (!sdp_take_word(&line, &format))
		format = line;
	read_known(m, kind, proto, format);
	if (!read_ports(j, m, port))
		m->status = SDP_BAD;
	return true;
}

static bool in_bundle(const struct sdp_job *j, const struct sdp_media *m)
{
	struct span rest = j->bundle, word;
	struct span mid = place_span(j->data, m->mid);

	if (!m->mid.len)
		return false;
	while (sdp_take_word(&rest, &word))
		if (span_len(word) == span_len(mid) &&
		    !memcmp(word.p, mid.p, span_len(mid)))
			return true;
	return false;
}

static bool is_zero(const struct addr *a)
{
	static const u8 zero[16];

	return !memcmp(a->b, zero, a->len);
}

static enum sdp_status status_of(const struct sdp_media *m)
{
	if (m->status != SDP_LISTENS && m->status != SDP_NO_ADDRESS)
		return (enum sdp_status)m->status;
	if (!m->port)
		return SDP_REJECTED;
	if (m->port == PORT_DISCARD)
		return SDP_DISCARD;
	if (m->proto == TCP && (m->setup == SDP_SETUP_ACTIVE ||
				m->setup == SDP_SETUP_HOLDCONN))
		return SDP_CONNECTS;
	if (m->status == SDP_NO_ADDRESS || !m->addr.len)
		return SDP_NO_ADDRESS;
	if (is_zero(&m->addr))
		return SDP_HELD;
	return addr_is_unicast(&m->addr) ? SDP_LISTENS : SDP_NO_ADDRESS;
}

/* Alternatives, and what is bundled, may name one endpoint more than once. */
static void find_same(struct sdp *sdp, struct sdp_media *m)
{
	struct sdp_media *o;

	for (o = sdp->media; o < m; o++) {
		if (o->status != SDP_LISTENS || o->port != m->port ||
		    o->proto != m->proto || !addr_equal(&o->addr, &m->addr))
			continue;
		m->status = SDP_SAME;
		m->same = (u8)(o - sdp->media);
		return;
	}
}

/* What is known only at the end of a media description. */
static void end_media(struct sdp_job *j, struct sdp_media *m)
{
	if (!(m->flags & SDP_OWN_CONN)) {
		m->addr = j->conn;
		if (j->several && m->status == SDP_LISTENS)
			m->status = SDP_NO_ADDRESS;
	}
	m->status = (u8)status_of(m);
	if (in_bundle(j, m))
		m->flags |= SDP_BUNDLED;
	if (!(m->flags & SDP_RTP) || m->rtcp_port == PORT_DISCARD)
		m->rtcp_port = 0;
	else if (!(m->flags & SDP_RTCP_NAMED) && m->port)
		m->rtcp_port = (u16)(m->port + 1);
	if (!m->rtcp_addr_at.len)
		m->rtcp_addr = m->addr;
	if (m->status == SDP_LISTENS)
		find_same(j->sdp, m);
}

static bool read_line(struct sdp_job *j, struct span line)
{
	char what = line.p[0];

	line.p += 2;
	switch (what) {
	case 'v':
		return false;
	case 'o':
		read_origin(j, line);
		return true;
	case 'c':
		return read_conn(j, line);
	case 'm':
		return read_media(j, line);
	case 'a':
		sdp_attribute(j, line);
		return true;
	default:
		return true;
	}
}

/* @line: the line; @eol: its end, empty where it has none. */
static bool take_line(struct span *rest, struct span *line, struct span *eol)
{
	if (rest->p == rest->end)
		return false;
	if (!text_line(rest, line)) {
		*line = *rest;
		rest->p = rest->end;
	}
	*eol = (struct span){ line->end, rest->p };
	return true;
}

bool sdp_parse(struct span data, struct span body, struct sdp *sdp)
{
	struct sdp_job j = { .data = data, .sdp = sdp };
	struct span line, eol;
	bool begun = false;
	unsigned int i;

	memset(sdp, 0, offsetof(struct sdp, conn));
	if (span_len(data) > PLACE_MAX)
		return false;
	while (take_line(&body, &line, &eol)) {
		if (++sdp->lines > NFIM_SDP_LINES)
			return false;
		if (!begun) {
			begun = text_starts(line, "v=");
			if (!begun && text_trim(line).p != line.end)
				return false;
			continue;
		}
		if (span_len(line) < 2 || line.p[1] != '=')
			continue;
		if (!read_line(&j, line))
			return false;
		if (j.m)
			j.m->end = place_of(data, eol);
	}
	for (i = 0; i < sdp->medias; i++)
		end_media(&j, sdp->media + i);
	return begun;
}
