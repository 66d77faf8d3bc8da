// SPDX-License-Identifier: GPL-2.0
/* What is different between two sets of policies. */
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "conf_json.h"

/* A comparison: @at gets a row for each difference. */
struct diff {
	json_t *rows;
	const char *policy;
	const char *app;
	bool failed;
};

/* A node of a tree of policies by name; @rank counts those in both sets. */
struct node {
	const char *name;
	const struct policy *p;
	u32 rank;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct node *)a)->name,
		      ((const struct node *)b)->name);
}

/* Consumes @before and @after. */
static void add_row(struct diff *d, const char *key, const char *change,
		    json_t *before, json_t *after)
{
	json_t *row = json_pack("{s:s, s:s?, s:s?, s:s, s:o, s:o}",
				"policy", d->policy, "application", d->app,
				"key", key, "change", change,
				"before", before, "after", after);

	d->failed |= json_array_append_new(d->rows, row) != 0;
}

static void diff_keys(struct diff *d, const struct conf_key *key,
		      const struct conf_slot *a, const struct conf_slot *b)
{
	for (; key->name; key++) {
		if (!conf_same(key, a, b))
			add_row(d, key->name, "changed",
				conf_json_value(key, a),
				conf_json_value(key, b));
	}
}

static void diff_apps(struct diff *d, struct policy *a, struct policy *b)
{
	struct conf_slot in_a = { .policy = a };
	struct conf_slot in_b = { .policy = b };
	unsigned int app;

	for (app = 0; app < NFIM_APP_MAX; app++) {
		d->app = nfim_app_name(app);
		in_a.app = app;
		in_b.app = app;
		if (a->app[app].allow && b->app[app].allow)
			diff_keys(d, conf_app_keys, &in_a, &in_b);
		else if (a->app[app].allow)
			add_row(d, NULL, "removed", json_null(), json_null());
		else if (b->app[app].allow)
			add_row(d, NULL, "added", json_null(), json_null());
	}
	d->app = NULL;
}

static void diff_policy(struct diff *d, const struct policy *a,
			const struct policy *b)
{
	struct policy in_a = *a, in_b = *b;
	const struct conf_slot slot_a = { .policy = &in_a };
	const struct conf_slot slot_b = { .policy = &in_b };

	conf_settle(&in_a);
	conf_settle(&in_b);
	diff_keys(d, conf_policy_keys, &slot_a, &slot_b);
	diff_apps(d, &in_a, &in_b);
}

static void *make_tree(const struct policy *set, u32 n)
{
	void *tree = NULL;
	struct node *node;
	u32 i;

	for (i = 0; i < n; i++) {
		node = malloc(sizeof(*node));
		if (node)
			*node = (struct node){ .name = set[i].name,
					       .p = set + i };
		if (node && tsearch(node, &tree, by_name))
			continue;
		free(node);
		tdestroy(tree, free);
		return NULL;
	}
	return tree;
}

static struct node *find(void *const *tree, const char *name)
{
	const struct node wanted = { .name = name };
	struct node *const *node = tfind(&wanted, tree, by_name);

	return node ? *node : NULL;
}

static void diff_all(struct diff *d, const struct policy *a, u32 n_a, void *in_a,
		     const struct policy *b, u32 n_b, void *in_b)
{
	u32 i, ranks = 0, rank = 0;
	struct node *old;

	for (i = 0; i < n_a; i++) {
		d->policy = a[i].name;
		if (find(&in_b, a[i].name))
			find(&in_a, a[i].name)->rank = ++ranks;
		else
			add_row(d, NULL, "removed", json_null(), json_null());
	}
	for (i = 0; i < n_b; i++) {
		d->policy = b[i].name;
		old = find(&in_a, b[i].name);
		if (!old) {
			add_row(d, NULL, "added", json_null(), json_null());
			continue;
		}
		if (old->rank != ++rank)
			add_row(d, NULL, "moved", json_integer(old->rank),
				json_integer(rank));
		diff_policy(d, old->p, b + i);
	}
}

json_t *conf_json_diff(const struct policy *a, u32 n_a, const struct policy *b,
		       u32 n_b)
{
	struct diff d = { .rows = json_array() };
	void *in_a = make_tree(a, n_a);
	void *in_b = make_tree(b, n_b);

	if (d.rows && (in_a || !n_a) && (in_b || !n_b))
		diff_all(&d, a, n_a, in_a, b, n_b, in_b);
	else
		d.failed = true;
	tdestroy(in_a, free);
	tdestroy(in_b, free);
	if (!d.failed)
		return d.rows;
	json_decref(d.rows);
	return NULL;
}
