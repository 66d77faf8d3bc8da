// SPDX-License-Identifier: GPL-2.0
/* The records of an explanation as text. */
#include <stdlib.h>

#include "explain_text.h"
#include "explain_why.h"

static const char *str(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text ? text : "";
}

static long long num(const json_t *row, const char *key)
{
	return json_integer_value(json_object_get(row, key));
}

/* "address:port" of two members. */
static char *endpoint(const json_t *row, const char *addr, const char *port)
{
	const char *text = str(row, addr);

	return out_text(strchr(text, ':') ? "[%s]:%lld" : "%s:%lld", text,
			num(row, port));
}

static char *packet_cell(const json_t *row)
{
	return out_text("packet %lld:", num(row, "packet"));
}

static enum out_tone faint(const json_t *row)
{
	(void)row;
	return TONE_FAINT;
}

static enum out_tone verdict_tone(const json_t *row)
{
	return !strcmp(str(row, "verdict"), "allow") ? TONE_GOOD : TONE_BAD;
}

static enum out_tone warn(const json_t *row)
{
	(void)row;
	return TONE_WARN;
}

static char *verdict_cell(const json_t *row)
{
	return out_text("%s %ss", str(row, "helper"), str(row, "verdict"));
}

static char *reason_cell(const json_t *row)
{
	const char *reason = str(row, "reason");

	return out_text("%s (%s)", reason, explain_why(reason));
}

/* "MSNMSGR 8.0.0812 with MSNP15", as far as it is known. */
static char *client_text(const json_t *c)
{
	const char *name = str(c, "name"), *version = str(c, "version");
	long long dialect = num(c, "dialect");

	if (*str(c, "agent"))
		return out_text("%s", str(c, "agent"));
	if (!*name && !dialect)
		return out_text("an unknown client");
	if (!dialect)
		return out_text("%s %s", name, version);
	if (!*name)
		return out_text("a client with MSNP%lld", dialect);
	return out_text("%s %s with MSNP%lld", name, version, dialect);
}

static char *offer_cell(const json_t *row)
{
	const json_t *proto = json_array_get(json_object_get(row, "proto"), 0);
	char *inside, *outside, *text = NULL;

	if (!proto && !*str(row, "announced"))
		return out_text("what %s announces", str(row, "listener"));
	if (!proto)
		return out_text("%s to announce %s port %lld",
				str(row, "listener"), str(row, "announced"),
				num(row, "announced_port"));
	inside = endpoint(row, "listener", "inside_port");
	outside = endpoint(row, "outside", "outside_port");
	if (inside && outside)
		text = out_text("%s %s %s%s%s", str(row, "app"),
				json_string_value(proto),
				*str(row, "outside") ? outside : "",
				*str(row, "outside") ? " -> " : "", inside);
	free(inside);
	free(outside);
	return text;
}

static char *mechanism_cell(const json_t *row)
{
	return out_text("via %s", str(row, "mechanism"));
}

static char *who_cell(const json_t *row)
{
	char *client = client_text(json_object_get(row, "client"));
	const char *policy = str(row, "policy");
	char *text = NULL;

	if (client)
		text = out_text("for %s by %s%s%s:", client,
				*policy ? "policy '" : "no policy", policy,
				*policy ? "'" : "");
	free(client);
	return text;
}

static char *edit_cell(const json_t *row)
{
	const char *edit = str(row, "edit");

	if (!strcmp(edit, "none"))
		return out_text("%s", "");
	return out_text("edit: %s", edit);
}

const struct out_col text_offer[] = {
	{ .cell = packet_cell, .tone = faint },
	{ .cell = verdict_cell, .tone = verdict_tone },
	{ .cell = offer_cell },
	{ .cell = mechanism_cell },
	{ .cell = who_cell },
	{ .cell = reason_cell },
	{ .cell = edit_cell },
	{ 0 }
};

static char *client_cell(const json_t *row)
{
	char *client = client_text(json_object_get(row, "client"));
	char *text = NULL;

	if (client)
		text = out_text("%s uses %s", str(row, "address"), client);
	free(client);
	return text;
}

const struct out_col text_client[] = {
	{ .cell = packet_cell, .tone = faint },
	{ .cell = client_cell },
	{ 0 }
};

static char *nat_cell(const json_t *row)
{
	const char *from = str(row, "from");

	if (!strcmp(from, "unknown"))
		return out_text("no translation is known for %s (see --outside)",
				str(row, "address"));
	if (!strcmp(str(row, "address"), str(row, "outside")))
		return out_text("no address of %s is translated (%s)",
				str(row, "address"),
				!strcmp(from, "option") ?
					"as --outside says" :
					"its server sees it as it is");
	return out_text("%s is taken to be %s outside (%s)",
			str(row, "address"), str(row, "outside"),
			!strcmp(from, "option") ? "as --outside says" :
						  "its server says so");
}

const struct out_col text_nat[] = {
	{ .cell = packet_cell, .tone = faint },
	{ .cell = nat_cell },
	{ 0 }
};

static char *follow_cell(const json_t *row)
{
	char *server = endpoint(row, "server", "port");
	char *text = NULL;

	if (server)
		text = out_text("to follow %s to the server %s:",
				str(row, "address"), server);
	free(server);
	return text;
}

const struct out_col text_follow[] = {
	{ .cell = packet_cell, .tone = faint },
	{ .cell = verdict_cell, .tone = verdict_tone },
	{ .cell = follow_cell },
	{ .cell = reason_cell },
	{ 0 }
};

static char *cancel_cell(const json_t *row)
{
	/* Cookies of calls are made up. */
	if (!strcmp(str(row, "helper"), "imsip"))
		return out_text("a call or registration of %s is over: closed %lld",
				str(row, "address"), num(row, "closed"));
	return out_text("invitation %lld of %s is over: closed %lld",
			num(row, "cookie"), str(row, "address"),
			num(row, "closed"));
}

const struct out_col text_cancel[] = {
	{ .cell = packet_cell, .tone = faint },
	{ .cell = cancel_cell },
	{ 0 }
};

/* "client address:port -> server address:port" */
static char *conn_text(const json_t *row)
{
	char *client = endpoint(row, "address", "address_port");
	char *server = endpoint(row, "server", "port");
	char *text = NULL;

	if (client && server)
		text = out_text("%s -> %s", client, server);
	free(client);
	free(server);
	return text;
}

static char *opaque_cell(const json_t *row)
{
	char *conn = conn_text(row), *text = NULL;

	if (conn)
		text = out_text("what the %s says on %s is not read any more:",
				str(row, "from"), conn);
	free(conn);
	return text;
}

const struct out_col text_opaque[] = {
	{ .cell = packet_cell, .tone = faint },
	{ .cell = opaque_cell, .tone = warn },
	{ .cell = reason_cell },
	{ .key = "detail" },
	{ 0 }
};

static char *message_cell(const json_t *row)
{
	char *conn = conn_text(row), *text = NULL;

	if (conn)
		text = out_text("a message on %s that began in packet %lld was not read:",
				conn, num(row, "begin"));
	free(conn);
	return text;
}

const struct out_col text_message[] = {
	{ .cell = packet_cell, .tone = faint },
	{ .cell = message_cell, .tone = warn },
	{ .cell = reason_cell },
	{ 0 }
};

static char *inside_cell(const json_t *row)
{
	const char *rule = str(row, "inside");

	if (!strcmp(rule, "option"))
		return out_text("inside are the hosts of --inside");
	if (!strcmp(rule, "private"))
		return out_text("inside are the hosts with private addresses (see --inside)");
	return out_text("inside is whoever opens a connection (see --inside)");
}

static char *read_cell(const json_t *row)
{
	return out_text("packets: %lld, TCP: %lld, UDP: %lld, fragments skipped: %lld,",
			num(row, "packets"), num(row, "tcp"), num(row, "udp"),
			num(row, "fragments"));
}

static char *found_cell(const json_t *row)
{
	return out_text("connections read: %lld, offers: %lld;",
			num(row, "connections"),
			num(json_object_get(row, "counters"), "offers"));
}

const struct out_col text_summary[] = {
	{ .cell = read_cell },
	{ .cell = found_cell },
	{ .cell = inside_cell },
	{ 0 }
};
