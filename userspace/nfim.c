// SPDX-License-Identifier: GPL-2.0
/* nfim: attaches the conntrack helpers of nf_conntrack_im and shows their work. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nfim/version.h>

#include "args.h"
#include "cmd.h"
#include "near.h"
#include "out.h"

#define NETNS_DIR	"/run/netns/"

const struct cmd *const cmd_table[] = {
	&cmd_attach, &cmd_detach, &cmd_check, &cmd_show, &cmd_monitor,
	&cmd_stats, &cmd_policy_load, &cmd_policy_show, &cmd_policy_diff,
	&cmd_policy_flush, &cmd_expect_save, &cmd_expect_restore, &cmd_explain,
	&cmd_version, &cmd_help, NULL
};

/* Length of the noun in the name of a command, 0 if it has none. */
static size_t noun_len(const struct cmd *cmd)
{
	const char *blank = strchr(cmd->name, ' ');

	return blank ? blank - cmd->name : 0;
}

bool cmd_has_noun(const struct cmd *cmd, const char *word)
{
	size_t len = strlen(word);

	return len && noun_len(cmd) == len && !strncmp(cmd->name, word, len);
}

bool cmd_is_noun(const char *word)
{
	const struct cmd *const *cmd;

	for (cmd = cmd_table; *cmd; cmd++) {
		if (cmd_has_noun(*cmd, word))
			return true;
	}
	return false;
}

static void try_noun(struct near *near, const struct cmd *cmd)
{
	char noun[32];
	unsigned int d;

	if (!noun_len(cmd))
		return;
	snprintf(noun, sizeof(noun), "%.*s", (int)noun_len(cmd), cmd->name);
	d = near_distance(near->word, noun);
	if (d < near->distance) {
		near->distance = d;
		near->best = cmd->name;
	}
}

const struct cmd *cmd_find(const char *noun, const char *name)
{
	const struct cmd *const *cmd;
	struct near near;
	char word[64];

	snprintf(word, sizeof(word), "%s%s%s", noun ? noun : "",
		 noun ? " " : "", name);
	near = near_begin(word);
	for (cmd = cmd_table; *cmd; cmd++) {
		if (!strcmp(word, (*cmd)->name))
			return *cmd;
		near_try(&near, (*cmd)->name);
		if (!noun)
			try_noun(&near, *cmd);
	}
	if (near.best)
		err(RC_USAGE, "unknown command '%s' (did you mean '%s'?)",
		    word, near.best);
	else
		err(RC_USAGE, "unknown command '%s'", word);
	return NULL;
}

enum rc cmd_no_verb(const char *noun)
{
	const struct cmd *const *cmd;
	char verbs[128] = "";
	size_t used = 0;

	for (cmd = cmd_table; *cmd; cmd++) {
		if (!cmd_has_noun(*cmd, noun) || used >= sizeof(verbs))
			continue;
		used += snprintf(verbs + used, sizeof(verbs) - used, "%s%s",
				 used ? ", " : "",
				 (*cmd)->name + strlen(noun) + 1);
	}
	return err(RC_USAGE, "'%s' what? One of: %s", noun, verbs);
}

static void usage_options(const struct opt *const *opts, bool in_command,
			  FILE *to)
{
	char left[40];

	for (; *opts; opts++) {
		if (in_command && *opts == &opt_version)
			continue;
		snprintf(left, sizeof(left), "-%c, --%s%s%s", (*opts)->letter,
			 (*opts)->name, (*opts)->arg ? " " : "",
			 (*opts)->arg ? (*opts)->arg : "");
		fprintf(to, "  %-20s  %s\n", left, (*opts)->help);
	}
}

void cmd_usage(const struct cmd *cmd, FILE *to)
{
	const struct cmd *const *each;

	if (cmd) {
		fprintf(to, "usage: nfim %s [OPTION...]%s%s\n\n%s\n", cmd->name,
			cmd->topic ? " " : "", cmd->topic ? cmd->topic : "",
			cmd->about);
		usage_options(cmd->opts, true, to);
		usage_options(opt_globals, true, to);
		return;
	}
	fputs("usage: nfim [OPTION...] COMMAND [OPTION...]\n\n", to);
	for (each = cmd_table; *each; each++)
		fprintf(to, "  %-20s  %s\n", (*each)->name, (*each)->summary);
	fputc('\n', to);
	usage_options(opt_globals, false, to);
}

void cmd_usage_noun(const char *noun, FILE *to)
{
	const struct cmd *const *each;

	fprintf(to, "usage: nfim %s COMMAND [OPTION...]\n\n", noun);
	for (each = cmd_table; *each; each++) {
		if (cmd_has_noun(*each, noun))
			fprintf(to, "  %-20s  %s\n", (*each)->name,
				(*each)->summary);
	}
	fprintf(to, "\n'nfim help %s COMMAND' explains one of them.\n", noun);
}

static enum rc enter_netns(const char *name)
{
	char path[sizeof(NETNS_DIR) + NAME_MAX];
	int ret = 0;
	int fd;

	if (snprintf(path, sizeof(path), NETNS_DIR "%s", name) >=
	    (int)sizeof(path))
		return err(RC_USAGE, "name of a network namespace is too long");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return err(RC_REFUSED, "no network namespace '%s'", name);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		ret = errno;
	if (fd >= 0)
		close(fd);
	if (ret == EPERM)
		return err(RC_REFUSED,
			   "cannot enter network namespace '%s': needs CAP_SYS_ADMIN",
			   name);
	if (ret)
		return err(RC_REFUSED, "cannot enter network namespace '%s': %s",
			   name, strerror(ret));
	return RC_DONE;
}

/* https://no-color.org: any value but an empty one says no. */
static bool want_color(const struct args *args)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (args->color != COLOR_AUTO)
		return args->color == COLOR_ALWAYS;
	return isatty(STDOUT_FILENO) && (!no_color || !*no_color) && term &&
	       strcmp(term, "dumb");
}

static enum rc run(const struct cmd *cmd, const char *noun,
		   const struct args *args)
{
	enum rc rc = RC_DONE;

	if (args->help && noun) {
		cmd_usage_noun(noun, stdout);
		return RC_DONE;
	}
	if (args->help) {
		cmd_usage(cmd, stdout);
		return RC_DONE;
	}
	if (args->version) {
		puts("nfim " NFIM_VERSION);
		return RC_DONE;
	}
	out_color(want_color(args));
	if (args->netns)
		rc = enter_netns(args->netns);
	return rc ? rc : cmd->run(args);
}

/* The line, and below it a caret at the word; tabs and UTF-8 keep it there. */
static void complain_at(const struct err_place *place)
{
	unsigned int i;

	fprintf(stderr, "nfim: %s:%u:", place->file, place->line);
	if (place->column)
		fprintf(stderr, "%u:", place->column);
	fprintf(stderr, " %s\n%s\n", err_text(), place->text);
	if (!place->column)
		return;
	for (i = 0; i + 1 < place->column; i++) {
		if ((place->text[i] & 0xc0) != 0x80)
			fputc(place->text[i] == '\t' ? '\t' : ' ', stderr);
	}
	fputs("^\n", stderr);
}

static void complain(enum rc rc, const struct cmd *cmd, bool json)
{
	if (json) {
		out_error(rc, err_text());
		return;
	}
	if (err_place()) {
		complain_at(err_place());
		return;
	}
	fprintf(stderr, "nfim: %s\n", err_text());
	if (rc == RC_USAGE)
		fprintf(stderr, "try 'nfim help%s%s'\n", cmd ? " " : "",
			cmd ? cmd->name : "");
}

int main(int argc, char **argv)
{
	const struct cmd *cmd;
	struct args args;
	const char *noun;
	enum rc rc;

	rc = args_parse(argc, argv, &args, &cmd, &noun);
	if (!rc && !cmd && !args.help && !args.version) {
		rc = err(RC_USAGE, "no command");
		if (!args.json) {
			cmd_usage(NULL, stderr);
			return rc;
		}
	}
	if (!rc)
		rc = run(cmd, noun, &args);
	if (!rc)
		rc = out_flush();
	if (rc && *err_text())
		complain(rc, cmd, args.json || args_want_json(argc, argv));
	return rc;
}
