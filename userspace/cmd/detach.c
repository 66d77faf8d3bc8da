// SPDX-License-Identifier: GPL-2.0
/* nfim detach: delete the table that nfim attach made. */
#include "../cmd.h"
#include "../nft.h"
#include "../out.h"

static const struct opt *const opts[] = { &opt_table, NULL };

static char *sentence(const json_t *doc)
{
	const char *table = json_string_value(json_object_get(doc, "table"));

	if (json_is_true(json_object_get(doc, "deleted")))
		return out_text("table inet %s deleted", table);
	return out_text("no table inet %s: nothing to detach", table);
}

static const struct out_col cols[] = { { .cell = sentence }, { 0 } };
static const struct out_view views[] = { { .cols = cols }, { 0 } };

static enum rc run(const struct args *args)
{
	bool deleted = false;
	struct nl nl;
	enum rc rc;

	rc = nft_open(&nl);
	if (!rc)
		rc = nft_detach(&nl, args->table, &deleted);
	nl_close(&nl);
	if (rc || (args->quiet && !args->json))
		return rc;
	return out_document(json_pack("{s:s, s:s, s:b}", "family", "inet",
				      "table", args->table,
				      "deleted", (int)deleted),
			    views, args->json);
}

const struct cmd cmd_detach = {
	.name = "detach",
	.summary = "delete the nft table that attach made",
	.about = "Deletes the nft table 'inet nfim' if attach made it. Connections that have the\n"
		 "helper already keep it.\n",
	.opts = opts,
	.run = run,
};
