// SPDX-License-Identifier: GPL-2.0
/* The server's profile message (msnp.md 1.7). */
#include <stdlib.h>

#include "explain_profile.h"

static void read_profile(struct host *h, struct span text)
{
	struct span line, name, value;
	bool is_profile = false;
	struct addr a;

	while (text_line(&text, &line)) {
		if (!text_field(line, &name, &value))
			continue;
		if (text_is(name, "content-type"))
			is_profile = text_starts(value,
						 "text/x-msmsgsprofile");
		else if (is_profile && text_is(name, "clientip") &&
			 text_addr(value, &a))
			h->client_ip = a;
	}
}

void profile_take(struct reading *r, const struct msnp_frame *f, bool ended)
{
	size_t n = span_len(f->payload);
	struct conn *c = r->c;
	struct profile *p;

	if (r->side != MSNP_S2C || memcmp(f->cmd, "MSG", 3))
		return;
	if (f->begun && !c->profile && f->payload_len <= NFIM_MSG_MAX) {
		c->profile = calloc(1, sizeof(*c->profile));
		if (!c->profile)
			r->x->rc = err_nomem();
	}
	p = c->profile;
	if (!p)
		return;
	if (n > sizeof(p->text) - p->len)
		n = sizeof(p->text) - p->len;
	memcpy(p->text + p->len, f->payload.p, n);
	p->len += (u32)n;
	r->h->wants_all = !ended;
	if (!ended)
		return;
	read_profile(c->host, span_make(p->text, p->len));
	free(p);
	c->profile = NULL;
}
