// SPDX-License-Identifier: GPL-2.0
/* Checks of what the firewall does with invalid and with expected packets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>

#include "check_filter.h"
#include "nft.h"

/* How a chain treats what the helper expects. */
enum related {
	RELATED_DROPPED,
	RELATED_BY_ALL,
	RELATED_BY_HELPER,
};

static bool is_filter(const struct nft_chain *chain, uint32_t hook)
{
	return chain->is_base && !chain->is_nat && chain->hook == hook &&
	       (chain->family == NFPROTO_INET ||
		chain->family == NFPROTO_IPV4 ||
		chain->family == NFPROTO_IPV6);
}

/* A chain of iptables-nft wants to be changed by iptables only. */
static const char *iptables_of(const struct nft_chain *chain)
{
	if (strcmp(chain->table, "filter") ||
	    (strcmp(chain->name, "INPUT") && strcmp(chain->name, "FORWARD")))
		return NULL;
	if (chain->family == NFPROTO_IPV4)
		return "iptables";
	return chain->family == NFPROTO_IPV6 ? "ip6tables" : NULL;
}

/* By its policy, or by a last rule that drops all that is left. */
static bool drops_rest(const struct nft_ruleset *set, size_t base)
{
	const struct nft_rule *last = NULL;
	size_t i;

	for (i = 0; i < set->n_rules; i++) {
		if (set->rule[i].chain == base)
			last = &set->rule[i];
	}
	return set->chain[base].drops ||
	       (last && !last->is_narrow && last->drops & CT_RELATED);
}

/* @broad: set to the first rule that accepts what any helper expects. */
static enum related how_related(const struct check_world *world,
				const bool *reach, const char *helper,
				const struct nft_rule **broad)
{
	const struct nft_ruleset *set = &world->rules;
	enum related how = RELATED_DROPPED;
	const struct nft_rule *rule;
	bool narrow = false;
	size_t i;

	for (i = 0; i < set->n_rules; i++) {
		rule = &set->rule[i];
		if (!reach[rule->chain] || !(rule->accepts & CT_RELATED))
			continue;
		if (!strcmp(rule->of_helper, helper))
			how = RELATED_BY_HELPER;
		/* Asking for the state shows that it is meant. */
		if (*rule->of_helper || rule->accepts & CT_NEW)
			continue;
		/* Some of it may be errors only. */
		*broad = rule;
		if (!rule->is_narrow)
			return RELATED_BY_ALL;
		narrow = true;
	}
	return how == RELATED_DROPPED && narrow ? RELATED_BY_ALL : how;
}

static const char *const helpers[] = { "msnp", "imsip" };

#define N_HELPERS	(sizeof(helpers) / sizeof(*helpers))

/* Both expect both: files over TCP and calls over UDP, or the other way round. */
#define EXPECTED_PORTS	"meta l4proto { tcp, udp } th dport 1024-65535"
#define IPTABLES_RULE	\
	"%s -I %s -p %s -m conntrack --ctstate RELATED -m helper --helper %s --dport 1024:65535 -j ACCEPT"

static void mend_dropped(struct check_report *report,
			 const struct nft_chain *chain, const char *helper)
{
	const char *iptables = iptables_of(chain);

	if (iptables)
		check_mend(report,
			   IPTABLES_RULE " && " IPTABLES_RULE,
			   iptables, chain->name, "tcp", helper,
			   iptables, chain->name, "udp", helper);
	else if (check_is_plain(chain->table) && check_is_plain(chain->name))
		check_mend(report,
			   "nft 'insert rule %s %s %s ct state related ct helper \"%s\" "
			   EXPECTED_PORTS " accept'",
			   nft_family(chain->family), chain->table,
			   chain->name, helper);
}

/* Rules for errors, and for each helper that is in use, in place of the one. */
static void put_narrow(FILE *to, const struct check_world *world,
		       const struct nft_chain *chain)
{
	const struct nft_ruleset *set = &world->rules;
	char where[128];
	size_t i;

	snprintf(where, sizeof(where), "; insert rule %s %s %s ct state related",
		 nft_family(chain->family), chain->table, chain->name);
	fprintf(to, "%s meta l4proto { icmp, icmpv6 } accept", where);
	for (i = 0; i < N_HELPERS; i++)
		fprintf(to, "%s ct helper \"%s\" " EXPECTED_PORTS " accept",
			where, helpers[i]);
	for (i = 0; i < set->n_helpers; i++) {
		if (set->helper[i].rules && check_is_plain(set->helper[i].helper) &&
		    !check_is_ours(world, set->helper[i].helper))
			fprintf(to, "%s ct helper \"%s\" accept", where,
				set->helper[i].helper);
	}
}

/* Only a rule that says no more than the usual can be replaced. */
static void mend_broad(const struct check_world *world,
		       struct check_report *report, const struct nft_rule *rule)
{
	const struct nft_chain *chain = &world->rules.chain[rule->chain];
	char *text = NULL;
	size_t size = 0;
	FILE *to;

	if (rule->is_narrow || iptables_of(chain) ||
	    rule->accepts != (CT_ESTABLISHED | CT_RELATED) ||
	    rule->drops & ~CT_INVALID || strlen(chain->table) > 32 ||
	    strlen(chain->name) > 32 || !check_is_plain(chain->table) ||
	    !check_is_plain(chain->name))
		return;
	to = open_memstream(&text, &size);
	if (!to) {
		report->failed = true;
		return;
	}
	fprintf(to, "nft 'replace rule %s %s %s handle %llu ct state %s",
		nft_family(chain->family), chain->table, chain->name,
		(unsigned long long)rule->handle,
		rule->drops ? "vmap { established : accept, invalid : drop }" :
			      "established accept");
	put_narrow(to, world, chain);
	if (fclose(to) || !text)
		report->failed = true;
	else
		check_mend(report, "%s'", text);
	free(text);
}

static void report_related(const struct check_world *world,
			   struct check_report *report, size_t base,
			   const bool *reach)
{
	const struct nft_chain *chain = &world->rules.chain[base];
	const char *family = nft_family(chain->family);
	const struct nft_rule *broad = NULL;
	size_t i;

	for (i = 0; i < N_HELPERS; i++) {
		/* SIP is for those who have attached it. */
		if (i && !check_has_rule(world, helpers[i]))
			continue;
		switch (how_related(world, reach, helpers[i], &broad)) {
		case RELATED_DROPPED:
			check_say(report, CHECK_MISSING,
				  "chain %s %s %s drops the connections that the helper %s expects",
				  family, chain->table, chain->name,
				  helpers[i]);
			mend_dropped(report, chain, helpers[i]);
			break;
		case RELATED_BY_ALL:
			check_say(report, CHECK_HINT,
				  "chain %s %s %s accepts what any helper expects: better ask for ct helper \"msnp\" and for ports",
				  family, chain->table, chain->name);
			mend_broad(world, report, broad);
			return;
		case RELATED_BY_HELPER:
			check_say(report, CHECK_OK,
				  "chain %s %s %s accepts the connections that the helper %s expects",
				  family, chain->table, chain->name,
				  helpers[i]);
			break;
		}
	}
}

void check_related(const struct check_world *world,
		   struct check_report *report)
{
	const struct nft_ruleset *set = &world->rules;
	bool any = false;
	bool *reach;
	size_t i;

	for (i = 0; i < set->n_chains; i++) {
		if (!is_filter(&set->chain[i], NF_INET_FORWARD) ||
		    !drops_rest(set, i))
			continue;
		any = true;
		reach = nft_rules_reach(set, i);
		if (reach)
			report_related(world, report, i, reach);
		else
			report->failed = true;
		free(reach);
	}
	if (!any)
		check_say(report, CHECK_OK,
			  "no chain keeps the connections out that the helper expects");
}

static bool drops_invalid(const struct check_world *world, size_t base)
{
	const struct nft_ruleset *set = &world->rules;
	bool *reach = nft_rules_reach(set, base);
	bool found = false;
	size_t i;

	for (i = 0; reach && i < set->n_rules && !found; i++)
		found = reach[set->rule[i].chain] &&
			set->rule[i].drops & CT_INVALID &&
			!(set->rule[i].drops & CT_ESTABLISHED);
	free(reach);
	return found;
}

/* Judged for IPv4; what is in a table of family inet is there for both. */
static bool is_guarded(const struct check_world *world, uint32_t hook)
{
	const struct nft_ruleset *set = &world->rules;
	const struct nft_chain *chain;
	size_t i;

	for (i = 0; i < set->n_chains; i++) {
		chain = &set->chain[i];
		if (chain->family == NFPROTO_IPV6 ||
		    (!is_filter(chain, hook) &&
		     (!is_filter(chain, NF_INET_PRE_ROUTING) ||
		      chain->priority <= NF_IP_PRI_CONNTRACK)))
			continue;
		if (drops_invalid(world, i))
			return true;
	}
	return false;
}

static void mend_invalid(const struct check_world *world,
			 struct check_report *report, uint32_t hook,
			 const char *name)
{
	const struct nft_ruleset *set = &world->rules;
	const struct nft_chain *chain;
	const char *iptables;
	size_t i;

	for (i = 0; i < set->n_chains; i++) {
		chain = &set->chain[i];
		if (!is_filter(chain, hook) ||
		    chain->family == NFPROTO_IPV6 ||
		    !check_is_plain(chain->table) ||
		    !check_is_plain(chain->name))
			continue;
		iptables = iptables_of(chain);
		if (iptables)
			check_mend(report,
				   "%s -I %s -m conntrack --ctstate INVALID -j DROP",
				   iptables, chain->name);
		else
			check_mend(report,
				   "nft insert rule %s %s %s ct state invalid drop",
				   nft_family(chain->family), chain->table,
				   chain->name);
		return;
	}
	check_mend(report,
		   "nft 'add table inet nfim-guard; add chain inet nfim-guard %s { type filter hook %s priority 0; }; add rule inet nfim-guard %s ct state invalid drop'",
		   name, name, name);
}

void check_invalid(const struct check_world *world,
		   struct check_report *report)
{
	static const struct {
		uint32_t hook;
		const char *name;
	} hooks[] = {
		{ NF_INET_LOCAL_IN, "input" },
		{ NF_INET_FORWARD, "forward" },
	};
	size_t i;

	for (i = 0; i < sizeof(hooks) / sizeof(*hooks); i++) {
		if (is_guarded(world, hooks[i].hook)) {
			check_say(report, CHECK_OK,
				  "invalid packets are dropped in %s",
				  hooks[i].name);
			continue;
		}
		check_say(report, CHECK_MISSING,
			  "invalid packets are not dropped in %s: losses may reset edited connections",
			  hooks[i].name);
		mend_invalid(world, report, hooks[i].hook, hooks[i].name);
	}
}

void check_flowtable(const struct check_world *world,
		     struct check_report *report)
{
	const struct nft_ruleset *set = &world->rules;
	const struct nft_chain *chain;
	size_t i;

	for (i = 0; i < set->n_rules; i++) {
		if (!set->rule[i].offloads)
			continue;
		chain = &set->chain[set->rule[i].chain];
		check_say(report, CHECK_HINT,
			  "chain %s %s %s puts connections into a flowtable: those that began before the helper was attached stay there",
			  nft_family(chain->family), chain->table, chain->name);
		check_mend(report, "conntrack -D -p tcp --dport 1863");
		return;
	}
}

void check_unreadable(const struct check_world *world,
		      struct check_report *report)
{
	char names[64];

	if (world->rules.n_unread)
		check_say(report, CHECK_HINT,
			  "%zu nft rules are of a kind that this tool cannot read",
			  world->rules.n_unread);
	if (!check_read("/proc/net/ip_tables_names", names, sizeof(names)) &&
	    *names)
		check_say(report, CHECK_HINT,
			  "there are rules of iptables-legacy, which this tool cannot read");
}
