/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of TCP connections of which more has to be known than fits into
 * the 32 bytes of conntrack: bytes held, edits, what left from behind a gap,
 * and what the helper itself remembers. An entry exists only while one of
 * these does, and dies by itself (design D2).
 */
#ifndef _NFIM_CONN_H
#define _NFIM_CONN_H

#include <linux/refcount.h>
#include <net/netfilter/nf_conntrack.h>

#include "net.h"
#include "proto/stream.h"

struct nfim_stream_helper;

/**
 * struct nfim_conn_id - what finds a connection
 * @src: original source
 * @dst: original destination
 * @sport: original source port
 * @dport: original destination port
 * @zone: conntrack zone id
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 * @zone_dir: directions in which the zone counts
 *
 * No padding: it is compared and hashed as bytes.
 */
struct nfim_conn_id {
	union nf_inet_addr src;
	union nf_inet_addr dst;
	__be16 sport;
	__be16 dport;
	u16 zone;
	u8 l3num;
	u8 zone_dir;
};

/**
 * struct nfim_conn_host - what the connections of one client take together
 * @node: in the namespace's table
 * @addr: the client, before NAT
 * @zone: conntrack zone id
 * @list: its connections
 * @conns: how many there are, those about to be freed included
 * @bytes: memory that hangs on them
 * @full_until: jiffies up to which none of them is worth looking for
 *
 * Protected by conn_lock. Exists while it has connections.
 */
struct nfim_conn_host {
	struct hlist_node node;
	union nf_inet_addr addr;
	u16 zone;
	struct hlist_head list;
	unsigned int conns;
	unsigned int bytes;
	unsigned long full_until;
};

/**
 * struct nfim_conn - a connection
 * @node: in the namespace's table; in a list of the dead when it is to go
 * @by_host: in @host
 * @id: which one
 * @ct: its conntrack, to tell it from another one between the same ends;
 *	compared only
 * @refs: one for the table and one for a packet
 * @nn: namespace
 * @host: its client
 * @helper: whose it is
 * @flow: by enum ip_conntrack_dir
 * @mss: by enum ip_conntrack_dir, what the other side's SYN named; only
 *	where that is less than any path takes, else 0
 * @state: the helper's own memory, or NULL
 * @state_size: bytes of @state
 * @bytes: memory that hangs on it
 * @held: bytes of payload held in both directions, as counted in @nn
 * @used: jiffies of the last packet
 * @lasting: there is more than flows, worth %NFIM_STATE_SECS
 * @idle: nothing is lost with it
 *
 * conn_lock protects @node, @by_host, @bytes and @used, and is held where
 * @refs grows. The connection's stream lock protects the rest; the
 * garbage collection only looks whether @lasting and @idle are set. Who drops
 * the last reference has it alone.
 */
struct nfim_conn {
	struct hlist_node node;
	struct hlist_node by_host;
	struct nfim_conn_id id;
	const struct nf_conn *ct;
	refcount_t refs;
	struct nfim_net *nn;
	struct nfim_conn_host *host;
	const struct nfim_stream_helper *helper;
	struct stream_flow flow[IP_CT_DIR_MAX];
	u16 mss[IP_CT_DIR_MAX];
	void *state;
	size_t state_size;
	unsigned int bytes;
	unsigned int held;
	unsigned long used;
	bool lasting;
	bool idle;
};

/**
 * nfim_conn_get() - the entry of a connection
 * @nn: namespace
 * @ct: connection
 *
 * Under the connection's stream lock.
 *
 * Return: the entry, to be given back with nfim_conn_put(); NULL when there
 * is none.
 */
struct nfim_conn *nfim_conn_get(struct nfim_net *nn, const struct nf_conn *ct);

/**
 * nfim_conn_make() - make the entry of a connection that has none
 * @nn: namespace
 * @ct: connection
 * @helper: whose it is
 *
 * Under the connection's stream lock. What is left of another connection
 * between the same ends is forgotten.
 *
 * Return: the entry, to be given back with nfim_conn_put(); NULL when there
 * is no room.
 */
struct nfim_conn *nfim_conn_make(struct nfim_net *nn, const struct nf_conn *ct,
				 const struct nfim_stream_helper *helper);

/**
 * nfim_conn_put() - the packet is done
 * @conn: from nfim_conn_get() or nfim_conn_make()
 */
void nfim_conn_put(struct nfim_conn *conn);

/**
 * nfim_conn_alloc() - memory that counts against connection, host, namespace
 * @ctx: struct nfim_conn
 * @size: bytes
 *
 * For struct stream_mem.
 *
 * Return: the memory, or NULL.
 */
void *nfim_conn_alloc(void *ctx, size_t size);

/**
 * nfim_conn_free() - give such memory back
 * @ctx: struct nfim_conn
 * @p: from nfim_conn_alloc()
 * @size: as there
 */
void nfim_conn_free(void *ctx, void *p, size_t size);

/**
 * nfim_conns_gc() - forget what is idle or over
 * @nn: namespace
 * @all: everything, the namespace goes away
 *
 * Return: whether any entry is left.
 */
bool nfim_conns_gc(struct nfim_net *nn, bool all);

int nfim_conns_init(void);
void nfim_conns_exit(void);

#endif /* _NFIM_CONN_H */
