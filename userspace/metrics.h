/* SPDX-License-Identifier: GPL-2.0 */
/* The text format that Prometheus reads. */
#ifndef _NFIM_METRICS_H
#define _NFIM_METRICS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * struct metrics - what there is to say
 * @version: of the module
 * @counters: name and value of each
 * @now: name and value of each gauge
 * @waiting: announced endpoints that wait for a peer
 * @connected: announced endpoints with a peer
 * @clients: hosts whose client is known
 * @policies: policies in force
 * @generation: number of their set
 */
struct metrics {
	const char *version;
	json_t *counters;
	json_t *now;
	size_t waiting;
	size_t connected;
	size_t clients;
	size_t policies;
	size_t generation;
};

/**
 * metrics_text() - write all of it
 * @metrics: what there is to say
 *
 * Return: malloc()ed text, NULL if memory ran out.
 */
char *metrics_text(const struct metrics *metrics);

#endif /* _NFIM_METRICS_H */
