/* SPDX-License-Identifier: GPL-2.0 */
/* nfim monitor --top: what is in its table. */
#ifndef _NFIM_TOP_SUMS_H
#define _NFIM_TOP_SUMS_H

#include <jansson.h>
#include <stdbool.h>

/**
 * struct top_sums - what has happened since it began
 * @since: when that was, in milliseconds
 * @hosts: by zone and address, what became of their offers
 * @apps: by name, what became of offers of theirs
 * @before: counters as they were at the beginning
 * @lost: events that could not be read, so that some are not in @hosts and @apps
 */
struct top_sums {
	json_int_t since;
	json_t *hosts;
	json_t *apps;
	json_t *before;
	bool lost;
};

/**
 * struct top_now - what there is now
 * @time: when, in milliseconds
 * @clients: rows of dump_clients()
 * @offers: rows of dump_offers()
 * @counters: of dump_stats()
 */
struct top_now {
	json_int_t time;
	json_t *clients;
	json_t *offers;
	json_t *counters;
};

/**
 * top_sums_init() - begin
 * @sums: result
 * @now: when
 *
 * Return: 0, or -1 if memory ran out.
 */
int top_sums_init(struct top_sums *sums, json_int_t now);

/**
 * top_sums_free() - give back the memory
 * @sums: begun, or all zeros
 */
void top_sums_free(struct top_sums *sums);

/**
 * top_sums_event() - count what has happened
 * @sums: begun
 * @record: of row_event()
 *
 * Return: 0, or -1 if memory ran out.
 */
int top_sums_event(struct top_sums *sums, const json_t *record);

/**
 * top_document() - all that is in the table
 * @sums: begun
 * @now: what there is; the first one says what the counters were before
 *
 * Return: an object with "time", "event" ("top"), "seconds", "lost", "totals",
 * "hosts", "applications", "offers" and "refusals"; NULL if memory ran out.
 */
json_t *top_document(struct top_sums *sums, const struct top_now *now);

#endif /* _NFIM_TOP_SUMS_H */
