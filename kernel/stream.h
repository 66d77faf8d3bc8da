/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From TCP packets to a stream: every byte once and in order, from the first
 * one or not at all (design D4).
 */
#ifndef _NFIM_STREAM_H
#define _NFIM_STREAM_H

#include "mangle.h"
#include "proto/msnp.h"

/**
 * struct nfim_dir - one direction of a followed connection
 * @next: sequence number of the next byte to read
 * @scan: where the protocol stands
 */
struct nfim_dir {
	u32 next;
	struct msnp_scan scan;
};

/**
 * struct nfim_stream - private data of a followed connection
 * @dir: by enum ip_conntrack_dir
 *
 * Lives in the conntrack's 32 bytes and dies with it (design D2). Protected
 * by the connection's stream lock.
 */
struct nfim_stream {
	struct nfim_dir dir[IP_CT_DIR_MAX];
};

/**
 * struct nfim_bytes - bytes of a stream that are read now
 * @pkt: the packet in hand
 * @stream: the connection
 * @data: the bytes; linear
 * @off: where they begin in the packet's payload
 * @offers: announcements judged so far
 * @in_hand: they are in @pkt and may be edited; otherwise they have left
 */
struct nfim_bytes {
	struct nfim_pkt *pkt;
	struct nfim_stream *stream;
	struct span data;
	u32 off;
	u32 offers;
	bool in_hand;
};

/**
 * typedef nfim_read_fn - reads bytes of a stream
 * @b: the bytes
 *
 * Return: false when out of memory half-way: the packet is dropped and its
 * repeat will be read as if it were the first.
 */
typedef bool (*nfim_read_fn)(struct nfim_bytes *b);

/**
 * nfim_stream_packet() - take one packet of a followed connection
 * @pkt: the packet
 * @stream: the connection
 * @read: called for the bytes that come next
 *
 * Packet path, BH may be on.
 *
 * Return: a netfilter verdict.
 */
unsigned int nfim_stream_packet(struct nfim_pkt *pkt,
				struct nfim_stream *stream, nfim_read_fn read);

/**
 * nfim_stream_edited() - a flow now exists for this direction
 * @stream: the connection
 * @dir: direction
 */
void nfim_stream_edited(struct nfim_stream *stream, enum ip_conntrack_dir dir);

/**
 * nfim_stream_stop() - give up on a direction for ever
 * @pkt: the packet in hand, of that direction
 * @d: the direction
 * @why: one of the NFIM_OPAQUE_* reasons
 */
void nfim_stream_stop(const struct nfim_pkt *pkt, struct nfim_dir *d,
		      enum nfim_counter why);

void nfim_streams_init(void);

#endif /* _NFIM_STREAM_H */
