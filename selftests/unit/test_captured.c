// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of real clients, as they were recorded inside, through the gateway:
 * 192.168.77.2 is seen from outside as 192.0.2.2. Those recorded without NAT
 * are run with it as well. Run from the top directory or selftests/;
 * NFIM_SHARED names a directory whose vectors/ may hold more of them.
 */

#include <glob.h>
#include <stdlib.h>
#include <unistd.h>

#include "../ktap.h"
#include "gateway.h"
#include "input.h"
#include "reread.h"
#include "vector.h"

#define MESSAGES_MAX	200
#define MSS		1460
#define INSIDE		"192.168.77.2"
#define OUTSIDE		"192.0.2.2"

/* Endpoints that the client inside offers; all else offers nothing. */
static const struct {
	const char *name;
	u16 port;
	bool in_place;		/* it tells the outside address itself */
} offered[] = {
	{ "amsn-msnftp-masq-ab.lan.msgs/07-MSG-invite.bin", 6891, true },
	{ "amsn-msnftp-privip-masq-ab.lan.msgs/07-MSG-invite.bin", 6891,
	  false },
	{ "amsn-msnftp-sb1863-masq-ab.lan.msgs/07-MSG-invite.bin", 6891,
	  true },
	{ "amsn-msnftp-routed-ab.lan.msgs/07-MSG-invite.bin", 6891, false },
	{ "amsn-msnslp-listen-masq-ba.lan.msgs/09-MSG-transresp.bin", 6891,
	  true },
	{ "amsn-msnslp-routed-ba.lan.msgs/09-MSG-transresp.bin", 6891,
	  false },
	{ "purple18-routed-ba.lan.msgs/11-MSG-transresp.bin", 46209, false },
	{ "purple18-routed-ba.lan.msgs/13-MSG-transresp.bin", 46209, false },
};

static struct gateway *g;

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

static void begin(struct vector *v, const char *outside)
{
	gateway_open(g, INSIDE, outside);
	gateway_greet(g, v->is_ns);
	v->self = g->self;
}

static void end(void)
{
	gateway_close(g);
	if (g->trouble)
		ktap_fail("%s", g->trouble);
	ktap_equal(g->missed, 0);
}

/* Said in segments of @seg; the outside port is to be @port. */
static void say(struct vector *v, size_t wanted, u16 port, u32 seg)
{
	u32 mark = g->rx_len[v->side];
	struct span heard;
	bool same = true;

	g->map[0][0] = offered[wanted].port;
	g->map[0][1] = port;
	gateway_say(g, v->side, v->bin, seg);
	heard = gateway_heard(g, v->side, mark);
	if (ktap_equal(g->n, 1) && ktap_equal(g->offer[0].port, port)) {
		bool natted = self_is_natted(&g->self);

		same = !natted || (offered[wanted].in_place &&
				   port == offered[wanted].port);
		ktap_equal(g->offer[0].how, same ? NFIM_EXPECTED :
			   NFIM_EXPECTED_EDITED);
		ktap_equal(g->offer[0].offer.inside_port,
			   offered[wanted].port);
		ktap_want(!g->offer[0].offer.fixed);
	}
	if (same)
		ktap_bytes(heard.p, span_len(heard), v->bin.p,
			   span_len(v->bin));
	else
		reread_check(v, heard, g);
}

static void run_offer(struct vector *v, size_t wanted, bool routed)
{
	u16 port = offered[wanted].port;
	u32 seg;

	for (seg = 0; seg < 3; seg++) {
		u32 bytes = seg == 2 ? 300 : seg ? 536 : MSS;

		ktap_at("in %u bytes, port kept", bytes);
		begin(v, OUTSIDE);
		say(v, wanted, port, bytes);
		end();
		ktap_at("in %u bytes, port changed", bytes);
		begin(v, OUTSIDE);
		say(v, wanted, port + 1, bytes);
		end();
	}
	if (!routed)
		return;
	ktap_at("without NAT");
	begin(v, INSIDE);
	say(v, wanted, port, MSS);
	end();
}

static void run_message(const void *arg)
{
	struct vector v = { .is_msnp = true };
	const char *path = arg;
	struct span heard;
	size_t i;
	u32 mark;

	if (!ktap_want(vector_read(path, &v.bin)))
		return;
	v.is_ns = !strstr(path, "MSG-");
	/* A transaction number is what only a client writes here. */
	v.side = !v.is_ns && v.bin.p[4] >= '0' && v.bin.p[4] <= '9' ?
		 MSNP_C2S : MSNP_S2C;
	for (i = 0; i < ARRAY_SIZE(offered); i++)
		if (ends_with(path, offered[i].name)) {
			run_offer(&v, i, strstr(path, "routed"));
			goto done;
		}
	begin(&v, OUTSIDE);
	mark = g->rx_len[v.side];
	gateway_say(g, v.side, v.bin, 536);
	heard = gateway_heard(g, v.side, mark);
	ktap_bytes(heard.p, span_len(heard), v.bin.p, span_len(v.bin));
	for (i = 0; i < g->n; i++)
		ktap_equal(g->offer[i].port, 0);
	end();
done:
	free((char *)v.bin.p);
}

/* Both copies of what libpurple sends twice, on one connection. */
static void doubled(const void *arg)
{
	static const char *const names[] = { "11", "13" };
	struct vector v = { .is_msnp = true };
	char path[4096];
	size_t i;

	begin(&v, OUTSIDE);
	g->map[0][0] = 46209;
	g->map[0][1] = 46210;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path),
			 "%s/captured/purple18-routed-ba.lan.msgs/%s-MSG-transresp.bin",
			 (const char *)arg, names[i]);
		if (ktap_want(vector_read(path, &v.bin)))
			gateway_say(g, MSNP_C2S, v.bin, MSS);
		free((char *)v.bin.p);
	}
	if (ktap_equal(g->n, 2)) {
		ktap_equal(g->offer[0].port, 46210);
		ktap_equal(g->offer[1].port, 46210);
	}
	end();
}

static void nothing_elsewhere(const void *arg)
{
	ktap_skip("no %s", (const char *)arg);
}

static struct ktap_case cases[MESSAGES_MAX];

/* @known: how many of the cases to look through for the same recording. */
static size_t add_messages(const char *dir, size_t n, size_t known, glob_t *all)
{
	char pattern[4000];
	size_t i, k;

	snprintf(pattern, sizeof(pattern), "%s/amsn-*.lan.msgs/*.bin", dir);
	if (glob(pattern, 0, NULL, all) == GLOB_ABORTED)
		return n;
	snprintf(pattern, sizeof(pattern), "%s/purple*.lan.msgs/*.bin", dir);
	glob(pattern, GLOB_APPEND, NULL, all);
	for (i = 0; i < all->gl_pathc && n < MESSAGES_MAX - 2; i++) {
		const char *name = all->gl_pathv[i] + strlen(dir) + 1;

		for (k = 0; k < known && strcmp(cases[k].name, name); k++)
			;
		if (k == known)
			cases[n++] = (struct ktap_case){
				name, run_message, all->gl_pathv[i],
			};
	}
	return n;
}

static bool has_doubled(const char *dir)
{
	char path[4096];

	snprintf(path, sizeof(path),
		 "%s/captured/purple18-routed-ba.lan.msgs/13-MSG-transresp.bin",
		 dir);
	return !access(path, R_OK);
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
	g = malloc(sizeof(*g));
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
	if (has_doubled(vector_here()) || has_doubled(vector_elsewhere()))
		cases[n++] = (struct ktap_case){
			"both copies of a doubled message say the same port",
			doubled, has_doubled(vector_here()) ? vector_here() :
			vector_elsewhere(),
		};
	status = ktap_run(cases, n);
	globfree(&here);
	globfree(&there);
	free(g);
	return status;
}
