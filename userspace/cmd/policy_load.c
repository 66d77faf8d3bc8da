// SPDX-License-Identifier: GPL-2.0
/* nfim policy load: put the policies of a file in force. */
#include <stdio.h>

#include "../cmd.h"
#include "../conf_warn.h"
#include "../module_policy.h"
#include "../out.h"

static const struct opt *const opts[] = { &opt_check, NULL };

static char *sentence(const json_t *doc)
{
	const char *file = json_string_value(json_object_get(doc, "file"));
	int n = json_integer_value(json_object_get(doc, "policies"));

	if (json_is_true(json_object_get(doc, "checked")))
		return out_text("%d %s of %s would do; nothing is changed", n,
				n == 1 ? "policy" : "policies", file);
	return out_text("%d %s of %s in force", n,
			n == 1 ? "policy" : "policies", file);
}

static const struct out_col cols[] = { { .cell = sentence }, { 0 } };
static const struct out_view views[] = { { .cols = cols }, { 0 } };

static enum rc load(const struct conf *conf, bool check, u32 *generation)
{
	struct module module;
	enum rc rc;

	rc = module_open(&module);
	if (!rc)
		rc = module_set_policies(&module, conf, check, generation);
	module_close(&module);
	return rc;
}

/* As errors are told, but for the line: there may be many. */
static void warn(const json_t *list)
{
	const json_t *each;
	size_t i;

	json_array_foreach(list, i, each)
		fprintf(stderr, "nfim: %s:%d:%d: warning: %s\n",
			json_string_value(json_object_get(each, "file")),
			(int)json_integer_value(json_object_get(each, "line")),
			(int)json_integer_value(json_object_get(each, "column")),
			json_string_value(json_object_get(each, "message")));
}

static json_t *describe(const struct args *args, const struct conf *conf,
			u32 generation, json_t *warnings)
{
	return json_pack("{s:o, s:I, s:I, s:b, s:O}",
			 "file", out_string(args->topic),
			 "policies", (json_int_t)conf->n,
			 "generation", (json_int_t)generation,
			 "checked", (int)args->check,
			 "warnings", warnings);
}

static enum rc run(const struct args *args)
{
	json_t *doc = NULL, *warnings = NULL;
	u32 generation = 0;
	struct conf conf;
	enum rc rc;

	if (!args->topic)
		return err(RC_USAGE, "'policy load' needs a file");
	rc = conf_read(&conf, args->topic);
	if (!rc && !conf.n)
		rc = err(RC_USAGE, "%s: there is no policy in it",
			 args->topic);
	if (!rc)
		rc = load(&conf, args->check, &generation);
	if (!rc) {
		warnings = conf_warnings(&conf);
		doc = describe(args, &conf, generation, warnings);
	}
	if (!rc && !args->json)
		warn(warnings);
	json_decref(warnings);
	conf_free(&conf);
	if (rc || (args->quiet && !args->json)) {
		json_decref(doc);
		return rc;
	}
	return out_document(doc, views, args->json);
}

const struct cmd cmd_policy_load = {
	.name = "policy load",
	.topic = "FILE",
	.summary = "put the policies of a file in force",
	.about = "Replaces all policies by those of FILE, or of standard input if it is '-'.\n"
		 "A file with an error changes nothing. nfim.conf(5) says what it may hold.\n",
	.opts = opts,
	.run = run,
};
