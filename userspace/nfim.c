// SPDX-License-Identifier: GPL-2.0
/* nfim: attaches the conntrack helpers of nf_conntrack_im and shows their work. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <nfim/version.h>

#include "args.h"
#include "cmd.h"
#include "out.h"

#define NETNS_DIR	"/run/netns/"

const struct cmd *const cmd_table[] = {
	&cmd_attach, &cmd_detach, &cmd_show, &cmd_stats, &cmd_version,
	&cmd_help, NULL
};

const struct cmd *cmd_find(const char *name)
{
	unsigned int distance = DISTANCE_NEAR + 1;
	const struct cmd *const *cmd;
	const char *best = NULL;
	unsigned int d;

	for (cmd = cmd_table; *cmd; cmd++) {
		d = args_distance(name, (*cmd)->name);
		if (!d)
			return *cmd;
		if (d < distance) {
			distance = d;
			best = (*cmd)->name;
		}
	}
	if (best)
		err(RC_USAGE, "unknown command '%s' (did you mean '%s'?)",
		    name, best);
	else
		err(RC_USAGE, "unknown command '%s'", name);
	return NULL;
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

static enum rc run(const struct cmd *cmd, const struct args *args)
{
	enum rc rc = RC_DONE;

	if (args->help) {
		cmd_usage(cmd, stdout);
		return RC_DONE;
	}
	if (args->version) {
		puts("nfim " NFIM_VERSION);
		return RC_DONE;
	}
	if (args->netns)
		rc = enter_netns(args->netns);
	return rc ? rc : cmd->run(args);
}

static void complain(enum rc rc, const struct cmd *cmd, bool json)
{
	if (json) {
		out_error(rc, err_text());
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
	enum rc rc;

	rc = args_parse(argc, argv, &args, &cmd);
	if (!rc && !cmd && !args.help && !args.version) {
		rc = err(RC_USAGE, "no command");
		if (!args.json) {
			cmd_usage(NULL, stderr);
			return rc;
		}
	}
	if (!rc)
		rc = run(cmd, &args);
	if (!rc)
		rc = out_flush();
	if (rc)
		complain(rc, cmd, args.json || args_want_json(argc, argv));
	return rc;
}
