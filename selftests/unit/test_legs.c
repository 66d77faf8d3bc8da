// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/imsip: what others say after a party has taken the call. */

#include "../ktap.h"
#include "dialog.h"

#define A	";tag=A"
#define B	";tag=B"

#define SDP_AT(addr, port)						\
	"v=0\no=- 1 1 IN IP4 " addr "\ns=-\nc=IN IP4 " addr "\nt=0 0\n"	\
	"m=audio " #port " RTP/AVP 0\n"

static const char sdp_a[] = SDP_AT("198.51.100.21", 20000);
static const char sdp_a2[] = SDP_AT("198.51.100.22", 20000);
static const char sdp_b[] = SDP_AT("198.51.100.31", 20000);
static const char sdp_moved[] = SDP_AT("192.168.0.12", 41000);

static bool may_come(const char *addr)
{
	struct addr a;
	u32 i;

	if (!text_addr(span_make(addr, strlen(addr)), &a))
		return false;
	for (i = 0; i < BOX_HOLES; i++)
		if (box.hole[i].used &&
		    addr_equal(&box.hole[i].offer.peer, &a))
			return true;
	return false;
}

/* Both phones take it; the second is told BYE (RFC 3261 13.2.2.4). */
static void two_answers(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "180 Ringing", "INVITE", 1, A, NULL);
	ANSWER(OUT, "180 Ringing", "INVITE", 1, B, NULL);
	ANSWER(OUT, "200 OK", "INVITE", 1, A, sdp_a);
	REQUEST(IN, "ACK", 1, A, NULL);
	ANSWER(OUT, "200 OK", "INVITE", 1, B, sdp_b);
	REQUEST(IN, "ACK", 1, B, NULL);
	REQUEST(IN, "BYE", 2, B, NULL);
	ANSWER(OUT, "200 OK", "BYE", 2, B, NULL);
	ktap_want(may_come("198.51.100.21"));
	REQUEST(IN, "BYE", 2, A, NULL);
	ANSWER(OUT, "200 OK", "BYE", 2, A, NULL);
	ktap_equal(box_holes(&box), 0);
}

/* A 183 that was overtaken by the other phone's 200. */
static void late_progress(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "200 OK", "INVITE", 1, A, sdp_a);
	ANSWER(OUT, "183 Progress", "INVITE", 1, B, sdp_b);
	REQUEST(IN, "ACK", 1, A, NULL);
	ktap_want(may_come("198.51.100.21"));
}

/* One of two that ring moves; the other one, described before, takes it. */
static void early_move(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "183 Progress", "INVITE", 1, B, sdp_b);
	REQUEST(IN, "PRACK", 2, B, NULL);
	ANSWER(OUT, "200 OK", "PRACK", 2, B, NULL);
	ANSWER(OUT, "183 Progress", "INVITE", 1, A, sdp_a);
	REQUEST(OUT, "UPDATE", 5, A, sdp_a2);
	ANSWER(IN, "200 OK", "UPDATE", 5, A, sdp_in);
	ANSWER(OUT, "200 OK", "INVITE", 1, B, NULL);
	REQUEST(IN, "ACK", 1, B, NULL);
	ktap_want(may_come("198.51.100.31"));
}

/* The other party wants to be elsewhere, and may not. */
static void refused_move(const void *arg)
{
	static const char *const refusals[] = {
		"SIP/2.0 488 Not Acceptable Here", "SIP/2.0 491 Request Pending",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refusals); i++) {
		ktap_at("%s", refusals[i]);
		box_open(&box, 5060);
		talk();
		REQUEST(OUT, "INVITE", 5, TAG, sdp_b);
		send_msg(IN, false, &(struct msg){
			.start = refusals[i], .cseq = "5 INVITE",
			.to_tag = TAG });
		ktap_want(may_come("198.51.100.7"));
	}
}

/* The offer came late; its answer is repeated when the next offer is made. */
static void repeated_ack(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", NULL);
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, sdp_out);
	REQUEST(IN, "ACK", 1, TAG, sdp_in);
	REQUEST(IN, "INVITE", 2, TAG, sdp_moved);
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, sdp_out);
	REQUEST(IN, "ACK", 1, TAG, sdp_in);
	ktap_want(box_hole(&box, 41000));
	ANSWER(OUT, "200 OK", "INVITE", 2, TAG, sdp_out);
	REQUEST(IN, "ACK", 2, TAG, NULL);
	ktap_want(box_hole(&box, 41000));
	REQUEST(OUT, "BYE", 9, TAG, NULL);
	ANSWER(IN, "200 OK", "BYE", 9, TAG, NULL);
	ktap_equal(box_holes(&box), 0);
}

/* Two lines of one phone call each other through a proxy that keeps Call-ID. */
static void calls_itself(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	send_msg(OUT, true, &(struct msg){
		.start = "INVITE sip:a@203.0.113.5 SIP/2.0",
		.cseq = "1 INVITE", .to_tag = "",
		.via = "198.51.100.7;branch=z9hG4bKp",
		.body = SDP_AT("203.0.113.5", 40000) });
	send_msg(IN, true, &(struct msg){
		.start = "SIP/2.0 200 OK", .cseq = "1 INVITE",
		.to_tag = ";tag=me", .via = "198.51.100.7;branch=z9hG4bKp",
		.body = SDP_AT("192.168.0.12", 40010) });
	ANSWER(OUT, "200 OK", "INVITE", 1, ";tag=me",
	       SDP_AT("203.0.113.5", 40010));
	ktap_want(box_hole(&box, 40000));
	ktap_want(box_hole(&box, 40010));
}

/* One party that is somewhere else each time, or as many parties. */
static void ever_elsewhere(const void *arg)
{
	char told[200], tag[24];
	int i, parties;

	for (parties = 0; parties < 2; parties++) {
		ktap_at("%s", parties ? "parties" : "offers");
		box_open(&box, 5060);
		if (parties)
			REQUEST(IN, "INVITE", 1, "", sdp_in);
		else
			talk();
		for (i = 1; i <= 50; i++) {
			snprintf(told, sizeof(told), "v=0\no=- 1 1 IN IP4 h\n"
				 "s=-\nc=IN IP4 198.51.100.%d\nt=0 0\n"
				 "m=audio 20000 RTP/AVP 0\n", i + 20);
			snprintf(tag, sizeof(tag), ";tag=t%d", i);
			send_msg(OUT, parties, &(struct msg){
				.start = parties ? "SIP/2.0 183 Progress" :
					 "INVITE sip:a@203.0.113.5 SIP/2.0",
				.cseq = parties ? "1 INVITE" : "9 INVITE",
				.to_tag = parties ? tag : TAG, .body = told });
			if (box_holes(&box) > IMSIP_BESIDE)
				break;
		}
		ktap_equal(i, 51);
		ktap_want(box_holes(&box) > 1);
	}
}

/* UPDATE after UPDATE in one packet: the other party is here, there, here. */
static void many_moves(const void *arg)
{
	static char told[1024], number[24];
	int i, n, before;

	n = snprintf(told, sizeof(told), "v=0\no=- 1 1 IN IP4 192.168.0.12\n"
		     "s=-\nc=IN IP4 192.168.0.12\nt=0 0\n");
	for (i = 0; i < 15; i++)
		n += snprintf(told + n, sizeof(told) - n,
			      "m=audio %d RTP/AVP 0\n", 40000 + 2 * i);
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", told);
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, sdp_out);
	REQUEST(IN, "ACK", 1, TAG, NULL);
	box.offers = 0;
	box.peers = 0;
	before = box.opened;
	box.same_packet = true;
	for (i = 0; i < 60; i++) {
		snprintf(number, sizeof(number), "%d UPDATE", 10 + i);
		send_msg(OUT, false, &(struct msg){
			.start = "UPDATE sip:a@203.0.113.5 SIP/2.0",
			.cseq = number, .to_tag = TAG,
			.body = i % 2 ? sdp_a : sdp_b });
	}
	ktap_equal(box.opened - before, NFIM_PEERS_PER_SKB);
}

/* INVITE after INVITE in one packet. */
static void many_calls(const void *arg)
{
	char call[16];
	int i;

	box_open(&box, 5060);
	box.same_packet = true;
	for (i = 0; i < NFIM_OFFERS_PER_SKB + 4; i++) {
		snprintf(call, sizeof(call), "c%d", i % 8);
		if (i == 8) {
			ktap_equal(box_holes(&box), 8);
			ktap_equal(box.count[NFIM_OFFERS], 8);
		}
		send_msg(IN, true, &(struct msg){
			.start = "INVITE sip:b@198.51.100.7 SIP/2.0",
			.cseq = i < 8 ? "1 INVITE" : "2 INVITE", .to_tag = "",
			.call = call, .body = i < 8 ? sdp_in : sdp_moved });
	}
	ktap_equal(box.count[NFIM_OFFERS], NFIM_OFFERS_PER_SKB);
}

static const struct ktap_case cases[] = {
	{ "two take the call", two_answers },
	{ "progress behind an answer", late_progress },
	{ "one of two moves while they ring", early_move },
	{ "a refused move leaves the way in", refused_move },
	{ "a repeated ACK settles nothing new", repeated_ack },
	{ "a phone that calls itself", calls_itself },
	{ "peers beside each other are few", ever_elsewhere },
	{ "moves in one packet are counted", many_moves },
	{ "and so are calls", many_calls },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
