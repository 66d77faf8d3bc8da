// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/sdp_attr: what attributes say of a media. */

#include <stdio.h>

#include "sdp_input.h"

static void rtcp_ports(const void *arg)
{
	static const struct {
		const char *lines;
		u16 port;
		const char *at, *addr;
		u8 flags;
	} rows[] = {
		{ "", 5001, "", "192.0.2.1", 0 },
		{ "a=rtcp:33801\n", 33801, "33801", "192.0.2.1",
		  SDP_RTCP_NAMED },
		{ "a=rtcp:7 IN IP4 192.0.2.9\n", 7, "7", "192.0.2.9",
		  SDP_RTCP_NAMED },
		{ "a=rtcp:7 IN IP6 2001:db8::1\n", 7, "7", "2001:db8::1",
		  SDP_RTCP_NAMED },
		{ "a=rtcp:7 IN IP4 host\n", 0, "7", "", SDP_RTCP_NAMED },
		{ "a=rtcp:7 nonsense\n", 7, "7", "192.0.2.1",
		  SDP_RTCP_NAMED },
		{ "a=rtcp:0\n", 0, "0", "192.0.2.1", SDP_RTCP_NAMED },
		{ "a=rtcp:9 IN IP4 0.0.0.0\n", 0, "9", "0.0.0.0",
		  SDP_RTCP_NAMED },
		{ "a=rtcp:65536\n", 0, "", "192.0.2.1", SDP_RTCP_NAMED },
		{ "a=rtcp:\n", 0, "", "192.0.2.1", SDP_RTCP_NAMED },
		{ "a=rtcp\n", 0, "", "192.0.2.1", SDP_RTCP_NAMED },
		{ "a=rtcp:7\na=rtcp:8\n", 0, "", "192.0.2.1",
		  SDP_RTCP_NAMED },
		{ "a=rtcp-mux\n", 5001, "", "192.0.2.1", SDP_RTCP_MUX },
		{ "a=rtcp-fb:*\n", 5001, "", "192.0.2.1", 0 },
		{ "a=RTCP:7\n", 5001, "", "192.0.2.1", 0 },
	};
	char text[300];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct sdp_media *m = sdp.media;

		ktap_at("%s", rows[i].lines);
		snprintf(text, sizeof(text), "m=audio 5000 RTP/AVP 0\n%s",
			 rows[i].lines);
		if (!media(text))
			continue;
		ktap_equal(m->rtcp_port, rows[i].port);
		is(m->rtcp_at, rows[i].at);
		addr_is(&m->rtcp_addr, rows[i].addr);
		ktap_equal(m->flags & (SDP_RTCP_NAMED | SDP_RTCP_MUX),
			   rows[i].flags);
	}
	ktap_at("of the session, or no RTP");
	media("a=rtcp:7\na=rtcp-mux\nm=audio 5000 RTP/AVP 0\n"
	      "m=image 6000 udptl t38\na=rtcp:7\n");
	ktap_equal(sdp.media[0].rtcp_port, 5001);
	ktap_equal(sdp.media[0].flags, SDP_RTP);
	ktap_equal(sdp.media[1].rtcp_port, 0);
	input_done();
}

static void attributes(const void *arg)
{
	static const struct {
		const char *session, *own;
		u8 direction, setup;
		enum sdp_status status;
	} rows[] = {
		{ "", "", SDP_SENDRECV, SDP_SETUP_NONE, SDP_LISTENS },
		{ "a=sendonly\n", "", SDP_SENDONLY, 0, SDP_LISTENS },
		{ "a=sendonly\n", "a=sendrecv\n", SDP_SENDRECV, 0,
		  SDP_LISTENS },
		{ "", "a=recvonly\n", SDP_RECVONLY, 0, SDP_LISTENS },
		{ "a=recvonly\n", "a=inactive\n", SDP_INACTIVE, 0,
		  SDP_LISTENS },
		{ "", "a=setup:passive\n", 0, SDP_SETUP_PASSIVE,
		  SDP_LISTENS },
		{ "", "a=setup:actpass\t\n", 0, SDP_SETUP_ACTPASS,
		  SDP_LISTENS },
		{ "", "a=setup:active\n", 0, SDP_SETUP_ACTIVE, SDP_CONNECTS },
		{ "", "a=setup:holdconn\n", 0, SDP_SETUP_HOLDCONN,
		  SDP_CONNECTS },
		{ "a=setup:active\n", "", 0, SDP_SETUP_ACTIVE,
		  SDP_CONNECTS },
		{ "a=setup:active\n", "a=setup:passive\n", 0,
		  SDP_SETUP_PASSIVE, SDP_LISTENS },
		{ "", "a=setup:other\n", 0, SDP_SETUP_NONE, SDP_LISTENS },
		{ "", "a=setup\n", 0, SDP_SETUP_NONE, SDP_LISTENS },
	};
	char text[300];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s / %s", rows[i].session, rows[i].own);
		snprintf(text, sizeof(text), "%sm=image 5000 TCP t38\n%s",
			 rows[i].session, rows[i].own);
		if (!media(text))
			continue;
		ktap_equal(sdp.media[0].direction, rows[i].direction);
		ktap_equal(sdp.media[0].setup, rows[i].setup);
		ktap_equal(sdp.media[0].status, rows[i].status);
	}
	ktap_at("UDP needs no setup");
	media("m=audio 5000 UDP/TLS/RTP/SAVP 0\na=setup:active\n");
	ktap_equal(sdp.media[0].status, SDP_LISTENS);
	input_done();
}

static void bundles(const void *arg)
{
	char text[700];

	sprintf(text, "a=group:BUNDLE%511s a\nm=audio 5000 RTP/AVP 0\na=mid:a\n",
		"b");
	media(text);
	ktap_want(!(sdp.media[0].flags & SDP_BUNDLED));
	memmove(text + 14, text + 16, strlen(text + 16) + 1);
	media(text);
	ktap_want(sdp.media[0].flags & SDP_BUNDLED);
	media("a=group:LS a b\na=group:BUNDLE a  c\na=group:BUNDLE b\n"
	      "m=audio 5000 RTP/AVP 0\na=mid:a\n"
	      "m=video 5002 RTP/AVP 0\na=mid:b\n"
	      "m=video 0 RTP/AVP 0\na=mid:c\na=bundle-only\n"
	      "m=video 5004 RTP/AVP 0\n"
	      "m=video 5006 RTP/AVP 0\na=mid:\n");
	if (!ktap_equal(sdp.medias, 5))
		return;
	ktap_want(sdp.media[0].flags & SDP_BUNDLED);
	is(sdp.media[0].mid, "a");
	ktap_want(!(sdp.media[1].flags & SDP_BUNDLED));
	ktap_want(sdp.media[2].flags & SDP_BUNDLED);
	ktap_want(sdp.media[2].flags & SDP_BUNDLE_ONLY);
	ktap_equal(sdp.media[2].status, SDP_REJECTED);
	ktap_want(!(sdp.media[3].flags & SDP_BUNDLED));
	ktap_want(!(sdp.media[4].flags & SDP_BUNDLED));
	ktap_at("no group");
	media("a=bundle-only\na=candidate:1\nm=audio 5000 RTP/AVP 0\na=mid:a\n");
	ktap_equal(sdp.media[0].flags, SDP_RTP);
	input_done();
}

static void candidates(const void *arg)
{
	static const struct {
		const char *value;
		bool kept;
		u8 component, proto, type;
		const char *addr, *port, *raddr, *rport;
	} rows[] = {
		{ "1 1 UDP 2130706431 192.0.2.1 5000 typ host", true, 1, 17,
		  SDP_HOST, "192.0.2.1", "5000", "", "" },
		{ "x 2 udp 1 2001:db8::1 5001 typ HOST generation 0", true, 2,
		  17, SDP_HOST, "2001:db8::1", "5001", "", "" },
		{ "2 1 UDP 1 3.3.3.3 6100 typ srflx raddr 1.2.3.4 rport 5000",
		  true, 1, 17, SDP_SRFLX, "3.3.3.3", "6100", "1.2.3.4",
		  "5000" },
		{ "2 1 UDP 1 203.0.113.5 61000 typ prflx raddr x rport y",
		  true, 1, 17, SDP_SRFLX, "203.0.113.5", "61000", "", "" },
		{ "3 1 TCP 1 192.0.2.1 9 typ relay tcptype active", true, 1,
		  6, SDP_RELAY, "192.0.2.1", "9", "", "" },
		{ "3 1 TCP-ACT 1 192.0.2.1 5000 typ host", true, 1, 6,
		  SDP_HOST, "192.0.2.1", "5000", "", "" },
		{ "3 1 SCTP 1 192.0.2.1 5000 typ host", true, 1, 0, SDP_HOST,
		  "192.0.2.1", "5000", "", "" },
		{ "ab12 1 qpw UDP 0.830 192.0.2.1 50010", true, 1, 17,
		  SDP_HOST, "192.0.2.1", "50010", "", "" },
		{ "ab12 2 qpw TCP-PASS 0.830 192.0.2.1 50010 ", true, 2, 6,
		  SDP_HOST, "192.0.2.1", "50010", "", "" },
		{ "1 1 UDP 1 host.local 5000 typ host", false },
		{ "1 1 UDP 1 192.0.2.1 50000000 typ host", false },
		{ "1 x UDP 1 192.0.2.1 5000 typ host", false },
		{ "1 256 UDP 1 192.0.2.1 5000 typ host", false },
		{ "1 1 UDP 1 192.0.2.1 5000", false },
		{ "1 1 UDP 1 192.0.2.1", false },
		{ "", false },
		{ "1 1 UDP 1 192.0.2.1 5000 typ", false },
	};
	char text[300];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct sdp_candidate *c = sdp.candidate;

		ktap_at("%s", rows[i].value);
		snprintf(text, sizeof(text), "m=audio 5000 RTP/AVP 0\n"
			 "a=candidate:%s\n", rows[i].value);
		if (!media(text))
			continue;
		ktap_want(sdp.ice && sdp.media[0].flags & SDP_ICE);
		if (!ktap_equal(sdp.candidates, rows[i].kept) ||
		    !rows[i].kept)
			continue;
		ktap_equal(c->media, 0);
		ktap_equal(c->component, rows[i].component);
		ktap_equal(c->proto, rows[i].proto);
		ktap_equal(c->type, rows[i].type);
		is(c->at, rows[i].addr);
		is(c->port_at, rows[i].port);
		is(c->raddr_at, rows[i].raddr);
		is(c->rport_at, rows[i].rport);
	}
	input_done();
}

static const struct ktap_case cases[] = {
	{ "RTCP is one port above or where it is named", rtcp_ports },
	{ "the session's attributes are the media's defaults", attributes },
	{ "what is bundled has a tag in the group", bundles },
	{ "candidates have two forms", candidates },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
