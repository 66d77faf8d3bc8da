/* SPDX-License-Identifier: GPL-2.0 */
/* A conversation in which texts travel, maybe in parts. */
#ifndef _NFIM_UNIT_PARTS_H
#define _NFIM_UNIT_PARTS_H

#include <stdlib.h>

#include "../ktap.h"
#include "build.h"
#include "gateway.h"

#define MSS	1460

static struct gateway *g;

static inline void begin_at(const char *inside, const char *outside, bool ns)
{
	if (!g)
		g = malloc(sizeof(*g));
	gateway_open(g, inside, outside);
	gateway_greet(g, ns);
}

static inline void begin_as(const char *inside, bool ns)
{
	begin_at(inside, "203.0.113.5", ns);
}

static inline void begin(void)
{
	begin_as("192.168.0.12", false);
}

static inline void end(void)
{
	gateway_close(g);
	if (g->trouble)
		ktap_fail("%s", g->trouble);
	ktap_equal(g->missed, 0);
	input_done();
}

static inline bool heard(enum msnp_side side, const char *text, size_t n)
{
	struct span s = gateway_heard(g, side, 0);

	return memmem(s.p, span_len(s), text, n);
}

static inline bool heard_text(const char *text)
{
	return heard(MSNP_C2S, text, strlen(text));
}

/* What a peer makes of the parts that arrived: the text put together. */
static inline struct span joined(bool v2, size_t total)
{
	struct span s = gateway_heard(g, MSNP_C2S, 0), out;
	char text[BUILD_MAX];
	size_t at = 0, n;
	const char *p;

	while ((p = memmem(s.p, span_len(s), "\r\n\r\n", 4))) {
		p += 4;
		if (v2) {
			u32 dhl = (u8)p[8];

			n = ((u8)p[2] << 8 | (u8)p[3]) - dhl;
			p += 8 + dhl;
		} else {
			n = (u8)p[24] | (u32)(u8)p[25] << 8;
			p += 48;
		}
		build_bytes(text, &at, p, n);
		s.p = p + n + 4;
	}
	ktap_equal(at, total);
	out = input_bytes(text, at);
	return out;
}

#endif /* _NFIM_UNIT_PARTS_H */
