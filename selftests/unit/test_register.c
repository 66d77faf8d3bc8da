// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/imsip_register: ports that clients listen on for requests. */

#include <stdio.h>
#include <stdlib.h>

#include "../ktap.h"
#include "phonebox.h"

#define IN	BOX_INSIDE
#define OUT	BOX_OUTSIDE

static struct box box;

static bool is_reserved(u16 port)
{
	const struct box_hole *h = box_hole(&box, port);

	return h && h->offer.reserved;
}

static bool peer_is(u16 port, const char *addr)
{
	const struct box_hole *h = box_hole(&box, port);
	struct addr a;

	return h && text_addr(span_make(addr, strlen(addr)), &a) &&
	       addr_equal(&h->offer.peer, &a);
}

#define REG(n, contact, more_lines)					\
	box_send(&box, IN, "REGISTER sip:198.51.100.7 SIP/2.0\n"	\
		 "Via: SIP/2.0/UDP 192.168.0.12:5060;branch=z9hG4bKr\n"	\
		 "From: <sip:a@x>;tag=r\nTo: <sip:a@x>\nCall-ID: reg\n"	\
		 "CSeq: " #n " REGISTER\nContact: " contact "\n"	\
		 more_lines "Content-Length: 0\n\n")

#define REG_OK(n, contact)						\
	box_send(&box, OUT, "SIP/2.0 200 OK\n"				\
		 "Via: SIP/2.0/UDP 203.0.113.5:6060;branch=z9hG4bKr\n"	\
		 "From: <sip:a@x>;tag=r\nTo: <sip:a@x>;tag=s\n"		\
		 "Call-ID: reg\nCSeq: " #n " REGISTER\n"		\
		 "Contact: " contact "\nContent-Length: 0\n\n")

static void registers(const void *arg)
{
	const char *seen;

	box_open(&box, 6060);
	seen = REG(1, "<sip:a@192.168.0.12>", "Expires: 600\n");
	ktap_want(strstr(seen, "Contact: <sip:a@203.0.113.5:6060>"));
	ktap_equal(box_holes(&box), 0);
	/* Nobody may ever answer. */
	ktap_equal(box.call[0].secs, IMSIP_ENDING_SECS);
	seen = REG_OK(1, "<sip:a@203.0.113.5:6060>;expires=500");
	ktap_want(strstr(seen, "<sip:a@192.168.0.12:5060>") ||
		  strstr(seen, "<sip:a@192.168.0.12>"));
	ktap_want(box.call[0].secs > IMSIP_EXPIRES_MAX);
	/* For servers that come from another port. */
	ktap_want(box_hole(&box, 5060));
	ktap_equal(box_hole(&box, 5060)->outside_port, 6060);
	ktap_equal(box_hole(&box, 5060)->offer.lifetime, 500);
	ktap_want(peer_is(5060, "198.51.100.7"));
	ktap_equal(box_hole(&box, 5060)->offer.helper, OFFER_IMSIP);
	REG(2, "<sip:a@192.168.0.12>", "Expires: 0\n");
	REG_OK(2, "<sip:someone@198.51.100.44>");
	ktap_equal(box_holes(&box), 0);
}

static void registers_other_port(const void *arg)
{
	const char *seen;

	box_open(&box, 6060);
	seen = REG(1, "<sip:192.168.0.12:16577;transport=tcp>", "");
	ktap_want(is_reserved(16577));
	ktap_equal(box_hole(&box, 16577)->offer.proto, 6);
	ktap_want(strstr(seen, "<sip:203.0.113.5:16577;transport=tcp>"));
	/* Not what was asked, by number. */
	REG_OK(9, "<sip:203.0.113.5:16577;transport=tcp>;expires=300");
	ktap_want(is_reserved(16577));
	seen = REG_OK(1, "<sip:203.0.113.5:16577;transport=tcp>;expires=9999999");
	ktap_want(box_hole(&box, 16577) && !is_reserved(16577));
	ktap_equal(box_hole(&box, 16577)->offer.lifetime, IMSIP_EXPIRES_MAX);
	ktap_want(strstr(seen, "<sip:192.168.0.12:16577;transport=tcp>"));
	REG(2, "*", "Expires: 0\n");
	REG_OK(2, "<sip:someone@198.51.100.44>");
	ktap_equal(box_holes(&box), 0);
}

static void register_refused(const void *arg)
{
	static const char *const bad[] = {
		"<sip:a@192.168.0.34:5070>", "<sip:a@192.168.0.12:3306>",
		"<sip:a@192.168.0.12:80>", "<sip:a@203.0.113.5:5070>",
		"<sips:a@192.168.0.12:5071>", "<tel:+1234>",
	};
	char reg[1024];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ktap_at("%s", bad[i]);
		box_open(&box, 6060);
		snprintf(reg, sizeof(reg),
			 "REGISTER sip:198.51.100.7 SIP/2.0\n"
			 "Via: SIP/2.0/UDP 192.168.0.12;branch=z9hG4bKr\n"
			 "From: <sip:a@x>;tag=r\nTo: <sip:a@x>\nCall-ID: r\n"
			 "CSeq: 1 REGISTER\nContact: %s\n"
			 "Content-Length: 0\n\n", bad[i]);
		ktap_want(strstr(box_send(&box, IN, reg), bad[i]));
		ktap_equal(box_holes(&box), 0);
	}
}

/* --- several servers --------------------------------------------------------- */

static struct addr addr_of(const char *text)
{
	struct addr a;

	if (!text_addr(span_make(text, strlen(text)), &a))
		abort();
	return a;
}

/* The messages that follow go to that server. */
static void go_to(const char *server)
{
	box.self[OUT].inside = addr_of(server);
	box.self[OUT].outside = box.self[OUT].inside;
}

/* Who may come to port 5070: 0 nobody, 1 not yet, 2 open. */
static int lets_in(const char *server)
{
	struct addr a = addr_of(server);
	int how = 0;
	size_t i;

	for (i = 0; i < BOX_HOLES; i++) {
		const struct box_hole *h = box.hole + i;

		if (h->used && h->offer.inside_port == 5070 &&
		    addr_equal(&h->offer.peer, &a))
			how = h->offer.reserved ? 1 : 2;
	}
	return how;
}

#define ONE	"198.51.100.7"
#define TWO	"198.51.100.99"

static const char *ask(const char *server, const char *call, const char *cseq,
		       const char *more)
{
	char m[1024];

	go_to(server);
	snprintf(m, sizeof(m), "%s sip:b@x SIP/2.0\n"
		 "Via: SIP/2.0/UDP 192.168.0.12:5070;branch=z9hG4bKr\n"
		 "From: <sip:a@x>;tag=r\nTo: <sip:a@x>\nCall-ID: %s\n"
		 "CSeq: %s\nContact: <sip:a@192.168.0.12:5070>%s\n"
		 "Content-Length: 0\n\n", strchr(cseq, ' ') + 1, call, cseq, more);
	return box_send(&box, IN, m);
}

/* @contact: the Contacts of a registration. */
static void say_yes(const char *server, const char *call, const char *cseq,
		    const char *contact)
{
	char m[1024];

	go_to(server);
	snprintf(m, sizeof(m), "SIP/2.0 200 OK\n"
		 "Via: SIP/2.0/UDP 203.0.113.5:5070;branch=z9hG4bKr\n"
		 "From: <sip:a@x>;tag=r\nTo: <sip:a@x>;tag=s\nCall-ID: %s\n"
		 "CSeq: %s\n%sContent-Length: 0\n\n", call, cseq, contact);
	box_send(&box, OUT, m);
}

#define BOUND	"Contact: <sip:a@203.0.113.5:5070>;expires=3600\n"

static void two_registrars(const void *arg)
{
	box_open(&box, 6060);
	box.inside_port[IN] = 1025;
	ask(ONE, "r1", "1 REGISTER", "");
	say_yes(ONE, "r1", "1 REGISTER", BOUND);
	ktap_equal(lets_in(ONE), 2);
	ktap_want(strstr(ask(TWO, "r2", "1 REGISTER", ""),
			 "Contact: <sip:a@203.0.113.5:5070>"));
	ktap_equal(lets_in(ONE), 2);
	ktap_equal(lets_in(TWO), 1);
	say_yes(TWO, "r2", "1 REGISTER", BOUND);
	ktap_equal(lets_in(ONE), 2);
	ktap_equal(lets_in(TWO), 2);
	/* What one server forgets the other one still knows. */
	ask(TWO, "r2", "2 REGISTER", ";expires=0");
	say_yes(TWO, "r2", "2 REGISTER", "");
	ktap_equal(lets_in(ONE), 2);
	ktap_equal(lets_in(TWO), 0);
}

/* A client that fails over says so to the second one under the same Call-ID. */
static void one_name_for_both(const void *arg)
{
	box_open(&box, 6060);
	box.inside_port[IN] = 1025;
	ask(ONE, "r", "1 REGISTER", "");
	ask(TWO, "r", "2 REGISTER", "");
	say_yes(TWO, "r", "2 REGISTER", BOUND);
	ktap_equal(lets_in(ONE), 1);
	ktap_equal(lets_in(TWO), 2);
	ktap_equal(box_holes(&box), 2);
}

static void two_callees(const void *arg)
{
	box_open(&box, 6060);
	box.inside_port[IN] = 1025;
	ask(ONE, "c1", "1 INVITE", "");
	say_yes(ONE, "c1", "1 INVITE", "");
	ktap_equal(lets_in(ONE), 2);
	ktap_want(strstr(ask(TWO, "c2", "1 INVITE", ""),
			 "Contact: <sip:a@203.0.113.5:5070>"));
	ktap_equal(lets_in(TWO), 1);
	say_yes(TWO, "c2", "1 INVITE", "");
	ktap_equal(lets_in(ONE), 2);
	ktap_equal(lets_in(TWO), 2);
}

/* Design D5: who has not answered is not let in, whoever else has. */
static void answered_by_another(const void *arg)
{
	box_open(&box, 6060);
	box.inside_port[IN] = 1025;
	ask(ONE, "r1", "1 REGISTER", "");
	ktap_equal(lets_in(ONE), 1);
	ask(TWO, "c2", "1 INVITE", "");
	say_yes(TWO, "c2", "1 INVITE", "");
	ktap_equal(lets_in(ONE), 1);
	ktap_equal(lets_in(TWO), 2);
}

static const struct ktap_case cases[] = {
	{ "a registration lets the registrar in", registers },
	{ "at another port, when it is granted", registers_other_port },
	{ "Contacts that name others open nothing", register_refused },
	{ "two registrars", two_registrars },
	{ "two registrars, one Call-ID", one_name_for_both },
	{ "two callees", two_callees },
	{ "a registrar that another one answers for", answered_by_another },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
