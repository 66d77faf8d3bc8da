/* SPDX-License-Identifier: GPL-2.0 */
/* A frame of a capture taken apart, down to what TCP or UDP carries. */
#ifndef _NFIM_EXPLAIN_PACKET_H
#define _NFIM_EXPLAIN_PACKET_H

#include "../kernel/proto/text.h"

#define TH_FIN_BIT	0x01
#define TH_SYN_BIT	0x02
#define TH_RST_BIT	0x04
#define TH_PSH_BIT	0x08
#define TH_ACK_BIT	0x10
#define TH_URG_BIT	0x20
#define TH_CWR_BIT	0x80

/**
 * enum packet_kind - what a frame holds
 * @PACKET_OTHER: nothing to read here
 * @PACKET_FRAGMENT: a piece of an IP packet
 * @PACKET_TCP: a TCP segment with its whole header
 * @PACKET_UDP: a UDP datagram with its whole header
 */
enum packet_kind {
	PACKET_OTHER,
	PACKET_FRAGMENT,
	PACKET_TCP,
	PACKET_UDP,
};

/**
 * struct endpoint - an address and a port
 * @addr: the address
 * @port: the port, host byte order
 */
struct endpoint {
	struct addr addr;
	u16 port;
};

/**
 * struct packet - a TCP segment or a UDP datagram in its frame
 * @number: in the file, the first one is 1
 * @time: when it was captured, in microseconds
 * @frame: the captured bytes
 * @caplen: how many
 * @wirelen: how many the frame had
 * @ip: offset of the IP header
 * @ip_len: bytes of the IP packet on the wire
 * @proto: IPPROTO_TCP or IPPROTO_UDP
 * @l4: offset of the TCP or UDP header
 * @data: offset of the payload
 * @len: bytes of the payload on the wire
 * @have: bytes of the payload that were captured
 * @seq: sequence number
 * @ack: the byte that is waited for, if the flag says so
 * @wnd: its window, as it stands there
 * @flags: the flags of the TCP header
 * @src: who sends
 * @dst: to whom
 *
 * Only @number, @time, @frame, @caplen and @wirelen hold for all kinds, and
 * @seq, @ack, @wnd and @flags for TCP only.
 */
struct packet {
	u32 number;
	u64 time;
	const u8 *frame;
	u32 caplen;
	u32 wirelen;
	u32 ip;
	u32 ip_len;
	u8 proto;
	u32 l4;
	u32 data;
	u32 len;
	u32 have;
	u32 seq;
	u32 ack;
	u16 wnd;
	u8 flags;
	struct endpoint src;
	struct endpoint dst;
};

/**
 * packet_link_known() - whether frames of a link type can be taken apart
 * @link: a DLT_* number of libpcap
 *
 * Return: true if so.
 */
bool packet_link_known(int link);

/**
 * packet_read() - take a frame apart
 * @p: @frame, @caplen and @wirelen are set; the rest is filled
 * @link: the link type of the capture
 *
 * Return: what it is.
 */
enum packet_kind packet_read(struct packet *p, int link);

/**
 * packet_payload() - the bytes that were captured of the payload
 * @p: a TCP segment
 *
 * Return: a span into the frame.
 */
static inline struct span packet_payload(const struct packet *p)
{
	return span_make((const char *)p->frame + p->data, p->have);
}

/**
 * packet_is() - whether it runs from one endpoint to another
 * @p: a TCP segment
 * @from: the sender
 * @to: the receiver
 *
 * Return: true if so.
 */
static inline bool packet_is(const struct packet *p,
			     const struct endpoint *from,
			     const struct endpoint *to)
{
	return p->src.port == from->port && p->dst.port == to->port &&
	       addr_equal(&p->src.addr, &from->addr) &&
	       addr_equal(&p->dst.addr, &to->addr);
}

#endif /* _NFIM_EXPLAIN_PACKET_H */
