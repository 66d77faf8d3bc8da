// SPDX-License-Identifier: GPL-2.0
/*
 * Frames as they would leave the gateway: the client's bytes as edited, all
 * numbers of the two streams to match.
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

static void fix_tcp(const struct packet *p, u8 *tcp, u32 len)
{
	u32 s = sum(p->src.addr.b, p->src.addr.len, 6 + (len >> 16) +
		    (len & 0xffff));

	s = sum(p->dst.addr.b, p->dst.addr.len, s);
	put16(tcp + 16, 0);
	put16(tcp + 16, ~sum(tcp, len, s) & 0xffff);
}

/* @other: the stream whose bytes are acknowledged. */
static void fix_sacks(u8 *opt, u8 *end, const struct stream *other)
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
				put32(edge, stream_map(other, get32(edge)));
		opt = next;
	}
}

static void fix_numbers(const struct packet *p, u8 *tcp,
			const struct stream *s, const struct stream *other)
{
	put32(tcp + 4, stream_map(s, p->seq));
	if (!(p->flags & TH_ACK_BIT))
		return;
	put32(tcp + 8, stream_map(other, p->ack));
	fix_sacks(tcp + 20, tcp + (p->data - p->tcp), other);
}

/* @body: the new payload, instead of what was captured of the old one. */
static void write_changed(struct explain *x, const struct conn *c,
			  enum msnp_side side, const char *body, size_t len)
{
	const struct packet *p = x->packet;
	u32 tail = p->caplen - p->data - p->have;
	u32 caplen = p->data + (u32)len + tail;
	u32 grown = (u32)len - p->have;
	u8 *frame = malloc(caplen);

	if (!frame) {
		x->rc = err_nomem();
		return;
	}
	memcpy(frame, p->frame, p->data);
	memcpy(frame + p->data, body, len);
	memcpy(frame + p->data + len, p->frame + p->data + p->have, tail);
	fix_numbers(p, frame + p->tcp, c->dir + side, c->dir + !side);
	if (grown)
		fix_ip(frame + p->ip, p->ip_len + grown);
	/* Without all bytes there is no telling the sum. */
	if (p->have == p->len)
		fix_tcp(p, frame + p->tcp, p->data - p->tcp + (u32)len);
	x->changed += caplen != p->caplen || memcmp(frame, p->frame, caplen);
	capture_put(&x->out, p, frame, caplen, p->wirelen + grown);
	free(frame);
}

void wire_put(struct explain *x, const struct conn *c, enum msnp_side side)
{
	const struct packet *p = x->packet;
	struct span data;
	size_t len;
	char *body;

	if (!x->out.dump)
		return;
	if (!c || (!c->dir[0].first && !c->dir[1].first)) {
		capture_put(&x->out, p, p->frame, p->caplen, p->wirelen);
		return;
	}
	data = packet_payload(p);
	if (p->have < p->len || !p->len) {
		write_changed(x, c, side, data.p, p->have);
		return;
	}
	body = stream_render(c->dir + side, p->seq, data, &len);
	if (!body)
		x->rc = err_nomem();
	else
		write_changed(x, c, side, body, len);
	free(body);
}
