/* SPDX-License-Identifier: GPL-2.0 */
/* What a command is, and the table of all of them. */
#ifndef _NFIM_CMD_H
#define _NFIM_CMD_H

#include <stdio.h>

#include "opt.h"

/**
 * struct cmd - one command
 * @name: the word that calls it
 * @topic: what its only operand is called, NULL if it takes none
 * @summary: one line for the list of commands
 * @about: what else its help says; lines that end in a new line
 * @opts: its own options, ended by NULL
 * @run: does it: prints through out.c, returns the exit code, and has called
 *	err() if that is not %RC_DONE
 */
struct cmd {
	const char *name;
	const char *topic;
	const char *summary;
	const char *about;
	const struct opt *const *opts;
	enum rc (*run)(const struct args *args);
};

extern const struct cmd cmd_attach;
extern const struct cmd cmd_detach;
extern const struct cmd cmd_show;
extern const struct cmd cmd_stats;
extern const struct cmd cmd_version;
extern const struct cmd cmd_help;

/* All commands in the order of the help, ended by NULL. */
extern const struct cmd *const cmd_table[];

/**
 * cmd_find() - look up a command
 * @name: exact name
 *
 * Return: the command, or NULL after err() with a suggestion.
 */
const struct cmd *cmd_find(const char *name);

/**
 * cmd_usage() - print what the tool or one command is good for
 * @cmd: the command, or NULL for the tool
 * @to: where to
 */
void cmd_usage(const struct cmd *cmd, FILE *to);

#endif /* _NFIM_CMD_H */
