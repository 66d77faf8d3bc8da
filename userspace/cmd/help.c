// SPDX-License-Identifier: GPL-2.0
/* nfim help: what the tool can do, from the table that also runs it. */
#include <string.h>

#include "../cmd.h"

static const struct opt *const opts[] = { &opt_words, NULL };

static void print_options(const struct opt *const *each)
{
	for (; *each; each++) {
		if (*each != &opt_version)
			printf("--%s\n", (*each)->name);
	}
}

/* Commands that begin with the same noun stand next to each other. */
static void print_commands(void)
{
	const struct cmd *const *each;
	const char *last = "";
	size_t len, last_len = 0;

	for (each = cmd_table; *each; each++) {
		len = strcspn((*each)->name, " ");
		if (len != last_len || strncmp(last, (*each)->name, len))
			printf("%.*s\n", (int)len, (*each)->name);
		last = (*each)->name;
		last_len = len;
	}
}

static void print_verbs(const char *noun)
{
	const struct cmd *const *each;

	for (each = cmd_table; *each; each++) {
		if (cmd_has_noun(*each, noun))
			puts((*each)->name + strlen(noun) + 1);
	}
}

static void print_words(const struct cmd *topic)
{
	const char *const *word;

	for (word = topic->words; word && *word; word++)
		puts(*word);
	print_options(topic->opts);
	print_options(opt_globals);
}

static enum rc run(const struct args *args)
{
	const struct cmd *topic = NULL;

	if (args->topic && !args->verb && cmd_is_noun(args->topic)) {
		if (args->words)
			print_verbs(args->topic);
		else
			cmd_usage_noun(args->topic, stdout);
		return RC_DONE;
	}
	if (args->topic) {
		topic = args->verb ? cmd_find(args->topic, args->verb) :
				     cmd_find(NULL, args->topic);
		if (!topic)
			return RC_USAGE;
	}
	if (!args->words)
		cmd_usage(topic, stdout);
	else if (topic)
		print_words(topic);
	else
		print_commands();
	return RC_DONE;
}

const struct cmd cmd_help = {
	.name = "help",
	.topic = "[COMMAND]",
	.summary = "explain the tool or one command",
	.about = "Prints the commands of the tool, or the options of one of them.\n",
	.opts = opts,
	.run = run,
};
