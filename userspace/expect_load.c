// SPDX-License-Identifier: GPL-2.0
/* Expectations from a file, and into the kernel. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "expect.h"
#include "expect_raw.h"
#include "row.h"

/* Put the row of a line in, or take away what it says is gone. */
static const char *take(json_t *rows, json_t *row)
{
	const char *event = row_str(row, "event");
	struct expect_raw raw;
	const char *wrong;
	char *key;
	int ret;

	if (strcmp(event, "expectation") && strcmp(event, "gone"))
		return NULL;
	wrong = expect_raw_unpack(row_str(row, "raw"), &raw);
	if (wrong)
		return wrong;
	if (!json_is_integer(json_object_get(row, "time")) ||
	    !json_is_integer(json_object_get(row, "seconds_left")))
		return "it lacks 'time' or 'seconds_left'";
	key = expect_key(row);
	if (!key)
		return "out of memory";
	if (!strcmp(event, "gone")) {
		json_object_del(rows, key);
		ret = 0;
	} else {
		ret = json_object_set(rows, key, row);
	}
	free(key);
	return ret ? "out of memory" : NULL;
}

static const char *take_line(json_t *rows, const char *line, size_t len)
{
	json_error_t error;
	json_t *row = json_loadb(line, len, 0, &error);
	const char *wrong;

	if (!json_is_object(row)) {
		json_decref(row);
		return "the line is not a JSON object";
	}
	wrong = take(rows, row);
	json_decref(row);
	return wrong;
}

static enum rc take_lines(FILE *from, const char *file, json_t *rows)
{
	const char *wrong = NULL;
	unsigned int n = 0;
	char *line = NULL;
	size_t size = 0;
	enum rc rc = RC_DONE;
	ssize_t len;

	while (!wrong && (len = getline(&line, &size, from)) > 0) {
		n++;
		if (line[len - 1] == '\n')
			wrong = take_line(rows, line, len - 1);
	}
	if (wrong)
		rc = err(RC_USAGE, "%s:%u: %s", file, n, wrong);
	else if (ferror(from))
		rc = err(RC_USAGE, "cannot read %s: %s", file, strerror(errno));
	free(line);
	return rc;
}

enum rc expect_load(const char *file, json_t *rows)
{
	bool is_stdin = !strcmp(file, "-");
	FILE *from = is_stdin ? stdin : fopen(file, "re");
	enum rc rc;

	if (!from)
		return err(RC_USAGE, "cannot read %s: %s", file,
			   strerror(errno));
	rc = take_lines(from, file, rows);
	if (!is_stdin)
		fclose(from);
	return rc;
}

/* Clocks of two gateways may differ; nothing lives longer for that. */
static json_int_t seconds_left(const json_t *row)
{
	json_int_t left = row_int(row, "seconds_left");
	struct timespec now = { 0 };
	json_int_t age;

	clock_gettime(CLOCK_REALTIME, &now);
	age = now.tv_sec - row_int(row, "time") / 1000;
	if (left > INT32_MAX)
		left = INT32_MAX;
	return age > 0 ? left - age : left;
}

static int ask(struct nl *nl, const struct expect_raw *raw, enum expect_ask what,
	       uint32_t seconds)
{
	uint32_t buf[2 * EXPECT_RAW_MAX / sizeof(uint32_t)] = { 0 };

	return nl_talk(nl, expect_raw_request(raw, what, seconds, buf), NULL,
		       NULL);
}

int expect_restore(struct nl *nl, const json_t *row)
{
	json_int_t left = seconds_left(row);
	struct expect_raw raw;
	int ret;

	if (left <= 0)
		return 0;
	if (expect_raw_unpack(row_str(row, "raw"), &raw))
		return -EINVAL;
	ret = ask(nl, &raw, EXPECT_MAKE, 0);
	if (ret == -EEXIST) {
		ask(nl, &raw, EXPECT_DELETE, 0);
		ret = ask(nl, &raw, EXPECT_MAKE, 0);
	}
	if (!ret)
		ret = ask(nl, &raw, EXPECT_TIME, left);
	return ret ? ret : 1;
}
