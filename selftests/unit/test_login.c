// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/login: what a login tells of a client. */

#include "../../kernel/proto/login.h"
#include "../ktap.h"
#include "input.h"

static void cvr_lines(const void *arg)
{
	static const struct {
		const char *line, *name, *text;
		u64 version;
	} rows[] = {
		{ "CVR 9 0x0409 winnt 5.1 i386 MSNMSGR 6.2.0208 MSMSGS a@b",
		  "MSNMSGR", "6.2.0208", 0x0006000200d00000ULL },
		{ "CVQ 1 0x0409 win 4.10 i386 MSMSGS 1.0.0863 MSMSGS",
		  "MSMSGS", "1.0.0863", 0x00010000035f0000ULL },
		{ "CVR 3 0x0409 winnt 6.0 i386 MSNMSGR 14.0.8089.0726 msmsgs a",
		  "MSNMSGR", "14.0.8089.0726", 0x000e00001f9902d6ULL },
		{ "CVR 2 a b c d X y", "X", "y", 0 },
		{ "CVR 2 a b c d MSNMSGR", NULL, NULL, 0 },
		{ "CVR 2 a b c d  6.0", NULL, NULL, 0 },
		{ "VER 2 a b c d MSNMSGR 6.0", NULL, NULL, 0 },
		{ "CVR 2 a b c d MSN\x01SGR 6.0", NULL, NULL, 0 },
		{ "CVR 2 a b c d MSN\xffSGR 6.0", NULL, NULL, 0 },
		{ "CVR 2 a b c d ABCDEFGHIJKLMNOPQRSTUVWXYZ 1.70000",
		  "ABCDEFGHIJKLMNOPQRSTUVW", "1.70000", 0x0001000000000000ULL },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct client c = { .dialect = 9 };
		bool ok;

		ktap_at("%s", rows[i].line);
		ok = login_cvr(input_bytes(rows[i].line,
					   strlen(rows[i].line)), &c);
		ktap_equal(ok, !!rows[i].name);
		ktap_equal(c.dialect, 9);
		if (!ok) {
			ktap_want(!c.name[0] && !c.text[0]);
			continue;
		}
		ktap_want(!strcmp(c.name, rows[i].name));
		ktap_want(!strcmp(c.text, rows[i].text));
		ktap_want(c.version == rows[i].version);
	}
	input_done();
}

static void dialects(const void *arg)
{
	static const struct {
		const char *line;
		int dialect;
	} rows[] = {
		{ "VER 1 MSNP8", 8 }, { "VER 1 MSNP8 CVR0", 8 },
		{ "VER 1 CVR0 MSNP21", 21 }, { "VER 1 0", 0 },
		{ "VER 1", 0 }, { "VER 1 MSNP", 0 }, { "VER 1 MSNP0", 0 },
		{ "VER 1 MSNP256", 0 }, { "VER 1 MSNPX", 0 },
		{ "USR 1 MSNP8", 0 }, { "", 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct client c = { 0 };

		ktap_at("%s", rows[i].line);
		ktap_equal(login_dialect(input_bytes(rows[i].line,
						     strlen(rows[i].line)),
					 &c), rows[i].dialect != 0);
		ktap_equal(c.dialect, rows[i].dialect);
	}
	input_done();
}

static void unicast(const void *arg)
{
	static const struct {
		const char *text;
		bool ok;
	} rows[] = {
		{ "10.0.0.1", true }, { "198.51.100.7", true },
		{ "223.255.255.255", true }, { "0.0.0.0", false },
		{ "0.1.2.3", false }, { "127.0.0.1", false },
		{ "169.254.1.1", false }, { "169.253.1.1", true },
		{ "224.0.0.1", false }, { "240.0.0.1", false },
		{ "255.255.255.255", false }, { "2001:db8::1", true },
		{ "fd00::1", true }, { "::", false }, { "::1", false },
		{ "fe80::1", false }, { "ff02::1", false },
		{ "::ffff:10.0.0.1", false }, { "::10.0.0.1", false },
	};
	struct addr a;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].text);
		ktap_want(text_addr(input_bytes(rows[i].text,
						strlen(rows[i].text)), &a));
		ktap_equal(addr_is_unicast(&a), rows[i].ok);
	}
	input_done();
}

/* The profile of a client behind NAT, made to tell its own address. */
static void profile(const void *arg)
{
	static const char head[] = "MSG Hotmail Nick 114\r\n";
	static const char body[] =
		"MIME-Version: 1.0\r\n"
		"Content-Type: text/x-msmsgsprofile; charset=UTF-8\r\n"
		"ClientIP: 203.0.113.5\r\n"
		"ClientPort: 24695\r\n\r\n";
	static const char odd[] =
		"Content-Type: text/x-msmsgsprofile\r\nno field\r\n"
		"ClientIP: nowhere\r\nClientIP: 203.0.113.6\r\n"
		"ClientPort: 65536\r\nClientPort: x\r\n\r\n";
	static const struct self self = {
		.inside = { 4, { 192, 168, 0, 12 } },
		.outside = { 4, { 203, 0, 113, 5 } },
	};
	char text[256], out[256];
	struct edit_plan plan = { 0 };
	struct profile_place place = {
		.self = &self,
		.inside_port = 2576,
		.outside_port = 30560,
		.resize = true,
	};
	size_t n;

	n = (size_t)snprintf(text, sizeof(text), "%s%s", head, body);
	ktap_equal(strlen(body), 114);
	place.data = input_bytes(text, n);
	place.line = span_make(place.data.p, strlen(head) - 2);
	place.payload = (struct span){ place.data.p + strlen(head),
				       place.data.end };
	ktap_want(login_profile_plan(&place, &plan));
	ktap_equal(edit_delta(&plan), 0);
	n = edit_render(&plan, place.data, out);
	ktap_want(n < sizeof(out));
	out[n] = '\0';
	ktap_want(strstr(out, "192.168.0.12\r\nClientPort: 4106"));

	ktap_at("nothing of the kind, and a plan that is full");
	memset(&plan, 0, sizeof(plan));
	place.payload.p++;
	place.payload.p += strlen("MIME-Version: 1.0\r\nContent-Type:");
	ktap_want(!login_profile_plan(&place, &plan));
	place.payload.p = place.data.p + strlen(head);
	plan.n = NFIM_EDIT_MAX;
	ktap_want(!login_profile_plan(&place, &plan));
	ktap_equal(plan.n, NFIM_EDIT_MAX);
	ktap_at("no address, no port, the port is the same");
	memset(&plan, 0, sizeof(plan));
	place.inside_port = place.outside_port;
	ktap_want(login_profile_plan(&place, &plan));
	ktap_at("one edit in the text, one in the line");
	ktap_equal(plan.n, 2);
	memset(&plan, 0, sizeof(plan));
	place.payload = input(odd);
	place.data = place.payload;
	ktap_want(!login_profile_plan(&place, &plan));
	ktap_equal(plan.n, 0);
	place.inside_port = 2576;
	place.data = input_bytes(text, strlen(text));
	place.line = span_make(place.data.p, strlen(head) - 2);
	place.payload = (struct span){ place.data.p + strlen(head),
				       place.data.end };

	/* Another address is left alone; so is one that may not grow. */
	memset(&plan, 0, sizeof(plan));
	place.outside_port = 1;
	place.resize = false;
	ktap_want(!login_profile_plan(&place, &plan));
	ktap_equal(plan.n, 0);
	input_done();
}

static const struct ktap_case cases[] = {
	{ "CVR and CVQ name the client", cvr_lines },
	{ "VER names the dialect", dialects },
	{ "addresses that are no host's are known", unicast },
	{ "a profile is made to tell the client's own address", profile },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
