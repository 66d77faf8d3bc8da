// SPDX-License-Identifier: GPL-2.0
/* Values of policy files: ports, versions, dialects and networks. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "conf_key.h"
#include "near.h"

#define VERSION_PARTS	4
#define DIALECT		"MSNP"

static struct span word_span(const char *word)
{
	return span_make(word, strlen(word));
}

/* The two ends of "a-b"; both the same for "a". */
static void split(const char *word, struct span *lo, struct span *hi)
{
	const char *dash = strchr(word, '-');

	*lo = *hi = word_span(word);
	if (!dash)
		return;
	lo->end = dash;
	hi->p = dash + 1;
}

static bool put_named(struct conf_slot *slot, struct port_range *range,
		      const char *word)
{
	struct near near = near_begin(word);
	char one[CONF_WORD];
	unsigned int k;
	u32 i;

	for (i = 0; i < slot->n_known; i++) {
		near_try(&near, slot->known[i].name);
		if (strcmp(slot->known[i].name, word))
			continue;
		for (k = 0; conf_get_range(slot->known[i].range, k, one); k++)
			if (!conf_put_range(slot, range, one))
				return false;
		return true;
	}
	if (near.best)
		return conf_complain(slot, "no ports are called '%s' (did you mean '%s'?)",
				     word, near.best);
	return conf_complain(slot, "no ports are called '%s'", word);
}

bool conf_put_range(struct conf_slot *slot, struct port_range *range,
		    const char *word)
{
	struct span lo, hi;
	unsigned int n;
	u32 from, to;

	if (isalpha((unsigned char)*word))
		return put_named(slot, range, word);
	split(word, &lo, &hi);
	if (!text_u32(lo, 65535, &from) || !text_u32(hi, 65535, &to) ||
	    !from || !to)
		return conf_complain(slot,
				     "'%s' is no port: want 1 to 65535, or a range as 6891-6901",
				     word);
	if (to < from)
		return conf_complain(slot, "range '%s' ends before it begins: write %u-%u",
				     word, to, from);
	for (n = 0; n < NFIM_POLICY_RANGES && range[n].lo; n++)
		;
	if (n == NFIM_POLICY_RANGES)
		return conf_complain(slot, "more than %d ranges of ports in one list",
				     NFIM_POLICY_RANGES);
	range[n] = (struct port_range){ from, to };
	return true;
}

bool conf_get_range(const struct port_range *range, unsigned int i, char *word)
{
	if (i >= NFIM_POLICY_RANGES || !range[i].lo)
		return false;
	if (range[i].lo == range[i].hi)
		snprintf(word, CONF_WORD, "%u", range[i].lo);
	else
		snprintf(word, CONF_WORD, "%u-%u", range[i].lo, range[i].hi);
	return true;
}

/* version_read() passes over what follows the numbers; a file has nothing. */
static bool read_version(struct span s, u16 fill, u64 *version)
{
	struct span part = s;
	unsigned int n;
	u32 number;

	for (n = 0; n < VERSION_PARTS; n++) {
		part.end = memchr(part.p, '.', span_len(part));
		if (!part.end)
			part.end = s.end;
		if (!text_u32(part, 65535, &number))
			return false;
		if (part.end == s.end)
			return version_read(s, fill, version);
		part = span_make(part.end + 1, s.end - part.end - 1);
	}
	return false;
}

bool conf_put_version(struct conf_slot *slot, const char *word)
{
	struct version_range *version = slot->policy->version;
	struct span lo, hi;
	unsigned int n;
	u64 from, to;

	split(word, &lo, &hi);
	if (!read_version(lo, 0, &from) || !read_version(hi, 0xffff, &to))
		return conf_complain(slot,
				     "'%s' is no version: want one as 6.1, or a range as 6.2-6.3",
				     word);
	if (to < from)
		return conf_complain(slot, "versions '%s' end before they begin",
				     word);
	if (!to)
		return conf_complain(slot, "no client has version '%s'", word);
	for (n = 0; n < NFIM_POLICY_VERSIONS && version[n].hi; n++)
		;
	if (n == NFIM_POLICY_VERSIONS)
		return conf_complain(slot, "more than %d versions",
				     NFIM_POLICY_VERSIONS);
	version[n] = (struct version_range){ from, to };
	return true;
}

static u16 version_part(u64 version, unsigned int part)
{
	return version >> (16 * (VERSION_PARTS - 1 - part));
}

/* How many numbers say it, when missing ones are @fill; at least one. */
static unsigned int version_parts(u64 version, u16 fill)
{
	unsigned int n = VERSION_PARTS;

	while (n > 1 && version_part(version, n - 1) == fill)
		n--;
	return n;
}

static int print_version(char *to, size_t size, u64 version, unsigned int parts)
{
	unsigned int i;
	int len = 0;

	for (i = 0; i < parts; i++)
		len += snprintf(to + len, size - len, "%s%u", i ? "." : "",
				version_part(version, i));
	return len;
}

/* Whether one number of so many parts says both ends. */
static bool is_prefix(const struct version_range *v, unsigned int parts)
{
	unsigned int i;

	for (i = 0; i < VERSION_PARTS; i++) {
		u16 lo = version_part(v->lo, i), hi = version_part(v->hi, i);

		if (i < parts ? lo != hi : lo || hi != 0xffff)
			return false;
	}
	return true;
}

bool conf_get_version(const struct conf_slot *slot, unsigned int i, char *word)
{
	const struct version_range *v = slot->policy->version + i;
	unsigned int parts;
	int len;

	if (i >= NFIM_POLICY_VERSIONS || !v->hi)
		return false;
	for (parts = 1; parts <= VERSION_PARTS; parts++) {
		if (!is_prefix(v, parts))
			continue;
		print_version(word, CONF_WORD, v->lo, parts);
		return true;
	}
	len = print_version(word, CONF_WORD, v->lo, version_parts(v->lo, 0));
	word[len++] = '-';
	print_version(word + len, CONF_WORD - len, v->hi,
		      version_parts(v->hi, 0xffff));
	return true;
}

/* "MSNP8"; nothing at all is no limit, 0. */
static bool read_dialect(struct span s, u8 *dialect)
{
	size_t len = strlen(DIALECT);
	u32 n = 0;

	if (span_len(s)) {
		if (span_len(s) <= len || strncasecmp(s.p, DIALECT, len))
			return false;
		s.p += len;
		if (!text_u32(s, 255, &n) || !n)
			return false;
	}
	*dialect = n;
	return true;
}

bool conf_put_dialect(struct conf_slot *slot, const char *word)
{
	struct policy *p = slot->policy;
	struct span lo, hi;

	split(word, &lo, &hi);
	if (!read_dialect(lo, &p->dialect_lo) ||
	    !read_dialect(hi, &p->dialect_hi) ||
	    (!p->dialect_lo && !p->dialect_hi))
		return conf_complain(slot,
				     "'%s' is no dialect: want one as MSNP8, or a range as MSNP8-MSNP10",
				     word);
	if (p->dialect_hi && p->dialect_hi < p->dialect_lo)
		return conf_complain(slot, "dialects '%s' end before they begin",
				     word);
	return true;
}

bool conf_get_dialect(const struct conf_slot *slot, unsigned int i, char *word)
{
	unsigned int lo = slot->policy->dialect_lo;
	unsigned int hi = slot->policy->dialect_hi;
	int len = 0;

	if (i || (!lo && !hi))
		return false;
	if (lo)
		len = snprintf(word, CONF_WORD, DIALECT "%u", lo);
	if (lo != hi)
		len += snprintf(word + len, CONF_WORD - len, "-");
	if (hi && lo != hi)
		snprintf(word + len, CONF_WORD - len, DIALECT "%u", hi);
	return true;
}

/* Drop the bits behind the prefix; true if there were any. */
static bool mask(struct addr_prefix *prefix)
{
	bool had = false;
	unsigned int i;

	for (i = prefix->bits; i < prefix->addr.len * 8u; i++) {
		u8 bit = 0x80 >> i % 8;

		had |= prefix->addr.b[i / 8] & bit;
		prefix->addr.b[i / 8] &= ~bit;
	}
	return had;
}

static void print_prefix(const struct addr_prefix *prefix, char *word)
{
	int family = prefix->addr.len == 4 ? AF_INET : AF_INET6;
	char text[INET6_ADDRSTRLEN] = "?";

	inet_ntop(family, prefix->addr.b, text, sizeof(text));
	if (prefix->bits == prefix->addr.len * 8)
		snprintf(word, CONF_WORD, "%s", text);
	else
		snprintf(word, CONF_WORD, "%s/%u", text, prefix->bits);
}

static bool put_prefix(struct conf_slot *slot, struct addr_prefix *list,
		       const char *word)
{
	struct span addr = word_span(word), bits = { 0 };
	struct addr_prefix prefix = { 0 };
	char right[CONF_WORD];
	u32 n;

	if (strchr(word, '/')) {
		addr.end = strchr(word, '/');
		bits = span_make(addr.end + 1, strlen(addr.end + 1));
	}
	if (!text_addr(addr, &prefix.addr))
		return conf_complain(slot,
				     "'%s' is no network: want an address, or one as 10.1.0.0/16",
				     word);
	n = prefix.addr.len * 8;
	if (bits.p && !text_u32(bits, prefix.addr.len * 8, &n))
		return conf_complain(slot, "the prefix of '%s' is no number from 0 to %u",
				     word, prefix.addr.len * 8);
	prefix.bits = n;
	if (mask(&prefix)) {
		print_prefix(&prefix, right);
		return conf_complain(slot, "'%s' has bits behind its prefix: write %s",
				     word, right);
	}
	for (n = 0; n < NFIM_POLICY_PREFIXES && list[n].addr.len; n++)
		;
	if (n == NFIM_POLICY_PREFIXES)
		return conf_complain(slot, "more than %d networks",
				     NFIM_POLICY_PREFIXES);
	list[n] = prefix;
	return true;
}

static bool get_prefix(const struct addr_prefix *list, unsigned int i,
		       char *word)
{
	if (i >= NFIM_POLICY_PREFIXES || !list[i].addr.len)
		return false;
	print_prefix(list + i, word);
	return true;
}

bool conf_put_prefix(struct conf_slot *slot, const char *word)
{
	return put_prefix(slot, slot->policy->third_party, word);
}

bool conf_get_prefix(const struct conf_slot *slot, unsigned int i, char *word)
{
	return get_prefix(slot->policy->third_party, i, word);
}

bool conf_put_media_net(struct conf_slot *slot, const char *word)
{
	return put_prefix(slot, slot->policy->media_net, word);
}

bool conf_get_media_net(const struct conf_slot *slot, unsigned int i,
			char *word)
{
	return get_prefix(slot->policy->media_net, i, word);
}
