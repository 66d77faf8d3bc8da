// SPDX-License-Identifier: GPL-2.0
/* What a policy file says in vain. */
#include <stdio.h>

#include "conf_warn.h"

/* Places are what errors have: one is made, and read back. */
static json_t *warning(const struct conf *conf, u32 number, const char *text)
{
	const struct conf_where where = { .policy = number };
	const struct err_place *place;

	conf_err(conf, &where, RC_DONE, text);
	place = err_place();
	return json_pack("{s:s, s:i, s:i, s:s}",
			 "file", place ? place->file : "",
			 "line", place ? (int)place->line : 0,
			 "column", place ? (int)place->column : 0,
			 "message", text);
}

json_t *conf_warnings(const struct conf *conf)
{
	const struct policy *shadow[POLICY_HELPER_MAX] = { NULL };
	json_t *list = json_array();
	char text[160];
	u32 i;

	for (i = 0; i < conf->n; i++) {
		const struct policy *p = conf->policy + i;
		const struct policy **over = shadow + p->helper;

		if (p->is_default)
			continue;
		if (!*over) {
			if (policy_is_open(p))
				*over = p;
			continue;
		}
		snprintf(text, sizeof(text),
			 "policy '%s' is never chosen: '%s' before it has no conditions",
			 p->name, (*over)->name);
		if (json_array_append_new(list, warning(conf, i, text))) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}
