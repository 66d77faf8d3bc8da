// SPDX-License-Identifier: GPL-2.0
/* nfim attach: make the nft table that gives connections to a helper. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../cmd.h"
#include "../module.h"
#include "../nft.h"
#include "../out.h"

#define HELPER	"msnp"

static const struct opt *const opts[] = {
	&opt_iif, &opt_port, &opt_table, NULL
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

static char *sentence(const json_t *doc)
{
	const json_t *iifs = json_object_get(doc, "interfaces");
	char *ports = join(json_object_get(doc, "ports"), "");
	char *from = join(iifs, " from ");
	char *text = NULL;

	if (ports && from)
		text = out_text("table inet %s %s: helper " HELPER
				" on tcp port %s%s and this host",
				json_string_value(json_object_get(doc, "table")),
				json_is_true(json_object_get(doc, "replaced")) ?
					"replaced" : "made",
				ports,
				*from ? from : " from every interface");
	free(ports);
	free(from);
	return text;
}

static const struct out_col cols[] = { { .cell = sentence }, { 0 } };
static const struct out_view views[] = { { .cols = cols }, { 0 } };

static json_t *document(const struct args *args, bool replaced)
{
	json_t *doc = json_pack("{s:s, s:s, s:s, s:b, s:[], s:[]}",
				"family", "inet", "table", args->table,
				"helper", HELPER, "replaced", (int)replaced,
				"interfaces", "ports");
	json_t *iifs = json_object_get(doc, "interfaces");
	json_t *ports = json_object_get(doc, "ports");
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < args->n_iifs; i++)
		ret = json_array_append_new(iifs, out_string(args->iifs[i]));
	for (i = 0; !ret && i < args->n_ports; i++)
		ret = json_array_append_new(ports,
					    json_integer(args->ports[i]));
	if (!ret)
		return doc;
	json_decref(doc);
	return NULL;
}

/* Ask before the ruleset is touched, for a sentence that says what to do. */
static enum rc check_module(void)
{
	struct module_info info;
	struct module module;
	enum rc rc;
	size_t i;
	int ret;

	rc = module_open(&module);
	if (!rc) {
		ret = module_get_info(&module, &info);
		if (ret)
			rc = nl_err(&module.nl, ret, "ask the module");
	}
	module_close(&module);
	if (rc)
		return rc;
	for (i = 0; i < info.n_helpers; i++) {
		if (!strcmp(info.helper[i], HELPER))
			return RC_DONE;
	}
	return err(RC_ABSENT, "module " MODULE_NAME " has no helper '" HELPER "'");
}

static enum rc run(const struct args *args)
{
	const struct nft_plan plan = {
		.table = args->table,
		.helper = HELPER,
		.iifs = args->iifs,
		.n_iifs = args->n_iifs,
		.ports = args->ports,
		.n_ports = args->n_ports,
	};
	bool replaced = false;
	struct nl nl;
	enum rc rc;

	rc = check_module();
	if (rc)
		return rc;
	rc = nft_open(&nl);
	if (!rc)
		rc = nft_attach(&nl, &plan, &replaced);
	nl_close(&nl);
	if (rc || (args->quiet && !args->json))
		return rc;
	return out_document(document(args, replaced), views, args->json);
}

const struct cmd cmd_attach = {
	.name = "attach",
	.summary = "give connections to the helper, by an nft table",
	.about = "Makes the nft table 'inet nfim', whose rules give TCP connections to the helper\n"
		 HELPER ", or replaces the one that an earlier attach made.\n",
	.opts = opts,
	.run = run,
};
