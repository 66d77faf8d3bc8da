// SPDX-License-Identifier: GPL-2.0
/*
 * kernel/proto/invite and edit: the input is the payload of a MSG. What it
 * announces is rewritten, and a peer must find the new endpoint.
 */

#include "../unit/input.h"
#include "../unit/message.h"
#include "fuzz.h"

static void check_plan(const struct edit_plan *plan, struct span data)
{
	u32 i, end = 0;

	want(plan->n <= NFIM_EDIT_MAX && plan->used <= EDIT_POOL, "in bounds");
	for (i = 0; i < plan->n; i++) {
		const struct edit *e = plan->e + i;

		want(e->len && e->off >= end, "sorted and disjoint");
		want((u32)e->at + e->new_len <= plan->used, "text in the pool");
		end = e->off + e->len;
	}
	want(end <= span_len(data), "inside the packet");
}

static bool read_packet(struct message *m, struct span data,
			const struct self *self)
{
	struct msnp_scan s = { 0 };
	struct msnp_frame f;
	u32 pos = 0;

	msnp_scan_next(&s, MSNP_C2S, span_make("ANS 1\r\n", 7), &pos, &f);
	pos = 0;
	want(msnp_scan_next(&s, MSNP_C2S, data, &pos, &f) == MSNP_COMMAND &&
	     pos == span_len(data), "one command");
	return message_read(m, data, &f, self) && m->announces &&
	       m->why == NFIM_OK;
}

static void rewrite(struct span data, const struct self *self, u16 port,
		    bool resize)
{
	struct edit_plan plan = { 0 };
	struct message was, now;
	struct span out;

	if (!read_packet(&was, data, self) ||
	    !invite_plan(&was.inv, self, &was.offer, port, &was.where, resize,
			 &plan)) {
		want(!plan.n && !plan.used, "nothing planned on failure");
		return;
	}
	check_plan(&plan, data);
	want(resize || !edit_delta(&plan), "the same length");
	out = message_apply(data, &plan);
	want(read_packet(&now, out, self), "still an offer");
	want(now.offer.announced_port == port, "the new port");
	want(now.offer.fixed == was.offer.fixed && now.offer.in_place,
	     "the outside address");
	want(now.inv.n == was.inv.n && now.offer.cookie == was.offer.cookie,
	     "nothing else");
	free((char *)out.p);
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t len)
{
	static const struct self selves[] = {
		{ { 4, { 192, 168, 0, 12 } }, { 4, { 203, 0, 113, 5 } } },
		{ { 4, { 192, 168, 0, 12 } }, { 4, { 9, 9, 9, 9 } } },
		{ { 4, { 203, 0, 113, 5 } }, { 4, { 203, 0, 113, 5 } } },
		{ { 4, { 10, 0, 0, 2 } }, { 16, { 0x20, 1, 0xd, 0xb8 } } },
	};
	static const u16 ports[] = { 6891, 50010, 1 };
	const char *p = (const char *)bytes, *end = p + len, *lf;
	struct span data;
	char *text;
	size_t i, n;

	/* Vectors have a line in front; ours fits whatever the payload is. */
	lf = len > 4 && !memcmp(p, "MSG ", 4) ? memchr(p, '\n', len) : NULL;
	if (lf)
		p = lf + 1;
	text = malloc(len + 40);
	n = (size_t)sprintf(text, "MSG 4 N %zu\r\n", (size_t)(end - p));
	memcpy(text + n, p, (size_t)(end - p));
	data = input_bytes(text, n + (size_t)(end - p));
	for (i = 0; i < ARRAY_SIZE(selves) * ARRAY_SIZE(ports) * 2; i++)
		rewrite(data, selves + i / 2 / ARRAY_SIZE(ports),
			ports[i / 2 % ARRAY_SIZE(ports)], i & 1);
	free(text);
	input_done();
	return 0;
}
