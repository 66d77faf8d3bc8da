// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/msnp_notify: texts on a notification server, UUN and SDG. */

#include "parts.h"

#define OK	"MSNSLP/1.0 200 OK"
#define RESP	"transrespbody"
#define LISTEN	"Bridge: TCPv1\r\nListening: true\r\nNonce: {1}\r\n"
#define INSIDE	"IPv4Internal-Addrs: 192.168.0.12\r\n" \
		"IPv4Internal-Port: 3312\r\n"

static void on_server(const void *arg)
{
	struct span slp = build_slp(OK, RESP, LISTEN INSIDE);

	ktap_at("type 3");
	begin_as("192.168.0.12", true);
	slp = build_slp(OK, RESP, LISTEN INSIDE);
	gateway_say(g, MSNP_C2S, build_msg("UUN 5 b@c;{1} 3", slp), 200);
	ktap_equal(g->n, 1);
	ktap_want(heard_text("Addrs: 203.0.113.5\r\n"));
	end();
	ktap_at("type 12");
	begin_as("192.168.0.12", true);
	slp = build_slp(OK, RESP, LISTEN INSIDE);
	gateway_say(g, MSNP_C2S, build_msg("UUN 5 b@c;{1} 12", slp), MSS);
	ktap_equal(g->n, 0);
	ktap_want(heard(MSNP_C2S, slp.p, span_len(slp)));
	end();
	ktap_at("from a peer");
	begin_as("192.168.0.12", true);
	slp = build_slp(OK, RESP, LISTEN INSIDE);
	gateway_say(g, MSNP_S2C, build_msg("UBN b@c;{1} 3", slp), MSS);
	ktap_equal(g->n, 0);
	ktap_want(heard(MSNP_S2C, slp.p, span_len(slp)));
	end();
}

#define SDG_HEAD	"Routing: 1.0\r\nTo: 1:b@c\r\nno field\r\n\r\n" \
			"Reliability: 1.0\r\n\r\nMessaging: 2.0\r\n"
#define SDG_SIGNAL	SDG_HEAD "Message-Type: Signal/P2P\r\n"

static struct span build_sdg(const char *who, const char *head,
			     struct span body)
{
	char text[BUILD_MAX];
	size_t at = 0;

	build_bytes(text, &at, head, strlen(head));
	build_bytes(text, &at, body.p, span_len(body));
	return build_msg(who, span_make(text, at));
}

/* What the peer refuses, or ends, on the notification server. */
static void peer_ends(const void *arg)
{
	static const struct {
		const char *who, *head, *start;
		bool closes;
	} rows[] = {
		{ "UBN b@c;{1} 3", "", "MSNSLP/1.0 603 Decline", true },
		{ "UBN b@c 3", "", "BYE MSNMSGR:a@b MSNSLP/1.0", true },
		{ "UBN b@c 12", "", "BYE MSNMSGR:a@b MSNSLP/1.0" },
		{ "UBN b@c 3", "", OK },
		{ "SDG 0", SDG_SIGNAL "\r\n", "BYE MSNMSGR:a@b MSNSLP/1.0",
		  true },
		{ "SDG 0", SDG_HEAD "\r\n", "BYE MSNMSGR:a@b MSNSLP/1.0" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s %s", rows[i].who, rows[i].start);
		begin_as("192.168.0.12", true);
		gateway_say(g, MSNP_C2S, build_msg("UUN 5 b@c 3",
						   build_slp(OK, RESP, LISTEN
							     INSIDE)), MSS);
		ktap_equal(g->n, 1);
		gateway_say(g, MSNP_S2C,
			    build_sdg(rows[i].who, rows[i].head,
				      build_slp(rows[i].start, RESP,
						LISTEN INSIDE)), MSS);
		ktap_equal(g->offer[0].closed, rows[i].closes);
		ktap_equal(g->n, 1);
		end();
	}
}

/* A signal may grow, and then so does what its headers say. */
static void sdg_signal(const void *arg)
{
	static const char body[] = LISTEN "IPv4External-Addrs: 10.0.0.2\r\n"
				   "IPv4External-Port: 3312\r\n";
	static const struct {
		const char *length;
		bool opens;
	} rows[] = {
		{ "", true }, { "Content-Length: %zu\r\n", true },
		{ "Content-Length: -%zu\r\n" },
	};
	char head[400], want[400];
	struct span slp;
	size_t i, n, k;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].length);
		begin_as("10.0.0.2", true);
		slp = build_slp(OK, RESP, body);
		for (k = 0; k < 2; k++) {
			n = (size_t)snprintf(k ? want : head, sizeof(head),
					     "%s", SDG_SIGNAL);
			n += (size_t)snprintf((k ? want : head) + n,
					      sizeof(head) - n, rows[i].length,
					      span_len(slp) + 3 * k);
			strcat(k ? want : head, "\r\n");
		}
		gateway_say(g, MSNP_C2S, build_sdg("SDG 5", head, slp), MSS);
		if (!ktap_equal(g->n, 1))
			continue;
		ktap_equal(g->offer[0].how, rows[i].opens ?
			   NFIM_EXPECTED_EDITED : NFIM_REFUSED_UNREACHABLE);
		ktap_want(heard_text(rows[i].opens ? want : head));
		end();
	}
}

/* Nothing is in these, and nothing happens to them. */
static void sdg_others(const void *arg)
{
	static const struct {
		const char *head;
		u32 repeat;
	} rows[] = {
		{ "Routing: 1.0\r\n\r\n", 1 },
		{ "Routing: 1.0\r\n", 70 },
		{ SDG_HEAD "\r\n", 1 },
		{ SDG_HEAD "Message-Type: Text\r\n\r\n", 1 },
		{ SDG_HEAD "Message-Type: Data\r\n\r\n", 1 },
		{ SDG_HEAD "Message-Type: Data\r\n"
		  "Content-Type: application/x-msnmsgrp2p\r\n"
		  "Bridging-Offsets: 0,1,2,3,4,5,6,7,8,9,10\r\n\r\n", 1 },
		{ SDG_HEAD "Message-Type: Data\r\n"
		  "Content-Type: application/x-msnmsgrp2p\r\n"
		  "Bridging-Offsets: 8000\r\n\r\n", 1 },
		{ SDG_HEAD "Message-Type: Data\r\n"
		  "Content-Type: application/x-msnmsgrp2p\r\n"
		  "Bridging-Offsets: none,52\r\n\r\n", 1 },
	};
	static const char *const lines[] = {
		"", "UUN", "UUN 5", "UUN 5 b@c", "UUN 5 b@c 3", "UBN b@c",
		"UBN b@c 3", "UUN 5 b@c x 9", "UUN 5 b@c 256 9", "MSG 5 b@c 3 9",
	};
	struct span slp;
	char head[2000];
	size_t i;
	u32 k;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		ktap_at("%s", lines[i]);
		ktap_equal(msnp_note_type(input(lines[i])), 0);
	}
	ktap_at("a line that does not end");
	begin_as("192.168.0.12", true);
	gateway_say(g, MSNP_C2S, build_msg("SDG 5", input("Routing: 1.0")),
		    MSS);
	ktap_equal(g->n, 0);
	end();

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].head);
		begin_as("192.168.0.12", true);
		slp = build_slp(OK, RESP, LISTEN INSIDE);
		head[0] = '\0';
		for (k = 0; k < rows[i].repeat; k++)
			strcat(head, rows[i].head);
		gateway_say(g, MSNP_C2S, build_sdg("SDG 5", head, slp), MSS);
		ktap_equal(g->n, 0);
		ktap_want(heard(MSNP_C2S, slp.p, span_len(slp)));
		end();
	}
}

static void sdg_data(const void *arg)
{
	static const char head[] = "Routing: 1.0\r\nTo: 1:b@c\r\n\r\n"
		"Reliability: 1.0\r\n\r\nMessaging: 2.0\r\n"
		"Message-Type: Data\r\n"
		"Content-Type: application/x-msnmsgrp2p\r\nPipe: 1\r\n";
	struct span first, second;
	char text[BUILD_MAX], line[100];
	size_t at = 0;

	begin_as("192.168.0.12", true);
	first = build_packet2(input("nothing of interest"), 1, 0, true);
	second = build_packet2(build_slp(OK, RESP, LISTEN INSIDE), 2, 0,
			       true);
	snprintf(line, sizeof(line), "Bridging-Offsets: 0,%zu\r\n\r\n",
		 span_len(first));
	build_bytes(text, &at, head, strlen(head));
	build_bytes(text, &at, line, strlen(line));
	build_bytes(text, &at, first.p, span_len(first));
	build_bytes(text, &at, second.p, span_len(second));
	gateway_say(g, MSNP_C2S, build_msg("SDG 5", span_make(text, at)),
		    300);
	ktap_equal(g->n, 1);
	ktap_want(heard_text("Addrs: 203.0.113.5\r\n"));
	ktap_want(heard_text("Port: 3312\r\n\r\n "));
	end();
}

static const struct ktap_case cases[] = {
	{ "MSNSLP on the notification server is MSNSLP", on_server },
	{ "P2P packets in SDG are found by their offsets", sdg_data },
	{ "a signal in SDG may grow", sdg_signal },
	{ "other messages in SDG are left alone", sdg_others },
	{ "what a peer refuses there is closed", peer_ends },
};

int main(void)
{
	int status = ktap_run(cases, ARRAY_SIZE(cases));

	free(g);
	return status;
}
