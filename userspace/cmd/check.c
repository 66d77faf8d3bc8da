// SPDX-License-Identifier: GPL-2.0
/* nfim check: what this system lacks, and which commands mend it. */
#include <string.h>

#include "../check.h"
#include "../cmd.h"
#include "../out.h"
#include "../row.h"

static const struct opt *const opts[] = { NULL };

static bool has_state(const json_t *finding, const char *state)
{
	return !strcmp(row_str(finding, "state"), state);
}

static char *state_cell(const json_t *finding)
{
	return out_text("%-7s", row_str(finding, "state"));
}

static enum out_tone state_tone(const json_t *finding)
{
	if (has_state(finding, "ok"))
		return TONE_GOOD;
	return has_state(finding, "missing") ? TONE_BAD : TONE_WARN;
}

static char *mend_cell(const json_t *finding)
{
	return out_text("    mend: %s", row_str(finding, "mend"));
}

static const struct out_col finding_cols[] = {
	{ .cell = state_cell, .tone = state_tone },
	{ .key = "sentence" },
	{ 0 }
};

static const struct out_col mend_cols[] = { { .cell = mend_cell }, { 0 } };

static enum rc print_text(const json_t *findings, bool quiet)
{
	enum rc rc = RC_DONE;
	const json_t *each;
	size_t i;

	for (i = 0; !rc && i < json_array_size(findings); i++) {
		each = json_array_get(findings, i);
		if (quiet && !has_state(each, "missing"))
			continue;
		rc = out_record(each, finding_cols, false);
		if (!rc && json_is_string(json_object_get(each, "mend")))
			rc = out_record(each, mend_cols, false);
	}
	return rc;
}

static bool any_missing(const json_t *findings)
{
	size_t i;

	for (i = 0; i < json_array_size(findings); i++) {
		if (has_state(json_array_get(findings, i), "missing"))
			return true;
	}
	return false;
}

/* The findings say everything: there is no sentence beside them. */
static enum rc outcome(const struct check_world *world, const json_t *findings)
{
	if (!world->is_loaded)
		return err_none(RC_ABSENT);
	return any_missing(findings) ? err_none(RC_DIFFERENT) : RC_DONE;
}

static enum rc run(const struct args *args)
{
	json_t *findings = json_array();
	struct check_world world;
	enum rc found = RC_DONE;
	enum rc rc;

	rc = check_load(&world);
	if (!rc && (check_run(check_system, &world, findings) ||
		    check_run(check_rules, &world, findings)))
		rc = err_nomem();
	if (!rc && args->json)
		rc = out_document(json_pack("{s:O}", "findings", findings),
				  NULL, true);
	else if (!rc)
		rc = print_text(findings, args->quiet);
	if (!rc)
		found = outcome(&world, findings);
	check_free(&world);
	json_decref(findings);
	return rc ? rc : found;
}

const struct cmd cmd_check = {
	.name = "check",
	.summary = "say what is missing on this system, and how to mend it",
	.about = "Looks at the module, the rules and the settings, and prints what it finds: ok,\n"
		 "missing, or a hint, each with a command that mends it. With --quiet only what is\n"
		 "missing. The exit code is 0 if nothing is, 3 if something is, 4 without module.\n",
	.opts = opts,
	.run = run,
};
