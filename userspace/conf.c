// SPDX-License-Identifier: GPL-2.0
/*
 * Reads policy files. libconfuse takes the text apart and calls us for each
 * value as soon as it has read it; from the line it is at we find the word, and
 * so the place of everything a file says is known to the byte. Nothing is kept
 * in libconfuse.
 */
#include <confuse.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "conf_reader.h"
#include "near.h"

#define KEYS_MAX	24

/*
 * libconfuse hands no pointer of ours to its callbacks, and reads one file at
 * a time because of its own global state.
 */
static struct reader *reading;

static void on_error(cfg_t *cfg, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

static void on_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	static const char unknown[] = "no such option '";
	struct near near;
	char text[200];
	cfg_opt_t *opt;
	char *word;

	if (reading->rc)
		return;
	vsnprintf(text, sizeof(text), fmt, ap);
	word = strchr(text, '\'');
	if (strncmp(text, unknown, strlen(unknown))) {
		reader_fail(reading, reader_seek_quoted(reading, cfg->line, text),
			    "%s", text);
		return;
	}
	word++;
	word[strcspn(word, "'")] = '\0';
	near = near_begin(word);
	for (opt = cfg->opts; opt->name; opt++)
		near_try(&near, opt->name);
	if (near.best)
		reader_fail(reading, reader_seek(reading, cfg->line, word),
			    "unknown keyword '%s' (did you mean '%s'?)",
			    word, near.best);
	else
		reader_fail(reading, reader_seek(reading, cfg->line, word),
			    "unknown keyword '%s'", word);
}

static int on_value(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	*(const char **)result = value;
	return reader_value(reading, cfg->name, cfg->title, opt->name, value,
			    opt->nvalues, cfg->line) ? -1 : 0;
}

/* libconfuse forgets the old values of a key when an empty list replaces it. */
static enum rc check_lists(cfg_t *section)
{
	cfg_opt_t *opt;

	for (opt = section->opts; opt->name; opt++) {
		if (!(opt->flags & CFGF_LIST) ||
		    !(opt->flags & CFGF_MODIFIED) || opt->nvalues)
			continue;
		return reader_fail(reading,
				   reader_seek(reading, section->line,
					       opt->name),
				   "'%s' is empty: leave it out", opt->name);
	}
	return RC_DONE;
}

/* The end of a section; its values are not needed any more. */
static int on_section(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *section = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	enum rc rc;

	rc = reader_enter(reading, section->name, section->title, cfg->line);
	if (!rc)
		rc = check_lists(section);
	if (!rc)
		rc = reader_leave(reading, section->name, section->title);
	cfg_free_value(opt);
	return rc ? -1 : 0;
}

static enum rc read_last(struct reader *r);

/* A file is looked for beside the one that includes it. */
static int on_include(cfg_t *cfg, cfg_opt_t *opt, int argc, const char **argv)
{
	struct reader *r = reading;
	struct conf_place outer = r->cursor;
	struct conf_texts *texts = &r->conf->texts;
	u32 known = texts->n;
	char *dir, *path;
	enum rc rc;

	(void)opt;
	if (argc != 1) {
		reader_fail(r, reader_seek(r, cfg->line, "include"),
			    "include takes one file name");
		return -1;
	}
	outer = reader_seek(r, cfg->line, argv[0]);
	if (r->depth == CONF_DEPTH) {
		reader_fail(r, outer, "files include each other more than %d deep",
			    CONF_DEPTH);
		return -1;
	}
	dir = strdup(texts->text[outer.text - 1].name);
	path = NULL;
	if (!dir || asprintf(&path, "%s/%s", dirname(dir), argv[0]) < 0) {
		free(dir);
		r->rc = err_nomem();
		return -1;
	}
	rc = conf_text_load(texts, *argv[0] == '/' ? argv[0] : path);
	/* The file that cannot be read is the word in this one. */
	if (rc && !err_place())
		reader_fail(r, outer, "%s", err_text());
	else if (rc)
		r->rc = rc;
	else if (texts->n > known)
		rc = read_last(r);
	r->cursor = outer;
	free(path);
	free(dir);
	return rc ? -1 : 0;
}

/* Terms of libconfuse for a table of keys. */
static void put_keys(cfg_opt_t *opts, const struct conf_key *key)
{
	cfg_opt_t one = CFG_STR_CB(NULL, NULL, CFGF_NODEFAULT, on_value);

	for (; key->name; key++, opts++) {
		*opts = one;
		opts->name = key->name;
		if (key->kind == CONF_LIST)
			opts->flags |= CFGF_LIST;
	}
}

static size_t count_keys(const struct conf_key *key)
{
	size_t n = 0;

	while (key[n].name)
		n++;
	return n;
}

/* A parser; the text goes in afterwards. */
static cfg_t *make_parser(const char *name)
{
	cfg_opt_t app[KEYS_MAX] = { 0 };
	cfg_opt_t ports[KEYS_MAX] = { 0 };
	cfg_opt_t policy[KEYS_MAX] = { 0 };
	cfg_opt_t application = CFG_SEC("application", app,
					CFGF_MULTI | CFGF_TITLE);
	cfg_opt_t root[] = {
		CFG_SEC("ports", ports, CFGF_MULTI | CFGF_TITLE),
		CFG_SEC("policy", policy, CFGF_MULTI | CFGF_TITLE),
		CFG_FUNC("include", on_include),
		CFG_END()
	};
	cfg_t *cfg;

	put_keys(app, conf_app_keys);
	put_keys(ports, conf_ports_keys);
	put_keys(policy, conf_policy_keys);
	policy[count_keys(conf_policy_keys)] = application;
	cfg = cfg_init(root, CFGF_NONE);
	if (!cfg)
		return NULL;
	cfg->filename = strdup(name);
	if (!cfg->filename) {
		cfg_free(cfg);
		return NULL;
	}
	cfg_set_error_function(cfg, on_error);
	cfg_set_validate_func(cfg, "ports", on_section);
	cfg_set_validate_func(cfg, "policy", on_section);
	cfg_set_validate_func(cfg, "policy|application", on_section);
	return cfg;
}

/*
 * Read the text that was taken in last. The parser is freed at the end of all,
 * because that would also end the lexer, of which there is one only.
 */
static enum rc read_last(struct reader *r)
{
	struct conf_text *text = r->conf->texts.text + r->conf->texts.n - 1;
	cfg_t *cfg;
	FILE *from;

	r->cursor = (struct conf_place){ .text = r->conf->texts.n };
	if (!text->len)
		return RC_DONE;
	cfg = make_parser(text->name);
	if (!cfg)
		return r->rc = err_nomem();
	r->parser[r->n_parsers++] = cfg;
	from = fmemopen(text->bare, text->len, "r");
	if (!from)
		return r->rc = err_nomem();
	r->depth++;
	if (cfg_parse_fp(cfg, from) && !r->rc)
		reader_fail(r, reader_seek(r, cfg->line, ""), "syntax error");
	r->depth--;
	fclose(from);
	return r->rc;
}

static enum rc read_all(struct conf *conf)
{
	struct reader r = { .conf = conf };
	u32 i;

	reading = &r;
	reader_begin(&r);
	read_last(&r);
	for (i = 0; i < r.n_parsers; i++)
		cfg_free(r.parser[i]);
	reader_end(&r);
	reading = NULL;
	return r.rc;
}

enum rc conf_read(struct conf *conf, const char *path)
{
	enum rc rc;

	*conf = (struct conf){ 0 };
	rc = conf_text_load(&conf->texts, path);
	return rc ? rc : read_all(conf);
}

enum rc conf_read_text(struct conf *conf, const char *name, const char *text,
		       size_t len)
{
	enum rc rc;

	*conf = (struct conf){ 0 };
	rc = conf_text_add(&conf->texts, name, text, len);
	return rc ? rc : read_all(conf);
}

void conf_free(struct conf *conf)
{
	free(conf->policy);
	free(conf->places);
	conf_text_free(&conf->texts);
	*conf = (struct conf){ 0 };
}

enum rc conf_err(const struct conf *conf, const struct conf_where *where,
		 enum rc rc, const char *why)
{
	const struct conf_places *p = conf->places + where->policy;
	struct conf_place place = p->policy[where->id];

	if (where->in_app)
		place = p->app[where->app][where->app_id];
	if (where->in_app && !place.text)
		place = p->app[where->app][CONF_APP];
	if (!place.text)
		place = p->policy[CONF_POLICY];
	return conf_text_fail(&conf->texts, place, rc, "%s", why);
}
