// SPDX-License-Identifier: GPL-2.0
/* An event as a line of text. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "event.h"
#include "row.h"

static bool begins(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

bool event_is_trouble(const json_t *record)
{
	const char *reason = row_str(record, "reason");

	return begins(reason, "refused-") || begins(reason, "opaque-") ||
	       !strcmp(row_str(record, "event"), "lost");
}

/* The day and the zone are the reader's own; JSON has all of it. */
static char *time_cell(const json_t *record)
{
	json_int_t stamp = json_integer_value(json_object_get(record, "time"));
	time_t seconds = stamp / 1000;
	char text[16] = "";
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		strftime(text, sizeof(text), "%H:%M:%S", &tm);
	return out_text("%s.%03d", text, (int)(stamp % 1000));
}

static char *host_cell(const json_t *record)
{
	const json_t *inside = json_object_get(record, "inside");
	const char *host = row_str(record, "host");
	char *server, *text;

	if (!*host || !strcmp(host, row_str(inside, "address")))
		return out_text("%s", "");
	server = row_endpoint(record, "server");
	if (!server)
		return NULL;
	text = out_text("host %s%s%s", host, *server ? " server " : "", server);
	free(server);
	return text;
}

static char *peer_cell(const json_t *record)
{
	char *peer = row_endpoint(record, "peer");
	char *text = peer ? out_text("%s%s", *peer ? "peer " : "", peer) : NULL;

	free(peer);
	return text;
}

static char *outcome_cell(const json_t *record)
{
	const char *reason = row_str(record, "reason");
	const char *edit = row_str(record, "edit");

	/* The event says as much already. */
	if (!strcmp(reason, row_str(record, "event")) ||
	    !strcmp(reason, "client-new"))
		reason = "";
	if (!*edit || !strcmp(edit, "none"))
		return out_text("%s", reason);
	return out_text("%s%s(%s)", reason, *reason ? " " : "", edit);
}

static char *mechanism_cell(const json_t *record)
{
	const char *mechanism = row_str(record, "mechanism");

	return out_text("%s%s", *mechanism ? "via " : "", mechanism);
}

static char *policy_cell(const json_t *record)
{
	const char *policy = row_str(record, "policy");

	return out_text("%s%s", *policy ? "policy " : "", policy);
}

static char *client_cell(const json_t *record)
{
	const char *client = row_str(record, "client");

	return out_text("%s%s", *client ? "client " : "", client);
}

static char *rest_cell(const json_t *record)
{
	int zone = row_int(record, "zone");

	if (json_object_get(record, "policies"))
		return out_text("generation %d, %d policies",
				(int)row_int(record, "generation"),
				(int)row_int(record, "policies"));
	if (!strcmp(row_str(record, "event"), "lost"))
		return out_text("%s", "events: more than could be read");
	return zone ? out_text("zone %d", zone) : out_text("%s", "");
}

static char *word_cell(const json_t *record, const char *key)
{
	return out_text("%s", row_str(record, key));
}

static char *app_cell(const json_t *record)
{
	return word_cell(record, "application");
}

static char *protocol_cell(const json_t *record)
{
	return word_cell(record, "protocol");
}

static enum out_tone time_tone(const json_t *record)
{
	(void)record;
	return TONE_FAINT;
}

static enum out_tone outcome_tone(const json_t *record)
{
	const char *reason = row_str(record, "reason");

	if (event_is_trouble(record))
		return begins(reason, "opaque-") ? TONE_WARN : TONE_BAD;
	return begins(reason, "expected") ? TONE_GOOD : TONE_PLAIN;
}

static enum out_tone event_tone(const json_t *record)
{
	return strcmp(row_str(record, "event"), "lost") ? TONE_PLAIN : TONE_BAD;
}

const struct out_col event_cols[] = {
	{ .cell = time_cell, .tone = time_tone },
	{ .key = "event", .tone = event_tone },
	{ .cell = app_cell },
	{ .cell = protocol_cell },
	{ .cell = row_way },
	{ .cell = peer_cell },
	{ .cell = outcome_cell, .tone = outcome_tone },
	{ .cell = mechanism_cell },
	{ .cell = host_cell },
	{ .cell = policy_cell },
	{ .cell = client_cell },
	{ .cell = rest_cell },
	{ 0 }
};

json_t *event_new(const char *what)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_REALTIME, &now);
	return json_pack("{s:I, s:s}", "time",
			 (json_int_t)now.tv_sec * 1000 + now.tv_nsec / 1000000,
			 "event", what);
}
