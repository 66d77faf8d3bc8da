/* SPDX-License-Identifier: GPL-2.0 */
/* What the module has in its tables, as rows. */
#ifndef _NFIM_DUMP_H
#define _NFIM_DUMP_H

#include <jansson.h>
#include <stdbool.h>

#include "module.h"

/**
 * dump_offers() - read all announced endpoints that are open or in use
 * @module: open, not subscribed
 * @list: array; gets an object of row_offer() for each
 * @complete: set to false if the table never stood still long enough, so that
 *	something may be missing; else not touched
 *
 * Return: %RC_DONE, or another after err().
 */
enum rc dump_offers(struct module *module, json_t *list, bool *complete);

/**
 * dump_clients() - read all hosts whose client is known
 * @module: open, not subscribed
 * @list: array; gets an object of row_client() for each
 * @complete: as dump_offers()
 *
 * Return: %RC_DONE, or another after err().
 */
enum rc dump_clients(struct module *module, json_t *list, bool *complete);

/**
 * dump_stats() - read what has been counted
 * @module: open, not subscribed
 * @counters: object; gets what has happened, by name
 * @now: object; gets what there is now, by name
 *
 * Return: %RC_DONE, or another after err().
 */
enum rc dump_stats(struct module *module, json_t *counters, json_t *now);

#endif /* _NFIM_DUMP_H */
