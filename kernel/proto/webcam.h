/* SPDX-License-Identifier: GPL-2.0 */
/* The XML in which two ends of a webcam tell where they listen (msnp.md 10). */
#ifndef _NFIM_WEBCAM_H
#define _NFIM_WEBCAM_H

#include <nfim/counters.h>

#include "offer.h"
#include "passage.h"

/* Bytes in front of the text. */
#define WEBCAM_UNIT	10

#define WEBCAM_FIELDS	12

/**
 * enum webcam_what - what an element names
 * @WEBCAM_PORT: tcpport: the port that peers are told
 * @WEBCAM_LOCAL: tcplocalport: the port that is listened on
 * @WEBCAM_EXTERNAL: tcpexternalport: a port that a router maps, or 0
 * @WEBCAM_ADDR: tcpipaddressN or tcpexternalip
 */
enum webcam_what {
	WEBCAM_PORT,
	WEBCAM_LOCAL,
	WEBCAM_EXTERNAL,
	WEBCAM_ADDR,
};

/**
 * struct webcam_field - such an element
 * @what: which one
 * @off: where its value stands
 * @len: how many characters
 * @port: the port
 * @addr: the address
 */
struct webcam_field {
	enum webcam_what what;
	u16 off;
	u16 len;
	u16 port;
	struct addr addr;
};

/**
 * struct webcam - what such a text says
 * @whole: all of it that speaks of TCP is there
 * @crowded: more elements than are read
 * @bad: an address or port cannot be read
 * @n: number of @field
 * @field: the elements
 * @rooms: blanks between them
 */
struct webcam {
	bool whole;
	bool crowded;
	bool bad;
	u32 n;
	struct webcam_field field[WEBCAM_FIELDS];
	struct passage_rooms rooms;
};

/**
 * webcam_may_be() - whether data of a session may be such a text
 * @data: the first part of it, or some of that
 *
 * Return: false when it is not.
 */
bool webcam_may_be(struct span data);

/**
 * webcam_parse() - read such a text, or as much of it as is there
 * @p: the text, without the unit in front
 * @w: what it says
 */
void webcam_parse(const struct passage *p, struct webcam *w);

/**
 * webcam_announces() - whether it names an endpoint
 * @w: what a text says
 *
 * Return: true with an address and a port.
 */
bool webcam_announces(const struct webcam *w);

/**
 * webcam_other() - the first address
 * @w: what a text says
 *
 * Return: an address, or none.
 */
struct addr webcam_other(const struct webcam *w);

/**
 * webcam_offer() - what it offers
 * @w: what a text says
 * @self: the announcer's own addresses
 * @offer: filled on success
 *
 * Return: %NFIM_OK or why not.
 */
enum nfim_counter webcam_offer(const struct webcam *w, const struct self *self,
			       struct offer *offer);

/**
 * webcam_plan() - how to rewrite it
 * @w: what the text says
 * @self: the announcer's own addresses
 * @port: port at the outside address that peers are to use
 * @p: where the text stands
 * @resize: its length may change
 * @plan: replacements are added; in disorder on failure
 * @grown: set to bytes that it grows by
 *
 * Peers try every address with every port, so one of each is enough.
 *
 * Return: false when it cannot be rewritten.
 */
bool __must_check webcam_plan(const struct webcam *w, const struct self *self,
			      u16 port, const struct passage *p, bool resize,
			      struct edit_plan *plan, s32 *grown);

/**
 * webcam_plan_grow() - make the unit in front say another length
 * @unit: the unit and the whole text behind it
 * @data: what offsets in @plan count from; @unit lies in it
 * @grown: bytes that the text grows by
 * @plan: a replacement is added
 *
 * Return: false when it cannot be added.
 */
bool __must_check webcam_plan_grow(struct span unit, struct span data,
				   s32 grown, struct edit_plan *plan);

#endif /* _NFIM_WEBCAM_H */
