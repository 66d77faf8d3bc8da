/* SPDX-License-Identifier: GPL-2.0 */
/* Checks of what goes on right now: connections, and programs on this host. */
#ifndef _NFIM_CHECK_LIVE_H
#define _NFIM_CHECK_LIVE_H

#include "check.h"

/**
 * check_old() - are there connections that should have the helper and do not?
 * @world: loaded
 * @report: where findings go
 *
 * A connection gets a helper with its first packet or never, so those are older
 * than the rule.
 */
void check_old(const struct check_world *world, struct check_report *report);

/**
 * check_output() - do programs on this host get the helper?
 * @world: loaded
 * @report: where findings go
 *
 * What they send does not come through prerouting.
 */
void check_output(const struct check_world *world, struct check_report *report);

#endif /* _NFIM_CHECK_LIVE_H */
