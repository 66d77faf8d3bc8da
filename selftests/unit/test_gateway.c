// SPDX-License-Identifier: GPL-2.0
/*
 * Every MSNP vector through the gateway: what its JSON says is opened, what
 * leaves is what a peer needs, and however it is cut and repeated, the same
 * leaves. Run from the top directory or selftests/; NFIM_SHARED names a
 * directory whose vectors/ holds more of them.
 */

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "../ktap.h"
#include "gateway.h"
#include "input.h"
#include "reread.h"
#include "vector.h"

#define VECTORS_MAX	400
#define MSS		1460

static struct gateway *g;
static struct policy any;
static struct vector vectors[VECTORS_MAX];
static struct ktap_case cases[VECTORS_MAX + 8];
static size_t vectors_n;

/* Everything, on every unprivileged port, and those that vectors name. */
static void make_policy(void)
{
	u32 i;

	any = policy_builtin[POLICY_MSNP];
	for (i = 0; i < NFIM_APP_MAX; i++) {
		struct policy_app *app = any.app + i;

		app->allow = true;
		app->protos = POLICY_TCP | POLICY_UDP;
		app->limit = 100;
		app->lifetime = 60;
		memset(app->inside, 0, sizeof(app->inside));
		app->inside[0] = (struct port_range){ 1024, 65535 };
		app->inside[1] = (struct port_range){ 1503, 1503 };
		app->inside[2] = (struct port_range){ 1720, 1720 };
		app->inside[3] = (struct port_range){ 3389, 3389 };
		app->inside[4] = (struct port_range){ 5060, 5060 };
		memcpy(app->outside, app->inside, sizeof(app->inside));
	}
}

static void addr_text(char *text, const struct addr *a)
{
	text[text_put_addr(text, a)] = '\0';
}

static bool greets(const struct vector *v)
{
	return span_len(v->bin) > 4 && v->is_ns && v->side == MSNP_C2S &&
	       !memcmp(v->bin.p, "VER ", 4);
}

/* The connection as it stands before the vector. */
static void begin(struct gateway *to, const struct vector *v)
{
	char inside[TEXT_ADDR_MAX + 1], outside[TEXT_ADDR_MAX + 1];
	const json_t *e = json_object_get(v->expect, "expectations"), *one;
	size_t i, n = 0;

	addr_text(inside, &v->self.inside);
	addr_text(outside, &v->self.outside);
	gateway_open(to, inside, outside);
	to->policy = &any;
	if (!greets(v))
		gateway_greet(to, v->is_ns);
	json_array_foreach(e, i, one) {
		to->map[n][0] = (u16)vector_number(one, "inside_port");
		to->map[n++][1] = (u16)vector_number(one, "outside_port");
	}
}

static void end(struct gateway *of)
{
	gateway_close(of);
	if (of->trouble)
		ktap_fail("%s", of->trouble);
	ktap_equal(of->missed, 0);
	of->trouble = NULL;
}

static const struct gateway_offer *find_open(const struct gateway *of,
					     u16 inside, u16 outside)
{
	u32 i;

	for (i = 0; i < of->n; i++)
		if (of->offer[i].port == outside && !of->offer[i].closed &&
		    of->offer[i].offer.inside_port == inside)
			return of->offer + i;
	return NULL;
}

static u8 proto_of(const json_t *name)
{
	return strcmp(json_string_value(name), "udp") ? 6 : 17;
}

static bool has_proto(const struct offer *o, u8 proto)
{
	return o->proto == proto || o->also == proto;
}

static u32 count_open(const struct gateway *of)
{
	u32 i, k, n = 0;

	for (i = 0; i < of->n; i++) {
		bool again = false;

		for (k = 0; k < i; k++)
			again |= of->offer[k].port == of->offer[i].port &&
				 !of->offer[k].closed;
		n += of->offer[i].port && !of->offer[i].closed && !again;
	}
	return n;
}

/* What @expect wants is open, and nothing else. */
static void check_open(const json_t *expect, bool all)
{
	const json_t *list = json_object_get(expect, "expectations"), *e, *p;
	size_t i, k;

	json_array_foreach(list, i, e) {
		u16 inside = (u16)vector_number(e, "inside_port");
		u16 outside = (u16)vector_number(e, "outside_port");
		const struct gateway_offer *o = find_open(g, inside, outside);
		char listener[TEXT_ADDR_MAX + 1];

		if (!o) {
			ktap_fail("%u is not open for %u", outside, inside);
			continue;
		}
		addr_text(listener, &o->listener);
		ktap_want(!strcmp(listener, vector_word(e, "listener")));
		json_array_foreach(json_object_get(e, "proto"), k, p)
			ktap_want(has_proto(&o->offer, proto_of(p)));
	}
	if (all)
		ktap_equal(count_open(g), json_array_size(list));
}

static bool is_optional(const struct vector *v)
{
	const char *action = vector_word(v->expect, "action");

	return !strcmp(action, "expect-or-ignore") ||
	       !strcmp(action, "delta0-only");
}

/* Steps that must have gone by before a vector. */
static const struct {
	const char *name, *before;
} preludes[] = {
	{ "inv-netmeeting-accept2", "inv-netmeeting-invite-c2s" },
	{ "inv-remote-assistance-accept2",
	  "inv-remote-assistance-invite-c2s" },
};

static const struct vector *find(const char *name)
{
	size_t i;

	for (i = 0; i < vectors_n; i++)
		if (!strcmp(vectors[i].name, name))
			return vectors + i;
	return NULL;
}

static void prepare(struct gateway *to, const struct vector *v)
{
	const struct vector *b;
	size_t i;

	begin(to, v);
	for (i = 0; i < ARRAY_SIZE(preludes); i++) {
		b = find(preludes[i].before);
		if (!strcmp(v->name, preludes[i].name) && b)
			gateway_say(to, b->side, b->bin, MSS);
	}
}

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

static void check_refusal(const struct vector *v)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refusals); i++)
		if (!strcmp(v->name, refusals[i].name) &&
		    ktap_equal(g->n, 1))
			ktap_equal(g->offer[0].how, refusals[i].why);
}

/* Where the vector begins in what arrives. */
static u32 mark;

static struct span whole_run(const struct vector *v)
{
	prepare(g, v);
	mark = g->rx_len[v->side];
	gateway_say(g, v->side, v->bin, 32000);
	return gateway_heard(g, v->side, mark);
}

static void check_whole(const struct vector *v)
{
	struct span heard = whole_run(v);

	ktap_at("whole");
	check_refusal(v);
	if (is_optional(v))
		ktap_equal(count_open(g), g->n);
	else
		check_open(v->expect, true);
	if (v->nat.p && (span_len(v->nat) != span_len(v->bin) ||
			 memcmp(v->nat.p, v->bin.p, span_len(v->bin))))
		ktap_want(g->count[NFIM_EXPECTED_EDITED]);
	if (!g->count[NFIM_EXPECTED_EDITED])
		ktap_bytes(heard.p, span_len(heard), v->bin.p,
			   span_len(v->bin));
	else
		reread_check(v, heard, g);
	end(g);
}

/*
 * The same leaves as from the whole, and the same is open. After a release it may be less, but
 * nothing is lost then either, and all lengths are right.
 */
static void compare(const struct vector *v, struct span want)
{
	struct span seen = gateway_heard(g, v->side, mark);

	if (!g->released && !g->count[NFIM_SPLIT]) {
		ktap_bytes(seen.p, span_len(seen), want.p, span_len(want));
		if (!is_optional(v))
			check_open(v->expect, true);
		return;
	}
	if (span_len(seen) == span_len(v->bin) &&
	    !memcmp(seen.p, v->bin.p, span_len(seen)))
		return;
	reread_lengths(v, seen);
	ktap_want(g->count[NFIM_EXPECTED_EDITED]);
}

static void run_cut(const struct vector *v, struct span want, u32 cut)
{
	u32 len = (u32)span_len(v->bin), at;

	ktap_at("cut at %u", cut);
	prepare(g, v);
	at = g->tx_len[v->side];
	gateway_append(g, v->side, v->bin);
	gateway_segment(g, v->side, at, cut);
	gateway_segment(g, v->side, at + cut, len - cut);
	gateway_settle(g, v->side);
	compare(v, want);
	/* Two halves of a message within the first flight are always held. */
	if (len < 2 * MSS &&
	    msnp_scan_opaque(&g->dir[v->side].scan.msnp) == NFIM_OK)
		ktap_equal(g->released, 0);
	end(g);
}

/* Segments of @seg, each of them repeated in another cut. */
static void run_segments(const struct vector *v, struct span want, u32 seg)
{
	u32 len = (u32)span_len(v->bin), at, off, back;

	ktap_at("segments of %u", seg);
	prepare(g, v);
	at = g->tx_len[v->side];
	gateway_append(g, v->side, v->bin);
	for (off = 0; off < len; off += seg)
		gateway_segment(g, v->side, at + off,
				len - off < seg ? len - off : seg);
	gateway_settle(g, v->side);
	compare(v, want);
	for (off = 0; off < len; off += seg) {
		back = off < seg / 2 ? 0 : off - seg / 2;
		gateway_segment(g, v->side, at + back,
				len - back < seg + 3 ? len - back : seg + 3);
	}
	compare(v, want);
	end(g);
}

/* The same, but each segment is repeated at once, with what is around it. */
static void run_repeats(const struct vector *v, struct span want, u32 seg)
{
	u32 len = (u32)span_len(v->bin), at, off, back, n;

	ktap_at("segments of %u, each repeated", seg);
	prepare(g, v);
	at = g->tx_len[v->side];
	gateway_append(g, v->side, v->bin);
	for (off = 0; off < len; off += seg) {
		n = len - off < seg ? len - off : seg;
		gateway_segment(g, v->side, at + off, n);
		back = off < seg / 2 + 1 ? 0 : off - seg / 2 - 1;
		gateway_segment(g, v->side, at + back, (n + 1) / 2);
		gateway_segment(g, v->side, at + back + (n + 1) / 2,
				off + n - back - (n + 1) / 2);
	}
	gateway_settle(g, v->side);
	compare(v, want);
	end(g);
}

static void check_cuts(const struct vector *v)
{
	static char copy[GATEWAY_STREAM];
	u32 len = (u32)span_len(v->bin), cut;
	struct span want = whole_run(v);
	size_t n = span_len(want);

	memcpy(copy, want.p, n);
	want = span_make(copy, n);
	end(g);
	for (cut = 1; cut < len; cut++)
		run_cut(v, want, cut);
	run_segments(v, want, 536);
	run_segments(v, want, 101);
	run_segments(v, want, 1);
	run_repeats(v, want, 536);
	run_repeats(v, want, 101);
	run_repeats(v, want, 1);
}

static void run_vector(const void *arg)
{
	const struct vector *v = arg;

	check_whole(v);
	check_cuts(v);
}

static void add_cases(const char *dir)
{
	char path[4096];
	glob_t found;
	size_t i;

	snprintf(path, sizeof(path), "%s/msnp/*.json", dir);
	if (glob(path, 0, NULL, &found))
		return;
	for (i = 0; i < found.gl_pathc && vectors_n < VECTORS_MAX; i++) {
		struct vector *v = vectors + vectors_n;

		if (!vector_load(v, found.gl_pathv[i]))
			exit(1);
		if (!v->is_msnp || find(v->name)) {
			vector_free(v);
			continue;
		}
		vectors_n++;
	}
	globfree(&found);
}

static const json_t *step_of(const json_t *scenario, size_t i)
{
	return json_array_get(json_object_get(scenario, "steps"), i);
}

/* The steps of one scenario, on one connection. */
static void run_scenario(const json_t *s)
{
	const struct vector *v;
	const json_t *step;
	size_t k;

	ktap_at("%s", vector_word(s, "name"));
	for (k = 0; (step = step_of(s, k)); k++)
		if (!find(json_string_value(step))) {
			ktap_skip("no %s here", json_string_value(step));
			return;
		}
	begin(g, find(json_string_value(step_of(s, 0))));
	for (k = 0; (step = step_of(s, k)); k++) {
		v = find(json_string_value(step));
		/* The greeting has been said. */
		if (v->side == MSNP_S2C || memcmp(v->bin.p, "USR", 3))
			gateway_say(g, v->side, v->bin, MSS);
	}
	check_open(s, true);
	end(g);
}

static void run_scenarios(const void *arg)
{
	const char *const dirs[] = { vector_elsewhere(), vector_here() };
	json_t *list = NULL, *s;
	char path[4096];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dirs) && !list; i++) {
		snprintf(path, sizeof(path), "%s/msnp/scenarios.list",
			 dirs[i] ?: ".");
		list = json_load_file(path, 0, NULL);
	}
	if (!ktap_want(list))
		return;
	json_array_foreach(list, i, s)
		run_scenario(s);
	json_decref(list);
}

int main(void)
{
	size_t i, n = 0;
	int status;

	g = malloc(sizeof(*g));
	make_policy();
	if (vector_here())
		add_cases(vector_here());
	add_cases(vector_elsewhere());
	for (i = 0; i < vectors_n; i++)
		cases[n++] = (struct ktap_case){ vectors[i].name, run_vector,
						 vectors + i };
	cases[n++] = (struct ktap_case){ "scenarios end as they should",
					 run_scenarios };
	status = ktap_run(cases, n);
	for (i = 0; i < vectors_n; i++)
		vector_free(vectors + i);
	free(g);
	return status;
}
