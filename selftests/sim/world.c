// SPDX-License-Identifier: GPL-2.0
/* Time passes: packets on the way, timers, one schedule from start to end. */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim.h"

#define MAX_EVENTS	4096
#define LIMIT		(3600 * SEC)

struct event {
	u64 at;
	u32 order;
	u8 to;		/* 0, 1: an end; 2, 3: the box, from end 0, 1 */
	struct pkt *p;
};

static struct event heap[MAX_EVENTS];
static u32 n_heap;
static struct pkt *pool;

struct pkt *pkt_get(void)
{
	struct pkt *p = pool;

	if (p)
		pool = p->next;
	else
		p = malloc(sizeof(*p));
	memset(p, 0, offsetof(struct pkt, data));
	return p;
}

void pkt_put(struct pkt *p)
{
	p->next = pool;
	pool = p;
}

void sim_fail(struct sim *s, const char *fmt, ...)
{
	va_list ap;

	if (s->error[0])
		return;
	va_start(ap, fmt);
	vsnprintf(s->error, sizeof(s->error), fmt, ap);
	va_end(ap);
	sim_trace(s, "FAIL %s", s->error);
}

void sim_trace(struct sim *s, const char *fmt, ...)
{
	va_list ap;

	if (!s->verbose)
		return;
	printf("%10.3f ", (double)s->now / 1000);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

static bool earlier(const struct event *a, const struct event *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void push(struct event ev)
{
	u32 i = n_heap++;

	if (n_heap > MAX_EVENTS)
		abort();
	while (i && earlier(&ev, heap + (i - 1) / 2)) {
		heap[i] = heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	heap[i] = ev;
}

static struct event pop(void)
{
	struct event top = heap[0], last = heap[--n_heap];
	u32 i = 0, c;

	while ((c = 2 * i + 1) < n_heap) {
		if (c + 1 < n_heap && earlier(heap + c + 1, heap + c))
			c++;
		if (!earlier(heap + c, &last))
			break;
		heap[i] = heap[c];
		i = c;
	}
	heap[i] = last;
	return top;
}

/* @line: one of four one-way lines. */
static void path(struct sim *s, u32 line, const struct link_cfg *l, u8 to,
		 struct pkt *p)
{
	struct rng *r = s->path + line;
	bool lost = chance(r, l->loss), dup = chance(r, l->dup);
	bool late = chance(r, l->reorder);
	u64 at = s->now + l->delay + below(r, l->jitter);

	if (lost) {
		sim_trace(s, "     lost on line %u", line);
		s->drops++;
		pkt_put(p);
		return;
	}
	if (late) {
		at += l->delay + 5 * MS;
	} else {
		if (at < s->last[line])
			at = s->last[line];
		s->last[line] = at;
	}
	if (dup) {
		struct pkt *q = pkt_get();

		memcpy(q, p, offsetof(struct pkt, data) + p->len);
		push((struct event){ at + below(r, 3000), s->order++, to, q });
	}
	push((struct event){ at, s->order++, to, p });
}

void path_from_end(struct sim *s, u32 from, struct pkt *p)
{
	if (p->len || p->fin || p->rst)
		sim_trace(s, "end %u: sends %d+%u%s%s ack %d", from,
			  (s32)(p->seq - s->sc->isn[from] - 1), p->len,
			  p->fin ? " FIN" : "", p->rst ? " RST" : "",
			  (s32)(p->ack - s->sc->isn[!from] - 1));
	if (s->sc->urg && p->len && (s->order & 31) == 7)
		p->urg = true;
	path(s, from, s->sc->link + from, (u8)(2 + from), p);
}

void path_to_end(struct sim *s, u32 to, struct pkt *p)
{
	if (p->len || p->fin || p->rst)
		sim_trace(s, "box %u: wire %d+%u%s", !to,
			  (s32)(p->seq - s->sc->isn[!to] - 1), p->len,
			  p->fin ? " FIN" : "");
	path(s, 2 + to, s->sc->link + to, (u8)to, p);
}

void path_again(struct sim *s, u32 from, struct pkt *p, u64 late)
{
	push((struct event){ s->now + late, s->order++, (u8)(2 + from), p });
}

static void reset(struct sim *s)
{
	struct tcp *t = s->end;
	struct pkt *p;

	if (t->dead)
		return;
	p = pkt_get();
	p->rst = true;
	p->seq = t->isn + 1 + t->max;
	t->dead = true;
	path_from_end(s, 0, p);
}

void sim_run(struct sim *s, struct sched *sc, bool on, bool verbose)
{
	u32 i, j;

	s->sc = sc;
	s->verbose = verbose;
	s->now = 0;
	s->drops = 0;
	s->order = 0;
	s->error[0] = 0;
	s->done[0] = 0;
	s->done[1] = 0;
	memset(s->last, 0, sizeof(s->last));
	n_heap = 0;
	for (i = 0; i < 4; i++)
		s->path[i].s = sc->path_seed + i;
	for (i = 0; i < 2; i++) {
		tcp_init(s, i);
		for (j = 0; j < sc->app[i].n_msgs; j++) {
			sc->app[i].msg[j].how = AS_IS;
			sc->app[i].msg[j].must = false;
		}
	}
	box_init(s, on);
	while (!s->error[0] && s->now < LIMIT) {
		u64 t0 = tcp_next(s->end), t1 = tcp_next(s->end + 1);
		u64 t = t0 < t1 ? t0 : t1;

		if (sc->rst_at < t && !s->end[0].dead)
			t = sc->rst_at;
		if (n_heap && heap[0].at <= t) {
			struct event ev = pop();

			s->now = ev.at;
			if (ev.to < 2) {
				tcp_input(s, s->end + ev.to, ev.p);
				pkt_put(ev.p);
			} else {
				box_packet(s, ev.to - 2u, ev.p);
			}
			continue;
		}
		if (t == NEVER)
			break;
		if (t > s->now)
			s->now = t;
		if (t == sc->rst_at)
			reset(s);
		if (t0 <= s->now)
			tcp_timers(s, s->end);
		if (t1 <= s->now)
			tcp_timers(s, s->end + 1);
		if (tcp_done(s->end) && tcp_done(s->end + 1) && !n_heap)
			break;
	}
	while (n_heap)
		pkt_put(pop().p);
	s->end_time = s->done[0] > s->done[1] ? s->done[0] : s->done[1];
	box_exit(s);
}
