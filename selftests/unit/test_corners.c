// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/imsip: what hardly anybody says, and what cannot be done. */

#include "../ktap.h"
#include "dialog.h"

#define HEAD "v=0\no=- 1 1 IN IP4 192.168.0.12\ns=-\n" \
	     "c=IN IP4 192.168.0.12\nt=0 0\n"

static char big[BOX_TEXT];

static void malformed(const void *arg)
{
	box_open(&box, 5060);
	box_send(&box, IN, "INVITE sip:b@x SIP/2.0\nVia: x\n\n");
	ktap_equal(box.result, SIP_MALFORMED);
	ktap_equal(box.count[NFIM_REFUSED_MALFORMED], 1);
	box_send(&box, IN, "GET / HTTP/1.1\n\n");
	ktap_equal(box.result, SIP_FOREIGN);
	box_send(&box, IN, "\n\n");
	ktap_equal(box.result, SIP_KEEPALIVE);
	ktap_equal(box.count[NFIM_REFUSED_MALFORMED], 1);
	/* A description where none belongs. */
	REQUEST(IN, "OPTIONS", 1, "", sdp_in);
	ANSWER(IN, "200 OK", "OPTIONS", 1, TAG, sdp_in);
	ktap_equal(box_holes(&box), 0);
}

static void parts(const void *arg)
{
	size_t n;
	int i;

	n = (size_t)snprintf(big, sizeof(big),
		"INVITE sip:b@198.51.100.7 SIP/2.0\n"
		"Via: SIP/2.0/UDP 192.168.0.12:5060;branch=z9hG4bKin\n"
		"From: <sip:a@x>;tag=in\nTo: <sip:b@x>\nCall-ID: c1\n"
		"CSeq: 1 INVITE\nContact: <sip:192.168.0.12:5060>\n"
		"Content-Type: multipart/mixed;boundary=x\n"
		"Content-Length: ?\n\n");
	for (i = 0; i < 20; i++)
		n += (size_t)snprintf(big + n, sizeof(big) - n,
			"--x\nContent-Type: application/sdp\n\n%s", sdp_in);
	box_open(&box, 6060);
	ktap_want(strstr(box_send(&box, IN, big), "c=IN IP4 192.168.0.12\n"));
	ktap_want(strstr(box.out, "Contact: <sip:203.0.113.5:6060>"));
	ktap_equal(box_holes(&box), 0);
}

/* What is compressed is not read, nor is what stands beside it as another way. */
static void encoded(const void *arg)
{
	static const char *const types[] = {
		"Content-Type: application/sdp\nContent-Encoding: gzip\n",
		"Content-Type: multipart/alternative;boundary=x\n",
	};
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		ktap_at("%s", types[i]);
		n = (size_t)snprintf(big, sizeof(big),
			"INVITE sip:b@198.51.100.7 SIP/2.0\n"
			"Via: SIP/2.0/UDP 192.168.0.12:5060;branch=z9hG4bKin\n"
			"From: <sip:a@x>;tag=in\nTo: <sip:b@x>\nCall-ID: c1\n"
			"CSeq: 1 INVITE\nContact: <sip:192.168.0.12:5060>\n"
			"%sContent-Length: ?\n\n", types[i]);
		if (i)
			n += (size_t)snprintf(big + n, sizeof(big) - n,
				"--x\nContent-Type: application/sdp\n"
				"Content-Encoding: gzip\n\n%s--x\n"
				"Content-Type: application/sdp\n\n%s--x--\n",
				sdp_in, sdp_in);
		else
			snprintf(big + n, sizeof(big) - n, "%s", sdp_in);
		box_open(&box, 6060);
		ktap_want(strstr(box_send(&box, IN, big),
				 "c=IN IP4 192.168.0.12\n"));
		ktap_want(!strstr(box.out, "c=IN IP4 203.0.113.5"));
		ktap_want(strstr(box.out, "Contact: <sip:203.0.113.5:6060>"));
		ktap_equal(box_holes(&box), 0);
	}
}

static void agents(const void *arg)
{
	box_open(&box, 5060);
	send_msg(IN, true, &(struct msg){
		.start = "OPTIONS sip:b@198.51.100.7 SIP/2.0",
		.cseq = "1 OPTIONS", .to_tag = "",
		.more = "User-Agent: Caf\303\251\tphone/1.0~\n" });
	ktap_want(!strcmp(box.client.agent, "Caf???phone/1.0~"));
	/* Without a name nothing is learnt. */
	send_msg(IN, true, &(struct msg){
		.start = "OPTIONS sip:b@198.51.100.7 SIP/2.0",
		.cseq = "2 OPTIONS", .to_tag = "",
		.more = "User-Agent:\n" });
	ktap_want(!strcmp(box.client.agent, "Caf???phone/1.0~"));
}

static void no_edit(const void *arg)
{
	box_open(&box, 6060);
	box.no_edit = true;
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ktap_equal(box.edits, 0);
	ktap_equal(box_holes(&box), 0);
	/* Nor is there another way to a port that nobody is told. */
	box_open(&box, 5060);
	box.no_edit = true;
	send_msg(IN, true, &(struct msg){
		.start = "INVITE sip:b@198.51.100.7 SIP/2.0",
		.cseq = "1 INVITE", .to_tag = "",
		.more = "Contact: <sip:a@192.168.0.12:5090>\n" });
	ktap_equal(box_holes(&box), 0);
	/* Nor is a port that cannot be had announced. */
	box_open(&box, 5060);
	box.full = true;
	ktap_want(strstr(REQUEST(IN, "INVITE", 1, "", sdp_in),
			 "c=IN IP4 192.168.0.12\nt=0 0\nm=audio 40000 "));
	ktap_equal(box.refused, NFIM_REFUSED_TABLE_FULL);
}

/* More edits than fit: then none, and nothing is open. */
static void many_edits(const void *arg)
{
	size_t n;
	int i;

	n = (size_t)snprintf(big, sizeof(big), HEAD "m=audio 40000 RTP/AVP 0\n");
	for (i = 0; i < NFIM_SDP_CANDIDATES; i++)
		n += (size_t)snprintf(big + n, sizeof(big) - n,
			"a=candidate:%d 1 UDP 1 %s 40000 typ srflx raddr %s rport 40000\n",
			10 + i, "192.168.0.12", "192.168.0.12");
	box_open(&box, 5060);
	box.taken = 40000;
	ktap_want(strstr(send_msg(IN, true, &(struct msg){
		.start = "INVITE sip:b@198.51.100.7 SIP/2.0",
		.cseq = "1 INVITE", .to_tag = "", .body = big }), big));
	ktap_equal(box_holes(&box), 0);
}

static void many_offers(const void *arg)
{
	size_t n;
	int i;

	n = (size_t)snprintf(big, sizeof(big), "%s", HEAD);
	for (i = 0; i < 20; i++)
		n += (size_t)snprintf(big + n, sizeof(big) - n,
				      "m=audio 22 RTP/AVP 0\n");
	for (i = 0; i < 20; i++)
		n += (size_t)snprintf(big + n, sizeof(big) - n,
				      "m=audio %d RTP/AVP 0\n", 30 + 2 * i);
	box_open(&box, 5060);
	send_msg(IN, true, &(struct msg){
		.start = "INVITE sip:b@198.51.100.7 SIP/2.0",
		.cseq = "1 INVITE", .to_tag = "", .body = big });
	ktap_equal(box_holes(&box), 0);
}

static void parties(const void *arg)
{
	char tag[24];
	int i;

	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	for (i = 0; i < 9; i++) {
		snprintf(tag, sizeof(tag), ";tag=t%d", i);
		ANSWER(OUT, "183 P", "INVITE", 1, tag, sdp_out);
	}
	ANSWER(OUT, "200 OK", "INVITE", 1, ";tag=t8", sdp_out);
	REQUEST(OUT, "BYE", 3, ";tag=t0", NULL);
	ANSWER(IN, "200 OK", "BYE", 3, ";tag=t0", NULL);
	ktap_equal(box_holes(&box), 1);
	/* An old number, a call that nobody knows. */
	REQUEST(IN, "UPDATE", 9, ";tag=t8", NULL);
	REQUEST(IN, "UPDATE", 8, ";tag=t8", sdp_in);
	send_msg(OUT, true, &(struct msg){ .start = "BYE sip:a@x SIP/2.0",
		 .cseq = "3 BYE", .to_tag = "", .call = "other" });
	ktap_equal(box_holes(&box), 1);
	REQUEST(OUT, "BYE", 3, ";tag=t8", NULL);
	ANSWER(IN, "500 No", "BYE", 3, ";tag=t8", NULL);
	ktap_equal(box_holes(&box), 1);
	ANSWER(IN, "481 No such call", "BYE", 3, ";tag=t8", NULL);
	ktap_equal(box_holes(&box), 0);
	talk();
	REQUEST(IN, "BYE", 2, TAG, NULL);
	ANSWER(OUT, "408 Timeout", "BYE", 2, TAG, NULL);
	ktap_equal(box_holes(&box), 0);
}

static void retried(const void *arg)
{
	static const char *const status[] = {
		"SIP/2.0 302 Moved", "SIP/2.0 401 Who", "SIP/2.0 407 Who",
		"SIP/2.0 422 Long",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(status); i++) {
		box_open(&box, 5060);
		REQUEST(IN, "INVITE", 1, "", sdp_in);
		send_msg(OUT, true, &(struct msg){ .start = status[i],
			 .cseq = "1 INVITE", .to_tag = TAG });
		ktap_equal(box_holes(&box), 1);
		ktap_equal(box.call[0].secs, IMSIP_ENDING_SECS);
	}
}

static void no_nat(const void *arg)
{
	static const char other[] =
		"v=0\no=- 1 1 IN IP4 192.168.0.34\ns=-\n"
		"c=IN IP4 192.168.0.34\nt=0 0\nm=audio 40000 RTP/AVP 0\n";

	box_open(&box, 5060);
	box.self[IN].outside = box.self[IN].inside;
	box.policy.third_party[0] = (struct addr_prefix){
		.addr = { .len = 4, .b = { 192, 168, 0, 32 } }, .bits = 28,
	};
	ktap_want(strstr(REQUEST(IN, "INVITE", 1, "", other), other));
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, sdp_out);
	ktap_equal(box.edits, 0);
	ktap_equal(box_holes(&box), 1);
	ktap_equal(box_hole(&box, 40000)->listener.b[3], 34);
	ktap_equal(box_hole(&box, 40000)->offer.peer_port, 30000);
}

/* Where the other party is behind a NAT of its own, and where it is not. */
static void hidden(const void *arg)
{
	static const struct {
		const char *signalling, *media;
		bool believed;
	} rows[] = {
		{ "198.51.100.7", "10.1.1.1", false },
		{ "198.51.100.7", "172.16.0.1", false },
		{ "198.51.100.7", "172.32.0.1", true },
		{ "198.51.100.7", "192.168.9.1", false },
		{ "198.51.100.7", "192.169.9.1", true },
		{ "198.51.100.7", "100.64.0.1", false },
		{ "198.51.100.7", "100.128.0.1", true },
		{ "10.0.0.7", "192.168.9.1", true },
		{ "172.20.0.7", "198.51.100.9", true },
	};
	char sdp[300];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct addr a;

		ktap_at("%s", rows[i].media);
		box_open(&box, 5060);
		if (!ktap_want(text_addr(span_make(rows[i].signalling,
						   strlen(rows[i].signalling)),
					 &a)))
			continue;
		box.self[OUT].inside = a;
		box.self[OUT].outside = a;
		REQUEST(IN, "INVITE", 1, "", sdp_in);
		snprintf(sdp, sizeof(sdp), "v=0\no=- 1 1 IN IP4 %s\ns=-\n"
			 "c=IN IP4 %s\nt=0 0\nm=audio 30000 RTP/AVP 0\n"
			 "m=video 0 RTP/AVP 31\n", rows[i].media,
			 rows[i].media);
		ANSWER(OUT, "200 OK", "INVITE", 1, TAG, sdp);
		ktap_want(peer_is(40000, rows[i].believed ? rows[i].media :
							    rows[i].signalling));
	}
}

static void hidden_ipv6(const void *arg)
{
	static const char *const media[] = { "fd00::9", "2001:db8::9" };
	char sdp[300];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(media); i++) {
		ktap_at("%s", media[i]);
		box_open(&box, 5060);
		box.self[IN].inside = (struct addr){ 16, { 0xfd, 1, [15] = 2 } };
		box.self[IN].outside = (struct addr){ 16, { 0x20, 1, [15] = 3 } };
		box.self[OUT].inside = (struct addr){ 16, { 0x20, 1, [15] = 7 } };
		box.self[OUT].outside = box.self[OUT].inside;
		REQUEST(IN, "INVITE", 1, "",
			"v=0\no=- 1 1 IN IP6 fd01::2\ns=-\nc=IN IP6 fd01::2\n"
			"t=0 0\nm=audio 40000 RTP/AVP 0\n");
		ktap_want(strstr(box.out, "c=IN IP6 2001:"));
		snprintf(sdp, sizeof(sdp), "v=0\no=- 1 1 IN IP6 %s\ns=-\n"
			 "c=IN IP6 %s\nt=0 0\nm=audio 30000 RTP/AVP 0\n",
			 media[i], media[i]);
		ANSWER(OUT, "200 OK", "INVITE", 1, TAG, sdp);
		ktap_want(peer_is(40000, i ? media[i] : "2001::7"));
	}
}

/* --- registrations ------------------------------------------------------------ */

static const char *bind_ports(unsigned int cseq, const char *lines)
{
	static char msg[4000];

	snprintf(msg, sizeof(msg), "REGISTER sip:198.51.100.7 SIP/2.0\n"
		 "Via: SIP/2.0/UDP 192.168.0.12:5060;branch=z9hG4bKr\n"
		 "From: <sip:a@x>;tag=r\nTo: <sip:a@x>\nCall-ID: reg\n"
		 "CSeq: %u REGISTER\n%sContent-Length: 0\n\n", cseq, lines);
	return box_send(&box, IN, msg);
}

static const char *registered(unsigned int cseq, const char *status,
			      const char *lines)
{
	static char msg[4000];

	snprintf(msg, sizeof(msg), "SIP/2.0 %s\n"
		 "Via: SIP/2.0/UDP 203.0.113.5:5060;branch=z9hG4bKr\n"
		 "From: <sip:a@x>;tag=r\nTo: <sip:a@x>;tag=s\nCall-ID: reg\n"
		 "CSeq: %u REGISTER\n%sContent-Length: 0\n\n", status, cseq,
		 lines);
	return box_send(&box, OUT, msg);
}

static void bindings(const void *arg)
{
	box_open(&box, 5060);
	bind_ports(5, "Contact: <sip:a@192.168.0.12:7100;transport=udp>;expires=20,\n"
		   " <sip:a@192.168.0.12:7101;transport=tls>,\n"
		   " <sip:a@192.168.0.12:7102;transport=tcp>\n");
	ktap_equal(box_holes(&box), 2);
	ktap_equal(box_hole(&box, 7100)->offer.proto, 17);
	bind_ports(4, "Contact: <sip:a@192.168.0.12:7103>\n");
	ktap_want(!box_hole(&box, 7103));
	registered(5, "403 No", "");
	ktap_want(is_reserved(7100));
	registered(5, "200 OK", "Expires: 900\n"
		   "Contact: <sip:a@203.0.113.5:7100>;expires=5\n"
		   "Contact: <sip:a@203.0.113.5:7102;transport=tcp>\n");
	ktap_equal(box_hole(&box, 7100)->offer.lifetime, IMSIP_EXPIRES_MIN);
	ktap_equal(box_hole(&box, 7102)->offer.lifetime, 900);
	/* One goes, the other one stays. */
	bind_ports(6, "Contact: <sip:a@192.168.0.12:7100>;expires=0\n");
	registered(6, "200 OK",
		   "Contact: <sip:a@203.0.113.5:7102;transport=tcp>\n");
	ktap_want(!box_hole(&box, 7100) && box_hole(&box, 7102));
	ktap_equal(box_hole(&box, 7102)->offer.lifetime,
		   IMSIP_EXPIRES_DEFAULT);
	/* What never was there. */
	bind_ports(7, "Contact: <sip:a@192.168.0.12:7109>;expires=0\n");
	registered(7, "200 OK", "");
	ktap_equal(box_holes(&box), 0);
}

static void many_bindings(const void *arg)
{
	box_open(&box, 5060);
	bind_ports(1, "Contact: <sip:192.168.0.12:7100>, <sip:192.168.0.12:7101>,\n"
		   " <sip:192.168.0.12:7102>, <sip:192.168.0.12:7103>,\n"
		   " <sip:192.168.0.12:7104>, <sip:192.168.0.12>\n");
	registered(1, "200 OK", "Expires: 3000\nContact:\n"
		   " <sip:203.0.113.5:7100>, <sip:203.0.113.5:7101>,\n"
		   " <sip:203.0.113.5:7102>, <sip:203.0.113.5:7103>,\n"
		   " <sip:203.0.113.5:7104>, <sip:203.0.113.5>\n");
	ktap_want(box_hole(&box, 7103) && !is_reserved(7103));
	/* Not remembered, so not confirmed either: it closes by itself. */
	ktap_want(!box_hole(&box, 7104) || is_reserved(7104));
}

static void own_stream(const void *arg)
{
	box_open(&box, 5060);
	box.proto = 6;
	bind_ports(1, "Contact: <sip:192.168.0.12;transport=tcp>\n");
	registered(1, "200 OK", "Contact: <sip:203.0.113.5;transport=tcp>\n");
	ktap_equal(box_holes(&box), 0);
	ktap_equal(box.call[0].listen[0].inside_port, 5060);
}

static const struct ktap_case cases[] = {
	{ "what is no SIP, or in the wrong place", malformed },
	{ "a body of too many parts is left alone", parts },
	{ "what is compressed is left alone", encoded },
	{ "names of clients are made printable", agents },
	{ "what cannot be changed opens nothing", no_edit },
	{ "nor does what would be changed too often", many_edits },
	{ "only so many announcements are judged", many_offers },
	{ "a call has so many parties", parties },
	{ "what is asked once more keeps its ports", retried },
	{ "without NAT nothing is rewritten", no_nat },
	{ "an inside address is believed of those who are inside", hidden },
	{ "the same of IPv6", hidden_ipv6 },
	{ "registrations of several ports", bindings },
	{ "and of more than are remembered", many_bindings },
	{ "the port of a stream needs no way in", own_stream },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
