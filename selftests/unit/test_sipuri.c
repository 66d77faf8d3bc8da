// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/sip_uri: URIs and values of Via. */

#include <stdio.h>

#include "../../kernel/proto/sip_uri.h"
#include "../ktap.h"
#include "input.h"

static bool is(struct span data, struct place at, const char *want)
{
	struct span s = place_span(data, at);

	return ktap_bytes(s.p, span_len(s), want, strlen(want));
}

static void uris(const void *arg)
{
	static const struct {
		const char *text, *user, *host;
		u8 len;
		u16 port, effective;
	} rows[] = {
		{ "sip:a@b", "a", "b", 0, 0, 5060 },
		{ "SIP:a@b", "a", "b", 0, 0, 5060 },
		{ "sip:192.0.2.1", "", "192.0.2.1", 4, 0, 5060 },
		{ "sip:192.0.2.1:5070", "", "192.0.2.1:5070", 4, 5070, 5070 },
		{ "sips:a@192.0.2.1", "a", "192.0.2.1", 4, 0, 5061 },
		{ "sip:a@192.0.2.1;transport=tls", "a", "192.0.2.1", 4, 0,
		  5061 },
		{ "sip:a:b@c:1", "a:b", "c:1", 0, 1, 1 },
		{ "sip:a@b@192.0.2.1", "a@b", "192.0.2.1", 4, 0, 5060 },
		{ "sip:a;x=y@b", "a;x=y", "b", 0, 0, 5060 },
		{ "sip:a?b/c@d", "a?b/c", "d", 0, 0, 5060 },
		{ "sip:@b", "", "b", 0, 0, 5060 },
		{ "sip:[2001:db8::1]", "", "[2001:db8::1]", 16, 0, 5060 },
		{ "sip:a@[2001:db8::1]:65535;x", "a", "[2001:db8::1]:65535",
		  16, 65535, 65535 },
		{ "sip:b?subject=x:y", "", "b", 0, 0, 5060 },
		{ "sip:b;;x;lr?y", "", "b", 0, 0, 5060 },
		{ "sip:010.0.0.1", "", "010.0.0.1", 0, 0, 5060 },
		{ "sip:1.2.3", "", "1.2.3", 0, 0, 5060 },
	};
	static const char *const bad[] = {
		"", "a", ":", "sip", "sip:", "sip:a@", "sip:b:", "sip:b:0",
		"sip:b:x", "sip:b:65536", "sip:b:100000", "sip:b:-1",
		"sip:[::1", "sip:[]", "sip:[192.0.2.1]", "sip:[::1]x",
		"sip:b c", "sip:b>", "sip:b,c", "sip:a@:5060",
	};
	struct sip_uri uri;
	struct span s;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].text);
		s = input(rows[i].text);
		if (!ktap_want(sip_uri_parse(s, s, &uri)))
			continue;
		is(s, uri.at, rows[i].text);
		is(s, uri.user, rows[i].user);
		is(s, uri.host.at, rows[i].host);
		ktap_equal(uri.host.addr.len, rows[i].len);
		ktap_equal(uri.host.port, rows[i].port);
		ktap_equal(sip_uri_port(&uri), rows[i].effective);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ktap_at("\"%s\"", bad[i]);
		s = input(bad[i]);
		ktap_want(!sip_uri_parse(s, s, &uri));
	}
	input_done();
}

static void uri_params(const void *arg)
{
	static const struct {
		const char *params;
		u8 transport;
		const char *maddr;
		bool lr, ob;
	} rows[] = {
		{ "", 0, "" }, { ";transport=udp", SIP_UDP, "" },
		{ ";Transport=TCP", SIP_TCP, "" },
		{ ";transport=tls-sctp", SIP_TLS, "" },
		{ ";transport=ws", SIP_OTHER_TRANSPORT, "" },
		{ ";transport", SIP_OTHER_TRANSPORT, "" },
		{ ";maddr=192.0.2.9;transport=udp", SIP_UDP, "192.0.2.9" },
		{ ";maddr=[2001:db8::9]", 0, "[2001:db8::9]" },
		{ ";maddr=host.example", 0, "host.example" },
		{ ";maddr=a:b", 0, "" }, { ";maddr=", 0, "" },
		{ ";lr", 0, "", true }, { ";lr=on;ob", 0, "", true, true },
		{ ";xlr;lrx", 0, "" }, { "?transport=tcp", 0, "" },
		{ ";a?b;lr", 0, "" },
	};
	char text[200];
	struct sip_uri uri;
	struct span s;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(text, sizeof(text), "sip:h%s", rows[i].params);
		ktap_at("%s", text);
		s = input(text);
		if (!ktap_want(sip_uri_parse(s, s, &uri)))
			continue;
		ktap_equal(uri.transport, rows[i].transport);
		is(s, uri.maddr.at, rows[i].maddr);
		ktap_equal(uri.lr, rows[i].lr);
		ktap_equal(uri.ob, rows[i].ob);
	}
	input_done();
}

static void schemes(const void *arg)
{
	static const struct {
		const char *text;
		enum sip_scheme scheme;
	} rows[] = {
		{ "tel:+1-555;x=y", SIP_SCHEME_TEL },
		{ "TEL:1", SIP_SCHEME_TEL }, { "mailto:a@b", SIP_SCHEME_OTHER },
		{ "x:", SIP_SCHEME_OTHER }, { "sipx:a@b", SIP_SCHEME_OTHER },
		{ "sips:b", SIP_SCHEME_SIPS }, { "sip:b", SIP_SCHEME_SIP },
	};
	struct sip_uri uri;
	struct span s;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].text);
		s = input(rows[i].text);
		ktap_want(sip_uri_parse(s, s, &uri));
		ktap_equal(uri.scheme, rows[i].scheme);
		ktap_equal(uri.host.at.len != 0,
			   rows[i].scheme == SIP_SCHEME_SIP ||
			   rows[i].scheme == SIP_SCHEME_SIPS);
	}
	input_done();
}

static void vias(const void *arg)
{
	static const struct {
		const char *text;
		u8 transport;
		const char *host;
		u16 port;
		const char *branch, *received, *maddr, *rport;
		u16 rport_no;
		bool has_rport;
	} rows[] = {
		{ "SIP/2.0/UDP a", SIP_UDP, "a", 0, "", "", "", "" },
		{ "SIP / 2.0 / TCP\r\n\t1.2.3.4 : 5 ; branch = z", SIP_TCP,
		  "1.2.3.4 : 5", 5, "z", "", "", "" },
		{ "sip/2.0/tls [2001:db8::1]:5;maddr=1.2.3.4;rport", SIP_TLS,
		  "[2001:db8::1]:5", 5, "", "", "1.2.3.4", "", 0, true },
		{ "SIP/2.0/SCTP a;received=1.2.3.4;rport=7",
		  SIP_OTHER_TRANSPORT, "a", 0, "", "1.2.3.4", "", "7", 7,
		  true },
		{ "SIP/2.0/UDP a;received=2001:db8::1;rport=70000", SIP_UDP,
		  "a", 0, "", "2001:db8::1", "", "70000", 0, true },
		{ "SIP/2.0/UDP a;received=[2001:db8::1]", SIP_UDP, "a", 0,
		  "", "[2001:db8::1]", "", "" },
		{ "SIP/2.0/UDP a;;branch=z;,SIP", SIP_UDP, "a", 0, "z", "",
		  "", "" },
		{ "SIP/2.0/UDP a;x=\";branch=y\";branch=z", SIP_UDP, "a", 0,
		  "z", "", "", "" },
		{ "SIP/2.0/UDP a (comment);branch=x", SIP_UDP, "a", 0, "", "", "", "" },
	};
	static const char *const bad[] = {
		"", "SIP", "SIP/2.0", "SIP/2.0/UDP", "SIP/2.0/UDP ",
		"SIP/2.0/UDPa", "SIP/3.0/UDP a", "HTTP/2.0/UDP a",
		"SIP/2.0 UDP a", "SIP/2.0/ a", "SIP/2.0/UDP a:",
		"SIP/2.0/UDP a:x", "SIP/2.0/UDP a:0", "SIP/2.0/UDP :5",
		"SIP/2.0/UDP a:65536", "SIP/2.0/UDP [::1", "SIP/2.0/UDP ;x",
		"SIP/2.0/UDP [::1]x", "SIP/2.0/UDP a b", "SIP/2.0/UDP a:5x",
	};
	struct sip_via via;
	struct span s, rest;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].text);
		rest = input(rows[i].text);
		s = rest;
		if (!ktap_want(sip_via_take(s, &rest, &via)))
			continue;
		ktap_equal(via.transport, rows[i].transport);
		is(s, via.sent_by.at, rows[i].host);
		ktap_equal(via.sent_by.port, rows[i].port);
		is(s, via.branch, rows[i].branch);
		is(s, via.received.at, rows[i].received);
		is(s, via.maddr.at, rows[i].maddr);
		is(s, via.rport, rows[i].rport);
		ktap_equal(via.rport_no, rows[i].rport_no);
		ktap_equal(via.has_rport, rows[i].has_rport);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ktap_at("\"%s\"", bad[i]);
		rest = input(bad[i]);
		ktap_want(!sip_via_take(rest, &rest, &via));
	}
	input_done();
}

static const struct ktap_case cases[] = {
	{ "a URI names a host and maybe a port", uris },
	{ "parameters of a URI end where its headers begin", uri_params },
	{ "only sip: and sips: name a host", schemes },
	{ "a Via may have white space nearly everywhere", vias },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
