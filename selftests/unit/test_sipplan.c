// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/sip_plan and sdp_plan: what a rewritten message says. */

#include <stdio.h>

#include "../../kernel/proto/sdp_plan.h"
#include "../../kernel/proto/sip_plan.h"
#include "../ktap.h"
#include "input.h"
#include "sip_seen.h"

static struct sip_seen seen;
static struct edit_plan plan;

static struct addr addr(const char *text)
{
	struct addr a = { 0 };

	ktap_want(text_addr(input(text), &a));
	return a;
}

static struct span apply(struct span data)
{
	size_t n = 0;
	struct span out;
	char *p;

	if (!plan.n)
		return data;
	p = malloc(span_len(data) + NFIM_EDIT_GROWTH);
	memcpy(p, data.p, edit_start(&plan));
	n = edit_start(&plan);
	n += edit_render(&plan, data, p + n);
	memcpy(p + n, data.p + edit_end(&plan),
	       span_len(data) - edit_end(&plan));
	out = input_bytes(p, n + span_len(data) - edit_end(&plan));
	free(p);
	return out;
}

static struct sip_map map_of(const char *from, const char *to)
{
	return (struct sip_map){
		.from = addr(from),
		.to = addr(to),
		.n = 2,
		.port = { { 5060, 5060 }, { 5070, 62000 } },
	};
}

/* A header line that stands in a request, and what becomes of it. */
static const struct {
	const char *what, *was, *now;
	u32 where;
	bool others;
} host_rows[] = {
	{ "Contact", "m: <sip:10.0.0.2:5070>", "m: <sip:192.0.2.1:62000>",
	  SIP_IN_CONTACT },
	{ "not asked for", "m: <sip:10.0.0.2:5070>",
	  "m: <sip:10.0.0.2:5070>", SIP_IN_ROUTE | SIP_IN_VIA },
	{ "default port", "m: <sip:a@10.0.0.2>;x", "m: <sip:a@192.0.2.1>;x",
	  SIP_IN_CONTACT },
	{ "the default port is written", "m: sip:10.0.0.2:5060",
	  "m: sip:192.0.2.1:5060", SIP_IN_CONTACT },
	{ "another port", "m: <sip:10.0.0.2:5080>", "m: <sip:10.0.0.2:5080>",
	  SIP_IN_CONTACT },
	{ "another port goes along", "m: <sip:10.0.0.2:5080>",
	  "m: <sip:192.0.2.1:5080>", SIP_IN_CONTACT, true },
	{ "another host", "m: <sip:10.0.0.3:5070>", "m: <sip:10.0.0.3:5070>",
	  SIP_IN_CONTACT, true },
	{ "a name", "m: <sip:10.0.0.2.example:5070>",
	  "m: <sip:10.0.0.2.example:5070>", SIP_IN_CONTACT, true },
	{ "its user", "m: <sip:10.0.0.2@10.0.0.2;x=10.0.0.2>",
	  "m: <sip:10.0.0.2@192.0.2.1;x=10.0.0.2>", SIP_IN_CONTACT },
	{ "its name", "m: \"sip:10.0.0.2\" <sip:10.0.0.2>;q=1",
	  "m: \"sip:10.0.0.2\" <sip:192.0.2.1>;q=1", SIP_IN_CONTACT },
	{ "several", "m: <sip:10.0.0.2:5070>,<sip:x>,<sip:10.0.0.2>",
	  "m: <sip:192.0.2.1:62000>,<sip:x>,<sip:192.0.2.1>",
	  SIP_IN_CONTACT },
	{ "sips", "m: <sips:10.0.0.2>", "m: <sips:10.0.0.2>",
	  SIP_IN_CONTACT },
	{ "tel", "m: <tel:10.0.0.2>", "m: <tel:10.0.0.2>", SIP_IN_CONTACT,
	  true },
	{ "a star", "m: *", "m: *", SIP_IN_CONTACT, true },
	{ "maddr", "m: <sip:a@b.example:5070;maddr=10.0.0.2;lr>",
	  "m: <sip:a@b.example:62000;maddr=192.0.2.1;lr>", SIP_IN_CONTACT },
	{ "maddr, default port", "m: <sip:b.example;maddr=10.0.0.2>",
	  "m: <sip:b.example;maddr=192.0.2.1>", SIP_IN_CONTACT },
	{ "maddr, port", "m: <sip:b.example:5060;maddr=10.0.0.2>",
	  "m: <sip:b.example:5060;maddr=192.0.2.1>", SIP_IN_CONTACT },
	{ "maddr and host", "m: <sip:10.0.0.2:5070;maddr=10.0.0.2>",
	  "m: <sip:192.0.2.1:62000;maddr=192.0.2.1>", SIP_IN_CONTACT },
	{ "maddr, another port", "m: <sip:b:1;maddr=10.0.0.2>",
	  "m: <sip:b:1;maddr=10.0.0.2>", SIP_IN_CONTACT },
	{ "maddr of another", "m: <sip:10.0.0.2;maddr=10.0.0.3>",
	  "m: <sip:192.0.2.1;maddr=10.0.0.3>", SIP_IN_CONTACT },
	{ "Record-Route", "Record-Route: <sip:10.0.0.2:5070;lr>,<sip:x;lr>",
	  "Record-Route: <sip:192.0.2.1:62000;lr>,<sip:x;lr>",
	  SIP_IN_RECORD_ROUTE },
	{ "Route", "Route: <sip:x;lr>,<sip:10.0.0.2;lr>",
	  "Route: <sip:x;lr>,<sip:192.0.2.1;lr>", SIP_IN_ROUTE },
	{ "never", "Reply-To: <sip:10.0.0.2>\r\nReferred-By: <sip:10.0.0.2>",
	  "Reply-To: <sip:10.0.0.2>\r\nReferred-By: <sip:10.0.0.2>", ~0u,
	  true },
};

#define REQUEST	"INVITE sip:%s SIP/2.0\r\n" \
	"v: SIP/2.0/UDP %s;branch=z\r\nv: SIP/2.0/UDP 10.0.0.2\r\n" \
	"f: <sip:a@10.0.0.2>;tag=10.0.0.2\r\nt: <sip:10.0.0.2>\r\n" \
	"i: 1@10.0.0.2\r\nCSeq: 1 INVITE\r\nExpires: 5070\r\n%s\r\nl: 0\r\n\r\n"

static struct span request(const char *host, const char *via,
			   const char *line)
{
	char text[2000];

	snprintf(text, sizeof(text), REQUEST, host, via, line);
	return input(text);
}

static void check_hosts(struct span data, const struct sip_map *map,
			u32 where, struct span want)
{
	struct span out;

	sip_see(&seen, data, true);
	plan.n = 0;
	plan.used = 0;
	if (!ktap_equal(seen.result, SIP_OK))
		return;
	ktap_want(sip_plan_hosts(&seen.sip, map, where, &plan));
	ktap_want(sip_plan_finish(&seen.sip, &seen.mime, SIP_FIT_FREE,
				  &plan));
	out = apply(data);
	ktap_bytes(out.p, span_len(out), want.p, span_len(want));
}

static void hosts(const void *arg)
{
	struct sip_map map = map_of("10.0.0.2", "192.0.2.1");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(host_rows); i++) {
		ktap_at("%s", host_rows[i].what);
		map.others = host_rows[i].others;
		check_hosts(request("b", "x", host_rows[i].was), &map,
			    host_rows[i].where & ~(u32)SIP_IN_URI,
			    request("b", "x", host_rows[i].now));
	}
	ktap_at("a port has to be written");
	map.port[0].to = 62060;
	check_hosts(request("b", "x", "m: <sip:10.0.0.2>\r\n"
			    "m: <sip:b;maddr=10.0.0.2>"),
		    &map, SIP_IN_CONTACT,
		    request("b", "x", "m: <sip:192.0.2.1:62060>\r\n"
			    "m: <sip:b:62060;maddr=192.0.2.1>"));
	ktap_at("Request-URI");
	check_hosts(request("a@10.0.0.2:5070", "x", "x: y"), &map, SIP_IN_URI,
		    request("a@192.0.2.1:62000", "x", "x: y"));
	input_done();
}

static void vias(const void *arg)
{
	static const struct {
		const char *was, *now;
	} rows[] = {
		{ "10.0.0.2:5070", "192.0.2.1:62000" },
		{ "10.0.0.2", "192.0.2.1" },
		{ "10.0.0.2 : 5070 ", "192.0.2.1:62000 " },
		{ "10.0.0.2:5080;rport", "10.0.0.2:5080;rport" },
		{ "10.0.0.2:5070;rport", "192.0.2.1:62000;rport" },
		{ "10.0.0.2:5070;rport=5070", "192.0.2.1:62000;rport=62000" },
		{ "10.0.0.2:5070;received=10.0.0.2;rport=5060",
		  "192.0.2.1:62000;received=192.0.2.1;rport=5060" },
		{ "10.0.0.2:5070;received=10.0.0.2;rport=5080",
		  "192.0.2.1:62000;received=10.0.0.2;rport=5080" },
		{ "x;received=10.0.0.2;rport=5070",
		  "x;received=192.0.2.1;rport=62000" },
		{ "x;received=10.0.0.9;rport=5070",
		  "x;received=10.0.0.9;rport=5070" },
		{ "10.0.0.2;received=10.0.0.9;rport=5070",
		  "192.0.2.1;received=10.0.0.9;rport=5070" },
		{ "x:5070;maddr=10.0.0.2", "x:5070;maddr=192.0.2.1" },
		{ "x;received=10.0.0.2", "x;received=192.0.2.1" },
	};
	struct sip_map map = map_of("10.0.0.2", "192.0.2.1");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].was);
		/* The one below it is not touched. */
		check_hosts(request("b", rows[i].was, "x: y"), &map,
			    SIP_IN_VIA, request("b", rows[i].now, "x: y"));
	}
	input_done();
}

static void families(const void *arg)
{
	struct sip_map map = map_of("2001:db8::2", "2001:db8:ffff::abcd");

	check_hosts(request("b", "[2001:db8::2]:5070\r\n ;received=2001:db8::2",
			    "m: <sip:a@[2001:DB8::2]>"), &map, ~0u,
		    request("b",
			    "[2001:db8:ffff:0:0:0:0:abcd]:62000\r\n"
			    " ;received=2001:db8:ffff:0:0:0:0:abcd",
			    "m: <sip:a@[2001:db8:ffff:0:0:0:0:abcd]>"));
	ktap_at("brackets where there were some");
	check_hosts(request("b", "x;received=[2001:db8::2]", "x: y"), &map,
		    ~0u, request("b",
				 "x;received=[2001:db8:ffff:0:0:0:0:abcd]",
				 "x: y"));
	ktap_at("IPv4 to IPv6");
	map.from = addr("10.0.0.2");
	check_hosts(request("b", "10.0.0.2:5070", "x: y"), &map, SIP_IN_VIA,
		    request("b", "[2001:db8:ffff:0:0:0:0:abcd]:62000",
			    "x: y"));
	input_done();
}

/* A description of three media, by its ports and addresses. */
static const struct {
	const char *what, *was, *now;
	struct sdp_change media[4];
	bool candidates;
} sdp_rows[] = {
	{ "everything", "o=- 1 1 IN IP4 10.0.0.2\r\nc=IN IP4 10.0.0.2\r\n"
	  "m=audio 5000 RTP/AVP 0\r\n",
	  "o=- 1 1 IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.1\r\n"
	  "m=audio 62000 RTP/AVP 0\r\n", { { 62000, 62001 } } },
	{ "the same port", "c=IN IP4 10.0.0.2\r\nm=audio 5000 RTP/AVP 0\r\n",
	  "c=IN IP4 192.0.2.1\r\nm=audio 5000 RTP/AVP 0\r\n",
	  { { 5000, 5001 } } },
	{ "nothing but the origin",
	  "o=- 1 1 IN IP4 10.0.0.2\r\nc=IN IP4 10.0.0.2\r\n"
	  "m=audio 5000 RTP/AVP 0\r\nc=IN IP4 10.0.0.2\r\n",
	  "o=- 1 1 IN IP4 192.0.2.1\r\nc=IN IP4 10.0.0.2\r\n"
	  "m=audio 5000 RTP/AVP 0\r\nc=IN IP4 10.0.0.2\r\n" },
	{ "the second alone", "m=audio 5000 RTP/AVP 0\r\nc=IN IP4 10.0.0.2\r\n"
	  "m=audio 5002 RTP/AVP 0\r\nc=IN IP4 10.0.0.2\r\n",
	  "m=audio 5000 RTP/AVP 0\r\nc=IN IP4 10.0.0.2\r\n"
	  "m=audio 62002 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\n",
	  { { 0 }, { 62002 } } },
	{ "others' addresses", "o=- 1 1 IN IP4 10.0.0.9\r\n"
	  "c=IN IP4 10.0.0.9\r\nm=audio 5000 RTP/AVP 0\r\n"
	  "c=IN IP4 10.0.0.2\r\na=rtcp:7 IN IP4 10.0.0.9\r\n",
	  "o=- 1 1 IN IP4 10.0.0.9\r\n"
	  "c=IN IP4 10.0.0.9\r\nm=audio 62000 RTP/AVP 0\r\n"
	  "c=IN IP4 192.0.2.1\r\na=rtcp:7 IN IP4 10.0.0.9\r\n",
	  { { 62000, 62001 } } },
	{ "repeated addresses", "c=IN IP4 10.0.0.2\r\nc=IN IP4 10.0.0.2\r\n"
	  "m=audio 5000 RTP/AVP 0\r\n",
	  "c=IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.1\r\n"
	  "m=audio 62000 RTP/AVP 0\r\n", { { 62000, 62001 } } },
	{ "hold", "c=IN IP4 0.0.0.0\r\nm=audio 5000 RTP/AVP 0\r\n",
	  "c=IN IP4 0.0.0.0\r\nm=audio 62000 RTP/AVP 0\r\n",
	  { { 62000, 62001 } } },
	{ "named RTCP", "m=audio 5000 RTP/AVP 0\r\n"
	  "a=rtcp:33801 IN IP4 10.0.0.2\r\n",
	  "m=audio 62000 RTP/AVP 0\r\na=rtcp:62005 IN IP4 192.0.2.1\r\n",
	  { { 62000, 62005 } } },
	{ "RTCP elsewhere now", "m=audio 5000 RTP/AVP 0\r\na=x\r\n"
	  "m=audio 5002 RTP/AVP 0\r\na=y\r\n",
	  "m=audio 62000 RTP/AVP 0\r\na=x\r\na=rtcp:62005\r\n"
	  "m=audio 62002 RTP/AVP 0\r\na=y\r\na=rtcp:62009\r\n",
	  { { 62000, 62005 }, { 62002, 62009 } } },
	{ "the same with LF", "m=audio 5000 RTP/AVP 0\n",
	  "m=audio 62000 RTP/AVP 0\na=rtcp:62005\n", { { 62000, 62005 } } },
	{ "RTCP is let be", "m=audio 5000 RTP/AVP 0\r\na=rtcp:7\r\n",
	  "m=audio 62000 RTP/AVP 0\r\na=rtcp:7\r\n", { { 62000, 0 } } },
	{ "no RTCP", "m=image 5000 udptl t38\r\n",
	  "m=image 62000 udptl t38\r\n", { { 62000, 62005 } } },
	{ "number of ports", "m=audio 5000/2 RTP/AVP 0\r\n",
	  "m=audio 62000/2 RTP/AVP 0\r\n", { { 62000, 62001 } } },
	{ "the same endpoint", "c=IN IP4 10.0.0.2\r\n"
	  "m=audio 5000 RTP/AVP 0\r\n"
	  "m=audio 5000 RTP/AVP 1\r\na=rtcp:5001\r\n",
	  "c=IN IP4 192.0.2.1\r\nm=audio 62000 RTP/AVP 0\r\n"
	  "m=audio 62000 RTP/AVP 1\r\na=rtcp:62001\r\n",
	  { { 62000, 62001 } } },
	{ "candidates", "c=IN IP4 10.0.0.2\r\nm=audio 5000 RTP/AVP 0\r\n"
	  "a=candidate:1 1 UDP 1 10.0.0.2 5000 typ host\r\n"
	  "a=candidate:1 2 UDP 1 10.0.0.2 5001 typ host\r\n"
	  "a=candidate:1 1 UDP 1 10.0.0.9 5000 typ host\r\n"
	  "a=candidate:1 1 UDP 1 10.0.0.2 5009 typ host\r\n"
	  "a=candidate:1 1 UDP 1 3.3.3.3 5 typ srflx raddr 10.0.0.2 rport 5000\r\n",
	  "c=IN IP4 192.0.2.1\r\nm=audio 62000 RTP/AVP 0\r\n"
	  "a=candidate:1 1 UDP 1 192.0.2.1 62000 typ host\r\n"
	  "a=candidate:1 2 UDP 1 192.0.2.1 62001 typ host\r\n"
	  "a=candidate:1 1 UDP 1 10.0.0.9 5000 typ host\r\n"
	  "a=candidate:1 1 UDP 1 10.0.0.2 5009 typ host\r\n"
	  "a=candidate:1 1 UDP 1 3.3.3.3 5 typ srflx raddr 192.0.2.1 rport 62000\r\n",
	  { { 62000, 62001 } }, true },
	{ "candidates are let be", "m=audio 5000 RTP/AVP 0\r\n"
	  "a=candidate:1 1 UDP 1 10.0.0.2 5000 typ host\r\n",
	  "m=audio 62000 RTP/AVP 0\r\n"
	  "a=candidate:1 1 UDP 1 10.0.0.2 5000 typ host\r\n",
	  { { 62000, 62001 } } },
	{ "nothing", "c=IN IP4 10.0.0.2\r\nm=audio 5000 RTP/AVP 0\r\n",
	  "c=IN IP4 10.0.0.2\r\nm=audio 5000 RTP/AVP 0\r\n" },
	{ "keys and other lines", "c=IN IP4 10.0.0.2\r\n"
	  "m=audio 5000 RTP/AVP 0\r\nk=clear:10.0.0.2\r\n"
	  "a=crypto:1 10.0.0.2\r\na=x:5000\r\n",
	  "c=IN IP4 192.0.2.1\r\nm=audio 62000 RTP/AVP 0\r\n"
	  "k=clear:10.0.0.2\r\na=crypto:1 10.0.0.2\r\na=x:5000\r\n",
	  { { 62000, 62001 } } },
};

static void descriptions(const void *arg)
{
	static struct sdp sdp;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sdp_rows); i++) {
		struct sdp_changes ch = {
			.from = addr("10.0.0.2"),
			.to = addr("192.0.2.1"),
			.candidates = sdp_rows[i].candidates,
		};
		char text[1000], want[1000];
		struct span data, out;

		ktap_at("%s", sdp_rows[i].what);
		memcpy(ch.media, sdp_rows[i].media, sizeof(sdp_rows[i].media));
		snprintf(text, sizeof(text), "v=0\r\n%s", sdp_rows[i].was);
		snprintf(want, sizeof(want), "v=0\r\n%s", sdp_rows[i].now);
		data = input(text);
		plan.n = 0;
		plan.used = 0;
		if (!ktap_want(sdp_parse(data, data, &sdp)) ||
		    !ktap_want(sdp_plan(&sdp, &ch, &plan)))
			continue;
		out = apply(data);
		ktap_bytes(out.p, span_len(out), want, strlen(want));
	}
	input_done();
}

static void not_possible(const void *arg)
{
	struct sdp_changes ch = {
		.from = addr("10.0.0.2"), .to = addr("192.0.2.1"),
		.media = { { 62000, 62009 } },
	};
	struct span data = input("v=0\r\nc=IN IP4 10.0.0.2\r\n"
				 "m=audio 5000 RTP/AVP 0");
	struct sip_map map = map_of("10.0.0.2", "192.0.2.1");
	static struct sdp sdp;

	ktap_at("RTCP would need a line behind one that has no end");
	plan.n = 0;
	plan.used = 0;
	ktap_want(sdp_parse(data, data, &sdp));
	ktap_want(!sdp_plan(&sdp, &ch, &plan));
	ktap_equal(plan.n, 0);
	ktap_equal(plan.used, 0);

	ktap_at("nothing to change");
	sip_see(&seen, request("192.0.2.1:5060", "x", "x: y"), true);
	ktap_want(sip_plan_host(&seen.sip.uri.host, &map.to, 5060, 5060,
				&plan));
	ktap_equal(plan.n, 0);
	input_done();
}

/* With room for @room replacements only. */
static void fill_plan(u32 room)
{
	plan.n = 0;
	plan.used = 0;
	while (plan.n < NFIM_EDIT_MAX - room)
		ktap_want(edit_add(&plan, 2000 + plan.n, 1, "x", 1));
}

static bool all_planned(const struct sdp_changes *ch,
			const struct sip_map *map)
{
	return sdp_plan(seen.sdp, ch, &plan) &&
	       sip_plan_hosts(&seen.sip, map, ~0u, &plan) &&
	       sip_plan_finish(&seen.sip, &seen.mime, SIP_FIT_FREE, &plan);
}

static void full_plans(const void *arg)
{
	static const char text[] =
		"INVITE sip:10.0.0.2 SIP/2.0\r\n"
		"v: SIP/2.0/UDP 10.0.0.2:5070;maddr=10.0.0.2\r\n"
		" ;received=10.0.0.2;rport=5070\r\n"
		"f: <a:b>\r\nt: <a:b>\r\ni: 1\r\nCSeq: 1 INVITE\r\n"
		"m: <sip:10.0.0.2>, <sip:x;maddr=10.0.0.2>\r\n"
		"Record-Route: <sip:10.0.0.2;maddr=10.0.0.2>\r\n"
		"Route: <sip:10.0.0.2>\r\n"
		"c: multipart/mixed;boundary=b\r\nl: 216\r\n\r\n"
		"--b\r\nContent-Type: application/sdp\r\n"
		"Content-Length: 148\r\n\r\n"
		"v=0\r\no=- 1 1 IN IP4 10.0.0.2\r\nc=IN IP4 10.0.0.2\r\n"
		"m=audio 5000 RTP/AVP 0\r\n"
		"a=rtcp:5001 IN IP4 10.0.0.2\r\n"
		"a=candidate:1 1 UDP 1 10.0.0.2 5000 typ host\r\n"
		"\r\n--b--\r\n";
	struct sdp_changes ch = {
		.from = addr("10.0.0.2"), .to = addr("192.0.2.1"),
		.media = { { 62000, 62009 } }, .candidates = true,
	};
	struct sip_map map = map_of("10.0.0.2", "192.0.2.1");
	u32 room;

	sip_see(&seen, input(text), true);
	if (!ktap_equal(seen.result, SIP_OK) || !ktap_equal(seen.sdps, 1))
		return;
	map.port[0].to = 62060;
	fill_plan(NFIM_EDIT_MAX);
	ktap_want(all_planned(&ch, &map));
	ktap_equal(plan.n, 20);
	for (room = plan.n; room--;) {
		ktap_at("room for %u", room);
		fill_plan(room);
		ktap_want(!all_planned(&ch, &map));
	}
	ktap_at("undone");
	for (room = 0; room < 7; room++) {
		fill_plan(room);
		ktap_want(!sdp_plan(seen.sdp, &ch, &plan));
		ktap_equal(plan.n, NFIM_EDIT_MAX - room);
		ktap_equal(plan.used, NFIM_EDIT_MAX - room);
		ktap_want(!sip_plan_hosts(&seen.sip, &map, ~0u, &plan));
		ktap_equal(plan.n, NFIM_EDIT_MAX - room);
		ktap_equal(plan.used, NFIM_EDIT_MAX - room);
	}
	input_done();
}

static const char body_head[] =
	"SIP/2.0 200 OK\r\nv: SIP/2.0/TCP x\r\nf: <a:b>\r\nt: <a:b>\r\n"
	"i: 1\r\nCSeq: 1 INVITE\r\n";

/* Replaces all that stands between braces by what stands behind the bar. */
static struct span marked(const char *text, bool with_plan)
{
	char all[2000];
	size_t n = 0;

	n = (size_t)sprintf(all, "%s", body_head);
	plan.n = 0;
	plan.used = 0;
	while (*text) {
		const char *bar, *end;

		if (*text != '{') {
			all[n++] = *text++;
			continue;
		}
		bar = strchr(text, '|');
		end = strchr(text, '}');
		if (with_plan)
			ktap_want(edit_add(&plan, (u32)n,
					   (u32)(bar - text - 1), bar + 1,
					   (size_t)(end - bar - 1)));
		memcpy(all + n, text + 1, (size_t)(bar - text - 1));
		n += (size_t)(bar - text - 1);
		text = end + 1;
	}
	return input_bytes(all, n);
}

static const struct {
	const char *what, *was, *now;
	enum sip_fit fit;
	bool ok;
} length_rows[] = {
	{ "same", "l: 4\r\n\r\nb{o|x}dy", "l: 4\r\n\r\nbxdy", SIP_FIT_SAME,
	  true },
	{ "grows", "l: 4\r\n\r\nb{o|xyz}dy", "l: 6\r\n\r\nbxyzdy",
	  SIP_FIT_FREE, true },
	{ "grows in a stream", "l: 4\r\n\r\nb{o|xyz}dy", "l: 6\r\n\r\nbxyzdy",
	  SIP_FIT_RATHER, true },
	{ "must not grow", "l: 4\r\n\r\nb{o|xyz}dy", NULL, SIP_FIT_SAME },
	{ "a digit more", "l: 9\r\n\r\nbody b{o|xy}dy",
	  "l: 10\r\n\r\nbody bxydy", SIP_FIT_FREE, true },
	{ "shrinks", "l: 10\r\n\r\nbody1 {body|b}", "l: 7\r\n\r\nbody1 b",
	  SIP_FIT_FREE, true },
	{ "shrinks with blanks", "l: 10\r\n\r\nbody1 {body|b}",
	  "l:     7\r\n\r\nbody1 b", SIP_FIT_RATHER, true },
	{ "must keep its length", "l: 10\r\n\r\nbody1 {body|b}",
	  "l:     7\r\n\r\nbody1 b", SIP_FIT_SAME, true },
	{ "header shrinks", "x: {12345|1}\r\nl: 4\r\n\r\nbody",
	  "x: 1\r\nl: 4\r\n\r\nbody", SIP_FIT_FREE, true },
	{ "header shrinks with blanks", "x: {12345|1}\r\nl: 4\r\n\r\nbody",
	  "x: 1\r\nl:     4\r\n\r\nbody", SIP_FIT_RATHER, true },
	{ "header grows", "x: {1|123}\r\nl: 4\r\n\r\nbody",
	  "x: 123\r\nl: 4\r\n\r\nbody", SIP_FIT_RATHER, true },
	{ "one makes up for the other", "x: {12|1}\r\nl: 4\r\n\r\nb{o|xy}dy",
	  "x: 1\r\nl: 5\r\n\r\nbxydy", SIP_FIT_SAME, true },
	{ "zeros in front", "x: {1234|12}\r\nl: 0004\r\n\r\nbody",
	  "x: 12\r\nl:      4\r\n\r\nbody", SIP_FIT_RATHER, true },
	{ "zeros in front go", "l: 0004\r\n\r\nb{o|x1}dy",
	  "l: 5\r\n\r\nbx1dy", SIP_FIT_FREE, true },
	{ "zeros in front become blanks", "l: 0004\r\n\r\nb{o|x1}dy",
	  "l:   5\r\n\r\nbx1dy", SIP_FIT_RATHER, true },
	{ "too much for blanks",
	  "x: {1234567890123456789012345678901234567890|1}\r\nl: 1\r\n\r\nb",
	  NULL, SIP_FIT_SAME },
	{ "nothing", "l: 4\r\n\r\nbody", "l: 4\r\n\r\nbody", SIP_FIT_SAME,
	  true },
	{ "no length", "x: y\r\n\r\nb{o|xyz}dy", "x: y\r\n\r\nbxyzdy",
	  SIP_FIT_FREE, true },
	{ "behind the body", "l: 4\r\n\r\nbody{x|yy}", "l: 4\r\n\r\nbodyyy",
	  SIP_FIT_FREE, true },
};

static void lengths(const void *arg)
{
	char want[2000];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(length_rows); i++) {
		struct span data = marked(length_rows[i].was, true), out;

		ktap_at("%s", length_rows[i].what);
		sip_see(&seen, data, true);
		if (!ktap_equal(seen.result, SIP_OK) ||
		    !ktap_equal(sip_plan_finish(&seen.sip, &seen.mime,
						length_rows[i].fit, &plan),
				length_rows[i].ok) || !length_rows[i].ok)
			continue;
		out = apply(data);
		snprintf(want, sizeof(want), "%s%s", body_head,
			 length_rows[i].now);
		ktap_bytes(out.p, span_len(out), want, strlen(want));
	}
	input_done();
}

static void lengths_of_parts(const void *arg)
{
	static const char was[] =
		"c: multipart/mixed;boundary=b\r\nl: 177\r\n\r\n"
		"--b\r\nContent-Type: multipart/mixed;boundary=c\r\n"
		"Content-Length: 83\r\n\r\n"
		"--c\r\nContent-Length: 9\r\n\r\nx{1|22222}345678z\r\n"
		"--c\r\nContent-Length: 3\r\n\r\none\r\n--c--\r\nepilogue\r\n"
		"--b\r\nX: y\r\n\r\n{two|2}\r\n--b--";
	static const char now[] =
		"%sc: multipart/mixed;boundary=b\r\nl: 180\r\n\r\n"
		"--b\r\nContent-Type: multipart/mixed;boundary=c\r\n"
		"Content-Length: 88\r\n\r\n"
		"--c\r\nContent-Length: 13\r\n\r\nx22222345678z\r\n"
		"--c\r\nContent-Length: 3\r\n\r\none\r\n--c--\r\nepilogue\r\n"
		"--b\r\nX: y\r\n\r\n2\r\n--b--";
	struct span data = marked(was, true), out;
	char want[2000];

	sip_see(&seen, data, false);
	if (!ktap_equal(seen.result, SIP_OK) || !ktap_equal(seen.mime.n, 5))
		return;
	ktap_want(sip_plan_finish(&seen.sip, &seen.mime, SIP_FIT_FREE,
				  &plan));
	out = apply(data);
	snprintf(want, sizeof(want), now, body_head);
	ktap_bytes(out.p, span_len(out), want, strlen(want));
	/* What it says of itself is true. */
	sip_see(&seen, out, false);
	ktap_equal(seen.result, SIP_OK);
	if (ktap_equal(seen.mime.n, 5))
		ktap_want(seen.mime.part[1].length_at.len &&
			  seen.mime.part[2].length_at.len &&
			  seen.mime.part[3].length_at.len);
	input_done();
}

static const struct ktap_case cases[] = {
	{ "endpoints in the header are replaced, and nothing else", hosts },
	{ "the topmost Via is replaced with its parameters", vias },
	{ "IPv6 has brackets", families },
	{ "a description says the new endpoints, and nothing else",
	  descriptions },
	{ "what cannot be planned leaves the plan as it was", not_possible },
	{ "a plan that has no room for all is none", full_plans },
	{ "Content-Length is right, and blanks keep a message's length",
	  lengths },
	{ "lengths of parts are right from the inside out",
	  lengths_of_parts },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
