// SPDX-License-Identifier: GPL-2.0
/* userspace/top_sums, top_draw: what is counted, and how it is drawn. */

#include <stdlib.h>

#include "../../userspace/out.h"
#include "../../userspace/row.h"
#include "../../userspace/top_draw.h"
#include "../../userspace/top_sums.h"
#include "../ktap.h"

static void tell(struct top_sums *sums, const char *event, const char *host,
		 const char *app, const char *reason)
{
	json_t *record = json_pack("{s:s, s:i, s:s, s:s, s:s}", "event", event,
				   "zone", 0, "host", host, "application", app,
				   "reason", reason);

	ktap_want(record);
	ktap_equal(top_sums_event(sums, record), 0);
	json_decref(record);
}

/* The second one has a name that a terminal would obey. */
static json_t *clients(void)
{
	return json_pack("[{s:s, s:i, s:i, s:s, s:s, s:s}, {s:s, s:i, s:s, s:n}]",
			 "address", "10.0.1.2", "zone", 0, "dialect", 9,
			 "client", "MSMSGS", "version", "6", "policy", "p",
			 "address", "::9", "zone", 7, "agent",
			 "T\303\251l\303\251phone \033[2J", "policy");
}

static json_t *offer(const char *app, const char *protocol, int outside,
		     const char *host, int inside)
{
	return json_pack("{s:s, s:s, s:i, s:{s:s, s:i}, s:{s:s, s:i}}",
			 "application", app, "protocol", protocol, "zone", 0,
			 "outside", "address", "192.0.2.1", "port", outside,
			 "inside", "address", host, "port", inside);
}

static json_t *offers(void)
{
	json_t *waits = offer("file-transfer", "tcp", 6892, "10.0.1.3", 6891);
	json_t *talks = offer("rtp-audio", "udp", 5004, "10.0.1.2", 5004);

	json_object_set_new(waits, "state", json_string("waiting"));
	json_object_set_new(waits, "seconds_left", json_integer(287));
	json_object_set_new(talks, "state", json_string("connected"));
	json_object_set_new(talks, "peer",
			    json_pack("{s:s, s:i}", "address", "203.0.113.7",
				      "port", 4000));
	return json_pack("[o, o]", waits, talks);
}

/* Of a table whose counters were @before, and are these now. */
static json_t *document(struct top_sums *sums, json_t *counters)
{
	struct top_now now = {
		.time = 5000,
		.clients = clients(),
		.offers = offers(),
		.counters = counters,
	};
	json_t *doc = top_document(sums, &now);

	json_decref(now.clients);
	json_decref(now.offers);
	json_decref(now.counters);
	if (!doc)
		abort();
	return doc;
}

static json_t *example(void)
{
	struct top_sums sums;
	json_t *doc;

	ktap_equal(top_sums_init(&sums, 2000), 0);
	doc = document(&sums, json_pack("{s:i, s:i}", "expected", 1,
					"refused-policy", 2));
	json_decref(doc);
	tell(&sums, "offer", "10.0.1.2", "voice", "refused-policy");
	tell(&sums, "offer", "10.0.1.2", "rtp-audio", "expected-edited");
	tell(&sums, "connected", "10.0.1.2", "rtp-audio", "expected");
	tell(&sums, "held", "10.0.1.2", "", "held");
	tell(&sums, "opaque", "10.0.1.4", "", "opaque-gap");
	doc = document(&sums,
		       json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i}",
				 "expected", 1, "expected-edited", 1, "held", 4,
				 "refused-policy", 3, "refused-nomem", 5,
				 "opaque-gap", 1, "refused-port-zero", 0));
	top_sums_free(&sums);
	return doc;
}

static const json_t *row(const json_t *doc, const char *list, size_t i)
{
	return json_array_get(json_object_get(doc, list), i);
}

static void want_host(const json_t *doc, size_t i, const char *address,
		      const char *client, const int *numbers)
{
	static const char *const keys[] = {
		"waiting", "connected", "opened", "refused", "opaque"
	};
	const json_t *host = row(doc, "hosts", i);
	size_t k;

	ktap_at("host %zu", i);
	ktap_want(!strcmp(row_str(host, "address"), address));
	ktap_want(!strcmp(row_str(host, "client"), client));
	for (k = 0; k < sizeof(keys) / sizeof(*keys); k++)
		ktap_equal((int)row_int(host, keys[k]), numbers[k]);
}

static void counts(const void *arg)
{
	json_t *doc = example();
	const json_t *totals = json_object_get(doc, "totals");
	const json_t *voice = row(doc, "applications", 2);

	ktap_equal(json_array_size(json_object_get(doc, "hosts")), 4);
	want_host(doc, 0, "10.0.1.2", "MSMSGS 6 MSNP9",
		  (const int[]){ 0, 1, 1, 1, 0 });
	want_host(doc, 1, "10.0.1.3", "", (const int[]){ 1, 0, 0, 0, 0 });
	want_host(doc, 2, "10.0.1.4", "", (const int[]){ 0, 0, 0, 0, 1 });
	want_host(doc, 3, "::9", "T\303\251l\303\251phone \033[2J",
		  (const int[]){ 0, 0, 0, 0, 0 });
	ktap_want(!strcmp(row_str(row(doc, "hosts", 0), "last"),
			  "refused-policy"));
	ktap_want(!strcmp(row_str(voice, "application"), "voice"));
	ktap_equal((int)row_int(voice, "refused"), 1);
	ktap_equal((int)row_int(totals, "waiting"), 1);
	ktap_equal((int)row_int(totals, "connected"), 1);
	ktap_equal((int)row_int(totals, "opened"), 2);
	ktap_equal((int)row_int(totals, "refused"), 8);
	ktap_equal((int)row_int(totals, "opaque"), 1);
	ktap_equal((int)row_int(doc, "seconds"), 3);
	json_decref(doc);
}

static void newest_first(const void *arg)
{
	json_t *doc = example();

	ktap_equal(json_array_size(json_object_get(doc, "refusals")), 3);
	ktap_want(!strcmp(row_str(row(doc, "refusals", 0), "reason"),
			  "refused-nomem"));
	ktap_equal((int)row_int(row(doc, "refusals", 0), "new"), 5);
	ktap_want(!strcmp(row_str(row(doc, "refusals", 1), "reason"),
			  "refused-policy"));
	ktap_equal((int)row_int(row(doc, "refusals", 1), "new"), 1);
	ktap_equal((int)row_int(row(doc, "refusals", 1), "total"), 3);
	json_decref(doc);
}

static char *draw(const json_t *doc, struct top_view *view)
{
	char *text = top_draw(doc, view);

	if (!text)
		abort();
	return text;
}

/* Alone among others: "last line" is not what a grep would take for it. */
static bool has_line(const char *text, const char *line)
{
	const char *at = strstr(text, line);

	return at && (at == text || at[-1] == '\n') &&
	       at[strlen(line)] == '\n';
}

static const char host_line[] =
	"10.0.1.2    MSMSGS 6 MSNP9  p             0          1       1        1  refused-policy";
static const char zone_line[] =
	"::9 zone 7  T\303\251l\303\251phone ?[2J                0          0       0        0";
static const char way_line[] =
	"rtp-audio      udp       192.0.2.1:5004 -> 10.0.1.2:5004  connected to 203.0.113.7:4000";

static void plain(const void *arg)
{
	struct top_view view = { 0 };
	json_t *doc = example();
	char *text = draw(doc, &view);

	ktap_want(has_line(text, host_line));
	ktap_want(has_line(text, zone_line));
	ktap_want(has_line(text, "file-transfer        1          0       0        0"));
	ktap_want(has_line(text, way_line));
	ktap_want(has_line(text, "refused-nomem            5    5"));
	ktap_want(!strchr(text, '\033'));
	free(text);
	json_decref(doc);
}

static void empty(const void *arg)
{
	struct top_now now = {
		.clients = json_array(),
		.offers = json_array(),
		.counters = json_object(),
	};
	struct top_view view = { 0 };
	struct top_sums sums;
	json_t *doc;
	char *text;

	ktap_equal(top_sums_init(&sums, 0), 0);
	doc = top_document(&sums, &now);
	text = draw(doc, &view);
	ktap_want(has_line(text, "no hosts"));
	ktap_want(has_line(text, "nothing refused or given up"));
	free(text);
	json_decref(doc);
	json_decref(now.clients);
	json_decref(now.offers);
	json_decref(now.counters);
	top_sums_free(&sums);
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* Any size and any scrolling: never more lines than there are, and no end of one
 * in the last.
 */
static void screens(const void *arg)
{
	json_t *doc = example();
	struct top_view view;
	char *text;

	for (view.height = 1; view.height < 40; view.height++) {
		for (view.width = 1; view.width < 120; view.width += 7) {
			ktap_at("%zux%zu", view.width, view.height);
			view.part = view.width % 2 ? 0 : 'r';
			view.skip = view.width * 3;
			view.is_paused = view.width % 3 == 0;
			text = draw(doc, &view);
			ktap_want(count_lines(text) <=
				  (view.height > 3 ? view.height - 1 : 2));
			ktap_want(view.skip <= 40);
			free(text);
		}
	}
	json_decref(doc);
}

static void one_part(const void *arg)
{
	struct top_view view = { .part = 'r' };
	json_t *doc = example();
	char *text = draw(doc, &view);

	ktap_want(strstr(text, "refused-nomem"));
	ktap_want(!strstr(text, "HOST"));
	ktap_want(!strstr(text, "ENDPOINT"));
	ktap_want(top_has_part('h') && !top_has_part('x'));
	free(text);
	json_decref(doc);
}

static void scrolls(const void *arg)
{
	struct top_view view = { .width = 80, .height = 6, .skip = 3 };
	json_t *doc = example();
	char *text = draw(doc, &view);

	ktap_want(strstr(text, "10.0.1.3"));
	ktap_want(!strstr(text, "10.0.1.2"));
	ktap_equal(view.skip, 3);
	free(text);
	json_decref(doc);
}

int main(void)
{
	static const struct ktap_case cases[] = {
		{ "hosts, applications and all together are counted", counts },
		{ "refusals: the newest first", newest_first },
		{ "as text, without harm", plain },
		{ "nothing yet", empty },
		{ "screens of any size", screens },
		{ "one part alone", one_part },
		{ "scrolling", scrolls },
	};

	return ktap_run(cases, sizeof(cases) / sizeof(*cases));
}
