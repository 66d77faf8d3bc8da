// SPDX-License-Identifier: GPL-2.0
/* Waits for events, for the time to look again, and for the end. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "watch.h"

static int64_t now_ms(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* A shell has SIGINT ignored by what runs in the background. */
enum rc watch_begin(struct watch *watch)
{
	struct sigaction now;
	sigset_t set;

	watch->signals = -1;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	if (sigaction(SIGINT, NULL, &now) || now.sa_handler != SIG_IGN)
		sigaddset(&set, SIGINT);
	if (!sigprocmask(SIG_BLOCK, &set, NULL))
		watch->signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (watch->signals < 0)
		return err(RC_REFUSED, "cannot catch signals: %s",
			   strerror(errno));
	return RC_DONE;
}

/* The sooner of two moments, of which 0 is never. */
static int64_t sooner(int64_t a, int64_t b)
{
	if (!a || !b)
		return a ? a : b;
	return a < b ? a : b;
}

/* For poll(): never is -1, and what is long ago is now. */
static int wait_ms(int64_t until, int64_t now)
{
	if (!until)
		return -1;
	if (until <= now)
		return 0;
	return until - now > INT32_MAX ? INT32_MAX : (int)(until - now);
}

enum rc watch_run(struct watch *watch)
{
	int64_t now = now_ms();
	int64_t end = watch->timeout ? now + watch->timeout * INT64_C(1000) : 0;
	int64_t tick = watch->tick_ms ? now + watch->tick_ms : 0;
	struct pollfd fds[] = {
		{ .fd = watch->fd, .events = POLLIN },
		{ .fd = watch->signals, .events = POLLIN },
		{ .fd = STDOUT_FILENO },
		{ .fd = watch->keys ? STDIN_FILENO : -1, .events = POLLIN },
	};
	enum rc rc = RC_DONE;

	while (!rc && !(watch->is_over && watch->is_over(watch->ctx))) {
		if (poll(fds, 4, wait_ms(sooner(end, tick), now)) < 0 &&
		    errno != EINTR)
			return err(RC_REFUSED, "cannot wait for events: %s",
				   strerror(errno));
		now = now_ms();
		/* Nobody reads any more: a pipe says so, a file never. */
		if (fds[1].revents || fds[2].revents & (POLLERR | POLLHUP))
			return RC_DONE;
		if (fds[0].revents)
			rc = watch->readable(watch->ctx);
		if (!rc && fds[3].revents)
			rc = watch->keys(watch->ctx);
		if (!rc && tick && now >= tick) {
			rc = watch->tick(watch->ctx);
			tick = now + watch->tick_ms;
		}
		watch->timed_out = end && now >= end;
		if (!rc && watch->timed_out)
			return RC_DONE;
	}
	return rc;
}
