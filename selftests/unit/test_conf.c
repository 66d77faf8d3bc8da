// SPDX-License-Identifier: GPL-2.0
/* userspace/conf: policy files are read, refused with a place, and printed. */

#include <stdlib.h>
#include <unistd.h>

#include "../../userspace/conf.h"
#include "../ktap.h"
#include "policies.h"

#define POLICIES	"userspace/policies/"

static enum rc read_text(struct conf *conf, const char *text)
{
	return conf_read_text(conf, "test.conf", text, strlen(text));
}

/* Read a file with one policy; a zeroed one if that fails. */
static struct policy read_one(const char *text)
{
	struct policy p = { 0 };
	struct conf conf;

	if (ktap_equal(read_text(&conf, text), RC_DONE)) {
		if (ktap_equal(conf.n, 1))
			p = conf.policy[0];
	} else {
		ktap_fail("%s", err_text());
	}
	conf_free(&conf);
	return p;
}

static void want_same(const struct policy *seen, const struct policy *wanted)
{
	const char *field = policies_differ(seen, wanted);

	if (field)
		ktap_fail("'%s' differs", field);
}

static void every_key(const void *arg)
{
	static const char text[] =
		"ports windows-xp { range = { 1025-5000 } }\n"
		"ports both { range = { 1863, windows-xp } }\n"
		"policy \"msn 6.1\" {\n"
		"	helper = imsip\n	default = yes\n"
		"	client = { MSNMSGR, \"MSM SGS\" }\n"
		"	version = { 6.1, 6.2-6.3, 14.0.8089.0726, 0-65535 }\n"
		"	dialect = msnp8-MSNP10\n	agent = \"RTC/ \\\"\\\\\\$\"\n"
		"	privileged-ports = yes\n	hold = no\n"
		"	client-ip = yes\n	hairpin = no\n"
		"	host-limit = 65535\n	net-limit = 16384\n"
		"	third-party = { 10.1.0.0/16, fe80::/10, 192.0.2.1, ::/0 }\n"
		"	ice = no\n	media-peers = any\n"
		"	media-networks = { 198.51.100.0/24, 2001:db8::/32 }\n"
		"	application file-transfer {\n"
		"		verdict = allow\n		protocol = { udp, tcp }\n"
		"		inside = { 6891-6901, both, 1 }\n"
		"		outside = { 65535 }\n"
		"		limit = 1\n		lifetime = 7200\n	}\n"
		"	application voice {\n		inside = 6901\n	}\n"
		"	application game {\n		verdict = refuse\n"
		"		inside = { 47624 }\n	}\n}\n";
	static const struct policy wanted = {
		.name = "msn 6.1", .helper = POLICY_IMSIP, .is_default = true,
		.client = { "MSNMSGR", "MSM SGS" },
		.version = {
			{ 0x0006000100000000, 0x00060001ffffffff },
			{ 0x0006000200000000, 0x00060003ffffffff },
			{ 0x000e00001f9902d6, 0x000e00001f9902d6 },
			{ 0, ~0ull },
		},
		.dialect_lo = 8, .dialect_hi = 10, .agent = "RTC/ \"\\$",
		.privileged = true, .client_ip = true, .host_limit = 65535,
		.net_limit = 16384,
		.third_party = {
			{ { 4, { 10, 1 } }, 16 }, { { 16, { 0xfe, 0x80 } }, 10 },
			{ { 4, { 192, 0, 2, 1 } }, 32 }, { { 16, { 0 } }, 0 },
		},
		.no_ice = true, .media_peers = POLICY_PEERS_ANY,
		.media_net = {
			{ { 4, { 198, 51, 100 } }, 24 },
			{ { 16, { 0x20, 0x01, 0x0d, 0xb8 } }, 32 },
		},
		.app = {
			[NFIM_APP_FILE_TRANSFER] = {
				true, POLICY_TCP | POLICY_UDP, 1, 7200,
				{ { 6891, 6901 }, { 1863, 1863 }, { 1025, 5000 },
				  { 1, 1 } }, { { 65535, 65535 } },
			},
			[NFIM_APP_VOICE] = {
				true, POLICY_TCP, 10, 300,
				{ { 6901, 6901 } }, { { 6901, 6901 } },
			},
		},
	};
	struct policy p = read_one(text);

	want_same(&p, &wanted);
}

static void defaults(const void *arg)
{
	struct policy wanted = {
		.name = "a", .hold = true, .hairpin = true, .host_limit = 64,
		.net_limit = 1024,
	};
	struct policy p = read_one("policy a { }");
	char *text;

	want_same(&p, &wanted);
	/* A SIP host may be a PBX; what is default is not printed. */
	wanted.helper = POLICY_IMSIP;
	wanted.host_limit = 256;
	wanted.net_limit = 4096;
	p = read_one("policy a { helper = imsip }");
	want_same(&p, &wanted);
	text = conf_print(&p, 1);
	ktap_want(text && !strcmp(text, "policy \"a\" {\n\thelper = imsip\n}\n"));
	free(text);
	wanted.host_limit = 64;
	p = read_one("policy a { host-limit = 64 helper = imsip }");
	want_same(&p, &wanted);
}

static void dialects(const void *arg)
{
	static const struct {
		const char *text;
		u8 lo, hi;
	} rows[] = {
		{ "MSNP8", 8, 8 }, { "MSNP8-", 8, 0 }, { "-MSNP10", 0, 10 },
		{ "MSNP1-MSNP255", 1, 255 },
	};
	char text[100];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct policy p;

		ktap_at("%s", rows[i].text);
		snprintf(text, sizeof(text), "policy a { dialect = %s }",
			 rows[i].text);
		p = read_one(text);
		ktap_equal(p.dialect_lo, rows[i].lo);
		ktap_equal(p.dialect_hi, rows[i].hi);
	}
}

/* The shortest form is printed, in the order and with the words of the file. */
static void canonical(const void *arg)
{
	static const char text[] =
		"policy 'a' { hold = yes version = { 6.1.0-6.1.65535, 06,\n"
		"5.0.0-6, 1.2-1.2.3 } dialect = MSNP8-MSNP8\n"
		"third-party = 2001:0db8:0:0::/32\n"
		"application voice { outside = { 7-7, 2-3 } inside = { 7, 2-3 }\n"
		"protocol = tcp } application game { verdict = refuse } }";
	static const char wanted[] =
		"policy \"a\" {\n"
		"	version = { 6.1, 6, 5-6, 1.2-1.2.3 }\n"
		"	dialect = MSNP8\n"
		"	third-party = { 2001:db8::/32 }\n\n"
		"	application voice {\n"
		"		inside = { 7, 2-3 }\n"
		"	}\n}\n";
	struct policy p = read_one(text);
	char *printed = conf_print(&p, 1);

	if (ktap_want(printed))
		ktap_bytes(printed, strlen(printed), wanted, strlen(wanted));
	free(printed);
}

/* A comment may stand anywhere, and does not move what stands behind it. */
static void comments(const void *arg)
{
	static const char text[] =
		"# 345678901234567890123456789012\n"
		"/* two\r\n lines */ policy /* a */ a // b\n"
		"{ # {\r\n"
		"	client = { A, # }\n"
		"		/* , */ B // }\n"
		"	}\n"
		"	agent = \"# /* //\" hold /* */ = /* */ wrong }\n";
	struct conf conf;

	ktap_equal(read_text(&conf, text), RC_USAGE);
	ktap_want(!strcmp(err_text(), "'wrong' is not yes or no"));
	if (ktap_want(err_place())) {
		ktap_equal(err_place()->line, 8);
		ktap_equal(err_place()->column, 39);
	}
	conf_free(&conf);
}

static void printed_back(const void *arg)
{
	struct policy set[4];
	struct conf conf;
	u32 state, seed, n, i;
	char *text;

	for (seed = 0; seed < 1000 && !ktap_now.failed; seed++) {
		state = seed;
		n = 1 + seed % ARRAY_SIZE(set);
		for (i = 0; i < n; i++)
			policies_make(&state, set + i, i);
		set[0].is_default = seed % 3 == 0;
		text = conf_print(set, n);
		ktap_at("seed %u", seed);
		if (!ktap_want(text))
			return;
		if (!ktap_equal(read_text(&conf, text), RC_DONE))
			ktap_fail("%s in:\n%s", err_text(), text);
		else if (ktap_equal(conf.n, n))
			for (i = 0; i < n; i++)
				want_same(conf.policy + i, set + i);
		free(text);
		conf_free(&conf);
	}
}

static bool have_policies(void)
{
	if (!access(POLICIES "all.conf", R_OK))
		return true;
	ktap_skip("no " POLICIES " here");
	return false;
}

static void files(const void *arg)
{
	static const char *const names[] = {
		"all", "cisco-imp", "default", "msn-3", "msn-4", "msn-5",
		"msn-6", "msn-7.0", "msn-7.5", "office-communicator-2005",
		"port-sets", "third-party", "unconfirmed",
		"windows-messenger-lcs", "wlm-2009", "wlm-2011", "wlm-8",
	};
	struct conf conf;
	char path[100];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names) && have_policies(); i++) {
		ktap_at("%s", names[i]);
		snprintf(path, sizeof(path), POLICIES "%s.conf", names[i]);
		if (!ktap_equal(conf_read(&conf, path), RC_DONE))
			ktap_fail("%s", err_text());
		ktap_want(conf.n || !strcmp(names[i], "port-sets"));
		conf_free(&conf);
	}
}

static void builtin(const void *arg)
{
	struct policy wanted;
	struct conf conf;
	u32 i;

	if (!have_policies())
		return;
	ktap_equal(conf_read(&conf, POLICIES "default.conf"), RC_DONE);
	if (ktap_equal(conf.n, POLICY_HELPER_MAX))
		for (i = 0; i < conf.n; i++) {
			ktap_at("%s", policy_builtin[i].name);
			wanted = policy_builtin[i];
			conf_settle(&wanted);
			want_same(conf.policy + i, &wanted);
		}
	conf_free(&conf);
}

/* Which of our policies speaks for the clients of the time. */
static void speaks_for(const void *arg)
{
	static const struct {
		const char *name, *version, *agent, *policy;
	} rows[] = {
		{ "MSMSGS", "3.6.0025", "", "msn-3" },
		{ "MSMSGS", "4.6.0042", "", "msn-4" },
		{ "MSMSGS", "4.7.3001", "", "windows-messenger-msn" },
		{ "MSNMSGR", "5.0.0575", "", "msn-5" },
		{ "MSNMSGR", "6.0.0602", "", "amsn" },
		{ "MSNMSGR", "6.0.0603", "", "msn-6.0" },
		{ "MSNMSGR", "6.1.0203", "", "msn-6.1" },
		{ "MSNMSGR", "6.2.0208", "", "msn-6.2" },
		{ "MSNMSGR", "7.0.0777", "", "msn-7.0" },
		{ "msnmsgr", "7.5.0324", "", "msn-7.5" },
		{ "MSG80BETA", "8.0.0566", "", "wlm-8" },
		{ "MSNMSGR", "8.1.0178", "", "papyon" },
		{ "MSNMSGR", "8.5.1302", "", "libpurple" },
		{ "MSNMSGR", "8.5.1303", "", "wlm-8" },
		{ "MSNMSGR", "14.0.8089.0726", "", "wlm-2009" },
		{ "MSNMSGR", "15.4.3502.0922", "", "wlm-2011" },
		{ "MSNMSGR", "16.4.3505.0912", "", "wlm-2011" },
		{ "MSMSGS", "1.0.0863", "", "built-in-msnp" },
		{ "", "", "Windows RTC/1.0", "windows-messenger-4.7" },
		{ "", "", "RTC/1.3.5470 (Messenger 5.1.0680)",
		  "windows-messenger-5" },
		{ "", "", "LCC/1.3", "office-communicator-2005" },
		{ "", "", "Cisco-CUCM8.6", "cisco-imp" },
		{ "", "", "Linphone/3.6", "built-in-imsip" },
	};
	const struct policy *p;
	struct conf conf;
	size_t i;

	if (!have_policies())
		return;
	ktap_equal(conf_read(&conf, POLICIES "all.conf"), RC_DONE);
	for (i = 0; i < ARRAY_SIZE(rows) && conf.n; i++) {
		struct client c = { 0 };

		snprintf(c.name, sizeof(c.name), "%s", rows[i].name);
		snprintf(c.agent, sizeof(c.agent), "%s", rows[i].agent);
		ktap_at("%s %s%s", c.name, rows[i].version, c.agent);
		ktap_want(version_read(span_make(rows[i].version,
						 strlen(rows[i].version)), 0,
				       &c.version) == !!rows[i].version[0]);
		p = policy_find(conf.policy, conf.n, c.agent[0] ?
				POLICY_IMSIP : POLICY_MSNP, &c);
		if (ktap_want(p) && strcmp(p->name, rows[i].policy))
			ktap_fail("wanted %s, saw %s", rows[i].policy,
				  p->name);
	}
	conf_free(&conf);
}

/* A directory with files that include each other. */
static char *write_file(const char *dir, const char *name, const char *text)
{
	char *path = NULL;
	FILE *to;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		abort();
	to = fopen(path, "w");
	if (!to || fputs(text, to) < 0 || fclose(to))
		abort();
	return path;
}

static void included(const void *arg)
{
	char dir[] = "/tmp/nfim-conf-XXXXXX";
	char *main_file, *a, *b, *c;
	struct conf conf;

	if (!ktap_want(mkdtemp(dir)))
		return;
	main_file = write_file(dir, "main",
			       "policy 1 { }\ninclude(a)\npolicy 4 { }\n");
	a = write_file(dir, "a",
		       "include(\"b\") policy 2 { }\ninclude('main') include(b)\n"
		       "policy 3 { application voice { inside = p } }");
	b = write_file(dir, "b", "ports p { range = 1 }\n");
	c = write_file(dir, "c", "include(a)\n\ninclude(d)\n");
	free(write_file(dir, "d", "policy x {\n\thold = 7 }\n"));
	if (!ktap_equal(conf_read(&conf, main_file), RC_DONE))
		ktap_fail("%s", err_text());
	if (ktap_equal(conf.n, 4)) {
		ktap_want(!strcmp(conf.policy[0].name, "1"));
		ktap_want(!strcmp(conf.policy[1].name, "2"));
		ktap_want(!strcmp(conf.policy[2].name, "3"));
		ktap_want(!strcmp(conf.policy[3].name, "4"));
	}
	conf_free(&conf);
	ktap_equal(conf_read(&conf, c), RC_USAGE);
	if (ktap_want(err_place())) {
		ktap_want(strstr(err_place()->file, "/d"));
		ktap_equal(err_place()->line, 2);
		ktap_equal(err_place()->column, 9);
	}
	conf_free(&conf);
	unlink(b);
	ktap_equal(conf_read(&conf, main_file), RC_USAGE);
	if (ktap_want(err_place())) {
		ktap_want(strstr(err_place()->file, "/a"));
		ktap_equal(err_place()->column, 10);
	}
	conf_free(&conf);
	ktap_equal(conf_read(&conf, b), RC_USAGE);
	conf_free(&conf);
	unlink(main_file), unlink(a), unlink(c);
	free(main_file), free(a), free(b);
	c[strlen(c) - 1] = 'd';
	unlink(c);
	free(c);
	rmdir(dir);
}

static void too_deep(const void *arg)
{
	char dir[] = "/tmp/nfim-conf-XXXXXX";
	char *path[CONF_DEPTH + 1], text[32], name[16];
	struct conf conf;
	int i;

	if (!ktap_want(mkdtemp(dir)))
		return;
	for (i = 0; i <= CONF_DEPTH; i++) {
		snprintf(text, sizeof(text), "include(f%d)", i + 1);
		snprintf(name, sizeof(name), "f%d", i);
		path[i] = write_file(dir, name, text);
	}
	ktap_equal(conf_read(&conf, path[0]), RC_USAGE);
	ktap_want(strstr(err_text(), "more than 10 deep"));
	conf_free(&conf);
	for (i = 0; i <= CONF_DEPTH; i++) {
		unlink(path[i]);
		free(path[i]);
	}
	rmdir(dir);
}

static void many(const void *arg)
{
	size_t size = (NFIM_POLICIES + 1) * 16;
	char *text = malloc(size), *p = text;
	struct conf conf;
	u32 i;

	for (i = 0; i < NFIM_POLICIES; i++)
		p += snprintf(p, size - (p - text), "policy %u{}\n", i);
	ktap_equal(read_text(&conf, text), RC_DONE);
	ktap_equal(conf.n, NFIM_POLICIES);
	conf_free(&conf);
	snprintf(p, size - (p - text), "policy x{}\n");
	ktap_equal(read_text(&conf, text), RC_USAGE);
	ktap_want(!strcmp(err_text(), "more than 16384 policies"));
	ktap_want(err_place() && err_place()->line == NFIM_POLICIES + 1);
	conf_free(&conf);
	free(text);
}

/* Where a refusal of the kernel belongs. */
static void places(const void *arg)
{
	static const char text[] =
		"policy a { }\n"
		"policy b {\n"
		"	hold = no\n"
		"	application voice {\n"
		"		inside = 1\n"
		"		limit = 3\n"
		"	} }\n";
	static const struct {
		struct conf_where where;
		u32 line, column;
	} rows[] = {
		{ { .policy = 0 }, 1, 1 },
		{ { .policy = 0, .id = CONF_HOLD }, 1, 1 },
		{ { .policy = 1 }, 2, 1 },
		{ { .policy = 1, .id = CONF_HOLD }, 3, 2 },
		{ { .policy = 1, .id = CONF_THIRD_PARTY }, 2, 1 },
		{ { .policy = 1, .in_app = true, .app = NFIM_APP_VOICE },
		  4, 14 },
		{ { .policy = 1, .in_app = true, .app = NFIM_APP_VOICE,
		    .app_id = CONF_LIMIT }, 6, 3 },
		{ { .policy = 1, .in_app = true, .app = NFIM_APP_VOICE,
		    .app_id = CONF_LIFETIME }, 4, 14 },
		{ { .policy = 1, .in_app = true, .app = NFIM_APP_GAME,
		    .app_id = CONF_LIMIT }, 2, 1 },
	};
	struct conf conf;
	size_t i;

	ktap_equal(read_text(&conf, text), RC_DONE);
	for (i = 0; i < ARRAY_SIZE(rows) && conf.n == 2; i++) {
		ktap_at("row %zu", i);
		ktap_equal(conf_err(&conf, &rows[i].where, RC_REFUSED, "no"),
			   RC_REFUSED);
		ktap_want(!strcmp(err_text(), "no"));
		if (!ktap_want(err_place()))
			continue;
		ktap_equal(err_place()->line, rows[i].line);
		ktap_equal(err_place()->column, rows[i].column);
	}
	conf_free(&conf);
}

static const struct ktap_case cases[] = {
	{ "every keyword reaches its field", every_key },
	{ "an empty policy has the defaults", defaults },
	{ "dialects may be open at either end", dialects },
	{ "policies are printed in their shortest form", canonical },
	{ "comments may stand anywhere and move nothing", comments },
	{ "random policies read back as printed", printed_back },
	{ "all policy files that come with the tool are right", files },
	{ "default.conf is the built-in policy", builtin },
	{ "all.conf knows the clients of the time", speaks_for },
	{ "files include others, each once, and errors name the right one",
	  included },
	{ "files that include each other too deep are refused", too_deep },
	{ "a file holds as many policies as a set, and not more", many },
	{ "a refusal of the kernel is put at its line", places },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
