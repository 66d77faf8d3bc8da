// SPDX-License-Identifier: GPL-2.0
/* userspace/conf: every mistake in a policy file is named at its place. */

#include "../../userspace/conf.h"
#include "../../userspace/conf_warn.h"
#include "../ktap.h"

static enum rc read_text(struct conf *conf, const char *text)
{
	return conf_read_text(conf, "test.conf", text, strlen(text));
}

struct wrong {
	const char *text;
	u32 line, column;
	const char *sentence;
};

#define APP(text)	"policy a {\n application voice {\n " text "\n }\n}\n"
#define POLICY(text)	"policy a {\n " text "\n}\n"
#define EIGHT(a)	a ", " a ", " a ", " a ", " a ", " a ", " a ", " a

static const struct wrong wrong[] = {
	{ POLICY("helpr = msnp"), 2, 2,
	  "unknown keyword 'helpr' (did you mean 'helper'?)" },
	{ POLICY("colour = red"), 2, 2, "unknown keyword 'colour'" },
	{ "polcy a { }", 1, 1,
	  "unknown keyword 'polcy' (did you mean 'policy'?)" },
	{ APP("limits = 3"), 3, 2,
	  "unknown keyword 'limits' (did you mean 'limit'?)" },
	{ "ports a { rang = 1 }", 1, 11,
	  "unknown keyword 'rang' (did you mean 'range'?)" },
	{ POLICY("helper = mnsp"), 2, 11,
	  "unknown helper 'mnsp' (did you mean 'msnp'?)" },
	{ POLICY("helper = irc"), 2, 11,
	  "unknown helper 'irc': want msnp or imsip" },
	{ POLICY("hold = maybe"), 2, 9, "'maybe' is not yes or no" },
	{ POLICY("default = 1"), 2, 12, "'1' is not yes or no" },
	{ POLICY("default = yes") "policy b {\n\tdefault\n\t= yes }", 5, 2,
	  "policy 'a' is the default of msnp already" },
	{ POLICY("hold = no hold = no"), 2, 12, "'hold' is there twice" },
	{ POLICY("client = A\n client = B"), 3, 2, "'client' is there twice" },
	{ POLICY("client = { }"), 2, 2, "'client' is empty: leave it out" },
	{ POLICY("client = A client = { }"), 2, 13,
	  "'client' is empty: leave it out" },
	{ POLICY("client = { \"\" }"), 2, 2, "the name of a client is empty" },
	{ POLICY("client = { A,\n  ABCDEFGHIJKLMNOPQRSTUVWX }"), 3, 3,
	  "the name of a client is longer than 23 bytes" },
	{ POLICY("client = { " EIGHT("A") ", B }"), 2, 37,
	  "more than 8 client names" },
	{ POLICY("client = { M\303\266 }"), 2, 13,
	  "the name of a client may hold printable ASCII only" },
	{ POLICY("version = { 6.1, 6..2 }"), 2, 19, "'6..2' is no version" },
	{ POLICY("version = 6."), 2, 12, "'6.' is no version" },
	{ POLICY("version = 1.2.3.4.5"), 2, 12, "'1.2.3.4.5' is no version" },
	{ POLICY("version = 65536"), 2, 12, "'65536' is no version" },
	{ POLICY("version = 6.1b"), 2, 12, "'6.1b' is no version" },
	{ POLICY("version = 6-5"), 2, 12,
	  "versions '6-5' end before they begin" },
	{ POLICY("version = 0.0.0.0"), 2, 12,
	  "no client has version '0.0.0.0'" },
	{ POLICY("version = { " EIGHT("1") ", 2 }"), 2, 38,
	  "more than 8 versions" },
	{ POLICY("dialect = 8"), 2, 12, "'8' is no dialect" },
	{ POLICY("dialect = MSNP"), 2, 12, "'MSNP' is no dialect" },
	{ POLICY("dialect = MSNP0"), 2, 12, "'MSNP0' is no dialect" },
	{ POLICY("dialect = MSNP256"), 2, 12, "'MSNP256' is no dialect" },
	{ POLICY("dialect = -"), 2, 12, "'-' is no dialect" },
	{ POLICY("dialect = MSNP9-MSNP8"), 2, 12,
	  "dialects 'MSNP9-MSNP8' end before they begin" },
	{ POLICY("agent = \"\""), 2, 2, "the agent is empty" },
	{ POLICY("agent = 123456789012345678901234567890123456789012345678901234567890abcd"),
	  2, 10, "the agent is longer than 63 bytes" },
	{ POLICY("agent = \"\\n\""), 2, 2,
	  "the agent may hold printable ASCII only" },
	{ POLICY("host-limit = 0"), 2, 15, "'0' is no number from 1 to 65535" },
	{ POLICY("host-limit = 65536"), 2, 15,
	  "'65536' is no number from 1 to 65535" },
	{ POLICY("host-limit = -1"), 2, 15,
	  "'-1' is no number from 1 to 65535" },
	{ POLICY("net-limit = 0"), 2, 14, "'0' is no number from 1 to 16384" },
	{ POLICY("net-limit = 16385"), 2, 14,
	  "'16385' is no number from 1 to 16384" },
	{ POLICY("third-party = 10.1.2.3/16"), 2, 16,
	  "'10.1.2.3/16' has bits behind its prefix: write 10.1.0.0/16" },
	{ POLICY("third-party = ::1/64"), 2, 16,
	  "'::1/64' has bits behind its prefix: write ::/64" },
	{ POLICY("third-party = 10.1"), 2, 16, "'10.1' is no network" },
	{ POLICY("third-party = 10.1.0.0/33"), 2, 16,
	  "the prefix of '10.1.0.0/33' is no number from 0 to 32" },
	{ POLICY("third-party = ::/129"), 2, 16,
	  "the prefix of '::/129' is no number from 0 to 128" },
	{ POLICY("third-party = { " EIGHT("::") ", ::1 }"), 2, 50,
	  "more than 8 networks" },
	{ POLICY("application voic { }"), 2, 14,
	  "unknown application 'voic' (did you mean 'voice'?)" },
	{ POLICY("application chess { }"), 2, 14,
	  "unknown application 'chess'; nfim.conf(5) lists all" },
	{ POLICY("application voice { inside = 1 }\napplication voice { }"),
	  3, 13, "application 'voice' is there twice" },
	{ POLICY("application voice { }"), 2, 14,
	  "application 'voice' needs inside ports" },
	{ APP("verdict = deny"), 3, 12,
	  "unknown verdict 'deny': want refuse or allow" },
	{ APP("protocol = { tcp, upd }"), 3, 20,
	  "unknown protocol 'upd' (did you mean 'udp'?)" },
	{ APP("inside = 0"), 3, 11,
	  "'0' is no port: want 1 to 65535, or a range as 6891-6901" },
	{ APP("inside = 65536"), 3, 11, "'65536' is no port" },
	{ APP("inside = { 1-2-3 }"), 3, 13, "'1-2-3' is no port" },
	{ APP("inside = { 6891-6901, 5-3 }"), 3, 24,
	  "range '5-3' ends before it begins: write 3-5" },
	{ APP("inside = windows-xp"), 3, 11,
	  "no ports are called 'windows-xp'" },
	{ APP("inside = { " EIGHT("1") ", 2 }"), 3, 37,
	  "more than 8 ranges of ports in one list" },
	{ APP("limit = 0"), 3, 10, "'0' is no number from 1 to 65535" },
	{ APP("lifetime = 4"), 3, 13, "'4' is no number from 5 to 7200" },
	{ APP("lifetime = 7201"), 3, 13,
	  "'7201' is no number from 5 to 7200" },
	{ "ports abc { range = 1 }\n" APP("inside = abd"), 4, 11,
	  "no ports are called 'abd' (did you mean 'abc'?)" },
	{ "ports 1a { range = 1 }", 1, 7,
	  "the name of ports is a letter, then letters, digits," },
	{ "ports \"a b\" { range = 1 }", 1, 8,
	  "the name of ports is a letter, then letters, digits," },
	{ "ports abcdefghijklmnopqrstuvwxyz123456 { range = 1 }", 1, 7,
	  "the name of ports is longer than 31 bytes" },
	{ "ports a { range = 1 }\nports a { range = 2 }", 2, 7,
	  "ports 'a' are there twice" },
	{ "ports a { }", 1, 8, "ports 'a' need a range" },
	{ POLICY("") "\n" POLICY(""), 5, 8, "another policy is called 'a'" },
	{ "policy \"\" { }", 1, 1, "the name of a policy is printable ASCII" },
	{ "policy 12345678901234567890123456789012 { }", 1, 8,
	  "the name of a policy is longer than 31 bytes" },
	{ "policy a\n", 2, 1, "premature end of file" },
	{ "policy { }", 1, 1, "missing title for section 'policy'" },
	{ "policy a b", 1, 1, "missing opening brace for section 'policy'" },
	{ POLICY("hold yes"), 2, 2, "missing equal sign after option 'hold'" },
	{ POLICY("hold = { yes }"), 2, 9, "unexpected token '{'" },
	{ POLICY("hold = }"), 3, 1, "this brace closes nothing" },
	{ POLICY("hold = } x {"), 2, 9, "unexpected token '}'" },
	{ POLICY("client = { a b }"), 2, 15, "unexpected token 'b'" },
	{ POLICY("hold += yes"), 2, 2,
	  "attempt to append to non-list option 'hold'" },
	{ "policy a {\n hold = yes\n", 1, 10, "this brace is never closed" },
	{ "policy a { }\n}\n", 2, 1, "this brace closes nothing" },
	{ "{{{{{{{{{", 1, 9, "too many braces are open here" },
	{ POLICY("agent = \"a"), 2, 10,
	  "this quote is not closed on its line" },
	{ POLICY("agent = 'a\nb'"), 2, 10,
	  "this quote is not closed on its line" },
	{ POLICY("agent = \"a\\"), 2, 10,
	  "this quote is not closed on its line" },
	{ POLICY("/* never\nends"), 2, 2, "this comment is never closed" },
	{ POLICY("hold = yes*"), 2, 12, "unexpected '*'" },
	{ POLICY("host-limit = 1+1"), 2, 16, "unexpected '+'" },
	{ POLICY("application|limit = 1"), 2, 13, "unexpected '|'" },
	{ POLICY("agent = ${HOME}"), 2, 10,
	  "a file takes nothing from the environment" },
	{ POLICY("agent = \"x${HOME}\""), 2, 12,
	  "a file takes nothing from the environment" },
	{ POLICY("hold = \007"), 2, 9,
	  "byte 0x07 does not belong into a text file" },
	{ "include()", 1, 1, "include takes one file name" },
	{ "include(a, b)", 1, 1, "include takes one file name" },
	{ "include(does-not-exist)", 1, 9,
	  "cannot read ./does-not-exist: No such file or directory" },
	{ "include(/dev/null)", 1, 9, "cannot read /dev/null: not a file" },
};

static void refused(const void *arg)
{
	const struct err_place *place;
	struct conf conf;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		const struct wrong *w = wrong + i;

		ktap_at("%s", w->text);
		if (ktap_equal(read_text(&conf, w->text), RC_USAGE)) {
			if (strncmp(err_text(), w->sentence,
				    strlen(w->sentence)))
				ktap_fail("saw \"%s\", wanted \"%s\"",
					  err_text(), w->sentence);
			place = err_place();
			if (ktap_want(place)) {
				ktap_want(!strcmp(place->file, "test.conf"));
				ktap_equal(place->line, w->line);
				ktap_equal(place->column, w->column);
			}
		}
		conf_free(&conf);
	}
}

static void zero_byte(const void *arg)
{
	static const char text[] = "policy a { hold = no\0pe }";
	struct conf conf;

	ktap_equal(conf_read_text(&conf, "x", text, sizeof(text) - 1),
		   RC_USAGE);
	ktap_want(err_place() && err_place()->column == 21);
	conf_free(&conf);
}

/* "LINE:COLUMN NAME" of all warnings. */
static void in_vain(const void *arg)
{
	static const struct {
		const char *text, *wanted;
	} rows[] = {
		{ "policy a { client = X }\npolicy b { }\npolicy c { default = yes }",
		  "" },
		{ "policy a { }\npolicy b { client = X }\n policy c { }",
		  "2:1 b 3:2 c " },
		{ "policy a { }\npolicy b { default = yes client = X }", "" },
		{ "policy a { default = yes }\npolicy b { client = X }", "" },
		{ "policy a { }\npolicy b { helper = imsip }", "" },
		{ "policy a { helper = imsip }\npolicy b { }\n"
		  "policy c { agent = X helper = imsip }", "3:1 c " },
	};
	char text[100], *quote;
	const json_t *row;
	struct conf conf;
	json_t *list;
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].text);
		ktap_equal(read_text(&conf, rows[i].text), RC_DONE);
		list = conf_warnings(&conf);
		text[0] = '\0';
		json_array_foreach(list, k, row) {
			const char *why = json_string_value(json_object_get(row, "message"));

			quote = strchr(why, '\'');
			snprintf(text + strlen(text), sizeof(text) - strlen(text),
				 "%d:%d %c ",
				 (int)json_integer_value(json_object_get(row, "line")),
				 (int)json_integer_value(json_object_get(row, "column")),
				 quote ? quote[1] : '?');
		}
		if (!ktap_want(list && !strcmp(text, rows[i].wanted)))
			ktap_fail("saw \"%s\"", text);
		json_decref(list);
		conf_free(&conf);
	}
}

static const struct ktap_case cases[] = {
	{ "every mistake is refused with its line, column and advice",
	  refused },
	{ "a zero byte is refused", zero_byte },
	{ "a policy that can never be chosen is named at its place", in_vain },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
