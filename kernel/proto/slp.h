/* SPDX-License-Identifier: GPL-2.0 */
/* MSNSLP/1.0: the text that agrees on direct connections (msnp.md 9). */
#ifndef _NFIM_SLP_H
#define _NFIM_SLP_H

#include <nfim/counters.h>

#include "offer.h"
#include "passage.h"

#define SLP_FIELDS	24

/**
 * enum slp_verb - what it does
 * @SLP_OTHER: none of the others
 * @SLP_INVITE: INVITE
 * @SLP_OK: 200 OK
 * @SLP_BYE: BYE
 * @SLP_REFUSED: any other status
 */
enum slp_verb {
	SLP_OTHER,
	SLP_INVITE,
	SLP_OK,
	SLP_BYE,
	SLP_REFUSED,
};

/**
 * enum slp_what - what a field names
 * @SLP_ADDR: an address
 * @SLP_PORT: a port
 * @SLP_BOTH: an address and its port, joined by a colon
 * @SLP_NET: an IPv4 address as a signed number (NetID)
 */
enum slp_what {
	SLP_ADDR,
	SLP_PORT,
	SLP_BOTH,
	SLP_NET,
};

/**
 * struct slp_field - an address or port that matters
 * @what: what it names
 * @internal: where peers of the same network look
 * @mirrored: it is written backwards
 * @v6: it stands in a line for IPv6
 * @off: where it stands
 * @len: how many characters
 * @nth: which one of its line
 * @port: the port
 * @addr: the address
 */
struct slp_field {
	enum slp_what what;
	bool internal;
	bool mirrored;
	bool v6;
	u16 off;
	u16 len;
	u16 nth;
	u16 port;
	struct addr addr;
};

/**
 * struct slp - an MSNSLP message
 * @verb: what it does
 * @answers: its body is a transrespbody: it tells where to connect to
 * @listening: "Listening: true"
 * @whole: its body ends
 * @crowded: more lines or fields than are read
 * @call: of its Call-ID; never 0
 * @length: Content-Length
 * @length_off: where that stands; 0 = nowhere
 * @length_len: how many characters
 * @many: how many addresses of one kind, internal or not, were in one line
 * @other: the first address that may be the announcer's word for itself
 * @other_internal: it is an internal one
 * @n: number of @field
 * @field: ports, and those addresses that are the announcer's own
 * @rooms: what does not matter to a reader
 */
struct slp {
	enum slp_verb verb;
	bool answers;
	bool listening;
	bool whole;
	bool crowded;
	u32 call;
	u32 length;
	u16 length_off;
	u16 length_len;
	u16 many[2];
	struct addr other;
	bool other_internal;
	u32 n;
	struct slp_field field[SLP_FIELDS];
	struct passage_rooms rooms;
};

/**
 * slp_parse() - read a message, or as much of it as is there
 * @text: the message; at most %NFIM_MSG_MAX bytes are read
 * @self: the announcer's own addresses
 * @slp: what it says
 *
 * Return: false when it is not MSNSLP.
 */
bool __must_check slp_parse(struct span text, const struct self *self,
			    struct slp *slp);

/**
 * slp_announces() - whether it names an endpoint to connect to
 * @slp: a parsed message
 *
 * Return: true with "Listening: true", an address and a port. Whatever comes
 * with "Listening: false" is nothing that anybody will connect to.
 */
bool slp_announces(const struct slp *slp);

/**
 * slp_offer() - what it offers
 * @slp: a message that announces, parsed for @self
 * @self: the announcer's own addresses
 * @offer: filled on success
 *
 * Return: %NFIM_OK or why not.
 */
enum nfim_counter slp_offer(const struct slp *slp, const struct self *self,
			    struct offer *offer);

/**
 * slp_plan() - how to rewrite it
 * @slp: the message
 * @self: the announcer's own addresses
 * @offer: from slp_offer()
 * @port: port at the outside address that peers are to use
 * @p: where it stands
 * @resize: its length may change
 * @plan: replacements are added; in disorder on failure
 * @grown: set to characters that it grows by, all told
 *
 * The same length is tried first.
 *
 * Return: false when it cannot be rewritten.
 */
bool __must_check slp_plan(const struct slp *slp, const struct self *self,
			   const struct offer *offer, u16 port,
			   const struct passage *p, bool resize,
			   struct edit_plan *plan, s32 *grown);

#endif /* _NFIM_SLP_H */
