// SPDX-License-Identifier: GPL-2.0
/*
 * Invitations of real clients, as they were recorded inside: 192.168.77.2 is
 * seen from outside as 192.0.2.2. Run from the top directory or selftests/.
 */

#include <glob.h>
#include <stdlib.h>

#include "../ktap.h"
#include "input.h"
#include "rewrite.h"
#include "talk.h"
#include "vector.h"

#define MESSAGES_MAX	200

/* Endpoints that the client inside offers; all else offers nothing. */
static const struct {
	const char *name;
	u16 port;
	bool in_place;
} offered[] = {
	{ "amsn-msnftp-masq-ab.lan.msgs/07-MSG-invite.bin", 6891, true },
	{ "amsn-msnftp-privip-masq-ab.lan.msgs/07-MSG-invite.bin", 6891,
	  false },
	{ "amsn-msnftp-sb1863-masq-ab.lan.msgs/07-MSG-invite.bin", 6891,
	  true },
	{ "amsn-msnftp-routed-ab.lan.msgs/07-MSG-invite.bin", 6891, true },
};

static struct talk whole;

static struct addr addr_of(const char *text)
{
	struct addr a;

	ktap_want(text_addr(span_make(text, strlen(text)), &a));
	return a;
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

static void run_message(const void *arg)
{
	const char *path = arg;
	bool routed = strstr(path, "routed");
	struct vector v = { .is_msnp = true };
	size_t i, wanted = ARRAY_SIZE(offered);

	v.self.inside = addr_of("192.168.77.2");
	v.self.outside = routed ? v.self.inside : addr_of("192.0.2.2");
	if (!ktap_want(vector_read(path, &v.bin)))
		return;
	/* A transaction number is what only a client writes here. */
	v.side = v.bin.p[4] >= '0' && v.bin.p[4] <= '9' ? MSNP_C2S : MSNP_S2C;
	talk_start(&whole, &v);
	talk_feed(&whole, v.bin, &v.self);
	ktap_want_at(!whole.t.insane, whole.t.insane, __LINE__);
	ktap_equal(msnp_scan_opaque(&whole.t.scan), NFIM_OK);
	ktap_equal(whole.t.n, 2);
	ktap_want(whole.t.cmd[1].whole);
	for (i = 0; i < ARRAY_SIZE(offered); i++)
		if (ends_with(path, offered[i].name))
			wanted = i;
	if (wanted == ARRAY_SIZE(offered)) {
		for (i = 0; i < whole.n; i++)
			ktap_want(whole.offer[i].why != NFIM_OK);
	} else if (ktap_equal(whole.n, 1) &&
		   ktap_equal(whole.offer[0].why, NFIM_OK)) {
		const struct offer *o = &whole.offer[0].m.offer;

		ktap_equal(o->announced_port, offered[wanted].port);
		ktap_equal(o->inside_port, offered[wanted].port);
		ktap_equal(o->in_place, offered[wanted].in_place);
		ktap_want(!o->fixed);
		rewrite_check(&v, &whole, 0, offered[wanted].port);
	}
	free((char *)v.bin.p);
	input_done();
}

static void nothing_elsewhere(const void *arg)
{
	ktap_skip("no %s", (const char *)arg);
}

static struct ktap_case cases[MESSAGES_MAX];

/* @known: how many of the cases to look through for the same recording. */
static size_t add_messages(const char *dir, size_t n, size_t known, glob_t *g)
{
	char pattern[4000];
	size_t i, k;

	snprintf(pattern, sizeof(pattern),
		 "%s/amsn-msnftp-*.lan.msgs/*MSG-invite.bin", dir);
	if (glob(pattern, 0, NULL, g))
		return n;
	for (i = 0; i < g->gl_pathc && n < MESSAGES_MAX - 1; i++) {
		const char *name = g->gl_pathv[i] + strlen(dir) + 1;

		for (k = 0; k < known && strcmp(cases[k].name, name); k++)
			;
		if (k == known)
			cases[n++] = (struct ktap_case){
				name, run_message, g->gl_pathv[i],
			};
	}
	return n;
}

int main(void)
{
	glob_t here = { 0 }, there = { 0 };
	char elsewhere[3000];
	size_t n, known;
	int status;

	if (!vector_here()) {
		puts("KTAP version 1\n1..0 # SKIP no vectors here");
		return KTAP_SKIP;
	}
	snprintf(elsewhere, sizeof(elsewhere), "%s/captured", vector_here());
	known = add_messages(elsewhere, 0, 0, &here);
	snprintf(elsewhere, sizeof(elsewhere), "%s/captured",
		 vector_elsewhere());
	n = add_messages(elsewhere, known, known, &there);
	if (!there.gl_pathc)
		cases[n++] = (struct ktap_case){
			"recordings kept elsewhere", nothing_elsewhere,
			elsewhere,
		};
	status = ktap_run(cases, n);
	globfree(&here);
	globfree(&there);
	return status;
}
