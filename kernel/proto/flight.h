/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a sender has proved it can have in flight. A held byte is not
 * acknowledged, so whoever waits for it may wait for the sender's timer; only
 * a message that fits the proven flight is waited for (design D8.2).
 */
#ifndef _NFIM_FLIGHT_H
#define _NFIM_FLIGHT_H

#include "seq.h"

#define FLIGHT_PACKETS	16	/* unacknowledged packets told apart */

/**
 * struct flight - one direction
 * @acked: highest acknowledgment of the other side, in the sender's numbers;
 *	without @has_ack where it is assumed to be
 * @max: highest byte seen + 1
 * @recover: after a repeat: nothing is proved until this is acknowledged
 * @edge: right edge of the receiver's window
 * @bytes: proven bytes in flight; 0 = not known, @start segments
 * @packets: proven packets in flight
 * @last: time of the last packet, ms
 * @end: ends of unacknowledged packets, rising
 * @count: how many packets end there
 * @n: how many of @end are in use
 * @start: segments that are assumed at first and after an idle time
 * @has_ack: @acked was seen
 * @has_edge: @edge is known
 * @collapsed: a repeat was seen, see @recover
 */
struct flight {
	u32 acked;
	u32 max;
	u32 recover;
	u32 edge;
	u32 bytes;
	u32 packets;
	u32 last;
	u32 end[FLIGHT_PACKETS];
	u16 count[FLIGHT_PACKETS];
	u8 n;
	u8 start;
	bool has_ack;
	bool has_edge;
	bool collapsed;
};

/**
 * flight_begin() - start watching
 * @f: all zero
 * @seq: everything before it counts as acknowledged
 * @start: segments that the sender is trusted with at first
 */
void flight_begin(struct flight *f, u32 seq, u8 start);

/**
 * flight_ack() - the other side has acknowledged
 * @f: the flight
 * @ack: in the sender's own numbers; nonsense is ignored
 * @wnd: bytes it will take beyond @ack; ~0 = not known
 */
void flight_ack(struct flight *f, u32 ack, u32 wnd);

/**
 * flight_packet() - a packet goes by
 * @f: the flight
 * @end: sequence number behind it
 * @segs: packets it was on the wire
 * @mss: the largest segment
 * @now: ms
 */
void flight_packet(struct flight *f, u32 end, u32 segs, u32 mss, u32 now);

/**
 * flight_repeat() - a repeat was seen: the window may be one segment now
 * @f: the flight
 */
void flight_repeat(struct flight *f);

/**
 * flight_allows() - whether the sender will get to a place by itself
 * @f: the flight; the packet in hand was given to flight_packet()
 * @end: the place
 *
 * Return: true when it may be waited for.
 */
bool flight_allows(const struct flight *f, u32 end);

#endif /* _NFIM_FLIGHT_H */
