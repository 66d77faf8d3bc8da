// SPDX-License-Identifier: GPL-2.0
/*
 * What holding costs and brings, for the cases that were measured with real
 * TCP ends. One message direction, equal-length edits.
 */

#include <stdio.h>
#include <stdlib.h>

#include "sim.h"

#define RUNS	40

struct row {
	const char *name;
	u32 size, n, pause;	/* bytes, messages, ms between them */
	u32 chunk, gap;		/* bytes of a write, ms between writes */
	u32 mss, iw, rtt;	/* rtt in ms */
	enum nagle nagle;
	bool old;		/* no SACK, no tail-loss probe */
	u32 loss, reorder;	/* permille, on both links together */
};

static const struct row rows[] = {
	{ "2000 B, 10 ms apart", 2000, 20, 10, 0, 0, 536, 10, 1, NODELAY,
	  false, 0, 0 },
	{ "2000 B, back to back", 2000, 20, 0, 0, 0, 536, 10, 1, NODELAY,
	  false, 0, 0 },
	{ "1400 B, 50 ms apart", 1400, 30, 50, 0, 0, 536, 10, 30, NODELAY,
	  false, 0, 0 },
	{ "1400 B, 50 ms apart, loss 1 %", 1400, 30, 50, 0, 0, 536, 10, 30,
	  NODELAY, false, 10, 0 },
	{ "1400 B, 50 ms apart, loss 3 %", 1400, 30, 50, 0, 0, 536, 10, 30,
	  NODELAY, false, 30, 0 },
	{ "2000 B, 10 ms apart, reorder 10 %", 2000, 20, 10, 0, 0, 536, 10,
	  10, NODELAY, false, 0, 100 },
	{ "300 B, 40-byte writes, no Nagle", 300, 20, 100, 40, 5, 536, 10, 1,
	  NODELAY, false, 0, 0 },
	{ "64 B, 1-byte writes, no Nagle", 64, 10, 100, 1, 0, 536, 10, 1,
	  NODELAY, false, 0, 0 },
	{ "300 B, 40-byte writes, Nagle", 300, 20, 400, 40, 0, 536, 10, 1,
	  MINSHALL, false, 0, 0 },
	{ "two writes, Nagle", 304, 10, 600, 152, 0, 536, 10, 20, MINSHALL,
	  false, 0, 0 },
	{ "two writes, Nagle, old sender", 304, 10, 1000, 152, 0, 536, 2, 20,
	  CLASSIC, true, 0, 0 },
	{ "one write of 2000 B, classic Nagle", 2000, 10, 400, 0, 0, 536, 10,
	  20, CLASSIC, false, 0, 0 },
	{ "first 2000 B, initial window 2", 2000, 5, 500, 0, 0, 536, 2, 20,
	  NODELAY, false, 0, 0 },
	{ "first 2000 B, initial window 10", 2000, 5, 500, 0, 0, 536, 10, 20,
	  NODELAY, false, 0, 0 },
	{ "2000 B, MSS 1460, old, window 2", 2000, 5, 500, 0, 0, 1460, 2, 20,
	  NODELAY, true, 0, 0 },
	{ "4000 B, MSS 1460, old, window 2", 4000, 5, 500, 0, 0, 1460, 2, 20,
	  NODELAY, true, 0, 0 },
	{ "9000 B, MSS 1460, window 10", 9000, 4, 500, 0, 0, 1460, 10, 20,
	  NODELAY, false, 0, 0 },
};

struct figures {
	u32 edited, n;
	u32 t[RUNS * MAX_MSGS];		/* us per message */
};

static void add(struct app *app, const struct row *row, u32 i)
{
	struct msg *m = app->msg + app->n_msgs++;
	char *p = app->data + app->total, digits[8];
	u32 left, n, at = 10 + i * row->pause;

	*m = (struct msg){ .off = app->total, .len = row->size,
			   .kind = KIND_SAME, .at = 5, .old_len = 8 };
	snprintf(digits, sizeof(digits), "%04u", (row->size - 4) % 10000);
	memcpy(p, digits, 4);
	memset(p + 4, 'e', row->size - 4);
	app->total += row->size;
	for (left = row->size; left; left -= n, at += row->gap) {
		n = row->chunk && row->chunk < left ? row->chunk : left;
		app->write[app->n_writes++] = (struct write){ at * MS, n };
	}
}

static void make(struct sched *sc, const struct row *row, u32 run, bool syn)
{
	u32 i;

	memset(sc, 0, offsetof(struct sched, app));
	sc->seed = run;
	sc->path_seed = run * 4;
	sc->syn_flow = syn;
	sc->mss_known = true;
	sc->rst_at = NEVER;
	sc->isn[0] = 1000;
	for (i = 0; i < 2; i++) {
		sc->tcp[i] = (struct tcp_cfg){
			.mss = row->mss,
			.iw = row->iw,
			.rto_min = row->old ? 300 * MS : 200 * MS,
			.delack = 40 * MS,
			.wnd = 65535,
			.nagle = row->nagle,
			.tlp = !row->old,
			.sack = !row->old,
			.fin_late = true,
			.handshake = true,
			.packets = row->chunk,
		};
		sc->link[i] = (struct link_cfg){
			.delay = row->rtt * 250,
			.loss = row->loss / 2,
			.reorder = row->reorder / 2,
		};
		sc->app[i].total = 0;
		sc->app[i].n_msgs = 0;
		sc->app[i].n_writes = 0;
	}
	for (i = 0; i < row->n; i++)
		add(sc->app, row, i);
	sc->app[1].write[sc->app[1].n_writes++] = (struct write){ 0, 0 };
}

static void collect(const struct sim *s, const struct row *row,
		    struct figures *f)
{
	const struct app *app = s->sc->app;
	u32 i;

	for (i = 0; i < app->n_msgs; i++) {
		u64 wrote = (10 + (u64)i * row->pause) * MS;

		f->edited += app->msg[i].how == SAME_LENGTH;
		f->t[f->n++] = (u32)(s->end[1].arrived[i] - wrote);
	}
}

static int by_value(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

static void show(struct figures *f, bool edits)
{
	if (edits)
		printf("%4u/%-4u", f->edited, f->n);
	qsort(f->t, f->n, sizeof(f->t[0]), by_value);
	printf(" %7.1f %7.1f %7.1f |", f->t[f->n / 2] / 1000.0,
	       f->t[f->n * 95 / 100] / 1000.0, f->t[f->n - 1] / 1000.0);
}

int table(void)
{
	static struct sched sc;
	static struct sim sim;
	u32 i, run, how;
	int bad = 0;

	printf("ms per message: median, 95th percentile, most\n");
	printf("%-36s|%-25s|%-34s|%-34s|\n", "", " plain",
	       " edited, watched from SYN", " edited, watched when needed");
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		printf("%-36s|", rows[i].name);
		for (how = 0; how < 3; how++) {
			static struct figures f;

			f.edited = 0;
			f.n = 0;
			for (run = 0; run < RUNS; run++) {
				make(&sc, rows + i, run, how == 1);
				sim_run(&sim, &sc, how, false);
				if (!sim_check(&sim)) {
					printf(" %s", sim.error);
					bad = 1;
				}
				collect(&sim, rows + i, &f);
			}
			show(&f, how);
		}
		putchar('\n');
	}
	return bad;
}
