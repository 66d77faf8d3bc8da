/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A KTAP writer for tests in C: a table of cases, each named by a sentence,
 * each a function that says what it wanted and what it saw. A case fails when
 * one of its wants is not met, and runs on, so that one run shows everything.
 */
#ifndef _NFIM_KTAP_H
#define _NFIM_KTAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define KTAP_PASS	0
#define KTAP_FAIL	1
#define KTAP_SKIP	4

/* Lines of diagnosis that one case may print. */
#define KTAP_LINES	20

/**
 * struct ktap_case - one test case
 * @name: a sentence that is true when the case passes; no '#' in it
 * @run: the test
 * @arg: handed to @run
 */
struct ktap_case {
	const char *name;
	void (*run)(const void *arg);
	const void *arg;
};

/* The case that runs: failed wants, why it is skipped, where we are in it. */
static struct {
	unsigned int failed;
	char skip[200];
	char at[300];
} ktap_now;

/**
 * ktap_at() - name the row of a table that is being tested
 * @fmt: as for printf; shown with every want that fails from here on
 */
static inline __attribute__((format(printf, 1, 2)))
void ktap_at(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(ktap_now.at, sizeof(ktap_now.at), fmt, ap);
	va_end(ap);
}

/**
 * ktap_skip() - skip this case; the caller returns
 * @fmt: the reason, as for printf
 */
static inline __attribute__((format(printf, 1, 2)))
void ktap_skip(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(ktap_now.skip, sizeof(ktap_now.skip), fmt, ap);
	va_end(ap);
}

/* Text from a packet may hold anything; a line of KTAP may not. */
static inline void ktap_put(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '\r')
			fputs("\\r", stdout);
		else if (c == '\n')
			fputs("\\n", stdout);
		else if (c < ' ' || c > '~')
			printf("\\x%02x", c);
		else
			putchar(c);
	}
}

static inline __attribute__((format(printf, 1, 2)))
void ktap_fail(const char *fmt, ...)
{
	char text[1000];
	va_list ap;

	if (++ktap_now.failed == KTAP_LINES)
		puts("# ... and more");
	if (ktap_now.failed >= KTAP_LINES)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fputs("# ", stdout);
	ktap_put(ktap_now.at, strlen(ktap_now.at));
	fputs(ktap_now.at[0] ? ": " : "", stdout);
	ktap_put(text, strlen(text));
	putchar('\n');
}

static inline bool ktap_want_at(bool ok, const char *what, int line)
{
	if (!ok)
		ktap_fail("line %d: wanted %s", line, what);
	return ok;
}

static inline bool ktap_equal_at(unsigned long long seen,
				 unsigned long long wanted, const char *what,
				 int line)
{
	if (seen != wanted)
		ktap_fail("line %d: %s: wanted %llu (0x%llx), saw %llu (0x%llx)",
			  line, what, wanted, wanted, seen, seen);
	return seen == wanted;
}

static inline bool ktap_bytes_at(const char *seen, size_t seen_len,
				 const char *wanted, size_t wanted_len,
				 const char *what, int line)
{
	bool ok = seen_len == wanted_len && !memcmp(seen, wanted, wanted_len);

	if (ok)
		return true;
	ktap_fail("line %d: %s: %zu bytes wanted, %zu seen", line, what,
		  wanted_len, seen_len);
	if (ktap_now.failed >= KTAP_LINES)
		return false;
	fputs("#   wanted \"", stdout);
	ktap_put(wanted, wanted_len);
	fputs("\"\n#   saw    \"", stdout);
	ktap_put(seen, seen_len);
	fputs("\"\n", stdout);
	return false;
}

/* Each returns whether the want was met, so that a case can stop there. */
#define ktap_want(cond) ktap_want_at(cond, #cond, __LINE__)
#define ktap_equal(seen, wanted) \
	ktap_equal_at((unsigned long long)(seen), \
		      (unsigned long long)(wanted), #seen, __LINE__)
#define ktap_bytes(seen, seen_len, wanted, wanted_len) \
	ktap_bytes_at(seen, seen_len, wanted, wanted_len, #seen, __LINE__)

/**
 * ktap_run() - run all cases and print the whole report
 * @cases: the table
 * @n: how many
 *
 * Return: exit status: %KTAP_FAIL if a case failed, %KTAP_SKIP if all were
 * skipped, else %KTAP_PASS.
 */
static inline int ktap_run(const struct ktap_case *cases, size_t n)
{
	size_t i, failed = 0, skipped = 0;

	printf("KTAP version 1\n1..%zu\n", n);
	for (i = 0; i < n; i++) {
		memset(&ktap_now, 0, sizeof(ktap_now));
		cases[i].run(cases[i].arg);
		if (ktap_now.failed)
			failed++;
		else if (ktap_now.skip[0])
			skipped++;
		printf("%s %zu %s", ktap_now.failed ? "not ok" : "ok", i + 1,
		       cases[i].name);
		if (!ktap_now.failed && ktap_now.skip[0])
			printf(" # SKIP %s", ktap_now.skip);
		putchar('\n');
		fflush(stdout);
	}
	if (failed)
		return KTAP_FAIL;
	return n && skipped == n ? KTAP_SKIP : KTAP_PASS;
}

#endif /* _NFIM_KTAP_H */
