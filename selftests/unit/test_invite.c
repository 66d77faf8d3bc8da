// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/invite: what an invitation says and offers. */

#include "../../kernel/proto/invite.h"
#include "../ktap.h"
#include "input.h"

#define ACCEPT	"Invitation-Command: ACCEPT\r\nInvitation-Cookie: 33267\r\n"

static void commands(const void *arg)
{
	static const struct {
		const char *body;
		enum invite_command command;
	} rows[] = {
		{ "Invitation-Command: ACCEPT\r\n", INVITE_ACCEPT },
		{ "Invitation-Command: INVITE\r\n", INVITE_INVITE },
		{ "Invitation-Command: CANCEL\r\n", INVITE_CANCEL },
		{ "invitation-command:\taccept \r\n", INVITE_ACCEPT },
		{ "Invitation-Command: ACCEPT", INVITE_ACCEPT },
		{ "Invitation-Command: ACCEPTED\r\n", INVITE_OTHER },
		{ "Invitation-Command: Context\r\n", INVITE_CONTEXT },
		{ "Invitation-Command:\r\n", INVITE_OTHER },
		{ "Invitation-Command ACCEPT\r\n", INVITE_OTHER },
		{ " Invitation-Command: ACCEPT\r\n", INVITE_OTHER },
		{ "", INVITE_OTHER },
		{ "\r\n", INVITE_OTHER },
		/* The first that is known counts. */
		{ "Invitation-Command: CANCEL\r\n"
		  "Invitation-Command: ACCEPT\r\n", INVITE_CANCEL },
		/* An empty line does not end a body. */
		{ "\r\nInvitation-Command: ACCEPT\r\n", INVITE_ACCEPT },
	};
	struct invite inv;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("\"%s\"", rows[i].body);
		invite_parse(input(rows[i].body), &inv);
		ktap_equal(inv.command, rows[i].command);
	}
	input_done();
}

static void cookies(const void *arg)
{
	static const struct {
		const char *body;
		bool has;
		u32 cookie;
	} rows[] = {
		{ "Invitation-Cookie: 33267\r\n", true, 33267 },
		{ "Invitation-Cookie: 0\r\n", true, 0 },
		{ "Invitation-Cookie: 4294967295\r\n", true, ~0u },
		{ "INVITATION-COOKIE:7", true, 7 },
		{ "Invitation-Cookie: 4294967296\r\n", false, 0 },
		{ "Invitation-Cookie: -1\r\n", false, 0 },
		{ "Invitation-Cookie: abc\r\n", false, 0 },
		{ "Invitation-Cookie:\r\n", false, 0 },
		{ "Invitation-Cookie: 1\r\nInvitation-Cookie: 2\r\n", true, 1 },
		{ "Invitation-Cookie: x\r\nInvitation-Cookie: 2\r\n", true, 2 },
		{ "AuthCookie: 5\r\n", false, 0 },
	};
	struct invite inv;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("\"%s\"", rows[i].body);
		invite_parse(input(rows[i].body), &inv);
		ktap_equal(inv.has_cookie, rows[i].has);
		ktap_equal(inv.cookie, rows[i].cookie);
	}
	input_done();
}

static void fields(const void *arg)
{
	static const struct {
		const char *line, *value;
		enum invite_kind kind;
		bool ok;
		u16 port;
	} rows[] = {
		{ "IP-Address: 1.2.3.4", "1.2.3.4", INVITE_IP, true },
		{ "IP-ADDRESS:1.2.3.4 ", "1.2.3.4", INVITE_IP, true },
		{ "IP-Address-Internal: 1.2.3.4", "1.2.3.4",
		  INVITE_IP_INTERNAL, true },
		{ "IP-Address: 2001:db8::1", "2001:db8::1", INVITE_IP, true },
		{ "IP-Address: 1.2.3.4:80", "1.2.3.4:80", INVITE_IP, true, 80 },
		{ "IP: 1.2.3.4", "1.2.3.4", INVITE_IP, true },
		{ "IP-Address-Internal: 1.2.3.4:80", "1.2.3.4:80",
		  INVITE_IP_INTERNAL, false },
		{ "IP-Address-Enc64: MS4yLjMuNA==", "MS4yLjMuNA==",
		  INVITE_ENC64, true },
		{ "IP-Address-Enc64: MS4yLjMuNDo4MA==", "MS4yLjMuNDo4MA==",
		  INVITE_ENC64, true, 80 },
		{ "IP-Address-Enc64: !!!!", "!!!!", INVITE_ENC64, false },
		{ "Context-Data: 1.2.3.4:80", "1.2.3.4:80", INVITE_DATA, true,
		  80 },
		{ "IP-Address: 1.2.3.04", "1.2.3.04", INVITE_IP, false },
		{ "IP-Address:", "", INVITE_IP, false },
		{ "Port: 6891", "6891", INVITE_PORT, true, 6891 },
		{ "Port: 06891", "06891", INVITE_PORT, true, 6891 },
		{ "Port: 0000006891", "0000006891", INVITE_PORT, true, 6891 },
		{ "Port: 00000006891", "00000006891", INVITE_PORT, false },
		{ "Port: 0", "0", INVITE_PORT, true, 0 },
		{ "Port: 65535", "65535", INVITE_PORT, true, 65535 },
		{ "Port: 65536", "65536", INVITE_PORT, false },
		{ "Port: -1", "-1", INVITE_PORT, false },
		{ "Port: 68 91", "68 91", INVITE_PORT, false },
		{ "Port:", "", INVITE_PORT, false },
		{ "PortX: 11178", "11178", INVITE_PORTX, true, 6891 },
		{ "PortX: 12609", "12609", INVITE_PORTX, true, 0 },
		{ "PortX: 65536", "65536", INVITE_PORTX, false },
		{ "PortX-Internal: 11178", "11178", INVITE_PORTX_INTERNAL,
		  true, 6891 },
	};
	static const char *const none[] = {
		"Context-Data: 1.2.3.4", "IP-Addres: 1.2.3.4",
		"XPort: 1", "Port 6891", "Request-Data: IP-Address:",
		" Port: 6891", "Port : 6891", "", ":", "AuthCookie: 6891",
		"Application-Name: Port: 6891",
	};
	struct invite inv;
	struct span body;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("\"%s\"", rows[i].line);
		body = input(rows[i].line);
		invite_parse(body, &inv);
		if (!ktap_equal(inv.n, 1))
			continue;
		ktap_equal(inv.field[0].kind, rows[i].kind);
		ktap_equal(inv.field[0].ok, rows[i].ok);
		ktap_equal(inv.field[0].port, rows[i].port);
		ktap_bytes(body.p + inv.field[0].off, inv.field[0].len,
			   rows[i].value, strlen(rows[i].value));
	}
	for (i = 0; i < ARRAY_SIZE(none); i++) {
		ktap_at("\"%s\"", none[i]);
		invite_parse(input(none[i]), &inv);
		ktap_equal(inv.n, 0);
	}
	input_done();
}

static struct span repeated(const char *line, unsigned int n, const char *end)
{
	char *text = malloc(strlen(line) * n + strlen(end) + 1);
	struct span s;
	unsigned int i;

	text[0] = '\0';
	for (i = 0; i < n; i++)
		strcat(text, line);
	s = input(strcat(text, end));
	free(text);
	return s;
}

static void crowds(const void *arg)
{
	static const struct {
		const char *what, *line, *end;
		unsigned int n;
		bool crowded;
		u32 fields;
	} rows[] = {
		{ "16 fields", "Port: 1\r\n", "", 16, false, 16 },
		{ "17 fields", "Port: 1\r\n", "", 17, true, 16 },
		{ "63 lines and one", "A: b\r\n", "Port: 1", 63, false, 1 },
		{ "64 lines and one", "A: b\r\n", "Port: 1", 64, true, 0 },
		{ "64 lines", "A: b\r\n", "", 64, false, 0 },
		{ "65 lines", "A: b\r\n", "\n", 64, true, 0 },
	};
	struct invite inv;
	struct span s;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].what);
		invite_parse(repeated(rows[i].line, rows[i].n, rows[i].end),
			     &inv);
		ktap_equal(inv.crowded, rows[i].crowded);
		ktap_equal(inv.n, rows[i].fields);
	}
	ktap_at("a field at the end of the longest body");
	s = repeated("x", NFIM_MSG_MAX - 8, "\nPort: 7");
	ktap_equal(span_len(s), NFIM_MSG_MAX);
	invite_parse(s, &inv);
	ktap_want(!inv.crowded);
	if (ktap_equal(inv.n, 1))
		ktap_equal(inv.field[0].port, 7);
	/* Its value may be cut, so there is no judging it. */
	ktap_at("a field across the end of it");
	invite_parse(repeated("x", NFIM_MSG_MAX - 8, "\nPort: 70"), &inv);
	ktap_want(inv.crowded);
	ktap_at("a field beyond it");
	s = repeated("x", NFIM_MSG_MAX, "\nPort: 7");
	invite_parse(s, &inv);
	ktap_want(inv.crowded);
	ktap_equal(inv.n, 0);
	input_done();
}

static void announcements(const void *arg)
{
	static const struct {
		const char *what, *body;
		bool yes;
	} rows[] = {
		{ "address and port",
		  ACCEPT "IP-Address: 1.2.3.4\r\nPort: 6891\r\n", true },
		{ "PortX alone",
		  ACCEPT "IP-Address: 1.2.3.4\r\nPortX: 11178\r\n", true },
		{ "internal address alone",
		  ACCEPT "IP-Address-Internal: 1.2.3.4\r\nPort: 1\r\n", true },
		{ "address that cannot be read",
		  ACCEPT "IP-Address: x\r\nPort: 6891\r\n", true },
		{ "no port", ACCEPT "IP-Address: 1.2.3.4\r\n", false },
		{ "internal port alone",
		  ACCEPT "IP-Address: 1.2.3.4\r\nPortX-Internal: 1\r\n",
		  false },
		{ "no address", ACCEPT "Port: 6891\r\n", false },
		{ "asks for an address",
		  ACCEPT "Request-Data: IP-Address:\r\nPort: 6891\r\n",
		  false },
		{ "invites", "Invitation-Command: INVITE\r\n"
		  "IP-Address: 1.2.3.4\r\nPort: 6891\r\n", false },
		{ "cancels", "Invitation-Command: CANCEL\r\n"
		  "IP-Address: 1.2.3.4\r\nPort: 6891\r\n", false },
		{ "no command",
		  "IP-Address: 1.2.3.4\r\nPort: 6891\r\n", false },
		{ "a session", ACCEPT "Session-ID: {1}\r\n"
		  "IP-Address: 1.2.3.4\r\nPort: 6891\r\n", false },
		{ "a session's protocol", ACCEPT "Session-Protocol: SM1\r\n"
		  "IP-Address: 1.2.3.4\r\nPort: 6891\r\n", false },
		{ "nothing", "", false },
	};
	struct invite inv;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].what);
		invite_parse(input(rows[i].body), &inv);
		ktap_equal(invite_announces(&inv), rows[i].yes);
	}
	input_done();
}

static struct self self_of(const char *inside, const char *outside)
{
	struct self self = { 0 };

	ktap_want(text_addr(input(inside), &self.inside));
	ktap_want(text_addr(input(outside), &self.outside));
	return self;
}

/* The host inside is 10.0.0.2, seen from outside as 203.0.113.5. */
static const struct {
	const char *what, *body;
	enum nfim_counter why;
	u16 announced, inside;
	bool fixed, in_place;
} offer_rows[] = {
	{ "inside address", "IP-Address: 10.0.0.2\r\nPort: 6891\r\n",
	  NFIM_OK, 6891, 6891, false, false },
	{ "outside address",
	  "IP-Address: 203.0.113.5\r\nPort: 6891\r\n",
	  NFIM_OK, 6891, 6891, false, true },
	{ "both", "IP-Address: 203.0.113.5\r\nPort: 6891\r\n"
	  "IP-Address-Internal: 10.0.0.2\r\n",
	  NFIM_OK, 6891, 6891, false, true },
	{ "mapped port", "IP-Address: 203.0.113.5\r\nPort: 3010\r\n"
	  "PortX-Internal: 11604\r\n",
	  NFIM_OK, 3010, 7189, false, true },
	{ "mapped port that cannot be read",
	  "IP-Address: 203.0.113.5\r\nPort: 3010\r\n"
	  "PortX-Internal: x\r\n", NFIM_OK, 3010, 3010, false, true },
	{ "mapped port zero",
	  "IP-Address: 203.0.113.5\r\nPort: 3010\r\n"
	  "PortX-Internal: 12609\r\n",
	  NFIM_OK, 3010, 3010, false, true },
	{ "behind another NAT",
	  "IP-Address: 198.51.100.9\r\nPort: 6891\r\n"
	  "IP-Address-Internal: 10.0.0.2\r\n",
	  NFIM_OK, 6891, 6891, true, true },
	{ "internal address alone",
	  "IP-Address-Internal: 10.0.0.2\r\nPort: 6891\r\n",
	  NFIM_OK, 6891, 6891, false, false },
	{ "PortX alone", "IP-Address: 10.0.0.2\r\nPortX: 11178\r\n",
	  NFIM_OK, 6891, 6891, false, false },
	{ "Port before PortX",
	  "PortX: 1\r\nIP-Address: 10.0.0.2\r\nPort: 6891\r\n",
	  NFIM_OK, 6891, 6891, false, false },
	{ "the first address counts", "IP-Address: 10.0.0.2\r\n"
	  "IP-Address: 9.9.9.9\r\nPort: 6891\r\n",
	  NFIM_OK, 6891, 6891, false, false },
	{ "another first", "IP-Address: 9.9.9.9\r\n"
	  "IP-Address: 10.0.0.2\r\nPort: 6891\r\n",
	  NFIM_REFUSED_NOT_SELF },
	{ "another host", "IP-Address: 10.0.0.3\r\nPort: 6891\r\n",
	  NFIM_REFUSED_NOT_SELF },
	{ "another host inside",
	  "IP-Address: 198.51.100.9\r\nPort: 6891\r\n"
	  "IP-Address-Internal: 10.0.0.3\r\n",
	  NFIM_REFUSED_NOT_SELF },
	/* The outside address is not an internal one. */
	{ "outside as internal",
	  "IP-Address: 198.51.100.9\r\nPort: 6891\r\n"
	  "IP-Address-Internal: 203.0.113.5\r\n",
	  NFIM_REFUSED_NOT_SELF },
	{ "loopback", "IP-Address: 127.0.0.1\r\nPort: 6891\r\n",
	  NFIM_REFUSED_NOT_SELF },
	{ "IPv6 for IPv4",
	  "IP-Address: ::ffff:10.0.0.2\r\nPort: 6891\r\n",
	  NFIM_REFUSED_NOT_SELF },
	{ "bad address", "IP-Address: 10.0.0.256\r\nPort: 6891\r\n",
	  NFIM_REFUSED_MALFORMED },
	{ "bad port", "IP-Address: 10.0.0.2\r\nPort: 65536\r\n",
	  NFIM_REFUSED_MALFORMED },
	/* A good PortX does not repair a bad Port. */
	{ "bad port, good PortX", "IP-Address: 10.0.0.2\r\n"
	  "Port: 6891a\r\nPortX: 11178\r\n",
	  NFIM_REFUSED_MALFORMED },
	{ "port zero", "IP-Address: 10.0.0.2\r\nPort: 0\r\n",
	  NFIM_REFUSED_PORT_ZERO },
	{ "PortX of zero", "IP-Address: 10.0.0.2\r\nPortX: 12609\r\n",
	  NFIM_REFUSED_PORT_ZERO },
};

static void offers(const void *arg)
{
	struct self self = self_of("10.0.0.2", "203.0.113.5");
	struct offer offer;
	struct invite inv;
	char body[400];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(offer_rows); i++) {
		ktap_at("%s", offer_rows[i].what);
		snprintf(body, sizeof(body), ACCEPT "%s", offer_rows[i].body);
		invite_parse(input(body), &inv);
		if (!ktap_want(invite_announces(&inv)) ||
		    !ktap_equal(invite_offer(&inv, &self, &offer),
				offer_rows[i].why) || offer_rows[i].why != NFIM_OK)
			continue;
		ktap_equal(offer.app, NFIM_APP_FILE_TRANSFER);
		ktap_equal(offer.proto, 6);
		ktap_equal(offer.cookie, 33267);
		ktap_equal(offer.announced_port, offer_rows[i].announced);
		ktap_equal(offer.inside_port, offer_rows[i].inside);
		ktap_equal(offer.fixed, offer_rows[i].fixed);
		ktap_equal(offer.in_place, offer_rows[i].in_place);
	}
	input_done();
}

static void offers_crowded(const void *arg)
{
	struct self self = self_of("10.0.0.2", "203.0.113.5");
	struct offer offer;
	struct invite inv;

	invite_parse(repeated("Port: 6891\r\n", 16,
			      ACCEPT "IP-Address: 10.0.0.2\r\n"), &inv);
	ktap_want(inv.crowded);
	ktap_want(!invite_announces(&inv));
	invite_parse(repeated("IP-Address: 10.0.0.2\r\nPort: 6891\r\n", 9,
			      ACCEPT), &inv);
	if (ktap_want(invite_announces(&inv)))
		ktap_equal(invite_offer(&inv, &self, &offer),
			   NFIM_REFUSED_MALFORMED);
	input_done();
}

static void offers_without_nat(const void *arg)
{
	struct self self = self_of("2001:db8::2", "2001:db8::2");
	struct offer offer;
	struct invite inv;

	ktap_want(!self_is_natted(&self));
	invite_parse(input(ACCEPT "IP-Address: 2001:DB8:0::2\r\nPort: 6891"),
		     &inv);
	if (ktap_want(invite_announces(&inv)) &&
	    ktap_equal(invite_offer(&inv, &self, &offer), NFIM_OK))
		ktap_want(offer.in_place && !offer.fixed);
	input_done();
}

static const struct ktap_case cases[] = {
	{ "a command is known by its word alone", commands },
	{ "the first cookie that is a number counts", cookies },
	{ "only the start of a line makes a field, and it keeps its place",
	  fields },
	{ "fields, lines and bytes have limits", crowds },
	{ "only an ACCEPT with address and port, outside a session, announces",
	  announcements },
	{ "only the announcer's own endpoint is offered", offers },
	{ "an invitation with more fields than are kept offers nothing",
	  offers_crowded },
	{ "without NAT nothing needs a change", offers_without_nat },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
