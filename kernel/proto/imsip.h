/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What SIP messages mean for a gateway: which endpoints they announce, whom
 * they are for, when a call begins and ends, and what has to be rewritten
 * (reference: sip.md 3). What a call needs to be remembered is kept by whoever
 * runs this, by Call-ID, not by connection: many calls share one.
 */
#ifndef _NFIM_IMSIP_H
#define _NFIM_IMSIP_H

#include "env.h"
#include "invite.h"
#include "mime.h"
#include "sdp.h"
#include "sdp_plan.h"
#include "sip.h"
#include "sip_plan.h"

#define IMSIP_STREAMS	15	/* endpoints of one host in one call */
#define IMSIP_PEERS	8	/* media whose peer is known */
#define IMSIP_BESIDE	8	/* peers that may come to one port meanwhile */
#define IMSIP_PARTIES	6	/* parties of one call: forking makes many */
#define IMSIP_BRANCHES	4	/* INVITEs for one call at a time */
#define IMSIP_LISTENS	4	/* bindings of one registration */

/* Seconds that a call is remembered without a word. */
#define IMSIP_RINGING_SECS	300
#define IMSIP_TALKING_SECS	(12 * 3600)
#define IMSIP_ENDING_SECS	40

/* How often what waits for a call is refreshed, and how long it waits then. */
#define IMSIP_REFRESH_SECS	10
#define IMSIP_LISTEN_SECS	60

/* Bounds of a registration, whatever is asked and granted (security.md 8). */
#define IMSIP_EXPIRES_MIN	60
#define IMSIP_EXPIRES_MAX	7200
#define IMSIP_EXPIRES_DEFAULT	3600

/**
 * enum imsip_tx - transactions that are followed
 * @IMSIP_TX_INVITE: INVITE
 * @IMSIP_TX_UPDATE: UPDATE
 * @IMSIP_TX_PRACK: PRACK
 * @IMSIP_TX_BYE: BYE
 * @IMSIP_TX_REGISTER: REGISTER
 * @IMSIP_TX_MAX: number of kinds
 */
enum imsip_tx {
	IMSIP_TX_INVITE,
	IMSIP_TX_UPDATE,
	IMSIP_TX_PRACK,
	IMSIP_TX_BYE,
	IMSIP_TX_REGISTER,
	IMSIP_TX_MAX
};

/**
 * struct imsip_stream - an endpoint of ours that a session description named
 * @addr: of the host that listens
 * @from: where the peer listens, if that is known
 * @inside_port: port it listens on; 0 marks a free entry
 * @outside_port: port that others were told
 * @peer_port: port that the peer named
 * @media: index of its m= line
 * @app: enum nfim_app
 * @proto: 6 or 17
 * @ports: consecutive ports
 * @since: number of the description that named it first; 0 once that holds
 * @named: number of the description that named it last
 */
struct imsip_stream {
	struct addr addr;
	struct addr from;
	u16 inside_port;
	u16 outside_port;
	u16 peer_port;
	u8 media;
	u8 app;
	u8 proto;
	u8 ports;
	u8 since;
	u8 named;
};

/**
 * struct imsip_peer - where the other party listens
 * @addr: address; @addr.len 0 when it is not known
 * @rtcp_addr: the same for RTCP
 * @port: port
 * @rtcp: port for RTCP, or 0
 * @near: it was told a port of ours, and is the host behind that
 */
struct imsip_peer {
	struct addr addr;
	struct addr rtcp_addr;
	u16 port;
	u16 rtcp;
	bool near;
};

/**
 * struct imsip_listen - a port that a Contact named
 * @inside_port: port; 0 marks a free entry
 * @outside_port: port that others were told
 * @peer: stands for who may come there
 * @proto: 6 or 17
 * @own: it is the port of the connection
 * @remove: the binding is to go
 * @asked: seconds that the binding is to last
 */
struct imsip_listen {
	u16 inside_port;
	u16 outside_port;
	u32 peer;
	u8 proto;
	bool own;
	bool remove;
	u32 asked;
};

/**
 * enum imsip_leg - how far a call got with somebody who may take it
 * @IMSIP_LEG_EARLY: not taken
 * @IMSIP_LEG_GONE: taken or not, it is over
 * @IMSIP_LEG_ANSWERED: taken, and the host does not know yet, or does not want it
 * @IMSIP_LEG_TAKEN: taken, and the host said so as well
 */
enum imsip_leg {
	IMSIP_LEG_EARLY,
	IMSIP_LEG_GONE,
	IMSIP_LEG_ANSWERED,
	IMSIP_LEG_TAKEN,
};

/**
 * struct imsip_party - somebody who takes part in a call
 * @tag: hash of its tag; 0 where it has none
 * @caller: it asked for the call; others are legs of it (sip.md 3)
 * @leg: enum imsip_leg
 * @seen: valid entries of @cseq, as bits
 * @cseq: of the last request that it was asked for, or sent, by who asked (0 the
 *	host) and what; of a caller, as long as there was nobody else
 */
struct imsip_party {
	u32 tag;
	bool caller;
	u8 leg;
	u8 seen[2];
	u32 cseq[2][IMSIP_TX_MAX];
};

/**
 * struct imsip_call - what is remembered of a call or a registration
 * @id: from imsip_ops.lock(); the owner's
 * @host: the host that it is remembered for; the owner's
 * @cookie: names what it opened; low four bits zero; the owner's
 * @secs: how long to remember it without a word
 * @parties: number of @party
 * @desc: number of the last description that the host gave
 * @desc_by: who asked in the transaction of that description
 * @desc_tx: and what
 * @desc_cseq: and its number
 * @desc_leg: and the party in which that was noted
 * @branches: number of @branch
 * @legs: early dialogs that described a session
 * @beside: descriptions whose peers did not take the place of others
 * @answered: the other side has spoken like a SIP peer
 * @confirmed: the call was taken
 * @leg: tag of the last early dialog
 * @party: who takes part, the first caller first
 * @branch: INVITEs that were sent by the host, or that it let ring, and that were
 *	not refused; see imsip_asks()
 * @stream: endpoints of the host
 * @peer: endpoints of the other party, by index of the m= line
 * @listen: bindings of a registration
 */
struct imsip_call {
	u64 id;
	struct addr host;
	u32 cookie;
	u32 secs;
	u8 parties;
	u8 desc;
	u8 desc_by;
	u8 desc_tx;
	u32 desc_cseq;
	u32 desc_leg;
	u8 branches;
	u8 legs;
	u8 beside;
	bool answered;
	bool confirmed;
	u32 leg;
	struct imsip_party party[IMSIP_PARTIES];
	u32 branch[IMSIP_BRANCHES];
	struct imsip_stream stream[IMSIP_STREAMS];
	struct imsip_peer peer[IMSIP_PEERS];
	struct imsip_listen listen[IMSIP_LISTENS];
};

static_assert(sizeof(struct imsip_call) <= 2048, "calls stay small");

/**
 * struct imsip_ops - where calls are kept
 * @lock: have the records of a Call-ID for oneself; return its name, which
 *	outsiders cannot predict
 * @unlock: the message is done
 * @hash: the same for any other text
 * @find: the record of a call; with @make a new one, zero but for what is the
 *	owner's, if there is none. NULL when there is none or no room
 * @forget: a call is over; not used again
 * @inside_port: the port that a host listens on for servers, by the port that
 *	they were told; 0 when there is none, or it is another host's
 * @outside_port: the other way round, for servers at @peer; NULL for any
 * @behind: who listens for media behind an outside address and port of ours, which
 *	become its own; false when nobody does
 */
struct imsip_ops {
	u64 (*lock)(void *ctx, struct span call_id);
	void (*unlock)(void *ctx, u64 id);
	u32 (*hash)(void *ctx, struct span text);
	struct imsip_call *(*find)(void *ctx, u64 id, const struct addr *host,
				   bool make);
	void (*forget)(void *ctx, struct imsip_call *call);
	u16 (*inside_port)(void *ctx, const struct addr *inside,
			   const struct addr *outside, u16 port, u8 proto);
	u16 (*outside_port)(void *ctx, const struct addr *inside,
			    const struct addr *peer, u16 port, u8 proto);
	bool (*behind)(void *ctx, struct addr *addr, u16 *port, u8 proto);
};

/**
 * struct imsip_side - one end of the connection
 * @env: surroundings of the host there; env.self are its addresses: the inside
 *	one is its own, the outside one what the other end sees
 * @inside_port: port of the connection at the inside address
 * @outside_port: port of the connection at the outside address
 * @ours: the gateway is there for this host
 */
struct imsip_side {
	const struct env *env;
	u16 inside_port;
	u16 outside_port;
	bool ours;
};

/**
 * struct imsip_scratch - room for one message
 *
 * Nothing in it outlives a call, so all that cannot run at the same time may
 * share one, such as a CPU. Too large for a kernel's stack.
 */
struct imsip_scratch {
	struct sip sip;
	struct mime mime;
	struct sdp sdp;
	struct sdp_changes changes;
	struct invite inv;
};

/**
 * struct imsip - one message on its way
 * @side: both ends of the connection
 * @from: index of the one who speaks
 * @proto: 6 or 17
 * @ops: where calls are kept
 * @ctx: handed to @ops
 * @scratch: room
 * @fit: what the length of the message may do
 * @may_edit: it may be edited at all
 * @offers: endpoints judged so far in this packet; 0 at first
 * @peers: peers let in so far at endpoints that are known, in this packet; 0 at first
 */
struct imsip {
	struct imsip_side side[2];
	u8 from;
	u8 proto;
	const struct imsip_ops *ops;
	void *ctx;
	struct imsip_scratch *scratch;
	enum sip_fit fit;
	bool may_edit;
	u32 offers;
	u32 peers;
};

/**
 * imsip_message() - take one message
 * @t: its surroundings
 * @data: the message, or a datagram
 * @plan: empty; replacements are added
 *
 * Opens, activates and closes what the message means to open, activate and
 * close, and plans how it is rewritten for the other side.
 *
 * Return: what it is. Only %SIP_OK proves that somebody speaks SIP.
 */
enum sip_result imsip_message(struct imsip *t, struct span data,
			      struct edit_plan *plan);

/**
 * imsip_cookies() - names of all that a call may have opened
 * @call: the call
 * @n: counts from 0
 *
 * Return: the nth cookie; 0 behind the last one.
 */
u32 imsip_cookie(const struct imsip_call *call, u32 n);

/**
 * imsip_waiting() - names of all that must not close while a call goes on
 * @call: a call that somebody spoke of not too long ago
 * @n: counts from 0
 *
 * What waits for media until the call is taken, and where the host takes
 * requests of this call. Whoever keeps calls lets it wait anew, at least every
 * %IMSIP_REFRESH_SECS.
 *
 * Return: the nth cookie; 0 behind the last one.
 */
u32 imsip_waiting(const struct imsip_call *call, u32 n);

#endif /* _NFIM_IMSIP_H */
