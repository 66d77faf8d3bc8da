/* SPDX-License-Identifier: GPL-2.0 */
/* What is known while a capture is explained: hosts, connections, offers. */
#ifndef _NFIM_EXPLAIN_STATE_H
#define _NFIM_EXPLAIN_STATE_H

#include <jansson.h>

#include "../kernel/proto/imsip.h"
#include "../kernel/proto/msnp_talk.h"
#include "../kernel/proto/policy.h"
#include "explain.h"
#include "explain_capture.h"
#include "explain_tcp.h"

#define STATE_BUCKETS	4096

/**
 * struct host - a host on the inside
 * @next: in its bucket
 * @addr: its address
 * @learnt: by helper: something is known of its client
 * @client: by helper: what is known of its client
 * @judged: by helper: @policy is true
 * @policy: by helper: the policy of its client, or NULL
 * @client_ip: its address as its server sees it; @client_ip.len is 0 if the
 *	server did not tell
 * @told: outside address that was told to the user
 */
struct host {
	struct host *next;
	struct addr addr;
	bool learnt[POLICY_HELPER_MAX];
	struct client client[POLICY_HELPER_MAX];
	bool judged[POLICY_HELPER_MAX];
	const struct policy *policy[POLICY_HELPER_MAX];
	struct addr client_ip;
	struct addr told;
};

/**
 * struct profile - the server's profile message, as far as it has come
 * @len: bytes of @text
 * @text: the message
 */
struct profile {
	u32 len;
	char text[NFIM_MSG_MAX];
};

/**
 * struct conn - a control connection
 * @next: in its bucket
 * @helper: who reads it
 * @proto: IPPROTO_TCP or IPPROTO_UDP
 * @inward: somebody outside opened it
 * @client: who opened it
 * @server: to whom
 * @host: the client's host
 * @peer: the server's host, if it can be one of ours
 * @half: by enum msnp_side
 * @state: memory of the protocol's logic; or NULL
 * @profile: message that the server is sending; or NULL
 * @left: no server named it, other than an earlier one of the same endpoints
 * @open: both ends have agreed to begin
 * @retries: the last packet was a SYN of the client all the same
 * @over: it was reset, or both ends have said goodbye
 * @fins: by enum msnp_side: that end has said goodbye
 * @retry: for @retries: what a server that agrees to it acknowledges
 */
struct conn {
	struct conn *next;
	enum policy_helper helper;
	u8 proto;
	bool inward;
	struct endpoint client;
	struct endpoint server;
	struct host *host;
	struct host *peer;
	struct half half[2];
	void *state;
	struct profile *profile;
	bool left;
	bool open;
	bool retries;
	bool over;
	bool fins[2];
	u32 retry;
};

/**
 * struct call - a call or a registration, as kernel/calls.c has it
 * @next: in the list
 * @call: what is remembered of it
 * @used: time of the last message
 */
struct call {
	struct call *next;
	struct imsip_call call;
	u64 used;
};

/**
 * struct opened - an endpoint that was opened, as kernel/offers.c has it
 * @next: in the list
 * @app: what it is for
 * @proto: IPPROTO_TCP or IPPROTO_UDP
 * @extra: belongs to another one and does not count for itself
 * @reserved: nobody may come yet
 * @another: offers to other peers stay beside it
 * @signalling: more than one may come
 * @helper: which helper opened it
 * @cookie: names it on its connection
 * @conn: the connection on which it was announced
 * @host: who announced it
 * @listener: who listens, inside
 * @outside: where a peer connects to
 * @peer: who may come; @peer.len 0 = anybody
 * @lifetime: seconds to wait for a peer
 * @expires: time when it closes if nobody comes
 * @connected: the peer has come
 * @child: who has come
 * @row: of the ladder diagram, which keeps it; or NULL
 */
struct opened {
	struct opened *next;
	enum nfim_app app;
	u8 proto;
	bool extra;
	bool reserved;
	bool another;
	bool signalling;
	enum policy_helper helper;
	u32 cookie;
	const struct conn *conn;
	const struct host *host;
	struct endpoint listener;
	struct endpoint outside;
	struct addr peer;
	u32 lifetime;
	u64 expires;
	bool connected;
	struct endpoint child;
	json_t *row;
};

/**
 * struct explain - all of it
 * @o: what was asked for
 * @policy: the policies
 * @n_policies: how many
 * @now: time of the packet in hand; never goes back
 * @packet: the packet in hand
 * @private_only: by 0 for IPv4 and 1 for IPv6: there are private hosts that
 *	open connections, so that only such hosts are inside
 * @host: hosts by address
 * @conn: control connections by their endpoints
 * @opened: what is open
 * @n_opened: how many
 * @call: calls and registrations
 * @n_calls: how many there have been
 * @out: where the changed capture goes
 * @count: how often each counter went up
 * @packets: frames read
 * @segments: TCP segments among them
 * @datagrams: UDP datagrams among them
 * @fragments: IP fragments among them
 * @cut: segments of control connections that were not captured as a whole
 * @conns: control connections read
 * @changed: frames that were written otherwise than read
 * @ladder: rows of the diagram; NULL if nobody wants one
 * @rc: what went wrong, after err()
 * @plan: the engine's
 * @work: the engine's
 * @answer: room for a SIP message
 * @scratch: of MSNP
 * @sip_scratch: of SIP
 */
struct explain {
	const struct explain_opts *o;
	const struct policy *policy;
	u32 n_policies;
	u64 now;
	const struct packet *packet;
	bool private_only[2];
	struct host *host[STATE_BUCKETS];
	struct conn *conn[STATE_BUCKETS];
	struct opened *opened;
	u32 n_opened;
	struct call *call;
	u32 n_calls;
	struct capture_out out;
	u32 count[NFIM_COUNTER_MAX];
	u32 packets;
	u32 segments;
	u32 datagrams;
	u32 fragments;
	u32 cut;
	u32 conns;
	u32 changed;
	json_t *ladder;
	enum rc rc;
	struct edit_plan plan;
	char work[STREAM_WORK];
	char answer[NFIM_SIP_MAX + EDIT_POOL];
	struct msnp_scratch scratch;
	struct imsip_scratch sip_scratch;
};

/**
 * state_host() - the record of a host
 * @x: everything
 * @addr: its address
 *
 * Return: the record, made if need be; NULL when out of memory, @x->rc is set.
 */
struct host *state_host(struct explain *x, const struct addr *addr);

/**
 * state_outside() - the address of a host as seen from outside
 * @x: everything
 * @h: the host
 *
 * Return: the address; the host's own where no NAT is known of.
 */
const struct addr *state_outside(const struct explain *x,
				 const struct host *h);

/**
 * state_is_inside() - whether the helper reads what a host opens
 * @x: everything
 * @addr: address of the host
 *
 * Return: true if so.
 */
bool state_is_inside(const struct explain *x, const struct addr *addr);

/**
 * state_is_ours() - whether the gateway is there for one end of a connection
 * @x: everything
 * @c: the connection
 * @end: 0 for the client, 1 for the server
 *
 * Return: true if so.
 */
bool state_is_ours(const struct explain *x, const struct conn *c,
		   unsigned int end);

/**
 * state_inside_rule() - how it was found out which hosts are inside
 * @x: everything
 *
 * Return: a constant string: "option", "private" or "any".
 */
const char *state_inside_rule(const struct explain *x);

/**
 * state_is_private() - whether an address is one of RFC 1918 or RFC 4193
 * @a: the address
 *
 * Return: true if so.
 */
bool state_is_private(const struct addr *a);

/**
 * state_find() - the control connection of a packet
 * @x: everything
 * @p: the packet
 * @side: set to who sends it
 *
 * Return: the connection, or NULL.
 */
struct conn *state_find(struct explain *x, const struct packet *p,
			enum msnp_side *side);

/**
 * state_add() - a control connection begins
 * @x: everything
 * @helper: who reads it
 * @client: who opens it
 * @server: to whom
 *
 * Return: the connection; NULL when out of memory, @x->rc is set.
 */
struct conn *state_add(struct explain *x, enum policy_helper helper,
		       const struct endpoint *client,
		       const struct endpoint *server);

/**
 * state_policy() - the policy for the client of a host
 * @x: everything
 * @h: the host
 * @helper: which helper asks
 *
 * Return: the policy, or NULL.
 */
const struct policy *state_policy(const struct explain *x, struct host *h,
				  enum policy_helper helper);

/**
 * state_memory() - memory for what outlives a packet
 * @x: everything; @x->rc is set when there is no more
 *
 * Return: where it comes from.
 */
struct stream_mem state_memory(struct explain *x);

/**
 * state_reset() - the same endpoints make another connection
 * @x: everything
 * @c: the connection, that was over
 */
void state_reset(struct explain *x, struct conn *c);

/**
 * state_free() - free everything
 * @x: everything
 */
void state_free(struct explain *x);

#endif /* _NFIM_EXPLAIN_STATE_H */
