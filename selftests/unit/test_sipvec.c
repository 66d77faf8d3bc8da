// SPDX-License-Identifier: GPL-2.0
/*
 * Every SIP vector: framed, parsed, and rewritten as its JSON says, and framed
 * the same however it is cut. Run from the top directory or selftests/;
 * NFIM_SHARED names a directory whose vectors/ holds more of them.
 */

#include <stdio.h>
#include <stdlib.h>

#include "../../kernel/proto/sdp_plan.h"
#include "../../kernel/proto/sip_plan.h"
#include "../../kernel/proto/sip_stream.h"
#include "../ktap.h"
#include "input.h"
#include "sip_check.h"
#include "vector.h"

#define VECTORS_MAX	400
#define FRAMES_MAX	64

/* What a message says but a helper must not believe: for other layers. */
static const struct {
	const char *name, *why;
} not_here[] = {
	{ "adv-port-22", "policy: privileged" },
	{ "adv-port-1023", "policy: privileged" },
	{ "adv-port-3389", "policy: listed" },
	{ "adv-200-other-cseq", "dialog: no such INVITE" },
	{ "sdp-savpf-dtls", "policy: no application is a data channel" },
};

/**
 * struct framing - how a stream falls into messages
 * @n: messages
 * @end: where each ends
 * @whole: it was given in one piece
 * @why: why it ended, or %NFIM_OK
 * @tail: bytes read behind the last message
 */
struct framing {
	u32 n;
	u32 end[FRAMES_MAX];
	bool whole[FRAMES_MAX];
	enum nfim_counter why;
	bool more;
};

static struct sip_seen seen, again;
static struct vector vectors[VECTORS_MAX];
static struct ktap_case cases[VECTORS_MAX + 4];
static size_t vectors_n;

static void feed(struct framing *f, union stream_scan *scan, struct span data,
		 u32 base)
{
	struct stream_msg msg;
	enum stream_event ev;
	u32 pos = 0;

	do {
		memset(&msg, 0, sizeof(msg));
		ev = sip_stream_next(scan, data, &pos, &msg);
		if (ev == STREAM_MESSAGE && f->n < FRAMES_MAX) {
			f->whole[f->n] = msg.whole;
			f->end[f->n++] = base + pos;
		}
	} while (ev == STREAM_MESSAGE);
	f->why = sip_stream_opaque(scan);
	f->more = ev == STREAM_MORE;
	ktap_want((ev == STREAM_OPAQUE) == (f->why != NFIM_OK));
	if (ev == STREAM_MORE)
		ktap_want(pos == span_len(data));
	ktap_equal(sip_stream_spoke(scan), f->n > 0);
}

/* @at: 0 to cut nowhere, 1 to cut everywhere, else where. */
static void frame(struct framing *f, struct span data, size_t at)
{
	union stream_scan scan = { .raw = { 0 } };
	size_t i, step = at == 1 ? 1 : span_len(data), len;

	memset(f, 0, sizeof(*f));
	if (at > 1)
		step = at;
	for (i = 0; i < span_len(data); i += len) {
		len = span_len(data) - i;
		if (len > step && (at == 1 || !i))
			len = step;
		feed(f, &scan, input_bytes(data.p + i, len), (u32)i);
		if (input_n > INPUTS / 2)
			input_done();
	}
	input_done();
}

static void check_cuts(const struct vector *v, const struct framing *whole)
{
	struct framing f;
	size_t at;
	u32 i;

	for (at = 1; at < span_len(v->bin); at++) {
		frame(&f, v->bin, at);
		ktap_at("cut at %zu", at);
		ktap_equal(f.why, whole->why);
		ktap_equal(f.more, whole->more);
		if (!ktap_equal(f.n, whole->n))
			continue;
		for (i = 0; i < f.n; i++) {
			u32 begin = i ? f.end[i - 1] : 0;
			bool cut = at == 1 || (at > begin && at < f.end[i]);

			ktap_equal(f.end[i], whole->end[i]);
			/* Line ends in front may go by themselves. */
			if (f.whole[i] == cut && at > begin + 4)
				ktap_fail("whole where it is cut, or not");
		}
	}
	ktap_at("uncut");
}

static bool is_tcp(const struct vector *v)
{
	return !strcmp(vector_word(v->json, "transport"), "tcp");
}

static bool action_is(const struct vector *v, const char *action)
{
	return !strcmp(vector_word(v->expect, "action"), action);
}

static void check_stream(const struct vector *v, struct framing *f)
{
	const json_t *list, *o;
	u32 n = 0;
	size_t i;

	frame(f, v->bin, 0);
	list = json_object_get(json_object_get(v->json, "parse"), "frames");
	json_array_foreach(list, i, o) {
		const char *kind = vector_word(o, "kind");
		u32 end = (u32)(vector_number(o, "offset") +
				vector_number(o, "length"));

		if (!strcmp(kind, "crlf") || !strcmp(kind, "keepalive"))
			continue;
		if (strcmp(kind, "message")) {
			ktap_want(f->why != NFIM_OK);
			break;
		}
		if (!json_is_true(json_object_get(o, "complete"))) {
			ktap_want(f->more || f->why != NFIM_OK);
			break;
		}
		if (ktap_want(n < f->n))
			ktap_equal(f->end[n], end);
		n++;
	}
	ktap_equal(f->n, n);
	ktap_equal(f->why != NFIM_OK, action_is(v, "off"));
	check_cuts(v, f);
}

static const json_t *message_of(const struct vector *v, u32 n)
{
	return json_array_get(json_object_get(json_object_get(v->json, "parse"),
					      "messages"), n);
}

/* May be refused as a whole: then nothing else is said of it. */
static bool may_be_refused(const struct vector *v)
{
	return action_is(v, "refuse") || action_is(v, "lenient");
}

static bool listed(const json_t *list, const struct addr *a, u32 port)
{
	const json_t *o;
	size_t i;

	json_array_foreach(list, i, o) {
		const char *listener = vector_word(o, "listener");
		struct addr b;

		if (text_addr(span_make(listener, strlen(listener)), &b) &&
		    addr_equal(a, &b) && vector_number(o, "port") == port)
			return true;
	}
	return false;
}

static const char *decided_elsewhere(const struct vector *v)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(not_here); i++)
		if (!strcmp(v->name, not_here[i].name))
			return not_here[i].why;
	return NULL;
}

/* @missed: the expectations that were not announced are counted down. */
static void announced(const struct vector *v, const struct addr *a, u32 port,
		      u32 *found)
{
	const json_t *wanted = json_object_get(v->expect, "expectations");
	const json_t *optional = json_object_get(v->expect, "optional");

	if (listed(wanted, a, port))
		(*found)++;
	else if (!listed(optional, a, port) && !decided_elsewhere(v))
		ktap_fail("port %u was not expected", port);
}

static void check_media(const struct vector *v, const struct addr *self,
			const struct sdp *sdp, u32 *found)
{
	u32 i, k;

	for (i = 0; i < sdp->medias; i++) {
		const struct sdp_media *m = sdp->media + i;

		if (m->status != SDP_LISTENS || !addr_equal(&m->addr, self))
			continue;
		for (k = 0; k < m->ports; k++) {
			u32 step = m->flags & SDP_RTP ? 2 : 1;

			announced(v, self, m->port + k * step, found);
			if (m->rtcp_port && addr_equal(&m->rtcp_addr, self))
				announced(v, self, m->rtcp_port + k * 2u,
					  found);
		}
	}
}

static u32 media_wanted(const struct vector *v)
{
	const json_t *o, *list = json_object_get(v->expect, "expectations");
	u32 n = 0;
	size_t i;

	json_array_foreach(list, i, o) {
		const char *class = vector_word(o, "class");

		n += !strcmp(class, "media") || !strcmp(class, "rtcp");
	}
	return n;
}

static void check_announced(const struct vector *v, u32 found)
{
	u32 wanted = media_wanted(v);

	if (action_is(v, "lenient"))
		ktap_want(!found || found == wanted);
	else if (json_object_get(v->expect, "at_most"))
		ktap_want(found <= vector_number(v->expect, "at_most"));
	else if (!action_is(v, "wait") && !decided_elsewhere(v))
		ktap_equal(found, wanted);
}

static void check_message(const struct vector *v, struct span data, u32 n,
			  u32 base, u32 *found)
{
	const json_t *o = message_of(v, n);
	const char *kind = vector_word(o, "kind");
	const char *src;
	struct addr self;
	u32 i;

	ktap_at("message %u", n);
	sip_see(&seen, input_bytes(data.p, span_len(data)), !is_tcp(v));
	if (seen.result != SIP_OK) {
		ktap_want(may_be_refused(v) ||
			  (strcmp(kind, "request") &&
			   strcmp(kind, "response")));
		return;
	}
	ktap_want(!action_is(v, "refuse"));
	if (!seen.broken && !action_is(v, "lenient"))
		sip_check(&seen, o, base);
	else if (!action_is(v, "lenient") && !json_object_get(v->expect,
							      "at_most"))
		ktap_fail("the body cannot be read");
	src = vector_word(json_object_get(v->json, "flow"), "src");
	if (ktap_want(text_addr(span_make(src, strlen(src)), &self)))
		for (i = 0; i < seen.sdps; i++)
			check_media(v, &self, seen.sdp + i, found);
	ktap_at("message %u", n);
}

/* The port map of a vector; ports that it does not name stay. */
static u16 mapped(const struct vector *v, u16 port)
{
	const json_t *map = json_object_get(json_object_get(v->json, "nat"),
					    "port_map");
	char key[8];

	snprintf(key, sizeof(key), "%u", port);
	return json_object_get(map, key) ? (u16)vector_number(map, key) : port;
}

static struct span apply(struct span data, const struct edit_plan *plan)
{
	struct span out;
	size_t n;
	char *p;

	p = malloc(span_len(data) + NFIM_EDIT_GROWTH);
	memcpy(p, data.p, edit_start(plan));
	n = edit_start(plan) + edit_render(plan, data, p + edit_start(plan));
	memcpy(p + n, data.p + edit_end(plan),
	       span_len(data) - edit_end(plan));
	out = input_bytes(p, n + span_len(data) - edit_end(plan));
	free(p);
	return out;
}

static void plan_message(const struct vector *v, enum sip_fit fit,
			 struct edit_plan *plan)
{
	const json_t *nat = json_object_get(v->json, "nat");
	const char *self = vector_word(nat, "self");
	struct sip_map map = { .to = v->self.outside, .others = true };
	struct sdp_changes ch = { .to = v->self.outside };
	u32 i, k;

	memset(plan, 0, sizeof(*plan));
	ktap_want(text_addr(span_make(self, strlen(self)), &map.from));
	ch.from = map.from;
	ktap_want(sip_plan_hosts(&seen.sip, &map, SIP_IN_VIA | SIP_IN_CONTACT |
				 SIP_IN_URI, plan));
	for (i = 0; i < seen.sdps; i++) {
		const struct sdp *sdp = seen.sdp + i;

		for (k = 0; k < sdp->medias; k++) {
			const struct sdp_media *m = sdp->media + k;

			ch.media[k].port = mapped(v, m->port);
			ch.media[k].rtcp_port = m->rtcp_port ?
						mapped(v, m->rtcp_port) : 0;
		}
		ktap_want(sdp_plan(sdp, &ch, plan));
	}
	ktap_want(sip_plan_finish(&seen.sip, &seen.mime, fit, plan));
}

/* A stream's message keeps its length if it can: blanks make up for it. */
static void check_padded(const struct vector *v)
{
	struct edit_plan plan;
	struct framing f;
	struct span out;

	plan_message(v, SIP_FIT_SAME, &plan);
	ktap_equal(edit_delta(&plan), 0);
	out = apply(v->bin, &plan);
	sip_see(&again, out, false);
	ktap_equal(again.result, SIP_OK);
	frame(&f, out, 0);
	ktap_equal(f.n, 1);
	ktap_equal(f.why, NFIM_OK);
}

static void check_rewrite(const struct vector *v)
{
	const json_t *nat = json_object_get(v->json, "nat");
	struct edit_plan plan;
	struct span out;

	/* The invitation in a MESSAGE is another parser's. */
	if (!nat || seen.result != SIP_OK ||
	    json_object_get(json_object_get(nat, "parse"), "msmsgsinvite"))
		return;
	ktap_at("rewrite");
	plan_message(v, SIP_FIT_FREE, &plan);
	out = apply(v->bin, &plan);
	ktap_bytes(out.p, span_len(out), v->nat.p, span_len(v->nat));
	sip_see(&again, out, !is_tcp(v));
	if (ktap_equal(again.result, SIP_OK))
		sip_check(&again, json_object_get(nat, "parse"), 0);
	ktap_at("rewrite in place");
	check_padded(v);
}

static void run_vector(const void *arg)
{
	const struct vector *v = arg;
	u32 found = 0, i, begin = 0;
	struct framing f;

	if (is_tcp(v)) {
		check_stream(v, &f);
		for (i = 0; i < f.n; i++) {
			check_message(v, span_make(v->bin.p + begin,
						   f.end[i] - begin), i,
				      begin, &found);
			begin = f.end[i];
		}
		/* What came before the foreign bytes counts. */
		if (!action_is(v, "off"))
			check_announced(v, found);
	} else {
		check_message(v, v->bin, 0, 0, &found);
		check_announced(v, found);
	}
	check_rewrite(v);
	input_done();
}

static void nothing_elsewhere(const void *arg)
{
	ktap_skip("no %s", (const char *)arg);
}

int main(void)
{
	const char *here = vector_here();
	size_t n, more;
	int status;

	if (!here || !vector_load_all(vectors, &vectors_n, VECTORS_MAX, here,
				      "sip")) {
		fprintf(stderr, "no vectors here\n");
		return KTAP_FAIL;
	}
	more = vector_load_all(vectors, &vectors_n, VECTORS_MAX,
			       vector_elsewhere(), "sip");
	for (n = 0; n < vectors_n; n++)
		cases[n] = (struct ktap_case){
			.name = vectors[n].name,
			.run = run_vector,
			.arg = vectors + n,
		};
	if (!more)
		cases[vectors_n] = (struct ktap_case){
			.name = "vectors that are kept elsewhere",
			.run = nothing_elsewhere,
			.arg = vector_elsewhere(),
		};
	status = ktap_run(cases, vectors_n + !more);
	for (n = 0; n < vectors_n; n++)
		vector_free(vectors + n);
	return status;
}
