// SPDX-License-Identifier: GPL-2.0
/*
 * Whether the shared code stands in its own way: messages read, and policies found
 * in one index, by one thread and by two at once, on a processor each. A thread of
 * its own that only counts shows what the machine is worth. threads.sh builds and
 * runs it.
 */

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../../kernel/proto/invite.h"
#include "../../kernel/proto/sdp.h"
#include "policy-index.h"

#define ROUNDS		31
#define CALLS		20000
#define POLICIES	1000

static const char invitation[] =
	"MIME-Version: 1.0\r\n"
	"Content-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n"
	"Invitation-Command: ACCEPT\r\nInvitation-Cookie: 33267\r\n"
	"IP-Address: 192.168.77.2\r\nPort: 6891\r\nAuthCookie: 93301\r\n"
	"Launch-Application: FALSE\r\nRequest-Data: IP-Address:\r\n\r\n";
static const char description[] =
	"v=0\r\no=alice 1 1 IN IP4 192.168.77.2\r\ns=-\r\n"
	"c=IN IP4 192.168.77.2\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 8 101\r\n"
	"a=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n"
	"m=video 40002 RTP/AVP 34\r\na=rtpmap:34 H263/90000\r\n";

static struct policy set[POLICIES];
static struct policy_index ix;
static const struct client client = {
	.dialect = 8, .version = 0x0006000100cb0000, .name = "MSNMSGR",
	.agent = "Phone 1.2 (Linux)",
};

static u32 count_only(void)
{
	u32 n;

	for (n = 0; n < 300; n++)
		__asm__ volatile("" : "+r" (n));
	return n;
}

static u32 read_invitation(void)
{
	struct invite inv;

	invite_parse(span_make(invitation, sizeof(invitation) - 1), &inv);
	return inv.n;
}

static u32 read_description(void)
{
	struct span s = span_make(description, sizeof(description) - 1);
	struct sdp sdp;

	return sdp_parse(s, s, &sdp) ? sdp.medias : 0;
}

static u32 find_policy(void)
{
	return policy_index_find(&ix, set, POLICIES, POLICY_MSNP, &client);
}

static const struct {
	const char *name;
	u32 (*fn)(void);
} jobs[] = {
	{ "counting", count_only }, { "invitation", read_invitation },
	{ "description", read_description }, { "policy of 1000", find_policy },
};

struct worker {
	pthread_t thread;
	pthread_barrier_t *start;
	u32 (*fn)(void);
	int cpu;
	double ns;
	u32 sink;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	cpu_set_t set_of_one;
	double begin;
	u32 i;

	CPU_ZERO(&set_of_one);
	CPU_SET(w->cpu, &set_of_one);
	pthread_setaffinity_np(pthread_self(), sizeof(set_of_one), &set_of_one);
	pthread_barrier_wait(w->start);
	begin = now();
	for (i = 0; i < CALLS; i++)
		w->sink += w->fn();
	w->ns = (now() - begin) / CALLS;
	return NULL;
}

/* The mean of @n threads, in ns for a call. */
static double run(u32 (*fn)(void), int n)
{
	pthread_barrier_t start;
	struct worker w[2];
	double ns = 0;
	int i;

	pthread_barrier_init(&start, NULL, (unsigned int)n);
	for (i = 0; i < n; i++) {
		w[i] = (struct worker){ .start = &start, .fn = fn, .cpu = i };
		if (pthread_create(&w[i].thread, NULL, work, w + i))
			exit(1);
	}
	for (i = 0; i < n; i++) {
		pthread_join(w[i].thread, NULL);
		ns += w[i].ns / n;
	}
	pthread_barrier_destroy(&start);
	return ns;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void make_policies(void)
{
	u32 i;

	for (i = 0; i < POLICIES; i++)
		snprintf(set[i].client[0], NFIM_CLIENT_NAME, "C%u", i);
	ix = make_index(set, POLICIES);
}

int main(void)
{
	double one[ROUNDS], ratio[ROUNDS];
	size_t k;
	int i;

	make_policies();
	printf("job             one (ns)  two / one  quartile  quartile\n");
	for (k = 0; k < ARRAY_SIZE(jobs); k++) {
		for (i = 0; i < ROUNDS; i++) {
			one[i] = run(jobs[k].fn, 1);
			ratio[i] = run(jobs[k].fn, 2) / one[i];
		}
		qsort(one, ROUNDS, sizeof(*one), by_value);
		qsort(ratio, ROUNDS, sizeof(*ratio), by_value);
		printf("%-15s %8.0f %10.3f %9.3f %9.3f\n", jobs[k].name,
		       one[ROUNDS / 2], ratio[ROUNDS / 2], ratio[ROUNDS / 4],
		       ratio[3 * ROUNDS / 4]);
	}
	return 0;
}
