// SPDX-License-Identifier: GPL-2.0
/* nfim monitor --top: what is in its table. */
#include <string.h>

#include "out.h"
#include "row.h"
#include "top_sums.h"

/* As many hosts as this are remembered for what they were refused. */
#define HOSTS_MAX	4096

#define KEY_SIZE	64

static bool begins(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

/* Return: what became of an offer or a connection, as a key; NULL for the rest. */
static const char *outcome_of(const char *reason)
{
	if (begins(reason, "expected"))
		return "opened";
	if (begins(reason, "refused-"))
		return "refused";
	return begins(reason, "opaque-") ? "opaque" : NULL;
}

static int count(json_t *row, const char *key)
{
	return json_object_set_new(row, key,
				   json_integer(row_int(row, key) + 1));
}

/* Return: a borrowed reference, NULL if memory ran out. */
static json_t *find_app(json_t *apps, const char *name)
{
	json_t *app = json_object_get(apps, name);

	if (app)
		return app;
	app = json_pack("{s:s, s:i, s:i, s:i, s:i}", "application", name,
			"waiting", 0, "connected", 0, "opened", 0,
			"refused", 0);
	return json_object_set_new(apps, name, app) ? NULL : app;
}

static json_t *find_host(json_t *hosts, json_int_t zone, const char *address)
{
	char key[KEY_SIZE];
	json_t *host;

	snprintf(key, sizeof(key), "%d %s", (int)zone, address);
	host = json_object_get(hosts, key);
	if (host)
		return host;
	host = json_pack("{s:s, s:I, s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:s}",
			 "address", address, "zone", zone, "client", "",
			 "policy", "", "waiting", 0, "connected", 0, "opened",
			 0, "refused", 0, "opaque", 0, "last", "");
	return json_object_set_new(hosts, key, host) ? NULL : host;
}

int top_sums_init(struct top_sums *sums, json_int_t now)
{
	*sums = (struct top_sums){
		.since = now,
		.hosts = json_object(),
		.apps = json_object(),
	};
	return sums->hosts && sums->apps ? 0 : -1;
}

void top_sums_free(struct top_sums *sums)
{
	json_decref(sums->hosts);
	json_decref(sums->apps);
	json_decref(sums->before);
}

int top_sums_event(struct top_sums *sums, const json_t *record)
{
	const char *reason = row_str(record, "reason");
	const char *outcome = outcome_of(reason);
	const char *app = row_str(record, "application");
	json_t *row;

	/* A connection has the reason of its offer, which is counted already. */
	if (!outcome || !strcmp(row_str(record, "event"), "connected"))
		return 0;
	if (*app) {
		row = find_app(sums->apps, app);
		if (!row || count(row, outcome))
			return -1;
	}
	if (!*row_str(record, "host") ||
	    json_object_size(sums->hosts) >= HOSTS_MAX)
		return 0;
	row = find_host(sums->hosts, row_int(record, "zone"),
			row_str(record, "host"));
	if (!row || count(row, outcome))
		return -1;
	if (!strcmp(outcome, "opened"))
		return 0;
	return json_object_set_new(row, "last", json_string(reason));
}

/* --- the table ------------------------------------------------------------ */

static int add_clients(json_t *hosts, const json_t *clients)
{
	const json_t *client;
	json_t *host;
	char *text;
	size_t i;
	int ret;

	json_array_foreach(clients, i, client) {
		host = find_host(hosts, row_int(client, "zone"),
				 row_str(client, "address"));
		text = row_client_text(client);
		ret = !host || !text ||
		      json_object_set_new(host, "client", json_string(text)) ||
		      json_object_set_new(host, "policy",
					  json_string(row_str(client,
							      "policy")));
		free(text);
		if (ret)
			return -1;
	}
	return 0;
}

static int add_offers(json_t *hosts, json_t *apps, const json_t *offers)
{
	const json_t *offer, *inside;
	const char *state;
	json_t *host, *app;
	size_t i;

	json_array_foreach(offers, i, offer) {
		inside = json_object_get(offer, "inside");
		state = row_str(offer, "state");
		host = find_host(hosts, row_int(offer, "zone"),
				 row_str(inside, "address"));
		app = find_app(apps, row_str(offer, "application"));
		if (!host || !app || count(host, state) || count(app, state))
			return -1;
	}
	return 0;
}

/* How busy it is; refusals are what one looks for next. */
static int by_use(const json_t *a, const json_t *b)
{
	static const char *const keys[] = {
		"connected", "waiting", "refused", "opaque", "opened"
	};
	json_int_t more;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		more = row_int(b, keys[i]) - row_int(a, keys[i]);
		if (more)
			return more < 0 ? -1 : 1;
	}
	return strcmp(row_str(a, json_object_get(a, "address") ?
					 "address" : "application"),
		      row_str(b, json_object_get(b, "address") ?
					 "address" : "application"));
}

static int by_new(const json_t *a, const json_t *b)
{
	json_int_t more = row_int(b, "new") - row_int(a, "new");

	if (!more)
		more = row_int(b, "total") - row_int(a, "total");
	return more < 0 ? -1 : more > 0;
}

/* The values of an object; consumes it. */
static json_t *sorted(json_t *object)
{
	json_t *list = json_array();
	const char *key;
	json_t *value;
	int ret = 0;

	json_object_foreach(object, key, value)
		ret |= json_array_append(list, value);
	json_decref(object);
	if (!ret && !row_sort(list, by_use))
		return list;
	json_decref(list);
	return NULL;
}

static json_t *refusals(const struct top_sums *sums, json_t *counters)
{
	json_t *list = json_array();
	json_int_t value, old;
	const char *name;
	json_t *counter;
	int ret = 0;

	json_object_foreach(counters, name, counter) {
		value = json_integer_value(counter);
		if (!value ||
		    (!begins(name, "refused-") && !begins(name, "opaque-")))
			continue;
		old = row_int(sums->before, name);
		ret |= json_array_append_new(list,
				json_pack("{s:s, s:I, s:I}", "reason", name,
					  "total", value, "new", value - old));
	}
	if (!ret && !row_sort(list, by_new))
		return list;
	json_decref(list);
	return NULL;
}

static json_int_t sum(json_t *counters, const char *outcome)
{
	const char *name, *other;
	json_int_t total = 0;
	json_t *counter;

	json_object_foreach(counters, name, counter) {
		other = outcome_of(name);
		if (other && !strcmp(other, outcome))
			total += json_integer_value(counter);
	}
	return total;
}

static json_t *totals(const struct top_now *now, const json_t *hosts)
{
	const json_t *offer;
	json_int_t connected = 0;
	json_int_t n = json_array_size(now->offers);
	size_t i;

	json_array_foreach(now->offers, i, offer)
		connected += !strcmp(row_str(offer, "state"), "connected");
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}",
			 "hosts", (json_int_t)json_object_size(hosts),
			 "waiting", n - connected, "connected", connected,
			 "opened", sum(now->counters, "opened"),
			 "refused", sum(now->counters, "refused"),
			 "opaque", sum(now->counters, "opaque"));
}

json_t *top_document(struct top_sums *sums, const struct top_now *now)
{
	json_t *hosts = json_deep_copy(sums->hosts);
	json_t *apps = json_deep_copy(sums->apps);
	json_t *all = NULL;

	if (!sums->before)
		sums->before = json_copy(now->counters);
	if (hosts && apps && sums->before &&
	    !add_clients(hosts, now->clients) &&
	    !add_offers(hosts, apps, now->offers))
		all = totals(now, hosts);
	return json_pack("{s:I, s:s, s:I, s:b, s:o, s:o, s:o, s:O, s:o}",
			 "time", now->time, "event", "top", "seconds",
			 (now->time - sums->since) / 1000,
			 "lost", (int)sums->lost, "totals", all,
			 "hosts", sorted(hosts),
			 "applications", sorted(apps),
			 "offers", now->offers,
			 "refusals", refusals(sums, now->counters));
}
