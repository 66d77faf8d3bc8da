// SPDX-License-Identifier: GPL-2.0
/*
 * userspace/conf: the input is a policy file. Either it is refused at a place
 * inside it, or what was read prints as a file that reads back to the same, and
 * prints the same again.
 */

#include "../../userspace/conf.h"
#include "../unit/policies.h"
#include "fuzz.h"

static void check_refused(size_t len)
{
	const struct err_place *place = err_place();

	want(err_text()[0], "a sentence");
	if (!place)
		return;
	want(place->line >= 1 && place->line <= len + 1, "a line");
	want(place->column <= strlen(place->text) + 1, "a column");
}

static void check_read(const struct conf *conf)
{
	char *text = conf_print(conf->policy, conf->n);
	struct conf again;
	const char *why;
	char *twice;
	u32 i;

	want(text, "a text");
	want(!conf_read_text(&again, "again", text, strlen(text)),
	     "a printed file reads");
	want(again.n == conf->n, "as many policies");
	for (i = 0; i < conf->n; i++) {
		want(policy_check(conf->policy + i, &why), "sense");
		why = policies_differ(conf->policy + i, again.policy + i);
		if (why)
			want(false, why);
	}
	twice = conf_print(again.policy, again.n);
	want(twice && !strcmp(text, twice), "the same text");
	free(twice);
	free(text);
	conf_free(&again);
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t len)
{
	char *text = malloc(len + 1), *p;
	struct conf conf;

	want(text, "memory");
	memcpy(text, bytes, len);
	/* The files of this machine are none of our business. */
	while ((p = memmem(text, len, "include", 7)))
		*p = '#';
	if (conf_read_text(&conf, "input", text, len))
		check_refused(len);
	else
		check_read(&conf);
	conf_free(&conf);
	free(text);
	return 0;
}
