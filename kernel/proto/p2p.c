// SPDX-License-Identifier: GPL-2.0
/*
 * P2P messages. Version 1 is little-endian and of one size, version 2 is
 * big-endian and has optional fields; only the address tells them apart.
 */

#include "p2p.h"

/* Version 1: offsets and flags. */
#define V1_SESSION	0
#define V1_ID		4
#define V1_OFFSET	8
#define V1_FLAGS	28
#define V1_UID		32
#define V1_ACKED	32
#define V1_ACKED_UID	36
#define V1_FLAG_ACK	0x02
#define V1_FLAGS_CONTROL 0xcd	/* errors, closing */
#define V1_FLAGS_DATA	0x130	/* files, pictures, direct connections */

/* Version 2. */
#define V2_MIN		8
#define V2_TF_FIRST	0x01
#define V2_TF_DATA	0x06	/* files and pictures */
#define V2_TLV_REST	1	/* in a data header: bytes still to come */

#define FOOTER		4

static u32 byte_at(const char *p, u32 i)
{
	return (u8)p[i];
}

static u32 le32(const char *p)
{
	return byte_at(p, 0) | byte_at(p, 1) << 8 | byte_at(p, 2) << 16 |
	       byte_at(p, 3) << 24;
}

static u32 be16(const char *p)
{
	return byte_at(p, 0) << 8 | byte_at(p, 1);
}

static u32 be32(const char *p)
{
	return be16(p) << 16 | be16(p + 2);
}

/* A number of 64 bits that must be a sensible length. */
static bool le_len(const char *p, u32 *len)
{
	*len = le32(p);
	return !le32(p + 4) && *len <= 0x7fffffff;
}

static bool be_len(const char *p, u32 *len)
{
	*len = be32(p + 4);
	return !be32(p) && *len <= 0x7fffffff;
}

static enum p2p_kind v1_kind(u32 session, u32 flags)
{
	if (flags & V1_FLAG_ACK)
		return P2P_ACK;
	if (flags & (V1_FLAGS_CONTROL | V1_FLAGS_DATA))
		return P2P_BULK;
	return session ? P2P_SESSION : P2P_SLP;
}

/*
 * libpurple sends everything twice, at first with a length of 0: then it is
 * what lies there.
 */
static bool v1_read(struct span body, struct p2p *p)
{
	const char *h = body.p;
	u32 len, room;

	if (span_len(body) < P2P_HEADER + FOOTER)
		return false;
	room = (u32)span_len(body) - P2P_HEADER - FOOTER;
	p->head = span_make(h, P2P_HEADER);
	p->session = le32(h + V1_SESSION);
	p->id = le32(h + V1_ID);
	p->kind = v1_kind(p->session, le32(h + V1_FLAGS));
	p->uid = le32(h + V1_UID);
	if (p->kind == P2P_ACK) {
		p->acked = le32(h + V1_ACKED);
		p->uid = le32(h + V1_ACKED_UID);
	}
	len = le32(h + P2P_LENGTH);
	if (!le_len(h + V1_OFFSET, &p->offset) ||
	    !le_len(h + P2P_TOTAL, &p->total) || len > room)
		return false;
	p->zero = !len && room && p->kind != P2P_ACK;
	if (p->zero)
		len = room;
	p->data = span_make(h + P2P_HEADER, len);
	return p->kind == P2P_ACK || (p->offset <= p->total &&
				      len <= p->total - p->offset);
}

/* Look for one field among those of a header. Return: false if they overrun. */
static bool v2_tlv(struct span tlv, u32 type, struct span *value)
{
	*value = span_make(tlv.p, 0);
	while (tlv.p < tlv.end) {
		u32 t = byte_at(tlv.p, 0), len;

		if (!t) {
			tlv.p++;
			continue;
		}
		if (span_len(tlv) < 2)
			return false;
		len = byte_at(tlv.p, 1);
		if (span_len(tlv) - 2 < len)
			return false;
		if (t == type && !span_len(*value))
			*value = span_make(tlv.p + 2, len);
		tlv.p += 2 + len;
	}
	return true;
}

static enum p2p_kind v2_kind(u32 session, u32 tf)
{
	if (tf & V2_TF_DATA)
		return P2P_BULK;
	return session ? P2P_SESSION : P2P_SLP;
}

static bool v2_data(struct span packet, struct p2p *p)
{
	u32 dhl, tf, rest = 0;
	struct span value;

	if (span_len(packet) < V2_MIN)
		return false;
	dhl = byte_at(packet.p, 0);
	tf = byte_at(packet.p, 1);
	if (dhl < V2_MIN || dhl > span_len(packet) ||
	    !v2_tlv(span_make(packet.p + V2_MIN, dhl - V2_MIN), V2_TLV_REST,
		    &value))
		return false;
	if (span_len(value) == 8 && !be_len(value.p, &rest))
		return false;
	p->id = be16(packet.p + 2);
	p->session = be32(packet.p + 4);
	p->kind = v2_kind(p->session, tf);
	p->offset = !(tf & V2_TF_FIRST);
	p->data = span_make(packet.p + dhl, span_len(packet) - dhl);
	p->total = (u32)span_len(p->data) + rest;
	return true;
}

bool p2p_read_bare(struct span body, struct p2p *p)
{
	struct span value;
	u32 hl, len;

	memset(p, 0, sizeof(*p));
	p->v2 = true;
	if (span_len(body) < V2_MIN)
		return false;
	hl = byte_at(body.p, 0);
	len = be16(body.p + 2);
	if (hl < V2_MIN || hl > span_len(body) || len > span_len(body) - hl ||
	    !v2_tlv(span_make(body.p + V2_MIN, hl - V2_MIN), V2_TLV_REST,
		    &value))
		return false;
	p->head = span_make(body.p, hl);
	p->data = span_make(body.p + hl, 0);
	/* An acknowledgment, or the beginning of a conversation. */
	if (!len)
		return true;
	return v2_data(span_make(body.p + hl, len), p);
}

/*
 * The MIME header. Version 2 is for an endpoint: "P2P-Dest: a@b;{...}".
 * Return: false when it is not complete.
 */
static bool envelope(struct span payload, bool *v2, struct span *body)
{
	struct span line, name, value;
	unsigned int i;

	*v2 = false;
	for (i = 0; i < NFIM_HEADER_LINES; i++) {
		if (!text_line(&payload, &line))
			return false;
		if (line.p == line.end) {
			*body = payload;
			return true;
		}
		if (text_field(line, &name, &value) &&
		    text_is(name, "p2p-dest"))
			*v2 = memchr(value.p, ';', span_len(value));
	}
	return false;
}

bool p2p_read(struct span payload, struct p2p *p)
{
	struct span body;
	bool v2;

	memset(p, 0, sizeof(*p));
	if (!envelope(payload, &v2, &body))
		return false;
	return v2 ? p2p_read_bare(body, p) : v1_read(body, p);
}

static enum p2p_kind v1_guess(struct span body)
{
	u32 total;

	if (span_len(body) < V1_FLAGS + 4)
		return P2P_SLP;
	if (!le_len(body.p + P2P_TOTAL, &total) || total > NFIM_MSG_MAX)
		return P2P_BULK;
	return v1_kind(le32(body.p + V1_SESSION), le32(body.p + V1_FLAGS));
}

static enum p2p_kind v2_guess(struct span body)
{
	u32 hl;

	if (span_len(body) < V2_MIN)
		return P2P_SLP;
	hl = byte_at(body.p, 0);
	if (hl < V2_MIN || !be16(body.p + 2))
		return P2P_BULK;
	if (span_len(body) < hl + V2_MIN)
		return P2P_SLP;
	return v2_kind(be32(body.p + hl + 4), byte_at(body.p + hl, 1));
}

enum p2p_kind p2p_guess(struct span payload)
{
	struct span body;
	bool v2;

	if (!envelope(payload, &v2, &body))
		return P2P_SLP;
	return v2 ? v2_guess(body) : v1_guess(body);
}

static bool plan_le32(struct edit_plan *plan, struct span data,
		      const char *at, u32 value)
{
	char text[4] = {
		(char)value, (char)(value >> 8), (char)(value >> 16),
		(char)(value >> 24),
	};

	return edit_add(plan, (u32)(at - data.p), 4, text, 4);
}

bool p2p_plan_grow(const struct p2p *p, struct span data, s32 delta,
		   struct edit_plan *plan)
{
	u32 total = (u32)((s32)p->total + delta);
	u32 len = (u32)((s32)span_len(p->data) + delta);

	return !p->v2 && span_len(p->data) == p->total &&
	       plan_le32(plan, data, p->head.p + P2P_TOTAL, total) &&
	       (p->zero ||
		plan_le32(plan, data, p->head.p + P2P_LENGTH, len));
}

bool p2p_plan_ack(const struct p2p *p, struct span data, u32 now, u32 was,
		  struct edit_plan *plan)
{
	static const u8 fields[] = { P2P_TOTAL, P2P_ACKED_SIZE };
	u32 i, len;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		if (le_len(p->head.p + fields[i], &len) && len == now &&
		    !plan_le32(plan, data, p->head.p + fields[i], was))
			return false;
	return true;
}
