/* SPDX-License-Identifier: GPL-2.0 */
/* nfim monitor --expect: what the helpers expect, as it changes. */
#ifndef _NFIM_EXPECT_WATCH_H
#define _NFIM_EXPECT_WATCH_H

#include "opt.h"

/**
 * expect_watch() - print what is expected, and then each change
 * @args: the command line
 *
 * The kernel tells of most changes at once, but not of all: nothing if the
 * control connection was there before anybody listened, nor when a reserved
 * endpoint opens. So all expectations are read again each second.
 *
 * Return: the exit code, after err() if it is not %RC_DONE.
 */
enum rc expect_watch(const struct args *args);

#endif /* _NFIM_EXPECT_WATCH_H */
