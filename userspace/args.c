// SPDX-License-Identifier: GPL-2.0
/*
 * Takes a command line apart. getopt_long() is not used because it accepts
 * abbreviated names, which scripts would come to depend on, and because it
 * cannot suggest the name that was meant.
 */
#include <string.h>

#include "args.h"
#include "near.h"

/*
 * The words that are left, and what is known so far: the noun of a command of
 * two words, then the command.
 */
struct line {
	char **word;
	char **end;
	struct args *args;
	const char *noun;
	const struct cmd *cmd;
};

static void nearest_of(const struct opt *const *opts, struct near *near)
{
	for (; *opts; opts++)
		near_try(near, (*opts)->name);
}

static enum rc unknown_option(const struct line *line, const char *text,
			      size_t len)
{
	struct near near;
	char name[64];

	snprintf(name, sizeof(name), "%.*s", (int)len, text);
	near = near_begin(name);
	nearest_of(opt_globals, &near);
	if (line->cmd)
		nearest_of(line->cmd->opts, &near);
	if (near.best)
		return err(RC_USAGE,
			   "unknown option '--%s' (did you mean '--%s'?)",
			   name, near.best);
	return err(RC_USAGE, "unknown option '--%s'", name);
}

static const struct opt *find_in(const struct opt *const *opts,
				 const char *name, size_t len, char letter)
{
	for (; *opts; opts++) {
		if (letter ? (*opts)->letter == letter :
			     !strncmp((*opts)->name, name, len) &&
			     !(*opts)->name[len])
			return *opts;
	}
	return NULL;
}

static const struct opt *find_option(const struct line *line, const char *name,
				     size_t len, char letter)
{
	const struct opt *opt = find_in(opt_globals, name, len, letter);

	if (opt == &opt_version && line->cmd)
		opt = NULL;
	if (!opt && line->cmd)
		opt = find_in(line->cmd->opts, name, len, letter);
	return opt;
}

/* @value: what stood in the same word, or NULL: the next word it is. */
static enum rc take_value(struct line *line, const struct opt *opt,
			  const char *value)
{
	enum rc rc;

	if (!value) {
		if (line->word == line->end)
			return err(RC_USAGE, "option '--%s' needs a value",
				   opt->name);
		value = *line->word++;
	}
	rc = opt->set(line->args, value);
	while (!rc && opt->many && line->word < line->end &&
	       **line->word != '-')
		rc = opt->set(line->args, *line->word++);
	return rc;
}

static enum rc take_long(struct line *line, const char *name)
{
	size_t len = strcspn(name, "=");
	const struct opt *opt = find_option(line, name, len, '\0');

	if (!opt)
		return unknown_option(line, name, len);
	if (opt->arg)
		return take_value(line, opt, name[len] ? name + len + 1 : NULL);
	if (name[len])
		return err(RC_USAGE, "option '--%s' takes no value", opt->name);
	return opt->set(line->args, NULL);
}

static enum rc take_short(struct line *line, const char *letters)
{
	const struct opt *opt;
	enum rc rc = RC_DONE;

	while (!rc && *letters) {
		opt = find_option(line, NULL, 0, *letters++);
		if (!opt)
			return err(RC_USAGE, "unknown option '-%c'",
				   letters[-1]);
		if (opt->arg)
			return take_value(line, opt,
					  *letters ? letters : NULL);
		rc = opt->set(line->args, NULL);
	}
	return rc;
}

static enum rc check_word(const struct cmd *cmd, const char *word)
{
	struct near near = near_begin(word);
	const char *const *each;

	for (each = cmd->words; *each; each++) {
		if (!strcmp(*each, word))
			return RC_DONE;
		near_try(&near, *each);
	}
	if (near.best)
		return err(RC_USAGE,
			   "unknown word '%s' after '%s' (did you mean '%s'?)",
			   word, cmd->name, near.best);
	return err(RC_USAGE, "unknown word '%s' after '%s'", word, cmd->name);
}

static enum rc take_operand(struct line *line, const char *word)
{
	if (!line->cmd && !line->noun && cmd_is_noun(word)) {
		line->noun = word;
		return RC_DONE;
	}
	if (!line->cmd) {
		line->cmd = cmd_find(line->noun, word);
		return line->cmd ? RC_DONE : RC_USAGE;
	}
	if (!line->cmd->topic)
		return err(RC_USAGE, "unexpected '%s': '%s' takes options only",
			   word, line->cmd->name);
	if (line->args->topic && !line->args->verb &&
	    line->cmd == &cmd_help) {
		line->args->verb = word;
		return RC_DONE;
	}
	if (line->args->topic)
		return err(RC_USAGE, "unexpected '%s'", word);
	line->args->topic = word;
	return line->cmd->words ? check_word(line->cmd, word) : RC_DONE;
}

enum rc args_parse(int argc, char **argv, struct args *args,
		   const struct cmd **cmd, const char **noun)
{
	struct line line = {
		.word = argv + (argc > 0),
		.end = argv + argc,
		.args = args,
	};
	bool operands_only = false;
	enum rc rc = RC_DONE;
	const char *word;

	*args = (struct args){ .table = "nfim" };
	while (!rc && line.word < line.end) {
		word = *line.word++;
		if (operands_only || word[0] != '-' || !word[1])
			rc = take_operand(&line, word);
		else if (word[1] != '-')
			rc = take_short(&line, word + 1);
		else if (word[2])
			rc = take_long(&line, word + 2);
		else
			operands_only = true;
	}
	if (!rc && line.noun && !line.cmd && !args->help)
		rc = cmd_no_verb(line.noun);
	if (!args->n_ports)
		args->ports[args->n_ports++] = 1863;
	if (!args->n_sip_ports)
		args->sip_ports[args->n_sip_ports++] = 5060;
	*cmd = line.cmd;
	*noun = line.cmd ? NULL : line.noun;
	return rc;
}

bool args_want_json(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (!strcmp(argv[i], "-j") || !strcmp(argv[i], "--json"))
			return true;
	}
	return false;
}
