/* SPDX-License-Identifier: GPL-2.0 */
/* nfim monitor --top: a table that is always new. */
#ifndef _NFIM_TOP_H
#define _NFIM_TOP_H

#include "opt.h"

/**
 * top_run() - show the table until it is enough
 * @args: the command line
 *
 * On a terminal the table is drawn again and again in the same place, and keys
 * are obeyed; elsewhere one table is printed behind the other, with --json as one
 * object on each line.
 *
 * Return: the exit code, after err() if it is not %RC_DONE.
 */
enum rc top_run(const struct args *args);

#endif /* _NFIM_TOP_H */
