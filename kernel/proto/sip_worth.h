/* SPDX-License-Identifier: GPL-2.0 */
/* Which incomplete SIP messages are worth waiting for (design D8). */
#ifndef _NFIM_SIP_WORTH_H
#define _NFIM_SIP_WORTH_H

#include "span.h"

/**
 * sip_worth() - whether a message may announce an endpoint
 * @s: its beginning; line ends may stand in front
 *
 * Requests that may carry a description, an invitation or a registration, and
 * answers to them that agree. What has not been seen yet speaks for it.
 *
 * Return: false when nothing is lost by letting it go in pieces.
 */
bool sip_worth(struct span s);

/**
 * sip_counts() - whether a message may change what is known of a call
 * @s: its beginning; line ends may stand in front
 *
 * Those of sip_worth(), all answers, and what ends a call.
 *
 * Return: false when nothing is lost by not reading it.
 */
bool sip_counts(struct span s);

#endif /* _NFIM_SIP_WORTH_H */
