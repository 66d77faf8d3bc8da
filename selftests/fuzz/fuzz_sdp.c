// SPDX-License-Identifier: GPL-2.0
/*
 * kernel/proto/sdp and mime: the input is a body, in front of it one line that
 * is its Content-Type.
 */

#include "../../kernel/proto/mime.h"
#include "../../kernel/proto/sdp_plan.h"
#include "../unit/input.h"
#include "fuzz.h"

static struct sdp sdp, again;
static struct mime mime;
static struct edit_plan plan;

static void check_places(struct span data, struct span body)
{
	u32 i, from = (u32)(body.p - data.p), last = from;

	for (i = 0; i < sdp.conns; i++) {
		want(sdp.conn[i].at.off >= last, "in the order of the text");
		last = sdp.conn[i].at.off + sdp.conn[i].at.len;
	}
	want(last <= from + span_len(body), "inside the body");
	for (i = 0; i < sdp.medias; i++)
		want(!sdp.media[i].port_at.len ||
		     sdp.media[i].port_at.off >= from, "inside the body");
}

/* All that listens at the address of the first media moves. */
static void rewrite(struct span body)
{
	static struct sdp_changes ch;
	struct span out;
	size_t n;
	char *p;
	u32 i;

	memset(&ch, 0, sizeof(ch));
	memset(&plan, 0, sizeof(plan));
	if (!sdp.medias || sdp.media[0].status != SDP_LISTENS ||
	    sdp.media[0].addr.len != 4)
		return;
	ch.from = sdp.media[0].addr;
	ch.to = (struct addr){ 4, { 203, 0, 113, 5 } };
	ch.media[0].port = 40000;
	ch.media[0].rtcp_port = 40007;
	if (addr_equal(&ch.from, &ch.to) ||
	    !sdp_parse(body, body, &sdp) || !sdp_plan(&sdp, &ch, &plan))
		return;
	p = malloc(span_len(body) + NFIM_EDIT_GROWTH);
	memcpy(p, body.p, edit_start(&plan));
	n = edit_start(&plan);
	n += edit_render(&plan, body, p + n);
	memcpy(p + n, body.p + edit_end(&plan),
	       span_len(body) - edit_end(&plan));
	out = input_bytes(p, n + span_len(body) - edit_end(&plan));
	free(p);
	want(sdp_parse(out, out, &again), "still a description");
	want(again.medias == sdp.medias, "as many media");
	want(again.media[0].port == 40000 &&
	     addr_equal(&again.media[0].addr, &ch.to), "a new endpoint");
	if (sdp.media[0].rtcp_port &&
	    addr_equal(&sdp.media[0].rtcp_addr, &ch.from))
		want(again.media[0].rtcp_port == 40007, "a new RTCP");
	for (i = 1; i < sdp.medias; i++)
		want(again.media[i].port == sdp.media[i].port ||
		     sdp.media[i].status == SDP_SAME, "others stay");
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t len)
{
	struct span data = input_bytes(bytes, len), type, body = data;
	u32 i;

	if (!text_line(&body, &type))
		type = span_make(body.p, 0);
	if (mime_parse(data, body, type, &mime))
		want(!mime.n == (body.p == body.end), "a body has a part");
	else
		want(!mime.n, "no parts of what cannot be read");
	for (i = 0; i < mime.n; i++) {
		struct span part = place_span(data, mime.part[i].body);

		want(part.p >= body.p && part.end <= body.end,
		     "inside the body");
		if (sdp_parse(data, part, &sdp))
			check_places(data, part);
	}
	if (sdp_parse(data, data, &sdp)) {
		check_places(data, data);
		rewrite(data);
	}
	input_done();
	return 0;
}
