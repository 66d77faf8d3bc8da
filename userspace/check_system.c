// SPDX-License-Identifier: GPL-2.0
/* Checks of the module, of the kernel and of its settings. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/nsfs.h>
#include <nfim/version.h>

#include "check.h"

#define SYSCTL		"/proc/sys/net/"
#define PARAMETER	"/sys/module/" MODULE_NAME "/parameters/userns"

/* A gateway with forty telephones has been seen to pass a third of it. */
#define EXPECT_MIN	512
#define EXPECT_GOOD	1024

/* SIP over TLS: RFC 3261, 18. */
#define PORT_SIPS	5061

/* Inode of the initial user namespace; the kernel never gives it another. */
#define USER_NS_INITIAL	0xeffffffdu

/* Return: 1 if a list of the running kernel's modules has it, 0, or -errno. */
static int is_listed(const char *list, const char *name)
{
	char path[320], file[80], line[4096];
	struct utsname uts;
	bool found = false;
	FILE *f;

	if (uname(&uts))
		return -errno;
	snprintf(path, sizeof(path), "/lib/modules/%s/%s", uts.release, list);
	snprintf(file, sizeof(file), "/%s.ko", name);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	while (!found && fgets(line, sizeof(line), f)) {
		/* The rest of a line is what the module needs. */
		line[strcspn(line, ":")] = '\0';
		found = strstr(line, file);
	}
	fclose(f);
	return found;
}

bool check_is_there(const char *module)
{
	char path[80];

	snprintf(path, sizeof(path), "/sys/module/%s", module);
	return !access(path, F_OK) || is_listed("modules.builtin", module);
}

/* The module that was built together with the tool, if that runs where it was. */
static bool find_built(char *path, size_t size)
{
	struct utsname kernel;
	char own[512];
	ssize_t len = readlink("/proc/self/exe", own, sizeof(own) - 1);
	char *slash;
	int i;

	if (len < 0 || uname(&kernel))
		return false;
	own[len] = '\0';
	for (i = 0; i < 2; i++) {
		slash = strrchr(own, '/');
		if (!slash)
			return false;
		*slash = '\0';
	}
	if (own[strcspn(own, " '\"\\$;&|<>()")])
		return false;
	i = snprintf(path, size, "%s/build/%s/" MODULE_NAME ".ko", own,
		     kernel.release);
	return i > 0 && (size_t)i < size && !access(path, F_OK);
}

static void check_module(const struct check_world *world,
			 struct check_report *report)
{
	char built[768];

	if (world->is_loaded) {
		check_say(report, CHECK_OK, "module " MODULE_NAME " is loaded");
		return;
	}
	if (world->module.family) {
		check_say(report, CHECK_MISSING, "%s", world->absent);
		check_mend(report, "modprobe -r " MODULE_NAME
				   " && modprobe " MODULE_NAME);
		return;
	}
	check_say(report, CHECK_MISSING,
		  "module " MODULE_NAME " is not loaded");
	if (is_listed("modules.dep", MODULE_NAME) > 0)
		check_mend(report, "modprobe " MODULE_NAME);
	else if (find_built(built, sizeof(built)))
		check_mend(report, "modprobe -a nf_nat nft_ct && insmod %s",
			   built);
	else
		check_mend(report,
			   "modprobe nf_nat && insmod " MODULE_NAME ".ko");
}

static void check_version(const struct check_world *world,
			  struct check_report *report)
{
	if (!world->is_loaded)
		return;
	if (!strcmp(world->info.version, NFIM_VERSION)) {
		check_say(report, CHECK_OK,
			  "tool and module are of version " NFIM_VERSION);
		return;
	}
	check_say(report, CHECK_HINT,
		  "the module is of version %s, this tool of " NFIM_VERSION,
		  world->info.version);
	check_mend(report,
		   "modprobe -r " MODULE_NAME " && modprobe " MODULE_NAME);
}

static void check_nft_ct(const struct check_world *world,
			 struct check_report *report)
{
	static const char *const modules[] = { "nf_tables", "nft_ct" };
	size_t i;

	(void)world;
	for (i = 0; i < sizeof(modules) / sizeof(*modules); i++) {
		if (check_is_there(modules[i]))
			continue;
		check_say(report, CHECK_MISSING,
			  "%s is not loaded: nft rules need it to attach a helper",
			  modules[i]);
		check_mend(report, "modprobe %s", modules[i]);
		return;
	}
	check_say(report, CHECK_OK, "nft can attach helpers");
}

static void check_expect_max(const struct check_world *world,
			     struct check_report *report)
{
	unsigned long max;
	char text[32];

	(void)world;
	/* Without conntrack there is no such setting. */
	if (check_read(SYSCTL "netfilter/nf_conntrack_expect_max", text,
		       sizeof(text)))
		return;
	max = strtoul(text, NULL, 10);
	if (max >= EXPECT_MIN) {
		check_say(report, CHECK_OK,
			  "up to %lu endpoints can be expected at once", max);
		return;
	}
	check_say(report, CHECK_MISSING,
		  "only %lu endpoints can be expected at once, by all helpers together",
		  max);
	check_mend(report, "sysctl -w net.netfilter.nf_conntrack_expect_max=%d",
		   EXPECT_GOOD);
}

/* Return: 1 if it is the initial one, 0 if another, or a negative errno. */
static int is_owner_initial(void)
{
	int net = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int owner = net < 0 ? -1 : ioctl(net, NS_GET_USERNS);
	struct stat st;
	int ret;

	if (owner < 0)
		ret = -errno;
	else if (fstat(owner, &st))
		ret = -errno;
	else
		ret = st.st_ino == USER_NS_INITIAL;
	if (owner >= 0)
		close(owner);
	if (net >= 0)
		close(net);
	return ret;
}

/* The module does not act where any user could make it act. */
static void check_userns(const struct check_world *world,
			 struct check_report *report)
{
	int initial = is_owner_initial();
	char text[8];
	int ret;

	if (!world->is_loaded || initial < 0)
		return;
	ret = check_read(PARAMETER, text, sizeof(text));
	if (initial || (!ret && text[0] == 'Y')) {
		check_say(report, CHECK_OK,
			  "the module acts in this network namespace");
		return;
	}
	check_say(report, ret ? CHECK_HINT : CHECK_MISSING,
		  "the module does not act here, because another user namespace owns this network namespace");
	check_mend(report, "echo 1 > " PARAMETER);
}

static void check_forwarding(const struct check_world *world,
			     struct check_report *report)
{
	char text[8];

	(void)world;
	if (check_read(SYSCTL "ipv4/ip_forward", text, sizeof(text)))
		return;
	if (text[0] != '0') {
		check_say(report, CHECK_OK, "IPv4 packets are forwarded");
		return;
	}
	check_say(report, CHECK_HINT,
		  "IPv4 packets are not forwarded: only clients on this host are helped");
	check_mend(report, "sysctl -w net.ipv4.ip_forward=1");
}

/* The first tuple of a line is that of who has connected. */
static bool goes_to_sips(const char *line)
{
	const char *port = strstr(line, " dport=");

	return strstr(line, " tcp ") && port &&
	       strtoul(port + strlen(" dport="), NULL, 10) == PORT_SIPS;
}

/* What is not read is not helped, and whoever looks for a reason finds none. */
static void check_tls(const struct check_world *world,
		      struct check_report *report)
{
	FILE *table = fopen("/proc/net/nf_conntrack", "re");
	bool found = false;
	char line[1024];

	(void)world;
	while (table && !found && fgets(line, sizeof(line), table))
		found = goes_to_sips(line);
	if (table)
		fclose(table);
	if (found)
		check_say(report, CHECK_HINT,
			  "connections go to port %d: SIP over TLS cannot be read, and calls in it are not helped",
			  PORT_SIPS);
}

const struct check check_system[] = {
	{ "module", check_module },
	{ "version", check_version },
	{ "nft-ct", check_nft_ct },
	{ "expect-max", check_expect_max },
	{ "userns", check_userns },
	{ "forwarding", check_forwarding },
	{ "tls", check_tls },
	{ 0 }
};
