// SPDX-License-Identifier: GPL-2.0
/* nfim explain: what the helpers would do with a capture, and why. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../cmd.h"
#include "../conf.h"
#include "../explain.h"

static const struct opt *const opts[] = {
	&opt_policy, &opt_inside, &opt_outside, &opt_write, &opt_svg,
	&opt_html, NULL
};

/* "-" can be read once only: keep it twice. */
static enum rc keep_input(FILE *file[2])
{
	char buf[65536];
	size_t n;

	file[0] = tmpfile();
	file[1] = file[0] ? tmpfile() : NULL;
	if (!file[1])
		return err(RC_REFUSED, "cannot make a temporary file: %s",
			   strerror(errno));
	while ((n = fread(buf, 1, sizeof(buf), stdin)) > 0)
		if (fwrite(buf, 1, n, file[0]) != n ||
		    fwrite(buf, 1, n, file[1]) != n)
			return err(RC_REFUSED,
				   "cannot write a temporary file: %s",
				   strerror(errno));
	if (ferror(stdin) || fseek(file[0], 0, SEEK_SET) ||
	    fseek(file[1], 0, SEEK_SET))
		return err(RC_REFUSED, "cannot read standard input: %s",
			   strerror(errno));
	return RC_DONE;
}

static enum rc open_twice(FILE *file[2], const char *name)
{
	struct stat st;
	int i;

	if (!strcmp(name, "-"))
		return keep_input(file);
	for (i = 0; i < 2; i++) {
		file[i] = fopen(name, "re");
		if (!file[i])
			return err(RC_USAGE, "cannot read '%s': %s", name,
				   strerror(errno));
	}
	if (fstat(fileno(file[0]), &st) || !S_ISREG(st.st_mode))
		return err(RC_USAGE,
			   "'%s' is no file ('-' reads standard input)", name);
	return RC_DONE;
}

/* Writing to the file that is read would destroy it. */
static enum rc check_write(FILE *file, const char *name)
{
	struct stat in, out;

	if (!fstat(fileno(file), &in) && !stat(name, &out) &&
	    in.st_dev == out.st_dev && in.st_ino == out.st_ino)
		return err(RC_USAGE, "'%s' is the capture itself", name);
	return RC_DONE;
}

static bool read_addr(const char *text, size_t len, struct addr *a)
{
	return text_addr(span_make(text, len), a);
}

static bool read_prefix(const char *text, struct addr_prefix *p)
{
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	u32 bits;

	if (!read_addr(text, len, &p->addr))
		return false;
	bits = p->addr.len * 8;
	if (slash && !text_u32(span_make(slash + 1, strlen(slash + 1)), bits,
			       &bits))
		return false;
	p->bits = (u8)bits;
	return true;
}

static enum rc read_addresses(const struct args *args, struct explain_opts *o,
			      struct addr_prefix *inside)
{
	size_t i;

	for (i = 0; i < args->n_insides; i++)
		if (!read_prefix(args->insides[i], inside + i))
			return err(RC_USAGE,
				   "'%s' is no address or prefix of --inside (a capture stands before it)",
				   args->insides[i]);
	o->inside = inside;
	o->n_inside = args->n_insides;
	if (args->outside &&
	    !read_addr(args->outside, strlen(args->outside), &o->outside))
		return err(RC_USAGE, "'%s' is no address", args->outside);
	return RC_DONE;
}

static enum rc explain(const struct args *args, struct explain_opts *o)
{
	FILE *file[2] = { NULL, NULL };
	enum rc rc;

	rc = open_twice(file, args->topic);
	if (!rc && o->write)
		rc = check_write(file[0], o->write);
	if (!rc && o->svg)
		rc = check_write(file[0], o->svg);
	if (!rc && o->html)
		rc = check_write(file[0], o->html);
	if (!rc)
		return explain_capture(o, file[0], file[1]);
	if (file[0])
		fclose(file[0]);
	if (file[1])
		fclose(file[1]);
	return rc;
}

static enum rc run(const struct args *args)
{
	struct explain_opts o = {
		.name = args->topic,
		.write = args->write,
		.svg = args->svg,
		.html = args->html,
		.json = args->json,
	};
	struct addr_prefix inside[OPT_LIST_MAX];
	struct conf conf = { 0 };
	enum rc rc;

	if (!args->topic)
		return err(RC_USAGE, "which capture?");
	rc = read_addresses(args, &o, inside);
	if (!rc && args->policy) {
		rc = conf_read(&conf, args->policy);
		o.policy = conf.policy;
		o.n_policies = conf.n;
	}
	if (!rc)
		rc = explain(args, &o);
	if (args->policy)
		conf_free(&conf);
	return rc;
}

const struct cmd cmd_explain = {
	.name = "explain",
	.topic = "CAPTURE",
	.summary = "say what the helpers would do with a capture, and why",
	.about = "Reads a capture (pcap or pcapng; '-' for standard input) with the protocol code\n"
		 "of the module, and says what is announced in it, what would be opened and\n"
		 "edited, and why or why not; as text, and with --svg or --html as a ladder\n"
		 "diagram. Needs neither the module nor any privilege.\n",
	.opts = opts,
	.run = run,
};
