/* SPDX-License-Identifier: GPL-2.0 */
/* Checks of what the firewall does with invalid and with expected packets. */
#ifndef _NFIM_CHECK_FILTER_H
#define _NFIM_CHECK_FILTER_H

#include "check.h"

/**
 * check_related() - do connections that the helper expects pass the firewall?
 * @world: loaded
 * @report: where findings go
 */
void check_related(const struct check_world *world,
		   struct check_report *report);

/**
 * check_invalid() - are packets dropped that conntrack calls invalid?
 * @world: loaded
 * @report: where findings go
 *
 * conntrack takes the acknowledgements of a lost, lengthened packet for
 * invalid; those that pass untranslated make the gateway reset the connection.
 */
void check_invalid(const struct check_world *world,
		   struct check_report *report);

/**
 * check_flowtable() - do packets bypass conntrack?
 * @world: loaded
 * @report: where findings go
 */
void check_flowtable(const struct check_world *world,
		     struct check_report *report);

/**
 * check_unreadable() - are there rules that this tool cannot read?
 * @world: loaded
 * @report: where findings go
 */
void check_unreadable(const struct check_world *world,
		      struct check_report *report);

#endif /* _NFIM_CHECK_FILTER_H */
