/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How to make a SIP message say other addresses and ports. From, To, Call-ID,
 * CSeq and Expires are never touched: signatures cover them (sip.md 4.2).
 */
#ifndef _NFIM_SIP_PLAN_H
#define _NFIM_SIP_PLAN_H

#include "edit.h"
#include "mime.h"
#include "sip.h"

/* Header fields, for sip_plan_hosts(). */
#define SIP_IN_VIA		0x01	/* the topmost Via, its received, rport */
#define SIP_IN_CONTACT		0x02	/* all Contacts */
#define SIP_IN_URI		0x04	/* the Request-URI */
#define SIP_IN_RECORD_ROUTE	0x08	/* Record-Route */
#define SIP_IN_ROUTE		0x10	/* Route */

/**
 * struct sip_map - endpoints of one host and what others are told instead
 * @from: the address that is replaced
 * @to: by this one
 * @n: number of @port
 * @others: ports that are not in @port keep their number; else an endpoint with
 *	such a port is left as it is
 * @port: ports and what they become
 */
struct sip_map {
	struct addr from;
	struct addr to;
	u32 n;
	bool others;
	struct {
		u16 from;
		u16 to;
	} port[NFIM_SIP_PORTS];
};

/**
 * enum sip_fit - what the length of a message may do
 * @SIP_FIT_FREE: a datagram: it may change
 * @SIP_FIT_RATHER: a stream: it should stay, where blanks before the number
 *	of Content-Length help
 * @SIP_FIT_SAME: it must stay
 */
enum sip_fit {
	SIP_FIT_FREE,
	SIP_FIT_RATHER,
	SIP_FIT_SAME,
};

/**
 * sip_map_port() - what becomes of a port
 * @map: the mapping
 * @port: a port at @map->from
 *
 * Return: the new port; 0 when an endpoint with this port is left as it is.
 */
u16 sip_map_port(const struct sip_map *map, u16 port);

/**
 * sip_plan_host() - how to rewrite one endpoint
 * @h: the endpoint
 * @to: the new address
 * @port: the new port
 * @port_default: the port that is meant where none is written; 0 where none
 *	can be written
 * @plan: a replacement is added, if anything changes
 *
 * Return: false when it cannot be added.
 */
bool __must_check sip_plan_host(const struct sip_host *h,
				const struct addr *to, u16 port,
				u16 port_default, struct edit_plan *plan);

/**
 * sip_plan_hosts() - how to rewrite the header
 * @sip: the message
 * @map: what to replace
 * @where: SIP_IN_* bits
 * @plan: replacements are added here; unchanged on failure
 *
 * Return: false when they cannot be added.
 */
bool __must_check sip_plan_hosts(const struct sip *sip,
				 const struct sip_map *map, u32 where,
				 struct edit_plan *plan);

/**
 * sip_plan_finish() - make all lengths right
 * @sip: the message
 * @mime: its parts; NULL where the body does not change
 * @fit: what its length may do
 * @plan: all replacements of this message and no others; those of lengths are
 *	added, unless nothing was replaced
 *
 * Return: false when that is impossible; then the plan must not be carried
 * out.
 */
bool __must_check sip_plan_finish(const struct sip *sip,
				  const struct mime *mime, enum sip_fit fit,
				  struct edit_plan *plan);

#endif /* _NFIM_SIP_PLAN_H */
