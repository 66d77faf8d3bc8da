// SPDX-License-Identifier: GPL-2.0
/*
 * kernel/proto/msnp_talk and all behind it: the input is what a client says
 * behind its greeting, or its server. However it is cut and repeated, a
 * receiver sees one version of every byte, nothing leaks, and what nothing was
 * opened for is not changed.
 */

#include "../unit/gateway.h"
#include "../unit/input.h"
#include "fuzz.h"

static struct gateway g;
static struct policy any;
static char first[GATEWAY_STREAM];

/* Where what arrives begins. */
static u32 mark;

/* Everything, on all ports but those that no range lifts. */
static void make_policy(void)
{
	u32 i;

	any = policy_builtin[POLICY_MSNP];
	any.client_ip = true;
	for (i = 0; i < NFIM_APP_MAX; i++) {
		any.app[i] = policy_builtin[POLICY_MSNP].app[0];
		any.app[i].protos = POLICY_TCP | POLICY_UDP;
		any.app[i].inside[0] = (struct port_range){ 1024, 65535 };
		any.app[i].outside[0] = (struct port_range){ 1024, 65535 };
	}
}

static bool is_open(void)
{
	u32 i;

	for (i = 0; i < g.n; i++)
		if (g.offer[i].port)
			return true;
	return false;
}

/* Return: bytes that arrive, in @first if @keep. */
static u32 run(struct span text, bool ns, enum msnp_side side, u32 kind,
	       u32 *random, bool keep)
{
	static const char *const inside[] = { "192.168.0.12", "10.0.0.2" };
	u32 len = (u32)span_len(text), at, off, seg;
	struct span heard;

	gateway_open(&g, inside[kind & 1], "203.0.113.5");
	g.policy = &any;
	g.no_resize = kind & 2;
	g.map[0][0] = 6891;
	g.map[0][1] = kind & 4 ? 50001 : 6892;
	gateway_greet(&g, ns);
	g.dir[MSNP_S2C].scan.msnp.owner |= MSNP_WANT_ACKS;
	mark = g.rx_len[side];
	at = g.tx_len[side];
	gateway_append(&g, side, text);
	for (off = 0; off < len; off += seg) {
		seg = keep ? len : 1 + fuzz_random(random) % 700;
		if (seg > len - off)
			seg = len - off;
		gateway_segment(&g, side, at + off, seg);
		if (!keep && !(fuzz_random(random) % 4)) {
			u32 back = fuzz_random(random) % (off + 1);

			gateway_segment(&g, side, at + back, off + seg - back);
		}
	}
	gateway_settle(&g, side);
	heard = gateway_heard(&g, side, mark);
	want(!g.missed, "plans are carried out");
	want(is_open() || g.count[NFIM_CLIENT_IP] || side == MSNP_S2C ||
	     (span_len(heard) == len && !memcmp(heard.p, text.p, len)),
	     "only what is opened is changed");
	if (keep)
		memcpy(first, heard.p, span_len(heard));
	len = (u32)span_len(heard);
	return len;
}

static void finish(void)
{
	gateway_close(&g);
	want(!g.trouble, g.trouble ? g.trouble : "");
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t len)
{
	u32 random = fuzz_seed(bytes, len), kind, ns, n, again, edited;
	enum msnp_side side;
	struct span text;

	if (len > 8192)
		return 0;
	make_policy();
	text = input_bytes(bytes, len);
	kind = fuzz_random(&random);
	side = kind & 8 ? MSNP_S2C : MSNP_C2S;
	for (ns = 0; ns < 2; ns++) {
		n = run(text, ns, side, kind, &random, true);
		edited = g.count[NFIM_EXPECTED_EDITED];
		finish();
		again = run(text, ns, side, kind, &random, false);
		/* The same, unless something had to go before it was whole. */
		if (!g.released && !g.count[NFIM_SPLIT] && !edited)
			want(n == again &&
			     !memcmp(first, gateway_heard(&g, side,
							  mark).p, n),
			     "the same is heard");
		finish();
	}
	input_done();
	return 0;
}
