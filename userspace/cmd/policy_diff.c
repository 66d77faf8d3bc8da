// SPDX-License-Identifier: GPL-2.0
/* nfim policy diff: how a file differs from what is in force. */
#include <stdlib.h>
#include <string.h>

#include "../cmd.h"
#include "../conf_json.h"
#include "../module_policy.h"
#include "../out.h"

static const struct opt *const opts[] = { NULL };

static const char *str_of(const json_t *row, const char *key)
{
	return json_string_value(json_object_get(row, key));
}

static char *line_cell(const json_t *line)
{
	return out_text("%s", str_of(line, "line"));
}

static enum out_tone line_tone(const json_t *line)
{
	switch (*str_of(line, "line")) {
	case '-':
		return TONE_BAD;
	case '+':
		return TONE_GOOD;
	default:
		return TONE_PLAIN;
	}
}

static const struct out_col cols[] = {
	{ .cell = line_cell, .tone = line_tone }, { 0 }
};

/* Consumes @text. */
static enum rc print_line(char *text)
{
	json_t *line = text ? json_pack("{s:o}", "line", out_string(text)) :
			      NULL;
	enum rc rc;

	free(text);
	if (!line)
		return err_nomem();
	rc = out_record(line, cols, false);
	json_decref(line);
	return rc;
}

static char *list_text(const json_t *list)
{
	char *all = out_text("{");
	const json_t *each;
	char *longer;
	size_t i;

	json_array_foreach(list, i, each) {
		longer = all ? out_text("%s%s %s", all, i ? "," : "",
					json_string_value(each)) : NULL;
		free(all);
		all = longer;
	}
	longer = all ? out_text("%s }", all) : NULL;
	free(all);
	return longer;
}

static enum rc print_value(char sign, const json_t *row, const char *side)
{
	const char *indent = str_of(row, "application") ? "        " : "    ";
	const char *key = str_of(row, "key");
	const json_t *value = json_object_get(row, side);
	char *text, *line;

	if (json_is_null(value) || (json_is_array(value) &&
				    !json_array_size(value)))
		return RC_DONE;
	text = json_is_array(value) ? list_text(value) : out_scalar(value);
	line = text ? out_text("%c%s%s = %s", sign, indent,
			       key ? key : "position", text) : NULL;
	free(text);
	return print_line(line);
}

/* The names above a row, as far as the row before did not have them. */
static enum rc print_names(const json_t *row, const json_t *last)
{
	const char *change = str_of(row, "change");
	const char *app = str_of(row, "application");
	const char *policy = str_of(row, "policy");
	const char *last_app = last ? str_of(last, "application") : NULL;
	char sign = *change == 'a' ? '+' : *change == 'r' ? '-' : ' ';
	bool is_new = !last || strcmp(policy, str_of(last, "policy"));
	enum rc rc = RC_DONE;

	if (is_new || (!app && sign != ' '))
		rc = print_line(out_text("%cpolicy \"%s\"", app ? ' ' : sign,
					 policy));
	if (!rc && app && (is_new || !last_app || strcmp(app, last_app)))
		rc = print_line(out_text("%c    application %s", sign, app));
	return rc;
}

static enum rc print_text(const json_t *rows, const char *file)
{
	const json_t *row, *last = NULL;
	enum rc rc = RC_DONE;
	size_t i;

	if (!json_array_size(rows))
		return RC_DONE;
	rc = print_line(out_text("--- in force"));
	if (!rc)
		rc = print_line(out_text("+++ %s", file));
	for (i = 0; !rc && i < json_array_size(rows); i++) {
		row = json_array_get(rows, i);
		rc = print_names(row, last);
		if (!rc)
			rc = print_value('-', row, "before");
		if (!rc)
			rc = print_value('+', row, "after");
		last = row;
	}
	return rc;
}

/* Consumes @rows. */
static enum rc print(const struct args *args, json_t *rows)
{
	bool differ = json_array_size(rows);
	enum rc rc = RC_DONE;

	if (!rows)
		return err_nomem();
	if (args->json)
		rc = out_document(json_pack("{s:o, s:O}", "file",
					    out_string(args->topic),
					    "differences", rows), NULL, true);
	else if (!args->quiet)
		rc = print_text(rows, args->topic);
	json_decref(rows);
	return rc || !differ ? rc : err_none(RC_DIFFERENT);
}

static enum rc get_set(struct policies *set)
{
	struct module module;
	enum rc rc;

	rc = module_open(&module);
	if (!rc)
		rc = module_get_policies(&module, false, set);
	module_close(&module);
	return rc;
}

static enum rc run(const struct args *args)
{
	struct policies set = { 0 };
	struct conf conf;
	enum rc rc;

	if (!args->topic)
		return err(RC_USAGE, "'policy diff' needs a file");
	rc = conf_read(&conf, args->topic);
	if (!rc && !conf.n)
		rc = err(RC_USAGE, "%s: there is no policy in it",
			 args->topic);
	if (!rc)
		rc = get_set(&set);
	if (!rc)
		rc = print(args, conf_json_diff(set.policy, set.n, conf.policy,
						conf.n));
	policies_free(&set);
	conf_free(&conf);
	return rc;
}

const struct cmd cmd_policy_diff = {
	.name = "policy diff",
	.topic = "FILE",
	.summary = "show how a file differs from the policies in force",
	.about = "Shows what 'policy load FILE' would change. The exit code is 3 if that is\n"
		 "anything.\n",
	.opts = opts,
	.run = run,
};
