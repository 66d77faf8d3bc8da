/* SPDX-License-Identifier: GPL-2.0 */
/* Takes a command line apart. */
#ifndef _NFIM_ARGS_H
#define _NFIM_ARGS_H

#include "cmd.h"

/**
 * args_parse() - take a command line apart
 * @argc: as main() got it
 * @argv: as main() got it; the result points into it
 * @args: result; filled as far as the line was understood
 * @cmd: set to the command as soon as it is known, else to NULL
 * @noun: set to the first word of a command of two words that has no second
 *	one, else to NULL
 *
 * No command at all is no error of this function.
 *
 * Return: %RC_DONE, or %RC_USAGE after err().
 */
enum rc args_parse(int argc, char **argv, struct args *args,
		   const struct cmd **cmd, const char **noun);

/**
 * args_want_json() - does a line that may be wrong ask for JSON?
 * @argc: as main() got it
 * @argv: as main() got it
 *
 * For errors only: the option may stand behind the word that is wrong.
 *
 * Return: true if one of the words is -j or --json.
 */
bool args_want_json(int argc, char **argv);

#endif /* _NFIM_ARGS_H */
