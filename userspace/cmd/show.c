// SPDX-License-Identifier: GPL-2.0
/* nfim show: helpers, where they are attached, and what they have opened. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "../cmd.h"
#include "../module.h"
#include "../nft.h"
#include "../out.h"

static const struct opt *const opts[] = { NULL };

static const char *str_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "?";
}

static int int_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static char *endpoint_text(const json_t *endpoint)
{
	const char *address = str_of(endpoint, "address");

	return out_text(strchr(address, ':') ? "[%s]:%d" : "%s:%d", address,
			int_of(endpoint, "port"));
}

static char *helper_cell(const json_t *object)
{
	return out_text("%s/%s", str_of(object, "helper"),
			str_of(object, "protocol"));
}

static char *rules_cell(const json_t *object)
{
	int rules = int_of(object, "rules");

	return out_text("%d rule%s", rules, rules == 1 ? "" : "s");
}

static char *way_cell(const json_t *offer)
{
	char *outside = endpoint_text(json_object_get(offer, "outside"));
	char *inside = endpoint_text(json_object_get(offer, "inside"));
	char *text = NULL;

	if (outside && inside)
		text = out_text("%s -> %s", outside, inside);
	free(outside);
	free(inside);
	return text;
}

static char *state_cell(const json_t *offer)
{
	const json_t *peer = json_object_get(offer, "peer");
	char *who, *text;
	char zone[24] = "";

	if (int_of(offer, "zone"))
		snprintf(zone, sizeof(zone), ", zone %d", int_of(offer, "zone"));
	if (!peer)
		return out_text("%s, %d s left%s", str_of(offer, "state"),
				int_of(offer, "seconds_left"), zone);
	who = endpoint_text(peer);
	text = who ? out_text("connected to %s%s", who, zone) : NULL;
	free(who);
	return text;
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
	{ .cell = way_cell },
	{ .cell = state_cell },
	{ 0 }
};

static const struct out_view views[] = {
	{ .key = "helpers", .title = "helpers", .none = "no helpers" },
	{
		.key = "attached",
		.title = "attached by",
		.none = "attached by nothing: see 'nfim help attach'",
		.cols = attached_cols,
	},
	{
		.key = "offers",
		.title = "open endpoints",
		.none = "no open endpoints",
		.cols = offer_cols,
	},
	{ 0 }
};

static const char *protocol_name(uint32_t protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return "tcp";
	case IPPROTO_UDP:
		return "udp";
	default:
		return "?";
	}
}

static int add_object(const struct nft_object *object, void *data)
{
	json_t *row;

	if (strcmp(object->helper, "msnp") && strcmp(object->helper, "imsip"))
		return 0;
	row = json_pack("{s:s, s:o, s:o, s:s, s:s, s:I}",
			"family", object->family,
			"table", out_string(object->table),
			"object", out_string(object->name),
			"helper", object->helper,
			"protocol", protocol_name(object->l4proto),
			"rules", (json_int_t)object->rules);
	return json_array_append_new(data, row) ? -ENOMEM : 0;
}

/* The size of the address says its family. */
static json_t *endpoint(const struct nlattr *address, const struct nlattr *port)
{
	uint16_t len = address ? mnl_attr_get_payload_len(address) : 0;
	char text[INET6_ADDRSTRLEN] = "?";

	if (len == sizeof(struct in_addr))
		inet_ntop(AF_INET, mnl_attr_get_payload(address), text,
			  sizeof(text));
	else if (len == sizeof(struct in6_addr))
		inet_ntop(AF_INET6, mnl_attr_get_payload(address), text,
			  sizeof(text));
	return json_pack("{s:s, s:I}", "address", text, "port",
			 (json_int_t)nl_u32(port));
}

static json_t *offer_row(const struct nlattr *const *tb)
{
	bool connected = nl_u32(tb[NFIM_OFFER_A_STATE]) == NFIM_OFFER_CONNECTED;
	json_t *row, *last;

	row = json_pack("{s:o, s:o, s:s, s:I, s:s, s:o, s:o}",
			"helper", out_string(nl_str(tb[NFIM_OFFER_A_HELPER])),
			"application", out_string(nl_str(tb[NFIM_OFFER_A_APP])),
			"protocol",
			protocol_name(nl_u32(tb[NFIM_OFFER_A_PROTO])),
			"zone", (json_int_t)nl_u32(tb[NFIM_OFFER_A_ZONE]),
			"state", connected ? "connected" : "waiting",
			"outside", endpoint(tb[NFIM_OFFER_A_OUTSIDE],
					    tb[NFIM_OFFER_A_OUTSIDE_PORT]),
			"inside", endpoint(tb[NFIM_OFFER_A_LISTENER],
					   tb[NFIM_OFFER_A_INSIDE_PORT]));
	if (connected)
		last = endpoint(tb[NFIM_OFFER_A_PEER],
				tb[NFIM_OFFER_A_PEER_PORT]);
	else
		last = json_integer(nl_u32(tb[NFIM_OFFER_A_SECONDS_LEFT]));
	if (json_object_set_new(row, connected ? "peer" : "seconds_left",
				last)) {
		json_decref(row);
		return NULL;
	}
	return row;
}

static int add_offer(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[NFIM_OFFER_A_MAX + 1];
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, MODULE_HEADER) {
		if (mnl_attr_get_type(attr) != NFIM_A_OFFER)
			continue;
		nl_parse_nested(attr, tb, NFIM_OFFER_A_MAX);
		if (json_array_append_new(data, offer_row(tb)))
			return -ENOMEM;
	}
	return 0;
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

static enum rc get_offers(struct module *module, json_t *offers)
{
	int tries = 0;
	int ret;

	do {
		json_array_clear(offers);
		ret = module_get(module, NFIM_CMD_OFFER_GET, NLM_F_DUMP,
				 add_offer, offers);
	} while (ret == -EINTR && ++tries < NL_TRIES);
	return ret ? nl_err(&module->nl, ret, "read the open endpoints") :
		     RC_DONE;
}

static enum rc run(const struct args *args)
{
	json_t *doc = json_pack("{s:[], s:[], s:[]}", "helpers", "attached",
				"offers");
	struct module module;
	enum rc rc;

	rc = module_open(&module);
	if (!rc)
		rc = get_helpers(&module, json_object_get(doc, "helpers"));
	if (!rc)
		rc = get_attached(json_object_get(doc, "attached"));
	if (!rc)
		rc = get_offers(&module, json_object_get(doc, "offers"));
	module_close(&module);
	if (rc) {
		json_decref(doc);
		return rc;
	}
	return out_document(doc, views, args->json);
}

const struct cmd cmd_show = {
	.name = "show",
	.summary = "show helpers, where they are attached, open endpoints",
	.about = "Shows the helpers of the module, the nft objects of all tables\n"
		 "that attach them, and the announced endpoints that are open or in use.\n",
	.opts = opts,
	.run = run,
};
