// SPDX-License-Identifier: GPL-2.0
/* nfim expect save: print what the helpers expect, for another gateway. */
#include "../cmd.h"
#include "../expect.h"

static const struct opt *const opts[] = { NULL };

static enum rc run(const struct args *args)
{
	json_t *rows = json_object();
	const char *key;
	enum rc rc;
	struct nl nl;
	json_t *row;

	(void)args;
	rc = expect_open(&nl);
	if (!rc)
		rc = rows ? expect_dump(&nl, rows) : err_nomem();
	json_object_foreach(rows, key, row) {
		if (!rc)
			rc = out_record(row, expect_cols, true);
	}
	nl_close(&nl);
	json_decref(rows);
	return rc;
}

const struct cmd cmd_expect_save = {
	.name = "expect save",
	.summary = "print what the helpers expect, for 'expect restore'",
	.about = "Prints a JSON object for each expectation, on a line of its own. Another\n"
		 "gateway that takes over the connections makes them again with\n"
		 "'nfim expect restore'.\n",
	.opts = opts,
	.run = run,
};
