// SPDX-License-Identifier: GPL-2.0
/*
 * nfim show: helpers, where they are attached, what they have opened, and
 * which clients they know.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../cmd.h"
#include "../dump.h"
#include "../module.h"
#include "../nft.h"
#include "../out.h"
#include "../row.h"

/* What to show; a word of the command line, or nothing for all of it. */
enum noun {
	HELPERS,
	CLIENTS,
	EXPECTATIONS,
	SESSIONS,
	ALL,
};

static const char *const nouns[] = {
	[HELPERS] = "helpers",
	[CLIENTS] = "clients",
	[EXPECTATIONS] = "expectations",
	[SESSIONS] = "sessions",
	NULL
};

static const struct opt *const opts[] = { NULL };

static char *helper_cell(const json_t *object)
{
	return out_text("%s/%s", row_str(object, "helper"),
			row_str(object, "protocol"));
}

static char *rules_cell(const json_t *object)
{
	int rules = row_int(object, "rules");

	return out_text("%d rule%s", rules, rules == 1 ? "" : "s");
}

static void zone_text(const json_t *row, char *text, size_t size)
{
	int zone = row_int(row, "zone");

	text[0] = '\0';
	if (zone)
		snprintf(text, size, ", zone %d", zone);
}

static char *state_cell(const json_t *offer)
{
	char *who, *text;
	char zone[24];

	zone_text(offer, zone, sizeof(zone));
	if (!json_object_get(offer, "peer"))
		return out_text("%s, %d s left%s", row_str(offer, "state"),
				(int)row_int(offer, "seconds_left"), zone);
	who = row_endpoint(offer, "peer");
	text = who ? out_text("connected to %s%s", who, zone) : NULL;
	free(who);
	return text;
}

static char *policy_cell(const json_t *client)
{
	const char *policy = row_str(client, "policy");

	return *policy ? out_text("policy %s", policy) :
			 out_text("no policy");
}

static char *idle_cell(const json_t *client)
{
	char zone[24];

	zone_text(client, zone, sizeof(zone));
	return out_text("idle %d s%s", (int)row_int(client, "idle"), zone);
}

static const struct out_col attached_cols[] = {
	{ .key = "family" },
	{ .key = "table" },
	{ .key = "object" },
	{ .cell = helper_cell },
	{ .cell = rules_cell },
	{ 0 }
};

static const struct out_col offer_cols[] = {
	{ .key = "application" },
	{ .key = "protocol" },
	{ .cell = row_way },
	{ .cell = state_cell },
	{ 0 }
};

static const struct out_col client_cols[] = {
	{ .key = "address" },
	{ .cell = row_client_text },
	{ .cell = policy_cell },
	{ .cell = idle_cell },
	{ 0 }
};

#define VIEW_HELPERS							\
	{ .key = "helpers", .title = "helpers", .none = "no helpers" }
#define VIEW_ATTACHED							\
	{								\
		.key = "attached",					\
		.title = "attached by",					\
		.none = "attached by nothing: see 'nfim help attach'",	\
		.cols = attached_cols,					\
	}
#define VIEW_CLIENTS							\
	{								\
		.key = "clients",					\
		.title = "clients",					\
		.none = "no clients known",				\
		.cols = client_cols,					\
	}
#define VIEW_OFFERS(what)						\
	{								\
		.key = "offers",					\
		.title = what,						\
		.none = "no " what,					\
		.cols = offer_cols,					\
	}

static const struct out_view views[][5] = {
	[HELPERS] = { VIEW_HELPERS, VIEW_ATTACHED },
	[CLIENTS] = { VIEW_CLIENTS },
	[EXPECTATIONS] = { VIEW_OFFERS("expectations") },
	[SESSIONS] = { VIEW_OFFERS("sessions") },
	[ALL] = {
		VIEW_HELPERS, VIEW_ATTACHED, VIEW_OFFERS("open endpoints"),
		VIEW_CLIENTS
	},
};

static int add_object(const struct nft_object *object, void *data)
{
	json_t *row;

	if (strcmp(object->helper, "msnp") && strcmp(object->helper, "imsip"))
		return 0;
	row = json_pack("{s:s, s:o, s:o, s:s, s:s, s:I}",
			"family", nft_family(object->family),
			"table", out_string(object->table),
			"object", out_string(object->name),
			"helper", object->helper,
			"protocol", row_protocol(object->l4proto),
			"rules", (json_int_t)object->rules);
	return json_array_append_new(data, row) ? -ENOMEM : 0;
}

/* Leave those that the noun wants. */
static void choose_offers(json_t *offers, enum noun noun)
{
	size_t i = json_array_size(offers);
	bool connected;

	while (noun != ALL && i--) {
		connected = json_object_get(json_array_get(offers, i), "peer");
		if (noun == SESSIONS ? !connected : connected)
			json_array_remove(offers, i);
	}
}

static enum rc get_helpers(struct module *module, json_t *helpers)
{
	struct module_info info;
	size_t i;
	int ret;

	ret = module_get_info(module, &info);
	if (ret)
		return nl_err(&module->nl, ret, "ask the module");
	for (i = 0; i < info.n_helpers; i++) {
		if (json_array_append_new(helpers, out_string(info.helper[i])))
			return err_nomem();
	}
	return RC_DONE;
}

static enum rc get_attached(json_t *attached)
{
	int tries = 0;
	struct nl nl;
	enum rc rc;
	int ret;

	rc = nft_open(&nl);
	if (!rc) {
		do {
			json_array_clear(attached);
			ret = nft_each_object(&nl, add_object, attached);
		} while (ret == -EINTR && ++tries < NL_TRIES);
		if (ret)
			rc = nl_err(&nl, ret, "read nft objects");
	}
	nl_close(&nl);
	return rc;
}

static int by_idle(const json_t *a, const json_t *b)
{
	json_int_t one = row_int(a, "idle");
	json_int_t other = row_int(b, "idle");

	return (one < other) - (one > other);
}

/* An array for each part that the noun wants. */
static json_t *document(enum noun noun)
{
	bool helpers = noun == ALL || noun == HELPERS;
	bool offers = noun == ALL || noun == EXPECTATIONS || noun == SESSIONS;
	bool clients = noun == ALL || noun == CLIENTS;

	return json_pack("{s:b, s:o*, s:o*, s:o*, s:o*}",
			 "complete", 1,
			 "helpers", helpers ? json_array() : NULL,
			 "attached", helpers ? json_array() : NULL,
			 "offers", offers ? json_array() : NULL,
			 "clients", clients ? json_array() : NULL);
}

static enum rc fill(struct module *module, json_t *doc, enum noun noun)
{
	json_t *attached = json_object_get(doc, "attached");
	json_t *helpers = json_object_get(doc, "helpers");
	json_t *clients = json_object_get(doc, "clients");
	json_t *offers = json_object_get(doc, "offers");
	bool complete = true;
	enum rc rc = RC_DONE;

	if (helpers)
		rc = get_helpers(module, helpers);
	if (!rc && attached)
		rc = get_attached(attached);
	if (!rc && offers)
		rc = dump_offers(module, offers, &complete);
	choose_offers(offers, noun);
	if (!rc && clients)
		rc = dump_clients(module, clients, &complete);
	/* The one heard of last at the end. */
	if (!rc && (row_sort(clients, by_idle) ||
		    json_object_set_new(doc, "complete",
					json_boolean(complete))))
		rc = err_nomem();
	return rc;
}

static enum rc run(const struct args *args)
{
	enum noun noun = HELPERS;
	struct module module;
	json_t *doc;
	enum rc rc;

	while (noun < ALL && (!args->topic || strcmp(args->topic, nouns[noun])))
		noun++;
	doc = document(noun);
	rc = module_open(&module);
	if (!rc)
		rc = fill(&module, doc, noun);
	module_close(&module);
	if (rc) {
		json_decref(doc);
		return rc;
	}
	if (!args->json && !args->quiet &&
	    json_is_false(json_object_get(doc, "complete")))
		fputs("nfim: warning: it changed while it was read: something may be missing\n",
		      stderr);
	return out_document(doc, views[noun], args->json);
}

const struct cmd cmd_show = {
	.name = "show",
	.topic = "[helpers|clients|expectations|sessions]",
	.words = nouns,
	.summary = "show helpers, open endpoints and known clients",
	.about = "Shows all, or one of:\n"
		 "  helpers       helpers of the module, nft objects of all tables that attach them\n"
		 "  clients       hosts whose client is known, and the policy that speaks for each\n"
		 "  expectations  announced endpoints that wait for a peer\n"
		 "  sessions      announced endpoints that a peer has connected to\n",
	.opts = opts,
	.run = run,
};
