// SPDX-License-Identifier: GPL-2.0
/* What may stand in a policy file: the table of keys. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "conf_key.h"
#include "near.h"

#define LIFETIME_MIN	5
#define LIFETIME_MAX	7200

const struct policy conf_policy_default = {
	.helper = POLICY_MSNP,
	.hold = true,
	.hairpin = true,
};

const struct policy_app conf_app_default = {
	.allow = true,
	.protos = POLICY_TCP,
	.limit = 10,
	.lifetime = 300,
};

bool conf_complain(struct conf_slot *slot, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(slot->why, sizeof(slot->why), fmt, ap);
	va_end(ap);
	return false;
}

/* Number of a word among @n names, or -1 after a complaint. */
static int choose(struct conf_slot *slot, const char *word, const char *what,
		  const char *const *names, int n)
{
	struct near near = near_begin(word);
	int i;

	for (i = 0; i < n; i++) {
		if (!strcmp(names[i], word))
			return i;
		near_try(&near, names[i]);
	}
	if (near.best)
		conf_complain(slot, "unknown %s '%s' (did you mean '%s'?)",
			      what, word, near.best);
	else
		conf_complain(slot, "unknown %s '%s': want %s or %s", what,
			      word, names[0], names[1]);
	return -1;
}

static bool put_flag(struct conf_slot *slot, const char *word, bool *flag)
{
	static const char *const names[] = { "no", "yes" };
	int i;

	for (i = 0; i < 2; i++) {
		if (!strcmp(word, names[i])) {
			*flag = i;
			return true;
		}
	}
	return conf_complain(slot, "'%s' is not yes or no", word);
}

static bool get_flag(unsigned int i, bool flag, char *word)
{
	snprintf(word, CONF_WORD, "%s", flag ? "yes" : "no");
	return !i;
}

static bool put_number(struct conf_slot *slot, const char *word, u32 min,
		       u32 max, u16 *number)
{
	u32 n;

	if (!text_u32(span_make(word, strlen(word)), max, &n) || n < min)
		return conf_complain(slot, "'%s' is no number from %u to %u",
				     word, min, max);
	*number = n;
	return true;
}

static bool get_number(unsigned int i, u16 number, char *word)
{
	snprintf(word, CONF_WORD, "%u", number);
	return !i;
}

/* Text that goes into a field of @size bytes. */
static bool put_text(struct conf_slot *slot, const char *word, const char *what,
		     char *field, size_t size)
{
	const char *p;

	if (!*word)
		return conf_complain(slot, "%s is empty", what);
	if (strlen(word) >= size)
		return conf_complain(slot, "%s is longer than %zu bytes", what,
				     size - 1);
	for (p = word; *p; p++) {
		if (*p < ' ' || *p > '~')
			return conf_complain(slot, "%s may hold printable ASCII only",
					     what);
	}
	snprintf(field, size, "%s", word);
	return true;
}

static bool put_helper(struct conf_slot *slot, const char *word)
{
	static const char *const names[] = { "msnp", "imsip" };
	int i = choose(slot, word, "helper", names, POLICY_HELPER_MAX);

	slot->policy->helper = i < 0 ? POLICY_MSNP : (enum policy_helper)i;
	return i >= 0;
}

static bool get_helper(const struct conf_slot *slot, unsigned int i, char *word)
{
	snprintf(word, CONF_WORD, "%s",
		 policy_helper_name(slot->policy->helper));
	return !i;
}

static bool put_client(struct conf_slot *slot, const char *word)
{
	struct policy *p = slot->policy;
	unsigned int n;

	for (n = 0; n < NFIM_POLICY_CLIENTS && p->client[n][0]; n++)
		;
	if (n == NFIM_POLICY_CLIENTS)
		return conf_complain(slot, "more than %d client names",
				     NFIM_POLICY_CLIENTS);
	return put_text(slot, word, "the name of a client", p->client[n],
			sizeof(p->client[n]));
}

static bool get_client(const struct conf_slot *slot, unsigned int i, char *word)
{
	if (i >= NFIM_POLICY_CLIENTS || !slot->policy->client[i][0])
		return false;
	snprintf(word, CONF_WORD, "%s", slot->policy->client[i]);
	return true;
}

static bool put_agent(struct conf_slot *slot, const char *word)
{
	return put_text(slot, word, "the agent", slot->policy->agent,
			sizeof(slot->policy->agent));
}

static bool get_agent(const struct conf_slot *slot, unsigned int i, char *word)
{
	snprintf(word, CONF_WORD, "%s", slot->policy->agent);
	return !i && *word;
}

static struct policy_app *app_of(const struct conf_slot *slot)
{
	return slot->policy->app + slot->app;
}

static bool put_verdict(struct conf_slot *slot, const char *word)
{
	static const char *const names[] = { "refuse", "allow" };
	int i = choose(slot, word, "verdict", names, 2);

	app_of(slot)->allow = i > 0;
	return i >= 0;
}

static bool get_verdict(const struct conf_slot *slot, unsigned int i,
			char *word)
{
	snprintf(word, CONF_WORD, "%s",
		 app_of(slot)->allow ? "allow" : "refuse");
	return !i;
}

/* The default is a list of one; the reader empties it before the first word. */
static bool put_protocol(struct conf_slot *slot, const char *word)
{
	static const char *const names[] = { "tcp", "udp" };
	int i = choose(slot, word, "protocol", names, 2);

	if (i >= 0)
		app_of(slot)->protos |= i ? POLICY_UDP : POLICY_TCP;
	return i >= 0;
}

static bool get_protocol(const struct conf_slot *slot, unsigned int i,
			 char *word)
{
	u8 protos = app_of(slot)->protos;
	bool udp = i || !(protos & POLICY_TCP);

	snprintf(word, CONF_WORD, "%s", udp ? "udp" : "tcp");
	return i < !!(protos & POLICY_TCP) + 1u * !!(protos & POLICY_UDP);
}

static bool put_inside(struct conf_slot *slot, const char *word)
{
	return conf_put_range(slot, app_of(slot)->inside, word);
}

static bool get_inside(const struct conf_slot *slot, unsigned int i, char *word)
{
	return conf_get_range(app_of(slot)->inside, i, word);
}

static bool put_outside(struct conf_slot *slot, const char *word)
{
	return conf_put_range(slot, app_of(slot)->outside, word);
}

static bool get_outside(const struct conf_slot *slot, unsigned int i,
			char *word)
{
	return conf_get_range(app_of(slot)->outside, i, word);
}

static bool put_ports(struct conf_slot *slot, const char *word)
{
	return conf_put_range(slot, slot->ports->range, word);
}

static bool get_ports(const struct conf_slot *slot, unsigned int i, char *word)
{
	return conf_get_range(slot->ports->range, i, word);
}

/* Keys that are a field: put_X() and get_X(). */
#define FLAG(name, field)						\
static bool put_##name(struct conf_slot *slot, const char *word)	\
{									\
	return put_flag(slot, word, &(field));				\
}									\
									\
static bool get_##name(const struct conf_slot *slot, unsigned int i,	\
		       char *word)					\
{									\
	return get_flag(i, field, word);				\
}

#define NUMBER(name, field, min, max)					\
static bool put_##name(struct conf_slot *slot, const char *word)	\
{									\
	return put_number(slot, word, min, max, &(field));		\
}									\
									\
static bool get_##name(const struct conf_slot *slot, unsigned int i,	\
		       char *word)					\
{									\
	return get_number(i, field, word);				\
}

FLAG(default, slot->policy->is_default)
FLAG(privileged, slot->policy->privileged)
FLAG(hold, slot->policy->hold)
FLAG(client_ip, slot->policy->client_ip)
FLAG(hairpin, slot->policy->hairpin)
NUMBER(host_limit, slot->policy->host_limit, 1, 65535)
NUMBER(net_limit, slot->policy->net_limit, 1, NFIM_NET_OFFERS)
NUMBER(limit, app_of(slot)->limit, 1, 65535)
NUMBER(lifetime, app_of(slot)->lifetime, LIFETIME_MIN, LIFETIME_MAX)

static bool put_ice(struct conf_slot *slot, const char *word)
{
	bool ice = false;

	if (!put_flag(slot, word, &ice))
		return false;
	slot->policy->no_ice = !ice;
	return true;
}

static bool get_ice(const struct conf_slot *slot, unsigned int i, char *word)
{
	return get_flag(i, !slot->policy->no_ice, word);
}

static bool put_media_peers(struct conf_slot *slot, const char *word)
{
	const char *names[POLICY_PEERS_MAX];
	int i;

	for (i = 0; i < POLICY_PEERS_MAX; i++)
		names[i] = policy_peers_name(i);
	i = choose(slot, word, "media peers", names, POLICY_PEERS_MAX);
	if (i >= 0)
		slot->policy->media_peers = i;
	return i >= 0;
}

static bool get_media_peers(const struct conf_slot *slot, unsigned int i,
			    char *word)
{
	snprintf(word, CONF_WORD, "%s",
		 policy_peers_name(slot->policy->media_peers));
	return !i;
}

#define KEY(text, kind, id, name)					\
	{ text, CONF_##kind, id, put_##name, get_##name }
#define VALUE(text, kind, id, name)					\
	{ text, CONF_##kind, id, conf_put_##name, conf_get_##name }

const struct conf_key conf_policy_keys[] = {
	KEY("helper", NAME, CONF_HELPER, helper),
	KEY("default", FLAG, CONF_DEFAULT, default),
	KEY("client", LIST, CONF_CLIENT, client),
	VALUE("version", LIST, CONF_VERSION, version),
	VALUE("dialect", NAME, CONF_DIALECT, dialect),
	KEY("agent", TEXT, CONF_AGENT, agent),
	KEY("privileged-ports", FLAG, CONF_PRIVILEGED, privileged),
	KEY("hold", FLAG, CONF_HOLD, hold),
	KEY("client-ip", FLAG, CONF_CLIENT_IP, client_ip),
	KEY("hairpin", FLAG, CONF_HAIRPIN, hairpin),
	KEY("host-limit", NUMBER, CONF_HOST_LIMIT, host_limit),
	KEY("net-limit", NUMBER, CONF_NET_LIMIT, net_limit),
	VALUE("third-party", LIST, CONF_THIRD_PARTY, prefix),
	KEY("ice", FLAG, CONF_ICE, ice),
	KEY("media-peers", NAME, CONF_MEDIA_PEERS, media_peers),
	VALUE("media-networks", LIST, CONF_MEDIA_NET, media_net),
	{ 0 }
};

const struct conf_key conf_app_keys[] = {
	KEY("verdict", NAME, CONF_VERDICT, verdict),
	KEY("protocol", LIST, CONF_PROTOCOL, protocol),
	KEY("inside", LIST, CONF_INSIDE, inside),
	KEY("outside", LIST, CONF_OUTSIDE, outside),
	KEY("limit", NUMBER, CONF_LIMIT, limit),
	KEY("lifetime", NUMBER, CONF_LIFETIME, lifetime),
	{ 0 }
};

const struct conf_key conf_ports_keys[] = {
	KEY("range", LIST, 0, ports),
	{ 0 }
};
