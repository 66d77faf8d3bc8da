// SPDX-License-Identifier: GPL-2.0
/* Checks of what goes on right now: connections, and programs on this host. */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_live.h"
#include "row.h"
#include "tuple.h"

#define PORT_MSNP	1863
#define PORT_SIP	5060

/* Different ports that are told of. */
#define PORTS_MAX	8

/* Of /proc/net/tcp. */
#define SOCKET_ESTABLISHED	1

/* Connections without helper, by port. */
struct old {
	const struct check_world *world;
	const struct ifaddrs *own;
	struct {
		uint8_t protocol;
		uint16_t port;
		unsigned int n;
	} found[PORTS_MAX];
};

/* A rule gives a helper of ours to connections to that port. */
static bool is_given(const struct check_world *world, const struct tuple *tuple)
{
	const struct nft_rule *rule = world->rules.rule;
	size_t i;

	for (i = 0; i < world->rules.n_rules; i++, rule++) {
		if (*rule->gives && check_is_ours(world, rule->gives) &&
		    rule->dport == tuple->dst.port &&
		    (!rule->l4proto || rule->l4proto == tuple->protocol))
			return true;
	}
	return false;
}

static const void *bytes_of(const struct sockaddr *addr, size_t len)
{
	if (addr && addr->sa_family == AF_INET && len == sizeof(struct in_addr))
		return &((const struct sockaddr_in *)(const void *)addr)->sin_addr;
	if (addr && addr->sa_family == AF_INET6 &&
	    len == sizeof(struct in6_addr))
		return &((const struct sockaddr_in6 *)(const void *)addr)
				->sin6_addr;
	return NULL;
}

/* In a network of an interface inside; clients farther off are not found. */
static bool is_inside(const struct old *old, const struct nlattr *addr)
{
	size_t len = addr ? mnl_attr_get_payload_len(addr) : 0;
	const unsigned char *a = addr ? mnl_attr_get_payload(addr) : NULL;
	const unsigned char *own, *mask;
	const struct ifaddrs *each;
	size_t i;

	for (each = old->own; each; each = each->ifa_next) {
		own = bytes_of(each->ifa_addr, len);
		mask = bytes_of(each->ifa_netmask, len);
		if (!own || !mask || !strcmp(each->ifa_name, "lo") ||
		    !strcmp(each->ifa_name, old->world->outside))
			continue;
		for (i = 0; i < len && !((a[i] ^ own[i]) & mask[i]); i++)
			;
		/* What this host began itself is for check_output(). */
		if (i == len && memcmp(a, own, len))
			return true;
	}
	return false;
}

/* Old connections linger in conntrack after their end. */
static bool is_in_use(const struct nlattr *const *tb, uint32_t protocol)
{
	const struct nlattr *info[CTA_PROTOINFO_MAX + 1] = { NULL };
	const struct nlattr *tcp[CTA_PROTOINFO_TCP_MAX + 1] = { NULL };
	const struct nlattr *state;

	if (protocol == IPPROTO_UDP)
		return true;
	if (tb[CTA_PROTOINFO])
		nl_parse_nested(tb[CTA_PROTOINFO], info, CTA_PROTOINFO_MAX);
	if (info[CTA_PROTOINFO_TCP])
		nl_parse_nested(info[CTA_PROTOINFO_TCP], tcp,
				CTA_PROTOINFO_TCP_MAX);
	state = tcp[CTA_PROTOINFO_TCP_STATE];
	return state && mnl_attr_get_payload_len(state) == 1 &&
	       mnl_attr_get_u8(state) == TCP_CONNTRACK_ESTABLISHED;
}

static void count(struct old *old, const struct tuple *tuple)
{
	size_t i;

	for (i = 0; i < PORTS_MAX; i++) {
		if (old->found[i].n &&
		    (old->found[i].protocol != tuple->protocol ||
		     old->found[i].port != tuple->dst.port))
			continue;
		old->found[i].protocol = tuple->protocol;
		old->found[i].port = tuple->dst.port;
		old->found[i].n++;
		return;
	}
}

static int on_connection(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[CTA_MAX + 1];
	struct old *old = data;
	struct tuple tuple;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(struct nfgenmsg))
		return 0;
	nl_parse(nlh, sizeof(struct nfgenmsg), tb, CTA_MAX);
	if (tb[CTA_HELP])
		return 0;
	tuple_read(tb[CTA_TUPLE_ORIG], &tuple);
	if ((tuple.protocol == IPPROTO_TCP || tuple.protocol == IPPROTO_UDP) &&
	    is_given(old->world, &tuple) && is_in_use(tb, tuple.protocol) &&
	    is_inside(old, tuple.src.addr))
		count(old, &tuple);
	return 0;
}

/* What was seen is enough, even if the table changed meanwhile. */
static void read_connections(struct old *old)
{
	char buf[64] = { 0 };
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *nfg;
	struct nl nl;

	nlh->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	nfg->nfgen_family = AF_UNSPEC;
	if (!nl_open(&nl, NETLINK_NETFILTER))
		nl_talk(&nl, nlh, on_connection, old);
	nl_close(&nl);
}

void check_old(const struct check_world *world, struct check_report *report)
{
	struct old old = { .world = world };
	struct ifaddrs *own = NULL;
	const char *protocol;
	unsigned int n, port;
	size_t i;

	if (getifaddrs(&own))
		return;
	old.own = own;
	read_connections(&old);
	freeifaddrs(own);
	for (i = 0; i < PORTS_MAX && old.found[i].n; i++) {
		protocol = row_protocol(old.found[i].protocol);
		port = old.found[i].port;
		n = old.found[i].n;
		check_say(report, CHECK_HINT,
			  "%u %s connection%s to port %u began before the rule, and %s no helper",
			  n, protocol, n == 1 ? "" : "s", port,
			  n == 1 ? "has" : "have");
		/* Not picked up again in its midst, so that the client logs in. */
		check_mend(report, "%sconntrack -D -p %s --dport %u",
			   old.found[i].protocol == IPPROTO_TCP ?
				   "sysctl -w net.netfilter.nf_conntrack_tcp_loose=0 && " :
				   "",
			   protocol, port);
	}
}

/* --- programs on this host ------------------------------------------------ */

/**
 * find_socket() - does a program use a port?
 * @path: of a list of sockets in /proc/net
 * @is_udp: look at ports of its own, not at those it is connected to
 *
 * Return: the port, 0 if none.
 */
static unsigned int find_socket(const char *path, bool is_udp)
{
	unsigned int local, remote, state, port;
	FILE *list = fopen(path, "re");
	char line[512];

	while (list && fgets(line, sizeof(line), list)) {
		if (sscanf(line, " %*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%x %x",
			   &local, &remote, &state) != 3)
			continue;
		port = is_udp ? local : remote;
		if (port != PORT_SIP && (is_udp || port != PORT_MSNP))
			continue;
		if (!is_udp && state != SOCKET_ESTABLISHED)
			continue;
		fclose(list);
		return port;
	}
	if (list)
		fclose(list);
	return 0;
}

void check_output(const struct check_world *world, struct check_report *report)
{
	static const struct {
		const char *path;
		bool is_udp;
	} lists[] = {
		{ "/proc/net/tcp", false }, { "/proc/net/tcp6", false },
		{ "/proc/net/udp", true }, { "/proc/net/udp6", true },
	};
	unsigned int port = 0;
	char *command;
	size_t i;

	/* Without any rule there is more to say than this. */
	if (check_attaches(world, NF_INET_LOCAL_OUT) ||
	    !check_attaches(world, NF_INET_PRE_ROUTING))
		return;
	for (i = 0; !port && i < sizeof(lists) / sizeof(*lists); i++)
		port = find_socket(lists[i].path, lists[i].is_udp);
	if (!port)
		return;
	check_say(report, CHECK_HINT,
		  "a program on this host uses port %u, but no rule in output attaches the helper",
		  port);
	command = check_attach(world);
	if (command)
		check_mend(report, "%s", command);
	else
		report->failed = true;
	free(command);
}
