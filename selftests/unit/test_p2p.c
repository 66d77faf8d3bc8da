// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/p2p: headers of both versions. */

#include "../../kernel/proto/p2p.h"
#include "../ktap.h"
#include "build.h"
#include "message.h"

/* Payload of a MSG. */
static struct span payload_of(struct span msg)
{
	const char *nl = memchr(msg.p, '\n', span_len(msg));

	return input_bytes(nl + 1, (size_t)(msg.end - nl - 1));
}

static void version1(const void *arg)
{
	static const struct {
		const char *what;
		u32 session, offset, total, length, flags;
		bool ok;
		enum p2p_kind kind;
		bool zero;
	} rows[] = {
		{ "MSNSLP", 0, 0, 10, 10, 0, true, P2P_SLP },
		{ "of WLM 2009", 0, 0, 10, 10, 0x1000000, true, P2P_SLP },
		{ "a part", 0, 100, 110, 10, 0, true, P2P_SLP },
		{ "of length 0", 0, 0, 10, 0, 0, true, P2P_SLP, true },
		{ "of a session", 7, 0, 10, 10, 0, true, P2P_SESSION },
		{ "a file", 7, 0, 10, 10, 0x1000030, true, P2P_BULK },
		{ "a picture", 7, 0, 10, 10, 0x20, true, P2P_BULK },
		{ "a receipt", 7, 0, 10, 0, 2, true, P2P_ACK },
		{ "a refusal of parts", 0, 0, 10, 10, 1, true, P2P_BULK },
		{ "a handshake", 0, 0, 10, 10, 0x100, true, P2P_BULK },
		{ "longer than what is there", 0, 0, 11, 11, 0, false, 0 },
		{ "longer than its total", 0, 0, 9, 10, 0, false, 0 },
		{ "beyond its total", 0, 101, 110, 10, 0, false, 0 },
		{ "too long", 0, 0, 0x80000000u, 10, 0, false, 0 },
	};
	struct build_p2p b;
	struct p2p p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].what);
		b = (struct build_p2p){
			.session = rows[i].session,
			.id = 11,
			.offset = rows[i].offset,
			.total = rows[i].total,
			.length = rows[i].length,
			.flags = rows[i].flags,
			.uid = 22,
			.acked_uid = 33,
			.data = input("0123456789"),
		};
		if (!ktap_equal(p2p_read(payload_of(build_p2p1("MSG 1 D", &b)),
					 &p), rows[i].ok) || !rows[i].ok)
			continue;
		ktap_equal(p.kind, rows[i].kind);
		ktap_equal(p.zero, rows[i].zero);
		ktap_equal(p.id, 11);
		ktap_equal(p.uid, p.kind == P2P_ACK ? 33 : 22);
		if (p.kind == P2P_ACK)
			ktap_equal(p.acked, 22);
		else
			ktap_bytes(p.data.p, span_len(p.data), "0123456789",
				   10);
	}
	input_done();
}

/* Headers of 64 bits are lengths only if the upper half is zero. */
static void long_lengths(const void *arg)
{
	static const u32 at[] = { 12, 20 };
	struct build_p2p b = { .total = 4, .length = 4 };
	struct p2p p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(at); i++) {
		struct span payload;
		char *head;

		ktap_at("offset %u", at[i]);
		b.data = input("data");
		payload = payload_of(build_p2p1("MSG 1 D", &b));
		ktap_want(p2p_read(payload, &p));
		head = (char *)p.head.p;
		head[at[i]] = 1;
		ktap_want(!p2p_read(payload, &p));
	}
	input_done();
}

static void version2(const void *arg)
{
	struct span data = input("0123456789"), packet;
	struct p2p p;
	u32 n;

	ktap_want(p2p_read(payload_of(build_p2p2("MSG 1 D", data, 5, 0,
						 true)), &p));
	ktap_want(p.v2 && p.kind == P2P_SLP && !p.offset);
	ktap_equal(p.id, 5);
	ktap_equal(p.total, 10);
	ktap_bytes(p.data.p, span_len(p.data), "0123456789", 10);
	ktap_at("a part");
	ktap_want(p2p_read(payload_of(build_p2p2("MSG 1 D", data, 5, 90,
						 false)), &p));
	ktap_want(p.offset);
	ktap_equal(p.total, 100);
	ktap_bytes(p.data.p, span_len(p.data), "0123456789", 10);
	packet = build_packet2(data, 5, 90, false);
	for (n = 0; n < span_len(packet); n++) {
		ktap_at("%u bytes", n);
		ktap_want(!p2p_read_bare(input_bytes(packet.p, n), &p));
	}
	input_done();
}

static void bad_version2(const void *arg)
{
	static const struct {
		const char *what;
		u32 len;
		u8 bytes[40];
		bool ok;
	} rows[] = {
		{ "an acknowledgment", 16, { 16, 0, 0, 0, 0, 0, 0, 1, 2, 4 },
		  true },
		{ "a header of no length", 8, { 0 } },
		{ "a header longer than all", 8, { 12 } },
		{ "a field that overruns", 12, { 12, 0, 0, 0, 0, 0, 0, 1, 2,
						 9 } },
		{ "a field without length", 9, { 9, 0, 0, 0, 0, 0, 0, 1, 2 } },
		{ "more data than there is", 8, { 8, 0, 0, 8 } },
		{ "no data header", 12, { 8, 0, 0, 4, 0, 0, 0, 1, 8 } },
		{ "a data header of no length", 16, { 8, 0, 0, 8 } },
		{ "a data header longer than data", 16, { 8, 0, 0, 8, 0, 0, 0,
							  1, 9 } },
		{ "a field that is there twice", 40, { 8, 0, 0, 32, 0, 0, 0, 1, 32,
			1, 0, 1, 0, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0, 0, 0, 1, 1,
			2, 0, 0 }, true },
		{ "fields of a data header that overrun", 20, { 8, 0, 0, 12, 0,
			0, 0, 1, 12, 1, 0, 1, 0, 0, 0, 0, 2, 9 } },
		{ "data of a file", 17, { 8, 0, 0, 9, 0, 0, 0, 1, 8, 7, 0, 1, 0,
			0, 0, 9, 1 }, true },
		{ "data of a session", 17, { 8, 0, 0, 9, 0, 0, 0, 1, 8, 1, 0, 1,
			0, 0, 0, 9, 1 }, true },
		{ "padding alone", 20, { 8, 0, 0, 12, 0, 0, 0, 1, 12, 1 },
		  true },
		{ "a rest beyond all", 28, { 8, 0, 0, 20, 0, 0, 0, 1, 20, 1, 0,
					     1, 0, 0, 0, 0, 1, 8, 1 } },
	};
	struct p2p p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].what);
		ktap_equal(p2p_read_bare(input_bytes(rows[i].bytes,
						     rows[i].len), &p),
			   rows[i].ok);
	}
	input_done();
}

static void envelopes(const void *arg)
{
	char text[1200] = "";
	struct p2p p;
	u32 i;

	for (i = 0; i < NFIM_HEADER_LINES + 1; i++)
		strcat(text, "a: b;c\r\n");
	strcat(text, "\r\n");
	ktap_want(!p2p_read(input(text), &p));
	ktap_want(!p2p_read(input(""), &p));
	ktap_want(!p2p_read(input("P2P-Dest: a@b\r\n"), &p));
	ktap_want(!p2p_read(input("P2P-Dest: a@b\r\n\r\n"), &p));
	ktap_want(!p2p_read(input("P2P-Dest: a@b;{1}\r\n\r\n1234567"), &p));
	input_done();
}

/* More bytes never make a message worth waiting for that was not. */
static void guesses(const void *arg)
{
	struct span data = input("0123456789"), payload;
	struct build_p2p b = { .total = 10, .length = 10, .data = data };
	u32 n, kind;

	for (kind = 0; kind < 5; kind++) {
		enum p2p_kind now, last = P2P_SLP;

		ktap_at("kind %u", kind);
		b.flags = kind == 1 ? 0x1000030 : kind == 2 ? 2 : 0;
		b.total = kind == 3 ? NFIM_MSG_MAX + 1 : 10;
		payload = payload_of(kind == 4 ?
				     build_p2p2("MSG 1 D", data, 1, 0, true) :
				     build_p2p1("MSG 1 D", &b));
		for (n = 0; n <= span_len(payload); n++) {
			now = p2p_guess(input_bytes(payload.p, n));
			ktap_want(last == P2P_SLP || now == last);
			last = now;
		}
		ktap_equal(last, kind == 1 || kind == 3 ? P2P_BULK :
			   kind == 2 ? P2P_ACK : P2P_SLP);
		input_done();
		data = input("0123456789");
		b.data = data;
	}
	input_done();
}

static void grows(const void *arg)
{
	struct build_p2p b = { .total = 10, .length = 10 };
	struct edit_plan plan = { 0 };
	struct span payload, out;
	struct p2p p;

	b.data = input("0123456789");
	payload = payload_of(build_p2p1("MSG 1 D", &b));
	ktap_want(p2p_read(payload, &p));
	ktap_want(p2p_plan_grow(&p, payload, -3, &plan));
	out = message_apply(payload, &plan);
	ktap_want(p2p_read(out, &p));
	ktap_equal(p.total, 7);
	ktap_equal(span_len(p.data), 7);
	free((char *)out.p);
	ktap_at("a part cannot");
	b.total = 20;
	payload = payload_of(build_p2p1("MSG 1 D", &b));
	ktap_want(p2p_read(payload, &p));
	ktap_want(!p2p_plan_grow(&p, payload, -3, &plan));
	ktap_at("a full plan takes nothing");
	b.total = 10;
	payload = payload_of(build_p2p1("MSG 1 D", &b));
	ktap_want(p2p_read(payload, &p));
	plan.n = NFIM_EDIT_MAX;
	ktap_want(!p2p_plan_grow(&p, payload, -3, &plan));
	b.flags = 2;
	payload = payload_of(build_p2p1("MSG 1 D", &b));
	ktap_want(p2p_read(payload, &p));
	ktap_want(!p2p_plan_ack(&p, payload, 10, 7, &plan));
	ktap_want(p2p_plan_ack(&p, payload, 11, 7, &plan));
	input_done();
}

static const struct ktap_case cases[] = {
	{ "version 1 is told by its flags", version1 },
	{ "lengths beyond all sense are refused", long_lengths },
	{ "version 2 has its data behind two headers", version2 },
	{ "headers of version 2 that lie are refused", bad_version2 },
	{ "a header that does not end is none", envelopes },
	{ "a beginning tells whether the rest is worth waiting for",
	  guesses },
	{ "only a whole message can grow", grows },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
