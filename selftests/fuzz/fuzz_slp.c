// SPDX-License-Identifier: GPL-2.0
/*
 * kernel/proto/p2p, slp, webcam and invite_session: the input is the payload
 * of a message. What a text announces is rewritten, whole or as its last part,
 * and a peer must find the new endpoint.
 */

#include "../unit/input.h"
#include "../unit/message.h"
#include "../../kernel/proto/invite.h"
#include "../../kernel/proto/p2p.h"
#include "../../kernel/proto/slp.h"
#include "../../kernel/proto/webcam.h"
#include "fuzz.h"

static const struct self self = {
	{ 4, { 192, 168, 0, 12 } }, { 4, { 203, 0, 113, 5 } },
};

static const struct self peer = {
	{ 4, { 203, 0, 113, 5 } }, { 4, { 203, 0, 113, 5 } },
};

static bool within(struct span part, struct span all)
{
	return part.p >= all.p && part.p <= part.end && part.end <= all.end;
}

static void read_p2p(struct span payload)
{
	struct p2p p;

	p2p_guess(payload);
	if (!p2p_read(payload, &p))
		return;
	want(within(p.head, payload) && within(p.data, payload), "inside");
	want(p.kind == P2P_ACK || span_len(p.data) <= p.total, "a part");
}

static void check_fields(const struct slp *s, struct span text)
{
	u32 i;

	want(s->n <= SLP_FIELDS && s->rooms.n <= PASSAGE_ROOMS, "bounds");
	for (i = 0; i < s->n; i++)
		want((size_t)s->field[i].off + s->field[i].len <=
		     span_len(text), "a field inside");
	for (i = 0; i < s->rooms.n; i++)
		want((size_t)s->rooms.room[i].off + s->rooms.room[i].len <=
		     span_len(text), "a place inside");
}

static void write_slp(struct span text, u16 port, bool resize, u32 from)
{
	struct passage p = { .text = text, .from = from };
	struct edit_plan plan = { 0 };
	static struct slp slp;
	struct span hand, out;
	struct offer offer;
	s32 grown;

	if (!slp_parse(text, &self, &slp))
		return;
	check_fields(&slp, text);
	if (!slp_announces(&slp) || slp_offer(&slp, &self, &offer) != NFIM_OK ||
	    offer.fixed ||
	    !slp_plan(&slp, &self, &offer, port, &p, resize, &plan, &grown))
		return;
	want(grown == edit_delta(&plan), "growth");
	want(resize || !grown, "the same length");
	hand = span_make(text.p + from, span_len(text) - from);
	out = message_apply(hand, &plan);
	if (!from) {
		want(slp_parse(out, &peer, &slp), "still MSNSLP");
		want(slp_offer(&slp, &peer, &offer) == NFIM_OK, "an offer");
		want(offer.announced_port == port, "the new port");
	}
	free((char *)out.p);
}

static void write_webcam(struct span text, u16 port, bool resize, u32 from)
{
	struct passage p = { .text = text, .from = from / 2, .wide = true };
	struct edit_plan plan = { 0 };
	static struct webcam w;
	struct span hand, out;
	struct offer offer;
	s32 grown;

	from &= ~1u;
	webcam_may_be(text);
	webcam_parse(&p, &w);
	want(w.n <= WEBCAM_FIELDS && w.rooms.n <= PASSAGE_ROOMS, "bounds");
	if (!webcam_announces(&w) ||
	    webcam_offer(&w, &self, &offer) != NFIM_OK ||
	    !webcam_plan(&w, &self, port, &p, resize, &plan, &grown))
		return;
	want(grown == edit_delta(&plan) && (resize || !grown), "growth");
	hand = span_make(text.p + from, span_len(text) - from);
	out = message_apply(hand, &plan);
	if (!from) {
		p.text = out;
		webcam_parse(&p, &w);
		want(webcam_offer(&w, &peer, &offer) == NFIM_OK, "an offer");
	}
	free((char *)out.p);
}

static void write_session(struct span body, u16 port, bool resize)
{
	struct invite_place where = { .body = body };
	struct invite_end end[INVITE_ENDS], again[INVITE_ENDS];
	struct edit_plan plan = { 0 };
	static struct invite inv;
	struct offer offer;
	char line[] = "MSG 1 N 100";
	u32 app, n, i;
	struct span out;

	/* The line stands elsewhere: no resize reaches it. */
	where.data = body;
	where.line = span_make(line, strlen(line));
	invite_parse(body, &inv);
	for (app = INVITE_UNKNOWN; app <= INVITE_GAME; app++) {
		n = invite_session(&inv, app, port & 1, end);
		want(n <= INVITE_ENDS, "bounds");
		for (i = 0; i < n; i++) {
			if (invite_session_offer(&inv, end + i, &self,
						 &offer) != NFIM_OK)
				continue;
			memset(&plan, 0, sizeof(plan));
			if (!invite_session_plan(&inv, end + i, &self, port,
						 &where, &plan) ||
			    !invite_plan_length(&where, edit_delta(&plan),
						false, &plan))
				continue;
			want(!edit_delta(&plan), "the same length");
			out = message_apply(body, &plan);
			invite_parse(out, &inv);
			want(invite_session(&inv, app, port & 1, again) == n,
			     "as many endpoints");
			invite_parse(body, &inv);
			free((char *)out.p);
		}
	}
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t len)
{
	static const u16 ports[] = { 6891, 50010, 7 };
	const char *p = (const char *)bytes, *lf;
	struct span all = input_bytes(bytes, len), part;
	size_t i;
	u32 from;

	read_p2p(all);
	/* Vectors have a line, a header and a binary header in front. */
	lf = len > 4 && !memcmp(p, "MSG ", 4) ? memchr(p, '\n', len) : NULL;
	if (lf)
		read_p2p(span_make(all.p + (lf + 1 - p),
				   len - (size_t)(lf + 1 - p)));
	part = all;
	lf = memmem(all.p, len, "MSNSLP/1.0", 10);
	if (lf)
		part.p = lf;
	from = len ? fuzz_seed(bytes, len) % (u32)(span_len(part) + 1) : 0;
	for (i = 0; i < ARRAY_SIZE(ports) * 2; i++) {
		write_slp(part, ports[i / 2], i & 1, 0);
		write_slp(part, ports[i / 2], i & 1, from);
		write_session(part, ports[i / 2], i & 1);
	}
	part = all;
	lf = memmem(all.p, len, "<\0", 2);
	if (lf)
		part.p = lf;
	from = len ? fuzz_seed(bytes, len) % (u32)(span_len(part) + 1) : 0;
	for (i = 0; i < ARRAY_SIZE(ports) * 2; i++) {
		write_webcam(part, ports[i / 2], i & 1, 0);
		write_webcam(part, ports[i / 2], i & 1, from);
	}
	input_done();
	return 0;
}
