// SPDX-License-Identifier: GPL-2.0
/* Policies as JSON. */
#include <stdio.h>
#include <stdlib.h>

#include "conf_json.h"

static json_t *list_value(const struct conf_key *key,
			  const struct conf_slot *slot)
{
	json_t *list = json_array();
	char word[CONF_WORD];
	unsigned int i;

	for (i = 0; key->get(slot, i, word); i++) {
		if (!json_array_append_new(list, json_string(word)))
			continue;
		json_decref(list);
		return NULL;
	}
	return list;
}

json_t *conf_json_value(const struct conf_key *key,
			const struct conf_slot *slot)
{
	char word[CONF_WORD];

	if (key->kind == CONF_LIST)
		return list_value(key, slot);
	if (!key->get(slot, 0, word))
		return json_null();
	if (key->kind == CONF_FLAG)
		return json_boolean(word[0] == 'y');
	if (key->kind == CONF_NUMBER)
		return json_integer(strtol(word, NULL, 10));
	return json_string(word);
}

/* Members are words joined by '_', as everywhere in our JSON. */
static int put_keys(json_t *object, const struct conf_key *key,
		    const struct conf_slot *slot)
{
	char name[32];
	char *p;

	for (; key->name; key++) {
		snprintf(name, sizeof(name), "%s", key->name);
		for (p = name; *p; p++) {
			if (*p == '-')
				*p = '_';
		}
		if (json_object_set_new(object, name,
					conf_json_value(key, slot)))
			return -1;
	}
	return 0;
}

static json_t *app_value(struct policy *p, enum nfim_app app)
{
	const struct conf_slot slot = { .policy = p, .app = app };
	json_t *object = json_object();

	if (!put_keys(object, conf_app_keys, &slot))
		return object;
	json_decref(object);
	return NULL;
}

static json_t *apps_value(struct policy *p)
{
	json_t *apps = json_object();
	unsigned int app;

	for (app = 0; app < NFIM_APP_MAX; app++) {
		if (!p->app[app].allow ||
		    !json_object_set_new(apps, nfim_app_name(app),
					 app_value(p, app)))
			continue;
		json_decref(apps);
		return NULL;
	}
	return apps;
}

json_t *conf_json_policy(const struct policy *p)
{
	struct policy settled = *p;
	const struct conf_slot slot = { .policy = &settled };
	json_t *object;

	conf_settle(&settled);
	object = json_pack("{s:s}", "name", settled.name);
	if (!put_keys(object, conf_policy_keys, &slot) &&
	    !json_object_set_new(object, "applications", apps_value(&settled)))
		return object;
	json_decref(object);
	return NULL;
}

json_t *conf_json_policies(const struct policy *set, u32 n)
{
	json_t *list = json_array();
	u32 i;

	for (i = 0; i < n; i++) {
		if (!json_array_append_new(list, conf_json_policy(set + i)))
			continue;
		json_decref(list);
		return NULL;
	}
	return list;
}
