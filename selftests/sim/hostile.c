// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that no TCP would send: any number, length, flag and bytes. Nothing
 * is expected of the result but that it lies within its bounds, that no
 * memory is lost and that the limits hold.
 */

#include <stdlib.h>

#include <nfim/limits.h>

#include "sim.h"

/* Mostly near the place that matters. */
static u32 some_seq(struct rng *r, u32 near)
{
	u32 x = below(r, 10);

	if (x < 4)
		return near;
	if (x < 7)
		return near + below(r, 4000) - 2000;
	if (x < 9)
		return near + below(r, 1 << 18) - (1 << 17);
	return rnd(r);
}

static void some_bytes(struct rng *r, struct pkt *p, bool msnp)
{
	static const char *const words[] = {
		"MSG 1 N 120\r\n", "USR 1 a b\r\n", "\r\n", "\r\n\r\n",
		"Content-Type: text/x-msmsgsinvite\r\n", "MSG 4 U 8192\r\n",
		"0012e", "0300s", "9999g", "0001", "XFR 1 SB 1.2.3.4:5\r\n",
	};
	u32 i = 0, n, j;

	while (i < p->len) {
		const char *w = words[below(r, ARRAY_SIZE(words))];

		if (chance(r, 300)) {
			n = below(r, 200);
			for (j = 0; j < n && i < p->len; j++)
				p->data[i++] = (char)(msnp ? rnd(r) : '0' +
						      below(r, 10));
		}
		while (*w && i < p->len)
			p->data[i++] = *w++;
	}
}

static void check(struct sim *s, const struct stream_out *out,
		  const struct pkt *p, const struct stream_flow *f)
{
	if (out->verdict == STREAM_REPLACE &&
	    (out->off + out->old_len > p->len ||
	     p->len - out->old_len + span_len(out->text) > MAX_PKT))
		sim_fail(s, "hostile: beyond the packet");
	if (f->hold.len > NFIM_FLOW_HOLD || f->pieces.bytes > NFIM_FLOW_BYTES ||
	    f->pieces.n > NFIM_FLOW_PIECES || f->log.n > NFIM_FLOW_EDITS ||
	    f->hold.len > f->hold.size)
		sim_fail(s, "hostile: limits");
	if (s->box.mem > 2 * NFIM_FLOW_BYTES + 2 * NFIM_FLOW_HOLD +
			 NFIM_FLOW_EDITS * 9000)
		sim_fail(s, "hostile: %u bytes of memory", s->box.mem);
}

bool hostile(struct sim *s, struct sched *sc, u64 seed)
{
	struct rng r = { .s = seed ^ 0x40571e };
	u32 i, n = between(&r, 5, 120);
	struct box *b = &s->box;
	struct pkt *p = pkt_get();

	s->sc = sc;
	s->verbose = false;
	s->error[0] = 0;
	s->now = 0;
	sc->seed = seed;
	sc->hostile = true;
	sc->msnp = chance(&r, 500);
	sc->nomem = chance(&r, 200);
	sc->no_hold = false;
	sc->syn_flow = chance(&r, 500);
	sc->isn[0] = rnd(&r);
	sc->tcp[0].mss = between(&r, 1, 1460);
	box_init(s, true);
	for (i = 0; i < n && !s->error[0]; i++) {
		struct stream_out out;
		u32 near = b->dir[0].next + b->flow[0].hold.len;

		s->now += between(&r, 0, 100) * MS;
		p->seq = some_seq(&r, near);
		p->len = chance(&r, 50) ? below(&r, MAX_PKT) :
			 below(&r, chance(&r, 500) ? 40 : 1500);
		p->ack = rnd(&r) & 3;
		p->wnd = rnd(&r) & 0xffff;
		p->fin = chance(&r, 30);
		p->rst = chance(&r, 10);
		p->urg = chance(&r, 20);
		p->seg = below(&r, 1500);
		p->segs = below(&r, 70000);
		some_bytes(&r, p, sc->msnp);
		if (i == 0 && sc->msnp) {
			memcpy(p->data, "USR 1 a b\r\n", 11);
			p->seq = near;
			p->len = p->len < 11 ? 11 : p->len;
		}
		box_engine(s, 0, p, &out);
		check(s, &out, p, b->flow);
		if (chance(&r, 300))
			box_ack(s, 0, some_seq(&r, near), below(&r, 70000));
	}
	pkt_put(p);
	box_exit(s);
	return !s->error[0];
}
