// SPDX-License-Identifier: GPL-2.0
/* nfim expect restore: expect what another gateway expected. */
#include <errno.h>
#include <string.h>

#include "../cmd.h"
#include "../expect.h"

static const struct opt *const opts[] = { &opt_check, NULL };

/* What became of them. */
struct outcome {
	size_t restored;
	size_t expired;
	size_t orphaned;
	size_t refused;
	int why;
};

static char *sentence(const json_t *doc)
{
	int n = json_integer_value(json_object_get(doc, "restored"));

	return out_text("%d expectation%s restored, %d expired", n,
			n == 1 ? "" : "s",
			(int)json_integer_value(json_object_get(doc,
								"expired")));
}

static const struct out_col cols[] = { { .cell = sentence }, { 0 } };
static const struct out_view views[] = { { .cols = cols }, { 0 } };

static void restore(struct nl *nl, json_t *rows, struct outcome *outcome)
{
	const char *key;
	json_t *row;
	int ret;

	json_object_foreach(rows, key, row) {
		ret = expect_restore(nl, row);
		if (ret > 0) {
			outcome->restored++;
		} else if (!ret) {
			outcome->expired++;
		} else if (ret == -ENOENT || ret == -EOPNOTSUPP) {
			outcome->orphaned++;
		} else {
			outcome->refused++;
			outcome->why = ret;
		}
	}
}

static enum rc judge(const struct outcome *o, size_t n)
{
	if (o->why == -EPERM)
		return err(RC_REFUSED,
			   "cannot restore expectations: needs CAP_NET_ADMIN");
	if (o->refused)
		return err(RC_REFUSED, "cannot restore %zu of %zu expectations: %s",
			   o->refused, n, strerror(-o->why));
	if (o->orphaned)
		return err(RC_REFUSED,
			   "cannot restore %zu of %zu expectations: their control connections are not here, or have no helper; conntrackd -c brings them",
			   o->orphaned, n);
	return RC_DONE;
}

static enum rc apply(json_t *rows, struct outcome *outcome)
{
	struct nl nl;
	enum rc rc;

	rc = expect_open(&nl);
	if (!rc) {
		restore(&nl, rows, outcome);
		rc = judge(outcome, json_object_size(rows));
	}
	nl_close(&nl);
	return rc;
}

static enum rc run(const struct args *args)
{
	struct outcome outcome = { 0 };
	json_t *rows = json_object();
	enum rc rc;

	if (!args->topic)
		rc = err(RC_USAGE, "'expect restore' needs a file");
	else
		rc = rows ? expect_load(args->topic, rows) : err_nomem();
	if (!rc && !args->check)
		rc = apply(rows, &outcome);
	json_decref(rows);
	if (rc || (args->quiet && !args->json))
		return rc;
	return out_document(json_pack("{s:I, s:I, s:b}", "restored",
				      (json_int_t)outcome.restored, "expired",
				      (json_int_t)outcome.expired, "checked",
				      (int)args->check),
			    views, args->json);
}

const struct cmd cmd_expect_restore = {
	.name = "expect restore",
	.topic = "FILE",
	.summary = "expect what another gateway expected",
	.about = "Reads what 'nfim expect save' or 'nfim -j monitor --expect' printed from\n"
		 "FILE, or from standard input if it is '-', and makes the expectations that\n"
		 "were left at its end, each for the time that it had left. The connections\n"
		 "they belong to must be here already: conntrackd brings them.\n",
	.opts = opts,
	.run = run,
};
