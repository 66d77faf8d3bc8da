// SPDX-License-Identifier: GPL-2.0
/* nfim attach: make the nft table that gives connections to a helper. */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "../cmd.h"
#include "../module.h"
#include "../nft.h"
#include "../out.h"

static const struct opt *const opts[] = {
	&opt_iif, &opt_port, &opt_sip_port, &opt_helper, &opt_table, NULL
};

/* What there is to attach; the ports are the caller's. */
enum { GIVE_MSNP, GIVE_SIP_UDP, GIVE_SIP_TCP, GIVES };

static const struct nft_give all_gives[GIVES] = {
	[GIVE_MSNP] = { "msnp", "msnp", IPPROTO_TCP },
	[GIVE_SIP_UDP] = { "imsip-udp", "imsip", IPPROTO_UDP },
	[GIVE_SIP_TCP] = { "imsip-tcp", "imsip", IPPROTO_TCP },
};

/* "a, b" of the members of an array. */
static char *join(const json_t *array, const char *format)
{
	char *all = out_text("%s", "");
	const json_t *value;
	char *longer;
	size_t i;

	for (i = 0; all && i < json_array_size(array); i++) {
		value = json_array_get(array, i);
		if (json_is_string(value))
			longer = out_text("%s%s%s", all, i ? ", " : format,
					  json_string_value(value));
		else
			longer = out_text("%s%s%d", all, i ? ", " : format,
					  (int)json_integer_value(value));
		free(all);
		all = longer;
	}
	return all;
}

/* "helper msnp on tcp port 1863, helper imsip on udp port 5060". */
static char *helpers(const json_t *doc)
{
	char *all = out_text("%s", "");
	const json_t *give;
	char *ports, *longer;
	size_t i;

	json_array_foreach(json_object_get(doc, "helpers"), i, give) {
		ports = join(json_object_get(give, "ports"), "");
		longer = all && ports ?
			out_text("%s%shelper %s on %s port %s", all,
				 i ? ", " : "",
				 json_string_value(json_object_get(give, "helper")),
				 json_string_value(json_object_get(give, "protocol")),
				 ports) : NULL;
		free(ports);
		free(all);
		all = longer;
	}
	return all;
}

static char *sentence(const json_t *doc)
{
	char *from = join(json_object_get(doc, "interfaces"), " from ");
	char *what = helpers(doc);
	char *text = NULL;

	if (what && from)
		text = out_text("table inet %s %s: %s%s and this host",
				json_string_value(json_object_get(doc, "table")),
				json_is_true(json_object_get(doc, "replaced")) ?
					"replaced" : "made",
				what,
				*from ? from : " from every interface");
	free(what);
	free(from);
	return text;
}

static const struct out_col cols[] = { { .cell = sentence }, { 0 } };
static const struct out_view views[] = { { .cols = cols }, { 0 } };

static json_t *give_json(const struct nft_give *give)
{
	json_t *doc = json_pack("{s:s, s:s, s:[]}", "helper", give->helper,
				"protocol",
				give->l4proto == IPPROTO_UDP ? "udp" : "tcp",
				"ports");
	json_t *ports = json_object_get(doc, "ports");
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < give->n_ports; i++)
		ret = json_array_append_new(ports,
					    json_integer(give->ports[i]));
	if (!ret)
		return doc;
	json_decref(doc);
	return NULL;
}

static json_t *document(const struct nft_plan *plan, bool replaced)
{
	json_t *doc = json_pack("{s:s, s:s, s:b, s:[], s:[]}",
				"family", "inet", "table", plan->table,
				"replaced", (int)replaced,
				"interfaces", "helpers");
	json_t *iifs = json_object_get(doc, "interfaces");
	json_t *given = json_object_get(doc, "helpers");
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < plan->n_iifs; i++)
		ret = json_array_append_new(iifs, out_string(plan->iifs[i]));
	for (i = 0; !ret && i < plan->n_gives; i++)
		ret = json_array_append_new(given, give_json(&plan->give[i]));
	if (!ret)
		return doc;
	json_decref(doc);
	return NULL;
}

static bool has_helper(const struct module_info *info, const char *name)
{
	size_t i;

	for (i = 0; i < info->n_helpers; i++) {
		if (!strcmp(info->helper[i], name))
			return true;
	}
	return false;
}

/* Ask before the ruleset is touched, for a sentence that says what to do. */
static enum rc ask_module(struct module_info *info)
{
	struct module module;
	enum rc rc;
	int ret;

	rc = module_open(&module);
	if (!rc) {
		ret = module_get_info(&module, info);
		if (ret)
			rc = nl_err(&module.nl, ret, "ask the module");
	}
	module_close(&module);
	return rc;
}

/* What is wanted and there. */
static enum rc choose(const struct args *args, struct nft_give *give,
		      size_t *n)
{
	struct module_info info;
	enum rc rc = ask_module(&info);
	size_t i;

	*n = 0;
	for (i = 0; !rc && i < GIVES; i++) {
		struct nft_give *g = &give[*n];

		*g = all_gives[i];
		if (args->helper ? strcmp(g->helper, args->helper) :
				   !has_helper(&info, g->helper))
			continue;
		if (!has_helper(&info, g->helper))
			return err(RC_ABSENT,
				   "module " MODULE_NAME " has no helper '%s'",
				   g->helper);
		g->ports = i == GIVE_MSNP ? args->ports : args->sip_ports;
		g->n_ports = i == GIVE_MSNP ? args->n_ports : args->n_sip_ports;
		*n += 1;
	}
	if (!rc && !*n)
		rc = err(RC_ABSENT, "module " MODULE_NAME " has no helper");
	return rc;
}

static enum rc run(const struct args *args)
{
	struct nft_give give[GIVES];
	struct nft_plan plan = {
		.table = args->table,
		.give = give,
		.iifs = args->iifs,
		.n_iifs = args->n_iifs,
	};
	bool replaced = false;
	struct nl nl;
	enum rc rc;

	rc = choose(args, give, &plan.n_gives);
	if (rc)
		return rc;
	rc = nft_open(&nl);
	if (!rc)
		rc = nft_attach(&nl, &plan, &replaced);
	nl_close(&nl);
	if (rc || (args->quiet && !args->json))
		return rc;
	return out_document(document(&plan, replaced), views, args->json);
}

const struct cmd cmd_attach = {
	.name = "attach",
	.summary = "give connections to the helpers, by an nft table",
	.about = "Makes the nft table 'inet nfim', whose rules give connections to MSN servers to\n"
		 "the helper msnp and SIP to the helper imsip, or replaces the one that an earlier\n"
		 "attach made.\n",
	.opts = opts,
	.run = run,
};
