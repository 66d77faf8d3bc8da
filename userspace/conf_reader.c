// SPDX-License-Identifier: GPL-2.0
/* Makes policies of the values in a file, in the order in which they stand. */
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_reader.h"
#include "near.h"

/* A node of the tree of names: the name and the number of its policy. */
struct named {
	char name[NFIM_POLICY_NAME];
	u32 number;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name,
		      ((const struct named *)b)->name);
}

static void start_policy(struct reader *r)
{
	r->policy = conf_policy_default;
	r->places = (struct conf_places){ 0 };
	r->in_policy = false;
	r->in_inner = false;
	r->seen = 0;
	r->inner_seen = 0;
	r->slot.policy = &r->policy;
	r->slot.ports = &r->ports;
}

void reader_begin(struct reader *r)
{
	start_policy(r);
}

void reader_end(struct reader *r)
{
	tdestroy(r->names, free);
	free((void *)r->slot.known);
}

struct conf_place reader_seek(struct reader *r, int line, const char *word)
{
	struct conf_place place;

	place = conf_text_find(&r->conf->texts, r->cursor, line, word);
	if (!place.text)
		return conf_text_line(&r->conf->texts, r->cursor.text, line);
	r->cursor = place;
	r->cursor.offset += strlen(word);
	return place;
}

struct conf_place reader_seek_quoted(struct reader *r, int line,
				     const char *sentence)
{
	const char *quote = strchr(sentence, '\'');
	struct conf_place place, next;
	char word[CONF_WORD] = "";

	if (quote)
		snprintf(word, sizeof(word), "%.*s",
			 (int)strcspn(quote + 1, "'"), quote + 1);
	place = reader_seek(r, line, word);
	/* Of signs, the last one in the line is the one just read. */
	while (strlen(word) == 1 && strchr("{}()=,", *word)) {
		next = conf_text_find(&r->conf->texts, r->cursor, line, word);
		if (!next.text)
			break;
		place = reader_seek(r, line, word);
	}
	return place;
}

enum rc reader_fail(struct reader *r, struct conf_place place,
		    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	r->rc = conf_text_vfail(&r->conf->texts, place, RC_USAGE, fmt, ap);
	va_end(ap);
	return r->rc;
}

static enum rc enter_app(struct reader *r, struct conf_place place,
			 const char *title)
{
	struct near near = near_begin(title);
	enum nfim_app app;
	unsigned int i;

	if (!conf_find_app(title, &app)) {
		for (i = 0; i < NFIM_APP_MAX; i++)
			near_try(&near, nfim_app_name(i));
		if (near.best)
			return reader_fail(r, place,
					   "unknown application '%s' (did you mean '%s'?)",
					   title, near.best);
		return reader_fail(r, place,
				   "unknown application '%s'; nfim.conf(5) lists all",
				   title);
	}
	if (r->places.app[app][CONF_APP].text)
		return reader_fail(r, place, "application '%s' is there twice",
				   title);
	r->slot.app = app;
	r->policy.app[app] = conf_app_default;
	r->places.app[app][CONF_APP] = place;
	return RC_DONE;
}

static enum rc enter_ports(struct reader *r, struct conf_place place,
			   const char *title)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	u32 i;

	if (!*title || strspn(title, allowed) != strlen(title) ||
	    strchr("0123456789-_.", *title))
		return reader_fail(r, place,
				   "the name of ports is a letter, then letters, digits, '-', '_', '.'");
	if (strlen(title) >= sizeof(r->ports.name))
		return reader_fail(r, place, "the name of ports is longer than %zu bytes",
				   sizeof(r->ports.name) - 1);
	for (i = 0; i < r->slot.n_known; i++) {
		if (!strcmp(r->slot.known[i].name, title))
			return reader_fail(r, place, "ports '%s' are there twice",
					   title);
	}
	r->ports = (struct conf_ports){ 0 };
	snprintf(r->ports.name, sizeof(r->ports.name), "%s", title);
	return RC_DONE;
}

enum rc reader_enter(struct reader *r, const char *section, const char *title,
		     int line)
{
	bool is_app = !strcmp(section, "application");
	bool is_policy = is_app || !strcmp(section, "policy");
	struct conf_place place;

	if (is_policy && !r->in_policy) {
		r->places.policy[CONF_POLICY] = reader_seek(r, line, "policy");
		r->name_line = line;
		r->in_policy = true;
		if (!is_app)
			reader_seek(r, line, title);
	}
	if ((is_policy && !is_app) || r->in_inner)
		return RC_DONE;
	reader_seek(r, line, section);
	place = reader_seek(r, line, title);
	r->in_inner = true;
	r->inner_seen = 0;
	return is_app ? enter_app(r, place, title) :
			enter_ports(r, place, title);
}

static const struct conf_key *find_key(const struct conf_key *key,
				       const char *name)
{
	while (strcmp(key->name, name))
		key++;
	return key;
}

/* The list of protocols is the only one that is not empty by default. */
static void empty_list(struct reader *r, const struct conf_key *key)
{
	if (key->id == CONF_PROTOCOL)
		r->policy.app[r->slot.app].protos = 0;
}

enum rc reader_value(struct reader *r, const char *section, const char *title,
		     const char *key_name, const char *value, unsigned int nth,
		     int line)
{
	bool is_app = !strcmp(section, "application");
	bool is_policy = !strcmp(section, "policy");
	u32 *seen = is_policy ? &r->seen : &r->inner_seen;
	const struct conf_key *key;
	struct conf_place place;

	if (reader_enter(r, section, title, line))
		return r->rc;
	key = find_key(is_app ? conf_app_keys : is_policy ? conf_policy_keys :
			conf_ports_keys, key_name);
	if (nth == 1) {
		place = reader_seek(r, line, key_name);
		if (*seen & 1u << key->id)
			return reader_fail(r, place, "'%s' is there twice",
					   key_name);
		*seen |= 1u << key->id;
		if (is_app)
			empty_list(r, key);
		if (is_app)
			r->places.app[r->slot.app][key->id] = place;
		else if (is_policy)
			r->places.policy[key->id] = place;
	}
	place = reader_seek(r, line, value);
	if (!key->put(&r->slot, value))
		return reader_fail(r, place, "%s", r->slot.why);
	return RC_DONE;
}

static enum rc leave_app(struct reader *r)
{
	const struct policy_app *app = r->policy.app + r->slot.app;

	r->in_inner = false;
	if (app->allow && !app->inside[0].lo)
		return reader_fail(r, r->places.app[r->slot.app][CONF_APP],
				   "application '%s' needs inside ports",
				   nfim_app_name(r->slot.app));
	return RC_DONE;
}

static enum rc leave_ports(struct reader *r)
{
	struct conf_ports *known;

	r->in_inner = false;
	if (!r->ports.range[0].lo)
		return reader_fail(r, r->cursor, "ports '%s' need a range",
				   r->ports.name);
	known = reallocarray((void *)r->slot.known, r->slot.n_known + 1,
			     sizeof(*known));
	if (!known)
		return r->rc = err_nomem();
	known[r->slot.n_known++] = r->ports;
	r->slot.known = known;
	return RC_DONE;
}

/* Only the end of a policy tells its name, which follows the word "policy". */
static struct conf_place name_place(const struct reader *r, const char *title)
{
	struct conf_place word = r->places.policy[CONF_POLICY];
	struct conf_place place;

	place = conf_text_find(&r->conf->texts, word, r->name_line, title);
	return place.text ? place : word;
}

static enum rc take_name(struct reader *r, const char *title)
{
	struct conf_place place = name_place(r, title);
	struct named *named, **known;
	const char *p;

	for (p = title; *p >= ' ' && *p <= '~'; p++)
		;
	if (*p || p == title)
		return reader_fail(r, place, "the name of a policy is printable ASCII");
	if (strlen(title) >= sizeof(r->policy.name))
		return reader_fail(r, place, "the name of a policy is longer than %zu bytes",
				   sizeof(r->policy.name) - 1);
	snprintf(r->policy.name, sizeof(r->policy.name), "%s", title);
	named = calloc(1, sizeof(*named));
	if (!named)
		return r->rc = err_nomem();
	snprintf(named->name, sizeof(named->name), "%s", title);
	named->number = r->conf->n;
	known = tsearch(named, &r->names, by_name);
	if (!known || *known != named)
		free(named);
	if (!known)
		return r->rc = err_nomem();
	if ((*known)->number != r->conf->n)
		return reader_fail(r, place, "another policy is called '%s'",
				   title);
	return RC_DONE;
}

static int make_room(struct reader *r)
{
	u32 room = r->room ? r->room * 2 : 16;
	struct conf *conf = r->conf;
	struct conf_places *places;
	struct policy *policy;

	if (conf->n < r->room)
		return 0;
	policy = reallocarray(conf->policy, room, sizeof(*policy));
	if (!policy)
		return -1;
	conf->policy = policy;
	places = reallocarray(conf->places, room, sizeof(*places));
	if (!places)
		return -1;
	conf->places = places;
	r->room = room;
	return 0;
}

static enum rc leave_policy(struct reader *r, const char *title)
{
	u32 *fallback = r->fallback + r->policy.helper;
	struct conf *conf = r->conf;
	const char *why;

	if (conf->n == NFIM_POLICIES)
		return reader_fail(r, r->places.policy[CONF_POLICY],
				   "more than %d policies", NFIM_POLICIES);
	if (take_name(r, title))
		return r->rc;
	if (r->policy.is_default && *fallback)
		return reader_fail(r, r->places.policy[CONF_DEFAULT],
				   "policy '%s' is the default of %s already",
				   conf->policy[*fallback - 1].name,
				   policy_helper_name(r->policy.helper));
	conf_settle(&r->policy);
	if (!policy_check(&r->policy, &why))
		return reader_fail(r, r->places.policy[CONF_POLICY], "%s", why);
	if (make_room(r))
		return r->rc = err_nomem();
	if (r->policy.is_default)
		*fallback = conf->n + 1;
	conf->places[conf->n] = r->places;
	conf->policy[conf->n++] = r->policy;
	start_policy(r);
	return RC_DONE;
}

enum rc reader_leave(struct reader *r, const char *section, const char *title)
{
	if (!strcmp(section, "application"))
		return leave_app(r);
	if (!strcmp(section, "ports"))
		return leave_ports(r);
	return leave_policy(r, title);
}
