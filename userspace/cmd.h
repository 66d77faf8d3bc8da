/* SPDX-License-Identifier: GPL-2.0 */
/* What a command is, and the table of all of them. */
#ifndef _NFIM_CMD_H
#define _NFIM_CMD_H

#include <stdio.h>

#include "opt.h"

/**
 * struct cmd - one command
 * @name: the word that calls it, or two: noun, blank, verb
 * @topic: what its only operand is called, NULL if it takes none
 * @words: what its operand may be, ended by NULL; NULL if that is open
 * @summary: one line for the list of commands
 * @about: what else its help says; lines that end in a new line
 * @opts: its own options, ended by NULL
 * @run: does it: prints through out.c, returns the exit code, and has called
 *	err() if that is not %RC_DONE
 */
struct cmd {
	const char *name;
	const char *topic;
	const char *const *words;
	const char *summary;
	const char *about;
	const struct opt *const *opts;
	enum rc (*run)(const struct args *args);
};

extern const struct cmd cmd_attach;
extern const struct cmd cmd_detach;
extern const struct cmd cmd_show;
extern const struct cmd cmd_stats;
extern const struct cmd cmd_monitor;
extern const struct cmd cmd_check;
extern const struct cmd cmd_policy_load;
extern const struct cmd cmd_policy_show;
extern const struct cmd cmd_policy_diff;
extern const struct cmd cmd_policy_flush;
extern const struct cmd cmd_explain;
extern const struct cmd cmd_expect_save;
extern const struct cmd cmd_expect_restore;
extern const struct cmd cmd_version;
extern const struct cmd cmd_help;

/* All commands in the order of the help, ended by NULL. */
extern const struct cmd *const cmd_table[];

/**
 * cmd_find() - look up a command
 * @noun: first of its two words, NULL if it has one
 * @name: exact name, or the second word
 *
 * Return: the command, or NULL after err() with a suggestion.
 */
const struct cmd *cmd_find(const char *noun, const char *name);

/**
 * cmd_has_noun() - does the name of a command begin with a noun?
 * @cmd: the command
 * @word: the noun
 *
 * Return: true if its name is that word, a blank and a verb.
 */
bool cmd_has_noun(const struct cmd *cmd, const char *word);

/**
 * cmd_is_noun() - is this the first word of a command of two words?
 * @word: the word
 *
 * Return: true if it is.
 */
bool cmd_is_noun(const char *word);

/**
 * cmd_no_verb() - remember that only the first word of a command is there
 * @noun: the word
 *
 * Return: %RC_USAGE.
 */
enum rc cmd_no_verb(const char *noun);

/**
 * cmd_usage() - print what the tool or one command is good for
 * @cmd: the command, or NULL for the tool
 * @to: where to
 */
void cmd_usage(const struct cmd *cmd, FILE *to);

/**
 * cmd_usage_noun() - print the commands that begin with a noun
 * @noun: the word
 * @to: where to
 */
void cmd_usage_noun(const char *noun, FILE *to);

#endif /* _NFIM_CMD_H */
