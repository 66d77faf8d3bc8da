// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/imsip: what descriptions open, and for whom. */

#include "../ktap.h"
#include "dialog.h"

#define HEAD "v=0\no=- 1 1 IN IP4 192.168.0.12\ns=-\n" \
	     "c=IN IP4 192.168.0.12\nt=0 0\n"

static struct addr_prefix net(u8 a, u8 b, u8 c, u8 bits)
{
	return (struct addr_prefix){ { 4, { a, b, c } }, bits };
}

/* Return: the message as it left; what it opens is in box. */
static const char *offer(const char *sdp)
{
	return REQUEST(IN, "INVITE", 1, "", sdp);
}

static bool from_is(u16 port, const char *addr)
{
	const struct box_hole *h = box_hole(&box, port);
	struct addr a;

	return h && text_addr(span_make(addr, strlen(addr)), &a) &&
	       addr_equal(&h->offer.from, &a);
}

/* --- who may come ----------------------------------------------------------- */

static void anybody(const void *arg)
{
	box_open(&box, 5060);
	box.policy.media_peers = POLICY_PEERS_ANY;
	offer(sdp_in);
	ktap_equal(box_hole(&box, 40000)->offer.peer.len, 0);
	ktap_equal(box_hole(&box, 40000)->offer.peer_port, 0);
	/* What came too early from there is in the way all the same. */
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, sdp_out);
	ktap_equal(box_hole(&box, 40000)->offer.peer.len, 0);
	ktap_equal(box_hole(&box, 40000)->offer.peer_port, 30000);
	ktap_want(from_is(40000, "198.51.100.7"));
	ktap_equal(box_holes(&box), 1);
}

static const char sdp_server[] =
	"v=0\no=- 1 1 IN IP4 198.51.100.99\ns=-\n"
	"c=IN IP4 198.51.100.99\nt=0 0\nm=audio 20000 RTP/AVP 0\n";

static void signalling_peer(const void *arg)
{
	box_open(&box, 5060);
	box.policy.media_peers = POLICY_PEERS_SIGNALLING;
	offer(sdp_in);
	ANSWER(OUT, "183 Progress", "INVITE", 1, TAG, sdp_server);
	ktap_want(peer_is(40000, "198.51.100.7"));
	/* What is not let in clears no way. */
	ktap_equal(box_hole(&box, 40000)->offer.peer_port, 0);
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, sdp_out);
	ktap_want(peer_is(40000, "198.51.100.7"));
	ktap_equal(box_hole(&box, 40000)->offer.peer_port, 30000);
	ktap_equal(box_holes(&box), 1);
}

static bool has_net(u8 c, u8 bits)
{
	size_t i;

	for (i = 0; i < BOX_HOLES; i++) {
		const struct box_hole *h = box.hole + i;

		if (h->used && h->offer.peer.b[2] == c &&
		    h->offer.peer_bits == bits && h->outside_port == 40000)
			return true;
	}
	return false;
}

static void networks(const void *arg)
{
	box_open(&box, 5060);
	box.policy.media_net[0] = net(198, 51, 100, 24);
	box.policy.media_net[1] = (struct addr_prefix){ { 16, { 0xfd } }, 8 };
	box.policy.media_net[2] = net(198, 51, 101, 25);
	offer(sdp_in);
	ktap_equal(box_holes(&box), 2);
	ktap_want(has_net(100, 24) && has_net(101, 25));
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, sdp_server);
	ktap_equal(box_holes(&box), 2);
	ktap_want(has_net(100, 24) && has_net(101, 25));
	REQUEST(IN, "INVITE", 2, TAG, sdp_in);
	ktap_equal(box_holes(&box), 2);
	REQUEST(IN, "BYE", 3, TAG, NULL);
	ANSWER(OUT, "200 OK", "BYE", 3, TAG, NULL);
	ktap_equal(box_holes(&box), 0);

	/* All there is. */
	box_open(&box, 5060);
	box.policy.media_net[0] = (struct addr_prefix){ { 4, { 0 } }, 0 };
	offer(sdp_in);
	ktap_equal(box_hole(&box, 40000)->offer.peer.len, 0);

	/* None of this family: nobody. */
	box_open(&box, 5060);
	box.policy.media_net[0] = (struct addr_prefix){ { 16, { 0xfd } }, 8 };
	offer(sdp_in);
	ktap_equal(box_holes(&box), 0);
	ktap_equal(box.refused, NFIM_REFUSED_POLICY);
}

static void narrowed(const void *arg)
{
	box_open(&box, 5060);
	offer(sdp_in);
	ANSWER(OUT, "183 A", "INVITE", 1, ";tag=one", sdp_out);
	ANSWER(OUT, "183 B", "INVITE", 1, ";tag=two", sdp_server);
	ktap_equal(box_holes(&box), 2);
	/* Of those who rang one has taken the call. */
	ANSWER(OUT, "200 OK", "INVITE", 1, ";tag=one", sdp_out);
	ktap_equal(box_holes(&box), 1);
	ktap_want(peer_is(40000, "198.51.100.7"));
}

/* --- descriptions ------------------------------------------------------------ */

#define ICE_LINES \
	"a=candidate:1 1 UDP 2130706431 192.168.0.12 40000 typ host\n" \
	"a=candidate:1 2 UDP 2130706430 192.168.0.12 40001 typ host\n" \
	"a=candidate:2 1 UDP 1694498815 192.0.2.9 50000 typ srflx " \
	"raddr 192.168.0.12 rport 40000\n"

static const char sdp_ice[] = HEAD "m=audio 40000 RTP/AVP 0\n" ICE_LINES;

static void ice(const void *arg)
{
	const char *seen;

	box_open(&box, 5060);
	box.taken = 40000;
	seen = offer(sdp_ice);
	ktap_equal(box_holes(&box), 1);
	ktap_want(strstr(seen, "m=audio 40002 "));
	ktap_want(strstr(seen, "431 203.0.113.5 40002 typ host\n"));
	ktap_want(strstr(seen, "430 203.0.113.5 40003 typ host\n"));
	ktap_want(strstr(seen, "192.0.2.9 50000 typ srflx "));
	ktap_want(!strstr(strstr(seen, "\n\n"), "192.168.0.12"));

	box_open(&box, 5060);
	box.policy.no_ice = true;
	seen = offer(sdp_ice);
	ktap_equal(box_holes(&box), 0);
	ktap_want(strstr(seen, sdp_ice));
	ktap_want(strstr(seen, "Contact: <sip:203.0.113.5:5060>"));
}

static void many_candidates(const void *arg)
{
	char sdp[8000];
	size_t n;
	int i;

	n = (size_t)snprintf(sdp, sizeof(sdp), "%s", sdp_ice);
	for (i = 0; i < NFIM_SDP_CANDIDATES; i++)
		n += (size_t)snprintf(sdp + n, sizeof(sdp) - n,
			"a=candidate:%d 1 UDP 1 192.168.0.12 41000 typ host\n",
			10 + i);
	box_open(&box, 5060);
	ktap_want(strstr(offer(sdp), sdp));
	ktap_equal(box_holes(&box), 0);
}

/* Communicator's: one alternative with ICE, or both; all are changed or none. */
static const char *offer_both(const char *one, const char *two)
{
	static char body[16000];

	snprintf(body, sizeof(body),
		 "INVITE sip:b@198.51.100.7 SIP/2.0\n"
		 "Via: SIP/2.0/UDP 192.168.0.12:5060;branch=z9hG4bKin\n"
		 "From: <sip:a@x>;tag=in\nTo: <sip:b@x>\nCall-ID: c1\n"
		 "CSeq: 1 INVITE\nContact: <sip:192.168.0.12:5060>\n"
		 "Content-Type: multipart/alternative;boundary=\"x y\"\n"
		 "Content-Length: ?\n\n"
		 "--x y\nContent-Type: application/sdp\n\n"
		 "%s--x y\nContent-Type: application/sdp\n\n"
		 "%s--x y--\n", one, two);
	return box_send(&box, IN, body);
}

static void alternatives(const void *arg)
{
	static char many[NFIM_SDP_CANDIDATES * 100 + 400];
	const char *seen;
	size_t n;
	int i;

	box_open(&box, 5060);
	seen = offer_both(sdp_in, sdp_ice);
	ktap_equal(box_holes(&box), 1);
	ktap_want(!strstr(strstr(seen, "\n\n"), "192.168.0.12"));
	box_open(&box, 5060);
	box.policy.no_ice = true;
	seen = offer_both(sdp_in, sdp_ice);
	ktap_equal(box_holes(&box), 0);
	ktap_want(strstr(seen, sdp_in) && strstr(seen, sdp_ice));
	/* More to change in the second one than a plan takes. */
	n = (size_t)snprintf(many, sizeof(many), "%s", sdp_in);
	for (i = 0; i < NFIM_SDP_CANDIDATES - 4; i++)
		n += (size_t)snprintf(many + n, sizeof(many) - n,
			"a=candidate:%d 1 UDP 1 %s 40000 typ srflx raddr %s rport 40000\n",
			10 + i, "192.168.0.12", "192.168.0.12");
	box_open(&box, 5060);
	box.taken = 40000;
	seen = offer_both(sdp_in, many);
	ktap_equal(box_holes(&box), 0);
	ktap_want(!strstr(strstr(seen, "\n\n"), "203.0.113.5"));
	/* What cannot be read is no reason to change the other half. */
	box_open(&box, 5060);
	seen = offer_both(sdp_in, "nonsense\n");
	ktap_equal(box_holes(&box), 0);
	ktap_want(strstr(seen, sdp_in));
}

static void several_ports(const void *arg)
{
	const char *seen;

	box_open(&box, 5060);
	box.taken = 40000;
	seen = offer(HEAD "m=audio 40000/3 RTP/AVP 0\n");
	ktap_equal(box_hole(&box, 40000)->offer.ports, 6);
	ktap_want(strstr(seen, "m=audio 40002/3 RTP/AVP 0\n"));
	/* More than can be had, or in no order that is known: not a part. */
	box_open(&box, 5060);
	offer(HEAD "m=audio 40000/5 RTP/AVP 0\n");
	ktap_equal(box_holes(&box), 0);
	ktap_equal(box.refused, NFIM_REFUSED_POLICY);
	box_open(&box, 5060);
	offer(HEAD "m=audio 40000/2 RTP/AVP 0\na=rtcp:41000\n");
	ktap_equal(box_holes(&box), 0);
	box_open(&box, 5060);
	offer(HEAD "m=image 40000/2 udptl t38\n");
	ktap_equal(box_holes(&box), 0);
}

static void rtcp_ports(const void *arg)
{
	static const char named[] =
		HEAD "m=audio 40000 RTP/AVP 0\na=rtcp:41001\n";
	static const char muxed[] =
		HEAD "m=audio 40000 RTP/AVP 0\na=rtcp-mux\n";
	const char *seen;

	box_open(&box, 5060);
	box.taken = 41001;
	seen = offer(named);
	ktap_equal(box_holes(&box), 2);
	ktap_equal(box_hole(&box, 40000)->offer.ports, 1);
	ktap_equal(box_hole(&box, 41001)->offer.app, NFIM_APP_RTCP);
	ktap_want(strstr(seen, "a=rtcp:41003\n"));
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG,
	       "v=0\no=- 1 1 IN IP4 198.51.100.7\ns=-\n"
	       "c=IN IP4 198.51.100.7\nt=0 0\nm=audio 30000 RTP/AVP 0\n"
	       "a=rtcp:31001 IN IP4 198.51.100.99\n");
	ktap_want(peer_is(40000, "198.51.100.7"));
	ktap_want(peer_is(41001, "198.51.100.99"));
	ktap_equal(box_hole(&box, 41001)->offer.peer_port, 31001);

	box_open(&box, 5060);
	offer(muxed);
	ktap_equal(box_hole(&box, 40000)->offer.ports, 2);
	box_open(&box, 5060);
	REQUEST(OUT, "INVITE", 1, TAG, sdp_out);
	ANSWER(IN, "200 OK", "INVITE", 1, TAG, muxed);
	ktap_equal(box_hole(&box, 40000)->offer.ports, 1);
	/* Muxed no longer; the port above may be somebody else's by now. */
	box.taken = 40001;
	REQUEST(OUT, "INVITE", 2, TAG, sdp_out);
	seen = ANSWER(IN, "200 OK", "INVITE", 2, TAG, sdp_in);
	ktap_equal(box_holes(&box), 2);
	ktap_equal(box_hole(&box, 40001)->offer.app, NFIM_APP_RTCP);
	ktap_want(strstr(seen, "m=audio 40000 RTP/AVP 0\na=rtcp:40003\n"));
	REQUEST(OUT, "INVITE", 3, TAG, sdp_out);
	seen = ANSWER(IN, "200 OK", "INVITE", 3, TAG,
		      HEAD "m=audio 40000/2 RTP/AVP 0\n");
	ktap_equal(box.refused, NFIM_REFUSED_POLICY);

	/* Policy without RTCP. */
	box_open(&box, 5060);
	box.policy.app[NFIM_APP_RTCP].allow = false;
	offer(sdp_in);
	ktap_equal(box_hole(&box, 40000)->offer.ports, 1);
}

/* An address for RTCP that nobody there can have says nothing of it. */
static void rtcp_elsewhere(const void *arg)
{
	static const char *const hidden[] = {
		"161 IN IP4 192.168.50.1", "31001 IN IP4 100.64.0.9",
		"31001 IN IP4 224.0.0.1", "31001 IN IP4 127.0.0.1",
		"31001 IN IP6 2001:db8::9",
	};
	char told[200];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hidden); i++) {
		ktap_at("%s", hidden[i]);
		snprintf(told, sizeof(told), "v=0\no=- 1 1 IN IP4 198.51.100.7\n"
			 "s=-\nc=IN IP4 198.51.100.7\nt=0 0\n"
			 "m=audio 30000 RTP/AVP 0\na=rtcp:%s\n", hidden[i]);
		box_open(&box, 5060);
		offer(HEAD "m=audio 40000 RTP/AVP 0\na=rtcp:41001\n");
		ANSWER(OUT, "200 OK", "INVITE", 1, TAG, told);
		ktap_want(peer_is(41001, "198.51.100.7"));
		ktap_want(from_is(41001, "198.51.100.7"));
		ktap_equal(box_hole(&box, 41001)->offer.peer_port, 0);
		/* Where one hole has both, its port goes with no other address. */
		box_open(&box, 5060);
		offer(sdp_in);
		ANSWER(OUT, "200 OK", "INVITE", 1, TAG, told);
		ktap_equal(box_hole(&box, 40000)->offer.peer_rtcp, 0);
	}
}

static void fax(const void *arg)
{
	box_open(&box, 5060);
	talk();
	REQUEST(IN, "INVITE", 2, TAG, HEAD "m=image 42001 udptl t38\n");
	ktap_equal(box_hole(&box, 42001)->offer.ports, 1);
	ktap_equal(box_hole(&box, 42001)->offer.proto, 17);
	ANSWER(OUT, "200 OK", "INVITE", 2, TAG,
	       "v=0\no=- 1 1 IN IP4 198.51.100.7\ns=-\n"
	       "c=IN IP4 198.51.100.7\nt=0 0\nm=image 30010 udptl t38\n");
	ktap_want(!box_hole(&box, 40000));
	ktap_equal(box_hole(&box, 42001)->offer.peer_port, 30010);
}

static void over_tcp(const void *arg)
{
	static const struct {
		const char *sdp;
		u16 port;
	} rows[] = {
		{ HEAD "m=application 1503 tcp msdata\n", 1503 },
		{ HEAD "m=audio 40000 TCP/RTP/AVP 0\na=setup:passive\n", 40000 },
		{ HEAD "m=video 40000 TCP/RTP/AVP 31\na=setup:actpass\n", 40000 },
		{ HEAD "m=image 40000 TCP t38\na=setup:passive\n", 40000 },
		{ HEAD "m=image 40000 TCP t38\na=setup:active\n", 0 },
		{ HEAD "m=image 40000 TCP t38\na=setup:holdconn\n", 0 },
		{ HEAD "m=image 9 TCP t38\na=setup:active\n", 0 },
		{ HEAD "m=message 40000 TCP/MSRP *\n", 0 },
		{ HEAD "m=x-ms-message 40000 sip null\n", 0 },
		{ HEAD "m=applicationsharing 40000 TCP/RTP/AVP 127\n", 0 },
	};
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", strstr(rows[i].sdp, "m="));
		box_open(&box, 5060);
		for (k = 0; k < NFIM_APP_MAX; k++) {
			box.policy.app[k] = box.policy.app[NFIM_APP_RTP_AUDIO];
			box.policy.app[k].protos = POLICY_TCP | POLICY_UDP;
		}
		box.policy.app[NFIM_APP_RTCP].protos = POLICY_UDP;
		offer(rows[i].sdp);
		ktap_equal(box_holes(&box), rows[i].port != 0);
		if (rows[i].port && ktap_want(box_hole(&box, rows[i].port))) {
			ktap_equal(box_hole(&box, rows[i].port)->offer.proto, 6);
			ktap_equal(box_hole(&box, rows[i].port)->offer.ports, 1);
		}
	}
	/* The built-in policy has none of it. */
	box_open(&box, 5060);
	offer(rows[0].sdp);
	ktap_equal(box.refused, NFIM_REFUSED_POLICY);
}

static void rejected(const void *arg)
{
	box_open(&box, 5060);
	REQUEST(IN, "INVITE", 1, "",
		HEAD "m=audio 40000 RTP/AVP 0\nm=video 40002 RTP/AVP 31\n");
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, sdp_out);
	ktap_equal(box_holes(&box), 2);
	REQUEST(IN, "INVITE", 2, TAG,
		HEAD "m=audio 40000 RTP/AVP 0\nm=video 0 RTP/AVP 31\n");
	ktap_equal(box_holes(&box), 2);
	ANSWER(OUT, "200 OK", "INVITE", 2, TAG, sdp_out);
	ktap_equal(box_holes(&box), 1);
	ktap_want(box_hole(&box, 40000));
}

static void bundled(const void *arg)
{
	box_open(&box, 5060);
	offer("v=0\no=- 1 1 IN IP4 192.168.0.12\ns=-\n"
	      "c=IN IP4 192.168.0.12\nt=0 0\na=group:BUNDLE a v s\n"
	      "m=audio 40000 RTP/AVP 0\na=mid:a\na=rtcp-mux\n"
	      "m=video 40000 RTP/AVP 31\na=mid:v\na=rtcp-mux\n"
	      "m=video 0 RTP/AVP 31\na=mid:s\na=bundle-only\n");
	ktap_equal(box_holes(&box), 1);
	ktap_equal(box.count[NFIM_OFFERS], 1);
}

/* IPv6 media in a call over IPv4: another host's, as far as one can tell. */
static void other_family(const void *arg)
{
	static const char six[] =
		"v=0\no=- 1 1 IN IP6 2001:db8::12\ns=-\n"
		"c=IN IP6 2001:db8::12\nt=0 0\nm=audio 40000 RTP/AVP 0\n";

	box_open(&box, 5060);
	ktap_want(strstr(offer(six), six));
	ktap_equal(box.result, SIP_OK);
	ktap_equal(box_holes(&box), 0);
	ktap_equal(box.refused, NFIM_REFUSED_NOT_SELF);
	/* The other party may say so as well; it is not heard of otherwise. */
	box_open(&box, 5060);
	offer(sdp_in);
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, six);
	ktap_want(peer_is(40000, "198.51.100.7"));
	ktap_equal(box_hole(&box, 40000)->offer.peer_port, 0);
}

static void too_many(const void *arg)
{
	char sdp[2000];
	size_t n;
	int i;

	n = (size_t)snprintf(sdp, sizeof(sdp), "%s", HEAD);
	for (i = 0; i < 20; i++)
		n += (size_t)snprintf(sdp + n, sizeof(sdp) - n,
				      "m=audio %d RTP/AVP 0\n", 40000 + 2 * i);
	box_open(&box, 5060);
	offer(sdp);
	ktap_equal(box_holes(&box), IMSIP_STREAMS);
	ktap_equal(box.refused, NFIM_REFUSED_HOST_LIMIT);
}

/* A stream's message keeps its length, or the port is not taken. */
static void fits(const void *arg)
{
	const char *seen;

	box_open(&box, 5060);
	box.proto = 6;
	box.fit = SIP_FIT_SAME;
	seen = offer(sdp_in);
	ktap_equal(box_holes(&box), 1);
	ktap_want(strstr(seen, "c=IN IP4 203.0.113.5\n"));
	box_open(&box, 5060);
	box.proto = 6;
	box.fit = SIP_FIT_SAME;
	box.self[IN].outside = (struct addr){ 4, { 203, 0, 113, 255 } };
	seen = offer(HEAD "m=audio 9999 RTP/AVP 0\n");
	ktap_equal(box_holes(&box), box_hole(&box, 9999) ? 1 : 0);
}

static const struct ktap_case cases[] = {
	{ "policy may let anybody come", anybody },
	{ "or only whom the signalling comes from", signalling_peer },
	{ "or some networks", networks },
	{ "who does not take the call is shut out", narrowed },
	{ "candidates are rewritten with the rest, or left alone", ice },
	{ "too many of them are left alone", many_candidates },
	{ "alternatives are changed all or none", alternatives },
	{ "several ports of one description", several_ports },
	{ "RTCP at its own port, muxed, or not at all", rtcp_ports },
	{ "RTCP where nobody can be", rtcp_elsewhere },
	{ "a fax takes the place of the voice", fax },
	{ "media over TCP open where somebody listens", over_tcp },
	{ "a rejected medium is closed", rejected },
	{ "bundled media are one endpoint", bundled },
	{ "the other family is left alone", other_family },
	{ "endpoints of a call are limited", too_many },
	{ "a message in a stream keeps its length", fits },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
