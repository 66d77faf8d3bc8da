// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/slp: what MSNSLP offers, and how it is rewritten. */

#include "../../kernel/proto/slp.h"
#include "../ktap.h"
#include "build.h"
#include "message.h"

#define OK	"MSNSLP/1.0 200 OK"
#define RESP	"transrespbody"
#define YES	"Listening: true\r\n"
#define EXT	"IPv4External-Addrs: "
#define EXTP	"IPv4External-Port: "
#define INT	"IPv4Internal-Addrs: "
#define INTP	"IPv4Internal-Port: "
#define TYPE	"Content-Type: application/x-msnmsgr-" RESP "\r\n"
#define LONG	"10.0.0.210.0.0.210.0.0.210.0.0.210.0.0.210.0.0.210.0.0.2"

static struct self self_of(const char *inside, const char *outside)
{
	struct self self = { 0 };

	ktap_want(text_addr(span_make(inside, strlen(inside)),
			    &self.inside));
	ktap_want(text_addr(span_make(outside, strlen(outside)),
			    &self.outside));
	return self;
}

static struct self usual(void)
{
	return self_of("10.0.0.2", "203.0.113.5");
}

static void starts(const void *arg)
{
	static const struct {
		const char *line;
		bool ok;
		enum slp_verb verb;
	} rows[] = {
		{ "INVITE MSNMSGR:a@b MSNSLP/1.0", true, SLP_INVITE },
		{ "MSNSLP/1.0 200 OK", true, SLP_OK },
		{ "MSNSLP/1.0 603 Decline", true, SLP_REFUSED },
		{ "MSNSLP/1.0 500 Internal Error", true, SLP_REFUSED },
		{ "BYE MSNMSGR:a@b MSNSLP/1.0", true, SLP_BYE },
		{ "ACK MSNMSGR:a@b MSNSLP/1.0", true, SLP_OTHER },
		{ "INVITE sip:a@b SIP/2.0", false, SLP_OTHER },
		{ "MSNSLP/1.0", false, SLP_OTHER },
		{ "", false, SLP_OTHER },
	};
	struct self self = usual();
	struct slp slp;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].line);
		if (ktap_equal(slp_parse(build_slp(rows[i].line, RESP, ""),
					 &self, &slp), rows[i].ok) &&
		    rows[i].ok)
			ktap_equal(slp.verb, rows[i].verb);
	}
	ktap_at("no line at all");
	ktap_want(!slp_parse(input("MSNSLP/1.0 200 OK"), &self, &slp));
	input_done();
}

/* The host inside is 10.0.0.2, seen from outside as 203.0.113.5. */
static const struct {
	const char *what, *body;
	enum nfim_counter why;
	u16 announced, inside;
	bool fixed, in_place;
} offer_rows[] = {
	{ "internal alone", YES INT "10.0.0.2\r\n" INTP "3312\r\n",
	  NFIM_OK, 3312, 3312, false, false },
	{ "external alone", YES EXT "10.0.0.2\r\n" EXTP "3312\r\n",
	  NFIM_OK, 3312, 3312, false, false },
	{ "both", YES EXT "203.0.113.5\r\n" EXTP "4000\r\n"
	  INT "10.0.0.2\r\n" INTP "3312\r\n",
	  NFIM_OK, 4000, 3312, false, true },
	{ "external address, internal port",
	  YES EXT "203.0.113.5\r\n" INTP "3312\r\n",
	  NFIM_OK, 3312, 3312, false, true },
	{ "another NAT in front", YES EXT "198.51.100.9\r\n" EXTP "4000\r\n"
	  INT "10.0.0.2\r\n" INTP "3312\r\n",
	  NFIM_OK, 4000, 3312, true, true },
	{ "an external address without port",
	  YES EXT "198.51.100.9\r\n" INT "10.0.0.2\r\n" INTP "3312\r\n",
	  NFIM_OK, 3312, 3312, false, false },
	{ "several internal addresses",
	  YES INT "10.1.1.1  10.0.0.2 10.2.2.2 \r\n" INTP "3312\r\n",
	  NFIM_OK, 3312, 3312, false, false },
	{ "each with a port",
	  YES INT "10.1.1.1 10.0.0.2 10.2.2.2\r\n" INTP "1111 2222 3333\r\n",
	  NFIM_OK, 2222, 2222, false, false },
	{ "address and port in one",
	  YES "IPv4ExternalAddrsAndPorts: 203.0.113.5:4000\r\n"
	  "IPv4InternalAddrsAndPorts: 10.1.1.1:1 10.0.0.2:3312\r\n",
	  NFIM_OK, 4000, 3312, false, true },
	{ "written backwards", YES "srddA-lanretnI4vPI: 1.1.1.01 2.0.0.01\r\n"
	  "troP-lanretnI4vPI: 1111 2133\r\n",
	  NFIM_OK, 3312, 3312, false, false },
	{ "in one, backwards",
	  YES "stroPdnAsrddAlanretxE4vPI: 0004:5.311.0.302\r\n"
	  "stroPdnAsrddAlanretnI4vPI: 2133:2.0.0.01\r\n",
	  NFIM_OK, 4000, 3312, false, true },
	{ "IPv6 lines beside", YES "IPv6-Addrs: 2001:db8::1\r\n"
	  "IPv6-Port: 9\r\n" INT "10.0.0.2\r\n" INTP "3312\r\n",
	  NFIM_OK, 3312, 3312, false, false },
	{ "mapped port zero", YES EXT "203.0.113.5\r\n" EXTP "4000\r\n"
	  INTP "0\r\n" INT "10.0.0.2\r\n", NFIM_OK, 4000, 4000, false, true },
	{ "another host", YES INT "10.0.0.3\r\n" INTP "3312\r\n",
	  NFIM_REFUSED_NOT_SELF },
	{ "the outside address as internal",
	  YES INT "203.0.113.5\r\n" INTP "3312\r\n", NFIM_REFUSED_NOT_SELF },
	{ "loopback", YES INT "127.0.0.1\r\n" INTP "3312\r\n",
	  NFIM_REFUSED_NOT_SELF },
	{ "a port of IPv6 alone", YES EXT "10.0.0.2\r\nIPv6-Port: 3312\r\n",
	  NFIM_REFUSED_MALFORMED },
	{ "no NetID", YES "NetID: 12x\r\nNetID: 4294967295\r\nNetID: \r\n"
	  "NetID: -\r\n" INT "10.0.0.2\r\n" INTP "3312\r\nno field\r\n",
	  NFIM_OK, 3312, 3312, false, false },
	{ "words longer than any address", YES INT
	  LONG " 10.0.0.2\r\n" INTP "3312\r\n", NFIM_OK, 3312, 3312, false, false },
	{ "port zero", YES INT "10.0.0.2\r\n" INTP "0\r\n",
	  NFIM_REFUSED_PORT_ZERO },
	{ "a port that is none beside one that is",
	  YES INT "10.0.0.2\r\n" INTP "65536 3312\r\n",
	  NFIM_OK, 3312, 3312, false, false },
};

static void offers(const void *arg)
{
	struct self self = usual();
	struct offer offer;
	struct slp slp;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(offer_rows); i++) {
		ktap_at("%s", offer_rows[i].what);
		if (!ktap_want(slp_parse(build_slp(OK, RESP,
						   offer_rows[i].body),
					 &self, &slp)) ||
		    !ktap_want(slp_announces(&slp)) ||
		    !ktap_equal(slp_offer(&slp, &self, &offer),
				offer_rows[i].why) || offer_rows[i].why != NFIM_OK)
			continue;
		ktap_equal(offer.app, NFIM_APP_DIRECT);
		ktap_equal(offer.proto, 6);
		ktap_equal(offer.announced_port, offer_rows[i].announced);
		ktap_equal(offer.inside_port, offer_rows[i].inside);
		ktap_equal(offer.fixed, offer_rows[i].fixed);
		ktap_equal(offer.in_place, offer_rows[i].in_place);
		ktap_want(offer.cookie);
	}
	input_done();
}

static void announces_not(const void *arg)
{
	static const char *const rows[] = {
		INT "10.0.0.2\r\n" INTP "3312\r\n",
		"Listening: false\r\n" INT "10.0.0.2\r\n" INTP "3312\r\n",
		YES INTP "3312\r\n", YES INT "10.0.0.2\r\n",
		YES INT "10.0.0.256\r\n" INTP "3312\r\n",
		YES INT "10.0.0.2\r\n" INTP "-1\r\n",
		YES INT "\r\n" INTP "\r\n",
		YES "XIPv4Internal-Addrs: 10.0.0.2\r\n" INTP "3312\r\n",
	};
	struct self self = usual();
	struct slp slp;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i]);
		if (ktap_want(slp_parse(build_slp(OK, RESP, rows[i]), &self,
					&slp)))
			ktap_want(!slp_announces(&slp));
	}
	input_done();
}

static void crowds(const void *arg)
{
	struct self self = usual();
	struct offer offer;
	char body[4000];
	struct slp slp;
	size_t n, i;

	n = (size_t)snprintf(body, sizeof(body), YES INT "10.0.0.2\r\n" INTP);
	for (i = 0; i < SLP_FIELDS; i++)
		n += (size_t)sprintf(body + n, "%zu ", 2000 + i);
	sprintf(body + n, "\r\n");
	ktap_at("fields");
	ktap_want(slp_parse(build_slp(OK, RESP, body), &self, &slp));
	ktap_want(slp.crowded);
	ktap_equal(slp_offer(&slp, &self, &offer), NFIM_REFUSED_MALFORMED);
	ktap_at("lines");
	n = (size_t)snprintf(body, sizeof(body), YES INT "10.0.0.2\r\n" INTP
			     "3312\r\n");
	for (i = 0; i < NFIM_HEADER_LINES; i++)
		n += (size_t)sprintf(body + n, "X: %zu\r\n", i);
	ktap_want(slp_parse(build_slp(OK, RESP, body), &self, &slp));
	ktap_equal(slp_offer(&slp, &self, &offer), NFIM_REFUSED_MALFORMED);
	input_done();
}

static void without_nat(const void *arg)
{
	static const char body[] =
		YES INT "10.0.0.2\r\n" INTP "3312\r\n"
		"IPv6-Addrs: 2001:db8::1 2001:DB8:0::2\r\n"
		"IPv6-Port: 3313\r\n";
	struct self self = self_of("2001:db8::2", "2001:db8::2");
	struct offer offer;
	struct slp slp;

	ktap_want(slp_parse(build_slp(OK, RESP, body), &self, &slp));
	if (ktap_want(slp_announces(&slp)) &&
	    ktap_equal(slp_offer(&slp, &self, &offer), NFIM_OK)) {
		ktap_equal(offer.inside_port, 3313);
		ktap_want(offer.in_place);
	}
	input_done();
}

struct row {
	const char *what, *inside, *body;
	u16 port;
	const char *same;	/* without a resize; NULL: impossible */
	const char *resized;	/* with one; NULL: as @same */
};

static const struct row plan_rows[] = {
	{ "shorter", "192.168.0.12",
	  YES INT "192.168.0.12\r\n" INTP "3312\r\n", 3312,
	  YES INT "203.0.113.5\r\n" INTP "3312\r\n\r\n " },
	{ "external lines alone change", "192.168.0.12",
	  YES EXT "192.168.0.12\r\n" EXTP "3312\r\n" INT "192.168.0.12\r\n"
	  INTP "3312\r\n", 3313,
	  YES EXT "203.0.113.5\r\n" EXTP "3313\r\n" INT "192.168.0.12\r\n"
	  INTP "3312\r\n\r\n " },
	{ "longer", "10.0.0.2", YES INT "10.0.0.2\r\n" INTP "3312\r\n", 3312,
	  NULL, YES INT "203.0.113.5\r\n" INTP "3312\r\n" },
	{ "longer, a line makes room", "10.0.0.2",
	  YES INT "10.0.0.2\r\n" INTP "3312\r\nSChannelState: 0\r\n", 3312,
	  YES INT "203.0.113.5\r\n" INTP "3312\r\n\r\n               " },
	{ "the least important line goes first", "10.0.0.2",
	  YES "Nat-Trav-Msg-Type: X\r\nCapabilities-Flags: 1\r\n"
	  INT "10.0.0.2\r\n" INTP "3312\r\n", 3312,
	  YES "Nat-Trav-Msg-Type: X\r\n" INT "203.0.113.5\r\n"
	  INTP "3312\r\n\r\n                    " },
	{ "a longer port", "10.0.0.2",
	  YES EXT "203.0.113.5\r\n" EXTP "3312\r\n", 50123, NULL,
	  YES EXT "203.0.113.5\r\n" EXTP "50123\r\n" },
	{ "in one", "192.168.0.12",
	  YES "IPv4InternalAddrsAndPorts: 192.168.0.12:3312\r\n", 50123,
	  YES "IPv4InternalAddrsAndPorts: 203.0.113.5:50123\r\n" },
	{ "backwards", "192.168.0.12",
	  YES "srddA-lanretnI4vPI: 21.0.861.291\r\n"
	  "troP-lanretnI4vPI: 2133\r\n", 3421,
	  YES "srddA-lanretnI4vPI: 5.311.0.302\r\n"
	  "troP-lanretnI4vPI: 1243\r\n\r\n " },
	{ "each occurrence", "192.168.0.12",
	  YES INT "192.168.0.12\r\n" INTP "3312\r\n" INT "192.168.0.12\r\n",
	  3312, YES INT "203.0.113.5\r\n" INTP "3312\r\n" INT
	  "203.0.113.5\r\n\r\n  " },
	{ "of parallel ports the one that belongs to it", "192.168.0.12",
	  YES INT "10.1.1.1 192.168.0.12\r\n" INTP "1111 3312\r\n", 3313,
	  YES INT "10.1.1.1 203.0.113.5\r\n" INTP "1111 3313\r\n\r\n " },
	{ "NetID of the inside address", "192.168.0.12",
	  YES "NetID: 201369792\r\n" INT "192.168.0.12\r\n" INTP "3312\r\n",
	  3312,
	  YES "NetID: 91291851\r\n" INT "203.0.113.5\r\n" INTP
	  "3312\r\n\r\n  " },
	{ "NetID that cannot be changed stays", "10.0.0.2",
	  YES "NetID: 33554442\r\n" EXT "203.0.113.5\r\n" EXTP "3312\r\n",
	  3313,
	  YES "NetID: 91291851\r\n" EXT "203.0.113.5\r\n" EXTP "3313\r\n" },
	{ "nothing", "192.168.0.12", YES EXT "203.0.113.5\r\n" EXTP "3312\r\n"
	  INT "192.168.0.12\r\n" INTP "3312\r\n", 3312,
	  YES EXT "203.0.113.5\r\n" EXTP "3312\r\n"
	  INT "192.168.0.12\r\n" INTP "3312\r\n" },
	{ "another NAT in front, another port", "192.168.0.12",
	  YES EXT "198.51.100.9\r\n" EXTP "3312\r\n" INT "192.168.0.12\r\n"
	  INTP "3312\r\n", 3313, NULL, NULL },
	{ "a port that is told inside alone", "192.168.0.12",
	  YES EXT "203.0.113.5\r\n" INTP "3312\r\n", 3313, NULL, NULL },
};

/* Body of a message: between its empty line and its NUL. */
static struct span body_of(struct span text)
{
	const char *p = memmem(text.p, span_len(text), "\r\n\r\n", 4);

	return (struct span){ p + 4, text.end - 1 };
}

/* What the plan should have made of it. Return: its Content-Length. */
static size_t check_body(struct span out, const char *want)
{
	struct span body = body_of(out);
	const char *len = memmem(out.p, span_len(out), "Length: ", 8);
	size_t n = strlen(want);

	/* The empty line follows where the row does not say so. */
	if (ktap_want(span_len(body) >= n))
		ktap_bytes(body.p, n, want, n);
	if (span_len(body) != n)
		ktap_bytes(body.p + n, span_len(body) - n, "\r\n", 2);
	return (size_t)atoi(len + 8);
}

static void plan_one(const struct row *r, bool resize)
{
	const char *want = resize && r->resized ? r->resized : r->same;
	struct self self = self_of(r->inside, "203.0.113.5");
	struct span text = build_slp(OK, RESP, r->body), out;
	struct edit_plan plan = { 0 };
	struct passage p = { .text = text };
	struct offer offer;
	struct slp slp;
	s32 grown;

	ktap_at("%s, %s resize", r->what, resize ? "with" : "without");
	if (!ktap_want(slp_parse(text, &self, &slp)) ||
	    !ktap_equal(slp_offer(&slp, &self, &offer), NFIM_OK) ||
	    !ktap_equal(slp_plan(&slp, &self, &offer, r->port, &p, resize,
				 &plan, &grown), !!want) || !want)
		return;
	out = message_apply(text, &plan);
	ktap_equal((s32)span_len(out) - (s32)span_len(text), grown);
	ktap_equal(check_body(out, want), span_len(body_of(out)) + 1);
	if (!resize)
		ktap_equal(grown, 0);
	free((char *)out.p);
}

static void plans(const void *arg)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(plan_rows); i++) {
		plan_one(plan_rows + i, false);
		plan_one(plan_rows + i, true);
	}
	input_done();
}

/* NetID is signed; IPv6 may be translated as well. */
static void other_forms(const void *arg)
{
	static const struct {
		const char *inside, *outside, *body, *want;
	} forms[] = {
		{ "192.168.0.12", "203.0.113.200",
		  YES "NetID: 201369792\r\n" INT "192.168.0.12\r\n"
		  INTP "3312\r\n",
		  YES "NetID: -932118325\r\n" INT "203.0.113.200\r\n"
		  INTP "3312\r\n" },
		{ "2001:db8:1::2", "2001:db8:2::5",
		  YES "IPv6AddrsAndPorts: [2001:db8:1::2]:3312\r\n"
		  "IPv4Internal-Port: 3312\r\n",
		  YES "IPv6AddrsAndPorts: [2001:db8:2:0:0:0:0:5]:3312\r\n"
		  "IPv4Internal-Port: 3312\r\n" },
	};
	struct edit_plan plan;
	struct passage p = { 0 };
	struct offer offer;
	struct self self;
	struct span out;
	struct slp slp;
	size_t i;
	s32 grown;

	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		ktap_at("%s", forms[i].body);
		self = self_of(forms[i].inside, forms[i].outside);
		p.text = build_slp(OK, RESP, forms[i].body);
		memset(&plan, 0, sizeof(plan));
		if (!ktap_want(slp_parse(p.text, &self, &slp)) ||
		    !ktap_equal(slp_offer(&slp, &self, &offer), NFIM_OK) ||
		    !ktap_want(slp_plan(&slp, &self, &offer, 3312, &p, true,
					&plan, &grown)))
			continue;
		out = message_apply(p.text, &plan);
		check_body(out, forms[i].want);
		free((char *)out.p);
	}
	input_done();
}

/* A header without length, or with one that cannot become smaller. */
static void lengths(const void *arg)
{
	static const struct {
		const char *header, *inside, *outside;
		bool ok;
	} rows[] = {
		{ "no field\r\n", "10.0.0.2", "203.0.113.5", true },
		{ "Content-Length: 9\r\n", "10.0.0.2", "203.0.113.5", true },
		{ "Content-Length: x\r\n", "10.0.0.2", "203.0.113.5", true },
		{ "Content-Length: 0\r\n", "192.168.100.112", "2.3.4.5",
		  false },
	};
	struct edit_plan plan;
	struct passage p = { 0 };
	struct offer offer;
	struct self self;
	struct slp slp;
	char text[500];
	size_t i;
	s32 grown;
	int n;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].header);
		self = self_of(rows[i].inside, rows[i].outside);
		/* Its end is missing, so no blanks can follow it. */
		n = snprintf(text, sizeof(text), OK "\r\n" TYPE "%s\r\n"
			     YES INT "%s\r\n" INTP "3312\r\n",
			     rows[i].header, rows[i].inside);
		p.text = input_bytes(text, (size_t)n);
		memset(&plan, 0, sizeof(plan));
		ktap_want(slp_parse(p.text, &self, &slp) &&
			  slp_offer(&slp, &self, &offer) == NFIM_OK);
		ktap_equal(slp_plan(&slp, &self, &offer, 3312, &p, true,
				    &plan, &grown), rows[i].ok);
	}
	input_done();
}

static const struct ktap_case cases[] = {
	{ "the first line says what it does", starts },
	{ "only the announcer's own endpoint is offered", offers },
	{ "what does not listen or cannot be read announces nothing",
	  announces_not },
	{ "more than is read offers nothing", crowds },
	{ "without NAT nothing needs a change", without_nat },
	{ "a plan says what peers need, at the same length if it can", plans },
	{ "other forms of an address are rewritten as well", other_forms },
	{ "the length in the header follows if it is one", lengths },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
