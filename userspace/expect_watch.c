// SPDX-License-Identifier: GPL-2.0
/* nfim monitor --expect: what the helpers expect, as it changes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event.h"
#include "expect.h"
#include "expect_watch.h"
#include "row.h"
#include "watch.h"

#define LOOK_MS	1000

/* A run of the command. */
struct follow {
	const struct args *args;
	struct nl events;
	struct nl dumps;
	json_t *known;		/* what has been told, by its key */
	unsigned long printed;
	enum rc rc;		/* why printing failed */
};

static bool is_over(void *ctx)
{
	const struct follow *f = ctx;

	return f->args->count && f->printed >= f->args->count;
}

static enum rc print(struct follow *f, const json_t *row)
{
	if (is_over(f))
		return RC_DONE;
	f->printed++;
	f->rc = out_record(row, expect_cols, f->args->json);
	return f->rc;
}

static bool is_gone(const json_t *row)
{
	return !strcmp(row_str(row, "event"), "gone");
}

/* One that was made anew has more time left than it had. */
static bool is_known(const json_t *old, const json_t *row)
{
	json_int_t passed = (row_int(row, "time") - row_int(old, "time")) / 1000;
	json_int_t left = row_int(old, "seconds_left") - passed;

	return !strcmp(row_str(old, "state"), row_str(row, "state")) &&
	       row_int(row, "seconds_left") <= left + 2 &&
	       json_equal(json_object_get(old, "inside"),
			  json_object_get(row, "inside"));
}

static enum rc tell(struct follow *f, const char *key, json_t *row)
{
	const json_t *old = json_object_get(f->known, key);

	if (is_gone(row)) {
		if (!old)
			return RC_DONE;
		json_object_del(f->known, key);
		return print(f, row);
	}
	if (old && is_known(old, row))
		return RC_DONE;
	if (json_object_set(f->known, key, row))
		return err_nomem();
	return print(f, row);
}

static int on_event(const struct nlmsghdr *nlh, void *data)
{
	struct follow *f = data;
	json_t *row;
	char *key;

	if (expect_read(nlh, &row))
		return -ENOMEM;
	if (!row)
		return 0;
	key = expect_key(row);
	f->rc = key ? tell(f, key, row) : err_nomem();
	free(key);
	json_decref(row);
	return f->rc ? -EIO : 0;
}

static enum rc read_events(void *ctx)
{
	struct follow *f = ctx;
	int ret;

	/* What was lost is found when all are read again. */
	do
		ret = nl_receive(&f->events, on_event, f);
	while ((ret > 0 || ret == -ENOBUFS) && !is_over(f));
	if (f->rc || ret >= 0)
		return f->rc;
	return nl_err(&f->events, ret, "read events");
}

static enum rc tell_gone(struct follow *f, const json_t *rows)
{
	json_t *old, *gone;
	enum rc rc = RC_DONE;
	const char *key;
	void *tmp;

	json_object_foreach_safe(f->known, tmp, key, old) {
		if (rc || json_object_get(rows, key))
			continue;
		gone = json_copy(old);
		if (!gone || json_object_set_new(gone, "event",
						 json_string("gone")))
			rc = err_nomem();
		else
			rc = tell(f, key, gone);
		json_decref(gone);
	}
	return rc;
}

static enum rc look(void *ctx)
{
	struct follow *f = ctx;
	json_t *rows = json_object();
	const char *key;
	enum rc rc;
	json_t *row;

	rc = rows ? expect_dump(&f->dumps, rows) : err_nomem();
	if (!rc)
		rc = tell_gone(f, rows);
	json_object_foreach(rows, key, row) {
		if (!rc)
			rc = tell(f, key, row);
	}
	json_decref(rows);
	return rc;
}

/* Whoever reads this knows from here on all that there is. */
static enum rc begin(struct follow *f)
{
	json_t *mark = event_new("snapshot");
	enum rc rc;

	rc = expect_join(&f->events);
	if (!rc)
		rc = look(f);
	if (!rc && f->args->json)
		rc = mark ? out_record(mark, expect_cols, true) : err_nomem();
	json_decref(mark);
	return rc;
}

enum rc expect_watch(const struct args *args)
{
	struct follow f = { .args = args, .known = json_object() };
	struct watch watch = {
		.readable = read_events, .tick = look, .tick_ms = LOOK_MS,
		.is_over = is_over, .ctx = &f, .timeout = args->timeout,
	};
	enum rc rc = watch_begin(&watch);

	if (!rc)
		rc = expect_open(&f.events);
	if (!rc)
		rc = expect_open(&f.dumps);
	if (!rc)
		rc = f.known ? begin(&f) : err_nomem();
	watch.fd = f.events.sock ? nl_fd(&f.events) : -1;
	if (!rc)
		rc = watch_run(&watch);
	nl_close(&f.events);
	nl_close(&f.dumps);
	json_decref(f.known);
	return rc;
}
