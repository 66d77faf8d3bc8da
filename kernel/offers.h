/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of endpoints that we opened: which host announced them, and the
 * connection made from them. It is what limits count and `nfim show` prints;
 * conntrack's own expectation vanishes with the first packet.
 */
#ifndef _NFIM_OFFERS_H
#define _NFIM_OFFERS_H

#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_tuple.h>

#include "net.h"
#include "offer_hosts.h"
#include "proto/offer.h"
#include "proto/policy.h"

/**
 * enum nfim_kind - what kind of expectation an endpoint has
 * @NFIM_KIND_MEDIA: for one peer
 * @NFIM_KIND_OUTWARD: for what the listener itself sends to its peer, so that
 *	it leaves from the port that was announced
 * @NFIM_KIND_Q931: for one peer, whose connection gets the kernel's "Q.931"
 * @NFIM_KIND_SIGNALLING: for a server, whose connections get "imsip"
 * @NFIM_KIND_MASTER: a client goes to its next server and gets "msnp"
 */
enum nfim_kind {
	NFIM_KIND_MEDIA,
	NFIM_KIND_OUTWARD,
	NFIM_KIND_Q931,
	NFIM_KIND_SIGNALLING,
	NFIM_KIND_MASTER,
};

/**
 * struct nfim_offer - one opened endpoint
 * @by_host: among those of @owner
 * @by_out: in offer_out
 * @by_end: in offer_end
 * @by_cause: in offer_cause
 * @by_age: in offer_reserved, while it is @reserved
 * @owner: whom it counts against
 * @helper: which helper opened it
 * @kind: of its expectation
 * @dir: direction of the announcer's packets on the control connection
 * @app: what it is for
 * @via: in what it was announced
 * @connected: the peer has come
 * @reserved: not open yet
 * @extra: belongs to another one, which is counted
 * @another: what waits at the same endpoint for other peers stays
 * @translate: it is reached through NAT
 * @has_peer: only @peer may come
 * @hairpin: a peer on the listener's side may come
 * @net_limit: how many there may be in the namespace for it to be admitted
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 * @proto: IPPROTO_TCP or IPPROTO_UDP
 * @zone: conntrack zone id
 * @cookie: names the invitation on its master
 * @inside_port: port that the listener listens on
 * @outside_port: port that a peer connects to
 * @peer_port: where the peer listens, at @from; 0 when it is not known. With
 *	%NFIM_KIND_OUTWARD where it sends from
 * @lifetime: seconds to wait
 * @host: whose limit it counts against
 * @listener: address of the host that listens
 * @outside: address that a peer connects to
 * @peer: who may come, with @has_peer
 * @peer_bits: bits of it that count; 0 for all
 * @from: where the peer listens, with @peer_port
 * @expires: jiffies when the expectation ends, or until when a connection
 *	that is not in the table yet counts as alive
 * @master: original tuple of the control connection
 * @child: original tuple of the peer's connection; once @connected
 *
 * Protected by offer_lock.
 */
struct nfim_offer {
	struct hlist_node by_host;
	struct hlist_node by_out;
	struct hlist_node by_end;
	struct hlist_node by_cause;
	struct list_head by_age;
	struct nfim_offer_host *owner;
	enum policy_helper helper;
	enum nfim_kind kind;
	enum ip_conntrack_dir dir;
	enum nfim_app app;
	enum nfim_via via;
	bool connected;
	bool reserved;
	bool extra;
	bool another;
	bool translate;
	bool has_peer;
	bool hairpin;
	u16 net_limit;
	u8 l3num;
	u8 proto;
	u16 zone;
	u32 cookie;
	__be16 inside_port;
	__be16 outside_port;
	__be16 peer_port;
	u32 lifetime;
	union nf_inet_addr host;
	union nf_inet_addr listener;
	union nf_inet_addr outside;
	union nf_inet_addr peer;
	union nf_inet_addr from;
	u8 peer_bits;
	unsigned long expires;
	struct nf_conntrack_tuple master;
	struct nf_conntrack_tuple child;
};

/**
 * struct nfim_demand - what an offer takes, and what there may be
 * @ports: consecutive ports
 * @holes: entries, for all of them
 * @per_host: how many of this application one host may have
 * @host_limit: how many entries of all applications one host may have
 */
struct nfim_demand {
	unsigned int ports;
	unsigned int holes;
	unsigned int per_host;
	unsigned int host_limit;
};

/**
 * nfim_offers_admit() - judge an offer by number
 * @nn: namespace
 * @o: the offer about to be made, its first port; @o->connected false
 * @d: how much it is
 * @old: filled with what it repeats, the same listener that is already
 *	waiting; else its outside port is 0
 *
 * An offer that repeats another one is not counted twice, unless it is more now. Dead
 * entries are looked for only when a limit is reached.
 *
 * Return: %NFIM_OK or why not.
 */
enum nfim_counter nfim_offers_admit(struct nfim_net *nn,
				    const struct nfim_offer *o,
				    const struct nfim_demand *d,
				    struct nfim_offer *old);

/**
 * nfim_offers_new() - memory for an endpoint
 * @nn: namespace
 * @o: copied
 *
 * Return: an entry for nfim_offers_add() or nfim_offers_drop(); NULL when out
 * of memory.
 */
struct nfim_offer *nfim_offers_new(struct nfim_net *nn,
				   const struct nfim_offer *o);

/**
 * nfim_offers_drop() - give that memory back
 * @nn: namespace
 * @o: from nfim_offers_new(), not added; may be NULL
 */
void nfim_offers_drop(struct nfim_net *nn, struct nfim_offer *o);

/**
 * nfim_offers_add() - remember an endpoint whose expectation is in place
 * @nn: namespace
 * @o: from nfim_offers_new(); replaces an entry that it repeats
 *
 * Under rcu_read_lock().
 */
void nfim_offers_add(struct nfim_net *nn, struct nfim_offer *o);

/**
 * nfim_offers_make_room() - withdraw what waits where an endpoint is to be
 * @nn: namespace
 * @o: the endpoint, with its outside port
 *
 * Only what it repeats: the same listener told us something new about it.
 * Under rcu_read_lock().
 */
void nfim_offers_make_room(struct nfim_net *nn, const struct nfim_offer *o);

/**
 * nfim_offers_connected() - the peer has come
 * @nn: namespace
 * @child: its connection, unconfirmed
 * @zone: conntrack zone id
 *
 * Any softirq context. Nothing happens when the endpoint is not ours.
 *
 * Return: whether a peer on the listener's side may come; true when the
 * endpoint is not known.
 */
bool nfim_offers_connected(struct nfim_net *nn, const struct nf_conn *child,
			   u16 zone);

/**
 * struct nfim_offer_key - names what was opened together
 * @helper: which helper opened it
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 * @zone: conntrack zone id
 * @cookie: names the invitation or the call
 * @host: who announced it
 * @master: original tuple of the control connection, for "msnp" only: a call of
 *	"imsip" may move to another one
 */
struct nfim_offer_key {
	enum policy_helper helper;
	u8 l3num;
	u16 zone;
	u32 cookie;
	union nf_inet_addr host;
	struct nf_conntrack_tuple master;
};

/**
 * nfim_offers_close() - close what waits for a peer
 * @nn: namespace
 * @key: names it
 * @end: forget connections that came of it as well
 *
 * Under rcu_read_lock().
 *
 * Return: how many waited.
 */
unsigned int nfim_offers_close(struct nfim_net *nn,
			       const struct nfim_offer_key *key, bool end);

/**
 * nfim_offers_activate() - open what was reserved, and let all wait anew
 * @nn: namespace
 * @key: names it
 *
 * Under rcu_read_lock().
 *
 * Return: how many.
 */
unsigned int nfim_offers_activate(struct nfim_net *nn,
				  const struct nfim_offer_key *key);

/**
 * nfim_offers_listener() - who listens behind an outside port
 * @nn: namespace
 * @like: its kind, family, zone, protocol, outside address and port; the listener
 *	and its port are added
 *
 * Return: false when nobody does.
 */
bool nfim_offers_listener(struct nfim_net *nn, struct nfim_offer *like);

/**
 * nfim_offers_listening() - the other way round
 * @nn: namespace
 * @like: its family, zone, protocol, host and inside port; with has_peer, who is to
 *	come there
 *
 * Return: the outside port, or 0.
 */
__be16 nfim_offers_listening(struct nfim_net *nn,
			     const struct nfim_offer *like);

/**
 * nfim_offers_announced() - at which port others know a listener behind us
 * @nn: namespace
 * @like: its family, zone, protocol, listener, inside port and outside address, and
 *	the address and port of the peer that is told
 *
 * Return: the outside port, or 0.
 */
__be16 nfim_offers_announced(struct nfim_net *nn,
			     const struct nfim_offer *like);

/**
 * nfim_offers_taken() - whether somebody else listens behind an outside port
 * @nn: namespace
 * @like: its family, zone, protocol, outside address and port, and who is to listen
 *	there
 * @share: only if it waits there for the same peer: the kernel takes the second
 *	expectation of a connection for the first one
 *
 * Under rcu_read_lock(). One port for several listeners, told apart by who comes,
 * leaves nobody behind us a way to tell them apart (RFC 4787, REQ-3).
 *
 * Return: true if another listener, or the same at another port, is there already.
 */
bool nfim_offers_taken(struct nfim_net *nn, const struct nfim_offer *like,
		       bool share);

/**
 * nfim_offers_awaited() - whether peers can reach an endpoint already
 * @nn: namespace
 * @o: the endpoint
 * @met: only a connection with the peer that is expected counts
 *
 * Under rcu_read_lock().
 *
 * Return: true if an expectation or a connection is there, of the same cause.
 */
bool nfim_offers_awaited(struct nfim_net *nn, const struct nfim_offer *o,
			 bool met);

/**
 * nfim_offers_gc() - forget what is dead
 * @nn: namespace
 * @all: everything, the namespace goes away
 *
 * Process context.
 *
 * Return: whether any entry is left.
 */
bool nfim_offers_gc(struct nfim_net *nn, bool all);

/**
 * nfim_offers_walk() - look at every live entry
 * @nn: namespace
 * @from: entry to begin with; 0 at first
 * @changes: set before @fn is called; the same in two walks if no entry came or
 *	went between them, so that @from means the same
 * @fn: called under offer_lock; a non-zero result ends the walk
 * @arg: handed to @fn
 *
 * Return: number of the entry that @fn did not take, to go on with; behind
 * the last entry when it took them all.
 */
unsigned int nfim_offers_walk(struct nfim_net *nn, unsigned int from,
			      u32 *changes,
			      int (*fn)(const struct nfim_offer *o, void *arg),
			      void *arg);

int nfim_offers_init(void);
void nfim_offers_exit(void);

#endif /* _NFIM_OFFERS_H */
