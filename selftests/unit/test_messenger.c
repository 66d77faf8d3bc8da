// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/imsip: what is special about Windows Messenger (sip.md 4). */

#include "../ktap.h"
#include "dialog.h"

static const char session[] =
	"v=0\no=- 0 0 IN IP4 192.168.0.12\ns=session\n"
	"c=IN IP4 192.168.0.12\nt=0 0\nm=x-ms-message 5060 sip null\n";

/* What one of both says in their session. */
static const char *say(unsigned int from, const char *method, const char *call,
		       const char *more, const char *body)
{
	static char msg[4000];
	unsigned int us = from == IN;

	snprintf(msg, sizeof(msg),
		 "%s sip:x@y SIP/2.0\nVia: SIP/2.0/UDP %s\n"
		 "From: <sip:%s@x>;tag=%s;epid=01\nTo: <sip:%s@x>;tag=%s\n"
		 "Call-ID: %s\nCSeq: 9 %s\n%sContent-Type: text/x-msmsgsinvite; charset=UTF-8\n"
		 "Content-Length: ?\n\n%s", method,
		 us ? "192.168.0.12:5060" : "198.51.100.7", us ? "a" : "b",
		 us ? "in" : "out", us ? "b" : "a", us ? "out" : "in", call,
		 method, more, body);
	return box_send(&box, from, msg);
}

static void begin(void)
{
	REQUEST(IN, "INVITE", 1, "", session);
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, NULL);
	REQUEST(IN, "ACK", 1, TAG, NULL);
}

#define ACCEPT(ip, port) \
	"Invitation-Command: ACCEPT\nInvitation-Cookie: 85366\n" \
	"IP-Address: " ip "\nPort: " port "\nPortX: 11178\n" \
	"AuthCookie: 12000\nRequest-Data: IP-Address:\n"
#define CANCEL \
	"Invitation-Command: CANCEL\nInvitation-Cookie: 85366\n" \
	"Cancel-Code: REJECT\n"

static void transfers(const void *arg)
{
	static const char *const methods[] = { "MESSAGE", "INFO" };
	const char *seen;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(methods); i++) {
		ktap_at("%s", methods[i]);
		box_open(&box, 5060);
		begin();
		ktap_equal(box_holes(&box), 0);
		box.taken = 6891;
		seen = say(IN, methods[i], "c1", "",
			   ACCEPT("192.168.0.12", "6891"));
		if (!ktap_want(box_hole(&box, 6891)))
			continue;
		ktap_equal(box_hole(&box, 6891)->offer.proto, 6);
		ktap_equal(box_hole(&box, 6891)->offer.app,
			   NFIM_APP_SIP_FILE_TRANSFER);
		ktap_want(strstr(seen, "IP-Address: 203.0.113.5\n"));
		ktap_want(strstr(seen, "Port: 6893\n"));
		/* It is only of this session that it can be cancelled. */
		say(OUT, methods[i], "c2", "", CANCEL);
		ktap_equal(box_holes(&box), 1);
		say(OUT, methods[i], "c1", "", CANCEL);
		ktap_equal(box_holes(&box), 0);
		ktap_equal(box.count[NFIM_CANCELLED], 1);
		say(OUT, methods[i], "c1", "", CANCEL);
		ktap_equal(box.count[NFIM_CANCELLED], 1);
	}
}

static void refused(const void *arg)
{
	static const struct {
		const char *body;
		enum nfim_counter why;
	} rows[] = {
		{ ACCEPT("192.168.0.34", "6891"), NFIM_REFUSED_NOT_SELF },
		{ ACCEPT("203.0.113.5", "6891"), NFIM_REFUSED_NOT_SELF },
		{ ACCEPT("192.168.0.12", "22"), NFIM_REFUSED_PORT_PRIVILEGED },
		{ ACCEPT("192.168.0.12", "3389"), NFIM_REFUSED_PORT_LISTED },
		{ ACCEPT("192.168.0.12", "40000"), NFIM_REFUSED_PORT_POLICY },
		{ ACCEPT("192.168.0.12", "70000"), NFIM_REFUSED_MALFORMED },
		{ ACCEPT("name", "6891"), NFIM_REFUSED_MALFORMED },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *seen;

		ktap_at("row %zu", i);
		box_open(&box, 5060);
		begin();
		seen = say(IN, "MESSAGE", "c1", "", rows[i].body);
		ktap_equal(box_holes(&box), 0);
		ktap_equal(box.refused, rows[i].why);
		ktap_want(strstr(seen, rows[i].body));
	}
	/* Nobody has answered; and it is the other one who says so. */
	box_open(&box, 5060);
	say(IN, "MESSAGE", "c1", "", ACCEPT("192.168.0.12", "6891"));
	ktap_equal(box.refused, NFIM_REFUSED_UNANSWERED);
	box_open(&box, 5060);
	begin();
	say(OUT, "MESSAGE", "c1", "", ACCEPT("192.168.0.12", "6891"));
	ktap_equal(box_holes(&box), 0);
	/* What somebody signed is not changed, so nobody would come. */
	box_open(&box, 5060);
	begin();
	say(IN, "MESSAGE", "c1", "Authorization: Digest qop=auth-int\n",
	    ACCEPT("192.168.0.12", "6891"));
	ktap_equal(box.refused, NFIM_REFUSED_UNREACHABLE);
	ktap_equal(box_holes(&box), 0);
}

/* Chat, and headers that look like something. */
static void left_alone(const void *arg)
{
	static const char signature[] =
		"Proxy-Authorization: NTLM qop=\"auth\", realm=\"LCS\",\n"
		" opaque=\"192.168.0.12\", gssapi-data=\"192.168.0.12:5060\"\n"
		"ms-text-format: text/plain; charset=UTF-8;\n"
		" ms-body=MTkyLjE2OC4wLjEyOjUwNjA=\n"
		"Subject: 192.168.0.12:5060\nExpires: 5060\n";
	const char *seen;

	box_open(&box, 6060);
	seen = send_msg(IN, true, &(struct msg){
		.start = "INVITE sip:b@198.51.100.7 SIP/2.0",
		.cseq = "1 INVITE", .to_tag = "", .body = session,
		.more = signature });
	ktap_want(strstr(seen, signature));
	ktap_want(strstr(seen, "From: <sip:a@192.168.0.12>;tag=in\n"));
	ktap_want(strstr(seen, "Contact: <sip:203.0.113.5:6060>\n"));
	ktap_equal(box_holes(&box), 0);
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, NULL);
	seen = say(IN, "MESSAGE", "c1", "", "Invitation-Command: INVITE\n"
		   "Invitation-Cookie: 1\nApplication-Name: File Transfer\n"
		   "Application-GUID: {5D3E02AB-6190-11d3-BBBB-00C04F795683}\n"
		   "Connectivity: N\n");
	ktap_want(strstr(seen, "Connectivity: N\n"));
	ktap_equal(box_holes(&box), 0);
}

/* What cannot be told to anybody is not open. */
static void untold(const void *arg)
{
	static const char body[] = ACCEPT("192.168.0.12", "6891");

	box_open(&box, 5060);
	begin();
	box.full = true;
	ktap_want(strstr(say(IN, "MESSAGE", "c1", "", body), body));
	ktap_equal(box.refused, NFIM_REFUSED_TABLE_FULL);
	box_open(&box, 5060);
	begin();
	box.no_edit = true;
	ktap_want(strstr(say(IN, "MESSAGE", "c1", "", body), body));
	ktap_equal(box_holes(&box), 0);
	/* No room in a stream for it. */
	box_open(&box, 5060);
	begin();
	box.proto = 6;
	box.fit = SIP_FIT_SAME;
	box.self[IN].outside = (struct addr){ 4, { 203, 100, 113, 255 } };
	say(IN, "MESSAGE", "c1", "", ACCEPT("192.168.0.12", "6891") "x: y\n");
	ktap_want(!box_holes(&box) || box.edits);
	/* Nothing is named. */
	box_open(&box, 5060);
	begin();
	say(IN, "MESSAGE", "c1", "", "Invitation-Command: CANCEL\n");
	ktap_equal(box.count[NFIM_CANCELLED], 0);
	say(IN, "MESSAGE", "c1", "Content-Encoding: gzip\n", body);
	ktap_equal(box_holes(&box), 0);
}

static void parts(const void *arg)
{
	static char msg[2000];

	snprintf(msg, sizeof(msg),
		 "MESSAGE sip:x@y SIP/2.0\nVia: SIP/2.0/UDP 192.168.0.12\n"
		 "From: <sip:a@x>;tag=in\nTo: <sip:b@x>;tag=out\nCall-ID: c1\n"
		 "CSeq: 9 MESSAGE\nUser-Agent: a\tb%s\n"
		 "Content-Type: multipart/mixed;boundary=x\n"
		 "Content-Length: ?\n\n"
		 "--x\nContent-Type: text/plain\n\nhello\n"
		 "--x\nContent-Type: text/x-msmsgsinvite\n"
		 "Content-Encoding: gzip\n\n" ACCEPT("192.168.0.12", "6892")
		 "--x\nContent-Type: text/x-msmsgsinvite\n\n"
		 ACCEPT("192.168.0.12", "6891") "--x--\n",
		 "01234567890123456789012345678901234567890123456789012345678901");
	box_open(&box, 5060);
	begin();
	box_send(&box, IN, msg);
	ktap_want(box_hole(&box, 6891) && !box_hole(&box, 6892));
	ktap_want(strstr(box.out, "IP-Address: 192.168.0.12\n"));
	ktap_want(strstr(box.out, "IP-Address: 203.0.113.5\n"));
	ktap_equal(strlen(box.client.agent), NFIM_CLIENT_AGENT - 1);
	ktap_want(!strncmp(box.client.agent, "a?b0", 4));
}

/* Of two invitations in a message the second finds no room: the first stands. */
static void no_room_for_two(const void *arg)
{
	static const char msg[] =
		"MESSAGE sip:x@y SIP/2.0\nVia: SIP/2.0/UDP 192.168.0.12\n"
		"From: <sip:a@x>;tag=in\nTo: <sip:b@x>;tag=out\nCall-ID: c1\n"
		"CSeq: 9 MESSAGE\nContent-Type: multipart/mixed;boundary=x\n"
		"Content-Length: ?\n\n"
		"--x\nContent-Type: text/x-msmsgsinvite\n\n"
		ACCEPT("192.168.0.12", "6891")
		"--x\nContent-Type: text/x-msmsgsinvite\n\n"
		ACCEPT("192.168.0.12", "6892") "--x--\n";
	size_t i;

	box_open(&box, 5060);
	begin();
	for (i = 1; i < BOX_HOLES; i++)
		box.hole[i].used = true;
	box_send(&box, IN, msg);
	ktap_want(box_hole(&box, 6891) && !box_hole(&box, 6892));
	ktap_want(strstr(box.out, "IP-Address: 203.0.113.5\nPort: 6891\n"));
	ktap_want(strstr(box.out, "IP-Address: 192.168.0.12\nPort: 6892\n"));
}

/* Names itself, and its address in maddr; a number of the registrar's clients. */
static void registers(const void *arg)
{
	static const char contact[] =
		"Contact: <sip:pc.example:16577;maddr=192.168.0.12;transport=tcp>\n"
		" ;methods=\"INVITE, MESSAGE\";proxy=replace\n";
	static const char reg[] =
		"REGISTER sip:x SIP/2.0\nVia: SIP/2.0/TCP 192.168.0.12:1025\n"
		"From: <sip:a@x>;tag=%s;epid=1\nTo: <sip:a@x>\nCall-ID: r\n"
		"CSeq: %u REGISTER\n%sContent-Length: 0\n\n";
	static const char ok[] =
		"SIP/2.0 200 OK\nVia: SIP/2.0/TCP 203.0.113.5:1025\n"
		"From: <sip:a@x>;tag=%s;epid=1\nTo: <sip:a@x>;tag=z\n"
		"Call-ID: r\nCSeq: %u REGISTER\nContact: <sip:pc.example:16577;maddr=203.0.113.5;transport=tcp>;expires=7200\n"
		"Content-Length: 0\n\n";
	const char *seen;
	char msg[1000];

	box_open(&box, 1025);
	box.inside_port[IN] = 1025;
	box.proto = 6;
	snprintf(msg, sizeof(msg), reg, "one", 1u, contact);
	seen = box_send(&box, IN, msg);
	ktap_want(strstr(seen, "maddr=203.0.113.5;transport=tcp>"));
	ktap_want(is_reserved(16577));
	snprintf(msg, sizeof(msg), ok, "one", 1u);
	seen = box_send(&box, OUT, msg);
	ktap_want(strstr(seen, "maddr=192.168.0.12;transport=tcp>"));
	ktap_want(box_hole(&box, 16577) && !is_reserved(16577));
	/* The next one has another tag. */
	snprintf(msg, sizeof(msg), reg, "two", 2u,
		 "Contact: *\nExpires: 0\n");
	box_send(&box, IN, msg);
	snprintf(msg, sizeof(msg), ok, "two", 2u);
	box_send(&box, OUT, msg);
	ktap_equal(box_holes(&box), 0);
}

static const struct ktap_case cases[] = {
	{ "a file is sent in the course of a session", transfers },
	{ "but not of others, nor before anybody answered", refused },
	{ "what is signed or means nothing is left alone", left_alone },
	{ "what nobody can be told is not opened", untold },
	{ "an invitation may be one of several parts", parts },
	{ "of two invitations the second may find no room", no_room_for_two },
	{ "a client listens on another port", registers },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
