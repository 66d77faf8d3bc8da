/* SPDX-License-Identifier: GPL-2.0 */
/* Makes messages as clients write them. */
#ifndef _NFIM_UNIT_BUILD_H
#define _NFIM_UNIT_BUILD_H

#include <stdio.h>
#include <stdlib.h>

#include "../../kernel/proto/msnp.h"
#include "input.h"

#define BUILD_MAX	16384

/**
 * build_bytes() - text with its bytes, maybe NUL among them
 * @to: where; @at bytes are there
 * @at: moved behind what is added
 * @p: the bytes
 * @n: how many
 */
static inline void build_bytes(char *to, size_t *at, const void *p, size_t n)
{
	if (*at + n > BUILD_MAX)
		abort();
	memcpy(to + *at, p, n);
	*at += n;
}

static inline void build_le(char *to, size_t *at, u64 v, u32 n)
{
	for (; n; n--, v >>= 8)
		build_bytes(to, at, &(char){ (char)v }, 1);
}

static inline void build_be(char *to, size_t *at, u64 v, u32 n)
{
	while (n--)
		build_bytes(to, at, &(char){ (char)(v >> 8 * n) }, 1);
}

/* Command, length, payload. @who stands between name and length. */
static inline struct span build_msg(const char *who, struct span payload)
{
	char text[BUILD_MAX], line[200];
	size_t at = 0;

	snprintf(line, sizeof(line), "%s %zu\r\n", who, span_len(payload));
	build_bytes(text, &at, line, strlen(line));
	build_bytes(text, &at, payload.p, span_len(payload));
	return input_bytes(text, at);
}

/**
 * struct build_p2p - a P2P message of version 1
 * @session: SessionID
 * @id: Identifier
 * @offset: of @data in the whole
 * @total: of the whole
 * @length: what its header says
 * @flags: flags
 * @uid: behind the flags
 * @acked_uid: behind that
 * @acked_size: behind that
 * @footer: application
 * @data: the part
 */
struct build_p2p {
	u32 session, id, offset, total, length, flags, uid, acked_uid;
	u32 acked_size, footer;
	struct span data;
};

static inline struct span build_p2p1(const char *who,
				     const struct build_p2p *b)
{
	static const char header[] = "MIME-Version: 1.0\r\n"
		"Content-Type: application/x-msnmsgrp2p\r\n"
		"P2P-Dest: bob@example.net\r\n\r\n";
	char text[BUILD_MAX];
	size_t at = 0;

	build_bytes(text, &at, header, strlen(header));
	build_le(text, &at, b->session, 4);
	build_le(text, &at, b->id, 4);
	build_le(text, &at, b->offset, 8);
	build_le(text, &at, b->total, 8);
	build_le(text, &at, b->length, 4);
	build_le(text, &at, b->flags, 4);
	build_le(text, &at, b->uid, 4);
	build_le(text, &at, b->acked_uid, 4);
	build_le(text, &at, b->acked_size, 8);
	if (b->data.p)
		build_bytes(text, &at, b->data.p, span_len(b->data));
	build_be(text, &at, b->footer, 4);
	return build_msg(who, span_make(text, at));
}

/* A part of version 2: @rest bytes follow it; @first: none went before. */
static inline struct span build_packet2(struct span data, u32 id, u32 rest,
					bool first)
{
	u32 dhl = rest ? 20 : 8;
	char text[BUILD_MAX];
	size_t at = 0;

	build_be(text, &at, 8, 1);
	build_be(text, &at, 0, 1);
	build_be(text, &at, dhl + span_len(data), 2);
	build_be(text, &at, 1000, 4);
	build_be(text, &at, dhl, 1);
	build_be(text, &at, first, 1);
	build_be(text, &at, id, 2);
	build_be(text, &at, 0, 4);
	if (rest) {
		build_be(text, &at, 0x0108, 2);
		build_be(text, &at, rest, 8);
		build_be(text, &at, 0, 2);
	}
	build_bytes(text, &at, data.p, span_len(data));
	return input_bytes(text, at);
}

static inline struct span build_p2p2(const char *who, struct span data,
				     u32 id, u32 rest, bool first)
{
	static const char header[] = "MIME-Version: 1.0\r\n"
		"Content-Type: application/x-msnmsgrp2p\r\n"
		"P2P-Dest: bob@example.net;{1}\r\n\r\n";
	struct span packet = build_packet2(data, id, rest, first);
	char text[BUILD_MAX];
	size_t at = 0;

	build_bytes(text, &at, header, strlen(header));
	build_bytes(text, &at, packet.p, span_len(packet));
	build_be(text, &at, 0, 4);
	return build_msg(who, span_make(text, at));
}

#define BUILD_CALL	"{F3149DEE-3C5F-49F2-A61E-3388572D9296}"

/* MSNSLP; @body without its empty line and NUL. */
static inline struct span build_slp(const char *start, const char *type,
				    const char *body)
{
	char text[BUILD_MAX];
	int n;

	n = snprintf(text, sizeof(text), "%s\r\n"
		     "To: <msnmsgr:bob@example.net>\r\n"
		     "From: <msnmsgr:alice@example.com>\r\n"
		     "Via: MSNSLP/1.0/TLP ;branch={1}\r\nCSeq: 1 \r\n"
		     "Call-ID: " BUILD_CALL "\r\nMax-Forwards: 0\r\n"
		     "Content-Type: application/x-msnmsgr-%s\r\n"
		     "Content-Length: %zu\r\n\r\n%s\r\n", start, type,
		     strlen(body) + 3, body);
	return input_bytes(text, (size_t)n + 1);
}

/* A webcam's unit with its text. */
static inline struct span build_webcam(const char *xml)
{
	char text[BUILD_MAX];
	size_t at = 0, n = strlen(xml) + 1, i;

	build_le(text, &at, 0x80, 1);
	build_le(text, &at, 0x01eaec, 3);
	build_le(text, &at, 8, 2);
	build_le(text, &at, 2 * n, 4);
	for (i = 0; i < n; i++)
		build_le(text, &at, (u8)xml[i], 2);
	return input_bytes(text, at);
}

#endif /* _NFIM_UNIT_BUILD_H */
