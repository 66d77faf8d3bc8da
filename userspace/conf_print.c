// SPDX-License-Identifier: GPL-2.0
/* Prints policies as the text of a file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"

#define SEPARATORS	" \t\r\n{}(),=+\"'#/*|$\\"

static void print_quoted(const char *word, FILE *to)
{
	fputc('"', to);
	for (; *word; word++) {
		if (strchr("\"\\$", *word))
			fputc('\\', to);
		fputc(*word, to);
	}
	fputc('"', to);
}

/* Networks have a slash, which is no trouble unless another one follows. */
static void print_word(const struct conf_key *key, const char *word, FILE *to)
{
	bool plain = strcspn(word, SEPARATORS) == strlen(word) ||
		     key->put == conf_put_prefix;

	if (key->kind != CONF_TEXT && plain)
		fputs(word, to);
	else
		print_quoted(word, to);
}

static void print_key(const struct conf_key *key, const struct conf_slot *slot,
		      const char *indent, FILE *to)
{
	char word[CONF_WORD];
	unsigned int i;

	if (conf_is_default(key, slot))
		return;
	fprintf(to, "%s%s = ", indent, key->name);
	if (key->kind == CONF_LIST)
		fputs("{ ", to);
	for (i = 0; key->get(slot, i, word); i++) {
		if (i)
			fputs(", ", to);
		print_word(key, word, to);
	}
	fputs(key->kind == CONF_LIST ? " }\n" : "\n", to);
}

static void print_app(struct policy *p, enum nfim_app app, FILE *to)
{
	const struct conf_slot slot = { .policy = p, .app = app };
	const struct conf_key *key;

	if (!p->app[app].allow)
		return;
	fprintf(to, "\n\tapplication %s {\n", nfim_app_name(app));
	for (key = conf_app_keys; key->name; key++)
		print_key(key, &slot, "\t\t", to);
	fputs("\t}\n", to);
}

static void print_policy(struct policy *p, FILE *to)
{
	const struct conf_slot slot = { .policy = p };
	const struct conf_key *key;
	unsigned int app;

	fputs("policy ", to);
	print_quoted(p->name, to);
	fputs(" {\n", to);
	for (key = conf_policy_keys; key->name; key++)
		print_key(key, &slot, "\t", to);
	for (app = 0; app < NFIM_APP_MAX; app++)
		print_app(p, app, to);
	fputs("}\n", to);
}

char *conf_print(const struct policy *set, u32 n)
{
	struct policy settled;
	char *text = NULL;
	size_t len;
	bool lost;
	FILE *to;
	u32 i;

	to = open_memstream(&text, &len);
	if (!to)
		return NULL;
	for (i = 0; i < n; i++) {
		settled = set[i];
		conf_settle(&settled);
		if (i)
			fputc('\n', to);
		print_policy(&settled, to);
	}
	lost = ferror(to);
	if (fclose(to) || lost) {
		free(text);
		return NULL;
	}
	return text;
}
