// SPDX-License-Identifier: GPL-2.0
/*
 * Every test vector: framed as its JSON says, and the same however it is cut;
 * file transfers are rewritten for several ports. Run from the top directory
 * or selftests/; NFIM_SHARED names a directory whose vectors/ holds more.
 */

#include <glob.h>
#include <stdlib.h>

#include <nfim/limits.h>

#include "../ktap.h"
#include "input.h"
#include "rewrite.h"
#include "talk.h"
#include "vector.h"

#define VECTORS_MAX	400

/* Refusals whose reason matters. */
static const struct {
	const char *name;
	enum nfim_counter why;
} refusals[] = {
	{ "bad-foreign-host", NFIM_REFUSED_NOT_SELF },
	{ "bad-loopback", NFIM_REFUSED_NOT_SELF },
	{ "bad-multicast", NFIM_REFUSED_NOT_SELF },
	{ "bad-port-zero", NFIM_REFUSED_PORT_ZERO },
	{ "bad-port-65536", NFIM_REFUSED_MALFORMED },
	{ "bad-port-privileged", NFIM_REFUSED_PORT_PRIVILEGED },
	{ "bad-quad-leading-zeros", NFIM_REFUSED_MALFORMED },
	{ "bad-quad-range", NFIM_REFUSED_MALFORMED },
};

static struct talk whole, pieces;

/* Why the scanner must stop at a command, as the JSON describes it. */
static enum nfim_counter must_stop(const struct vector *v, const json_t *p)
{
	static const char name_bytes[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *cmd = vector_word(p, "cmd");
	size_t off = (size_t)vector_number(p, "off");
	size_t len = (size_t)vector_number(p, "line_len");
	struct span line = span_make(v->bin.p + off, len), tok = line;
	u32 number;

	if (len > NFIM_LINE_MAX)
		return NFIM_OPAQUE_LINE;
	if (strlen(cmd) != 3 || strspn(cmd, name_bytes) != 3)
		return NFIM_OPAQUE_FOREIGN;
	if (vector_number(p, "payload_len") > NFIM_PAYLOAD_MAX)
		return NFIM_OPAQUE_LENGTH;
	while (line.end > line.p && (line.end[-1] == '\r' ||
				     line.end[-1] == '\n'))
		line.end--;
	while (text_token(&line, &tok))
		;
	if (!strcmp(cmd, "MSG") && !text_u32(tok, ~0u, &number))
		return NFIM_OPAQUE_LENGTH;
	return NFIM_OK;
}

static void check_framing(const struct vector *v)
{
	const json_t *list = json_object_get(v->json, "parse"), *p;
	struct msnp_frame f;
	u32 pos = 0;
	size_t i;

	if (!v->is_msnp)
		return;
	talk_start(&whole, v);
	ktap_want(json_array_size(list) > 0);
	json_array_foreach(list, i, p) {
		u32 payload_off = (u32)vector_number(p, "payload_off");
		double payload_len = vector_number(p, "payload_len");
		enum nfim_counter why = must_stop(v, p);
		enum msnp_event ev = trace_next(&whole.t, v->bin, &pos, &f);

		ktap_at("command %zu", i);
		ktap_equal(f.off, vector_number(p, "off"));
		if (why != NFIM_OK) {
			ktap_equal(ev, MSNP_OPAQUE);
			ktap_equal(msnp_scan_opaque(&whole.t.scan), why);
			return;
		}
		ktap_bytes(f.cmd, 3, vector_word(p, "cmd"), 3);
		ktap_equal(f.payload_len, payload_len);
		if (f.payload_len)
			ktap_equal(f.payload.p - v->bin.p, payload_off);
		if (payload_off + payload_len > span_len(v->bin)) {
			ktap_equal(ev, MSNP_MORE);
			return;
		}
		ktap_equal(ev, MSNP_COMMAND);
		ktap_equal(pos, payload_off + f.payload_len);
	}
	ktap_equal(trace_next(&whole.t, v->bin, &pos, &f), MSNP_END);
}

static bool same_offer(const struct offer *a, const struct offer *b)
{
	return a->app == b->app && a->proto == b->proto &&
	       a->inside_port == b->inside_port &&
	       a->announced_port == b->announced_port &&
	       a->cookie == b->cookie && a->fixed == b->fixed &&
	       a->in_place == b->in_place;
}

/* @cut: offset behind the greeting, or -1 for pieces of one byte. */
static bool is_split(u32 begin, u32 end, long cut)
{
	u32 at = whole.greeting + (u32)cut;

	return cut < 0 || (at > begin && at < end);
}

static const char *compare(long cut)
{
	u32 i, k, begin = whole.greeting;
	const char *diff = trace_same(&whole.t, &pieces.t);

	if (diff)
		return diff;
	for (i = whole.greeting ? 1 : 0; i < whole.t.n; i++) {
		u32 end = whole.t.cmd[i].end;

		if (pieces.t.cmd[i].whole == is_split(begin, end, cut))
			return "whole where it is split, or not where it is";
		begin = end;
	}
	for (i = 0, k = 0; i < whole.n; i++) {
		const struct offered *a = whole.offer + i;
		const struct offered *b = pieces.offer + k;

		if (is_split(a->begin, a->end, cut))
			continue;
		if (k++ == pieces.n || a->end != b->end || a->why != b->why ||
		    !same_offer(&a->m.offer, &b->m.offer))
			return "another offer";
	}
	return k == pieces.n ? NULL : "an offer too many";
}

static void feed_cut(const struct vector *v, long cut)
{
	size_t len = span_len(v->bin), i;

	talk_start(&pieces, v);
	if (cut >= 0) {
		talk_feed(&pieces, input_bytes(v->bin.p, (size_t)cut),
			  &v->self);
		talk_feed(&pieces, input_bytes(v->bin.p + cut,
					       len - (size_t)cut), &v->self);
	} else {
		for (i = 0; i < len; i++) {
			talk_feed(&pieces, input_bytes(v->bin.p + i, 1),
				  &v->self);
			if (i % 1000 == 999)
				input_done();
		}
	}
}

static void check_cuts(const struct vector *v)
{
	const char *diff;
	long cut;

	talk_start(&whole, v);
	talk_feed(&whole, v->bin, &v->self);
	for (cut = (long)span_len(v->bin); cut >= -1; cut--) {
		feed_cut(v, cut);
		diff = compare(cut);
		input_done();
		ktap_at("cut at %ld", cut);
		if (diff)
			ktap_fail("%s", diff);
	}
	ktap_at("uncut");
}

/* File transfers; all else is in test_gateway. */
static void check_expected(const struct vector *v)
{
	const json_t *e = vector_first(v);
	const char *action = vector_word(v->expect, "action");
	bool optional = !strcmp(action, "expect-or-ignore");
	u16 outside = (u16)vector_number(e, "outside_port");
	struct offered *o = whole.offer;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refusals); i++)
		if (!strcmp(v->name, refusals[i].name) &&
		    ktap_equal(whole.n, 1))
			ktap_equal(o->why, refusals[i].why);
	if (!e) {
		for (i = 0; i < whole.n && !optional; i++)
			ktap_want(o[i].why != NFIM_OK);
		return;
	}
	if (!whole.n)
		return;
	if (!ktap_equal(whole.n, 1) || !ktap_equal(o->why, NFIM_OK))
		return;
	ktap_equal(json_array_size(json_object_get(v->expect,
						   "expectations")), 1);
	ktap_equal(o->m.offer.inside_port, vector_number(e, "inside_port"));
	ktap_equal(o->m.offer.proto, 6);
	if (json_object_get(v->expect, "cookie"))
		ktap_equal(o->m.offer.cookie,
			   vector_number(v->expect, "cookie"));
	rewrite_check(v, &whole, 0, outside);
}

static void check_next_server(const struct vector *v)
{
	bool follow = !strncmp(vector_word(v->expect, "action"), "follow-", 7);
	const char *server = vector_word(v->expect, "server");
	struct msnp_frame f;
	struct addr a, want;
	u32 pos = 0, n = 0;
	u16 port;

	talk_start(&whole, v);
	while (trace_next(&whole.t, v->bin, &pos, &f) == MSNP_COMMAND) {
		if (v->side != MSNP_S2C ||
		    !msnp_next_server(f.line, &a, &port))
			continue;
		n++;
		if (!follow)
			continue;
		ktap_want(text_addr(span_make(server, strlen(server)), &want));
		ktap_want(addr_equal(&a, &want));
		ktap_equal(port, vector_number(v->expect, "port"));
	}
	ktap_equal(n, follow);
}

static void check_cancel(const struct vector *v)
{
	bool forget = !strcmp(vector_word(v->expect, "action"), "forget");
	struct msnp_frame f;
	struct message m;
	u32 pos = 0, n = 0;

	talk_start(&whole, v);
	while (trace_next(&whole.t, v->bin, &pos, &f) == MSNP_COMMAND) {
		if (!message_read(&m, v->bin, &f, &v->self) ||
		    m.inv.command != INVITE_CANCEL)
			continue;
		n++;
		ktap_want(m.inv.has_cookie);
		ktap_equal(m.inv.cookie, vector_number(v->expect, "cookie"));
	}
	ktap_equal(n, forget);
}

static void run_vector(const void *arg)
{
	const struct vector *v = arg;

	check_framing(v);
	check_next_server(v);
	check_cancel(v);
	check_cuts(v);
	check_expected(v);
	ktap_want_at(!whole.t.insane, whole.t.insane, __LINE__);
	input_done();
}

static struct vector vectors[VECTORS_MAX];
static struct ktap_case cases[VECTORS_MAX + 4];
static size_t vectors_n;

static const struct vector *find(const char *name)
{
	size_t i;

	for (i = 0; i < vectors_n; i++)
		if (!strcmp(vectors[i].name, name))
			return vectors + i;
	return NULL;
}

static u32 cookie_of(const struct vector *v)
{
	struct msnp_frame f;
	struct message m;
	u32 pos = 0;

	ktap_at("%s", v->name);
	talk_start(&whole, v);
	while (trace_next(&whole.t, v->bin, &pos, &f) == MSNP_COMMAND)
		if (message_read(&m, v->bin, &f, &v->self)) {
			ktap_want(m.inv.has_cookie);
			return m.inv.cookie;
		}
	ktap_fail("wanted an invitation");
	return 0;
}

static void scenario_cookies(const void *arg)
{
	static const char *const names[] = { "ft-send-ms4", "ft-cancelled" };
	json_t *list, *scenario, *step;
	size_t i, k, seen = 0;
	u32 cookie = 0, next;
	char path[4000];

	snprintf(path, sizeof(path), "%s/msnp/scenarios.list", (char *)arg);
	list = json_load_file(path, 0, NULL);
	json_array_foreach(list, i, scenario) {
		const char *name = vector_word(scenario, "name");

		if (strcmp(name, names[0]) && strcmp(name, names[1]))
			continue;
		seen++;
		json_array_foreach(json_object_get(scenario, "steps"), k,
				   step) {
			const struct vector *v = find(json_string_value(step));

			if (!ktap_want(v))
				continue;
			next = cookie_of(v);
			if (k)
				ktap_equal(next, cookie);
			cookie = next;
		}
	}
	ktap_equal(seen, ARRAY_SIZE(names));
	json_decref(list);
	input_done();
}

static void nothing_elsewhere(const void *arg)
{
	ktap_skip("no %s", (const char *)arg);
}

/* Adds a case for each vector of a directory that is not there yet. */
static size_t add_directory(const char *dir)
{
	char pattern[4000];
	size_t i, added = 0;
	glob_t g;

	snprintf(pattern, sizeof(pattern), "%s/*.json", dir);
	if (glob(pattern, 0, NULL, &g))
		return 0;
	for (i = 0; i < g.gl_pathc && vectors_n < VECTORS_MAX; i++) {
		struct vector *v = vectors + vectors_n;

		if (!vector_load(v, g.gl_pathv[i]))
			exit(KTAP_FAIL);
		if (find(v->name)) {
			vector_free(v);
			continue;
		}
		cases[vectors_n] = (struct ktap_case){
			.name = v->name,
			.run = run_vector,
			.arg = v,
		};
		vectors_n++;
		added++;
	}
	globfree(&g);
	return added;
}

int main(void)
{
	const char *here = vector_here();
	static char elsewhere[3000];
	int status;
	size_t n;

	if (!here) {
		puts("KTAP version 1\n1..0 # SKIP no vectors here");
		return KTAP_SKIP;
	}
	snprintf(elsewhere, sizeof(elsewhere), "%s/msnp", here);
	add_directory(elsewhere);
	snprintf(elsewhere, sizeof(elsewhere), "%s/msnp", vector_elsewhere());
	n = add_directory(elsewhere);
	n = n ? vectors_n : vectors_n + 1;
	if (n > vectors_n)
		cases[vectors_n] = (struct ktap_case){
			"vectors kept elsewhere", nothing_elsewhere, elsewhere,
		};
	cases[n++] = (struct ktap_case){
		"all invitations of a scenario have one cookie",
		scenario_cookies, here,
	};
	status = ktap_run(cases, n);
	while (vectors_n)
		vector_free(vectors + --vectors_n);
	return status;
}
