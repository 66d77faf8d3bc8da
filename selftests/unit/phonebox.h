/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Made-up surroundings for kernel/proto/imsip: two ends of a connection, a
 * table of calls, and a list of the endpoints that are open.
 */
#ifndef _NFIM_UNIT_PHONEBOX_H
#define _NFIM_UNIT_PHONEBOX_H

#include "../../kernel/proto/imsip.h"

#define BOX_HOLES	64
#define BOX_CALLS	8
#define BOX_TEXT	16384

/* Ends of the connection. */
#define BOX_INSIDE	0
#define BOX_OUTSIDE	1

/**
 * struct box_hole - an endpoint that was opened
 * @used: it is in place
 * @offer: what was asked for
 * @listener: who listens
 * @outside_port: the first port at the outside address
 */
struct box_hole {
	bool used;
	struct offer offer;
	struct addr listener;
	u16 outside_port;
};

/**
 * struct box - a gateway with one connection
 * @self: addresses of both ends
 * @inside_port: of both ends
 * @outside_port: of both ends
 * @ours: which ends it is there for
 * @proto: 6 or 17
 * @fit: what lengths may do
 * @policy: what may be opened
 * @taken: outside port that cannot be had
 * @full: nor any other
 * @neighbour: another host inside, which listens behind two outside ports, each
 *	at a number 1000 higher
 * @neighbour_port: the first of them, or 0
 * @no_edit: messages cannot be changed
 * @same_packet: all messages from now on are in one
 * @offers: judged in it so far
 * @peers: let in by it so far
 * @hole: what is open
 * @opened: endpoints that were opened, again as well
 * @ended: cookies that were ended
 * @call: calls
 * @used: of @call
 * @locked: a message is being read
 * @client: what was learnt of the inside
 * @count: counters
 * @refused: the last reason reported
 * @out: the message as it left
 * @out_len: its length
 * @edits: replacements in it
 * @result: what it was taken for
 */
struct box {
	struct self self[2];
	u16 inside_port[2];
	u16 outside_port[2];
	bool ours[2];
	u8 proto;
	enum sip_fit fit;
	struct policy policy;
	u16 taken;
	bool full;
	struct addr neighbour;
	u16 neighbour_port;
	bool no_edit;
	bool same_packet;
	u32 offers;
	u32 peers;
	struct box_hole hole[BOX_HOLES];
	u32 opened;
	u32 ended;
	struct imsip_call call[BOX_CALLS];
	bool used[BOX_CALLS];
	bool locked;
	struct client client;
	u32 count[NFIM_COUNTER_MAX];
	enum nfim_counter refused;
	char out[BOX_TEXT];
	size_t out_len;
	u32 edits;
	enum sip_result result;
};

/**
 * box_open() - a connection from 192.168.0.12:5060 to 198.51.100.7:5060
 * @b: anything
 * @outside_port: the port that it leaves from, at 203.0.113.5
 */
void box_open(struct box *b, u16 outside_port);

/**
 * box_send() - a message goes by
 * @b: the gateway
 * @from: who sends it
 * @text: the message; lines end in LF here and in CRLF there, and where it says
 *	"Content-Length: ?" the length of the body is put
 *
 * Return: the message as it left, terminated, with LF.
 */
const char *box_send(struct box *b, unsigned int from, const char *text);

/**
 * box_plan() - a message is read
 * @b: the gateway
 * @from: who sends it
 * @data: the message
 * @plan: edits are added to it
 */
void box_plan(struct box *b, unsigned int from, struct span data,
	      struct edit_plan *plan);

/**
 * box_raw() - the same, byte by byte
 * @b: the gateway; @b->out is the message as it left
 * @from: who sends it
 * @data: the message, less than %BOX_TEXT by what edits may add
 */
void box_raw(struct box *b, unsigned int from, struct span data);

/**
 * box_hole() - what is open at an inside port
 * @b: the gateway
 * @port: the first port
 *
 * Return: NULL when nothing is.
 */
const struct box_hole *box_hole(const struct box *b, u16 port);

/**
 * box_holes() - how many endpoints are open or reserved
 * @b: the gateway
 *
 * Return: the number.
 */
unsigned int box_holes(const struct box *b);

#endif /* _NFIM_UNIT_PHONEBOX_H */
