// SPDX-License-Identifier: GPL-2.0
/*
 * The text format that Prometheus reads. Counters whose names begin with a
 * common word are one metric, with the rest of the name as label, so that
 * sum() over it means something.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics.h"

/* One metric made of counters; the first prefix that fits takes a counter. */
struct family {
	const char *prefix;
	const char *name;
	const char *label;
	const char *help;
};

static const struct family families[] = {
	{
		"refused-", "nfim_refused_total", "reason",
		"Announced endpoints that were not opened.",
	},
	{
		"opaque-", "nfim_opaque_total", "reason",
		"Connections that a helper gave up on.",
	},
	{
		"released-", "nfim_released_total", "reason",
		"Beginnings of messages that were held, and went on without the rest.",
	},
	{
		"", "nfim_events_total", "event",
		"What the helpers did; COUNTERS in nfim(8) explains each.",
	},
};

#define FAMILIES	(sizeof(families) / sizeof(*families))

static void put_label(FILE *to, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", to);
		else if (*text == '"' || *text == '\\')
			fprintf(to, "\\%c", *text);
		else
			fputc(*text, to);
	}
}

static void put_head(FILE *to, const char *name, const char *type,
		     const char *help)
{
	fprintf(to, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_line(FILE *to, const char *name, const char *label,
		     const char *value, json_int_t number)
{
	fprintf(to, "%s{%s=\"", name, label);
	put_label(to, value);
	fprintf(to, "\"} %" JSON_INTEGER_FORMAT "\n", number);
}

static void put_gauge(FILE *to, const char *name, const char *help,
		      size_t number)
{
	put_head(to, name, "gauge", help);
	fprintf(to, "%s %zu\n", name, number);
}

static const struct family *family_of(const char *counter)
{
	size_t i = 0;

	while (i < FAMILIES - 1 &&
	       strncmp(counter, families[i].prefix, strlen(families[i].prefix)))
		i++;
	return &families[i];
}

static void put_family(FILE *to, const struct family *family,
		       const struct metrics *metrics)
{
	const char *name;
	json_t *value;

	put_head(to, family->name, "counter", family->help);
	json_object_foreach(metrics->counters, name, value) {
		if (family_of(name) == family)
			put_line(to, family->name, family->label,
				 name + strlen(family->prefix),
				 json_integer_value(value));
	}
}

/* "held-bytes" is nfim_held_bytes. */
static void put_now(FILE *to, json_t *now)
{
	const char *name;
	char full[64];
	json_t *value;
	char *c;

	json_object_foreach(now, name, value) {
		snprintf(full, sizeof(full), "nfim_%s", name);
		for (c = full; *c; c++)
			if (*c == '-')
				*c = '_';
		put_gauge(to, full, "What there is now; GAUGES in nfim(8) explains each.",
			  (size_t)json_integer_value(value));
	}
}

static void put_all(FILE *to, const struct metrics *metrics)
{
	size_t i;

	put_head(to, "nfim_module_info", "gauge", "The loaded module.");
	put_line(to, "nfim_module_info", "version", metrics->version, 1);
	for (i = 0; i < FAMILIES; i++)
		put_family(to, &families[i], metrics);
	put_head(to, "nfim_offers", "gauge",
		 "Announced endpoints that are open or in use.");
	put_line(to, "nfim_offers", "state", "waiting", metrics->waiting);
	put_line(to, "nfim_offers", "state", "connected", metrics->connected);
	put_gauge(to, "nfim_clients", "Hosts whose client is known.",
		  metrics->clients);
	put_gauge(to, "nfim_policies", "Policies in force.",
		  metrics->policies);
	put_gauge(to, "nfim_policy_generation",
		  "Number of the policy set in force, 0 for the built-in one.",
		  metrics->generation);
	put_now(to, metrics->now);
}

char *metrics_text(const struct metrics *metrics)
{
	char *text = NULL;
	size_t size = 0;
	bool failed;
	FILE *to;

	to = open_memstream(&text, &size);
	if (!to)
		return NULL;
	put_all(to, metrics);
	failed = ferror(to);
	if (fclose(to) || failed) {
		free(text);
		return NULL;
	}
	return text;
}
