// SPDX-License-Identifier: GPL-2.0
/* userspace/conf_diff and conf_json: what is different, and everything else. */

#include <stdlib.h>

#include "../../userspace/conf.h"
#include "../../userspace/conf_json.h"
#include "../ktap.h"
#include "policies.h"

#define SET	4

static const char *text_of(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text ? text : "-";
}

/* Rows as "policy application key change before after", each with an end. */
static char *rows_text(const json_t *rows)
{
	const json_t *row, *before, *after;
	char *text = NULL, *a, *b;
	size_t size, i;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		abort();
	json_array_foreach(rows, i, row) {
		before = json_object_get(row, "before");
		after = json_object_get(row, "after");
		a = json_dumps(before, JSON_ENCODE_ANY | JSON_COMPACT);
		b = json_dumps(after, JSON_ENCODE_ANY | JSON_COMPACT);
		fprintf(to, "%s %s %s %s %s %s\n", text_of(row, "policy"),
			text_of(row, "application"), text_of(row, "key"),
			text_of(row, "change"), a ? a : "?", b ? b : "?");
		free(a);
		free(b);
	}
	fclose(to);
	return text;
}

static void want_rows(const struct policy *a, u32 n_a, const struct policy *b,
		      u32 n_b, const char *wanted)
{
	json_t *rows = conf_json_diff(a, n_a, b, n_b);
	char *text;

	if (ktap_want(rows)) {
		text = rows_text(rows);
		ktap_bytes(text, strlen(text), wanted, strlen(wanted));
		free(text);
	}
	json_decref(rows);
}

static void same(const void *arg)
{
	struct policy set[SET];
	u32 seed, state, i;

	for (seed = 0; seed < 500; seed++) {
		state = seed;
		for (i = 0; i < SET; i++)
			policies_make(&state, set + i, i);
		ktap_at("seed %u", seed);
		want_rows(set, SET, set, SET, "");
	}
	want_rows(set, 0, set, 0, "");
}

/* One key is changed, in each of two ways; nothing else may be reported. */
static void every_key(const void *arg)
{
	static const struct {
		const char *was, *is, *rows;
	} rows[] = {
		{ "", "helper = imsip",
		  "a - helper changed \"msnp\" \"imsip\"\n"
		  "a - host-limit changed 64 256\n"
		  "a - net-limit changed 1024 4096\n" },
		{ "", "default = yes", "a - default changed false true\n" },
		{ "client = { A, B }", "client = { B, A }",
		  "a - client changed [\"A\",\"B\"] [\"B\",\"A\"]\n" },
		{ "client = { A }", "", "a - client changed [\"A\"] []\n" },
		{ "version = 6.1", "version = 6.1-6.2",
		  "a - version changed [\"6.1\"] [\"6.1-6.2\"]\n" },
		{ "", "dialect = MSNP8-",
		  "a - dialect changed null \"MSNP8-\"\n" },
		{ "agent = A", "agent = AB",
		  "a - agent changed \"A\" \"AB\"\n" },
		{ "", "privileged-ports = yes",
		  "a - privileged-ports changed false true\n" },
		{ "hold = no", "", "a - hold changed false true\n" },
		{ "", "client-ip = yes", "a - client-ip changed false true\n" },
		{ "", "hairpin = no", "a - hairpin changed true false\n" },
		{ "", "host-limit = 65", "a - host-limit changed 64 65\n" },
		{ "", "net-limit = 16384",
		  "a - net-limit changed 1024 16384\n" },
		{ "", "third-party = ::1",
		  "a - third-party changed [] [\"::1\"]\n" },
		{ "", "ice = no", "a - ice changed true false\n" },
		{ "media-peers = any", "media-peers = peer",
		  "a - media-peers changed \"any\" \"peer\"\n" },
		{ "", "media-networks = ::1",
		  "a - media-networks changed [] [\"::1\"]\n" },
		{ "", "application game { inside = 1 }",
		  "a game - added null null\n" },
		{ "application game { inside = 1 verdict = refuse }", "", "" },
		{ "application game { inside = 1 }",
		  "application game { inside = 1 outside = 1 }", "" },
		{ "application game { inside = 1 }",
		  "application game { inside = 1 outside = 2 limit = 11 }",
		  "a game outside changed [\"1\"] [\"2\"]\n"
		  "a game limit changed 10 11\n" },
		{ "application game { inside = 1 protocol = udp }",
		  "application game { inside = 1 lifetime = 5 }",
		  "a game protocol changed [\"udp\"] [\"tcp\"]\n"
		  "a game lifetime changed 300 5\n" },
	};
	struct conf was, is;
	char text[200];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s -> %s", rows[i].was, rows[i].is);
		snprintf(text, sizeof(text), "policy a { %s }", rows[i].was);
		ktap_equal(conf_read_text(&was, "was", text, strlen(text)), 0);
		snprintf(text, sizeof(text), "policy a { %s }", rows[i].is);
		ktap_equal(conf_read_text(&is, "is", text, strlen(text)), 0);
		want_rows(was.policy, was.n, is.policy, is.n, rows[i].rows);
		conf_free(&was);
		conf_free(&is);
	}
}

static void order(const void *arg)
{
	static const struct policy abc[] = {
		{ .name = "a" }, { .name = "b" }, { .name = "c" },
	};
	static const struct policy cxa[] = {
		{ .name = "c" }, { .name = "x" }, { .name = "a" },
	};

	want_rows(abc, 3, cxa, 3,
		  "b - - removed null null\n"
		  "c - - moved 2 1\n"
		  "x - - added null null\n"
		  "a - - moved 1 2\n");
	want_rows(abc, 3, abc + 1, 2, "a - - removed null null\n");
	want_rows(abc, 0, abc, 1, "a - - added null null\n");
}

static void json(const void *arg)
{
	static const char text[] =
		"policy a { version = 6.1 client-ip = yes\n"
		"application game { inside = { 1-2 } } }";
	static const char wanted[] =
		"{ \"name\": \"a\", \"helper\": \"msnp\", \"default\": false,\n"
		"  \"client\": [], \"version\": [\"6.1\"], \"dialect\": null,\n"
		"  \"agent\": null, \"privileged_ports\": false, \"hold\": true,\n"
		"  \"client_ip\": true, \"hairpin\": true, \"host_limit\": 64,\n"
		"  \"net_limit\": 1024,\n"
		"  \"third_party\": [], \"ice\": true,\n"
		"  \"media_peers\": \"sdp\", \"media_networks\": [],\n"
		"  \"applications\": { \"game\": {\n"
		"    \"verdict\": \"allow\", \"protocol\": [\"tcp\"],\n"
		"    \"inside\": [\"1-2\"], \"outside\": [\"1-2\"], \"limit\": 10,\n"
		"    \"lifetime\": 300 } } }\n";
	json_t *want = json_loads(wanted, 0, NULL);
	struct conf conf;
	json_t *object;
	char *seen;

	ktap_equal(conf_read_text(&conf, "x", text, strlen(text)), 0);
	object = conf.n ? conf_json_policy(conf.policy) : NULL;
	seen = object ? json_dumps(object, JSON_COMPACT) : NULL;
	if (ktap_want(want && seen) && !json_equal(object, want))
		ktap_fail("saw %s", seen);
	free(seen);
	json_decref(object);
	json_decref(want);
	conf_free(&conf);
}

static const struct ktap_case cases[] = {
	{ "nothing differs between a set and itself", same },
	{ "every key that differs is named, with both values", every_key },
	{ "policies that come, go and move are named", order },
	{ "JSON has every key", json },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
