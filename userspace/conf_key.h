/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What may stand in a policy file: one table of keys, with which files are
 * read, printed, compared, and turned into JSON.
 */
#ifndef _NFIM_CONF_KEY_H
#define _NFIM_CONF_KEY_H

#include "../kernel/proto/policy.h"

/* Bytes of the longest value with its NUL: an agent, or two versions. */
#define CONF_WORD	80

/**
 * enum conf_kind - what the value of a key is
 * @CONF_NAME: one word
 * @CONF_TEXT: text in quotes
 * @CONF_FLAG: yes or no
 * @CONF_NUMBER: a number
 * @CONF_LIST: words
 */
enum conf_kind {
	CONF_NAME,
	CONF_TEXT,
	CONF_FLAG,
	CONF_NUMBER,
	CONF_LIST,
};

/**
 * enum conf_policy_id - a key of a policy
 * @CONF_POLICY: none of them: the policy as a whole
 * @CONF_POLICY_MAX: number of keys
 */
enum conf_policy_id {
	CONF_POLICY,
	CONF_HELPER,
	CONF_DEFAULT,
	CONF_CLIENT,
	CONF_VERSION,
	CONF_DIALECT,
	CONF_AGENT,
	CONF_PRIVILEGED,
	CONF_HOLD,
	CONF_CLIENT_IP,
	CONF_HAIRPIN,
	CONF_HOST_LIMIT,
	CONF_NET_LIMIT,
	CONF_THIRD_PARTY,
	CONF_ICE,
	CONF_MEDIA_PEERS,
	CONF_MEDIA_NET,
	CONF_POLICY_MAX
};

/**
 * enum conf_app_id - a key of an application
 * @CONF_APP: none of them: the application as a whole
 * @CONF_APP_MAX: number of keys
 */
enum conf_app_id {
	CONF_APP,
	CONF_VERDICT,
	CONF_PROTOCOL,
	CONF_INSIDE,
	CONF_OUTSIDE,
	CONF_LIMIT,
	CONF_LIFETIME,
	CONF_APP_MAX
};

/**
 * struct conf_ports - a named list of ports
 * @name: its name
 * @range: the ports; used entries first
 */
struct conf_ports {
	char name[NFIM_POLICY_NAME];
	struct port_range range[NFIM_POLICY_RANGES];
};

/**
 * struct conf_slot - what a key speaks of
 * @policy: the policy; NULL for a list of ports
 * @app: which application; only for its keys
 * @ports: the list of ports; only for its key
 * @known: named lists that may be used
 * @n_known: how many
 * @why: what is wrong with a word that was not taken
 */
struct conf_slot {
	struct policy *policy;
	enum nfim_app app;
	struct conf_ports *ports;
	const struct conf_ports *known;
	u32 n_known;
	char why[160];
};

/**
 * struct conf_key - one key
 * @name: how it is written
 * @kind: what its value is
 * @id: enum conf_policy_id or enum conf_app_id
 * @put: takes a word as the value, or as the next one of a list; false after
 *	setting @why
 * @get: writes value number i, of %CONF_WORD bytes at most; false behind the
 *	last one
 */
struct conf_key {
	const char *name;
	enum conf_kind kind;
	u8 id;
	bool (*put)(struct conf_slot *slot, const char *word);
	bool (*get)(const struct conf_slot *slot, unsigned int i, char *word);
};

/* Each ended by an entry without a name, in the order in which they print. */
extern const struct conf_key conf_policy_keys[];
extern const struct conf_key conf_app_keys[];
extern const struct conf_key conf_ports_keys[];

/*
 * What a policy and an application are as long as nothing else is said. Limits
 * of a policy follow from its helper: conf_settle() sets them.
 */
extern const struct policy conf_policy_default;
extern const struct policy_app conf_app_default;

/**
 * conf_find_app() - an application by its name
 * @name: the name
 * @app: result
 *
 * Return: false if there is none.
 */
bool conf_find_app(const char *name, enum nfim_app *app);

/**
 * conf_settle() - bring a policy into the one form that means what it means
 * @p: the policy
 *
 * An application that is refused has no other properties, and one without
 * outside ports has its inside ports there; limits that are not set get the
 * values that the helper has. What no policy can hold apart must not differ.
 */
void conf_settle(struct policy *p);

/**
 * conf_is_default() - may a key be left out?
 * @key: the key
 * @slot: what it speaks of, settled
 *
 * Return: true if leaving it out means the same.
 */
bool conf_is_default(const struct conf_key *key, const struct conf_slot *slot);

/**
 * conf_same() - does a key have the same value in both?
 * @key: the key
 * @a: what it speaks of
 * @b: the other
 *
 * Return: true if all words are the same.
 */
bool conf_same(const struct conf_key *key, const struct conf_slot *a,
	       const struct conf_slot *b);

/**
 * conf_complain() - say what is wrong with a word
 * @slot: gets the sentence
 * @fmt: printf format
 *
 * Return: false.
 */
bool conf_complain(struct conf_slot *slot, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * conf_put_range() - take ports
 * @slot: for named lists, and for complaints
 * @range: %NFIM_POLICY_RANGES entries
 * @word: a port, two with '-' between them, or the name of a list
 *
 * Return: false after conf_complain().
 */
bool conf_put_range(struct conf_slot *slot, struct port_range *range,
		    const char *word);
bool conf_get_range(const struct port_range *range, unsigned int i, char *word);

/* The same for the other values that are more than a word or a number. */
bool conf_put_version(struct conf_slot *slot, const char *word);
bool conf_get_version(const struct conf_slot *slot, unsigned int i, char *word);
bool conf_put_dialect(struct conf_slot *slot, const char *word);
bool conf_get_dialect(const struct conf_slot *slot, unsigned int i, char *word);
bool conf_put_prefix(struct conf_slot *slot, const char *word);
bool conf_get_prefix(const struct conf_slot *slot, unsigned int i, char *word);
bool conf_put_media_net(struct conf_slot *slot, const char *word);
bool conf_get_media_net(const struct conf_slot *slot, unsigned int i,
			char *word);

#endif /* _NFIM_CONF_KEY_H */
