/* SPDX-License-Identifier: GPL-2.0 */
/* The options of all commands, and what a command line comes to. */
#ifndef _NFIM_OPT_H
#define _NFIM_OPT_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define OPT_LIST_MAX	64

/**
 * enum color - when text is coloured
 * @COLOR_AUTO: on a terminal, unless NO_COLOR is set
 * @COLOR_ALWAYS: always
 * @COLOR_NEVER: never
 */
enum color {
	COLOR_AUTO,
	COLOR_ALWAYS,
	COLOR_NEVER,
};

/**
 * struct args - what the command line asks for; defaults where it is silent
 * @json: print JSON
 * @help: print the help of the command instead
 * @version: print the version of the tool instead
 * @quiet: say less
 * @verbose: say more
 * @color: when text is coloured
 * @all: show zeros as well
 * @words: print bare words for shell completion
 * @metrics: print what Prometheus reads
 * @count: end after so many events or tables, 0 for never
 * @timeout: end after so many seconds, 0 for never
 * @netns: network namespace to work in, or NULL
 * @table: name of the table to make or delete
 * @iifs: interface names, none twice; a last '*' stands for any rest
 * @n_iifs: how many
 * @ports: TCP ports in host byte order, none twice
 * @n_ports: how many
 * @sip_ports: UDP and TCP ports in host byte order, none twice
 * @n_sip_ports: how many
 * @helper: the only helper to attach, or NULL
 * @topic: the operand, or NULL
 * @verb: the second word of a command after "help", or NULL
 * @check: say whether it would do, change nothing
 * @defaults: what is built in
 * @policy: policy file, or NULL for the built-in policies
 * @insides: networks inside
 * @n_insides: how many
 * @outside: address of the gateway outside, or NULL
 * @write: capture to write, or NULL
 * @svg: ladder diagram to draw, or NULL
 * @html: page with it to write, or NULL
 * @expect: what is expected instead of events
 * @top: a table instead of events
 */
struct args {
	bool json;
	bool help;
	bool version;
	bool quiet;
	bool verbose;
	enum color color;
	bool all;
	bool words;
	bool metrics;
	unsigned long count;
	unsigned long timeout;
	const char *netns;
	const char *table;
	const char *iifs[OPT_LIST_MAX];
	size_t n_iifs;
	uint16_t ports[OPT_LIST_MAX];
	size_t n_ports;
	uint16_t sip_ports[OPT_LIST_MAX];
	size_t n_sip_ports;
	const char *helper;
	const char *topic;
	const char *verb;
	bool check;
	bool defaults;
	const char *policy;
	const char *insides[OPT_LIST_MAX];
	size_t n_insides;
	const char *outside;
	const char *write;
	const char *svg;
	const char *html;
	bool expect;
	bool top;
};

/**
 * struct opt - one option
 * @name: long name without dashes
 * @letter: short name
 * @many: takes every word that follows, up to the next option
 * @arg: what its value is called, NULL if it takes none
 * @help: what it does, for the help
 * @set: checks @value and stores it; the value is NULL if @arg is
 */
struct opt {
	const char *name;
	char letter;
	bool many;
	const char *arg;
	const char *help;
	enum rc (*set)(struct args *args, const char *value);
};

extern const struct opt opt_json;
extern const struct opt opt_netns;
extern const struct opt opt_help;
extern const struct opt opt_version;
extern const struct opt opt_quiet;
extern const struct opt opt_verbose;
extern const struct opt opt_color;
extern const struct opt opt_metrics;
extern const struct opt opt_count;
extern const struct opt opt_timeout;
extern const struct opt opt_expect;
extern const struct opt opt_top;
extern const struct opt opt_table;
extern const struct opt opt_iif;
extern const struct opt opt_port;
extern const struct opt opt_sip_port;
extern const struct opt opt_helper;
extern const struct opt opt_all;
extern const struct opt opt_words;
extern const struct opt opt_policy;
extern const struct opt opt_inside;
extern const struct opt opt_outside;
extern const struct opt opt_write;
extern const struct opt opt_svg;
extern const struct opt opt_html;
extern const struct opt opt_check;
extern const struct opt opt_defaults;

/* Accepted before the command, and all but --version after it as well. */
extern const struct opt *const opt_globals[];

#endif /* _NFIM_OPT_H */
