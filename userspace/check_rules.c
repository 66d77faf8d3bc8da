// SPDX-License-Identifier: GPL-2.0
/* Checks of the rules that attach the helper: are there any, and do they work? */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>

#include "check.h"
#include "check_filter.h"
#include "check_live.h"
#include "nft.h"

#define PORT_MSNP	1863

/* Where a rule stands, seen from the hooks. */
enum place {
	PLACE_NOWHERE,
	PLACE_EARLY,
	PLACE_LATE,
	PLACE_NAT,
	PLACE_GOOD,
};

static const struct nft_chain *chain_of(const struct check_world *world,
					const struct nft_rule *rule)
{
	return &world->rules.chain[rule->chain];
}

static bool gives_ours(const struct check_world *world,
		       const struct nft_rule *rule)
{
	return *rule->gives && check_is_ours(world, rule->gives);
}

static enum place place_in(const struct nft_rule *rule,
			   const struct nft_chain *base)
{
	if (rule->gives_early)
		return base->priority < NF_IP_PRI_CONNTRACK ? PLACE_GOOD :
							      PLACE_NOWHERE;
	if (base->priority <= NF_IP_PRI_CONNTRACK)
		return PLACE_EARLY;
	if (!(rule->states & CT_NEW))
		return PLACE_LATE;
	return base->is_nat ? PLACE_NAT : PLACE_GOOD;
}

/* The best of the places from where packets come to the rule. */
static enum place find_place(const struct check_world *world,
			     const struct nft_rule *rule, size_t *base)
{
	const struct nft_ruleset *set = &world->rules;
	enum place best = PLACE_NOWHERE;
	enum place place;
	bool *reach;
	size_t i;

	for (i = 0; i < set->n_chains; i++) {
		if (!set->chain[i].is_base ||
		    set->chain[i].family == NFPROTO_NETDEV)
			continue;
		reach = nft_rules_reach(set, i);
		if (reach && reach[rule->chain]) {
			place = place_in(rule, &set->chain[i]);
			if (place > best) {
				best = place;
				*base = i;
			}
		}
		free(reach);
	}
	return best;
}

bool check_has_rule(const struct check_world *world, const char *helper)
{
	size_t i;

	for (i = 0; i < world->rules.n_rules; i++) {
		if (!strcmp(world->rules.rule[i].gives, helper))
			return true;
	}
	return false;
}

bool check_attaches(const struct check_world *world, uint32_t hook)
{
	const struct nft_ruleset *set = &world->rules;
	const struct nft_chain *base;
	bool found = false;
	bool *reach;
	size_t i, j;

	for (i = 0; i < set->n_chains && !found; i++) {
		base = &set->chain[i];
		if (!base->is_base || base->family == NFPROTO_NETDEV ||
		    base->hook != hook)
			continue;
		reach = nft_rules_reach(set, i);
		for (j = 0; reach && j < set->n_rules && !found; j++)
			found = reach[set->rule[j].chain] &&
				gives_ours(world, &set->rule[j]) &&
				place_in(&set->rule[j], base) >= PLACE_NAT;
		free(reach);
	}
	return found;
}

static bool any_good(const struct check_world *world)
{
	size_t base = 0;
	size_t i;

	for (i = 0; i < world->rules.n_rules; i++) {
		if (gives_ours(world, &world->rules.rule[i]) &&
		    find_place(world, &world->rules.rule[i], &base) ==
			    PLACE_GOOD)
			return true;
	}
	return false;
}

/* @attach: make a better rule as well. */
static void mend_by_deleting(const struct check_world *world,
			     struct check_report *report,
			     const struct nft_rule *rule, bool attach)
{
	const struct nft_chain *chain = chain_of(world, rule);
	char *command = attach ? check_attach(world) : NULL;

	if (attach && !command)
		report->failed = true;
	else if (check_is_plain(chain->table) && check_is_plain(chain->name))
		check_mend(report, "nft delete rule %s %s %s handle %llu%s%s",
			   nft_family(chain->family), chain->table, chain->name,
			   (unsigned long long)rule->handle,
			   attach ? " && " : "", attach ? command : "");
	free(command);
}

static void mend_by_attaching(const struct check_world *world,
			      struct check_report *report)
{
	char *command = check_attach(world);

	if (command)
		check_mend(report, "%s", command);
	else
		report->failed = true;
	free(command);
}

/* "ct helper" without "set", where new connections come by: a match for what the
 * helper expects, by somebody who wanted to attach it. Return: NULL if none.
 */
static const struct nft_rule *find_match(const struct check_world *world)
{
	const struct nft_ruleset *set = &world->rules;
	size_t i;

	for (i = 0; i < set->n_rules; i++) {
		if (*set->rule[i].of_helper && set->rule[i].states & CT_NEW &&
		    check_is_ours(world, set->rule[i].of_helper))
			return &set->rule[i];
	}
	return NULL;
}

static void say_unattached(const struct check_world *world,
			   struct check_report *report)
{
	const struct nft_rule *match = find_match(world);
	const struct nft_chain *chain;

	if (!match) {
		check_say(report, CHECK_MISSING,
			  "no rule attaches the helper: it sees no connection");
		mend_by_attaching(world, report);
		return;
	}
	chain = chain_of(world, match);
	check_say(report, CHECK_MISSING,
		  "no rule attaches the helper: chain %s %s %s asks for ct helper \"%s\", which matches what it expects; ct helper set attaches",
		  nft_family(chain->family), chain->table, chain->name,
		  match->of_helper);
	mend_by_attaching(world, report);
}

static void check_attached(const struct check_world *world,
			   struct check_report *report)
{
	const struct nft_ruleset *set = &world->rules;
	size_t i;

	for (i = 0; i < set->n_helpers; i++) {
		if (!set->helper[i].rules ||
		    !check_is_ours(world, set->helper[i].helper))
			continue;
		check_say(report, CHECK_OK,
			  "table %s %s attaches the helper %s",
			  nft_family(set->helper[i].family),
			  set->helper[i].table, set->helper[i].helper);
		return;
	}
	for (i = 0; i < set->n_rules; i++) {
		if (!gives_ours(world, &set->rule[i]))
			continue;
		check_say(report, CHECK_OK,
			  "table %s %s attaches the helper %s",
			  nft_family(chain_of(world, &set->rule[i])->family),
			  chain_of(world, &set->rule[i])->table,
			  set->rule[i].gives);
		return;
	}
	say_unattached(world, report);
}

/* Why a rule is without effect; NULL if it may have some. */
static const char *why_not(enum place place)
{
	switch (place) {
	case PLACE_NOWHERE:
		return "attaches the helper, but no packet comes there";
	case PLACE_LATE:
		return "attaches the helper to connections that are there already: without effect";
	default:
		return NULL;
	}
}

static void check_order(const struct check_world *world,
			struct check_report *report)
{
	const struct nft_ruleset *set = &world->rules;
	bool good = any_good(world);
	const struct nft_rule *rule;
	const struct nft_chain *chain;
	enum place place;
	size_t base = 0;
	size_t i;

	for (i = 0; i < set->n_rules; i++) {
		rule = &set->rule[i];
		if (!gives_ours(world, rule))
			continue;
		chain = chain_of(world, rule);
		place = find_place(world, rule, &base);
		if (place == PLACE_GOOD)
			continue;
		if (place == PLACE_EARLY)
			check_say(report, CHECK_MISSING,
				  "chain %s %s %s attaches the helper at priority %d, before conntrack (-200): without effect",
				  nft_family(chain->family), chain->table,
				  chain->name, set->chain[base].priority);
		else if (place == PLACE_NAT)
			check_say(report, CHECK_HINT,
				  "chain %s %s %s attaches the helper in a hook of nat, where a rule that translates or accepts may come first",
				  nft_family(chain->family), chain->table,
				  chain->name);
		else
			check_say(report, CHECK_MISSING, "chain %s %s %s %s",
				  nft_family(chain->family), chain->table,
				  chain->name, why_not(place));
		mend_by_deleting(world, report, rule, !good);
	}
	if (good)
		check_say(report, CHECK_OK,
			  "the helper is attached after conntrack, before routing");
}

/* Is it for what comes in from the outside as well, or only for that? */
static void check_outside(const struct check_world *world,
			  struct check_report *report)
{
	static const char from_out[] =
		"chain %s %s %s attaches the helper to what comes in by %s";
	static const char from_any[] =
		"chain %s %s %s attaches the helper from anywhere, %s included";
	const struct nft_ruleset *set = &world->rules;
	const struct nft_rule *rule;
	size_t base = 0;
	size_t i;

	for (i = 0; i < set->n_rules && *world->outside; i++) {
		rule = &set->rule[i];
		if (!gives_ours(world, rule) || rule->gives_early ||
		    find_place(world, rule, &base) < PLACE_NAT ||
		    set->chain[base].hook != NF_INET_PRE_ROUTING)
			continue;
		if (*rule->iif && strcmp(rule->iif, world->outside))
			continue;
		check_say(report, CHECK_HINT, *rule->iif ? from_out : from_any,
			  nft_family(chain_of(world, rule)->family),
			  chain_of(world, rule)->table,
			  chain_of(world, rule)->name, world->outside);
		if (!world->n_inside)
			continue;
		if (!strcmp(chain_of(world, rule)->table, "nfim"))
			mend_by_attaching(world, report);
		else
			mend_by_deleting(world, report, rule, true);
	}
}

static bool same_port(const struct nft_rule *one, const struct nft_rule *other)
{
	return one->dport && one->dport == other->dport &&
	       (!one->l4proto || !other->l4proto ||
		one->l4proto == other->l4proto);
}

/* A connection gets one helper only, the first one. */
static void check_other(const struct check_world *world,
			struct check_report *report)
{
	const struct nft_rule usual = { .l4proto = IPPROTO_TCP,
					.dport = PORT_MSNP };
	const struct nft_ruleset *set = &world->rules;
	const struct nft_rule *rule;
	bool found = false;
	bool same;
	size_t i, j;

	for (i = 0; i < set->n_rules; i++) {
		rule = &set->rule[i];
		if (!*rule->gives || check_is_ours(world, rule->gives))
			continue;
		same = same_port(rule, &usual);
		for (j = 0; j < set->n_rules && !same; j++)
			same = gives_ours(world, &set->rule[j]) &&
			       same_port(rule, &set->rule[j]);
		if (!same)
			continue;
		found = true;
		check_say(report, CHECK_MISSING,
			  "chain %s %s %s gives port %u to the helper %s: a connection can have one only",
			  nft_family(chain_of(world, rule)->family),
			  chain_of(world, rule)->table,
			  chain_of(world, rule)->name, rule->dport,
			  rule->gives);
		mend_by_deleting(world, report, rule, false);
	}
	if (!found)
		check_say(report, CHECK_OK,
			  "no other helper is attached to the same port");
}

/* Helpers of the kernel that translate with a second module only. */
static const struct {
	const char *helper;
	const char *module;
} halves[] = {
	{ "amanda", "nf_nat_amanda" }, { "ftp", "nf_nat_ftp" },
	{ "irc", "nf_nat_irc" }, { "pptp", "nf_nat_pptp" },
	{ "Q.931", "nf_nat_h323" }, { "RAS", "nf_nat_h323" },
	{ "sip", "nf_nat_sip" }, { "tftp", "nf_nat_tftp" },
};

static bool any_nat(const struct nft_ruleset *set)
{
	size_t i;

	for (i = 0; i < set->n_chains; i++) {
		if (set->chain[i].is_nat)
			return true;
	}
	return false;
}

/* Nothing loads the second module: a rule of nft asks for the first one only. */
static void check_halves(const struct check_world *world,
			 struct check_report *report)
{
	size_t i;

	if (!any_nat(&world->rules))
		return;
	for (i = 0; i < sizeof(halves) / sizeof(*halves); i++) {
		if (!check_has_rule(world, halves[i].helper) ||
		    check_is_there(halves[i].module))
			continue;
		check_say(report, CHECK_HINT,
			  "a rule attaches the helper %s, and %s, which translates for it, is not loaded",
			  halves[i].helper, halves[i].module);
		check_mend(report, "modprobe %s", halves[i].module);
	}
}

const struct check check_rules[] = {
	{ "attached", check_attached },
	{ "order", check_order },
	{ "outside", check_outside },
	{ "other-helper", check_other },
	{ "nat-half", check_halves },
	{ "output", check_output },
	{ "old", check_old },
	{ "related", check_related },
	{ "invalid", check_invalid },
	{ "flowtable", check_flowtable },
	{ "unreadable", check_unreadable },
	{ 0 }
};
