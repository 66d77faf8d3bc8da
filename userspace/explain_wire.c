// SPDX-License-Identifier: GPL-2.0
/*
 * Frames as they would leave the gateway: what is held is gone, messages are as
 * edited, all numbers of the two streams match.
 */
#include <stdlib.h>

#include "explain_wire.h"

#define OPT_END		0
#define OPT_NOP		1
#define OPT_SACK	5
#define IP_MAX		65535

static u32 get32(const u8 *at)
{
	return (u32)at[0] << 24 | (u32)at[1] << 16 | (u32)at[2] << 8 | at[3];
}

static u16 get16(const u8 *at)
{
	return (u16)(at[0] << 8 | at[1]);
}

static void put16(u8 *at, u32 v)
{
	at[0] = (u8)(v >> 8);
	at[1] = (u8)v;
}

static void put32(u8 *at, u32 v)
{
	put16(at, v >> 16);
	put16(at + 2, v & 0xffff);
}

static u32 sum(const u8 *p, size_t len, u32 start)
{
	u64 s = start;
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		s += (u32)(p[i] << 8 | p[i + 1]);
	if (i < len)
		s += (u32)(p[i] << 8);
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (u32)s;
}

static void fix_ip(u8 *ip, u32 len)
{
	/* What is larger than the field came from offloading: leave the 0. */
	if (len > IP_MAX)
		len = 0;
	if (ip[0] >> 4 == 6) {
		put16(ip + 4, len ? len - 40 : 0);
		return;
	}
	put16(ip + 2, len);
	put16(ip + 10, 0);
	put16(ip + 10, ~sum(ip, (ip[0] & 15) * 4u, 0) & 0xffff);
}

/* @at: of the sum in the header. */
static void fix_sum(const struct packet *p, u8 *l4, u32 len, u32 at)
{
	u32 s = sum(p->src.addr.b, p->src.addr.len, p->proto + (len >> 16) +
		    (len & 0xffff));

	s = sum(p->dst.addr.b, p->dst.addr.len, s);
	put16(l4 + at, 0);
	put16(l4 + at, ~sum(l4, len, s) & 0xffff);
}

static void fix_tcp(const struct packet *p, u8 *tcp, u32 len)
{
	fix_sum(p, tcp, len, 16);
}

/* A sum of 0 means that there is none. */
static void fix_udp(const struct packet *p, u8 *udp, u32 len)
{
	put16(udp + 4, len);
	if (!get16(udp + 6))
		return;
	fix_sum(p, udp, len, 6);
	if (!get16(udp + 6))
		put16(udp + 6, 0xffff);
}

/**
 * struct leaving - what leaves in place of a segment
 * @p: the segment
 * @h: its direction
 * @there: the other one
 * @seq: number of its first byte, as the sender counts
 * @ack: what it acknowledges, as its receiver counts
 * @seg: the largest piece that it leaves in
 * @body: its bytes
 * @len: how many
 */
struct leaving {
	const struct packet *p;
	struct half *h;
	const struct half *there;
	u32 seq;
	u32 ack;
	u32 seg;
	const char *body;
	u32 len;
};

/* @other: the stream whose bytes are acknowledged. */
static void fix_sacks(u8 *opt, u8 *end, const struct half *other)
{
	while (opt < end && *opt != OPT_END) {
		u8 *next, *edge;

		if (*opt == OPT_NOP) {
			opt++;
			continue;
		}
		if (end - opt < 2 || opt[1] < 2 || opt[1] > end - opt)
			return;
		next = opt + opt[1];
		if (*opt == OPT_SACK)
			for (edge = opt + 2; edge + 4 <= next; edge += 4)
				put32(edge, tcp_moved(other, get32(edge)));
		opt = next;
	}
}

static void fix_numbers(const struct leaving *l, u8 *tcp, u32 done)
{
	put32(tcp + 4, tcp_moved(l->h, l->seq) + done);
	if (!(l->p->flags & TH_ACK_BIT))
		return;
	put32(tcp + 8, tcp_moved(l->there, l->ack));
	fix_sacks(tcp + 20, tcp + (l->p->data - l->p->l4), l->there);
}

/* As the stack segments: what ends the whole stands in the last piece. */
static void fix_piece(const struct leaving *l, u8 *frame, u32 done, u32 n)
{
	const struct packet *p = l->p;
	u8 *ip = frame + p->ip;

	if (done + n < l->len)
		frame[p->l4 + 13] &= (u8)~(TH_FIN_BIT | TH_PSH_BIT);
	if (done)
		frame[p->l4 + 13] &= (u8)~TH_CWR_BIT;
	if (ip[0] >> 4 == 4)
		put16(ip + 4, get16(ip + 4) + done / l->seg);
}

/* The piece of @n bytes from @done on. */
static void write_piece(struct explain *x, const struct leaving *l, u32 done,
			u32 n)
{
	const struct packet *p = l->p;
	bool whole = n == l->len;
	u32 tail = whole ? p->caplen - p->data - p->have : 0;
	u32 caplen = p->data + n + tail;
	u32 wirelen = whole ? p->wirelen + n - p->have : caplen;
	u8 *frame = malloc(caplen);

	if (!frame) {
		x->rc = err_nomem();
		return;
	}
	memcpy(frame, p->frame, p->data);
	memcpy(frame + p->data, l->body + done, n);
	memcpy(frame + p->data + n, p->frame + p->data + p->have, tail);
	fix_numbers(l, frame + p->l4, done);
	if (!whole)
		fix_piece(l, frame, done, n);
	if (!whole || n != p->have)
		fix_ip(frame + p->ip, p->ip_len + n - p->have);
	/* Without all bytes there is no telling the sum. */
	if (p->have == p->len)
		fix_tcp(p, frame + p->l4, p->data - p->l4 + n);
	if (!done)
		x->changed += caplen != p->caplen ||
			      memcmp(frame, p->frame, caplen);
	capture_put(&x->out, p, frame, caplen, wirelen);
	free(frame);
}

static void write_all(struct explain *x, const struct leaving *l)
{
	u32 done = 0, n;

	do {
		n = l->len - done < l->seg ? l->len - done : l->seg;
		write_piece(x, l, done, n);
		done += n;
	} while (done < l->len && !x->rc);
}

static void write_replaced(struct explain *x, struct leaving *l,
			   const struct stream_out *out)
{
	struct span data = packet_payload(l->p);
	u32 n = (u32)span_len(out->text), rest = l->p->len - out->off -
						 out->old_len;
	char *body = malloc(out->off + n + rest + 1);

	if (!body) {
		x->rc = err_nomem();
		return;
	}
	memcpy(body, data.p, out->off);
	memcpy(body + out->off, out->text.p, n);
	memcpy(body + out->off + n, data.end - rest, rest);
	l->seq = out->seq;
	l->body = body;
	l->len = out->off + n + rest;
	if (out->seg)
		l->seg = out->seg;
	write_all(x, l);
	free(body);
}

/* It says nothing but that its sender has got what is held. */
static bool is_vain(const struct leaving *l)
{
	return !l->p->len && l->ack != l->p->ack && l->h->has_ack &&
	       l->h->ack == l->ack &&
	       !(l->p->flags & (TH_SYN_BIT | TH_FIN_BIT | TH_RST_BIT));
}

void wire_forward(struct explain *x)
{
	const struct packet *p = x->packet;

	capture_put(&x->out, p, p->frame, p->caplen, p->wirelen);
}

void wire_put(struct explain *x, struct conn *c, enum msnp_side side,
	      const struct stream_out *out)
{
	const struct packet *p = x->packet;
	struct leaving l = {
		.p = p,
		.h = c->half + side,
		.there = c->half + !side,
		.seq = p->seq,
		.ack = p->flags & TH_ACK_BIT ? tcp_ack(c, !side, p->ack) :
					       p->ack,
		.seg = p->have + 1,
		.body = packet_payload(p).p,
		.len = p->have,
	};

	if (!x->out.dump)
		return;
	if (out->verdict == STREAM_STEAL || out->verdict == STREAM_DROP ||
	    is_vain(&l)) {
		x->changed++;
		return;
	}
	if (out->verdict == STREAM_REPLACE)
		write_replaced(x, &l, out);
	else
		write_all(x, &l);
	if (p->flags & TH_ACK_BIT) {
		l.h->ack = l.ack;
		l.h->has_ack = true;
	}
}

void wire_datagram(struct explain *x)
{
	const struct packet *p = x->packet;
	const struct edit_plan *plan = &x->plan;
	u32 len, caplen, at, start, tail = p->caplen - p->data - p->have;
	u8 *frame;

	if (!plan->n || !x->out.dump) {
		wire_forward(x);
		return;
	}
	len = p->have + (u32)edit_delta(plan);
	caplen = p->data + len + tail;
	frame = malloc(caplen);
	if (!frame) {
		x->rc = err_nomem();
		return;
	}
	start = edit_start(plan);
	memcpy(frame, p->frame, p->data + start);
	at = p->data + start;
	at += (u32)edit_render(plan, packet_payload(p), (char *)frame + at);
	memcpy(frame + at, p->frame + p->data + edit_end(plan),
	       p->caplen - p->data - edit_end(plan));
	fix_ip(frame + p->ip, p->ip_len + len - p->have);
	fix_udp(p, frame + p->l4, p->data - p->l4 + len);
	x->changed++;
	capture_put(&x->out, p, frame, caplen, p->wirelen + len - p->have);
	free(frame);
}
