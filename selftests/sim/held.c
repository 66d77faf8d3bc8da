// SPDX-License-Identifier: GPL-2.0
/* What the engine held, and a path that does the same to a plain connection. */

#include "sim.h"

void held_recall(struct sim *s, u32 dir, const struct pkt *p, u32 what)
{
	struct sched *sc = s->sc;
	struct held *h = sc->held[dir];
	u32 i, *n = sc->n_held + dir;

	for (i = 0; i < *n && what & (STREAM_MERGED | STREAM_RELEASED); i++)
		if (!h[i].late)
			h[i].late = what & STREAM_MERGED ? s->now - h[i].at :
							   NEVER;
	if (what & STREAM_HELD && *n < MAX_HELD)
		h[(*n)++] = (struct held){ p->seq + p->len, s->now, 0 };
}

/* Return: how much later the engine would have let this go; once for each. */
static u64 held_back(struct sched *sc, u32 dir, const struct pkt *p)
{
	struct held *h = sc->held[dir];
	u32 i, *n = sc->n_held + dir;
	u64 late;

	for (i = 0; i < *n; i++)
		if (p->len && h[i].end - p->seq - 1 < p->len) {
			late = h[i].late;
			h[i] = h[--*n];
			return late;
		}
	return 0;
}

bool held_suffer(struct sim *s, u32 from, struct pkt *p)
{
	u64 late = s->sc->suffer ? held_back(s->sc, from, p) : 0;

	if (!late)
		return false;
	if (late != NEVER) {
		path_again(s, from, p, late);
		return true;
	}
	s->drops++;
	pkt_put(p);
	return true;
}
