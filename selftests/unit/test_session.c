// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/invite_session: sessions, alone and in a conversation. */

#include "../../kernel/proto/base64.h"
#include "../../kernel/proto/invite.h"
#include "parts.h"

#define HEADER	"MIME-Version: 1.0\r\n" \
		"Content-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n"
#define SM1	"Session-ID: {1}\r\nSession-Protocol: SM1\r\n"
#define INVITES	"Invitation-Command: INVITE\r\nInvitation-Cookie: 7\r\n" SM1
#define ACCEPTS	"Invitation-Command: ACCEPT\r\nInvitation-Cookie: 7\r\n" SM1
#define BARE	"IP-Address: 192.168.0.12\r\n"

#define CALL	"Application-GUID: {02D3C01F-BF30-4825-A83A-DE7AF41648AA}\r\n"
#define NETMEET	"Application-GUID: {44BBA842-CC51-11CF-AAFA-00AA00B6015C}\r\n"
#define SHARING	"Application-GUID: {F1B1920C-6A3C-4CE7-B18C-AFAB305FD03D}\r\n"
#define BOARD	"Application-GUID: {1DF57D09-637A-4ca5-91B9-2C3EDAAF62FE}\r\n"
#define ASK	"Application-GUID: {56b994a7-380f-410b-9985-c809d78c1bdc}\r\n"
#define OFFER	"Application-GUID: 703EA1A8-D73E-43E3-852C-EE85B5D872C2\r\n"
#define CAM	"Application-GUID: {2A23868E-B45F-401D-B8B0-1E16B774A5B7}\r\n"
#define GAME	"Application-GUID: {8DAE4336-2B71-11D4-9A6C-006067325E47}\r\n"
#define FILES	"Application-GUID: {5D3E02AB-6190-11d3-BBBB-00C04F795683}\r\n"
#define OTHER	"Application-GUID: {00000000-6190-11d3-BBBB-00C04F795683}\r\n"

static struct policy any;

static void begin_session(void)
{
	u32 i, k;

	any = policy_builtin[POLICY_MSNP];
	for (i = 0; i < NFIM_APP_MAX; i++) {
		static const u16 ports[] = { 1503, 1720, 3389, 5060 };
		struct policy_app *app = any.app + i;

		*app = (struct policy_app){
			.allow = true,
			.protos = POLICY_TCP | POLICY_UDP,
			.limit = 9,
			.lifetime = 60,
			.inside[4] = { 1024, 65535 },
		};
		for (k = 0; k < ARRAY_SIZE(ports); k++)
			app->inside[k] = (struct port_range){ ports[k],
							      ports[k] };
		memcpy(app->outside, app->inside, sizeof(app->inside));
	}
	begin();
	g->policy = &any;
}

static void say(enum msnp_side side, const char *body)
{
	char text[4000];

	snprintf(text, sizeof(text), "%s%s", HEADER, body);
	gateway_say(g, side, build_msg(side ? "MSG bob@example.net B" :
				       "MSG 7 N",
				       span_make(text, strlen(text))), MSS);
}

/* Who invites, what is accepted, and what is open then: up to two ports. */
static const struct {
	const char *what, *invite;
	bool by_peer;
	const char *accept;
	enum nfim_app app;
	u16 port[2];
	u8 proto, also;
	enum offer_helper helper;
} rows[] = {
	{ "a call", INVITES CALL, true,
	  ACCEPTS "IP-Address: 192.168.0.12:8348\r\n", NFIM_APP_VOICE,
	  { 8348 }, 17, 6, OFFER_IMSIP },
	{ "a call of MSN 3", INVITES CALL, false, ACCEPTS BARE,
	  NFIM_APP_VOICE, { 6901 }, 17, 6, OFFER_NO_HELPER },
	{ "a call whose INVITE was not seen", NULL, false,
	  ACCEPTS "Context-Data: Requested:SIP_A,;\r\n"
	  "IP-Address: 192.168.0.12:8348\r\n", NFIM_APP_VOICE, { 8348 },
	  17, 6, OFFER_IMSIP },
	{ "NetMeeting", INVITES NETMEET, false, ACCEPTS BARE,
	  NFIM_APP_NETMEETING, { 1720, 1503 }, 6, 0, OFFER_Q931 },
	{ "NetMeeting of the peer", INVITES NETMEET, true, ACCEPTS BARE,
	  NFIM_APP_NETMEETING, { 1720, 1503 }, 6, 0, OFFER_Q931 },
	{ "a whiteboard", INVITES BOARD, true, ACCEPTS BARE,
	  NFIM_APP_WHITEBOARD, { 1503 }, 6, 0, OFFER_NO_HELPER },
	{ "a whiteboard that tells", INVITES BOARD, true,
	  ACCEPTS "IP-Address: 192.168.0.12:1504\r\n", NFIM_APP_WHITEBOARD,
	  { 1504 }, 6, 0, OFFER_NO_HELPER },
	{ "a whiteboard whose INVITE was not seen", NULL, false,
	  ACCEPTS "IP-Address: 192.168.0.12:1503\r\n", NFIM_APP_WHITEBOARD,
	  { 1503 }, 6, 0, OFFER_NO_HELPER },
	{ "shared applications", INVITES SHARING, false, ACCEPTS BARE
	  "Context-Data: 192.168.0.12:10337\r\n", NFIM_APP_APP_SHARING,
	  { 1503, 10337 }, 6, 0, OFFER_NO_HELPER },
	{ "shared applications, later", NULL, false,
	  "Invitation-Command: Context\r\nInvitation-Cookie: 7\r\n" SM1
	  "Context-Data: 192.168.0.12:10337\r\n", NFIM_APP_APP_SHARING,
	  { 10337 }, 6, 0, OFFER_NO_HELPER },
	{ "asking for assistance", INVITES ASK, false, ACCEPTS BARE,
	  NFIM_APP_REMOTE_ASSISTANCE, { 3389 }, 6, 0, OFFER_NO_HELPER },
	{ "being asked for assistance", INVITES ASK, true, ACCEPTS BARE },
	{ "offering assistance", INVITES OFFER, false, ACCEPTS BARE },
	{ "being offered assistance", INVITES OFFER, true, ACCEPTS BARE,
	  NFIM_APP_REMOTE_ASSISTANCE, { 3389 }, 6, 0, OFFER_NO_HELPER },
	{ "assistance whose INVITE was not seen", NULL, false,
	  ACCEPTS "IP-Address: 192.168.0.12:3389\r\n",
	  NFIM_APP_REMOTE_ASSISTANCE, { 3389 }, 6, 0, OFFER_NO_HELPER },
	{ "a meeting whose INVITE was not seen", NULL, false,
	  ACCEPTS "IP-Address: 192.168.0.12:1720\r\n", NFIM_APP_NETMEETING,
	  { 1720 }, 6, 0, OFFER_NO_HELPER },
	{ "a webcam", NULL, false,
	  INVITES CAM "IP: 192.168.0.12\r\nPort: 6950\r\n", NFIM_APP_WEBCAM,
	  { 6950 }, 6, 0, OFFER_NO_HELPER },
	{ "a game", INVITES GAME, true, ACCEPTS BARE, NFIM_APP_GAME,
	  { 47624, 2300 }, 6, 17, OFFER_NO_HELPER },
	{ "an unknown application", INVITES OTHER, true,
	  ACCEPTS "IP-Address: 192.168.0.12:4000\r\n", NFIM_APP_GAME,
	  { 4000 }, 6, 17, OFFER_NO_HELPER },
	{ "an unknown application without port", INVITES OTHER, true,
	  ACCEPTS BARE },
	{ "nothing but a decoy", INVITES CALL, true,
	  ACCEPTS "Request-Data: IP-Address:\r\n" },
	{ "an INVITE with an address", NULL, false,
	  INVITES CALL "IP-Address: 192.168.0.12:4000\r\n" },
	{ "a file in a session", INVITES FILES, false, ACCEPTS BARE },
	{ "an ACCEPT of a file in a session", NULL, false,
	  ACCEPTS FILES BARE },
	{ "SIP, and nothing else is known", NULL, false,
	  ACCEPTS "Context-Data: SIP_A\r\n" BARE, NFIM_APP_VOICE, { 6901 },
	  17, 6, OFFER_NO_HELPER },
	{ "an INVITE without a cookie", "Invitation-Command: INVITE\r\n" SM1
	  NETMEET, true, ACCEPTS BARE },
	{ "an ACCEPT without a cookie", INVITES NETMEET, true,
	  "Invitation-Command: ACCEPT\r\n" SM1 BARE },
	{ "a port that a router has mapped", INVITES CALL, true,
	  ACCEPTS "UPnP: TRUE\r\nIP-Address: 203.0.113.5:8348\r\n" },
	{ "an outside address", INVITES CALL, true,
	  ACCEPTS "UPnP: FALSE\r\nIP-Address: 203.0.113.5:8348\r\n",
	  NFIM_APP_VOICE, { 8348 }, 17, 6, OFFER_IMSIP },
	{ "base64 alone", INVITES CALL, true,
	  ACCEPTS "IP-Address-Enc64: MTkyLjE2OC4wLjEyOjgzNDg=\r\n",
	  NFIM_APP_VOICE, { 8348 }, 17, 6, OFFER_IMSIP },
};

static void sessions(const void *arg)
{
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].what);
		begin_session();
		if (rows[i].invite)
			say(rows[i].by_peer ? MSNP_S2C : MSNP_C2S,
			    rows[i].invite);
		ktap_equal(g->n, 0);
		say(MSNP_C2S, rows[i].accept);
		ktap_equal(g->n, !!rows[i].port[0] + !!rows[i].port[1]);
		for (k = 0; k < g->n; k++) {
			const struct offer *o = &g->offer[k].offer;

			ktap_equal(g->offer[k].port, rows[i].port[k]);
			ktap_equal(o->inside_port, rows[i].port[k]);
			ktap_equal(o->app, rows[i].app);
			ktap_equal(o->proto, rows[i].proto);
			ktap_equal(o->also, rows[i].also);
			ktap_equal(o->helper, k ? OFFER_NO_HELPER :
				   rows[i].helper);
			ktap_equal(o->cookie, 7);
		}
		if (g->n)
			ktap_want(!heard_text("IP-Address: 192"));
		end();
	}
}

static void rewrites(const void *arg)
{
	ktap_at("base64 follows");
	begin_session();
	g->map[0][0] = 8348;
	g->map[0][1] = 20348;
	say(MSNP_S2C, INVITES CALL);
	say(MSNP_C2S, ACCEPTS "IP-Address: 192.168.0.12:8348\r\n"
	    "IP-Address-Enc64: MTkyLjE2OC4wLjEyOjgzNDg=\r\n\r\n");
	ktap_want(heard_text("IP-Address: 203.0.113.5:20348\r\n"));
	ktap_want(heard_text("Enc64: MjAzLjAuMTEzLjU6MjAzNDg=\r\n"));
	end();
	ktap_at("a port that nobody is told cannot be another one");
	begin_session();
	g->deny[0] = 1720;
	say(MSNP_C2S, INVITES NETMEET);
	say(MSNP_C2S, ACCEPTS BARE);
	if (ktap_equal(g->n, 2)) {
		ktap_equal(g->offer[0].port, 0);
		ktap_equal(g->offer[1].port, 1503);
	}
	ktap_want(heard_text("IP-Address: 203.0.113.5\r\n"));
	end();
	ktap_at("nor is anything changed when none is open");
	begin_session();
	g->deny[0] = 1720;
	g->deny[1] = 1503;
	say(MSNP_C2S, INVITES NETMEET);
	say(MSNP_C2S, ACCEPTS BARE);
	ktap_equal(g->n, 2);
	ktap_want(heard_text(BARE));
	end();
	ktap_at("an add-on's port");
	begin_session();
	g->map[0][0] = 6950;
	g->map[0][1] = 6951;
	say(MSNP_C2S, INVITES CAM "IP: 192.168.0.12\r\nPort: 6950\r\n");
	ktap_want(heard_text("IP: 203.0.113.5\r\nPort: 6951\r\n"));
	end();
}

/* What its lines say of payloads ends where the stream ends. */
static bool lengths_agree(void)
{
	struct span s = gateway_heard(g, MSNP_C2S, 0), line;
	const char *number;
	size_t n;

	while (text_line(&s, &line)) {
		if (span_len(line) < 4 || memcmp(line.p, "MSG ", 4))
			continue;
		number = memrchr(line.p, ' ', span_len(line));
		n = strtoul(number, NULL, 10);
		if (n > span_len(s))
			return false;
		s.p += n;
		if (s.p == s.end)
			return true;
	}
	return false;
}

/* What one endpoint does to the length must not be in the way of the next. */
static void two_ends(const void *arg)
{
	static const struct {
		const char *what, *inside;
		bool no_resize;
		u16 deny;
		const char *accept, *want;
	} ends[] = {
		{ "both get shorter", "192.168.0.12", true, 0,
		  "IP-Address: 192.168.0.12:8348\r\nContext-Data: 192.168.0.12:8350\r\n",
		  "IP-Address: 203.0.113.5:8348\r\nContext-Data: 203.0.113.5:8350\r"
		  "\n  " },
		{ "only one is open", "192.168.0.12", true, 8350,
		  "IP-Address: 192.168.0.12:8348\r\n"
		  "Context-Data: 192.168.0.12:8350\r\n",
		  "IP-Address: 203.0.113.5:8348\r\n"
		  "Context-Data: 192.168.0.12:8350\r\n" },
		{ "the first is refused", "192.168.0.12", true, 0,
		  "IP-Address: 192.168.0.12:22\r\n"
		  "Context-Data: 192.168.0.12:8350\r\n",
		  "IP-Address: 192.168.0.12:22\r\n"
		  "Context-Data: 203.0.113.5:8350\r\n" },
		{ "both get longer", "10.0.0.2", false, 0,
		  "Context-Data: 10.0.0.2:8350\r\nIP-Address: 10.0.0.2:8348\r\n",
		  "Context-Data: 203.0.113.5:8350\r\n"
		  "IP-Address: 203.0.113.5:8348\r\n" },
		{ "one gets longer, the other is not open", "10.0.0.2", false,
		  8350,
		  "Context-Data: 10.0.0.2:8350\r\nIP-Address: 10.0.0.2:8348\r\n",
		  "Context-Data: 10.0.0.2:8350\r\n"
		  "IP-Address: 203.0.113.5:8348\r\n" },
	};
	struct policy_app *app = any.app + NFIM_APP_APP_SHARING;
	char text[400];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		ktap_at("%s", ends[i].what);
		begin_session();
		gateway_close(g);
		begin_at(ends[i].inside, "203.0.113.5", false);
		g->policy = &any;
		g->no_resize = ends[i].no_resize;
		g->deny[0] = ends[i].deny;
		memset(app->outside, 0, sizeof(app->outside));
		app->outside[0] = (struct port_range){ 8348, 8350 };
		g->deny[1] = 8349;
		say(MSNP_C2S, INVITES SHARING);
		snprintf(text, sizeof(text), ACCEPTS "%s", ends[i].accept);
		say(MSNP_C2S, text);
		ktap_equal(g->n, 2);
		ktap_want(heard_text(ends[i].want));
		ktap_want(lengths_agree());
		end();
	}
}

/* Addresses and ports in all places, also over IPv6 and in X. */
static void forms(const void *arg)
{
	static const struct {
		const char *inside, *outside, *accept, *want;
	} forms[] = {
		{ "2001:db8:1::c", "2001:db8:2::5",
		  "IP-Address: [2001:db8:1::c]:8348\r\n",
		  "IP-Address: [2001:db8:2:0:0:0:0:5]:8349\r\n" },
		{ "192.168.0.12", "203.0.113.5",
		  "IP-Address: 203.0.113.5:8348\r\n",
		  "IP-Address: 203.0.113.5:8349\r\n" },
		{ "192.168.0.12", "203.0.113.5",
		  "IP-Address: 192.168.0.12\r\nPort: 8348\r\nPortX: 4573\r\n"
		  "PortX-Internal: 4573\r\nIP-Address-Internal: 192.168.0.12\r\n",
		  "IP-Address: 203.0.113.5\r\nPort: 8349\r\nPortX: 4572\r\n"
		  "PortX-Internal: 4573\r\nIP-Address-Internal: 192.168.0.12\r\n"
		},
		{ "192.168.0.12", "203.0.113.5",
		  "IP-Address: 192.168.0.12:8348\r\n"
		  "IP-Address: 192.168.0.99:8348\r\nIP-Address-Enc64: ???\r\n",
		  "IP-Address: 203.0.113.5:8349\r\n"
		  "IP-Address: 192.168.0.99:8348\r\nIP-Address-Enc64: ???\r\n" },
		{ "203.0.113.5", "203.0.113.5",
		  "IP-Address: 203.0.113.5:8348\r\n",
		  "IP-Address: 203.0.113.5:8348\r\n" },
	};
	char text[400];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		ktap_at("%s", forms[i].accept);
		begin_session();
		gateway_close(g);
		begin_at(forms[i].inside, forms[i].outside, false);
		g->policy = &any;
		g->map[0][0] = 8348;
		g->map[0][1] = 8349;
		say(MSNP_S2C, INVITES CALL);
		snprintf(text, sizeof(text), ACCEPTS "%s", forms[i].accept);
		say(MSNP_C2S, text);
		ktap_equal(g->n, 1);
		ktap_want(heard_text(forms[i].want));
		end();
	}
}

/* Nothing is written where not all of it can be. */
static void no_room(const void *arg)
{
	begin_session();
	gateway_close(g);
	begin_at("10.0.0.2", "203.0.113.5", false);
	g->policy = &any;
	g->no_resize = true;
	say(MSNP_S2C, INVITES CALL);
	say(MSNP_C2S, ACCEPTS "IP-Address: 10.0.0.2:8348\r\n");
	ktap_equal(g->offer[0].how, NFIM_REFUSED_UNREACHABLE);
	ktap_want(heard_text("IP-Address: 10.0.0.2:8348\r\n"));
	end();
	ktap_at("no session, and nobody knows of what");
	begin_session();
	say(MSNP_C2S, "Invitation-Command: ACCEPT\r\nInvitation-Cookie: 7\r\n"
	    "IP-Address: 192.168.0.12:8348\r\n");
	ktap_equal(g->n, 0);
	ktap_at("of a call");
	say(MSNP_C2S, INVITES CALL);
	say(MSNP_C2S, "Invitation-Command: ACCEPT\r\nInvitation-Cookie: 7\r\n"
	    "IP-Address: 192.168.0.12:8348\r\n");
	ktap_equal(g->n, 1);
	end();
	ktap_at("no memory for the INVITE");
	begin_session();
	g->no_state = true;
	say(MSNP_S2C, INVITES NETMEET);
	say(MSNP_C2S, ACCEPTS BARE);
	ktap_equal(g->n, 0);
	end();
}

static void refuses(const void *arg)
{
	static const struct {
		const char *accept;
		enum nfim_counter why;
	} bad[] = {
		{ "IP-Address: 192.168.0.13:8348\r\n", NFIM_REFUSED_NOT_SELF },
		{ "IP-Address: 192.168.0.12:0\r\n", NFIM_REFUSED_PORT_ZERO },
		{ "IP-Address: 192.168.0.12:22\r\n",
		  NFIM_REFUSED_PORT_PRIVILEGED },
		{ "IP-Address: 192.168.0.300\r\n", NFIM_REFUSED_MALFORMED },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		char text[400];

		ktap_at("%s", bad[i].accept);
		begin_session();
		say(MSNP_S2C, INVITES CALL);
		snprintf(text, sizeof(text), "%s%s", ACCEPTS, bad[i].accept);
		say(MSNP_C2S, text);
		if (ktap_equal(g->n, 1))
			ktap_equal(g->offer[0].how, bad[i].why);
		ktap_want(heard_text(bad[i].accept));
		end();
	}
}

static void one_protocol(const void *arg)
{
	begin_session();
	any.app[NFIM_APP_VOICE].protos = POLICY_UDP;
	say(MSNP_S2C, INVITES CALL);
	say(MSNP_C2S, ACCEPTS "IP-Address: 192.168.0.12:8348\r\n");
	ktap_equal(g->offer[0].offer.proto, 17);
	ktap_equal(g->offer[0].offer.also, 0);
	end();
	begin_session();
	any.app[NFIM_APP_VOICE].protos = POLICY_TCP;
	say(MSNP_S2C, INVITES CALL);
	say(MSNP_C2S, ACCEPTS "IP-Address: 192.168.0.12:8348\r\n");
	ktap_equal(g->offer[0].offer.proto, 6);
	ktap_equal(g->offer[0].offer.also, 0);
	end();
}

static void remembers(const void *arg)
{
	char text[400];
	u32 i;

	begin_session();
	say(MSNP_C2S, INVITES NETMEET);
	for (i = 1; i < NFIM_TALK_INVITED; i++) {
		snprintf(text, sizeof(text), "Invitation-Command: INVITE\r\n"
			 "Invitation-Cookie: %u\r\n" SM1 BOARD, 1000 + i);
		say(MSNP_S2C, text);
	}
	ktap_at("so many");
	say(MSNP_C2S, ACCEPTS BARE);
	ktap_equal(g->n, 2);
	ktap_at("and no more");
	say(MSNP_S2C, "Invitation-Command: INVITE\r\n"
	    "Invitation-Cookie: 9999\r\n" SM1 BOARD);
	say(MSNP_C2S, ACCEPTS BARE);
	ktap_equal(g->n, 2);
	end();
	ktap_at("the last word counts");
	begin_session();
	say(MSNP_C2S, INVITES NETMEET);
	say(MSNP_S2C, INVITES BOARD);
	say(MSNP_C2S, ACCEPTS BARE);
	ktap_equal(g->n, 1);
	end();
}

static void cancels(const void *arg)
{
	begin_session();
	say(MSNP_C2S, INVITES NETMEET);
	say(MSNP_C2S, ACCEPTS BARE);
	say(MSNP_S2C, "Invitation-Command: CANCEL\r\n"
	    "Invitation-Cookie: 7\r\nCancel-Code: REJECT_NOT_INSTALLED\r\n");
	ktap_want(g->offer[0].closed && g->offer[1].closed);
	end();
}

static void encodings(const void *arg)
{
	static const struct {
		const char *plain, *code;
	} good[] = {
		{ "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" }, { "1.2.3.4:80", "MS4yLjMuNDo4MA==" },
	};
	static const char *const bad[] = {
		"", "Zg", "Zg=", "Zg=a", "Z===", "====", "Zg==Zg==", "Z*==",
		"\xffg==",
	};
	char out[64];
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		ktap_at("%s", good[i].plain);
		n = base64_encode(out, input(good[i].plain));
		ktap_bytes(out, n, good[i].code, strlen(good[i].code));
		if (ktap_want(base64_decode(input(good[i].code), out,
					    sizeof(out), &n)))
			ktap_bytes(out, n, good[i].plain,
				   strlen(good[i].plain));
		ktap_want(!base64_decode(input(good[i].code), out,
					 strlen(good[i].plain) - 1, &n));
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ktap_at("%s", bad[i]);
		ktap_want(!base64_decode(input(bad[i]), out, sizeof(out), &n));
	}
	input_done();
}

static const struct ktap_case cases[] = {
	{ "each application opens its own ports, for who listens", sessions },
	{ "what is told is rewritten in every form", rewrites },
	{ "of two endpoints either, both or none are rewritten", two_ends },
	{ "in all forms of addresses and ports", forms },
	{ "all is written or nothing", no_room },
	{ "what must not be opened is refused with its reason and untouched",
	  refuses },
	{ "of two protocols those are opened that policy allows",
	  one_protocol },
	{ "invitations are remembered, so many of them", remembers },
	{ "a refusal closes everything of the session", cancels },
	{ "base64 is read and written strictly", encodings },
};

int main(void)
{
	int status = ktap_run(cases, ARRAY_SIZE(cases));

	free(g);
	return status;
}
