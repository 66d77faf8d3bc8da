// SPDX-License-Identifier: GPL-2.0
/* What the checks look at, and what they say. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "out.h"

int check_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;
	int ret = 0;

	if (fd < 0)
		return -errno;
	got = read(fd, text, size - 1);
	if (got < 0)
		ret = -errno;
	text[got > 0 ? got : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	close(fd);
	return ret;
}

/* The first default route; its destination and mask are 0. */
static void find_outside(struct check_world *world)
{
	FILE *routes = fopen("/proc/net/route", "re");
	unsigned int destination, mask;
	char name[IFNAMSIZ];
	char line[256];

	while (routes && fgets(line, sizeof(line), routes)) {
		if (sscanf(line, "%15s %x %*x %*x %*d %*d %*d %x", name,
			   &destination, &mask) != 3 || destination || mask)
			continue;
		memcpy(world->outside, name, sizeof(name));
		break;
	}
	if (routes)
		fclose(routes);
}

static void find_outside_ipv6(struct check_world *world)
{
	FILE *routes = fopen("/proc/net/ipv6_route", "re");
	unsigned int length;
	char name[IFNAMSIZ];
	char to[33];
	char line[256];

	while (routes && fgets(line, sizeof(line), routes)) {
		if (sscanf(line, "%32s %x %*s %*s %*s %*s %*s %*s %*s %15s",
			   to, &length, name) != 3 || length ||
		    strspn(to, "0") != 32 || !strcmp(name, "lo"))
			continue;
		memcpy(world->outside, name, sizeof(name));
		break;
	}
	if (routes)
		fclose(routes);
}

static bool is_inside(const struct check_world *world,
		      const struct ifaddrs *each)
{
	const struct sockaddr_in6 *in6 = (const void *)each->ifa_addr;
	size_t i;

	if (!each->ifa_addr || !(each->ifa_flags & IFF_UP) ||
	    each->ifa_flags & IFF_LOOPBACK ||
	    !strcmp(each->ifa_name, world->outside) ||
	    strlen(each->ifa_name) >= IFNAMSIZ)
		return false;
	if (each->ifa_addr->sa_family != AF_INET &&
	    (each->ifa_addr->sa_family != AF_INET6 ||
	     IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr)))
		return false;
	for (i = 0; i < world->n_inside; i++) {
		if (!strcmp(world->inside[i], each->ifa_name))
			return false;
	}
	return true;
}

static void find_inside(struct check_world *world)
{
	struct ifaddrs *all = NULL;
	const struct ifaddrs *each;

	if (getifaddrs(&all))
		return;
	for (each = all; each && world->n_inside < CHECK_IIFS;
	     each = each->ifa_next) {
		if (is_inside(world, each))
			snprintf(world->inside[world->n_inside++], IFNAMSIZ,
				 "%s", each->ifa_name);
	}
	freeifaddrs(all);
}

static enum rc load_module(struct check_world *world)
{
	enum rc rc = module_open(&world->module);
	int ret;

	if (rc == RC_ABSENT) {
		snprintf(world->absent, sizeof(world->absent), "%s",
			 err_text());
		return RC_DONE;
	}
	if (rc)
		return rc;
	ret = module_get_info(&world->module, &world->info);
	if (ret)
		return nl_err(&world->module.nl, ret, "ask the module");
	world->is_loaded = true;
	return RC_DONE;
}

enum rc check_load(struct check_world *world)
{
	enum rc rc;

	*world = (struct check_world){ 0 };
	rc = load_module(world);
	if (!rc)
		rc = nft_rules_load(&world->rules);
	find_outside(world);
	if (!*world->outside)
		find_outside_ipv6(world);
	if (*world->outside)
		find_inside(world);
	return rc;
}

void check_free(struct check_world *world)
{
	module_close(&world->module);
	nft_rules_free(&world->rules);
}

int check_run(const struct check *checks, const struct check_world *world,
	      json_t *findings)
{
	struct check_report report = { .findings = findings };

	for (; checks->name; checks++) {
		report.check = checks->name;
		checks->run(world, &report);
	}
	return report.failed ? -ENOMEM : 0;
}

void check_say(struct check_report *report, enum check_state state,
	       const char *fmt, ...)
{
	static const char *const words[] = {
		[CHECK_OK] = "ok",
		[CHECK_MISSING] = "missing",
		[CHECK_HINT] = "hint",
	};
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	if (!text ||
	    json_array_append_new(report->findings,
				  json_pack("{s:s, s:s, s:o, s:n}",
					    "check", report->check,
					    "state", words[state],
					    "sentence", out_string(text),
					    "mend")))
		report->failed = true;
	free(text);
}

void check_mend(struct check_report *report, const char *fmt, ...)
{
	size_t n = json_array_size(report->findings);
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	if (!text || !n ||
	    json_object_set_new(json_array_get(report->findings, n - 1),
				"mend", out_string(text)))
		report->failed = true;
	free(text);
}

bool check_is_plain(const char *name)
{
	if (!isalpha((unsigned char)*name) && *name != '_')
		return false;
	while (isalnum((unsigned char)*name) || (*name && strchr("_-.", *name)))
		name++;
	return !*name;
}

bool check_is_ours(const struct check_world *world, const char *helper)
{
	size_t i;

	for (i = 0; i < world->info.n_helpers; i++) {
		if (!strcmp(world->info.helper[i], helper))
			return true;
	}
	return !world->is_loaded &&
	       (!strcmp(helper, "msnp") || !strcmp(helper, "imsip"));
}

/* The ports that the helper has already, if they are not the usual one. */
static void put_ports(FILE *to, const struct check_world *world)
{
	const struct nft_ruleset *rules = &world->rules;
	const char *before = " --port ";
	bool usual = true;
	size_t i, j;

	for (i = 0; i < rules->n_rules; i++) {
		if (!strcmp(rules->rule[i].gives, "msnp") &&
		    rules->rule[i].dport && rules->rule[i].dport != 1863)
			usual = false;
	}
	for (i = 0; !usual && i < rules->n_rules; i++) {
		if (strcmp(rules->rule[i].gives, "msnp") ||
		    !rules->rule[i].dport)
			continue;
		for (j = 0; j < i; j++) {
			if (!strcmp(rules->rule[j].gives, "msnp") &&
			    rules->rule[j].dport == rules->rule[i].dport)
				break;
		}
		if (j < i)
			continue;
		fprintf(to, "%s%u", before, rules->rule[i].dport);
		before = " ";
	}
}

char *check_attach(const struct check_world *world)
{
	const char *before = " --iif ";
	char *text = NULL;
	size_t size = 0;
	bool failed;
	FILE *to;
	size_t i;

	to = open_memstream(&text, &size);
	if (!to)
		return NULL;
	fputs("nfim attach", to);
	for (i = 0; i < world->n_inside; i++) {
		if (!check_is_plain(world->inside[i]))
			continue;
		fprintf(to, "%s%s", before, world->inside[i]);
		before = " ";
	}
	put_ports(to, world);
	failed = ferror(to);
	if (!fclose(to) && !failed)
		return text;
	free(text);
	return NULL;
}
