// SPDX-License-Identifier: GPL-2.0
/* A gateway for tests: engine, logic, and what leaves. */

#include <stdio.h>
#include <stdlib.h>

#include "gateway.h"
#include "gateway_env.h"

#define MSS		1460
#define MAX_PACKET	65000

static const u32 isn[2] = { 0xfffff000, 2000 };

static char work[STREAM_WORK];
static struct edit_plan plan;
static struct msnp_scratch scratch;

struct packet {
	struct gateway *g;
	struct msnp_talk talk;
	struct msnp_frame f;
	const char *payload;
};

static bool seq_after(u32 a, u32 b)
{
	return (s32)(a - b) > 0;
}

static enum stream_event next(void *arg, union stream_scan *scan,
			      struct span data, u32 *pos,
			      struct stream_msg *msg)
{
	struct packet *p = arg;

	return msnp_talk_next(&p->talk, data, pos, msg, &p->f);
}

static void message(void *arg, const struct stream_msg *msg,
		    struct edit_plan *into)
{
	struct packet *p = arg;

	msnp_talk_message(&p->talk, &p->f, msg, into);
}

static void part(void *arg, const struct stream_msg *msg)
{
	struct packet *p = arg;

	msnp_talk_part(&p->talk, &p->f);
}

static u32 skip(const union stream_scan *scan)
{
	return msnp_talk_skip(&scan->msnp);
}

static void skipped(union stream_scan *scan, u32 len)
{
	msnp_scan_skipped(&scan->msnp, len);
}

static void stop(union stream_scan *scan, enum nfim_counter why)
{
	msnp_scan_stop(&scan->msnp, why);
}

static enum nfim_counter opaque(const union stream_scan *scan)
{
	return msnp_scan_opaque(&scan->msnp);
}

static const char *payload(void *arg)
{
	struct packet *p = arg;

	return p->payload;
}

static struct stream_flow *flow(void *arg)
{
	struct packet *p = arg;

	return p->g->flow + p->talk.side;
}

static const struct stream_ops ops = {
	.next = next,
	.message = message,
	.part = part,
	.skip = skip,
	.skipped = skipped,
	.stop = stop,
	.opaque = opaque,
	.payload = payload,
	.flow = flow,
};

/* What conntrack's sequence adjustment does. */
static u32 adj_seq(const struct gateway *g, u32 d, u32 seq)
{
	return seq + (u32)(seq_after(seq, g->adj_pos[d]) ? g->adj_after[d] :
							   g->adj_before[d]);
}

static u32 adj_ack(const struct gateway *g, u32 d, u32 ack)
{
	if (seq_after(ack - (u32)g->adj_before[d], g->adj_pos[d]))
		return ack - (u32)g->adj_after[d];
	return ack - (u32)g->adj_before[d];
}

static void adj_set(struct gateway *g, u32 d, u32 pos, s32 by)
{
	if (g->adj_before[d] != g->adj_after[d] &&
	    !seq_after(pos, g->adj_pos[d]))
		return;
	g->adj_pos[d] = pos;
	g->adj_before[d] = g->adj_after[d];
	g->adj_after[d] += by;
}

static void trouble(struct gateway *g, const char *what)
{
	if (!g->trouble)
		g->trouble = what;
}

/* The receiver takes it and acknowledges. */
static void arrive(struct gateway *g, u32 d, u32 seq, struct span bytes)
{
	u32 off = adj_seq(g, d, seq) - isn[d] - 1, i;
	struct stream_mem mem = gateway_mem(g);

	for (i = 0; i < span_len(bytes); i++) {
		if (off + i >= GATEWAY_STREAM) {
			trouble(g, "the stream is too long");
			return;
		}
		if (g->rx_seen[d][off + i] &&
		    g->rx[d][off + i] != bytes.p[i])
			trouble(g, "a receiver sees two versions of a byte");
		g->rx[d][off + i] = bytes.p[i];
		g->rx_seen[d][off + i] = 1;
	}
	while (g->rx_len[d] < GATEWAY_STREAM && g->rx_seen[d][g->rx_len[d]])
		g->rx_len[d]++;
	if (g->flow[d].begun && !g->no_ack)
		stream_ack(g->flow + d, &mem,
			   adj_ack(g, d, isn[d] + 1 + g->rx_len[d]), 65535);
}

static struct stream_out decide(struct gateway *g, u32 d, u32 seq,
				struct span bytes)
{
	struct stream_mem mem = gateway_mem(g);
	struct env env = gateway_env(g, &mem);
	struct packet p = {
		.g = g,
		.talk = {
			.env = &env,
			.side = d,
			.scan = { &g->dir[0].scan.msnp, &g->dir[1].scan.msnp },
			.scratch = &scratch,
			.may_edit = stream_may_edit,
			.inside_port = 40000,
			.outside_port = 40001,
		},
		.payload = bytes.p,
	};
	struct stream s = {
		.ops = g->helper ? g->helper->ops : &ops,
		.ctx = g->helper ? (void *)g->helper : &p,
		.mem = &mem,
		.dir = g->dir + d,
		.flow = g->flow[d].begun ? g->flow + d : NULL,
		.plan = &plan,
		.work = work,
	};
	struct stream_pkt in = {
		.seq = seq,
		.len = (u32)span_len(bytes),
		.ack = isn[!d] + 1 + g->rx_len[!d],
		.wnd = 65535,
		.mss = MSS,
		.mss_known = true,
		.seg = (u16)(span_len(bytes) < MSS ? span_len(bytes) : MSS),
		.segs = (u16)((span_len(bytes) + MSS - 1) / MSS),
		.max = g->max ?: MAX_PACKET,
		.now = g->now++,
		.fin = g->fin,
		.rst = g->rst,
		.urg = g->urg,
		.may_hold = !g->no_hold,
		.may_edit = !g->no_edit,
		.may_resize = !g->no_resize,
	};
	struct stream_out out;

	if (g->helper) {
		g->helper->side = d;
		g->helper->payload = bytes.p;
		g->helper->flow = g->flow + d;
	}
	/* Nothing of an earlier message may be relied on. */
	memset(&scratch, 0xa5, sizeof(scratch));
	stream_packet(&s, &in, &out);
	return out;
}

void gateway_segment(struct gateway *g, enum msnp_side side, u32 off, u32 len)
{
	char *copy = calloc(1, len ? len : 1);
	struct span bytes = span_make(copy, len);
	static char packet[2 * GATEWAY_STREAM];
	u32 seq = isn[side] + 1 + off, n;
	struct stream_out out;

	if (!copy)
		abort();
	/* Memory of exactly its size: see input.h. */
	memcpy(copy, g->tx[side] + off, len);
	out = decide(g, side, seq, bytes);
	g->held += !!(out.what & STREAM_HELD);
	g->released += !!(out.what & STREAM_RELEASED);
	if (out.what & STREAM_RELEASED)
		g->count[out.released]++;
	if (out.what & STREAM_REPEATED)
		g->count[NFIM_EDIT_REPEATED]++;
	g->missed += !!(out.what & STREAM_MISSED);
	if (out.why != NFIM_OK)
		g->count[out.why]++;
	if (out.adjust)
		adj_set(g, side, out.adjust_pos, out.adjust_by);
	switch (out.verdict) {
	case STREAM_FORWARD:
		arrive(g, side, seq, bytes);
		break;
	case STREAM_REPLACE:
		n = (u32)span_len(out.text);
		memcpy(packet, bytes.p, out.off);
		memcpy(packet + out.off, out.text.p, n);
		memcpy(packet + out.off + n,
		       bytes.p + out.off + out.old_len,
		       len - out.off - out.old_len);
		arrive(g, side, out.seq,
		       span_make(packet, len - out.old_len + n));
		break;
	case STREAM_STEAL:
		break;
	case STREAM_DROP:
		trouble(g, "a packet is dropped");
	}
	free(copy);
}

void gateway_append(struct gateway *g, enum msnp_side side, struct span bytes)
{
	if (g->tx_len[side] + span_len(bytes) > GATEWAY_STREAM) {
		trouble(g, "too much is written");
		return;
	}
	memcpy(g->tx[side] + g->tx_len[side], bytes.p, span_len(bytes));
	g->tx_len[side] += (u32)span_len(bytes);
}

void gateway_settle(struct gateway *g, enum msnp_side side)
{
	u32 tries, top = isn[side] + 1 + g->tx_len[side], acked;

	for (tries = 0; tries < 200; tries++) {
		acked = adj_ack(g, side, isn[side] + 1 + g->rx_len[side]);
		if (!seq_before(acked, top))
			return;
		acked -= isn[side] + 1;
		gateway_segment(g, side, acked,
				g->tx_len[side] - acked < MSS ?
				g->tx_len[side] - acked : MSS);
	}
	trouble(g, "bytes are lost for ever");
}

void gateway_say(struct gateway *g, enum msnp_side side, struct span bytes,
		 u32 seg)
{
	u32 off = g->tx_len[side];

	gateway_append(g, side, bytes);
	for (; off < g->tx_len[side]; off += seg)
		gateway_segment(g, side, off, g->tx_len[side] - off < seg ?
				g->tx_len[side] - off : seg);
	gateway_settle(g, side);
}

static void say(struct gateway *g, enum msnp_side side, const char *line)
{
	gateway_say(g, side, span_make(line, strlen(line)), MSS);
}

void gateway_greet(struct gateway *g, bool ns)
{
	say(g, MSNP_C2S, ns ? "VER 1 MSNP18 CVR0\r\n" :
	    "USR 1 alice@example.com 17.18\r\n");
	say(g, MSNP_S2C, ns ? "VER 1 MSNP18\r\n" :
	    "USR 1 OK alice@example.com Alice\r\n");
	if (!ns)
		return;
	say(g, MSNP_C2S, "USR 2 TWN I alice@example.com\r\n");
	say(g, MSNP_S2C, "USR 2 OK alice@example.com Alice 1 0\r\n");
}

void gateway_open(struct gateway *g, const char *inside, const char *outside)
{
	u32 d;

	memset(g, 0, sizeof(*g));
	if (!text_addr(span_make(inside, strlen(inside)), &g->self.inside) ||
	    !text_addr(span_make(outside, strlen(outside)),
		       &g->self.outside))
		abort();
	g->policy = policy_builtin + POLICY_MSNP;
	for (d = 0; d < 2; d++) {
		g->adj_pos[d] = isn[d];
		stream_begin(g->dir + d, isn[d]);
		stream_flow_begin(g->flow + d, g->dir + d);
	}
}

void gateway_close(struct gateway *g)
{
	struct stream_mem mem = gateway_mem(g);
	u32 d;

	for (d = 0; d < 2; d++)
		stream_flow_free(g->flow + d, &mem);
	if (g->state)
		msnp_talk_free(g->state, &mem);
	free(g->state);
	g->state = NULL;
	if (g->mem)
		trouble(g, "memory leaks");
}

struct span gateway_heard(const struct gateway *g, enum msnp_side side,
			  u32 from)
{
	return span_make(g->rx[side] + from, g->rx_len[side] - from);
}
