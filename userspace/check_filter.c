// SPDX-License-Identifier: GPL-2.0
/* Checks of what the firewall does with invalid and with expected packets. */
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

static enum related how_related(const struct check_world *world,
				const bool *reach)
{
	const struct nft_ruleset *set = &world->rules;
	enum related how = RELATED_DROPPED;
	const struct nft_rule *rule;
	size_t i;

	for (i = 0; i < set->n_rules; i++) {
		rule = &set->rule[i];
		if (!reach[rule->chain] || !(rule->accepts & CT_RELATED))
			continue;
		if (check_is_ours(world, rule->of_helper))
			return RELATED_BY_HELPER;
		/* Asking for the state shows that it is meant. */
		if (!*rule->of_helper && !(rule->accepts & CT_NEW))
			how = RELATED_BY_ALL;
	}
	return how;
}

static void mend_related(struct check_report *report,
			 const struct nft_chain *chain)
{
	const char *iptables = iptables_of(chain);

	if (iptables)
		check_mend(report,
			   "%s -I %s -p tcp -m conntrack --ctstate RELATED -m helper --helper msnp --dport 1024:65535 -j ACCEPT",
			   iptables, chain->name);
	else if (check_is_plain(chain->table) && check_is_plain(chain->name))
		check_mend(report,
			   "nft 'insert rule %s %s %s ct state related ct helper \"msnp\" tcp dport 1024-65535 accept'",
			   nft_family(chain->family), chain->table,
			   chain->name);
}

static void report_related(struct check_report *report,
			   const struct nft_chain *chain, enum related how)
{
	const char *family = nft_family(chain->family);

	switch (how) {
	case RELATED_DROPPED:
		check_say(report, CHECK_MISSING,
			  "chain %s %s %s drops the connections that the helper expects",
			  family, chain->table, chain->name);
		mend_related(report, chain);
		break;
	case RELATED_BY_ALL:
		check_say(report, CHECK_HINT,
			  "chain %s %s %s accepts what any helper expects: better ask for ct helper \"msnp\" and for ports",
			  family, chain->table, chain->name);
		break;
	case RELATED_BY_HELPER:
		check_say(report, CHECK_OK,
			  "chain %s %s %s accepts the connections that the helper expects",
			  family, chain->table, chain->name);
		break;
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
			report_related(report, &set->chain[i],
				       how_related(world, reach));
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
