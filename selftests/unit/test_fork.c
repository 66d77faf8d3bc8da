// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/imsip: one call on several ways, and between several parties. */

#include "../ktap.h"
#include "dialog.h"

/* --- an INVITE that arrives more than once --------------------------------- */

#define ONE	"198.51.100.7:5060;branch=z9hG4bKone"
#define TWO	"198.51.100.7:5060;branch=z9hG4bKtwo"
#define NONE	"198.51.100.7:5060"

/* Somebody outside calls: From has tag out, To none in requests. */
static const char *called(const char *via)
{
	snprintf(text, sizeof(text),
		 "INVITE sip:a@203.0.113.5 SIP/2.0\nVia: SIP/2.0/UDP %s\n"
		 "From: <sip:b@x>;tag=out\nTo: <sip:a@x>\nCall-ID: c1\n"
		 "CSeq: 1 INVITE\nContact: <sip:198.51.100.7>\n"
		 "Content-Type: application/sdp\nContent-Length: ?\n\n%s",
		 via, sdp_out);
	return box_send(&box, OUT, text);
}

static const char *answers(const char *via, const char *status,
			   const char *to_tag, const char *sdp)
{
	snprintf(text, sizeof(text),
		 "SIP/2.0 %s\nVia: SIP/2.0/UDP %s\n"
		 "From: <sip:b@x>;tag=out\nTo: <sip:a@x>;tag=%s\nCall-ID: c1\n"
		 "CSeq: 1 INVITE\nContact: <sip:192.168.0.12>\n"
		 "%sContent-Length: ?\n\n%s", status, via, to_tag,
		 *sdp ? "Content-Type: application/sdp\n" : "", sdp);
	return box_send(&box, IN, text);
}

static bool is_private(const char *seen)
{
	return strstr(seen, "c=IN IP4 192.168.0.12");
}

/* A registrar has two bindings of one phone (RFC 3261 8.2.2.2). */
static void merged(const void *arg)
{
	static const char *const refusals[] = { "482 Loop", "486 Busy" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refusals); i++) {
		ktap_at("%s", refusals[i]);
		box_open(&box, 5060);
		called(ONE);
		answers(ONE, "183 Progress", "t1", sdp_in);
		called(TWO);
		answers(TWO, refusals[i], "t2", "");
		ktap_equal(box_holes(&box), 1);
		ktap_equal(box.call[0].secs, IMSIP_RINGING_SECS);
		ktap_want(!is_private(answers(ONE, "200 OK", "t1", sdp_in)));
		ktap_equal(box_holes(&box), 1);
	}
	/* The one that rings is refused as well. */
	box_open(&box, 5060);
	called(ONE);
	called(TWO);
	answers(TWO, "482 Loop", "t2", "");
	ktap_equal(box.call[0].secs, IMSIP_ENDING_SECS);
	answers(ONE, "183 Progress", "t1", sdp_in);
	answers(TWO, "482 Loop", "t2", "");
	ktap_equal(box_holes(&box), 1);
	answers(ONE, "603 Decline", "t1", "");
	ktap_equal(box_holes(&box), 0);
	ktap_want(!box.used[0]);
}

/* What the caller sends does not keep what the host has refused. */
static void asked_in_vain(const void *arg)
{
	box_open(&box, 5060);
	called(ONE);
	answers(ONE, "183 Progress", "t1", sdp_in);
	called(TWO);
	answers(ONE, "486 Busy", "t1", "");
	ktap_equal(box_holes(&box), 0);
	ktap_want(!box.used[0]);
}

/* RFC 2543 knows no branch. */
static void without_branch(const void *arg)
{
	box_open(&box, 5060);
	called(NONE);
	answers(NONE, "183 Progress", "t1", sdp_in);
	answers(NONE, "486 Busy", "t1", "");
	ktap_want(!box_holes(&box) && !box.used[0]);
	/* Nor does one that loses it. */
	called(ONE);
	answers(ONE, "183 Progress", "t1", sdp_in);
	answers(NONE, "486 Busy", "t1", "");
	ktap_want(!box_holes(&box) && !box.used[0]);
}

/* A proxy forks our own INVITE to others, and back to us. */
static void looped(const void *arg)
{
	static const char *const refusals[] = {
		"SIP/2.0 482 Loop", "SIP/2.0 486 Busy",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refusals); i++) {
		ktap_at("%s", refusals[i]);
		box_open(&box, 5060);
		REQUEST(IN, "INVITE", 1, "", sdp_in);
		send_msg(OUT, true, &(struct msg){
			.start = "INVITE sip:a@203.0.113.5 SIP/2.0",
			.cseq = "1 INVITE", .to_tag = "", .via = ONE });
		send_msg(IN, true, &(struct msg){
			.start = refusals[i],
			.cseq = "1 INVITE", .to_tag = ";tag=me", .via = ONE });
		ktap_equal(box_holes(&box), 1);
		ANSWER(OUT, "200 OK", "INVITE", 1, ";tag=mobile", sdp_out);
		ktap_equal(box_holes(&box), 1);
		ktap_want(!is_reserved(40000) && box.call[0].confirmed);
	}
}

/* A proxy inside forks: each branch has its own answer. */
static void forked_inside(const void *arg)
{
	static const struct msg invite = {
		.start = "INVITE sip:b@198.51.100.7 SIP/2.0",
		.cseq = "1 INVITE", .to_tag = "", .body = sdp_in,
	};
	struct msg m = invite;
	char via[64];
	int i;

	box_open(&box, 5060);
	m.via = via;
	for (i = 0; i < 2 * IMSIP_BRANCHES; i++) {
		snprintf(via, sizeof(via), "192.168.0.12;branch=z9hG4bK%d", i);
		m.start = invite.start;
		send_msg(IN, true, &m);
	}
	while (i--) {
		ktap_at("%d", i);
		ktap_equal(box_holes(&box), i >= IMSIP_BRANCHES);
		snprintf(via, sizeof(via), "203.0.113.5;branch=z9hG4bK%d", i);
		send_msg(OUT, true, &(struct msg){
			.start = "SIP/2.0 486 Busy", .cseq = "1 INVITE",
			.to_tag = TAG, .via = via });
	}
}

/* What is asked again, with credentials, is another request. */
static void asked_anew(const void *arg)
{
	box_open(&box, 5060);
	send_msg(IN, true, &(struct msg){
		.start = "INVITE sip:b@198.51.100.7 SIP/2.0",
		.cseq = "1 INVITE", .to_tag = "", .body = sdp_in,
		.via = "192.168.0.12;branch=z9hG4bKfirst" });
	/* Its 407 is lost, or came on another way. */
	REQUEST(IN, "INVITE", 2, "", sdp_in);
	ANSWER(OUT, "486 Busy", "INVITE", 2, TAG, NULL);
	ktap_equal(box_holes(&box), 0);
}

static void cancelled_branch(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "180 Ringing", "INVITE", 1, TAG, NULL);
	send_msg(OUT, true, &(struct msg){
		.start = "INVITE sip:a@203.0.113.5 SIP/2.0",
		.cseq = "1 INVITE", .to_tag = "", .via = ONE });
	send_msg(OUT, true, &(struct msg){
		.start = "CANCEL sip:a@203.0.113.5 SIP/2.0",
		.cseq = "1 CANCEL", .to_tag = "", .via = ONE });
	ktap_equal(box.call[0].secs, IMSIP_RINGING_SECS);
	REQUEST(IN, "CANCEL", 1, "", NULL);
	ktap_equal(box.call[0].secs, IMSIP_ENDING_SECS);
}

/* --- several who take the call ---------------------------------------------- */

#define A	";tag=A"
#define B	";tag=B"

static void both_take(void)
{
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "200 OK", "INVITE", 1, A, sdp_out);
	REQUEST(IN, "ACK", 1, A, NULL);
	ANSWER(OUT, "200 OK", "INVITE", 1, B, sdp_out);
	REQUEST(IN, "ACK", 1, B, NULL);
}

/* RFC 3261 13.2.2.4: all but one are told that it is over. */
static void two_answers(const void *arg)
{
	both_take();
	REQUEST(IN, "BYE", 2, B, NULL);
	ktap_equal(box.call[0].secs, IMSIP_TALKING_SECS);
	ANSWER(OUT, "200 OK", "BYE", 2, B, NULL);
	ktap_equal(box_holes(&box), 1);
	ktap_want(strstr(REQUEST(IN, "INVITE", 3, A, sdp_in),
			 "c=IN IP4 203.0.113.5"));
	ANSWER(OUT, "200 OK", "INVITE", 3, A, sdp_out);
	/* It says once more what it had said before that. */
	ANSWER(OUT, "200 OK", "INVITE", 1, B, sdp_out);
	REQUEST(IN, "ACK", 1, B, NULL);
	REQUEST(OUT, "BYE", 9, A, NULL);
	ktap_equal(box.call[0].secs, IMSIP_ENDING_SECS);
	ANSWER(IN, "200 OK", "BYE", 9, A, NULL);
	ktap_want(!box_holes(&box) && !box.used[0]);
}

/* Who is told does not keep the call by not agreeing. */
static void does_not_go(const void *arg)
{
	both_take();
	REQUEST(IN, "BYE", 2, B, NULL);
	ANSWER(OUT, "500 No", "BYE", 2, B, NULL);
	REQUEST(IN, "BYE", 2, A, NULL);
	ktap_equal(box.call[0].secs, IMSIP_ENDING_SECS);
	ANSWER(OUT, "403 No", "BYE", 2, A, NULL);
	ktap_equal(box.call[0].secs, IMSIP_ENDING_SECS);
	REQUEST(IN, "BYE", 3, A, NULL);
	ANSWER(OUT, "408 Timeout", "BYE", 3, A, NULL);
	ktap_want(!box_holes(&box) && !box.used[0]);

	/* Nor does one whom the host never listened to. */
	box_open(&box, 5060);
	talk();
	ANSWER(OUT, "200 OK", "INVITE", 1, B, sdp_out);
	REQUEST(IN, "BYE", 2, TAG, NULL);
	ANSWER(OUT, "200 OK", "BYE", 2, TAG, NULL);
	ktap_want(!box_holes(&box) && !box.used[0]);
}

static void bye_refused(const void *arg)
{
	box_open(&box, 5060);
	talk();
	REQUEST(OUT, "BYE", 9, TAG, NULL);
	ktap_equal(box.call[0].secs, IMSIP_ENDING_SECS);
	ANSWER(IN, "500 Out of order", "BYE", 9, TAG, NULL);
	ktap_equal(box.call[0].secs, IMSIP_TALKING_SECS);
	ktap_equal(box_holes(&box), 1);
}

/* Others of those who ring may still take it (RFC 3261 15). */
static void early_bye(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "183 A", "INVITE", 1, A, sdp_out);
	ANSWER(OUT, "183 B", "INVITE", 1, B, sdp_out);
	REQUEST(IN, "BYE", 2, B, NULL);
	ktap_equal(box.call[0].secs, IMSIP_RINGING_SECS);
	ANSWER(OUT, "200 OK", "BYE", 2, B, NULL);
	ktap_equal(box_holes(&box), 1);
	/* It had taken the call before it was told. */
	ANSWER(OUT, "200 OK", "INVITE", 1, B, sdp_out);
	ktap_want(!box.call[0].confirmed);
	ANSWER(OUT, "200 OK", "INVITE", 1, A, sdp_out);
	REQUEST(IN, "ACK", 1, A, NULL);
	ktap_equal(box_holes(&box), 1);
	ktap_equal(box.call[0].secs, IMSIP_TALKING_SECS);
	/* Nor does one that never took it end it now. */
	REQUEST(OUT, "BYE", 9, B, NULL);
	ANSWER(IN, "481 No", "BYE", 9, B, NULL);
	ktap_equal(box_holes(&box), 1);

	/* All are told, and the INVITE is refused for that. */
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "183 B", "INVITE", 1, B, sdp_out);
	REQUEST(IN, "BYE", 2, B, NULL);
	ANSWER(OUT, "200 OK", "BYE", 2, B, NULL);
	ANSWER(OUT, "487 Terminated", "INVITE", 1, B, NULL);
	ktap_want(!box_holes(&box) && !box.used[0]);

	/* The 200 passes the BYE. */
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "183 B", "INVITE", 1, B, sdp_out);
	REQUEST(IN, "BYE", 2, B, NULL);
	ANSWER(OUT, "200 OK", "INVITE", 1, B, sdp_out);
	ANSWER(OUT, "200 OK", "BYE", 2, B, NULL);
	ktap_want(!box_holes(&box) && !box.used[0]);
}

/* --- numbers ----------------------------------------------------------------- */

static const char sdp_moved[] =
	"v=0\no=- 1 2 IN IP4 192.168.0.12\ns=-\nc=IN IP4 192.168.0.12\n"
	"t=0 0\nm=audio 41000 RTP/AVP 0\n";

static void both_ring(const char *sdp)
{
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp);
	ANSWER(OUT, "183 A", "INVITE", 1, A, sdp_out);
	ANSWER(OUT, "183 B", "INVITE", 1, B, sdp_out);
}

/* Each dialog counts for itself (RFC 3261 12.2.1.1). */
static void numbers(const void *arg)
{
	both_ring(sdp_in);
	REQUEST(OUT, "UPDATE", 1000, A, sdp_out);
	ktap_want(!is_private(ANSWER(IN, "200 OK", "UPDATE", 1000, A, sdp_in)));
	ANSWER(OUT, "200 OK", "INVITE", 1, B, sdp_out);
	REQUEST(IN, "ACK", 1, B, NULL);
	REQUEST(OUT, "UPDATE", 7, B, sdp_out);
	ktap_want(!is_private(ANSWER(IN, "200 OK", "UPDATE", 7, B, sdp_in)));
	REQUEST(OUT, "INVITE", 8, B, sdp_out);
	ktap_want(!is_private(ANSWER(IN, "200 OK", "INVITE", 8, B, sdp_in)));
	/* Within one they still count. */
	REQUEST(OUT, "UPDATE", 6, B, sdp_out);
	ktap_want(is_private(ANSWER(IN, "200 OK", "UPDATE", 6, B, sdp_in)));
	/* What answers the first INVITE is old by now. */
	REQUEST(IN, "INVITE", 2, B, sdp_moved);
	ANSWER(OUT, "200 OK", "INVITE", 1, B, sdp_out);
	ktap_want(box_hole(&box, 40000) && box_hole(&box, 41000));
	ANSWER(OUT, "200 OK", "INVITE", 2, B, sdp_out);
	ktap_want(!box_hole(&box, 40000) && box_hole(&box, 41000));

	both_ring(NULL);
	REQUEST(IN, "PRACK", 2, A, sdp_in);
	REQUEST(IN, "PRACK", 3, A, NULL);
	ktap_want(!is_private(REQUEST(IN, "PRACK", 2, B, sdp_in)));
}

/* Two dialogs may have the same number for different things. */
static void same_number(const void *arg)
{
	both_ring(sdp_in);
	REQUEST(IN, "UPDATE", 2, A, sdp_in);
	REQUEST(IN, "UPDATE", 2, B, sdp_moved);
	ANSWER(OUT, "488 No", "UPDATE", 2, A, NULL);
	ktap_want(box_hole(&box, 40000) && box_hole(&box, 41000));
	ANSWER(OUT, "488 No", "UPDATE", 2, B, NULL);
	ktap_want(box_hole(&box, 40000) && !box_hole(&box, 41000));
}

/* What one was told is not what another was. */
static void moved_for_one(const void *arg)
{
	/* One who rings is told of another port, and the other one answers. */
	both_ring(sdp_in);
	REQUEST(IN, "UPDATE", 2, A, sdp_moved);
	ANSWER(OUT, "200 OK", "UPDATE", 2, A, sdp_out);
	ktap_want(box_hole(&box, 40000) && box_hole(&box, 41000));
	ANSWER(OUT, "200 OK", "INVITE", 1, B, sdp_out);
	REQUEST(IN, "ACK", 1, B, NULL);
	ktap_want(box_hole(&box, 40000));
	/* What is agreed on with it alone is all there is. */
	REQUEST(IN, "INVITE", 2, B, sdp_in);
	ANSWER(OUT, "200 OK", "INVITE", 2, B, sdp_out);
	ktap_want(box_hole(&box, 40000) && !box_hole(&box, 41000));

	both_take();
	REQUEST(IN, "INVITE", 2, A, sdp_moved);
	ANSWER(OUT, "200 OK", "INVITE", 2, A, sdp_out);
	ktap_want(box_hole(&box, 40000) && box_hole(&box, 41000));
	REQUEST(IN, "BYE", 2, B, NULL);
	REQUEST(IN, "INVITE", 3, A, sdp_moved);
	ANSWER(OUT, "200 OK", "INVITE", 3, A, sdp_out);
	ktap_want(!box_hole(&box, 40000) && box_hole(&box, 41000));

	/* One of two is told that it is over. */
	both_ring(sdp_in);
	REQUEST(IN, "BYE", 2, A, NULL);
	ANSWER(OUT, "200 OK", "BYE", 2, A, NULL);
	REQUEST(IN, "UPDATE", 2, B, sdp_moved);
	ANSWER(OUT, "200 OK", "UPDATE", 2, B, sdp_out);
	ktap_want(!box_hole(&box, 40000) && box_hole(&box, 41000));
}

/* Who answers without a tag, or with one of its own, was still asked. */
static void answers_untagged(const void *arg)
{
	static const char *const tags[] = { "", ";tag=proxy" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tags); i++) {
		box_open(&box, 5060);
		talk();
		REQUEST(IN, "BYE", 2, TAG, NULL);
		ANSWER(OUT, "408 Timeout", "BYE", 2, tags[i], NULL);
		ktap_equal(box_holes(&box), 0);
	}
}

/* Those who have the call are not forgotten for those who only ring. */
static void bye_untagged(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, sdp_out);
	REQUEST(IN, "BYE", 2, "", NULL);
	ktap_equal(box.call[0].secs, IMSIP_ENDING_SECS);
	ANSWER(OUT, "200 OK", "BYE", 2, TAG, NULL);
	ktap_want(!box_holes(&box) && !box.used[0]);
	/* Of two who took it nobody is meant. */
	box_open(&box, 5060);
	both_take();
	REQUEST(IN, "BYE", 2, "", NULL);
	ANSWER(OUT, "200 OK", "BYE", 2, "", NULL);
	ktap_equal(box.call[0].secs, IMSIP_TALKING_SECS);
	ktap_equal(box_holes(&box), 1);
}

static void many_ring(const void *arg)
{
	char tag[24];
	int i;

	box_open(&box, 5060);
	talk();
	for (i = 0; i < 2 * IMSIP_PARTIES; i++) {
		snprintf(tag, sizeof(tag), ";tag=t%d", i);
		ANSWER(OUT, "180 Ringing", "INVITE", 1, tag, NULL);
	}
	REQUEST(OUT, "BYE", 1, TAG, NULL);
	ANSWER(IN, "200 OK", "BYE", 1, TAG, NULL);
	ktap_want(!box_holes(&box) && !box.used[0]);
}

static const struct ktap_case cases[] = {
	{ "a merged INVITE may be refused", merged },
	{ "nobody but the host says what rings", asked_in_vain },
	{ "an INVITE may have no branch", without_branch },
	{ "our own INVITE may come back", looped },
	{ "a proxy inside may fork", forked_inside },
	{ "an INVITE with another number is another one", asked_anew },
	{ "one of two INVITEs may be cancelled", cancelled_branch },
	{ "of two who take a call one may stay", two_answers },
	{ "nobody stays against the host's will", does_not_go },
	{ "a BYE may be refused", bye_refused },
	{ "one who rings may be told to stop", early_bye },
	{ "each dialog counts for itself", numbers },
	{ "two dialogs may have the same number", same_number },
	{ "a port stays that another one was told", moved_for_one },
	{ "a tag may be missing in an answer", answers_untagged },
	{ "or in a BYE", bye_untagged },
	{ "who has the call is not forgotten", many_ring },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
