// SPDX-License-Identifier: GPL-2.0
/* What a login tells of a client: dialect, name and version. */

#include "login.h"
#include "msnp.h"

/* Printable ASCII only: it is shown to people and compared with policies. */
static bool copy_word(char *to, size_t size, struct span word)
{
	size_t n = span_len(word), i;

	if (!n)
		return false;
	if (n >= size)
		n = size - 1;
	memset(to, 0, size);
	for (i = 0; i < n; i++) {
		if (word.p[i] <= ' ' || word.p[i] > '~')
			return false;
		to[i] = word.p[i];
	}
	return true;
}

bool login_cvr(struct span line, struct client *c)
{
	struct span word[8];
	struct client got;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(word); i++)
		if (!text_token(&line, word + i))
			return false;
	if (!span_is(word[0], "CVR") && !span_is(word[0], "CVQ"))
		return false;
	if (!copy_word(got.name, sizeof(got.name), word[6]) ||
	    !copy_word(got.text, sizeof(got.text), word[7]))
		return false;
	memcpy(c->name, got.name, sizeof(c->name));
	memcpy(c->text, got.text, sizeof(c->text));
	if (!version_read(word[7], 0, &c->version))
		c->version = 0;
	return true;
}

bool login_dialect(struct span line, struct client *c)
{
	struct span word;
	u32 n;

	if (!text_token(&line, &word) || !span_is(word, "VER") ||
	    !text_token(&line, &word))
		return false;
	while (text_token(&line, &word)) {
		if (span_len(word) < 5 || memcmp(word.p, "MSNP", 4))
			continue;
		word.p += 4;
		if (!text_u32(word, 255, &n) || !n)
			return false;
		c->dialect = (u8)n;
		return true;
	}
	return false;
}

static u16 swap16(u16 v)
{
	return (u16)(v << 8 | v >> 8);
}

/* One header line. Return: false when an edit did not fit. */
static bool profile_line(const struct profile_place *w, struct span line,
			 struct edit_plan *plan)
{
	struct span name, value;
	char text[TEXT_ADDR_MAX];
	struct addr addr;
	size_t n;
	u32 port;

	if (!text_field(line, &name, &value))
		return true;
	if (text_is(name, "clientip")) {
		if (!text_addr(value, &addr) ||
		    !addr_equal(&addr, &w->self->outside))
			return true;
		n = text_put_addr(text, &w->self->inside);
	} else if (text_is(name, "clientport")) {
		if (!text_u32(value, 65535, &port) ||
		    swap16((u16)port) != w->outside_port ||
		    w->outside_port == w->inside_port)
			return true;
		n = text_put_u32(text, swap16(w->inside_port), 0);
	} else {
		return true;
	}
	return edit_add(plan, (u32)(value.p - w->data.p),
			(u32)span_len(value), text, n);
}

bool login_profile_plan(const struct profile_place *w, struct edit_plan *plan)
{
	s32 before = edit_delta(plan), delta;
	u16 n = plan->n;
	struct span rest = w->payload, line;
	unsigned int i;

	if (msnp_interest(rest) != MSNP_PROFILE)
		return false;
	for (i = 0; i < NFIM_HEADER_LINES && text_line(&rest, &line); i++)
		if (!profile_line(w, line, plan))
			goto fail;
	delta = edit_delta(plan) - before;
	if (plan->n > n &&
	    (!delta ||
	     (w->resize &&
	      msnp_plan_length(plan, w->data, w->line,
			       (u32)((s32)span_len(w->payload) + delta)))))
		return true;
fail:
	edit_undo(plan, n);
	return false;
}
