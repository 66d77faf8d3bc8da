// SPDX-License-Identifier: GPL-2.0
/* Whether policies mean the same. */
#include <string.h>

#include "conf_key.h"

bool conf_find_app(const char *name, enum nfim_app *app)
{
	unsigned int i;

	for (i = 0; i < NFIM_APP_MAX; i++) {
		if (!strcmp(name, nfim_app_name(i))) {
			*app = i;
			return true;
		}
	}
	return false;
}

void conf_settle(struct policy *p)
{
	struct policy_app *app;

	if (!p->host_limit)
		p->host_limit = policy_quota[p->helper].host;
	if (!p->net_limit)
		p->net_limit = policy_quota[p->helper].net;
	for (app = p->app; app < p->app + NFIM_APP_MAX; app++) {
		if (!app->allow)
			*app = (struct policy_app){ 0 };
		else if (!app->outside[0].lo)
			memcpy(app->outside, app->inside,
			       sizeof(app->outside));
	}
}

bool conf_same(const struct conf_key *key, const struct conf_slot *a,
	       const struct conf_slot *b)
{
	char in_a[CONF_WORD], in_b[CONF_WORD];
	bool has_a, has_b;
	unsigned int i;

	for (i = 0;; i++) {
		has_a = key->get(a, i, in_a);
		has_b = key->get(b, i, in_b);
		if (!has_a || !has_b)
			return has_a == has_b;
		if (strcmp(in_a, in_b))
			return false;
	}
}

bool conf_is_default(const struct conf_key *key, const struct conf_slot *slot)
{
	struct policy plain = conf_policy_default;
	const struct conf_slot other = { .policy = &plain, .app = slot->app };

	/* The first key is the helper; what a policy limits follows from it. */
	if (key != conf_policy_keys)
		plain.helper = slot->policy->helper;
	conf_settle(&plain);
	plain.app[slot->app] = conf_app_default;
	memcpy(plain.app[slot->app].outside, slot->policy->app[slot->app].inside,
	       sizeof(plain.app[slot->app].outside));
	return conf_same(key, slot, &other);
}
