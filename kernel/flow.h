/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What has to be remembered of one direction of a TCP connection beyond the
 * 32 bytes of conntrack: the edits made, so that a retransmission gets the
 * same bytes (design D7), and packets that came out of order, so that framing
 * goes on when the gap closes (D8.4).
 *
 * Sequence numbers are the sender's, before any adjustment, unless they are
 * called wire numbers: those are what the receiver sees.
 */
#ifndef _NFIM_FLOW_H
#define _NFIM_FLOW_H

#include <net/netfilter/nf_conntrack.h>

#include "net.h"

/**
 * struct nfim_edit - one edit that was made
 * @list: in the flow, by rising @seq
 * @seq: first byte that changed
 * @old_len: bytes replaced
 * @new_len: bytes that stand there now
 * @wire_end: wire number behind the last new byte
 * @acked: the receiver has them
 * @text: the new bytes
 */
struct nfim_edit {
	struct list_head list;
	u32 seq;
	u32 old_len;
	u32 new_len;
	u32 wire_end;
	bool acked;
	char text[];
};

/**
 * struct nfim_piece - a packet that came out of order
 * @list: in the flow, by rising @seq
 * @seq: first byte
 * @len: bytes
 * @data: the bytes
 */
struct nfim_piece {
	struct list_head list;
	u32 seq;
	u32 len;
	char data[];
};

/**
 * struct nfim_flow_id - what finds a flow
 * @src: original source of the connection
 * @dst: original destination
 * @sport: original source port
 * @dport: original destination port
 * @zone: conntrack zone id
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 * @dir: enum ip_conntrack_dir
 *
 * No padding: it is compared and hashed as bytes.
 */
struct nfim_flow_id {
	union nf_inet_addr src;
	union nf_inet_addr dst;
	__be16 sport;
	__be16 dport;
	u16 zone;
	u8 l3num;
	u8 dir;
};

/**
 * struct nfim_flow - one direction of a connection
 * @node: in the namespace's table
 * @by_host: in the namespace's table by client
 * @id: which one
 * @edits: struct nfim_edit
 * @pieces: struct nfim_piece
 * @n_edits: length of @edits
 * @n_pieces: length of @pieces
 * @bytes: memory held by both lists
 * @piece_bytes: payload bytes of @pieces
 * @used: jiffies when something was last added or repeated
 *
 * Protected by flow_lock, which nfim_flow_get() and nfim_flow_find() take.
 */
struct nfim_flow {
	struct hlist_node node;
	struct hlist_node by_host;
	struct nfim_flow_id id;
	struct list_head edits;
	struct list_head pieces;
	unsigned int n_edits;
	unsigned int n_pieces;
	unsigned int bytes;
	unsigned int piece_bytes;
	unsigned long used;
};

/**
 * nfim_flow_find() - look a flow up and lock the table
 * @nn: namespace
 * @ct: connection
 * @dir: direction
 *
 * Return: the flow, or NULL. Either way nfim_flow_put() must follow.
 */
struct nfim_flow *nfim_flow_find(struct nfim_net *nn, const struct nf_conn *ct,
				 enum ip_conntrack_dir dir);

/**
 * nfim_flow_get() - look a flow up, make it if there is none, lock the table
 * @nn: namespace
 * @ct: connection
 * @dir: direction
 *
 * Return: the flow, or NULL when there is no room. Either way
 * nfim_flow_put() must follow.
 */
struct nfim_flow *nfim_flow_get(struct nfim_net *nn, const struct nf_conn *ct,
				enum ip_conntrack_dir dir);

/**
 * nfim_flow_put() - unlock the table
 * @nn: namespace
 */
void nfim_flow_put(struct nfim_net *nn);

/**
 * nfim_flow_drop() - forget a direction
 * @nn: namespace
 * @ct: connection
 * @dir: direction
 *
 * Takes flow_lock.
 */
void nfim_flow_drop(struct nfim_net *nn, const struct nf_conn *ct,
		    enum ip_conntrack_dir dir);

/**
 * nfim_flow_may_resize() - whether a change of length is safe (design D6)
 * @flow: the flow
 *
 * Return: false while an earlier one is not acknowledged, and while bytes
 * from behind a gap have left already.
 */
bool nfim_flow_may_resize(const struct nfim_flow *flow);

/**
 * nfim_flow_has_room() - whether another edit can be remembered
 * @nn: namespace
 * @flow: the flow
 *
 * Return: false when the limits of the flow, its host or the namespace say no.
 */
bool nfim_flow_has_room(struct nfim_net *nn, const struct nfim_flow *flow);

/**
 * nfim_flow_forget_pieces() - give up the memory of out-of-order packets
 * @nn: namespace
 * @ct: connection
 * @dir: direction
 *
 * Takes flow_lock.
 */
void nfim_flow_forget_pieces(struct nfim_net *nn, const struct nf_conn *ct,
			     enum ip_conntrack_dir dir);

/**
 * nfim_flow_new_edit() - room for an edit
 * @nn: namespace
 * @flow: the flow
 * @new_len: bytes of new text
 *
 * Return: an edit with @new_len set, to be filled and handed to
 * nfim_flow_add_edit() or kfree(); NULL when there is no room.
 */
struct nfim_edit *nfim_flow_new_edit(struct nfim_net *nn,
				     struct nfim_flow *flow, u32 new_len);

/**
 * nfim_flow_add_edit() - remember an edit
 * @nn: namespace
 * @flow: the flow
 * @e: the edit; owned by the flow from here on
 */
void nfim_flow_add_edit(struct nfim_net *nn, struct nfim_flow *flow,
			struct nfim_edit *e);

/**
 * nfim_flow_ack() - the receiver has acknowledged
 * @flow: the flow of the direction that sent the data
 * @ack: wire number
 */
void nfim_flow_ack(struct nfim_flow *flow, u32 ack);

/**
 * nfim_flow_add_piece() - remember a packet from behind a gap
 * @nn: namespace
 * @flow: the flow
 * @skb: the packet
 * @off: where its payload begins
 * @seq: sequence number of the payload
 * @len: bytes of payload
 * @limit: bytes that may be remembered
 *
 * Bytes that are remembered already are not stored again.
 *
 * Return: %NFIM_OK, %NFIM_OPAQUE_GAP beyond the limits, or
 * %NFIM_OPAQUE_NOMEM.
 */
enum nfim_counter nfim_flow_add_piece(struct nfim_net *nn,
				      struct nfim_flow *flow,
				      const struct sk_buff *skb, u32 off,
				      u32 seq, u32 len, u32 limit);

/**
 * nfim_flow_take_piece() - the remembered bytes that come next
 * @nn: namespace
 * @flow: the flow
 * @seq: next sequence number
 *
 * Pieces that lie wholly below @seq are dropped on the way.
 *
 * Return: a piece that covers @seq, to be freed by kfree(); or NULL.
 */
struct nfim_piece *nfim_flow_take_piece(struct nfim_net *nn,
					struct nfim_flow *flow, u32 seq);

/**
 * nfim_flows_gc() - forget flows that are idle or whose connection is over
 * @nn: namespace
 * @all: everything, the namespace goes away
 *
 * Return: whether any flow is left.
 */
bool nfim_flows_gc(struct nfim_net *nn, bool all);

int nfim_flows_init(void);
void nfim_flows_exit(void);

#endif /* _NFIM_FLOW_H */
