// SPDX-License-Identifier: GPL-2.0
/* The one sentence that says why a command failed. */
#include <stdarg.h>
#include <stdio.h>

#include "err.h"

static char sentence[512];

/* Line 0 if there is none. */
static struct err_place where;

enum rc err(enum rc rc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	where.line = 0;
	return rc;
}

enum rc err_nomem(void)
{
	return err(RC_REFUSED, "out of memory");
}

enum rc err_none(enum rc rc)
{
	sentence[0] = '\0';
	return rc;
}

void err_put_place(const struct err_place *place)
{
	where = *place;
}

const struct err_place *err_place(void)
{
	return where.line ? &where : NULL;
}

const char *err_text(void)
{
	return sentence;
}
