/* SPDX-License-Identifier: GPL-2.0 */
/* Policy files: text to policies, and back. nfim.conf(5) has the syntax. */
#ifndef _NFIM_CONF_H
#define _NFIM_CONF_H

#include "conf_key.h"
#include "conf_text.h"

/**
 * struct conf_places - where a policy stands in its file
 * @policy: of the policy, then of its keys
 * @app: the same for applications
 *
 * What the file does not say has no place.
 */
struct conf_places {
	struct conf_place policy[CONF_POLICY_MAX];
	struct conf_place app[NFIM_APP_MAX][CONF_APP_MAX];
};

/**
 * struct conf - what a policy file says
 * @policy: policies in the order of the file
 * @places: where each of them stands
 * @n: how many
 * @texts: the file and those it includes
 */
struct conf {
	struct policy *policy;
	struct conf_places *places;
	u32 n;
	struct conf_texts texts;
};

/**
 * struct conf_where - a part of a set of policies
 * @policy: number of the policy
 * @in_app: it is in an application, not in the policy itself
 * @id: which key, if it is in the policy itself
 * @app: which application
 * @app_id: which key of the application
 */
struct conf_where {
	u32 policy;
	bool in_app;
	enum conf_policy_id id;
	enum nfim_app app;
	enum conf_app_id app_id;
};

/**
 * conf_read() - read a policy file
 * @conf: result; goes to conf_free() even if this fails
 * @path: the file; "-" for standard input
 *
 * A file without a policy is no error here: others may include it.
 *
 * Return: %RC_DONE; %RC_USAGE or %RC_REFUSED after err() or err_at().
 */
enum rc conf_read(struct conf *conf, const char *path);

/**
 * conf_read_text() - the same for text in memory
 * @conf: as conf_read()
 * @name: what to call it
 * @text: the text; need not be terminated
 * @len: its length
 *
 * Return: as conf_read().
 */
enum rc conf_read_text(struct conf *conf, const char *name, const char *text,
		       size_t len);

/**
 * conf_free() - give back the memory
 * @conf: read, whether that failed or not
 */
void conf_free(struct conf *conf);

/**
 * conf_err() - remember that a part of a file is refused
 * @conf: the file
 * @where: the part; where the file is silent the nearest place is named
 * @rc: exit code
 * @why: the sentence
 *
 * Return: @rc.
 */
enum rc conf_err(const struct conf *conf, const struct conf_where *where,
		 enum rc rc, const char *why);

/**
 * conf_print() - policies as the text of a file
 * @set: the policies
 * @n: how many
 *
 * The text reads back to the same policies. What has its default value is left
 * out.
 *
 * Return: malloc()ed string, NULL if memory ran out.
 */
char *conf_print(const struct policy *set, u32 n);

#endif /* _NFIM_CONF_H */
