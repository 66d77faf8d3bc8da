// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/msnp_talk: a conversation as the gateway takes part in it. */

#include <stdlib.h>

#include "../ktap.h"
#include "gateway.h"
#include "input.h"

#define HEADER	"MIME-Version: 1.0\r\n" \
		"Content-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n"
#define ACCEPT	"Invitation-Command: ACCEPT\r\nInvitation-Cookie: 33267\r\n"
#define INSIDE	"IP-Address: 192.168.0.12\r\nPort: 6891\r\n"

static struct gateway *g;

static void begin(bool ns)
{
	if (!g)
		g = malloc(sizeof(*g));
	gateway_open(g, "192.168.0.12", "203.0.113.5");
	gateway_greet(g, ns);
}

static void end(void)
{
	gateway_close(g);
	if (g->trouble)
		ktap_fail("%s", g->trouble);
	ktap_equal(g->missed, 0);
}

/* A MSG; @who stands between name and length. */
static struct span msg(const char *who, const char *header, const char *body)
{
	static char text[8192];
	int n = snprintf(text, sizeof(text), "MSG %s %zu\r\n%s%s", who,
			 strlen(header) + strlen(body), header, body);

	return span_make(text, (size_t)n);
}

static struct span invite(const char *body)
{
	return msg("7 N", HEADER, body);
}

static bool heard(enum msnp_side side, const char *text)
{
	struct span s = gateway_heard(g, side, 0);

	return memmem(s.p, span_len(s), text, strlen(text));
}

static void opens(const void *arg)
{
	begin(false);
	gateway_say(g, MSNP_C2S, invite(ACCEPT INSIDE), 1460);
	if (ktap_equal(g->n, 1)) {
		ktap_equal(g->offer[0].how, NFIM_EXPECTED_EDITED);
		ktap_equal(g->offer[0].port, 6891);
		ktap_equal(g->offer[0].offer.cookie, 33267);
		ktap_want(!strcmp(g->offer[0].edit, "same-length"));
	}
	ktap_equal(g->count[NFIM_OFFERS], 1);
	ktap_equal(g->count[NFIM_EXPECTED_EDITED], 1);
	ktap_want(heard(MSNP_C2S, "IP-Address: 203.0.113.5\r\nPort: 6891\r\n"));
	end();
}

static void moves(const void *arg)
{
	begin(false);
	g->map[0][0] = 6891;
	g->map[0][1] = 50001;
	gateway_say(g, MSNP_C2S, invite(ACCEPT INSIDE), 1460);
	ktap_equal(g->offer[0].port, 50001);
	ktap_want(heard(MSNP_C2S,
			"IP-Address: 203.0.113.5\r\nPort: 50001\r\n"));
	gateway_say(g, MSNP_C2S, invite(ACCEPT INSIDE), 1460);
	ktap_at("again");
	ktap_equal(g->n, 2);
	ktap_equal(g->offer[1].port, 50001);
	end();
}

static void pieces(const void *arg)
{
	struct span m = invite(ACCEPT INSIDE);
	u32 len = (u32)span_len(m), cut, at;

	for (cut = 1; cut < len; cut++) {
		ktap_at("cut at %u", cut);
		begin(false);
		at = g->tx_len[0];
		gateway_append(g, MSNP_C2S, m);
		gateway_segment(g, MSNP_C2S, at, cut);
		gateway_segment(g, MSNP_C2S, at + cut, len - cut);
		gateway_settle(g, MSNP_C2S);
		ktap_equal(g->n, 1);
		ktap_equal(g->released, 0);
		ktap_want(heard(MSNP_C2S, "203.0.113.5\r\nPort: 6891"));
		/* Everything again, cut in another way. */
		gateway_segment(g, MSNP_C2S, 0, at + len / 2);
		gateway_segment(g, MSNP_C2S, at + len / 3, len - len / 3);
		ktap_equal(g->n, 1);
		end();
	}
	ktap_at("not held");
	begin(false);
	g->no_hold = true;
	gateway_say(g, MSNP_C2S, m, 100);
	ktap_equal(g->n, 0);
	ktap_equal(g->count[NFIM_SPLIT], 1);
	ktap_want(heard(MSNP_C2S, INSIDE));
	end();
}

static void refuses(const void *arg)
{
	static const struct {
		const char *body;
		enum nfim_counter why;
		bool parsed;
	} rows[] = {
		{ ACCEPT "IP-Address: 192.168.0.13\r\nPort: 6891\r\n",
		  NFIM_REFUSED_NOT_SELF },
		{ ACCEPT "IP-Address: 192.168.0.256\r\nPort: 6891\r\n",
		  NFIM_REFUSED_MALFORMED },
		{ ACCEPT "IP-Address: 192.168.0.12\r\nPort: 80\r\n",
		  NFIM_REFUSED_PORT_PRIVILEGED, true },
		{ ACCEPT "IP-Address: 192.168.0.12\r\nPort: 7000\r\n",
		  NFIM_REFUSED_PORT_POLICY, true },
	};
	struct span m;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].body);
		begin(false);
		m = invite(rows[i].body);
		gateway_say(g, MSNP_C2S, m, 1460);
		if (ktap_equal(g->n, 1)) {
			ktap_equal(g->offer[0].how, rows[i].why);
			ktap_equal(g->offer[0].parsed, rows[i].parsed);
			ktap_equal(g->offer[0].port, 0);
		}
		ktap_want(heard(MSNP_C2S, rows[i].body));
		end();
	}
	ktap_at("no policy");
	begin(false);
	g->policy = NULL;
	gateway_say(g, MSNP_C2S, invite(ACCEPT INSIDE), 1460);
	ktap_equal(g->offer[0].how, NFIM_REFUSED_NO_POLICY);
	end();
	ktap_at("not to be edited");
	begin(false);
	g->no_edit = true;
	gateway_say(g, MSNP_C2S, invite(ACCEPT INSIDE), 1460);
	ktap_equal(g->offer[0].how, NFIM_REFUSED_UNREACHABLE);
	end();
	ktap_at("not to be edited, nor need it be");
	begin(false);
	g->no_edit = true;
	g->map[0][0] = 6891;
	g->map[0][1] = 50001;
	gateway_say(g, MSNP_C2S, invite(ACCEPT "IP-Address: 203.0.113.5\r\n"
					"Port: 6891\r\n"), 1460);
	ktap_equal(g->offer[0].how, NFIM_EXPECTED);
	ktap_equal(g->offer[0].port, 6891);
	end();
}

static void unanswered(const void *arg)
{
	const char *line = "USR 1 alice@example.com 17.18\r\n";

	begin(false);
	gateway_close(g);
	gateway_open(g, "192.168.0.12", "203.0.113.5");
	gateway_say(g, MSNP_C2S, span_make(line, strlen(line)), 1460);
	gateway_say(g, MSNP_C2S, invite(ACCEPT INSIDE), 1460);
	ktap_equal(g->offer[0].how, NFIM_REFUSED_UNANSWERED);
	ktap_equal(g->count[NFIM_REFUSED_UNANSWERED], 1);
	end();
	ktap_at("the server speaks first");
	gateway_open(g, "192.168.0.12", "203.0.113.5");
	gateway_say(g, MSNP_S2C, span_make("USR 1 OK a b\r\n", 14), 1460);
	ktap_equal(g->count[NFIM_OPAQUE_FOREIGN], 1);
	end();
}

static void cancels(const void *arg)
{
	begin(false);
	gateway_say(g, MSNP_C2S, invite(ACCEPT INSIDE), 1460);
	gateway_say(g, MSNP_S2C, msg("bob@example.net Bob", HEADER,
				     "Invitation-Command: CANCEL\r\n"
				     "Invitation-Cookie: 33267\r\n"
				     "Cancel-Code: TIMEOUT\r\n\r\n"), 1460);
	ktap_want(g->offer[0].closed);
	ktap_equal(g->count[NFIM_CANCELLED], 1);
	ktap_equal(g->notes, 1);
	end();
	ktap_at("nothing");
	begin(false);
	gateway_say(g, MSNP_C2S, invite("Invitation-Command: CANCEL\r\n"
					"Invitation-Cookie: 0\r\n"), 1460);
	gateway_say(g, MSNP_C2S, invite("Invitation-Command: CANCEL\r\n"),
		    1460);
	ktap_equal(g->count[NFIM_CANCELLED], 0);
	end();
}

static void others(const void *arg)
{
	static const char *const rows[] = {
		"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n",
		"Content-Type: text/x-msmsgscontrol\r\n\r\n",
		"MIME-Version: 1.0\r\n\r\n",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i]);
		begin(false);
		gateway_say(g, MSNP_C2S, msg("3 N", rows[i], HEADER ACCEPT
					     INSIDE), 1460);
		ktap_equal(g->n, 0);
		ktap_want(heard(MSNP_C2S, INSIDE));
		end();
	}
	ktap_at("what a peer announces");
	begin(false);
	gateway_say(g, MSNP_S2C, msg("bob@example.net Bob", HEADER,
				     ACCEPT INSIDE), 1460);
	ktap_equal(g->n, 0);
	ktap_want(heard(MSNP_S2C, INSIDE));
	end();
}

static void say_line(enum msnp_side side, const char *line)
{
	gateway_say(g, side, span_make(line, strlen(line)), 1460);
}

static void learns(const void *arg)
{
	begin(true);
	ktap_equal(g->client.dialect, 18);
	say_line(MSNP_C2S, "CVR 3 0x0409 winnt 5.1 i386 MSNMSGR 8.5.1302 BC01 a\r\n");
	ktap_want(!strcmp(g->client.name, "MSNMSGR"));
	ktap_want(!strcmp(g->client.text, "8.5.1302"));
	say_line(MSNP_C2S, "CVR 4 0x0409 winnt 5.1 i386 OTHER 1.0 BC01 a\r\n");
	ktap_want(!strcmp(g->client.name, "MSNMSGR"));
	end();
}

static void follows(const void *arg)
{
	begin(true);
	say_line(MSNP_S2C, "XFR 9 SB 198.51.100.10:1864 CKI 1.2\r\n");
	if (ktap_equal(g->n_next, 1))
		ktap_equal(g->next_port[0], 1864);
	ktap_equal(g->count[NFIM_FOLLOWED], 1);
	say_line(MSNP_S2C, "RNG 17 198.51.100.10:1863 CKI 1.2 b@c B\r\n");
	say_line(MSNP_C2S, "XFR 9 SB 198.51.100.10:1865 CKI 1.2\r\n");
	ktap_equal(g->n_next, 1);
	end();
}

static void profiles(const void *arg)
{
	static const char header[] =
		"Content-Type: text/x-msmsgsprofile; charset=UTF-8\r\n";
	static struct policy policy;
	struct span m = msg("Hotmail Hotmail", header,
			    "ClientIP: 203.0.113.5\r\nClientPort: 16796\r\n"
			    "\r\n");
	u32 seg;

	policy = policy_builtin[POLICY_MSNP];
	policy.client_ip = true;
	for (seg = 20; seg < 400; seg += 40) {
		ktap_at("%u", seg);
		begin(true);
		g->policy = &policy;
		say_line(MSNP_S2C, "USR 3 OK a b\r\n");
		gateway_say(g, MSNP_S2C, m, seg);
		if (g->released)
			continue;
		ktap_equal(g->count[NFIM_CLIENT_IP], 1);
		ktap_want(heard(MSNP_S2C, "ClientIP: 192.168.0.12\r\n"
				"ClientPort: 16540\r\n"));
		end();
	}
	ktap_at("not to be edited");
	begin(true);
	g->policy = &policy;
	say_line(MSNP_S2C, "USR 3 OK a b\r\n");
	g->no_edit = true;
	gateway_say(g, MSNP_S2C, m, 1460);
	ktap_equal(g->count[NFIM_CLIENT_IP], 0);
	end();
	ktap_at("of somebody else");
	begin(true);
	g->policy = &policy;
	g->self.outside.b[3]++;
	say_line(MSNP_S2C, "USR 3 OK a b\r\n");
	gateway_say(g, MSNP_S2C, m, 1460);
	ktap_want(heard(MSNP_S2C, "ClientIP: 203.0.113.5\r\n"));
	end();
	ktap_at("without a policy");
	begin(true);
	g->policy = NULL;
	say_line(MSNP_S2C, "USR 3 OK a b\r\n");
	gateway_say(g, MSNP_S2C, m, 1460);
	ktap_equal(g->count[NFIM_CLIENT_IP], 0);
	end();
	ktap_at("without NAT");
	begin(true);
	g->policy = &policy;
	g->self.inside = g->self.outside;
	say_line(MSNP_S2C, "USR 3 OK a b\r\n");
	gateway_say(g, MSNP_S2C, m, 1460);
	ktap_equal(g->count[NFIM_CLIENT_IP], 0);
	end();
	ktap_at("not wanted");
	begin(true);
	gateway_say(g, MSNP_S2C, m, 1460);
	ktap_equal(g->count[NFIM_CLIENT_IP], 0);
	ktap_want(heard(MSNP_S2C, "ClientIP: 203.0.113.5\r\n"));
	end();
}

static void crowds(const void *arg)
{
	static char text[65536];
	struct span m;
	u32 i, n = 0;

	begin(false);
	for (i = 0; i < 30; i++) {
		m = invite(ACCEPT INSIDE);
		memcpy(text + n, m.p, span_len(m));
		n += (u32)span_len(m);
	}
	gateway_say(g, MSNP_C2S, span_make(text, n), n);
	ktap_equal(g->n, NFIM_OFFERS_PER_SKB);
	ktap_equal(g->count[NFIM_OFFERS], 30);
	ktap_equal(g->count[NFIM_REFUSED_MASTER_LIMIT],
		   30 - NFIM_OFFERS_PER_SKB);
	end();
	ktap_at("too long to be read");
	begin(false);
	memset(text, ' ', sizeof(text));
	n = (u32)sprintf(text, "MSG 7 N %u\r\n" HEADER ACCEPT INSIDE,
			 NFIM_MSG_MAX + 1);
	text[n] = ' ';
	n = (u32)(strchr(text, '\n') + 1 - text) + NFIM_MSG_MAX + 1;
	gateway_say(g, MSNP_C2S, span_make(text, n), n);
	ktap_equal(g->count[NFIM_OFFERS], 0);
	ktap_equal(g->rx_len[0], g->tx_len[0]);
	end();
}

static void speaks_for(const void *arg)
{
	static struct policy policy;

	policy = policy_builtin[POLICY_MSNP];
	policy.third_party[0].addr = (struct addr){ 4, { 192, 168, 0, 0 } };
	policy.third_party[0].bits = 24;
	begin(false);
	g->policy = &policy;
	gateway_say(g, MSNP_C2S, invite(ACCEPT "IP-Address: 192.168.0.77\r\n"
					"Port: 6891\r\n"), 1460);
	if (ktap_equal(g->n, 1)) {
		ktap_equal(g->offer[0].how, NFIM_EXPECTED_EDITED);
		ktap_equal(g->offer[0].listener.b[3], 77);
	}
	end();
	ktap_at("without NAT");
	begin(false);
	g->self.outside = g->self.inside;
	g->policy = &policy;
	gateway_say(g, MSNP_C2S, invite(ACCEPT "IP-Address: 192.168.0.77\r\n"
					"Port: 6891\r\n"), 1460);
	ktap_equal(g->offer[0].how, NFIM_EXPECTED);
	ktap_equal(g->offer[0].listener.b[3], 77);
	end();
}

static const struct ktap_case cases[] = {
	{ "a file transfer is opened and rewritten", opens },
	{ "a port that is taken is exchanged, and kept for a repeat", moves },
	{ "a cut anywhere changes nothing", pieces },
	{ "what must not be opened is refused with its reason and untouched",
	  refuses },
	{ "nothing is opened before the server has answered", unanswered },
	{ "a cancelled invitation closes what it opened", cancels },
	{ "other messages are left alone", others },
	{ "a login teaches the client once", learns },
	{ "the next server is followed unless rules do so already", follows },
	{ "the profile is corrected if policy wants it", profiles },
	{ "one packet announces so many endpoints and no more", crowds },
	{ "a policy lets a client speak for others", speaks_for },
};

int main(void)
{
	int status = ktap_run(cases, ARRAY_SIZE(cases));

	free(g);
	return status;
}
