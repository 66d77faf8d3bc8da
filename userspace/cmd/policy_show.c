// SPDX-License-Identifier: GPL-2.0
/* nfim policy show: print policies as a file that loads back. */
#include <stdlib.h>
#include <string.h>

#include "../cmd.h"
#include "../conf_json.h"
#include "../module_policy.h"
#include "../out.h"

static const struct opt *const opts[] = { &opt_defaults, NULL };

static enum rc print_json(const struct policies *set)
{
	json_t *list = conf_json_policies(set->policy, set->n);

	return out_document(json_pack("{s:I, s:o}", "generation",
				      (json_int_t)set->generation,
				      "policies", list),
			    NULL, true);
}

/* Who has no module yet asks the tool, which is built from the same table. */
static enum rc get_own(struct policies *set)
{
	set->policy = malloc(sizeof(policy_builtin));
	if (!set->policy)
		return err_nomem();
	memcpy(set->policy, policy_builtin, sizeof(policy_builtin));
	set->n = POLICY_HELPER_MAX;
	return err_none(RC_DONE);
}

static enum rc get_set(const struct args *args, struct policies *set)
{
	struct module module;
	enum rc rc;

	rc = module_open(&module);
	if (!rc)
		rc = module_get_policies(&module, args->defaults, set);
	else if (rc == RC_ABSENT && !module.family && args->defaults)
		rc = get_own(set);
	module_close(&module);
	return rc;
}

static enum rc run(const struct args *args)
{
	struct policies set = { 0 };
	enum rc rc;

	rc = get_set(args, &set);
	if (!rc && args->json)
		rc = print_json(&set);
	else if (!rc)
		rc = out_plain(conf_print(set.policy, set.n));
	policies_free(&set);
	return rc;
}

const struct cmd cmd_policy_show = {
	.name = "policy show",
	.summary = "print the policies in force as a file",
	.about = "Prints the policies in force, or with --defaults the built-in ones, as a\n"
		 "file that 'policy load' takes. Without the module --defaults prints those of\n"
		 "the tool, which are the same.\n",
	.opts = opts,
	.run = run,
};
