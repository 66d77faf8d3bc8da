// SPDX-License-Identifier: GPL-2.0
/* The one sentence that says why a command failed. */
#include <stdarg.h>
#include <stdio.h>

#include "err.h"

static char sentence[512];

enum rc err(enum rc rc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	return rc;
}

enum rc err_nomem(void)
{
	return err(RC_REFUSED, "out of memory");
}

const char *err_text(void)
{
	return sentence;
}
