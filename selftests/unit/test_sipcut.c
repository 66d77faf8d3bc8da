// SPDX-License-Identifier: GPL-2.0
/*
 * Every SIP vector that is whole messages, as a TCP stream through the gateway: cut
 * anywhere, in small segments, and repeated in others, the same leaves, or what was
 * released and is in order. What comes out of order is read all the same. Run from
 * the top directory or selftests/; NFIM_SHARED names a directory whose vectors/ holds
 * more of them.
 */

#include <stdio.h>

#include "../../kernel/proto/sip_stream.h"
#include "../../kernel/proto/sip_worth.h"
#include "../ktap.h"
#include "gateway.h"
#include "input.h"
#include "phonebox.h"
#include "vector.h"

#define VECTORS_MAX	400
#define MESSAGES_MAX	64
#define SEGMENT		536

static struct vector vectors[VECTORS_MAX];
static struct ktap_case cases[VECTORS_MAX + 1];
static size_t vectors_n;

static struct gateway g;
static struct box box;
static char uncut[GATEWAY_STREAM];
static size_t uncut_len;
static u32 uncut_end[MESSAGES_MAX];
static int messages, counting, whole;

/* --- the helper for SIP, see kernel/helper_imsip.c --------------------------- */

static enum stream_event next(void *ctx, union stream_scan *scan,
			      struct span data, u32 *pos,
			      struct stream_msg *msg)
{
	(void)ctx;
	return sip_stream_next(scan, data, pos, msg);
}

static void message(void *ctx, const struct stream_msg *msg,
		    struct edit_plan *plan)
{
	struct gateway_helper *h = ctx;
	bool resize = false;

	if (!msg->whole)
		return;
	whole++;
	box.no_edit = !stream_may_edit(msg, &resize);
	box.fit = resize ? SIP_FIT_RATHER : SIP_FIT_SAME;
	box_plan(&box, h->side, msg->data, plan);
}

static const char *payload(void *ctx)
{
	return ((struct gateway_helper *)ctx)->payload;
}

static struct stream_flow *flow(void *ctx)
{
	return ((struct gateway_helper *)ctx)->flow;
}

static const struct stream_ops ops = {
	.next = next,
	.message = message,
	.skip = sip_stream_skip,
	.skipped = sip_stream_skipped,
	.stop = sip_stream_stop,
	.opaque = sip_stream_opaque,
	.payload = payload,
	.flow = flow,
};

static struct gateway_helper helper = { .ops = &ops };

/* --- what leaves ------------------------------------------------------------- */

/* Return: how many messages it is, or -1 if they are not framed; their ends. */
static int read_messages(struct span data, u32 *end)
{
	union stream_scan scan = { .raw = { 0 } };
	struct stream_msg msg;
	enum stream_event ev;
	u32 pos = 0;
	int n = 0;

	do {
		memset(&msg, 0, sizeof(msg));
		ev = sip_stream_next(&scan, data, &pos, &msg);
		if (ev == STREAM_MESSAGE && n < MESSAGES_MAX)
			end[n++] = pos;
	} while (ev == STREAM_MESSAGE);
	return ev != STREAM_END || pos != span_len(data) ? -1 : n;
}

/* How many of them may change what is known of a call. */
static int counting_messages(struct span data, const u32 *end, int n)
{
	u32 from = 0;
	int i, found = 0;

	for (i = 0; i < n; i++) {
		found += sip_counts(span_make(data.p + from, end[i] - from));
		from = end[i];
	}
	return found;
}

static unsigned int who(const struct vector *v)
{
	const json_t *f = json_object_get(v->json, "flow");

	return strcmp(vector_word(f, "inside"), "dst") ? BOX_INSIDE :
							 BOX_OUTSIDE;
}

static void begin(const struct vector *v)
{
	const json_t *f = json_object_get(v->json, "flow");
	const char *far = vector_word(f, who(v) ? "src" : "dst");
	const char *self = vector_word(json_object_get(v->json, "nat"), "self");
	struct addr a;

	box_open(&box, 5060);
	box.proto = 6;
	box.self[BOX_INSIDE] = v->self;
	if (*self)
		ktap_want(text_addr(span_make(self, strlen(self)),
				    &box.self[BOX_INSIDE].inside));
	if (ktap_want(text_addr(span_make(far, strlen(far)), &a)))
		box.self[BOX_OUTSIDE] = (struct self){ a, a };
	gateway_open(&g, "192.168.0.12", "203.0.113.5");
	g.helper = &helper;
}

static struct span heard(const struct vector *v)
{
	return gateway_heard(&g, who(v), 0);
}

/* What was not worth holding, or was released, may have left as it came. */
static void compare(const struct vector *v)
{
	struct span got = heard(v);
	u32 end[MESSAGES_MAX], from = 0, was = 0, len, old;
	int i;

	if (ktap_equal(read_messages(got, end), messages) && !g.released)
		for (i = 0; i < messages; i++) {
			len = end[i] - from;
			old = uncut_end[i] - was;
			if (sip_worth(span_make(uncut + was, old)))
				ktap_bytes(got.p + from, len, uncut + was, old);
			from = end[i];
			was = uncut_end[i];
		}
	gateway_close(&g);
	if (g.trouble)
		ktap_fail("%s", g.trouble);
}

static void cut(const struct vector *v, size_t at, bool repeat)
{
	u32 len = (u32)span_len(v->bin);

	begin(v);
	gateway_append(&g, who(v), v->bin);
	gateway_segment(&g, who(v), 0, (u32)at);
	gateway_segment(&g, who(v), (u32)at, len - (u32)at);
	gateway_settle(&g, who(v));
	if (repeat)
		gateway_segment(&g, who(v), 0, len);
}

/* All but the first bytes has left when they come: in one piece, or in many. */
static void late(const struct vector *v, size_t first, u32 seg)
{
	u32 len = (u32)span_len(v->bin), at, n;

	begin(v);
	gateway_append(&g, who(v), v->bin);
	for (at = (u32)first; at < len; at += n) {
		n = len - at < seg ? len - at : seg;
		gateway_segment(&g, who(v), at, n);
	}
	whole = 0;
	gateway_segment(&g, who(v), 0, (u32)first);
	ktap_want(whole >= counting && whole <= messages);
	if (messages == 1)
		ktap_bytes(heard(v).p, span_len(heard(v)), v->bin.p, len);
	gateway_close(&g);
	if (g.trouble)
		ktap_fail("%s", g.trouble);
}

/* What is not held is read all the same, when its end comes. */
static void unheld(const struct vector *v, size_t at)
{
	u32 len = (u32)span_len(v->bin);

	begin(v);
	g.no_hold = true;
	gateway_append(&g, who(v), v->bin);
	whole = 0;
	gateway_segment(&g, who(v), 0, (u32)at);
	ktap_want(!g.flow[who(v)].part.len || !stream_flow_idle(g.flow + who(v)));
	gateway_segment(&g, who(v), (u32)at, len - (u32)at);
	ktap_want(whole >= counting && whole <= messages);
	gateway_close(&g);
	if (g.trouble)
		ktap_fail("%s", g.trouble);
}

static void run(const void *arg)
{
	const struct vector *v = arg;
	size_t len = span_len(v->bin), at;
	const json_t *nat = json_object_get(v->json, "nat");
	u32 end[MESSAGES_MAX];
	struct span got;
	bool is_edited;

	/* The invitation in a MESSAGE needs the conversation before it. */
	is_edited = nat && !json_object_get(json_object_get(nat, "parse"),
					    "msmsgsinvite");
	messages = read_messages(v->bin, end);
	counting = counting_messages(v->bin, end, messages);
	begin(v);
	gateway_say(&g, who(v), v->bin, (u32)len);
	got = heard(v);
	uncut_len = span_len(got);
	memcpy(uncut, got.p, uncut_len);
	ktap_equal(read_messages(got, uncut_end), messages);
	if (is_edited)
		ktap_want(uncut_len != len || memcmp(uncut, v->bin.p, len));
	gateway_close(&g);
	for (at = 1; at < len; at++) {
		ktap_at("cut at %zu", at);
		cut(v, at, false);
		if (is_edited && at == len / 2)
			ktap_equal(g.held, 1);
		compare(v);
		ktap_at("cut at %zu, and repeated whole", at);
		cut(v, at, true);
		compare(v);
		ktap_at("cut at %zu, not held", at);
		unheld(v, at);
	}
	for (at = 1; at < len; at += at < 3 ? 1 : len / 7) {
		ktap_at("the first %zu come late", at);
		late(v, at, SEGMENT);
		late(v, at, GATEWAY_STREAM);
	}
	for (at = 1; at <= SEGMENT; at += SEGMENT - 1) {
		ktap_at("segments of %zu", at);
		begin(v);
		gateway_say(&g, who(v), v->bin, (u32)at);
		compare(v);
	}
}

static void nothing_elsewhere(const void *arg)
{
	ktap_skip("no %s", (const char *)arg);
}

/* Whole messages, of a length that is read. */
static bool is_whole(const struct vector *v)
{
	u32 end[MESSAGES_MAX];

	return read_messages(v->bin, end) > 0 &&
	       span_len(v->bin) <= NFIM_SIP_MAX;
}

int main(void)
{
	const char *here = vector_here();
	size_t i, n = 0, more;
	int status;

	if (!here || !vector_load_all(vectors, &vectors_n, VECTORS_MAX, here,
				      "sip")) {
		fprintf(stderr, "no vectors here\n");
		return KTAP_FAIL;
	}
	more = vector_load_all(vectors, &vectors_n, VECTORS_MAX,
			       vector_elsewhere(), "sip");
	for (i = 0; i < vectors_n; i++)
		if (is_whole(vectors + i))
			cases[n++] = (struct ktap_case){
				.name = vectors[i].name, .run = run,
				.arg = vectors + i,
			};
	if (!more)
		cases[n++] = (struct ktap_case){
			.name = "vectors that are kept elsewhere",
			.run = nothing_elsewhere, .arg = vector_elsewhere(),
		};
	status = ktap_run(cases, n);
	for (i = 0; i < vectors_n; i++)
		vector_free(vectors + i);
	return status;
}
