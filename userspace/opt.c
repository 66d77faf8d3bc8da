// SPDX-License-Identifier: GPL-2.0
/* The options of all commands: their names, and which values are right. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <linux/netfilter/nf_tables.h>

#include "opt.h"

/* Largest number of events or seconds; milliseconds still fit into 64 bits. */
#define NUMBER_MAX	1000000000UL

/* An option without value sets the member of its name. */
#define SET_FLAG(flag)							\
static enum rc set_##flag(struct args *args, const char *value)		\
{									\
	(void)value;							\
	args->flag = true;						\
	return RC_DONE;							\
}

SET_FLAG(json)
SET_FLAG(help)
SET_FLAG(version)
SET_FLAG(all)
SET_FLAG(check)
SET_FLAG(defaults)
SET_FLAG(words)
SET_FLAG(quiet)
SET_FLAG(verbose)
SET_FLAG(metrics)
SET_FLAG(expect)
SET_FLAG(top)

static enum rc set_color(struct args *args, const char *value)
{
	static const char *const names[] = { "auto", "always", "never" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!strcmp(value, names[i])) {
			args->color = i;
			return RC_DONE;
		}
	}
	return err(RC_USAGE, "'%s' is not auto, always or never", value);
}

static enum rc set_number(unsigned long *number, const char *value,
			  const char *what)
{
	char *end = NULL;

	if (isdigit((unsigned char)*value))
		*number = strtoul(value, &end, 10);
	if (!end || *end || !*number || *number > NUMBER_MAX)
		return err(RC_USAGE, "'%s' is no number of %s: want 1 to %lu",
			   value, what, NUMBER_MAX);
	return RC_DONE;
}

static enum rc set_count(struct args *args, const char *value)
{
	return set_number(&args->count, value, "events");
}

static enum rc set_timeout(struct args *args, const char *value)
{
	return set_number(&args->timeout, value, "seconds");
}

static enum rc set_netns(struct args *args, const char *value)
{
	if (!*value || strchr(value, '/') || !strcmp(value, ".") ||
	    !strcmp(value, ".."))
		return err(RC_USAGE, "'%s' is no name of a network namespace",
			   value);
	args->netns = value;
	return RC_DONE;
}

/* What nft can read back; the kernel would take nearly anything. */
static enum rc set_table(struct args *args, const char *value)
{
	const char *p = value;

	if (!isalpha((unsigned char)*p) && *p != '_')
		return err(RC_USAGE,
			   "table name '%s' must begin with a letter or '_'",
			   value);
	while (isalnum((unsigned char)*p) || (*p && strchr("_-.", *p)))
		p++;
	if (*p)
		return err(RC_USAGE,
			   "table name '%s' may hold letters, digits, '_', '-' and '.' only",
			   value);
	if ((size_t)(p - value) >= NFT_TABLE_MAXNAMELEN)
		return err(RC_USAGE, "table name is longer than %d bytes",
			   NFT_TABLE_MAXNAMELEN - 1);
	args->table = value;
	return RC_DONE;
}

static enum rc check_iif(const char *name)
{
	const char *star = strchr(name, '*');

	if (!*name)
		return err(RC_USAGE, "an interface name is empty");
	if (strlen(name) >= IFNAMSIZ)
		return err(RC_USAGE,
			   "interface name '%s' is longer than %d bytes", name,
			   IFNAMSIZ - 1);
	if (!strcmp(name, "*"))
		return err(RC_USAGE,
			   "'*' is every interface: leave out --iif for that");
	if (star && star[1])
		return err(RC_USAGE,
			   "'*' may only stand at the end of interface name '%s'",
			   name);
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return err(RC_USAGE, "'%s' is no interface name", name);
	for (; *name; name++) {
		if (strchr("/:\"\\", *name) || isspace((unsigned char)*name) ||
		    iscntrl((unsigned char)*name))
			return err(RC_USAGE,
				   "an interface name may not hold '/', ':', '\"', '\\', blanks or control characters");
	}
	return RC_DONE;
}

static enum rc set_iif(struct args *args, const char *value)
{
	enum rc rc = check_iif(value);
	size_t i;

	if (rc)
		return rc;
	for (i = 0; i < args->n_iifs; i++) {
		if (!strcmp(args->iifs[i], value))
			return RC_DONE;
	}
	if (args->n_iifs == OPT_LIST_MAX)
		return err(RC_USAGE, "more than %d interfaces", OPT_LIST_MAX);
	args->iifs[args->n_iifs++] = value;
	return RC_DONE;
}

static enum rc add_port(uint16_t *ports, size_t *n, const char *value)
{
	unsigned long port = 0;
	char *end = NULL;
	size_t i;

	if (isdigit((unsigned char)*value))
		port = strtoul(value, &end, 10);
	if (!end || *end || port < 1 || port > UINT16_MAX)
		return err(RC_USAGE, "'%s' is no port: want 1 to %d", value,
			   UINT16_MAX);
	for (i = 0; i < *n; i++) {
		if (ports[i] == port)
			return RC_DONE;
	}
	if (*n == OPT_LIST_MAX)
		return err(RC_USAGE, "more than %d ports", OPT_LIST_MAX);
	ports[(*n)++] = port;
	return RC_DONE;
}

static enum rc set_port(struct args *args, const char *value)
{
	return add_port(args->ports, &args->n_ports, value);
}

static enum rc set_sip_port(struct args *args, const char *value)
{
	return add_port(args->sip_ports, &args->n_sip_ports, value);
}

static enum rc set_helper(struct args *args, const char *value)
{
	if (strcmp(value, "msnp") && strcmp(value, "imsip"))
		return err(RC_USAGE, "'%s' is no helper: want msnp or imsip",
			   value);
	args->helper = value;
	return RC_DONE;
}

static enum rc set_policy(struct args *args, const char *value)
{
	args->policy = value;
	return RC_DONE;
}

static enum rc set_inside(struct args *args, const char *value)
{
	if (args->n_insides == OPT_LIST_MAX)
		return err(RC_USAGE, "more than %d networks", OPT_LIST_MAX);
	args->insides[args->n_insides++] = value;
	return RC_DONE;
}

static enum rc set_outside(struct args *args, const char *value)
{
	args->outside = value;
	return RC_DONE;
}

static enum rc set_write(struct args *args, const char *value)
{
	args->write = value;
	return RC_DONE;
}

static enum rc set_svg(struct args *args, const char *value)
{
	args->svg = value;
	return RC_DONE;
}

static enum rc set_html(struct args *args, const char *value)
{
	args->html = value;
	return RC_DONE;
}

const struct opt opt_json = {
	.name = "json", .letter = 'j', .set = set_json,
	.help = "print JSON instead of text",
};

const struct opt opt_netns = {
	.name = "netns", .letter = 'N', .arg = "NAME", .set = set_netns,
	.help = "work in the network namespace /run/netns/NAME",
};

const struct opt opt_help = {
	.name = "help", .letter = 'h', .set = set_help,
	.help = "print this help",
};

const struct opt opt_version = {
	.name = "version", .letter = 'V', .set = set_version,
	.help = "print the version of the tool",
};

const struct opt opt_quiet = {
	.name = "quiet", .letter = 'q', .set = set_quiet,
	.help = "say less",
};

const struct opt opt_verbose = {
	.name = "verbose", .letter = 'v', .set = set_verbose,
	.help = "say more",
};

const struct opt opt_color = {
	.name = "color", .letter = 'C', .arg = "WHEN", .set = set_color,
	.help = "colour text: auto, always or never (auto)",
};

const struct opt opt_metrics = {
	.name = "metrics", .letter = 'm', .set = set_metrics,
	.help = "print the text format of Prometheus",
};

const struct opt opt_count = {
	.name = "count", .letter = 'c', .arg = "N", .set = set_count,
	.help = "end after N events, or N tables",
};

const struct opt opt_timeout = {
	.name = "timeout", .letter = 'T', .arg = "SECONDS", .set = set_timeout,
	.help = "end after so many seconds",
};

const struct opt opt_expect = {
	.name = "expect", .letter = 'e', .set = set_expect,
	.help = "what is expected, for another gateway",
};

const struct opt opt_top = {
	.name = "top", .letter = 't', .set = set_top,
	.help = "a table of hosts, applications, endpoints and refusals, always new",
};

const struct opt opt_table = {
	.name = "table", .letter = 't', .arg = "NAME", .set = set_table,
	.help = "name of the nft table of family inet (nfim)",
};

const struct opt opt_iif = {
	.name = "iif", .letter = 'i', .arg = "NAME...", .many = true,
	.set = set_iif,
	.help = "interfaces clients are behind, 'lan*' for all that begin so (any)",
};

const struct opt opt_port = {
	.name = "port", .letter = 'p', .arg = "N...", .many = true,
	.set = set_port,
	.help = "TCP ports of MSN servers (1863)",
};

const struct opt opt_sip_port = {
	.name = "sip-port", .letter = 's', .arg = "N...", .many = true,
	.set = set_sip_port,
	.help = "UDP and TCP ports of SIP servers and phones (5060)",
};

const struct opt opt_helper = {
	.name = "helper", .letter = 'H', .arg = "NAME", .set = set_helper,
	.help = "only msnp, or only imsip (both)",
};

const struct opt opt_all = {
	.name = "all", .letter = 'a', .set = set_all,
	.help = "show counters that are zero as well",
};

const struct opt opt_words = {
	.name = "words", .letter = 'w', .set = set_words,
	.help = "print bare words, for shell completion",
};

const struct opt opt_check = {
	.name = "check", .letter = 'n', .set = set_check,
	.help = "say whether it would do, change nothing",
};

const struct opt opt_defaults = {
	.name = "defaults", .letter = 'd', .set = set_defaults,
	.help = "the built-in policies",
};

const struct opt opt_policy = {
	.name = "policy", .letter = 'P', .arg = "FILE", .set = set_policy,
	.help = "policies to judge by (the built-in ones)",
};

const struct opt opt_inside = {
	.name = "inside", .letter = 'I', .arg = "ADDR...", .many = true,
	.set = set_inside,
	.help = "hosts or networks inside (private addresses that open connections)",
};

const struct opt opt_outside = {
	.name = "outside", .letter = 'O', .arg = "ADDR", .set = set_outside,
	.help = "the gateway's address outside (what the server told a client)",
};

const struct opt opt_write = {
	.name = "write", .letter = 'W', .arg = "FILE", .set = set_write,
	.help = "write the capture as it would leave the gateway",
};

const struct opt opt_svg = {
	.name = "svg", .letter = 'S', .arg = "FILE", .set = set_svg,
	.help = "draw a ladder diagram",
};

const struct opt opt_html = {
	.name = "html", .letter = 'H', .arg = "FILE", .set = set_html,
	.help = "write a page with the diagram and a table",
};

const struct opt *const opt_globals[] = {
	&opt_json, &opt_netns, &opt_color, &opt_quiet, &opt_verbose,
	&opt_help, &opt_version, NULL
};
