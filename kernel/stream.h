/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From TCP packets to a stream and back: the surroundings of the stream engine
 * (proto/stream.h) in the kernel. A helper says where messages end, which are
 * worth waiting for and what is to be edited; all else is done here, for any
 * protocol (design D4, D6, D7, D8).
 */
#ifndef _NFIM_STREAM_H
#define _NFIM_STREAM_H

#include "mangle.h"
#include "proto/policy.h"
#include "proto/stream.h"

struct nfim_conn;

/**
 * struct nfim_stream - private data of a followed connection
 * @dir: by enum ip_conntrack_dir
 *
 * Lives in the conntrack's 32 bytes, all zero at first, and dies with it
 * (design D2). Protected by the connection's stream lock.
 */
struct nfim_stream {
	struct stream_dir dir[IP_CT_DIR_MAX];
};

/**
 * struct nfim_stream_helper - a protocol on top of TCP
 * @ops: what the engine asks. Its @payload and @flow must be
 *	nfim_segment_payload() and nfim_segment_flow(). The ctx handed to it is
 *	the struct nfim_segment. In union stream_scan.raw.owner the bits of
 *	%NFIM_STREAM_OWN are the helper's
 * @destroy: give back what hangs on the memory of nfim_segment_state(), from
 *	@mem; not the memory itself. Process or softirq context, nobody else
 *	uses it any more; may be NULL
 */
struct nfim_stream_helper {
	struct stream_ops ops;
	void (*destroy)(void *state, const struct stream_mem *mem);
};

/* Bits of union stream_scan.raw.owner that a helper may use as it likes. */
#define NFIM_STREAM_OWN		0xf0

/**
 * struct nfim_segment - a TCP packet on its way through a helper
 * @pkt: the packet; filled by nfim_stream_packet()
 * @helper: whose packet it is
 * @adjusted: conntrack will adjust its sequence numbers, nfim_is_adjusted()
 * @stream: its connection
 * @conn: entry in the table of connections; NULL when there is none
 * @mem: memory that is accounted to the connection; usable with @conn only
 *
 * On the stack of one packet, the first member of what a helper needs there,
 * so that its ops find theirs with container_of(). @pkt.nn, @pkt.skb, @pkt.ct,
 * @pkt.ctinfo, @pkt.protoff and @adjusted are the caller's to fill.
 */
struct nfim_segment {
	struct nfim_pkt pkt;
	const struct nfim_stream_helper *helper;
	bool adjusted;
	struct nfim_stream *stream;
	struct nfim_conn *conn;
	struct stream_mem mem;
};

/**
 * nfim_is_adjusted() - whether conntrack will adjust a packet's numbers
 * @ct: its connection
 *
 * To be asked as soon as conntrack calls a helper, for it looked just before.
 *
 * Return: true if it has begun to.
 */
static inline bool nfim_is_adjusted(const struct nf_conn *ct)
{
	return test_bit(IPS_SEQ_ADJUST_BIT, &ct->status);
}

/**
 * nfim_stream_passes() - whether a packet passes and nobody looks at it
 * @skb: the packet
 * @protoff: where its TCP header begins
 * @ct: its connection, which is not adjusted
 * @ctinfo: its direction
 * @helper: whose packet it is
 *
 * What most packets are, for as little as can be: bulk, the rest of a stream that
 * was given up, or an acknowledgment, where nothing is remembered. The same would
 * come of nfim_stream_packet().
 *
 * Return: true if nothing is left to do; else nothing was done.
 */
bool nfim_stream_passes(const struct sk_buff *skb, unsigned int protoff,
			struct nf_conn *ct, enum ip_conntrack_info ctinfo,
			const struct nfim_stream_helper *helper);

/**
 * nfim_stream_packet() - take one packet of a followed connection
 * @s: the packet, @s->pkt filled as said there and the rest zero
 * @helper: whose packet it is
 *
 * For nf_conntrack_helper.help. The ops are called under the connection's
 * stream lock with BH off, so they have the private data, the state and the
 * client's direction for themselves.
 *
 * Return: a netfilter verdict.
 */
unsigned int nfim_stream_packet(struct nfim_segment *s,
				const struct nfim_stream_helper *helper);

/**
 * nfim_segment_dir() - direction of a packet
 * @s: the packet
 *
 * Return: %IP_CT_DIR_ORIGINAL for the client's packets.
 */
static inline enum ip_conntrack_dir
nfim_segment_dir(const struct nfim_segment *s)
{
	return CTINFO2DIR(s->pkt.ctinfo);
}

/**
 * nfim_segment_scan() - where the protocol stands in one direction
 * @s: the packet
 * @dir: which direction
 *
 * Return: the state that the ops of that direction see.
 */
static inline union stream_scan *
nfim_segment_scan(const struct nfim_segment *s, enum ip_conntrack_dir dir)
{
	return &s->stream->dir[dir].scan;
}

/**
 * nfim_segment_state() - the helper's own memory of a connection
 * @s: the packet, in one of the ops
 * @size: bytes; always the same for one helper
 * @make: make it if there is none
 *
 * What it points to is to be allocated from @s->mem, so that it counts against
 * the limits of connection, host and namespace. It lives as long as the
 * connection is not idle for %NFIM_STATE_SECS; nfim_stream_helper.destroy() is
 * called before it goes.
 *
 * Return: the memory, zeroed at first; NULL when there is none and @make is
 * false, or no room.
 */
void *nfim_segment_state(struct nfim_segment *s, size_t size, bool make);

/* For nfim_stream_helper.ops; see struct stream_ops. */
const char *nfim_segment_payload(void *ctx);
struct stream_flow *nfim_segment_flow(void *ctx);

int nfim_streams_init(void);
void nfim_streams_exit(void);

#endif /* _NFIM_STREAM_H */
