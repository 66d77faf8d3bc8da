// SPDX-License-Identifier: GPL-2.0
/* nfim policy flush: go back to the built-in policies. */
#include "../cmd.h"
#include "../module_policy.h"
#include "../out.h"

static const struct opt *const opts[] = { NULL };

static char *sentence(const json_t *doc)
{
	(void)doc;
	return out_text("the built-in policies are in force");
}

static const struct out_col cols[] = { { .cell = sentence }, { 0 } };
static const struct out_view views[] = { { .cols = cols }, { 0 } };

static enum rc run(const struct args *args)
{
	struct module module;
	enum rc rc;

	rc = module_open(&module);
	if (!rc)
		rc = module_flush_policies(&module);
	module_close(&module);
	if (rc || (args->quiet && !args->json))
		return rc;
	return out_document(json_pack("{s:i}", "generation", 0), views,
			    args->json);
}

const struct cmd cmd_policy_flush = {
	.name = "policy flush",
	.summary = "go back to the built-in policies",
	.about = "Drops the policies that were loaded; the built-in ones are in force again.\n",
	.opts = opts,
	.run = run,
};
