/* SPDX-License-Identifier: GPL-2.0 */
/* Waits for events, for the time to look again, and for the end. */
#ifndef _NFIM_WATCH_H
#define _NFIM_WATCH_H

#include <stdbool.h>

#include "err.h"

/**
 * struct watch - what to wait for
 * @fd: becomes readable when there are events
 * @readable: reads all of them
 * @tick_ms: time between calls of @tick, 0 for no calls
 * @tick: looks again
 * @keys: reads standard input when there is some; NULL if that is not looked at
 * @is_over: says that nothing more is wanted; may be NULL
 * @ctx: for these
 * @timeout: end after so many seconds, 0 for never
 * @signals: of watch_begin()
 * @timed_out: set by watch_run()
 */
struct watch {
	int fd;
	enum rc (*readable)(void *ctx);
	int tick_ms;
	enum rc (*tick)(void *ctx);
	enum rc (*keys)(void *ctx);
	bool (*is_over)(void *ctx);
	void *ctx;
	unsigned long timeout;
	int signals;
	bool timed_out;
};

/**
 * watch_begin() - catch SIGTERM and SIGINT from here on
 * @watch: gets a descriptor, which ends with the process
 *
 * Return: %RC_DONE, or %RC_REFUSED after err().
 */
enum rc watch_begin(struct watch *watch);

/**
 * watch_run() - wait until the end
 * @watch: begun
 *
 * Return: %RC_DONE when it is over, on a signal and after the timeout; or what a
 * function said.
 */
enum rc watch_run(struct watch *watch);

#endif /* _NFIM_WATCH_H */
