// SPDX-License-Identifier: GPL-2.0
/* nfim help: what the tool can do, from the table that also runs it. */
#include "../cmd.h"

static const struct opt *const opts[] = { &opt_words, NULL };

static void print_options(const struct opt *const *each)
{
	for (; *each; each++) {
		if (*each != &opt_version)
			printf("--%s\n", (*each)->name);
	}
}

static enum rc run(const struct args *args)
{
	const struct cmd *const *each;
	const struct cmd *topic = NULL;

	if (args->topic) {
		topic = cmd_find(args->topic);
		if (!topic)
			return RC_USAGE;
	}
	if (!args->words) {
		cmd_usage(topic, stdout);
	} else if (topic) {
		print_options(topic->opts);
		print_options(opt_globals);
	} else {
		for (each = cmd_table; *each; each++)
			puts((*each)->name);
	}
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
