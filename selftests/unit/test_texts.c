// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/msnp_text and what texts travel in: P2P, UUN and SDG. */

#include <stdlib.h>

#include "../ktap.h"
#include "build.h"
#include "gateway.h"
#include "parts.h"

/* Texts in parts that a peer could make use of. */
static u32 found;

#define OK	"MSNSLP/1.0 200 OK"
#define RESP	"transrespbody"
#define LISTEN	"Bridge: TCPv1\r\nListening: true\r\nNonce: {1}\r\n"
#define SPARE	"Capabilities-Flags: 1\r\nSChannelState: 0\r\n"
#define INSIDE	"IPv4Internal-Addrs: 192.168.0.12\r\n" \
		"IPv4Internal-Port: 3312\r\n"

static void send_p2p(struct span text, u32 id)
{
	struct build_p2p b = {
		.id = id,
		.total = (u32)span_len(text),
		.length = (u32)span_len(text),
		.uid = 77,
		.data = text,
	};

	gateway_say(g, MSNP_C2S, build_p2p1("MSG 9 D", &b), MSS);
}

/* What arrives of a receipt for @size bytes. Return: the sizes in it. */
static void receipt(u32 id, u32 uid, u32 size, u32 seg, u32 *total,
		    u32 *acked)
{
	struct build_p2p b = {
		.id = 5000,
		.total = size,
		.flags = 2,
		.uid = id,
		.acked_uid = uid,
		.acked_size = size,
	};
	u32 at = g->rx_len[MSNP_S2C];
	const char *h;

	gateway_say(g, MSNP_S2C, build_p2p1("MSG bob@example.net Bob", &b),
		    seg);
	h = memmem(g->rx[MSNP_S2C] + at, g->rx_len[MSNP_S2C] - at,
		   "\r\n\r\n", 4);
	if (!ktap_want(h))
		return;
	*total = (u8)h[20] | (u32)(u8)h[21] << 8;
	*acked = (u8)h[44] | (u32)(u8)h[45] << 8;
}

static void receipts(const void *arg)
{
	struct span text = build_slp(OK, RESP, LISTEN
				     "IPv4Internal-Addrs: 10.0.0.2\r\n"
				     "IPv4Internal-Port: 3312\r\n");
	u32 was, total = 0, acked = 0;

	begin_as("10.0.0.2", false);
	text = build_slp(OK, RESP, LISTEN "IPv4Internal-Addrs: 10.0.0.2\r\n"
			 "IPv4Internal-Port: 3312\r\n");
	was = (u32)span_len(text);
	send_p2p(text, 1000);
	ktap_equal(g->offer[0].how, NFIM_EXPECTED_EDITED);
	ktap_want(!strcmp(g->offer[0].edit, "resize"));
	ktap_at("of the message");
	receipt(1000, 77, was + 3, MSS, &total, &acked);
	ktap_equal(total, was);
	ktap_equal(acked, was);
	ktap_at("in pieces");
	receipt(1000, 77, was + 3, 150, &total, &acked);
	ktap_equal(acked, was);
	ktap_at("of another message");
	receipt(1001, 77, was + 3, MSS, &total, &acked);
	ktap_equal(acked, was + 3);
	receipt(1000, 78, was + 3, MSS, &total, &acked);
	ktap_equal(acked, was + 3);
	ktap_at("of another length");
	receipt(1000, 77, was + 4, MSS, &total, &acked);
	ktap_equal(acked, was + 4);
	end();
	ktap_at("no memory to remember it");
	begin_as("10.0.0.2", false);
	g->no_state = true;
	text = build_slp(OK, RESP, LISTEN "IPv4Internal-Addrs: 10.0.0.2\r\n"
			 "IPv4Internal-Port: 3312\r\n");
	send_p2p(text, 1000);
	ktap_equal(g->offer[0].how, NFIM_EXPECTED_EDITED);
	receipt(1000, 77, was + 3, MSS, &total, &acked);
	ktap_equal(acked, was + 3);
	end();
}

/* libpurple sends it twice, at first with a length of 0. */
static void doubled(const void *arg)
{
	static const char body[] =
		LISTEN "IPv4External-Addrs: 192.168.0.12\r\n"
		"IPv4External-Port: 40123\r\n";
	struct span text = build_slp("INVITE MSNMSGR:b@c MSNSLP/1.0", RESP,
				     body);
	struct build_p2p b = {
		.id = 9,
		.total = (u32)span_len(text),
		.data = text,
	};

	begin();
	g->map[0][0] = 40123;
	g->map[0][1] = 50123;
	text = build_slp("INVITE MSNMSGR:b@c MSNSLP/1.0", RESP, body);
	b.data = text;
	gateway_say(g, MSNP_C2S, build_p2p1("MSG 9 D", &b), MSS);
	b.length = b.total;
	gateway_say(g, MSNP_C2S, build_p2p1("MSG 10 D", &b), MSS);
	if (ktap_equal(g->n, 2)) {
		ktap_equal(g->offer[0].port, 50123);
		ktap_equal(g->offer[1].port, 50123);
		ktap_equal(g->offer[1].offer.cookie, g->offer[0].offer.cookie);
	}
	ktap_want(heard_text("IPv4External-Port: 50123\r\n\r\n "));
	ktap_want(!heard_text("IPv4External-Addrs: 192"));
	end();
}

static void untouched_text(const char *what, const char *start,
			   const char *type, const char *body)
{
	struct span text;

	ktap_at("%s", what);
	begin();
	text = build_slp(start, type, body);
	send_p2p(text, 4);
	ktap_equal(g->n, 0);
	ktap_want(heard(MSNP_C2S, text.p, span_len(text)));
	end();
}

static void left_alone(const void *arg)
{
	untouched_text("does not listen", OK, RESP,
		       "Listening: false\r\n" INSIDE);
	untouched_text("a proposal", "INVITE MSNMSGR:b@c MSNSLP/1.0",
		       "transreqbody", "Listening: true\r\n" INSIDE);
	untouched_text("where the connector is", "ACK MSNMSGR:b@c MSNSLP/1.0",
		       "transdestaddrupdate",
		       "IPv4InternalAddrsAndPorts: 192.168.0.12:3312\r\n");
	untouched_text("a relay", "ACK MSNMSGR:b@c MSNSLP/1.0",
		       "turnsetup", "ServerAddress: 192.168.0.12\r\n" INSIDE);
	untouched_text("declined", "MSNSLP/1.0 603 Decline", RESP,
		       LISTEN INSIDE);
	untouched_text("IPv6 alone", OK, RESP, LISTEN
		       "IPv6-Addrs: 2001:db8::1\r\nIPv6-Port: 3312\r\n");
	untouched_text("no port", OK, RESP,
		       LISTEN "IPv4Internal-Addrs: 192.168.0.12\r\n");
}

static void foreign(const void *arg)
{
	begin();
	send_p2p(build_slp(OK, RESP, LISTEN
			   "IPv4Internal-Addrs: 192.168.0.77\r\n"
			   "IPv4Internal-Port: 3312\r\n"), 4);
	ktap_equal(g->offer[0].how, NFIM_REFUSED_NOT_SELF);
	ktap_want(heard_text("192.168.0.77"));
	end();
	ktap_at("another NAT in front");
	begin();
	send_p2p(build_slp(OK, RESP, LISTEN
			   "IPv4External-Addrs: 198.51.100.9\r\n"
			   "IPv4External-Port: 4000\r\n" INSIDE), 4);
	ktap_equal(g->offer[0].how, NFIM_EXPECTED);
	ktap_equal(g->offer[0].port, 4000);
	ktap_equal(g->offer[0].offer.inside_port, 3312);
	end();
	ktap_at("and the port cannot be had");
	begin();
	g->deny[0] = 4000;
	send_p2p(build_slp(OK, RESP, LISTEN
			   "IPv4External-Addrs: 198.51.100.9\r\n"
			   "IPv4External-Port: 4000\r\n" INSIDE), 4);
	ktap_equal(g->offer[0].how, NFIM_REFUSED_NO_PORT);
	end();
}

static void says_bye(const void *arg)
{
	struct build_p2p b = { .id = 8 };

	begin();
	send_p2p(build_slp(OK, RESP, LISTEN INSIDE), 4);
	ktap_want(!g->offer[0].closed);
	b.data = build_slp("BYE MSNMSGR:a@b MSNSLP/1.0", "sessionclosebody",
			   "");
	b.total = (u32)span_len(b.data);
	b.length = b.total;
	gateway_say(g, MSNP_S2C, build_p2p1("MSG bob@example.net B", &b), MSS);
	ktap_want(g->offer[0].closed);
	ktap_equal(g->count[NFIM_CANCELLED], 1);
	end();
}

/* Version 2 cannot grow: what does not matter makes room. */
static void version2(const void *arg)
{
	static const char body[] = "IPv4Internal-Addrs: 10.0.0.2\r\n"
				   "IPv4Internal-Port: 3312\r\n";
	char text[400];
	struct span slp;

	snprintf(text, sizeof(text), LISTEN "%s" SPARE, body);
	begin_as("10.0.0.2", false);
	slp = build_slp(OK, RESP, text);
	gateway_say(g, MSNP_C2S, build_p2p2("MSG 5 D", slp, 3, 0, true), MSS);
	ktap_equal(g->offer[0].how, NFIM_EXPECTED_EDITED);
	ktap_want(!strcmp(g->offer[0].edit, "same-length"));
	ktap_want(heard_text("203.0.113.5\r\nIPv4Internal-Port"));
	ktap_want(heard_text("\r\nCapabilities-Flags: 1\r\n\r\n"));
	ktap_want(!heard_text("SChannelState"));
	end();
	ktap_at("no room");
	snprintf(text, sizeof(text), LISTEN "%s", body);
	begin_as("10.0.0.2", false);
	slp = build_slp(OK, RESP, text);
	gateway_say(g, MSNP_C2S, build_p2p2("MSG 5 D", slp, 3, 0, true), MSS);
	ktap_equal(g->offer[0].how, NFIM_REFUSED_UNREACHABLE);
	ktap_want(heard(MSNP_C2S, slp.p, span_len(slp)));
	end();
}

static void send_parts(struct span text, u32 cut, bool v2)
{
	u32 len = (u32)span_len(text), i;

	for (i = 0; i < 2; i++) {
		u32 off = i ? cut : 0, n = i ? len - cut : cut;
		struct span part = span_make(text.p + off, n);
		struct build_p2p b = {
			.id = 3,
			.offset = off,
			.total = len,
			.length = n,
			.data = part,
		};

		gateway_say(g, MSNP_C2S, v2 ?
			    build_p2p2("MSG 5 D", part, 3, len - off - n, !i) :
			    build_p2p1("MSG 5 D", &b), MSS);
	}
}

/* Either a peer finds what is open, or nothing is open nor changed. */
static void check_joined(struct span text, bool v2)
{
	struct self peer = { g->self.outside, g->self.outside };
	struct span seen = joined(v2, span_len(text));
	struct offer offer;
	struct slp slp;

	if (!ktap_equal(g->n, 1))
		return;
	if (g->offer[0].how != NFIM_EXPECTED &&
	    g->offer[0].how != NFIM_EXPECTED_EDITED) {
		ktap_equal(g->offer[0].how, NFIM_REFUSED_UNREACHABLE);
		ktap_bytes(seen.p, span_len(seen), text.p, span_len(text));
		return;
	}
	if (!ktap_want(slp_parse(seen, &peer, &slp)) ||
	    !ktap_want(slp_announces(&slp)) ||
	    !ktap_equal(slp_offer(&slp, &peer, &offer), NFIM_OK))
		return;
	found++;
	ktap_equal(offer.announced_port, g->offer[0].port);
	ktap_want(addr_equal(&slp.other, &g->self.outside));
	ktap_want(slp.whole);
}

static const char *const bodies[] = {
	LISTEN "IPv4External-Addrs: 192.168.0.12\r\n"
	"IPv4External-Port: 3312\r\n" INSIDE "Capabilities-Flags: 1\r\n",
	LISTEN "IPv4External-Port: 3312\r\n"
	"IPv4External-Addrs: 192.168.0.12\r\n",
	LISTEN "IPv4External-Addrs: 203.0.113.5\r\n"
	"IPv4External-Port: 3312\r\n" INSIDE "SessionID: 0\r\n",
	"IPv4InternalAddrsAndPorts: 192.168.0.12:3312\r\n" LISTEN
	"SChannelState: 0\r\n",
	LISTEN "srddA-lanretxE4vPI: 21.0.861.291\r\n"
	"troP-lanretxE4vPI: 2133\r\n",
	LISTEN "IPv4External-Addrs: 192.168.0.12\r\n"
	"IPv4External-Port: 3312\r\n" SPARE
	"IPv4ExternalAddrsAndPorts: 192.168.0.12:3312\r\n",
};

/* No external line may name the inside address beside what is open. */
static void check_twice(struct span text, u32 cut)
{
	static const char again[] = "AddrsAndPorts: 192";
	const char *first = memmem(text.p, span_len(text), "Port: 3312", 10);

	if (g->offer[0].port && cut > (u32)(first - text.p) + 12 &&
	    memmem(text.p + cut, span_len(text) - cut, again, strlen(again)))
		ktap_want(!heard_text(again));
}

static void one_cut(const char *body, u32 cut, u16 port, bool v2,
		    const char *outside)
{
	struct span text;

	begin_at("192.168.0.12", outside, false);
	g->map[0][0] = 3312;
	g->map[0][1] = port;
	text = build_slp(OK, RESP, body);
	send_parts(text, cut, v2);
	check_joined(text, v2);
	if (g->n == 1 && port == 3312 && strlen(outside) == 12)
		check_twice(text, cut);
	end();
}

static void parts(const void *arg)
{
	u32 b, cut, port, v2, len, all = 0;

	found = 0;
	for (b = 0; b < ARRAY_SIZE(bodies); b++) {
		len = (u32)span_len(build_slp(OK, RESP, bodies[b]));
		input_done();
		for (cut = 1; cut < len; cut++)
			for (port = 3312; port < 3314; port++)
				for (v2 = 0; v2 < 2; v2++) {
					ktap_at("body %u cut at %u port %u",
						b, cut, port);
					one_cut(bodies[b], cut, (u16)port, v2,
						"203.0.113.5");
					all++;
					if (strstr(bodies[b], "203."))
						continue;
					one_cut(bodies[b], cut, (u16)port, v2,
						"203.0.113.55");
					all++;
				}
	}
	ktap_at("of %u", all);
	ktap_want(found > all * 4 / 5);
}

static void parts_that_fail(const void *arg)
{
	struct span text = build_slp(OK, RESP, LISTEN INSIDE);
	struct build_p2p b = {
		.id = 3,
		.total = (u32)span_len(text),
		.length = 100,
		.data = span_make(text.p, 100),
	};

	begin();
	text = build_slp(OK, RESP, LISTEN INSIDE);
	b.data = span_make(text.p, 100);
	gateway_say(g, MSNP_C2S, build_p2p1("MSG 5 D", &b), MSS);
	ktap_at("a part is missing");
	b.offset = 200;
	b.data = span_make(text.p + 200, 100);
	gateway_say(g, MSNP_C2S, build_p2p1("MSG 5 D", &b), MSS);
	ktap_equal(g->n, 0);
	ktap_at("it begins again");
	send_parts(text, 100, false);
	ktap_equal(g->n, 1);
	end();
	ktap_at("no memory");
	begin();
	g->no_mem = true;
	send_parts(build_slp(OK, RESP, LISTEN INSIDE), 100, false);
	ktap_equal(g->n, 0);
	end();
	ktap_at("no memory for the text alone");
	begin();
	send_parts(build_slp(OK, RESP, LISTEN INSIDE), 100, false);
	g->no_mem = true;
	send_parts(build_slp(OK, RESP, LISTEN INSIDE), 100, false);
	ktap_equal(g->n, 1);
	end();
	ktap_at("no memory for the state");
	begin();
	g->no_state = true;
	send_parts(build_slp(OK, RESP, LISTEN INSIDE), 100, false);
	ktap_equal(g->n, 0);
	end();
	ktap_at("too long");
	begin();
	b.total = NFIM_MSG_MAX + 1;
	b.offset = 0;
	b.data = build_slp(OK, RESP, LISTEN INSIDE);
	b.length = (u32)span_len(b.data);
	gateway_say(g, MSNP_C2S, build_p2p1("MSG 5 D", &b), MSS);
	ktap_equal(g->n, 0);
	end();
}

/* Each part has what went before read again, so there are not many. */
static void many_parts(const void *arg)
{
	struct span text;
	u32 len, off, n, most;

	for (most = NFIM_TALK_PARTS - 1; most < NFIM_TALK_PARTS + 2; most++) {
		ktap_at("%u parts", most);
		begin();
		text = build_slp(OK, RESP, LISTEN INSIDE);
		len = (u32)span_len(text);
		for (off = 0; off < len; off += n) {
			struct build_p2p b = { .id = 3, .total = len };

			n = off < most - 1 ? 1 : len - off;
			b.offset = off;
			b.length = n;
			b.data = span_make(text.p + off, n);
			gateway_say(g, MSNP_C2S, build_p2p1("MSG 5 D", &b),
				    MSS);
		}
		ktap_equal(g->n, most <= NFIM_TALK_PARTS);
		end();
	}
}

/* Three texts at once are one too many: the oldest one is given up. */
static void many_texts(const void *arg)
{
	struct span text;
	u32 len, part, id;

	begin();
	text = build_slp(OK, RESP, LISTEN INSIDE);
	len = (u32)span_len(text);
	for (part = 0; part < 2; part++)
		for (id = 1; id <= NFIM_TALK_TEXTS + 1; id++) {
			u32 off = part ? 100 : 0, n = part ? len - 100 : 100;
			struct build_p2p b = {
				.id = id, .offset = off, .total = len,
				.length = n,
				.data = span_make(text.p + off, n),
			};

			gateway_say(g, MSNP_C2S, build_p2p1("MSG 5 D", &b),
				    MSS);
		}
	ktap_equal(g->n, NFIM_TALK_TEXTS);
	end();
}

/* A message of 1664 bytes is the longest that a switchboard takes. */
static void longest(const void *arg)
{
	static const char body[] = LISTEN "X: %s\r\n"
				   "IPv4External-Addrs: 10.0.0.2\r\n"
				   "IPv4External-Port: 3312\r\n";
	char text[1700], fill[1400];
	u32 len, n, grown;

	memset(fill, 'x', sizeof(fill));
	for (n = 1130; n < 1160; n++) {
		fill[n] = '\0';
		snprintf(text, sizeof(text), body, fill);
		fill[n] = 'x';
		begin_as("10.0.0.2", false);
		send_p2p(build_slp(OK, RESP, text), 4);
		len = (u32)atoi((char *)memmem(g->rx[0], g->rx_len[0], "9 D ",
					       4) + 4);
		grown = g->offer[0].how == NFIM_EXPECTED_EDITED ? 3 : 0;
		ktap_at("%u bytes", len - grown);
		ktap_equal(g->offer[0].how, grown ? NFIM_EXPECTED_EDITED :
			   NFIM_REFUSED_UNREACHABLE);
		ktap_equal(!!grown, len - grown + 3 <= MSNP_SB_PAYLOAD);
		ktap_equal(!!grown, heard_text("Addrs: 203.0.113.5\r\n"));
		end();
	}
}

/* Reachable as it stands, though one line should say something else. */
static void unedited(const void *arg)
{
	struct span slp;

	begin_as("10.0.0.2", false);
	slp = build_slp(OK, RESP, LISTEN
			"IPv4External-Addrs: 203.0.113.5\r\n"
			"IPv4External-Port: 3312\r\n"
			"IPv4ExternalAddrsAndPorts: 10.0.0.2:3312\r\n");
	gateway_say(g, MSNP_C2S, build_p2p2("MSG 5 D", slp, 3, 0, true), MSS);
	ktap_equal(g->offer[0].how, NFIM_EXPECTED_UNEDITED);
	ktap_want(!strcmp(g->offer[0].edit, "skipped"));
	ktap_want(heard(MSNP_C2S, slp.p, span_len(slp)));
	end();
}

static const struct ktap_case cases[] = {
	{ "a receipt of a resized message speaks of the sender's length",
	  receipts },
	{ "both copies of a doubled message say the same port", doubled },
	{ "what announces nothing is left alone", left_alone },
	{ "only the announcer's own endpoint is opened", foreign },
	{ "a BYE closes what its call has opened", says_bye },
	{ "version 2 keeps its length or is left alone", version2 },
	{ "a text in two parts agrees with itself wherever it is cut", parts },
	{ "parts that do not follow each other are no text", parts_that_fail },
	{ "a text in too many parts is none", many_parts },
	{ "so many texts in parts at once and no more", many_texts },
	{ "no message grows beyond what a switchboard takes", longest },
	{ "what can be reached as it stands is opened unedited", unedited },
};

int main(void)
{
	int status = ktap_run(cases, ARRAY_SIZE(cases));

	free(g);
	return status;
}
