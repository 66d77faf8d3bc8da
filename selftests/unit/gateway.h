/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A gateway for tests: the stream engine, a conversation's logic and made-up
 * surroundings, between a client and its server. What leaves is checked: a
 * receiver never sees two versions of a byte.
 */
#ifndef _NFIM_UNIT_GATEWAY_H
#define _NFIM_UNIT_GATEWAY_H

#include "../../kernel/proto/msnp_talk.h"

#define GATEWAY_STREAM	65536
#define GATEWAY_LIST	64

/**
 * struct gateway_offer - an endpoint that was reported
 * @parsed: @offer is valid
 * @offer: what was offered
 * @listener: who listens
 * @how: the outcome
 * @port: the port at the outside address, if it was opened
 * @edit: the kind of edit
 * @closed: it was withdrawn
 */
struct gateway_offer {
	bool parsed;
	struct offer offer;
	struct addr listener;
	enum nfim_counter how;
	u16 port;
	const char *edit;
	bool closed;
};

/**
 * struct gateway_helper - who reads the streams, if it is not MSNP
 * @ops: its calls, with this as their ctx
 * @flow: of the direction in hand
 * @payload: of the packet in hand
 * @side: who sent it
 */
struct gateway_helper {
	const struct stream_ops *ops;
	struct stream_flow *flow;
	const char *payload;
	enum msnp_side side;
};

/**
 * struct gateway - one connection through it
 * @self: addresses of the client
 * @policy: what may be opened; NULL for nothing
 * @map: inside port to outside port, 0 ends the list; others stay the same
 * @deny: outside ports that cannot be had
 * @no_hold: nothing is held
 * @no_edit: nothing is edited
 * @no_resize: nothing is resized
 * @no_mem: there is no memory
 * @no_ack: nothing is acknowledged
 * @fin: what is sent ends the stream
 * @rst: what is sent breaks the connection
 * @urg: what is sent is urgent
 * @max: bytes of the largest packet; 0 for the usual
 * @no_state: there is none for the conversation's state
 * @client: what was learnt
 * @offer: what was reported
 * @n: number of @offer
 * @next: servers that were followed
 * @next_port: their ports
 * @n_next: how many
 * @count: counters
 * @notes: events beside offers
 * @dir: of the engine
 * @flow: of the engine
 * @adj_pos: sequence adjustment: its place
 * @adj_before: ... up to there
 * @adj_after: ... behind it
 * @tx: what was sent
 * @tx_len: how many bytes
 * @rx: what arrived
 * @rx_len: how many bytes without a gap
 * @rx_seen: which bytes arrived, behind a gap too
 * @state: memory of the connection
 * @state_size: its size
 * @mem: bytes allocated
 * @released: messages that left without being whole
 * @held: times something was held
 * @missed: plans that were not carried out
 * @trouble: what went wrong, or NULL
 * @helper: who reads it, or NULL for MSNP; of gateway_open() on
 */
struct gateway {
	struct gateway_helper *helper;
	struct self self;
	const struct policy *policy;
	u16 map[8][2];
	u16 deny[8];
	bool no_hold, no_edit, no_resize, no_mem, no_state, no_ack;
	bool fin, rst, urg;
	u32 max;
	struct client client;
	struct gateway_offer offer[GATEWAY_LIST];
	u32 n;
	struct addr next[GATEWAY_LIST];
	u16 next_port[GATEWAY_LIST];
	u32 n_next;
	u32 count[NFIM_COUNTER_MAX];
	u32 notes;
	struct stream_dir dir[2];
	struct stream_flow flow[2];
	u32 adj_pos[2];
	s32 adj_before[2], adj_after[2];
	char tx[2][GATEWAY_STREAM];
	u32 tx_len[2];
	char rx[2][GATEWAY_STREAM];
	u32 rx_len[2];
	u8 rx_seen[2][GATEWAY_STREAM];
	void *state;
	size_t state_size;
	size_t mem;
	u32 now;
	u32 released, held, missed;
	const char *trouble;
};

/**
 * gateway_open() - a connection begins
 * @g: anything
 * @inside: address of the client
 * @outside: address of the client behind the gateway
 */
void gateway_open(struct gateway *g, const char *inside, const char *outside);

/**
 * gateway_close() - the connection ends; all memory is given back
 * @g: the gateway
 *
 * What leaked is @g->trouble.
 */
void gateway_close(struct gateway *g);

/**
 * gateway_greet() - client and server greet each other
 * @g: the gateway
 * @ns: a notification server, else a switchboard
 */
void gateway_greet(struct gateway *g, bool ns);

/**
 * gateway_append() - one side writes, nothing is sent yet
 * @g: the gateway
 * @side: which one
 * @bytes: what it writes
 */
void gateway_append(struct gateway *g, enum msnp_side side, struct span bytes);

/**
 * gateway_segment() - one packet
 * @g: the gateway
 * @side: who sends it
 * @off: where it begins in what that side wrote
 * @len: bytes
 */
void gateway_segment(struct gateway *g, enum msnp_side side, u32 off, u32 len);

/**
 * gateway_say() - one side writes and sends
 * @g: the gateway
 * @side: which one
 * @bytes: what it writes
 * @seg: bytes of a packet
 *
 * Repeats what does not arrive.
 */
void gateway_say(struct gateway *g, enum msnp_side side, struct span bytes,
		 u32 seg);

/**
 * gateway_settle() - repeat what has not arrived
 * @g: the gateway
 * @side: whose bytes
 */
void gateway_settle(struct gateway *g, enum msnp_side side);

/**
 * gateway_heard() - what arrived, from a place on
 * @g: the gateway
 * @side: who sent it
 * @from: bytes to leave out, as they arrived
 *
 * Return: the bytes.
 */
struct span gateway_heard(const struct gateway *g, enum msnp_side side,
			  u32 from);

#endif /* _NFIM_UNIT_GATEWAY_H */
