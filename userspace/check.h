/* SPDX-License-Identifier: GPL-2.0 */
/* What this system needs so that the helpers can work, check by check. */
#ifndef _NFIM_CHECK_H
#define _NFIM_CHECK_H

#include <jansson.h>
#include <net/if.h>

#include "module.h"
#include "nft_rules.h"

#define CHECK_IIFS	8

/**
 * enum check_state - what a check has found
 * @CHECK_OK: as it should be
 * @CHECK_MISSING: the helper cannot do its work
 * @CHECK_HINT: may be as intended, or not
 */
enum check_state {
	CHECK_OK,
	CHECK_MISSING,
	CHECK_HINT,
};

/**
 * struct check_world - what the checks look at
 * @module: open, unless it is absent
 * @is_loaded: the module is there, and speaks with this tool
 * @absent: why not
 * @info: what the module says of itself
 * @rules: all nft rules
 * @outside: interface of the default route, "" if there is none
 * @inside: other interfaces with addresses; none if @outside is not known
 * @n_inside: how many
 */
struct check_world {
	struct module module;
	bool is_loaded;
	char absent[256];
	struct module_info info;
	struct nft_ruleset rules;
	char outside[IFNAMSIZ];
	char inside[CHECK_IIFS][IFNAMSIZ];
	size_t n_inside;
};

/**
 * struct check_report - where findings go
 * @check: name of the check that runs
 * @findings: array of objects
 * @failed: memory ran out
 */
struct check_report {
	const char *check;
	json_t *findings;
	bool failed;
};

/**
 * struct check - one check
 * @name: its name, public
 * @run: looks, and says what it has found: nothing, one thing or more
 */
struct check {
	const char *name;
	void (*run)(const struct check_world *world,
		    struct check_report *report);
};

/* Of the system, and of the ruleset; each ended by an empty one. */
extern const struct check check_system[];
extern const struct check check_rules[];

/**
 * check_load() - see what the checks look at
 * @world: result; harmless to check_free() even if this fails
 *
 * Return: %RC_DONE, also if the module is absent; %RC_REFUSED after err().
 */
enum rc check_load(struct check_world *world);

/**
 * check_free() - give back what check_load() took
 * @world: loaded or not
 */
void check_free(struct check_world *world);

/**
 * check_run() - run some checks
 * @checks: ended by an empty one
 * @world: loaded
 * @findings: array that gets an object for each finding
 *
 * Return: 0, or -ENOMEM.
 */
int check_run(const struct check *checks, const struct check_world *world,
	      json_t *findings);

/**
 * check_say() - report a finding
 * @report: where to
 * @state: what it is
 * @fmt: printf format of a sentence without full stop
 */
void check_say(struct check_report *report, enum check_state state,
	       const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/**
 * check_mend() - say which command mends what was reported last
 * @report: where to
 * @fmt: printf format of a command line
 *
 * A command that would hold names which mean something to a shell is not told.
 */
void check_mend(struct check_report *report, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * check_attach() - the command line that attaches the helper here
 * @world: loaded
 *
 * Return: malloc()ed text, NULL if memory ran out.
 */
char *check_attach(const struct check_world *world);

/**
 * check_has_rule() - does a rule attach that helper?
 * @world: loaded
 * @helper: name of any conntrack helper
 *
 * Return: true if one does, wherever it stands.
 */
bool check_has_rule(const struct check_world *world, const char *helper);

/**
 * check_attaches() - does a rule attach a helper of the module in that hook?
 * @world: loaded
 * @hook: NF_INET_PRE_ROUTING or NF_INET_LOCAL_OUT
 *
 * Return: true if one does that packets come to.
 */
bool check_attaches(const struct check_world *world, uint32_t hook);

/**
 * check_is_plain() - may a name stand in a command line as it is?
 * @name: the name
 *
 * Return: true if neither a shell nor nft sees more in it than a name.
 */
bool check_is_plain(const char *name);

/**
 * check_is_ours() - is this a helper of the module?
 * @world: loaded
 * @helper: name of a conntrack helper
 *
 * Return: true if it is; if the module is absent, for the names it would have.
 */
bool check_is_ours(const struct check_world *world, const char *helper);

/**
 * check_is_there() - is a module of the kernel loaded, or built in?
 * @module: its name
 *
 * Return: true also if that cannot be known.
 */
bool check_is_there(const char *module);

/**
 * check_read() - read a short file
 * @path: of /proc or /sys
 * @text: result, without the end of the line
 * @size: of @text
 *
 * Return: 0 or a negative errno.
 */
int check_read(const char *path, char *text, size_t size);

#endif /* _NFIM_CHECK_H */
