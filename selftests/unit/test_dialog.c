// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/imsip: calls in all the ways that offers and answers may take. */

#include "../ktap.h"
#include "dialog.h"

static const char sdp_moved[] =
	"v=0\no=- 1 2 IN IP4 192.168.0.12\ns=-\nc=IN IP4 192.168.0.12\n"
	"t=0 0\nm=audio 41000 RTP/AVP 0\n";

/* Requests and answers of a party without a tag (RFC 2543). */
static void no_tags(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "100 Trying", "INVITE", 1, "", NULL);
	ANSWER(OUT, "200 OK", "INVITE", 1, "", sdp_out);
	ktap_equal(box_holes(&box), 1);
	REQUEST(OUT, "BYE", 1, "", NULL);
	ANSWER(IN, "200 OK", "BYE", 1, "", NULL);
	ktap_equal(box_holes(&box), 0);

	/* Not having a tag is no way around one. */
	box_open(&box, 5060);
	talk();
	REQUEST(OUT, "BYE", 1, "", NULL);
	ANSWER(IN, "481 No", "BYE", 1, "", NULL);
	ktap_equal(box_holes(&box), 1);
}

static void another_invite(const void *arg)
{
	box_open(&box, 5060);
	talk();
	/* The same Call-ID, and the highest number, of somebody else. */
	REQUEST(OUT, "INVITE", 2147483647, ";tag=forged", sdp_out);
	ANSWER(IN, "482 Loop", "INVITE", 2147483647, ";tag=forged", NULL);
	ktap_equal(box_holes(&box), 1);
	REQUEST(OUT, "BYE", 7, TAG, NULL);
	ANSWER(IN, "200 OK", "BYE", 7, TAG, NULL);
	ktap_equal(box_holes(&box), 0);
}

static void glare(const void *arg)
{
	box_open(&box, 5060);
	talk();
	REQUEST(IN, "INVITE", 2, TAG, sdp_moved);
	/* The other one asks as well; that is refused, this is not yet. */
	REQUEST(OUT, "INVITE", 5, TAG, sdp_out);
	ANSWER(IN, "491 Request Pending", "INVITE", 5, TAG, NULL);
	ktap_want(box_hole(&box, 40000) && box_hole(&box, 41000));
	ANSWER(OUT, "200 OK", "INVITE", 2, TAG, sdp_out);
	ktap_want(!box_hole(&box, 40000) && box_hole(&box, 41000));
}

static void answer_refused(const void *arg)
{
	box_open(&box, 5060);
	talk();
	/* An answer in a provisional response, and then a refusal. */
	REQUEST(OUT, "INVITE", 5, TAG, sdp_out);
	ANSWER(IN, "183 Progress", "INVITE", 5, TAG, sdp_moved);
	ktap_want(box_hole(&box, 40000) && box_hole(&box, 41000));
	ANSWER(IN, "488 No", "INVITE", 5, TAG, NULL);
	ktap_want(box_hole(&box, 40000) && !box_hole(&box, 41000));
	/* The same, and then an agreement that does not repeat it. */
	REQUEST(OUT, "INVITE", 6, TAG, sdp_out);
	ANSWER(IN, "183 Progress", "INVITE", 6, TAG, sdp_moved);
	ANSWER(IN, "200 OK", "INVITE", 6, TAG, NULL);
	ktap_want(!box_hole(&box, 40000) && box_hole(&box, 41000));
}

/* Descriptions are told apart by a number of eight bits. */
static void many_descriptions(const void *arg)
{
	unsigned int i;

	box_open(&box, 5060);
	talk();
	for (i = 0; i < 600; i++) {
		char cseq[16];

		ktap_at("%u", i);
		snprintf(cseq, sizeof(cseq), "%u INVITE", 10 + i);
		send_msg(IN, true, &(struct msg){
			.start = "INVITE sip:b@198.51.100.7 SIP/2.0",
			.cseq = cseq, .to_tag = TAG, .body = sdp_in });
		send_msg(OUT, true, &(struct msg){
			.start = i % 3 ? "SIP/2.0 491 Pending" :
					 "SIP/2.0 200 OK",
			.cseq = cseq, .to_tag = TAG });
		if (!ktap_want(box_hole(&box, 40000)))
			break;
	}
}

static void prack(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "183 Progress", "INVITE", 1, TAG, sdp_out);
	/* A new offer, which may be refused. */
	REQUEST(IN, "PRACK", 2, TAG, sdp_moved);
	ktap_want(box_hole(&box, 40000) && box_hole(&box, 41000));
	ANSWER(OUT, "488 No", "PRACK", 2, TAG, NULL);
	ktap_want(box_hole(&box, 40000) && !box_hole(&box, 41000));
	REQUEST(IN, "PRACK", 3, TAG, sdp_moved);
	ANSWER(OUT, "200 OK", "PRACK", 3, TAG, sdp_out);
	ktap_want(!box_hole(&box, 40000) && box_hole(&box, 41000));
	ktap_equal(box_hole(&box, 41000)->offer.peer_port, 30000);
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, NULL);
	ktap_equal(box_holes(&box), 1);
}

static void prack_answers(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", NULL);
	ANSWER(OUT, "183 Progress", "INVITE", 1, TAG, sdp_out);
	REQUEST(IN, "PRACK", 2, TAG, sdp_in);
	ktap_want(box_hole(&box, 40000));
	ktap_equal(box_hole(&box, 40000)->offer.peer_port, 30000);
	ANSWER(OUT, "200 OK", "PRACK", 2, TAG, NULL);
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, NULL);
	ktap_equal(box_holes(&box), 1);
}

static void update_refused(const void *arg)
{
	box_open(&box, 5060);
	talk();
	REQUEST(IN, "UPDATE", 2, TAG, sdp_moved);
	ANSWER(OUT, "504 Time-out", "UPDATE", 2, TAG, NULL);
	ktap_want(box_hole(&box, 40000) && !box_hole(&box, 41000));
	REQUEST(OUT, "UPDATE", 2, TAG, sdp_out);
	ANSWER(IN, "200 OK", "UPDATE", 2, TAG, sdp_moved);
	ktap_want(!box_hole(&box, 40000) && box_hole(&box, 41000));
}

static bool is_public(const char *seen)
{
	return strstr(seen, "c=IN IP4 203.0.113.5");
}

/* The module is loaded while they talk. */
static void in_the_middle(const void *arg)
{
	box_open(&box, 5060);
	ktap_want(is_public(REQUEST(IN, "UPDATE", 5, TAG, sdp_in)));
	ktap_want(is_reserved(40000));
	ktap_equal(box.call[0].secs, IMSIP_ENDING_SECS);
	ANSWER(OUT, "200 OK", "UPDATE", 5, TAG, sdp_out);
	ktap_want(box_hole(&box, 40000) && !is_reserved(40000));
	ktap_equal(box.call[0].secs, IMSIP_TALKING_SECS);
	ktap_want(is_public(REQUEST(IN, "INVITE", 6, TAG, sdp_in)));
	ANSWER(OUT, "491 Pending", "INVITE", 6, TAG, NULL);
	ktap_want(box_hole(&box, 40000));
	REQUEST(OUT, "BYE", 3, TAG, NULL);
	ANSWER(IN, "200 OK", "BYE", 3, TAG, NULL);
	ktap_want(!box_holes(&box) && !box.used[0]);

	/* The other one asks. */
	box_open(&box, 5060);
	REQUEST(OUT, "UPDATE", 5, TAG, sdp_out);
	ktap_want(is_public(ANSWER(IN, "200 OK", "UPDATE", 5, TAG, sdp_in)));
	ktap_want(box_hole(&box, 40000) && !is_reserved(40000));
	REQUEST(IN, "BYE", 3, TAG, NULL);
	ANSWER(OUT, "200 OK", "BYE", 3, TAG, NULL);
	ktap_want(!box_holes(&box) && !box.used[0]);

	/* It rings; the INVITE before it is refused. */
	box_open(&box, 5060);
	REQUEST(IN, "UPDATE", 5, TAG, sdp_in);
	ktap_equal(box_holes(&box), 1);
	ANSWER(OUT, "487 Terminated", "INVITE", 4, ";tag=other", NULL);
	ktap_want(!box_holes(&box) && !box.used[0]);

	box_open(&box, 5060);
	ktap_want(is_public(REQUEST(IN, "PRACK", 5, TAG, sdp_in)));
	ANSWER(OUT, "200 OK", "PRACK", 5, TAG, sdp_out);
	ktap_want(box_hole(&box, 40000) && !is_reserved(40000));
}

/* What is not of a call makes none. */
static void in_no_call(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(OUT, "UPDATE", 5, TAG, sdp_out);
	ANSWER(IN, "481 No", "UPDATE", 5, TAG, NULL);
	ktap_equal(box.call[0].secs, IMSIP_ENDING_SECS);
	box_open(&box, 5060);
	REQUEST(IN, "UPDATE", 5, TAG, sdp_in);
	ktap_want(is_reserved(40000));
	ANSWER(OUT, "401 Who", "UPDATE", 5, TAG, NULL);
	ktap_equal(box_holes(&box), 0);
	ktap_equal(box.call[0].secs, IMSIP_ENDING_SECS);
	box_open(&box, 5060);
	ktap_want(!is_public(REQUEST(IN, "UPDATE", 5, "", sdp_in)));
	REQUEST(IN, "UPDATE", 6, TAG, NULL);
	REQUEST(OUT, "PRACK", 6, TAG, NULL);
	ktap_want(!is_public(REQUEST(IN, "BYE", 7, TAG, sdp_in)));
	ktap_want(!box.used[0] && !box_holes(&box));
}

/* After a long hold nothing is left of the way in. */
static void resumed(const void *arg)
{
	struct box_hole *h;

	box_open(&box, 5060);
	box.taken = 40000;
	talk();
	h = (struct box_hole *)box_hole(&box, 40000);
	ktap_equal(h->outside_port, 40002);
	h->used = false;
	box.taken = 0;
	REQUEST(IN, "INVITE", 2, TAG, sdp_in);
	ANSWER(OUT, "200 OK", "INVITE", 2, TAG, sdp_out);
	if (ktap_want(box_hole(&box, 40000)))
		ktap_equal(box_hole(&box, 40000)->outside_port, 40002);
	ktap_equal(box.opened, 3);
	/* What is there is left alone, as often as it is said. */
	REQUEST(IN, "INVITE", 3, TAG, sdp_in);
	REQUEST(IN, "INVITE", 3, TAG, sdp_in);
	ktap_equal(box.opened, 3);
}

static u32 waiting(void)
{
	u32 n = 0;

	while (imsip_waiting(box.call, n))
		n++;
	return n;
}

static void rings(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ktap_equal(waiting(), 0);
	/* Nobody may ever answer. */
	ktap_equal(box.call[0].secs, IMSIP_ENDING_SECS);
	ANSWER(OUT, "180 Ringing", "INVITE", 1, TAG, NULL);
	ktap_equal(waiting(), 1);
	ktap_equal(imsip_waiting(box.call, 0),
		   box_hole(&box, 40000)->offer.cookie);
	ktap_equal(box.call[0].secs, IMSIP_RINGING_SECS);
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, sdp_out);
	ktap_equal(waiting(), 0);
	ktap_equal(box.call[0].secs, IMSIP_TALKING_SECS);
	REQUEST(IN, "BYE", 2, TAG, NULL);
	ktap_equal(box.call[0].secs, IMSIP_ENDING_SECS);
}

/* Strangers may call all day; it takes the host to make a call of it. */
static void strangers(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(OUT, "INVITE", 1, TAG, sdp_out);
	ktap_want(box.call[0].secs <= IMSIP_ENDING_SECS);
	ANSWER(IN, "180 Ringing", "INVITE", 1, TAG, NULL);
	ktap_equal(box.call[0].secs, IMSIP_RINGING_SECS);
	REQUEST(OUT, "INVITE", 1, TAG, sdp_out);
	ktap_equal(box.call[0].secs, IMSIP_RINGING_SECS);
	ANSWER(IN, "486 Busy", "INVITE", 1, TAG, NULL);
	ktap_want(!box.used[0]);
}

/* A Contact at a port that is not the one of the connection. */
static void other_contact(const void *arg)
{
	static const char invite[] =
		"INVITE sip:b@198.51.100.7 SIP/2.0\n"
		"Via: SIP/2.0/UDP 192.168.0.12:7100;branch=z9hG4bKa\n"
		"From: <sip:a@x>;tag=in\nTo: <sip:b@x>\nCall-ID: c1\n"
		"CSeq: 1 INVITE\nContact: <sip:192.168.0.12:7100>\n"
		"Content-Length: 0\n\n";
	static const char subscribe[] =
		"SUBSCRIBE sip:b@198.51.100.7 SIP/2.0\n"
		"Via: SIP/2.0/UDP 192.168.0.12:7100;branch=z9hG4bKa\n"
		"From: <sip:a@x>;tag=s\nTo: <sip:b@x>\nCall-ID: s1\n"
		"CSeq: 1 SUBSCRIBE\nContact: <sip:192.168.0.12:7100>\n"
		"Content-Length: 0\n\n";
	static const char subscribed[] =
		"SIP/2.0 200 OK\n"
		"Via: SIP/2.0/UDP 203.0.113.5:7100;branch=z9hG4bKa\n"
		"From: <sip:a@x>;tag=s\nTo: <sip:b@x>;tag=t\nCall-ID: s1\n"
		"CSeq: 1 SUBSCRIBE\nContact: <sip:198.51.100.7>\n"
		"Content-Length: 0\n\n";
	const char *seen;

	box_open(&box, 5060);
	/* Nothing is known of that port. */
	ktap_want(strstr(box_send(&box, IN, subscribe),
			 "Contact: <sip:192.168.0.12:7100>"));
	seen = box_send(&box, IN, invite);
	ktap_want(is_reserved(7100));
	ktap_want(strstr(seen, "Contact: <sip:203.0.113.5:7100>"));
	ktap_equal(box_hole(&box, 7100)->offer.lifetime, IMSIP_LISTEN_SECS);
	ANSWER(OUT, "180 Ringing", "INVITE", 1, TAG, NULL);
	ktap_want(box_hole(&box, 7100) && !is_reserved(7100));
	ktap_equal(waiting(), 1);
	/* Other messages may name it then, and a second call keeps it. */
	seen = box_send(&box, IN, subscribe);
	ktap_want(strstr(seen, "Contact: <sip:203.0.113.5:7100>"));
	ktap_want(strstr(seen, "Via: SIP/2.0/UDP 203.0.113.5:7100;"));
	seen = box_send(&box, OUT, subscribed);
	ktap_want(strstr(seen, "Via: SIP/2.0/UDP 192.168.0.12:7100;"));
	box_send(&box, IN, invite);
	ktap_equal(box_holes(&box), 1);
	ktap_want(!is_reserved(7100));
}

static const struct ktap_case cases[] = {
	{ "parties without tags can end their call", no_tags },
	{ "an INVITE with the same Call-ID is not of the call", another_invite },
	{ "both ends ask at once", glare },
	{ "an answer holds when the request does", answer_refused },
	{ "a call may be described hundreds of times", many_descriptions },
	{ "an offer in PRACK holds when it is agreed on", prack },
	{ "an answer in PRACK is taken", prack_answers },
	{ "UPDATE may be refused, and may come from outside", update_refused },
	{ "a call may be met in its middle", in_the_middle },
	{ "what is of no call makes none", in_no_call },
	{ "after a hold the way in is opened again", resumed },
	{ "what rings for long waits as long", rings },
	{ "calls of strangers are soon forgotten", strangers },
	{ "requests may be taken at another port", other_contact },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
