// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/imsip: what calls and registrations open, and when it ends. */

#include "../ktap.h"
#include "dialog.h"

/* --- calls ------------------------------------------------------------------ */

static void outgoing(const void *arg)
{
	const char *seen;

	box_open(&box, 6060);
	seen = REQUEST(IN, "INVITE", 1, "", sdp_in);
	ktap_equal(box.result, SIP_OK);
	ktap_want(is_reserved(40000));
	ktap_want(peer_is(40000, "198.51.100.7"));
	ktap_equal(box_hole(&box, 40000)->offer.ports, 2);
	ktap_want(strstr(seen, "Via: SIP/2.0/UDP 203.0.113.5:6060;"));
	ktap_want(strstr(seen, "Contact: <sip:203.0.113.5:6060>"));
	ktap_want(strstr(seen, "From: <sip:a@192.168.0.12>"));
	ktap_want(strstr(seen, "c=IN IP4 203.0.113.5\n"));
	ktap_want(strstr(seen, "m=audio 40000 "));

	ANSWER(OUT, "100 Trying", "INVITE", 1, "", NULL);
	ktap_want(!is_reserved(40000));
	ANSWER(OUT, "180 Ringing", "INVITE", 1, TAG, NULL);
	seen = ANSWER(OUT, "200 OK", "INVITE", 1, TAG, sdp_out);
	ktap_want(strstr(seen, "Via: SIP/2.0/UDP 192.168.0.12:5060;"));
	ktap_want(strstr(seen, "m=audio 30000 "));
	ktap_want(strstr(seen, "Contact: <sip:198.51.100.7:5060>"));
	ktap_want(box_hole(&box, 40000) && !is_reserved(40000));
	ktap_equal(box_hole(&box, 40000)->offer.peer_port, 30000);
	REQUEST(IN, "ACK", 1, TAG, NULL);
	ktap_equal(box_holes(&box), 1);

	REQUEST(IN, "BYE", 2, TAG, NULL);
	ktap_equal(box_holes(&box), 1);
	ANSWER(OUT, "200 OK", "BYE", 2, TAG, NULL);
	ktap_equal(box_holes(&box), 0);
	ktap_want(!box.used[0]);
}

static void incoming(const void *arg)
{
	const char *seen;

	box_open(&box, 6060);
	seen = send_msg(OUT, false, &(struct msg){
		.start = "INVITE sip:a@203.0.113.5:6060 SIP/2.0",
		.cseq = "7 INVITE", .to_tag = TAG, .body = sdp_out });
	ktap_want(strstr(seen, "INVITE sip:a@192.168.0.12:5060 SIP/2.0"));
	ktap_equal(box_holes(&box), 0);
	seen = ANSWER(IN, "200 OK", "INVITE", 7, TAG, sdp_in);
	ktap_want(box_hole(&box, 40000) && !is_reserved(40000));
	ktap_equal(box_hole(&box, 40000)->offer.peer_port, 30000);
	ktap_want(strstr(seen, "Contact: <sip:203.0.113.5:6060>"));
	ktap_want(strstr(seen, "c=IN IP4 203.0.113.5\n"));
	ktap_want(strstr(seen, "Via: SIP/2.0/UDP 198.51.100.7:5060;"));
	REQUEST(OUT, "BYE", 8, TAG, NULL);
	ANSWER(IN, "200 OK", "BYE", 8, TAG, NULL);
	ktap_equal(box_holes(&box), 0);
}

static void late_offer(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", NULL);
	ktap_equal(box_holes(&box), 0);
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, sdp_out);
	REQUEST(IN, "ACK", 1, TAG, sdp_in);
	ktap_want(box_hole(&box, 40000) && !is_reserved(40000));
	ktap_equal(box_hole(&box, 40000)->offer.peer_port, 30000);
}

static void late_offer_in(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(OUT, "INVITE", 1, TAG, NULL);
	ANSWER(IN, "200 OK", "INVITE", 1, TAG, sdp_in);
	ktap_want(box_hole(&box, 40000) && !is_reserved(40000));
	ktap_equal(box_hole(&box, 40000)->offer.peer_port, 0);
	REQUEST(OUT, "ACK", 1, TAG, sdp_out);
	ktap_equal(box_hole(&box, 40000)->offer.peer_port, 30000);
	ktap_equal(box_holes(&box), 1);
}

static void repeated(const void *arg)
{
	char first[BOX_TEXT];
	int i;

	box_open(&box, 6060);
	box.taken = 40000;
	snprintf(first, sizeof(first), "%s",
		 REQUEST(IN, "INVITE", 1, "", sdp_in));
	ktap_want(strstr(first, "m=audio 40002 "));
	box.taken = 0;
	for (i = 0; i < 5; i++)
		ktap_want(!strcmp(first,
				  REQUEST(IN, "INVITE", 1, "", sdp_in)));
	ktap_equal(box_holes(&box), 1);
	ktap_equal(box.count[NFIM_OFFERS], 1);
}

static void media_elsewhere(const void *arg)
{
	static const char server[] =
		"v=0\no=- 1 1 IN IP4 198.51.100.99\ns=-\n"
		"c=IN IP4 198.51.100.99\nt=0 0\nm=audio 20000 RTP/AVP 0\n";

	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "180 Ringing", "INVITE", 1, TAG, NULL);
	ktap_want(peer_is(40000, "198.51.100.7"));
	ANSWER(OUT, "183 Session Progress", "INVITE", 1, TAG, server);
	ktap_want(peer_is(40000, "198.51.100.99"));
	ktap_equal(box_holes(&box), 1);
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, server);
	ktap_equal(box_holes(&box), 1);

	/* Its first word is the other party's first word. */
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "183 Session Progress", "INVITE", 1, TAG, server);
	ktap_want(peer_is(40000, "198.51.100.99") && !is_reserved(40000));
	ktap_equal(box_hole(&box, 40000)->offer.peer_port, 20000);
	ktap_equal(box_hole(&box, 40000)->offer.peer_rtcp, 20001);
}

static void nat_in_front_of_peer(const void *arg)
{
	static const char hidden[] =
		"v=0\no=- 1 1 IN IP4 10.1.1.1\ns=-\n"
		"c=IN IP4 10.1.1.1\nt=0 0\nm=audio 20000 RTP/AVP 0\n";

	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, hidden);
	ktap_want(peer_is(40000, "198.51.100.7"));
	ktap_equal(box_hole(&box, 40000)->offer.peer_port, 0);
}

static void both_inside(const void *arg)
{
	static const char told[] =
		"v=0\no=- 1 1 IN IP4 203.0.113.5\ns=-\n"
		"c=IN IP4 203.0.113.5\nt=0 0\nm=audio 20000 RTP/AVP 0\n";
	const struct box_hole *h;

	box_open(&box, 5060);
	box.neighbour_port = 20000;
	box.neighbour = box.self[BOX_INSIDE].inside;
	box.neighbour.b[3] = 13;
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, told);
	ktap_want(peer_is(40000, "192.168.0.13"));
	h = box_hole(&box, 40000);
	ktap_want(h && addr_equal(&h->offer.from, &box.neighbour));
	ktap_equal(h->offer.peer_port, 21000);
	ktap_equal(h->offer.peer_rtcp, 21001);

	/* Where nobody listens, nobody is let in. */
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, told);
	ktap_want(peer_is(40000, "203.0.113.5"));
}

/* The Contact of somebody else who is behind the same gateway is not ours. */
static void contact_of_neighbour(const void *arg)
{
	struct box_hole *h = box.hole + BOX_HOLES - 1;

	box_open(&box, 5060);
	*h = (struct box_hole){
		.used = true,
		.offer = {
			.app = NFIM_APP_SIP_SIGNALLING,
			.proto = 17,
			.inside_port = 5060,
		},
		.listener = box.self[BOX_INSIDE].inside,
		.outside_port = 7060,
	};
	h->listener.b[3] = 13;
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	box_send(&box, OUT, "SIP/2.0 200 OK\n"
		 "Via: SIP/2.0/UDP 203.0.113.5:5060;branch=z9hG4bKin\n"
		 "From: <sip:a@192.168.0.12>;tag=in\n"
		 "To: <sip:b@198.51.100.7>;tag=out\nCall-ID: c1\n"
		 "CSeq: 1 INVITE\nContact: <sip:b@203.0.113.5:7060>\n"
		 "Content-Length: 0\n\n");
	ktap_want(strstr(box.out, "Contact: <sip:b@203.0.113.5:7060>"));
	ktap_want(strstr(box.out, "Via: SIP/2.0/UDP 192.168.0.12:5060"));
}

/* RTCP where no mapping is known: as far from RTP as outside. Or none. */
static void both_inside_rtcp(const void *arg)
{
	static const char *const more[] = {
		"m=audio 20000 RTP/AVP 0\na=rtcp:20100\n",
		"m=image 20000 udptl t38\n",
	};
	static const char fax[] =
		"v=0\no=- 1 1 IN IP4 192.168.0.12\ns=-\n"
		"c=IN IP4 192.168.0.12\nt=0 0\nm=image 40000 udptl t38\n";
	char told[200];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(more); i++) {
		ktap_at("%s", more[i]);
		box_open(&box, 5060);
		box.neighbour_port = 20000;
		box.neighbour = box.self[BOX_INSIDE].inside;
		box.neighbour.b[3] = 13;
		REQUEST(IN, "INVITE", 1, "", i ? fax : sdp_in);
		snprintf(told, sizeof(told), "v=0\no=- 1 1 IN IP4 203.0.113.5\n"
			 "s=-\nc=IN IP4 203.0.113.5\nt=0 0\n%s", more[i]);
		ANSWER(OUT, "200 OK", "INVITE", 1, TAG, told);
		ktap_want(peer_is(40000, "192.168.0.13"));
		ktap_equal(box_hole(&box, 40000)->offer.peer_port, 21000);
		ktap_equal(box_hole(&box, 40000)->offer.peer_rtcp,
			   i ? 0 : 21100);
	}
}

static void forked(const void *arg)
{
	static const char other[] =
		"v=0\no=- 1 1 IN IP4 198.51.100.8\ns=-\n"
		"c=IN IP4 198.51.100.8\nt=0 0\nm=audio 20000 RTP/AVP 0\n";

	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "183 A", "INVITE", 1, ";tag=one", sdp_out);
	ktap_equal(box_holes(&box), 1);
	ANSWER(OUT, "183 B", "INVITE", 1, ";tag=two", other);
	/* Both may play something. */
	ktap_equal(box_holes(&box), 2);
	ANSWER(OUT, "200 OK", "INVITE", 1, ";tag=two", other);
	REQUEST(IN, "BYE", 2, ";tag=two", NULL);
	ANSWER(OUT, "200 OK", "BYE", 2, ";tag=two", NULL);
	ktap_equal(box_holes(&box), 0);
}

static void hold(const void *arg)
{
	static const char held[] =
		"v=0\no=- 1 2 IN IP4 192.168.0.12\ns=-\nc=IN IP4 0.0.0.0\n"
		"t=0 0\nm=audio 40000 RTP/AVP 0\n";
	const char *seen;

	box_open(&box, 5060);
	talk();
	seen = REQUEST(IN, "INVITE", 2, TAG, held);
	ktap_want(strstr(seen, "c=IN IP4 0.0.0.0\n"));
	ANSWER(OUT, "200 OK", "INVITE", 2, TAG, sdp_out);
	ktap_equal(box_holes(&box), 1);
	seen = REQUEST(IN, "INVITE", 3, TAG, sdp_in);
	ktap_want(strstr(seen, "m=audio 40000 "));
	ANSWER(OUT, "200 OK", "INVITE", 3, TAG, sdp_out);
	ktap_equal(box_holes(&box), 1);
	ktap_equal(box.count[NFIM_OFFERS], 1);
}

static const char sdp_moved[] =
	"v=0\no=- 1 2 IN IP4 192.168.0.12\ns=-\nc=IN IP4 192.168.0.12\n"
	"t=0 0\nm=audio 41000 RTP/AVP 0\n";

static void moved(const void *arg)
{
	box_open(&box, 5060);
	talk();
	REQUEST(IN, "INVITE", 2, TAG, sdp_moved);
	ktap_want(box_hole(&box, 40000) && box_hole(&box, 41000));
	ANSWER(OUT, "200 OK", "INVITE", 2, TAG, sdp_out);
	ktap_want(!box_hole(&box, 40000) && box_hole(&box, 41000));
}

static void move_refused(const void *arg)
{
	box_open(&box, 5060);
	talk();
	REQUEST(IN, "INVITE", 2, TAG, sdp_moved);
	ANSWER(OUT, "488 Not Acceptable", "INVITE", 2, TAG, NULL);
	ktap_want(box_hole(&box, 40000) && !box_hole(&box, 41000));
	ktap_equal(box_holes(&box), 1);
}

static void update(const void *arg)
{
	box_open(&box, 5060);
	talk();
	REQUEST(IN, "UPDATE", 2, TAG, sdp_moved);
	ANSWER(OUT, "200 OK", "UPDATE", 2, TAG, sdp_out);
	ktap_want(!box_hole(&box, 40000) && box_hole(&box, 41000));
}

static void refused(const void *arg)
{
	static const char *const status[] = {
		"486 Busy Here", "487 Terminated", "603 Decline", "503 Away",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(status); i++) {
		box_open(&box, 5060);
		REQUEST(IN, "INVITE", 1, "", sdp_in);
		ktap_equal(box_holes(&box), 1);
		send_msg(OUT, true, &(struct msg){
			.start = "SIP/2.0 486 No", .cseq = "1 INVITE",
			.to_tag = TAG });
		ktap_equal(box_holes(&box), 0);
	}
}

static void cancelled(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "180 Ringing", "INVITE", 1, TAG, NULL);
	REQUEST(IN, "CANCEL", 1, "", NULL);
	ANSWER(OUT, "200 OK", "CANCEL", 1, TAG, NULL);
	ktap_equal(box_holes(&box), 1);
	ANSWER(OUT, "487 Request Terminated", "INVITE", 1, TAG, NULL);
	ktap_equal(box_holes(&box), 0);
}

static void challenged(const void *arg)
{
	box_open(&box, 5060);
	box.taken = 40000;
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "407 Auth", "INVITE", 1, TAG, NULL);
	ktap_want(strstr(REQUEST(IN, "INVITE", 2, "", sdp_in),
			 "m=audio 40002 "));
	ANSWER(OUT, "200 OK", "INVITE", 2, TAG, sdp_out);
	ktap_equal(box_holes(&box), 1);
}

/* --- what must not work ------------------------------------------------------ */

static void forged_bye(const void *arg)
{
	box_open(&box, 5060);
	talk();
	/* Another tag, an old number, an answer to what was never asked. */
	REQUEST(OUT, "BYE", 5, ";tag=forged", NULL);
	ANSWER(IN, "200 OK", "BYE", 5, ";tag=forged", NULL);
	ktap_equal(box_holes(&box), 1);
	ANSWER(OUT, "200 OK", "BYE", 9, TAG, NULL);
	ktap_equal(box_holes(&box), 1);
	/* The other end does not know it either. */
	REQUEST(OUT, "BYE", 5, TAG, NULL);
	ANSWER(IN, "500 Out of order", "BYE", 5, TAG, NULL);
	ktap_equal(box_holes(&box), 1);
}

static void stale_answer(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 2, "", sdp_in);
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, sdp_out);
	ktap_want(is_reserved(40000));
	/* Nobody was called. */
	box_open(&box, 5060);
	ANSWER(OUT, "200 OK", "INVITE", 2, TAG, sdp_out);
	ANSWER(IN, "200 OK", "INVITE", 2, TAG, sdp_in);
	ktap_equal(box_holes(&box), 0);
}

static void foreign_address(const void *arg)
{
	static const char *const addr[] = {
		"192.168.0.34", "203.0.113.5", "198.51.100.7", "127.0.0.1",
		"224.0.0.1", "255.255.255.255", "192.168.000.012", "name.lan",
	};
	char sdp[512];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(addr); i++) {
		const char *seen;

		ktap_at("%s", addr[i]);
		snprintf(sdp, sizeof(sdp), "v=0\no=- 1 1 IN IP4 %s\ns=-\n"
			 "c=IN IP4 %s\nt=0 0\nm=audio 40000 RTP/AVP 0\n",
			 addr[i], addr[i]);
		box_open(&box, 5060);
		seen = REQUEST(IN, "INVITE", 1, "", sdp);
		ktap_equal(box_holes(&box), 0);
		ktap_want(strstr(seen, sdp));
	}
}

static void two_addresses(const void *arg)
{
	static const char sdp[] =
		"v=0\no=- 1 1 IN IP4 192.168.0.12\ns=-\n"
		"c=IN IP4 192.168.0.12\nt=0 0\n"
		"m=audio 40000 RTP/AVP 0\n"
		"m=video 40010 RTP/AVP 31\nc=IN IP4 192.168.0.34\n";
	const char *seen;

	box_open(&box, 5060);
	seen = REQUEST(IN, "INVITE", 1, "", sdp);
	ktap_equal(box_holes(&box), 1);
	ktap_want(box_hole(&box, 40000));
	ktap_want(strstr(seen, "c=IN IP4 203.0.113.5\n"));
	ktap_want(strstr(seen, "c=IN IP4 192.168.0.34\n"));
	ktap_equal(box.refused, NFIM_REFUSED_NOT_SELF);
}

static void third_party(const void *arg)
{
	static const char sdp[] =
		"v=0\no=- 1 1 IN IP4 192.168.0.34\ns=-\n"
		"c=IN IP4 192.168.0.34\nt=0 0\nm=audio 40000 RTP/AVP 0\n"
		"m=video 40010 RTP/AVP 31\nc=IN IP4 192.168.0.12\n"
		"m=audio 40020 RTP/AVP 0\nc=IN IP4 192.168.0.99\n";
	const char *seen;

	box_open(&box, 5060);
	box.policy.third_party[0] = (struct addr_prefix){
		.addr = { .len = 4, .b = { 192, 168, 0, 32 } },
		.bits = 28,
	};
	seen = REQUEST(IN, "INVITE", 1, "", sdp);
	ktap_equal(box_holes(&box), 2);
	ktap_equal(box_hole(&box, 40000)->listener.b[3], 34);
	ktap_equal(box_hole(&box, 40010)->listener.b[3], 12);
	ktap_want(strstr(seen, "o=- 1 1 IN IP4 203.0.113.5\n"));
	ktap_want(strstr(seen, "c=IN IP4 203.0.113.5\nt="));
	ktap_want(strstr(seen, "c=IN IP4 203.0.113.5\nm="));
	ktap_want(strstr(seen, "c=IN IP4 192.168.0.99\n"));
}

static void signed_body(const void *arg)
{
	const char *seen;

	box_open(&box, 6060);
	seen = send_msg(IN, true, &(struct msg){
		.start = "INVITE sip:b@198.51.100.7 SIP/2.0",
		.cseq = "1 INVITE", .to_tag = "", .body = sdp_in,
		.more = "Authorization: Digest realm=\"b\", qop=auth-int\n" });
	ktap_equal(box_holes(&box), 0);
	ktap_equal(box.refused, NFIM_REFUSED_UNREACHABLE);
	ktap_want(strstr(seen, sdp_in));
	ktap_want(strstr(seen, "Contact: <sip:203.0.113.5:6060>"));
}

static void many_calls(const void *arg)
{
	char sdp[512], call[16];
	u16 i;

	box_open(&box, 5060);
	for (i = 0; i < 8; i++) {
		snprintf(call, sizeof(call), "call%u", i);
		snprintf(sdp, sizeof(sdp), "v=0\no=- 1 1 IN IP4 192.168.0.12\n"
			 "s=-\nc=IN IP4 192.168.0.12\nt=0 0\n"
			 "m=audio %u RTP/AVP 0\n", 40000 + 2 * i);
		send_msg(IN, true, &(struct msg){
			.start = "INVITE sip:b@198.51.100.7 SIP/2.0",
			.cseq = "1 INVITE", .to_tag = "", .body = sdp,
			.call = call });
	}
	ktap_equal(box_holes(&box), 8);
	send_msg(OUT, true, &(struct msg){ .start = "SIP/2.0 486 Busy",
		 .cseq = "1 INVITE", .to_tag = TAG, .call = "call3" });
	ktap_equal(box_holes(&box), 7);
	ktap_want(!box_hole(&box, 40006));
	/* No room for a ninth: it passes, and opens nothing. */
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ktap_equal(box_holes(&box), 8);
}

static void agent(const void *arg)
{
	box_open(&box, 5060);
	send_msg(IN, true, &(struct msg){
		.start = "OPTIONS sip:b@198.51.100.7 SIP/2.0",
		.cseq = "1 OPTIONS", .to_tag = "",
		.more = "User-Agent: RTC/1.3.5470 (Messenger 5.1.0680)\n" });
	ktap_want(!strcmp(box.client.agent,
			  "RTC/1.3.5470 (Messenger 5.1.0680)"));
}

/* A phone that is only called says what it is in its answers. */
static void server(const void *arg)
{
	box_open(&box, 5060);
	send_msg(IN, true, &(struct msg){
		.start = "SIP/2.0 200 OK", .cseq = "1 OPTIONS", .to_tag = TAG,
		.more = "Server: baresip v1.0.0 (x86_64)\n" });
	ktap_want(!strcmp(box.client.agent, "baresip v1.0.0 (x86_64)"));
}

static const struct ktap_case cases[] = {
	{ "a call that goes out opens, lets its peer in, and closes", outgoing },
	{ "a call that comes in does", incoming },
	{ "an offer may come late, and be answered in the ACK", late_offer },
	{ "or be the host's own", late_offer_in },
	{ "a repeat says the same ports", repeated },
	{ "media may come from where the answer says", media_elsewhere },
	{ "a peer behind NAT comes from where it signals", nat_in_front_of_peer },
	{ "two phones behind us hear each other", both_inside },
	{ "and so is RTCP that was told at another port", both_inside_rtcp },
	{ "a neighbour's Contact stays the neighbour's", contact_of_neighbour },
	{ "forked calls have several peers", forked },
	{ "hold keeps what is open", hold },
	{ "another port replaces one when it is agreed on", moved },
	{ "but not when it is refused", move_refused },
	{ "UPDATE does the same", update },
	{ "a refused call is closed", refused },
	{ "a cancelled call is closed by the answer to INVITE", cancelled },
	{ "a challenged call keeps its port", challenged },
	{ "a BYE counts when it belongs to the call and is answered", forged_bye },
	{ "an answer counts for what was asked", stale_answer },
	{ "other hosts' addresses open nothing and stay", foreign_address },
	{ "one of two addresses may be the host's", two_addresses },
	{ "policy may let a host speak for others", third_party },
	{ "a body that credentials cover is left alone", signed_body },
	{ "calls on one connection do not touch each other", many_calls },
	{ "User-Agent is learnt", agent },
	{ "so is the Server of who answers", server },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
