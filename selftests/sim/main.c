// SPDX-License-Identifier: GPL-2.0
/* Run schedules, check what must be true of every one. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim.h"

#define PATHS		31	/* to judge a lossy schedule */
#define ENOUGH		5000	/* schedules to judge them all */

static void check_stream(struct sim *s, u32 dir)
{
	static char want[MAX_WIRE];
	const struct app *app = s->sc->app + dir;
	const struct tcp *to = s->end + !dir;
	u32 i, n = 0, got;

	for (i = 0; i < app->n_msgs; i++)
		n += msg_render(app, app->msg + i, want + n);
	got = to->rcv_nxt - to->fin_seen;
	if (!s->end[0].dead && !s->end[1].dead &&
	    (!tcp_done(s->end + dir) || got != n)) {
		sim_fail(s, "dir %u: %u of %u bytes arrived", dir, got, n);
		return;
	}
	for (i = 0; i < got; i++)
		if (i >= n || to->rx[i] != want[i]) {
			sim_fail(s, "dir %u: byte %u of %u is wrong", dir, i,
				 n);
			return;
		}
}

static void check_must(struct sim *s, u32 dir)
{
	const struct app *app = s->sc->app + dir;
	u32 i;

	if (!s->sc->clean || s->sc->no_hold || s->box.repeat[dir] ||
	    s->end[0].dead || s->end[1].dead || s->sc->tcp[!dir].read_every)
		return;
	for (i = 0; i < app->n_msgs; i++) {
		const struct msg *m = app->msg + i;

		if (m->must && m->how == AS_IS &&
		    (m->kind == KIND_SAME ||
		     (m->kind > KIND_SAME && m->fallback)))
			sim_fail(s, "dir %u: message %u was not edited", dir,
				 i);
	}
}

bool sim_check(struct sim *s)
{
	u32 i;

	for (i = 0; i < 2 && !s->error[0]; i++) {
		check_stream(s, i);
		if (!s->box.on)
			continue;
		if (!s->end[0].dead && !s->end[1].dead && !s->box.opaque &&
		    s->box.n_read[i] != s->sc->app[i].n_msgs)
			sim_fail(s, "dir %u: %u of %u messages read", i,
				 s->box.n_read[i], s->sc->app[i].n_msgs);
		check_must(s, i);
	}
	return !s->error[0];
}

static struct sched sched;
static struct sim sim;

static struct {
	u64 edits, editable, held, merged, released, gaps, seen, stolen;
	u64 opaque, drops, resets, clean, easy, slow, lost;
	u64 n[2], plain[2], mine[2];	/* clean, lossy */
	double worst[2];
} total;

static void add_up(const struct sim *s)
{
	u32 i, j;

	for (i = 0; i < 2; i++)
		for (j = 0; j < s->sc->app[i].n_msgs; j++)
			total.editable += s->sc->app[i].msg[j].kind >=
					  KIND_SAME;
	total.edits += s->box.edits;
	total.held += s->box.held;
	total.merged += s->box.merged;
	total.released += s->box.released;
	total.gaps += s->box.gaps;
	total.seen += s->box.seen;
	total.stolen += s->box.stolen;
	total.opaque += s->box.opaque;
	total.drops += s->drops;
	total.resets += s->end[0].dead;
	total.clean += s->sc->clean;
}

/* How a schedule is run to judge the engine's time. */
enum run { WITH, WITHOUT, SUFFERING };

/*
 * SUFFERING: without the engine, on a path that delivers late, or loses if it was
 * given up, each packet which the engine would have held.
 */
static u64 run_time(enum run how, u64 path_seed)
{
	sched.path_seed = path_seed;
	memset(sched.n_held, 0, sizeof(sched.n_held));
	if (how == SUFFERING)
		sim_run(&sim, &sched, true, false);
	sched.suffer = how == SUFFERING;
	sim_run(&sim, &sched, how == WITH, false);
	sched.suffer = false;
	return sim_check(&sim) ? sim.end_time : 0;
}

/* A modern sender on a good path must not notice us at all. */
static bool easy(const struct sched *sc)
{
	u32 i;

	for (i = 0; i < 2; i++)
		if (sc->tcp[i].iw < 10 || sc->tcp[i].nagle != NODELAY ||
		    sc->tcp[i].wnd < 16 * 1460 || sc->tcp[i].read_every)
			return false;
	return sc->clean && !sc->urg;
}

/* The longer of the two ends' time-outs as they stand when nobody waits. */
static u64 time_out(void)
{
	u64 rto[2];
	u32 i;

	for (i = 0; i < 2; i++) {
		const struct link_cfg *l = sched.link;
		u64 srtt = 2 * (l[0].delay + l[1].delay);

		rto[i] = srtt + (2 * srtt > sched.tcp[i].rto_min ?
				 2 * srtt : sched.tcp[i].rto_min);
		if (!sched.tcp[i].handshake)
			rto[i] = SEC;
	}
	return rto[0] > rto[1] ? rto[0] : rto[1];
}

static int by_value(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* The median time on the same schedule's other paths and on its own. */
static u64 median(enum run how, u64 path)
{
	u64 t[PATHS];
	u64 i;

	for (i = 0; i < PATHS; i++)
		t[i] = run_time(how, path + (i << 32));
	qsort(t, PATHS, sizeof(t[0]), by_value);
	return t[PATHS / 2];
}

/*
 * Not slower than three times the plain connection and two time-outs. Where
 * packets get lost, other ones do than in the plain run, and one pair of runs
 * compares two throws of dice: there the rule is for the medians over paths. A
 * sender takes a hold for a late packet or a lost one. On a path that loses a
 * tenth, its smaller window and longer time-out cost it more than the hold, so
 * what the path would do to it by the same delay or loss is allowed as well.
 */
static bool slow(u64 plain, u64 mine)
{
	u64 path = sched.path_seed, more = 2 * time_out();

	/* Without memory it has to arrive; how soon is not promised. */
	if (sched.nomem)
		return false;
	if (easy(&sched)) {
		total.easy++;
		/* Other segments, other delayed acknowledgements. */
		return mine > plain + 60 * MS + sched.tcp[0].delack +
			      sched.tcp[1].delack;
	}
	if (mine <= 3 * plain + more)
		return false;
	if (sched.clean)
		return true;
	total.slow++;
	mine = median(WITH, path);
	if (mine <= 3 * median(WITHOUT, path) + more)
		return false;
	total.lost++;
	return mine > 3 * median(SUFFERING, path) + more;
}

/*
 * Return: whether all schedules together took longer than they may. A few say
 * nothing: one of them may take minutes, either way.
 */
static bool slow_in_all(u32 lossy)
{
	u64 plain = total.plain[lossy];

	return total.n[lossy] >= ENOUGH && total.mine[lossy] > plain + plain / 20;
}

/* Return: whether all is well. */
static bool one(u64 seed, bool verbose)
{
	u64 plain, mine;

	if (seed % 8 == 0 && !hostile(&sim, &sched, seed)) {
		printf("# seed %llu: %s\n", (unsigned long long)seed,
		       sim.error);
		return false;
	}
	sched_make(&sched, seed);
	sim_run(&sim, &sched, false, false);
	if (!sim_check(&sim)) {
		printf("# seed %llu without the engine: %s\n",
		       (unsigned long long)seed, sim.error);
		return false;
	}
	plain = sim.end_time;
	sim_run(&sim, &sched, true, verbose);
	mine = sim.end_time;
	if (sim_check(&sim))
		add_up(&sim);
	if (!sim.error[0] && !sim.end[0].dead && !sim.end[1].dead) {
		u32 lossy = !sched.clean;

		total.n[lossy]++;
		total.plain[lossy] += plain;
		total.mine[lossy] += mine;
		if (plain && total.worst[lossy] < (double)mine / (double)plain)
			total.worst[lossy] = (double)mine / (double)plain;
		if (slow(plain, mine))
			sim_fail(&sim, "%.3f s instead of %.3f s",
				 (double)mine / SEC, (double)plain / SEC);
	}
	if (!sim.error[0])
		return true;
	printf("# seed %llu: %s\n", (unsigned long long)seed, sim.error);
	return false;
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int usage(void)
{
	fprintf(stderr, "Usage: sim [-n COUNT] [-s SEED] [-v] | --table\n");
	return 2;
}

int main(int argc, char **argv)
{
	unsigned long long i, n = 1000, first = 1, bad = 0;
	bool verbose = false, seeded = false, counted = false;
	double t = seconds();
	int c;

	if (argc == 2 && !strcmp(argv[1], "--table"))
		return table();
	while ((c = getopt(argc, argv, "n:s:v")) != -1) {
		if (c == 'n') {
			n = strtoull(optarg, NULL, 0);
			counted = true;
		} else if (c == 's') {
			first = strtoull(optarg, NULL, 0);
			seeded = true;
		} else if (c == 'v') {
			verbose = true;
		} else {
			return usage();
		}
	}
	if (seeded && !counted)
		n = 1;
	for (i = 0; i < n && bad < 20; i++)
		bad += !one(first + i, verbose);
	t = seconds() - t;
	printf("# %llu schedules in %.1f s, %.0f/s; %llu failed\n", i, t,
	       (double)i / t, bad);
	printf("# %llu clean, %llu of them easy; %llu reset, %llu packets lost, %llu opaque\n",
	       (unsigned long long)total.clean,
	       (unsigned long long)total.easy,
	       (unsigned long long)total.resets,
	       (unsigned long long)total.drops,
	       (unsigned long long)total.opaque);
	printf("# %llu of %llu edited\n", (unsigned long long)total.edits,
	       (unsigned long long)total.editable);
	printf("# held %llu, stolen %llu, merged %llu, released %llu, gaps %llu, repeats %llu\n",
	       (unsigned long long)total.held,
	       (unsigned long long)total.stolen,
	       (unsigned long long)total.merged,
	       (unsigned long long)total.released,
	       (unsigned long long)total.gaps,
	       (unsigned long long)total.seen);
	for (i = 0; i < 2; i++)
		printf("# %s: %.2f x the plain time in all, at most %.1f x\n",
		       i ? "lossy" : "clean",
		       (double)total.mine[i] / (double)(total.plain[i] + 1),
		       total.worst[i]);
	if (slow_in_all(0) || slow_in_all(1)) {
		printf("# all together are too slow\n");
		bad++;
	}
	if (total.slow)
		printf("# %llu lossy ones judged by %u paths, %llu by what holding is like\n",
		       (unsigned long long)total.slow, PATHS,
		       (unsigned long long)total.lost);
	return bad ? 1 : 0;
}
