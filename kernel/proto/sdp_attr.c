// SPDX-License-Identifier: GPL-2.0
/* Session descriptions: attributes. */

#include "sdp_job.h"

#define TCP	6
#define UDP	17

/* Bytes of a=group:BUNDLE that are read. */
#define BUNDLE_MAX	512

/* Words of the longest candidate that are looked at. */
#define WORDS	16

/* Behind the first a=rtcp there is no telling which one counts. */
static void on_rtcp(struct sdp_job *j, struct span value)
{
	struct sdp_media *m = j->m;
	struct span port, at;

	if (!m)
		return;
	if (m->flags & SDP_RTCP_NAMED || !sdp_take_word(&value, &port) ||
	    !sdp_read_port(port, &m->rtcp_port)) {
		m->flags |= SDP_RTCP_NAMED;
		m->rtcp_port = 0;
		m->rtcp_at = (struct place){ 0 };
		return;
	}
	m->flags |= SDP_RTCP_NAMED;
	m->rtcp_at = place_of(j->data, port);
	if (!sdp_take_addr(&value, &at, &m->rtcp_addr))
		return;
	m->rtcp_addr_at = place_of(j->data, at);
	if (!m->rtcp_addr.len)
		m->rtcp_port = 0;
}

static void on_rtcp_mux(struct sdp_job *j, struct span value)
{
	if (j->m)
		j->m->flags |= SDP_RTCP_MUX;
}

static void on_bundle_only(struct sdp_job *j, struct span value)
{
	if (j->m)
		j->m->flags |= SDP_BUNDLE_ONLY;
}

static void on_mid(struct sdp_job *j, struct span value)
{
	if (j->m)
		j->m->mid = place_of(j->data, text_trim(value));
}

static void on_group(struct sdp_job *j, struct span value)
{
	struct span word;

	if (j->m || j->bundle.p || !sdp_take_word(&value, &word) ||
	    !text_is(word, "bundle"))
		return;
	/* It is read once for each media. */
	if (span_len(value) > BUNDLE_MAX)
		value.end = value.p + BUNDLE_MAX;
	j->bundle = value;
}

static void on_setup(struct sdp_job *j, struct span value)
{
	static const struct {
		const char *name;
		enum sdp_setup setup;
	} names[] = {
		{ "active", SDP_SETUP_ACTIVE },
		{ "passive", SDP_SETUP_PASSIVE },
		{ "actpass", SDP_SETUP_ACTPASS },
		{ "holdconn", SDP_SETUP_HOLDCONN },
	};
	u8 *setup = j->m ? &j->m->setup : &j->setup;
	size_t i;

	value = text_trim(value);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (text_is(value, names[i].name))
			*setup = (u8)names[i].setup;
}

static void set_direction(struct sdp_job *j, enum sdp_direction d)
{
	if (j->m)
		j->m->direction = (u8)d;
	else
		j->direction = (u8)d;
}

static void on_sendrecv(struct sdp_job *j, struct span value)
{
	set_direction(j, SDP_SENDRECV);
}

static void on_sendonly(struct sdp_job *j, struct span value)
{
	set_direction(j, SDP_SENDONLY);
}

static void on_recvonly(struct sdp_job *j, struct span value)
{
	set_direction(j, SDP_RECVONLY);
}

static void on_inactive(struct sdp_job *j, struct span value)
{
	set_direction(j, SDP_INACTIVE);
}

/* UDP, TCP, and Microsoft's TCP-ACT and TCP-PASS. */
static u8 read_proto(struct span s)
{
	if (text_is(s, "udp"))
		return UDP;
	return text_is(s, "tcp") || text_starts(s, "tcp-") ? TCP : 0;
}

static u8 read_type(struct span s)
{
	if (text_is(s, "relay"))
		return SDP_RELAY;
	return text_is(s, "host") ? SDP_HOST : SDP_SRFLX;
}

/* "typ srflx raddr 192.0.2.1 rport 5000"; more may be between and behind. */
static void read_extras(struct sdp_job *j, struct sdp_candidate *c,
			const struct span *w, unsigned int n)
{
	unsigned int i;

	for (i = 0; i + 1 < n; i += 2) {
		if (text_is(w[i], "typ")) {
			c->type = read_type(w[i + 1]);
		} else if (text_is(w[i], "raddr") &&
			   text_addr(w[i + 1], &c->raddr)) {
			c->raddr_at = place_of(j->data, w[i + 1]);
		} else if (text_is(w[i], "rport") &&
			   sdp_read_port(w[i + 1], &c->rport)) {
			c->rport_at = place_of(j->data, w[i + 1]);
		}
	}
}

/*
 * RFC 8839:	1 1 UDP 2130706431 192.0.2.1 5000 typ host
 * draft-06:	user 1 password UDP 0.830 192.0.2.1 5000
 */
static bool read_candidate(struct sdp_job *j, const struct span *w,
			   unsigned int n, struct sdp_candidate *c)
{
	bool rfc = n >= 8 && text_is(w[6], "typ");
	unsigned int shift = rfc ? 0 : 1;
	u32 component;

	if (n < 7 || !text_u32(w[1], 255, &component) ||
	    !text_addr(w[4 + shift], &c->addr) ||
	    !sdp_read_port(w[5 + shift], &c->port))
		return false;
	c->component = (u8)component;
	c->proto = read_proto(w[2 + shift]);
	c->at = place_of(j->data, w[4 + shift]);
	c->port_at = place_of(j->data, w[5 + shift]);
	if (rfc)
		read_extras(j, c, w + 6, n - 6);
	return true;
}

static void on_candidate(struct sdp_job *j, struct span value)
{
	struct sdp *sdp = j->sdp;
	struct sdp_candidate c = { .media = (u8)(sdp->medias - 1) };
	struct span w[WORDS];
	unsigned int n = 0;

	if (!j->m)
		return;
	sdp->ice = true;
	j->m->flags |= SDP_ICE;
	while (n < WORDS && sdp_take_word(&value, w + n))
		n++;
	if (!read_candidate(j, w, n, &c))
		return;
	if (sdp->candidates == NFIM_SDP_CANDIDATES)
		sdp->more_candidates = true;
	else
		sdp->candidate[sdp->candidates++] = c;
}

static const struct {
	char name[15];
	u8 len;
	void (*read)(struct sdp_job *j, struct span value);
} attributes[] = {
#define ATTRIBUTE(name, read) { name, sizeof(name) - 1, read }
	ATTRIBUTE("rtcp", on_rtcp),
	ATTRIBUTE("rtcp-mux", on_rtcp_mux),
	ATTRIBUTE("candidate", on_candidate),
	ATTRIBUTE("setup", on_setup),
	ATTRIBUTE("sendrecv", on_sendrecv),
	ATTRIBUTE("sendonly", on_sendonly),
	ATTRIBUTE("recvonly", on_recvonly),
	ATTRIBUTE("inactive", on_inactive),
	ATTRIBUTE("mid", on_mid),
	ATTRIBUTE("group", on_group),
	ATTRIBUTE("bundle-only", on_bundle_only),
#undef ATTRIBUTE
};

void sdp_attribute(struct sdp_job *j, struct span line)
{
	struct span name = line;
	size_t i, len;

	while (line.p < line.end && line.p[0] != ':' && line.p[0] != ' ')
		line.p++;
	len = (size_t)(line.p - name.p);
	if (line.p < line.end)
		line.p++;
	for (i = 0; i < ARRAY_SIZE(attributes); i++) {
		if (attributes[i].len == len &&
		    span_same(attributes[i].name, name.p, len)) {
			attributes[i].read(j, line);
			return;
		}
	}
}
