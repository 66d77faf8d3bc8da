// SPDX-License-Identifier: GPL-2.0
/* The options of all commands: their names, and which values are right. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <linux/netfilter/nf_tables.h>

#include "opt.h"

static enum rc set_json(struct args *args, const char *value)
{
	(void)value;
	args->json = true;
	return RC_DONE;
}

static enum rc set_help(struct args *args, const char *value)
{
	(void)value;
	args->help = true;
	return RC_DONE;
}

static enum rc set_version(struct args *args, const char *value)
{
	(void)value;
	args->version = true;
	return RC_DONE;
}

static enum rc set_all(struct args *args, const char *value)
{
	(void)value;
	args->all = true;
	return RC_DONE;
}

static enum rc set_words(struct args *args, const char *value)
{
	(void)value;
	args->words = true;
	return RC_DONE;
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

static enum rc set_port(struct args *args, const char *value)
{
	unsigned long port = 0;
	char *end = NULL;
	size_t i;

	if (isdigit((unsigned char)*value))
		port = strtoul(value, &end, 10);
	if (!end || *end || port < 1 || port > UINT16_MAX)
		return err(RC_USAGE, "'%s' is no port: want 1 to %d", value,
			   UINT16_MAX);
	for (i = 0; i < args->n_ports; i++) {
		if (args->ports[i] == port)
			return RC_DONE;
	}
	if (args->n_ports == OPT_LIST_MAX)
		return err(RC_USAGE, "more than %d ports", OPT_LIST_MAX);
	args->ports[args->n_ports++] = port;
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
	.help = "TCP ports of the servers (1863)",
};

const struct opt opt_all = {
	.name = "all", .letter = 'a', .set = set_all,
	.help = "show counters that are zero as well",
};

const struct opt opt_words = {
	.name = "words", .letter = 'w', .set = set_words,
	.help = "print bare words, for shell completion",
};

const struct opt *const opt_globals[] = {
	&opt_json, &opt_netns, &opt_help, &opt_version, NULL
};
