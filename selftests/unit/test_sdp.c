// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/sdp: who listens where, and where that stands. */

#include <stdio.h>

#include "../ktap.h"
#include "sdp_input.h"

static const struct {
	const char *line;
	enum sdp_status status;
	enum nfim_app app;
	u8 proto;
	u16 port, rtcp_port;
} kind_rows[] = {
	{ "audio 5000 RTP/AVP 0", SDP_LISTENS, NFIM_APP_RTP_AUDIO,
	  17, 5000, 5001 },
	{ "audio 5001 rtp/savp 0", SDP_LISTENS, NFIM_APP_RTP_AUDIO,
	  17, 5001, 5002 },
	{ "AUDIO 5000 RTP/AVPF 0", SDP_LISTENS, NFIM_APP_RTP_AUDIO,
	  17, 5000, 5001 },
	{ "audio 5000 UDP/TLS/RTP/SAVPF 0", SDP_LISTENS,
	  NFIM_APP_RTP_AUDIO, 17, 5000, 5001 },
	{ "video 5000 RTP/SAVPF 0", SDP_LISTENS, NFIM_APP_RTP_VIDEO,
	  17, 5000, 5001 },
	{ "video 5000 UDP/TLS/RTP/SAVP 0", SDP_LISTENS,
	  NFIM_APP_RTP_VIDEO, 17, 5000, 5001 },
	{ "text 5000 RTP/AVP 98", SDP_LISTENS, NFIM_APP_RTP_AUDIO,
	  17, 5000, 5001 },
	{ "audio 65535 RTP/AVP 0", SDP_LISTENS, NFIM_APP_RTP_AUDIO,
	  17, 65535, 0 },
	{ "image 5000 udptl t38", SDP_LISTENS, NFIM_APP_IMAGE, 17,
	  5000, 0 },
	{ "image 5000 UDPTL t38", SDP_LISTENS, NFIM_APP_IMAGE, 17,
	  5000, 0 },
	{ "image 5000 RTP/AVP 98", SDP_LISTENS, NFIM_APP_IMAGE, 17,
	  5000, 5001 },
	{ "image 5000 UDP/TLS/UDPTL t38", SDP_LISTENS,
	  NFIM_APP_IMAGE, 17, 5000, 0 },
	{ "image 5000 TCP t38", SDP_LISTENS, NFIM_APP_IMAGE, 6, 5000,
	  0 },
	{ "application 1503 tcp msdata", SDP_LISTENS,
	  NFIM_APP_WHITEBOARD, 6, 1503, 0 },
	{ "application 1503 tcp wb", SDP_UNKNOWN },
	{ "application 1503 tcp", SDP_UNKNOWN },
	{ "x-ms-message 5060 sip null", SDP_UNKNOWN },
	{ "message 5060 sip sip:a@b", SDP_UNKNOWN },
	{ "message 7654 TCP/MSRP *", SDP_UNKNOWN },
	{ "applicationsharing 6000 TCP/RTP/AVP 127", SDP_UNKNOWN },
	{ "data 6000 TCP/RTP/AVP 127", SDP_UNKNOWN },
	{ "audio 5000 TCP/RTP/AVP 0", SDP_LISTENS, NFIM_APP_RTP_AUDIO,
	  6, 5000, 5001 },
	{ "audio 5000 udp 0", SDP_UNKNOWN },
	{ "audio 5000 RTP 0", SDP_UNKNOWN },
	{ "audio 0 RTP/AVP 0", SDP_REJECTED },
	{ "audio 9 RTP/AVP 0", SDP_DISCARD },
	{ "audio", SDP_BAD }, { "", SDP_BAD }, { "audio 5000", SDP_BAD },
	{ "  audio\t5000  RTP/AVP 0 ", SDP_LISTENS,
	  NFIM_APP_RTP_AUDIO, 17, 5000, 5001 },
};

static void kinds(const void *arg)
{
	char text[200];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kind_rows); i++) {
		const struct sdp_media *m = sdp.media;

		snprintf(text, sizeof(text), "m=%s\r\n", kind_rows[i].line);
		ktap_at("m=%s", kind_rows[i].line);
		if (!media(text) || !ktap_equal(sdp.medias, 1) ||
		    !ktap_equal(m->status, kind_rows[i].status) ||
		    m->status != SDP_LISTENS)
			continue;
		ktap_equal(m->app, kind_rows[i].app);
		ktap_equal(m->proto, kind_rows[i].proto);
		ktap_equal(m->port, kind_rows[i].port);
		ktap_equal(m->rtcp_port, kind_rows[i].rtcp_port);
		ktap_equal(m->ports, 1);
		addr_is(&m->addr, "192.0.2.1");
	}
	input_done();
}

static void ports(const void *arg)
{
	static const struct {
		const char *port;
		enum sdp_status status;
		u16 value, n;
	} rows[] = {
		{ "1", SDP_LISTENS, 1, 1 }, { "65535", SDP_LISTENS, 65535, 1 },
		{ "65536", SDP_BAD }, { "131094", SDP_BAD },
		{ "4294967318", SDP_BAD }, { "-5004", SDP_BAD },
		{ "+5004", SDP_BAD }, { "0x1388", SDP_BAD },
		{ "05004", SDP_BAD }, { "5004,5006", SDP_BAD },
		{ "\xef\xbc\x93", SDP_BAD }, { "5004/", SDP_BAD },
		{ "/2", SDP_BAD }, { "5004/0", SDP_BAD },
		{ "5004/x", SDP_BAD }, { "5004/2/2", SDP_BAD },
		{ "5004/1", SDP_LISTENS, 5004, 1 },
		{ "5004/3", SDP_LISTENS, 5004, 3 },
		{ "65533/2", SDP_LISTENS, 65533, 2 },
		{ "65534/2", SDP_BAD }, { "1/32768", SDP_LISTENS, 1, 32768 },
		{ "1/32769", SDP_BAD }, { "0/2", SDP_REJECTED },
	};
	char text[200];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(text, sizeof(text), "m=audio %s RTP/AVP 0\r\n",
			 rows[i].port);
		ktap_at("%s", rows[i].port);
		if (!media(text) ||
		    !ktap_equal(sdp.media[0].status, rows[i].status) ||
		    rows[i].status != SDP_LISTENS)
			continue;
		ktap_equal(sdp.media[0].port, rows[i].value);
		ktap_equal(sdp.media[0].ports, rows[i].n);
		snprintf(text, sizeof(text), "%u", rows[i].value);
		is(sdp.media[0].port_at, text);
	}
	input_done();
}

static const struct {
	const char *what, *session, *own;
	enum sdp_status status;
	const char *addr;
} address_rows[] = {
	{ "session's", "c=IN IP4 192.0.2.1\n", "", SDP_LISTENS,
	  "192.0.2.1" },
	{ "its own", "", "c=IN IP4 192.0.2.1\n", SDP_LISTENS,
	  "192.0.2.1" },
	{ "its own before the session's", "c=IN IP4 192.0.2.9\n",
	  "c=IN IP4 192.0.2.1\n", SDP_LISTENS, "192.0.2.1" },
	{ "IPv6", "c=IN IP6 2001:db8::1\n", "", SDP_LISTENS,
	  "2001:db8::1" },
	{ "blanks", "c= IN  IP4\t192.0.2.1\t\n", "", SDP_LISTENS,
	  "192.0.2.1" },
	{ "lower case", "c=in ip4 192.0.2.1\n", "", SDP_LISTENS,
	  "192.0.2.1" },
	{ "the same twice", "c=IN IP4 192.0.2.1\nc=IN IP4 192.0.2.1\n",
	  "", SDP_LISTENS, "192.0.2.1" },
	{ "its own twice", "",
	  "c=IN IP4 192.0.2.1\nc=IN IP4 192.0.2.1\n", SDP_LISTENS,
	  "192.0.2.1" },
	{ "none", "", "", SDP_NO_ADDRESS },
	{ "several", "c=IN IP4 192.0.2.1\nc=IN IP4 192.0.2.2\n", "",
	  SDP_NO_ADDRESS },
	{ "several, but its own",
	  "c=IN IP4 192.0.2.1\nc=IN IP4 192.0.2.2\n",
	  "c=IN IP4 192.0.2.3\n", SDP_LISTENS, "192.0.2.3" },
	{ "several of its own", "",
	  "c=IN IP4 192.0.2.1\nc=IN IP4 192.0.2.2\n",
	  SDP_NO_ADDRESS },
	{ "a name", "c=IN IP4 host.example\n", "", SDP_NO_ADDRESS },
	{ "its own name", "c=IN IP4 192.0.2.1\n",
	  "c=IN IP4 host.example\n", SDP_NO_ADDRESS },
	{ "IPv6 as IPv4", "c=IN IP4 2001:db8::1\n", "",
	  SDP_NO_ADDRESS },
	{ "IPv4 as IPv6", "c=IN IP6 192.0.2.1\n", "",
	  SDP_NO_ADDRESS },
	{ "leading zeros", "c=IN IP4 192.0.02.1\n", "",
	  SDP_NO_ADDRESS },
	{ "multicast", "c=IN IP4 224.2.1.1/127\n", "",
	  SDP_NO_ADDRESS },
	{ "loopback", "c=IN IP4 127.0.0.1\n", "", SDP_NO_ADDRESS },
	{ "unicast with ttl", "c=IN IP4 192.0.2.1/127\n", "",
	  SDP_LISTENS, "192.0.2.1" },
	{ "hold", "c=IN IP4 0.0.0.0\n", "", SDP_HELD, "0.0.0.0" },
	{ "IPv6 hold", "c=IN IP6 ::\n", "", SDP_HELD, "::" },
	{ "0.0.0.1", "c=IN IP4 0.0.0.1\n", "", SDP_NO_ADDRESS },
	{ "other net", "c=ATM IP4 192.0.2.1\n", "", SDP_NO_ADDRESS },
	{ "other type", "c=IN IP5 192.0.2.1\n", "", SDP_NO_ADDRESS },
	{ "no address", "c=IN IP4\n", "", SDP_NO_ADDRESS },
	{ "no type", "c=IN\n", "", SDP_NO_ADDRESS },
	{ "nothing", "c=\n", "", SDP_NO_ADDRESS },
	{ "a line too short", "c\n", "c=IN IP4 192.0.2.1",
	  SDP_LISTENS, "192.0.2.1" },
};

static void addresses(const void *arg)
{
	char text[300];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(address_rows); i++) {
		ktap_at("%s", address_rows[i].what);
		snprintf(text, sizeof(text), "v=0\n%sm=audio 5000 RTP/AVP 0\n%s",
			 address_rows[i].session, address_rows[i].own);
		if (!ktap_want(parse(text)))
			continue;
		ktap_equal(sdp.media[0].status, address_rows[i].status);
		ktap_equal(!!(sdp.media[0].flags & SDP_OWN_CONN),
			   !!address_rows[i].own[0]);
		if (address_rows[i].addr)
			addr_is(&sdp.media[0].addr, address_rows[i].addr);
	}
	input_done();
}

static void origins(const void *arg)
{
	static const struct {
		const char *line, *addr;
	} rows[] = {
		{ "o=- 1 1 IN IP4 192.0.2.1", "192.0.2.1" },
		{ "o=a b c 1 1 IN IP4 192.0.2.1 ", "192.0.2.1" },
		{ "o=IN IP4 192.0.2.1", "192.0.2.1" },
		{ "o=- 1 1 IN IP6 2001:db8::1", "2001:db8::1" },
		{ "o=- 1 1 IN IP4 host", "" }, { "o=- 1 1", "" },
		{ "o=", "" }, { "o= ", "" }, { "o=x", "" },
	};
	char text[200];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].line);
		snprintf(text, sizeof(text), "v=0\r\n%s\r\n", rows[i].line);
		if (!ktap_want(parse(text)))
			continue;
		addr_is(&sdp.origin, rows[i].addr);
		if (rows[i].addr[0])
			is(sdp.origin_at, rows[i].addr);
	}
	ktap_at("below a media");
	ktap_want(parse("v=0\nm=audio 1 RTP/AVP 0\no=- 1 1 IN IP4 1.2.3.4\n"));
	addr_is(&sdp.origin, "");
	input_done();
}

static void the_same(const void *arg)
{
	static const u8 want[] = {
		SDP_LISTENS, SDP_LISTENS, SDP_SAME, SDP_LISTENS, SDP_LISTENS,
		SDP_SAME, SDP_REJECTED, SDP_REJECTED,
	};
	u32 i;

	media("m=audio 5000 RTP/AVP 0\n"
	      "m=video 5002 RTP/AVP 0\n"
	      "m=video 5002 RTP/AVP 1\n"
	      "m=video 5000 RTP/AVP 0\nc=IN IP4 192.0.2.2\n"
	      "m=image 5002 TCP t38\n"
	      "m=audio 5002 RTP/AVP 0\n"
	      "m=audio 0 RTP/AVP 0\n"
	      "m=audio 0 RTP/AVP 0\n");
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		ktap_at("media %u", i);
		ktap_equal(sdp.media[i].status, want[i]);
		if (want[i] == SDP_SAME)
			ktap_equal(sdp.media[i].same, 1);
	}
	input_done();
}

static void ends(const void *arg)
{
	static const struct {
		const char *text, *end;
	} rows[] = {
		{ "m=audio 5000 RTP/AVP 0\r\n", "\r\n" },
		{ "m=audio 5000 RTP/AVP 0\n", "\n" },
		{ "m=audio 5000 RTP/AVP 0", "" },
		{ "m=audio 5000 RTP/AVP 0\r\na=x\n", "\n" },
		{ "m=audio 5000 RTP/AVP 0\n\r\n\r\n", "\n" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].text);
		if (media(rows[i].text))
			is(sdp.media[0].end, rows[i].end);
	}
	ktap_at("two");
	media("m=audio 5000 RTP/AVP 0\r\na=x\r\nm=video 1 RTP/AVP 0\n");
	is(sdp.media[0].end, "\r\n");
	ktap_equal(sdp.media[0].end.off + 2, sdp.media[1].kind.off - 2);
	input_done();
}

static void no_descriptions(const void *arg)
{
	static const struct {
		const char *text;
		bool ok;
	} rows[] = {
		{ "", false }, { "\r\n", false }, { "o=x\r\n", false },
		{ "garbage\r\nv=0\r\n", false }, { "v", false },
		{ "v=0", true }, { "\r\n \r\n\nv=0\r\n", true },
		{ "v=0\r\n\r\n", true },
		{ "v=0\r\nm=audio 1 RTP/AVP 0\r\nv=0\r\n", false },
		{ "v=0\r\nv=0\r\n", false },
		{ "v=0\r\ngarbage\r\nxx\r\n=\r\n", true },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].text);
		ktap_equal(parse(rows[i].text), rows[i].ok);
	}
	input_done();
}

/* @text: some of them, then @more if there may be one more. */
static void fill(const char *what, const char *begin, const char *line,
		 u32 max)
{
	size_t len = strlen(line);
	char *text = malloc(strlen(begin) + (max + 1) * len + 1);
	u32 i;

	memcpy(text, begin, strlen(begin) + 1);
	for (i = 0; i < max; i++)
		strcat(text, line);
	ktap_at("%u %s", max, what);
	ktap_want(parse(text));
	strcat(text, line);
	ktap_at("%u %s", max + 1, what);
	ktap_want(!parse(text));
	free(text);
}

static void crowds(const void *arg)
{
	char text[4000] = HEAD "m=audio 5000 RTP/AVP 0\n";
	char *big = calloc(1, PLACE_MAX + 2);
	u32 i;

	memset(big, 'x', PLACE_MAX);
	memcpy(big, "v=0\n", 4);
	ktap_want(parse(big));
	big[PLACE_MAX] = 'x';
	ktap_want(!parse(big));
	free(big);

	fill("media", HEAD, "m=audio 5000 RTP/AVP 0\n", NFIM_SDP_MEDIA);
	fill("addresses", HEAD, "c=IN IP4 192.0.2.1\n", NFIM_SDP_CONNS - 1);
	fill("lines", "v=0\n", "x=\n", NFIM_SDP_LINES - 1);
	for (i = 0; i <= NFIM_SDP_CANDIDATES; i++) {
		ktap_at("%u candidates", i);
		ktap_want(parse(text));
		ktap_equal(sdp.candidates, i < NFIM_SDP_CANDIDATES ?
			   i : NFIM_SDP_CANDIDATES);
		ktap_equal(sdp.more_candidates, false);
		strcat(text, "a=candidate:1 1 UDP 1 1.2.3.4 5 typ host\n");
	}
	ktap_want(parse(text));
	ktap_want(sdp.more_candidates);
	input_done();
}

static const struct ktap_case cases[] = {
	{ "a kind of media has an application and a protocol", kinds },
	{ "a port is a plain number, or more of them", ports },
	{ "an address is a media's own or the session's, and one", addresses },
	{ "the origin's address is the last word", origins },
	{ "an endpoint is announced once", the_same },
	{ "the end of a media is found", ends },
	{ "one description begins with v=", no_descriptions },
	{ "a description has bounds", crowds },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
