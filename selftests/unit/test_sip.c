// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/sip: what a message says and where it stands. */

#include <stdio.h>

#include "../../kernel/proto/sip.h"
#include "../ktap.h"
#include "input.h"

#define FROM	"From: <sip:a@b>;tag=1\r\n"
#define TO	"To: <sip:c@d>\r\n"
#define ID	"Call-ID: x@y\r\n"
#define CSEQ	"CSeq: 1 INVITE\r\n"
#define VIA	"Via: SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bK1\r\n"
/* 256 bytes, so that a length is the same in 8 bits. */
#define TEN	"0123456789"
#define HUNDRED	TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define LONG	HUNDRED HUNDRED TEN TEN TEN TEN TEN "012345"

#define NEEDED	FROM TO ID CSEQ VIA
#define INVITE	"INVITE sip:c@d SIP/2.0\r\n"

static struct sip sip;
static struct mime mime;
static struct span data;

static enum sip_result parse(const char *text, bool datagram)
{
	data = input(text);
	return sip_parse(data, datagram, &sip);
}

static bool is(struct place at, const char *want)
{
	struct span s = place_span(data, at);

	return ktap_bytes(s.p, span_len(s), want, strlen(want));
}

static void start_lines(const void *arg)
{
	static const struct {
		const char *line;
		enum sip_result result;
		enum sip_method method;
		u16 status;
	} rows[] = {
		{ "INVITE sip:c@d SIP/2.0", SIP_OK, SIP_INVITE },
		{ "NEWMETHOD sip:c@d SIP/2.0", SIP_OK, SIP_OTHER },
		{ "invite sip:c@d SIP/2.0", SIP_OK, SIP_OTHER },
		{ "INVITE tel:+1555 SIP/2.0", SIP_OK, SIP_INVITE },
		{ "INVITE nobodyKnowsThisScheme:x SIP/2.0", SIP_OK,
		  SIP_INVITE },
		{ "INVITE sip:c@d sip/2.0", SIP_FOREIGN },
		{ "INVITE sip:c@d SIP/2.0 ", SIP_FOREIGN },
		{ "INVITE sip:c@d SIP/3.0", SIP_FOREIGN },
		{ "INVITE sip:c@d HTTP/1.1", SIP_FOREIGN },
		{ "INVITE SIP/2.0", SIP_FOREIGN },
		{ "INVITE  SIP/2.0", SIP_MALFORMED },
		{ " INVITE sip:c@d SIP/2.0", SIP_FOREIGN },
		{ "INV(TE sip:c@d SIP/2.0", SIP_FOREIGN },
		{ "SIP/2.0", SIP_FOREIGN },
		{ " SIP/2.0", SIP_FOREIGN },
		{ "INVITE  sip:c@d SIP/2.0", SIP_MALFORMED },
		{ "INVITE sip:c@d  SIP/2.0", SIP_MALFORMED },
		{ "INVITE sip:c@d; lr SIP/2.0", SIP_MALFORMED },
		{ "INVITE nothing SIP/2.0", SIP_MALFORMED },
		{ "INVITE sip: SIP/2.0", SIP_MALFORMED },
		{ "SIP/2.0 200 OK", SIP_OK, SIP_INVITE, 200 },
		{ "SIP/2.0 100 ", SIP_OK, SIP_INVITE, 100 },
		{ "SIP/2.0 699", SIP_OK, SIP_INVITE, 699 },
		{ "SIP/2.0 099 x", SIP_MALFORMED },
		{ "SIP/2.0 700 x", SIP_MALFORMED },
		{ "SIP/2.0 20 x", SIP_MALFORMED },
		{ "SIP/2.0 2000 x", SIP_MALFORMED },
		{ "SIP/2.0 4294967496 x", SIP_MALFORMED },
		{ "SIP/2.0 2x0 x", SIP_MALFORMED },
		{ "SIP/2.0  200 x", SIP_MALFORMED },
		{ "SIP/2.0 ", SIP_MALFORMED },
	};
	char text[600];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *method = strncmp(rows[i].line, "NEW", 3) &&
				     rows[i].line[0] != 'i' ? "INVITE" :
				     rows[i].line[0] == 'i' ? "invite" :
				     "NEWMETHOD";

		ktap_at("\"%s\"", rows[i].line);
		snprintf(text, sizeof(text), "%s\r\n" FROM TO ID VIA
			 "CSeq: 1 %s\r\n\r\n", rows[i].line, method);
		if (!ktap_equal(parse(text, true), rows[i].result) ||
		    rows[i].result != SIP_OK)
			continue;
		ktap_equal(sip.method, rows[i].method);
		ktap_equal(sip.status, rows[i].status);
		ktap_equal(sip_is_request(&sip), !rows[i].status);
		is(sip.method_at, method);
	}
	input_done();
}

static void methods(const void *arg)
{
	static const struct {
		const char *name;
		enum sip_method method;
	} rows[] = {
		{ "INVITE", SIP_INVITE }, { "ACK", SIP_ACK },
		{ "BYE", SIP_BYE }, { "CANCEL", SIP_CANCEL },
		{ "REGISTER", SIP_REGISTER }, { "OPTIONS", SIP_OPTIONS },
		{ "PRACK", SIP_PRACK }, { "UPDATE", SIP_UPDATE },
		{ "INFO", SIP_INFO }, { "MESSAGE", SIP_MESSAGE },
		{ "REFER", SIP_REFER }, { "SUBSCRIBE", SIP_SUBSCRIBE },
		{ "NOTIFY", SIP_NOTIFY }, { "PUBLISH", SIP_PUBLISH },
		{ "SERVICE", SIP_SERVICE }, { "BENOTIFY", SIP_BENOTIFY },
		{ "NEGOTIATE", SIP_NEGOTIATE }, { "INVIT", SIP_OTHER },
		{ "INVITES", SIP_OTHER }, { "ack", SIP_OTHER },
		{ "", SIP_OTHER },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].name);
		ktap_equal(sip_method(input(rows[i].name)), rows[i].method);
	}
	input_done();
}

static void no_messages(const void *arg)
{
	static const struct {
		const char *text;
		enum sip_result result;
	} rows[] = {
		{ "", SIP_KEEPALIVE }, { "\r\n", SIP_KEEPALIVE },
		{ "\r\n\r\n\r\n\r\n", SIP_KEEPALIVE }, { "\n", SIP_KEEPALIVE },
		{ "jaK", SIP_KEEPALIVE }, { "abcd", SIP_KEEPALIVE },
		{ "abcde", SIP_FOREIGN }, { "\r\nabc", SIP_FOREIGN },
		{ INVITE, SIP_MALFORMED },
		{ INVITE NEEDED, SIP_MALFORMED },
		{ INVITE NEEDED "\r", SIP_MALFORMED },
		{ INVITE NEEDED "Content-Length: 0", SIP_MALFORMED },
		{ "\r\n\n\r\n" INVITE NEEDED "\r\n", SIP_OK },
		{ " " INVITE NEEDED "\r\n", SIP_FOREIGN },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("\"%s\"", rows[i].text);
		ktap_equal(parse(rows[i].text, true), rows[i].result);
	}
	input_done();
}

static void needed(const void *arg)
{
	static const struct {
		const char *what, *header;
		enum sip_result result;
	} rows[] = {
		{ "all", NEEDED, SIP_OK },
		{ "no From", TO ID CSEQ VIA, SIP_MALFORMED },
		{ "no To", FROM ID CSEQ VIA, SIP_MALFORMED },
		{ "no Call-ID", FROM TO CSEQ VIA, SIP_MALFORMED },
		{ "no CSeq", FROM TO ID VIA, SIP_MALFORMED },
		{ "no Via", FROM TO ID CSEQ, SIP_MALFORMED },
		{ "From twice", FROM NEEDED, SIP_MALFORMED },
		{ "To twice", NEEDED "t: <sip:c@d>\r\n", SIP_MALFORMED },
		{ "Call-ID twice", ID NEEDED, SIP_MALFORMED },
		{ "CSeq twice", NEEDED CSEQ, SIP_MALFORMED },
		{ "Via twice", VIA NEEDED, SIP_OK },
		{ "Content-Length twice",
		  NEEDED "Content-Length: 0\r\nl: 0\r\n", SIP_MALFORMED },
		{ "Content-Type twice",
		  NEEDED "c: a/b\r\nContent-Type: a/b\r\n", SIP_MALFORMED },
		{ "empty Call-ID", FROM TO CSEQ VIA "i:\r\n", SIP_MALFORMED },
		{ "names of any case", "FROM: a:b\r\ntO: a:b\r\ncall-iD: 1\r\n"
		  "cSEQ: 1 INVITE\r\nvIA: SIP/2.0/UDP a\r\n", SIP_OK },
		{ "compact names", "f: a:b\r\nt: a:b\r\ni: 1\r\n"
		  "CSeq: 1 INVITE\r\nv: SIP/2.0/UDP a\r\n", SIP_OK },
		{ "blanks before the colon",
		  "From \t : a:b\r\nTo :a:b\r\nCall-ID\t:1\r\n"
		  "CSeq :1 INVITE\r\nv :SIP/2.0/UDP a\r\n", SIP_OK },
		{ "LF only", "From: a:b\nTo: a:b\nCall-ID: 1\n"
		  "CSeq: 1 INVITE\nVia: SIP/2.0/UDP a\n", SIP_OK },
		{ "a folded name is none", FROM TO ID VIA
		  "X: 1\r\n CSeq: 1 INVITE\r\n", SIP_MALFORMED },
		{ "a bare CR ends no line", FROM TO ID VIA
		  "X: 1\rCSeq: 1 INVITE\r\n", SIP_MALFORMED },
		{ "a very long name", NEEDED "Vi" LONG "a: x\r\nVia" LONG ": x\r\n"
		  "Call-ID" LONG ": x\r\n", SIP_OK },
		{ "other lines", "no colon\r\n: no name\r\n(x): y\r\n \r\n"
		  NEEDED "\t\r\nx\r\n", SIP_OK },
	};
	char text[2000];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].what);
		snprintf(text, sizeof(text), INVITE "%s\r\n", rows[i].header);
		ktap_equal(parse(text, true), rows[i].result);
	}
	input_done();
}

static void cseqs(const void *arg)
{
	static const struct {
		const char *value;
		bool ok;
		u32 number;
	} rows[] = {
		{ "1 INVITE", true, 1 }, { "0009\r\n  INVITE", true, 9 },
		{ "0 INVITE", true, 0 }, { "1\tINVITE", true, 1 },
		{ "2147483647 INVITE", true, 2147483647 },
		{ "2147483648 INVITE", false }, { "-1 INVITE", false },
		{ "1", false }, { "INVITE", false }, { "1 ACK", false },
		{ "1 invite", false }, { "1 INVITE x", false },
		{ "1INVITE", false }, { "", false }, { "1 ", false },
		{ "18446744073709551617 INVITE", false },
	};
	char text[600];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("\"%s\"", rows[i].value);
		snprintf(text, sizeof(text), INVITE FROM TO ID VIA
			 "CSeq: %s\r\n\r\n", rows[i].value);
		ktap_equal(parse(text, true),
			   rows[i].ok ? SIP_OK : SIP_MALFORMED);
		if (rows[i].ok)
			ktap_equal(sip.cseq, rows[i].number);
	}
	input_done();
}

static void tags(const void *arg)
{
	static const struct {
		const char *value, *tag;
	} rows[] = {
		{ "<sip:a@b>;tag=1", "1" }, { "sip:a@b;tag=1", "1" },
		{ "<sip:a@b;tag=no>;tag=1", "1" }, { "<sip:a@b;tag=no>", "" },
		{ "\"x\" <sip:a@b>;x=y;TAG=1;z", "1" },
		{ "\"<sip:x>;tag=no\" <sip:a@b>;tag=1", "1" },
		{ "\"\\\"<;tag=no\" <sip:a@b>;tag=1", "1" },
		{ "\\\"x\\\" <sip:a@b>;tag=1", "1" },
		{ "<sip:a@b> ; tag = 1 ; x", "1" },
		{ "<sip:a@b>;x=\";tag=no\";tag=1", "1" },
		{ "<sip:a@b>;;tag=1", "1" }, { "<sip:a@b>;tag=1;tag=2", "1" },
		{ "<sip:a@b>;tag", "" }, { "<sip:a@b>;tag=", "" },
		{ "<sip:a@b>,;tag=1", "" }, { "<sip:a@b tag=1", "" },
		{ "\"x <sip:a@b>;tag=1", "" }, { "", "" }, { "\"", "" },
		{ "x\\", "" }, { "<>;tag=1", "" },
		{ "Bob <sip:a@b>\r\n ;tag=1", "1" },
	};
	char text[600];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("\"%s\"", rows[i].value);
		snprintf(text, sizeof(text), INVITE ID CSEQ VIA
			 "From: %s\r\nTo: %s\r\n\r\n", rows[i].value,
			 rows[i].value);
		if (!ktap_equal(parse(text, true), SIP_OK))
			continue;
		is(sip.from_tag, rows[i].tag);
		is(sip.to_tag, rows[i].tag);
	}
	input_done();
}

static void lengths(const void *arg)
{
	static const struct {
		const char *what, *header, *body;
		enum sip_result datagram, stream;
		u16 len;
	} rows[] = {
		{ "exact", "l: 4\r\n", "body", SIP_OK, SIP_OK, 4 },
		{ "zeros in front", "l: 0004\r\n", "body", SIP_OK, SIP_OK, 4 },
		{ "none", "", "body", SIP_OK, SIP_MALFORMED, 4 },
		{ "excess", "l: 2\r\n", "body", SIP_OK, SIP_MALFORMED, 2 },
		{ "nothing", "l: 0\r\n", "", SIP_OK, SIP_OK, 0 },
		{ "too long", "l: 5\r\n", "body", SIP_MALFORMED,
		  SIP_MALFORMED },
		{ "2^32 and 4", "l: 4294967300\r\n", "body", SIP_MALFORMED,
		  SIP_MALFORMED },
		{ "negative", "l: -4\r\n", "body", SIP_MALFORMED,
		  SIP_MALFORMED },
		{ "no number", "l: four\r\n", "body", SIP_MALFORMED,
		  SIP_MALFORMED },
		{ "empty", "l:\r\n", "body", SIP_MALFORMED, SIP_MALFORMED },
		{ "two numbers", "l: 4, 4\r\n", "body", SIP_MALFORMED,
		  SIP_MALFORMED },
		{ "folded", "l:\r\n 4\r\n", "body", SIP_OK, SIP_OK, 4 },
		{ "the body's", "", "l: 99\r\n", SIP_OK, SIP_MALFORMED, 7 },
	};
	char text[600];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].what);
		snprintf(text, sizeof(text), INVITE NEEDED "%s\r\n%s",
			 rows[i].header, rows[i].body);
		ktap_equal(parse(text, false), rows[i].stream);
		if (!ktap_equal(parse(text, true), rows[i].datagram) ||
		    rows[i].datagram != SIP_OK)
			continue;
		ktap_equal(sip.body.len, rows[i].len);
		ktap_equal(sip.body.off, strlen(text) - strlen(rows[i].body));
		ktap_equal(sip.has_length, !!rows[i].header[0]);
	}
	input_done();
}

static struct span padded(const char *name, size_t total)
{
	static char text[2 * NFIM_SIP_MAX];
	size_t n = (size_t)sprintf(text, INVITE NEEDED "%s", name);

	memset(text + n, 'x', total - n);
	memcpy(text + total - 4, "\r\n\r\n", 4);
	return input_bytes(text, total);
}

static void crowds(const void *arg)
{
	char text[8000] = INVITE NEEDED;
	size_t i;

	ktap_equal(sip_parse(padded("X: ", NFIM_SIP_MAX), true, &sip), SIP_OK);
	ktap_equal(sip_parse(padded("X: ", NFIM_SIP_MAX + 1), true, &sip),
		   SIP_CROWDED);
	for (i = 5; i < NFIM_SIP_HEADERS; i++)
		strcat(text, "X: y\r\n");
	strcat(text, "\r\n");
	ktap_equal(parse(text, true), SIP_OK);
	sprintf(strstr(text, "\r\n\r\n"), "\r\nX: y\r\n\r\n");
	ktap_equal(parse(text, true), SIP_CROWDED);
	input_done();
}

static void fields(const void *arg)
{
	ktap_equal(parse(INVITE NEEDED
			 "User-Agent: RTC/1.3 (Messenger 5.1)\r\n"
			 "Server: RTC/2.0\r\n"
			 "Content-Type: application/sdp;x=y\r\n"
			 "Expires: 3600\r\n"
			 "Require: foo, 100rel\r\n"
			 "Authorization: Digest a=\"qop=auth-int\",\r\n"
			 " qop=auth, uri=\"x\"\r\n\r\n", true), SIP_OK);
	is(sip.call_id, "x@y");
	is(sip.agent, "RTC/1.3 (Messenger 5.1)");
	is(sip.server, "RTC/2.0");
	is(sip.content_type, "application/sdp;x=y");
	ktap_want(sip.has_expires);
	ktap_equal(sip.expires, 3600);
	ktap_want(sip.reliable);
	ktap_want(!sip.auth_int && !sip.encoded && !sip.star && !sip.more);
	input_done();
}

static void bodies_not_to_be_changed(const void *arg)
{
	static const struct {
		const char *line;
		bool auth_int, encoded, reliable;
	} rows[] = {
		{ "Proxy-Authorization: Digest a=b, qop=auth-int", true },
		{ "Authorization: digest qop = \"auth-int\"", true },
		{ "Authorization: Digest nonce=\"x, qop=auth-int\"" },
		{ "Authorization: NTLM qop=auth-int" },
		{ "Authorization: Digest qop=auth-integer" },
		{ "Authorization:" },
		{ "WWW-Authenticate: Digest qop=\"auth-int\"" },
		{ "Content-Encoding: gzip", .encoded = true },
		{ "e: gzip", .encoded = true },
		{ "e: identity" },
		{ "e:" },
		{ "k: 100rel", .reliable = true },
		{ "Supported: timer,100rel ,x", .reliable = true },
		{ "Supported: 100relx" },
		{ "RSeq: 1", .reliable = true },
	};
	char text[600];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].line);
		snprintf(text, sizeof(text), INVITE NEEDED "%s\r\n\r\nx",
			 rows[i].line);
		if (!ktap_equal(parse(text, true), SIP_OK))
			continue;
		ktap_equal(sip.auth_int, rows[i].auth_int);
		ktap_equal(sip.encoded, rows[i].encoded);
		ktap_want(sip_body_parse(data, &sip, &mime));
		ktap_equal(mime.n, !rows[i].encoded);
		ktap_equal(sip.reliable, rows[i].reliable);
	}
	input_done();
}

static void seconds(const void *arg)
{
	static const struct {
		const char *value;
		bool has;
		u32 seconds;
	} rows[] = {
		{ "0", true, 0 }, { "3600", true, 3600 },
		{ "4294967295", true, ~0u }, { "4294967296", true, ~0u },
		{ "99999999999999999999999", true, ~0u },
		{ "-1", false }, { "x", false }, { "", false },
		{ "1 2", false },
	};
	char text[600];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].value);
		snprintf(text, sizeof(text), INVITE NEEDED
			 "m: <sip:a@192.0.2.1>;expires=%s\r\n"
			 "Expires: %s\r\n\r\n", rows[i].value, rows[i].value);
		if (!ktap_equal(parse(text, true), SIP_OK))
			continue;
		ktap_equal(sip.has_expires, rows[i].has);
		if (rows[i].has)
			ktap_equal(sip.expires, rows[i].seconds);
		if (!ktap_equal(sip.contacts, 1) || strchr(rows[i].value, ' '))
			continue;
		ktap_equal(sip.contact[0].has_expires, rows[i].has);
		if (rows[i].has)
			ktap_equal(sip.contact[0].expires, rows[i].seconds);
	}
	input_done();
}

static void contacts(const void *arg)
{
	ktap_equal(parse(INVITE NEEDED
			 "Contact: <sip:192.0.2.1:1>;m=\"INVITE, ACK\" ,\r\n"
			 " \"a, <x>\" <sip:b@[2001:db8::1]:2;transport=tcp>\r\n"
			 " ;proxy=replace, sip:c@d;q=1\r\n"
			 "m: *,, <bad>\r\n\r\n", true), SIP_OK);
	ktap_equal(sip.contacts, 3);
	ktap_want(sip.star && sip.more);
	is(sip.contact[0].uri.host.at, "192.0.2.1:1");
	is(sip.contact[0].uri.user, "");
	is(sip.contact[1].uri.at, "sip:b@[2001:db8::1]:2;transport=tcp");
	is(sip.contact[1].uri.host.at, "[2001:db8::1]:2");
	is(sip.contact[1].uri.host.port_at, "2");
	ktap_equal(sip.contact[1].uri.transport, SIP_TCP);
	ktap_equal(sip.contact[1].uri.host.addr.len, 16);
	ktap_want(sip.contact[1].replace && !sip.contact[0].replace);
	/* Without brackets the parameters are not the URI's. */
	is(sip.contact[2].uri.at, "sip:c@d");

	ktap_at("more than are kept");
	ktap_equal(parse(INVITE NEEDED "m: sip:1, sip:2, sip:3, sip:4\r\n"
			 "m: sip:5, sip:6, sip:7, sip:8\r\n\r\n", true),
		   SIP_OK);
	ktap_equal(sip.contacts, NFIM_SIP_CONTACTS);
	ktap_want(!sip.more);
	ktap_equal(parse(INVITE NEEDED "m: sip:1, sip:2, sip:3, sip:4\r\n"
			 "m: sip:5, sip:6, sip:7, sip:8, sip:9\r\n\r\n",
			 true), SIP_OK);
	ktap_equal(sip.contacts, NFIM_SIP_CONTACTS);
	ktap_want(sip.more);
	input_done();
}

static void routes(const void *arg)
{
	ktap_equal(parse(INVITE NEEDED
			 "Record-Route: <sip:1.2.3.4;lr>,<sip:b;lr>\r\n"
			 "Route: <sip:5.6.7.8:5080;lr;ob>\r\n"
			 "Record-Route: <sip:c>,<sip:d>,<sip:e>,bad\r\n\r\n",
			 true), SIP_OK);
	ktap_equal(sip.record_routes, NFIM_SIP_ROUTES);
	ktap_equal(sip.routes, 1);
	is(sip.record_route[0].host.at, "1.2.3.4");
	is(sip.record_route[3].host.at, "d");
	is(sip.route[0].host.at, "5.6.7.8:5080");
	ktap_want(sip.route[0].lr && sip.route[0].ob);
	ktap_want(sip.record_route[1].lr && !sip.record_route[2].lr);
	input_done();
}

static void vias(const void *arg)
{
	ktap_equal(parse(INVITE FROM TO ID CSEQ
			 "Via: SIP/2.0/UDP a, SIP/2.0/TCP b\r\n"
			 "v: SIP/2.0/TLS c,;, SIP/2.0/UDP d\r\n\r\n", true),
		   SIP_OK);
	ktap_equal(sip.vias, 3);
	ktap_equal(sip_via_port(sip.via), 5060);
	ktap_equal(sip_via_port(sip.via + 2), 5061);
	ktap_equal(parse(INVITE FROM TO ID CSEQ
			 "Via: SIP/2.0/UDP a,SIP/2.0/UDP b,SIP/2.0/UDP c\r\n"
			 "v: SIP/2.0/UDP d,SIP/2.0/UDP e\r\n"
			 "v: SIP/2.0/UDP f\r\n\r\n", true), SIP_OK);
	ktap_equal(sip.vias, NFIM_SIP_VIAS);
	ktap_at("the topmost one is bad");
	ktap_equal(parse(INVITE FROM TO ID CSEQ "Via: x\r\n" VIA "\r\n", true),
		   SIP_MALFORMED);
	ktap_equal(parse(INVITE FROM TO ID CSEQ "Via:\r\n" VIA "\r\n", true),
		   SIP_MALFORMED);
	input_done();
}

static enum sip_result skim(const char *text)
{
	data = input(text);
	return sip_skim(data, true, &sip);
}

static void skimming(const void *arg)
{
	static const char cseq[] = "CSeq: 1 OPTIONS\r\n";
	char text[400];

	ktap_at("of a request outside of sessions hosts are not looked at");
	snprintf(text, sizeof(text), "OPTIONS sip: SIP/2.0\r\n" FROM TO ID
		 "v: x\r\nContact: x\r\nServer: s\r\n%s\r\n", cseq);
	ktap_equal(parse(text, true), SIP_MALFORMED);
	ktap_equal(skim(text), SIP_OK);
	ktap_equal(sip.method, SIP_OPTIONS);
	ktap_equal(sip.vias + sip.contacts + sip.from_tag.len, 0);
	is(sip.call_id, "x@y");
	is(sip.server, "s");

	ktap_at("what must be there must be there, and once");
	snprintf(text, sizeof(text), "OPTIONS sip:a SIP/2.0\r\n" FROM TO ID
		 "%s\r\n", cseq);
	ktap_equal(skim(text), SIP_MALFORMED);
	snprintf(text, sizeof(text), "OPTIONS sip:a SIP/2.0\r\n" NEEDED);
	ktap_equal(skim(text), SIP_MALFORMED);
	snprintf(text, sizeof(text), "OPTIONS sip:a SIP/2.0\r\n" FROM TO ID
		 VIA "f: <sip:a@b>\r\n%s\r\n", cseq);
	ktap_equal(skim(text), SIP_MALFORMED);
	snprintf(text, sizeof(text), "OPTIONS a b SIP/2.0\r\n" FROM TO ID
		 VIA "%s\r\n", cseq);
	ktap_equal(skim(text), SIP_MALFORMED);

	ktap_at("of any other message they are");
	ktap_equal(skim(INVITE NEEDED "m: <sip:a@b>\r\n\r\n"), SIP_OK);
	ktap_equal(sip.vias + sip.contacts + sip.from_tag.len, 3);
	ktap_equal(skim(INVITE FROM TO ID CSEQ "Via: x\r\n\r\n"),
		   SIP_MALFORMED);
	ktap_equal(skim("SIP/2.0 200 OK\r\n" FROM TO ID VIA
			"CSeq: 1 OPTIONS\r\n\r\n"), SIP_OK);
	ktap_equal(sip.vias, 1);
	input_done();
}

static const struct ktap_case cases[] = {
	{ "a start line is exact or it is not SIP", start_lines },
	{ "methods are known by their exact name", methods },
	{ "keep-alives are none, and a message has an end", no_messages },
	{ "what must be there is there, and once", needed },
	{ "CSeq is a number and the method", cseqs },
	{ "a tag is the header field's, not the URI's or a quoted one", tags },
	{ "Content-Length bounds the body", lengths },
	{ "a message has bounds", crowds },
	{ "fields are found where they stand", fields },
	{ "what speaks against changing a body is seen",
	  bodies_not_to_be_changed },
	{ "seconds beyond all bounds are very many", seconds },
	{ "contacts are told apart", contacts },
	{ "routes are read", routes },
	{ "the topmost Via decides", vias },
	{ "hosts are not read where nobody asks for them", skimming },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
