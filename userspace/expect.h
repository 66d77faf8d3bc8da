/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Expectations of the helpers as ctnetlink tells and takes them, to carry them
 * from one gateway to another. What they are for is known to the module only.
 */
#ifndef _NFIM_EXPECT_H
#define _NFIM_EXPECT_H

#include <jansson.h>
#include <stdint.h>

#include "nl.h"
#include "out.h"

/* The parts of a line for people. */
extern const struct out_col expect_cols[];

/**
 * expect_open() - open a socket for expectations
 * @nl: result; harmless to nl_close() even if this fails
 *
 * Return: %RC_DONE or %RC_REFUSED after err().
 */
enum rc expect_open(struct nl *nl);

/**
 * expect_join() - have what becomes of expectations delivered
 * @nl: open; can only receive from then on
 *
 * Return: %RC_DONE or %RC_REFUSED after err().
 */
enum rc expect_join(struct nl *nl);

/**
 * expect_read() - an object for an expectation
 * @nlh: message of ctnetlink
 * @row: set to a new reference: "time", "event" ("expectation" or "gone"),
 *	"function", "protocol", "zone", "state", the endpoints, "seconds_left" and
 *	"raw", the attributes as they came; or to NULL if the expectation is not
 *	one of the module's
 *
 * Return: 0 or -ENOMEM.
 */
int expect_read(const struct nlmsghdr *nlh, json_t **row);

/**
 * expect_key() - what tells expectations apart
 * @row: of expect_read()
 *
 * Return: malloc()ed string, NULL if memory ran out.
 */
char *expect_key(const json_t *row);

/**
 * expect_dump() - read all expectations of the module
 * @nl: open, not joined
 * @rows: gets an object for each, by its key
 *
 * Return: %RC_DONE, or another after err().
 */
enum rc expect_dump(struct nl *nl, json_t *rows);

/**
 * expect_load() - read a file of rows, one on each line
 * @file: its name, "-" for standard input
 * @rows: gets what is still there at the end of the file, by its key
 *
 * Rows that say "gone" take others away. A last line without its end was cut
 * when its writer died, and is left out.
 *
 * Return: %RC_DONE, or %RC_USAGE after err() with the place.
 */
enum rc expect_load(const char *file, json_t *rows);

/**
 * expect_restore() - make an expectation
 * @nl: open
 * @row: of expect_load()
 *
 * The kernel gives a new one the timeout of its class, so a second message sets
 * what is left of its own. One that is there already is deleted first: it can be
 * conntrackd's, which does not know that a reserved endpoint has opened.
 *
 * Return: 1 if it is there now, 0 if its time is over, or a negative errno;
 * -ENOENT says that its control connection is not there.
 */
int expect_restore(struct nl *nl, const json_t *row);

#endif /* _NFIM_EXPECT_H */
