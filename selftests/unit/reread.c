// SPDX-License-Identifier: GPL-2.0
/* Reads what the gateway let out as a peer would, by code of its own. */

#include <stdio.h>
#include <stdlib.h>

#include "../ktap.h"
#include "reread.h"

#define TEXT_MAX	70000

/* A command of a stream: where its line, its payload and its end are. */
struct cmd {
	const char *line, *payload, *end;
};

static bool next_cmd(const char **p, const char *end, struct cmd *c)
{
	const char *nl = memchr(*p, '\n', (size_t)(end - *p)), *arg;
	bool has;

	if (!nl)
		return false;
	c->line = *p;
	c->payload = nl + 1;
	has = !memcmp(*p, "MSG", 3) || !memcmp(*p, "UUN", 3) ||
	      !memcmp(*p, "SDG", 3);
	for (arg = nl; arg > *p && arg[-1] != ' '; arg--)
		;
	c->end = c->payload + (has ? atoi(arg) : 0);
	*p = c->end;
	return c->end <= end;
}

static const char *find(const char *p, const char *end, const char *what)
{
	return memmem(p, (size_t)(end - p), what, strlen(what));
}

static u32 le32(const char *p)
{
	return (u8)p[0] | (u8)p[1] << 8 | (u8)p[2] << 16 |
	       (u32)(u8)p[3] << 24;
}

static bool is_p2p1(const struct cmd *c, const char **head)
{
	const char *dest = find(c->payload, c->end, "P2P-Dest:");
	const char *body = find(c->payload, c->end, "\r\n\r\n");

	if (!dest || !body || find(dest, body, ";{"))
		return false;
	*head = body + 4;
	return find(c->payload, body, "x-msnmsgrp2p");
}

static void check_p2p1(const struct cmd *c)
{
	const char *head;
	u32 have, total, len;

	if (!is_p2p1(c, &head))
		return;
	have = (u32)(c->end - head) - 52;
	total = le32(head + 16);
	len = le32(head + 24);
	ktap_want(!len || len == have);
	ktap_want(le32(head + 8) + have <= total);
}

/* By how much Content-Length differs from what is there. */
static long slp_error(const struct cmd *c)
{
	const char *slp = find(c->payload, c->end, "MSNSLP/1.0 "), *len, *body;

	if (!slp)
		return 0;
	len = find(slp, c->end, "Content-Length: ");
	body = find(slp, c->end, "\r\n\r\n");
	if (!len || !body)
		return 0;
	return c->end - body - 4 - atoi(len + 16);
}

/*
 * Without what another correct result may have otherwise: lengths, and blanks
 * behind the last line.
 */
static size_t plain(struct span s, char *out)
{
	const char *p = s.p, *head, *q, *len;
	size_t n = 0, line;
	struct cmd c;

	while (p < s.end && next_cmd(&p, s.end, &c)) {
		line = (size_t)(c.payload - c.line);
		memcpy(out + n, c.line, line);
		if (c.end > c.payload)
			while (line && out[n + line - 1] != ' ')
				line--;
		n += line;
		for (q = c.payload; q < c.end; q++) {
			len = "Content-Length: ";
			if (is_p2p1(&c, &head) &&
			    ((q >= head + 16 && q < head + 20) ||
			     (q >= head + 24 && q < head + 28)))
				continue;
			if (c.end - q > 16 && !memcmp(q, len, 16)) {
				q = memchr(q, '\r', (size_t)(c.end - q));
				continue;
			}
			if (*q == ' ' && q[-1] == '\n')
				while (q + 1 < c.end && *q == ' ')
					q++;
			if (*q != ' ' || q[-1] != '\n')
				out[n++] = *q;
		}
		while (n && c.end > c.payload && out[n - 1] == ' ')
			n--;
	}
	return n;
}

static void compare(const struct vector *v, struct span heard)
{
	static char a[TEXT_MAX], b[TEXT_MAX];
	size_t an = plain(heard, a), bn = plain(v->nat, b);

	ktap_bytes(a, an, b, bn);
}

static void mirror(char *to, const char *from)
{
	size_t n = strlen(from), i;

	for (i = 0; i < n; i++)
		to[i] = from[n - 1 - i];
	to[n] = '\0';
}

static bool has(const char *text, size_t n, const char *before,
		const char *what)
{
	char want[100];

	snprintf(want, sizeof(want), "%s%s", before, what);
	return memmem(text, n, want, strlen(want));
}

/* Does what left say @what, in one of the ways that clients write? */
static bool says(struct span heard, const char *what)
{
	static const char *const befores[] = { ": ", ":", ">", " " };
	static char text[TEXT_MAX];
	char back[100];
	size_t n = 0, i;
	const char *p;

	/* This makes ASCII of UTF-16. */
	for (p = heard.p; p < heard.end; p++)
		if (*p)
			text[n++] = *p;
	mirror(back, what);
	for (i = 0; i < ARRAY_SIZE(befores); i++)
		if (has(text, n, befores[i], what) ||
		    has(text, n, befores[i], back))
			return true;
	return false;
}

void reread_lengths(const struct vector *v, struct span heard)
{
	const char *p = heard.p, *q = v->bin.p;
	struct cmd c, was;

	while (p < heard.end) {
		if (!ktap_want(next_cmd(&p, heard.end, &c)) ||
		    !ktap_want(next_cmd(&q, v->bin.end, &was)))
			return;
		check_p2p1(&c);
		ktap_equal(slp_error(&c), slp_error(&was));
	}
}

void reread_check(const struct vector *v, struct span heard,
		  const struct gateway *g)
{
	char text[TEXT_ADDR_MAX + 1];
	u32 i;

	reread_lengths(v, heard);
	if (v->nat.p)
		compare(v, heard);
	text[text_put_addr(text, &v->self.outside)] = '\0';
	ktap_want(says(heard, text));
	for (i = 0; i < g->n; i++) {
		/* Ports that the application alone tells stand nowhere. */
		if (!g->offer[i].port || g->offer[i].port == 1720 ||
		    g->offer[i].port == 1503 || g->offer[i].port == 3389)
			continue;
		snprintf(text, sizeof(text), "%u", g->offer[i].port);
		ktap_want(says(heard, text));
	}
}
