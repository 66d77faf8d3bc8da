// SPDX-License-Identifier: GPL-2.0
/*
 * An index of policies. Each policy has entries under one kind of key: under
 * the names of clients that it lists, else under the first letters of its agent,
 * else under the key of those that list nothing. A client has a handful of keys.
 * Keys are spread evenly, so a table of where they begin leads to the entries of
 * one at once. Among these, which are sorted by their lowest version, a tree
 * leads to those whose versions include the client's; only their policies are
 * looked at.
 */

#include "policy_index.h"

/* Letters of an agent that make its key; shorter ones have none. */
#define GRAM	3

enum key_kind {
	KEY_ANY,
	KEY_NAME,
	KEY_AGENT,
};

/* FNV-1a over @n bytes of a text, case ignored; then spread over all bits. */
static u32 make_key(enum key_kind kind, enum policy_helper helper,
		    const char *text, size_t n)
{
	u32 key = 2166136261u;
	size_t i;

	key = (key ^ (u32)(kind << 4 | helper)) * 16777619;
	for (i = 0; i < n; i++) {
		u8 c = text[i];

		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		key = (key ^ c) * 16777619;
	}
	key = (key ^ key >> 16) * 0x85ebca6b;
	key = (key ^ key >> 13) * 0xc2b2ae35;
	return key ^ key >> 16;
}

/* Which of the equal parts of all keys a key is in. */
static u32 part_of(const struct policy_index *ix, u32 key)
{
	return (u64)key * ix->leaves >> 32;
}

/* The entries of one key: one for each range of versions. */
static u32 put_versions(const struct policy *p, u32 number, u32 key,
			struct policy_entry *to)
{
	u32 i;

	for (i = 0; i < NFIM_POLICY_VERSIONS && p->version[i].hi; i++)
		if (to)
			to[i] = (struct policy_entry){
				key, number, p->version[i].lo, p->version[i].hi,
			};
	if (i)
		return i;
	if (to)
		*to = (struct policy_entry){ key, number, 0, ~0ull };
	return 1;
}

u32 policy_index_put(const struct policy *p, u32 number,
		     struct policy_entry *to)
{
	u32 n = 0, i, key;

	if (p->is_default && policy_is_open(p))
		return 0;
	for (i = 0; i < NFIM_POLICY_CLIENTS && p->client[i][0]; i++) {
		key = make_key(KEY_NAME, p->helper, p->client[i],
			       strlen(p->client[i]));
		n += put_versions(p, number, key, to ? to + n : NULL);
	}
	if (n)
		return n;
	if (strlen(p->agent) >= GRAM)
		key = make_key(KEY_AGENT, p->helper, p->agent, GRAM);
	else
		key = make_key(KEY_ANY, p->helper, NULL, 0);
	return put_versions(p, number, key, to);
}

int policy_index_cmp(const void *a, const void *b)
{
	const struct policy_entry *p = a, *q = b;

	if (p->key != q->key)
		return p->key < q->key ? -1 : 1;
	if (p->lo != q->lo)
		return p->lo < q->lo ? -1 : 1;
	return p->number < q->number ? -1 : p->number > q->number;
}

void policy_index_build(struct policy_index *ix)
{
	struct policy_node *node = ix->node;
	u32 i, part;

	for (i = 0; i < ix->leaves; i++)
		node[ix->leaves + i] = i < ix->n ?
			(struct policy_node){ ix->entry[i].hi,
					      ix->entry[i].number } :
			(struct policy_node){ 0, ~0u };
	for (i = ix->leaves - 1; i; i--) {
		const struct policy_node *l = node + 2 * i, *r = l + 1;

		node[i].hi = l->hi > r->hi ? l->hi : r->hi;
		node[i].number = l->number < r->number ? l->number : r->number;
	}
	for (i = 0, part = 0; part <= ix->leaves; part++) {
		while (i < ix->n && part_of(ix, ix->entry[i].key) < part)
			i++;
		ix->start[part] = i;
	}
}

/* The first entry that is not below @key and @lo, or, if @above, not at it. */
static u32 first_at(const struct policy_index *ix, u32 key, u64 lo, bool above)
{
	const u32 *start = ix->start + part_of(ix, key);
	u32 from = start[0], to = start[1];

	while (from < to) {
		u32 mid = from + (to - from) / 2;
		const struct policy_entry *e = ix->entry + mid;

		if (e->key < key || (e->key == key &&
				     (e->lo < lo || (above && e->lo == lo))))
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

/*
 * The first entry, from @at on and before @end, that reaches up to @version and
 * belongs to a policy before number @best; @end if there is none. A walk through
 * the tree from left to right: @width leaves from @at on are below node @i.
 */
static u32 next_match(const struct policy_index *ix, u32 at, u32 end,
		      u64 version, u32 best)
{
	u32 i = at + ix->leaves, width = 1;

	while (at < end) {
		if (ix->node[i].hi >= version && ix->node[i].number < best) {
			if (i >= ix->leaves)
				return at;
			i *= 2;
			width /= 2;
			continue;
		}
		for (; i > 1 && i & 1; i /= 2) {
			at -= width;
			width *= 2;
		}
		if (i == 1)
			break;
		i++;
		at += width;
	}
	return end;
}

/* The lowest number below @best of a policy that fits, among those of a key. */
static u32 find_in(const struct policy_index *ix, const struct policy *set,
		   u32 key, const struct client *c, u32 best)
{
	u32 at = first_at(ix, key, 0, false);
	u32 end = first_at(ix, key, c->version, true);

	for (; at < end; at++) {
		at = next_match(ix, at, end, c->version, best);
		if (at < end && policy_fits(set + ix->entry[at].number, c))
			best = ix->entry[at].number;
	}
	return best;
}

u32 policy_index_find(const struct policy_index *ix, const struct policy *set,
		      u32 n, enum policy_helper helper, const struct client *c)
{
	size_t len = strlen(c->agent), i;
	u32 best = n;

	best = find_in(ix, set, make_key(KEY_ANY, helper, NULL, 0), c, best);
	if (c->name[0])
		best = find_in(ix, set, make_key(KEY_NAME, helper, c->name,
						 strlen(c->name)), c, best);
	for (i = 0; i + GRAM <= len; i++)
		best = find_in(ix, set, make_key(KEY_AGENT, helper,
						 c->agent + i, GRAM), c, best);
	return best;
}
