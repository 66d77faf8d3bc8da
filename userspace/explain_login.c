// SPDX-License-Identifier: GPL-2.0
/* What a login tells: the client, and the address that the server sees. */
#include <stdlib.h>

#include "../kernel/proto/login.h"
#include "explain_login.h"
#include "explain_msnp.h"
#include "explain_say.h"

static void learn(struct explain *x, struct host *h, enum msnp_side side,
		  struct span line)
{
	struct client known = h->client;
	bool learnt;

	learnt = side == MSNP_C2S ? login_cvr(line, &known) :
				    login_dialect(line, &known);
	if (!learnt)
		return;
	if (h->learnt && !memcmp(&known, &h->client, sizeof(known)))
		return;
	if (!h->learnt)
		x->count[NFIM_CLIENT_NEW]++;
	h->learnt = true;
	h->judged = false;
	h->client = known;
	say_client(x, h);
}

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

/*
 * The module needs no word of a server to know the outside address, but a
 * capture from the inside does not show it otherwise. The message may come in
 * pieces.
 */
static void take_profile(struct explain *x, struct conn *c,
			 const struct msnp_frame *f, bool ended)
{
	size_t n = span_len(f->payload);
	struct profile *p;

	if (f->begun && !c->profile && f->payload_len <= NFIM_MSG_MAX) {
		c->profile = calloc(1, sizeof(*c->profile));
		if (!c->profile)
			x->rc = err_nomem();
	}
	p = c->profile;
	if (!p)
		return;
	if (n > sizeof(p->text) - p->len)
		n = sizeof(p->text) - p->len;
	memcpy(p->text + p->len, f->payload.p, n);
	p->len += (u32)n;
	if (!ended) {
		c->half[MSNP_S2C].dir.scan.raw.owner |= MSNP_UNSKIPPED;
		return;
	}
	c->half[MSNP_S2C].dir.scan.raw.owner &= (u8)~MSNP_UNSKIPPED;
	read_profile(c->host, span_make(p->text, p->len));
	free(p);
	c->profile = NULL;
}

void explain_login(struct explain *x, struct conn *c, enum msnp_side side,
		   const struct msnp_frame *f, bool ended)
{
	if (f->whole)
		learn(x, c->host, side, f->line);
	if (side == MSNP_S2C && !memcmp(f->cmd, "MSG", 3))
		take_profile(x, c, f, ended);
}
