// SPDX-License-Identifier: GPL-2.0
/* What a sender has proved it can have in flight. */

#include "flight.h"

#define START_PACKETS	10	/* trusted at first: an initial window */
#define RESTART		4	/* segments a sender starts again with */
#define IDLE_MS		200

void flight_begin(struct flight *f, u32 seq, u8 start)
{
	f->acked = seq;
	f->max = seq;
	f->start = start;
	f->packets = START_PACKETS;
}

void flight_ack(struct flight *f, u32 ack, u32 wnd)
{
	u32 i, gone = 0;

	/* A FIN counts as one byte. */
	if (seq_before(ack, f->acked) || seq_before(f->max + 1, ack))
		return;
	f->acked = ack;
	f->has_ack = true;
	if (wnd != ~0u) {
		f->edge = ack + wnd;
		f->has_edge = true;
	}
	while (gone < f->n && !seq_before(ack, f->end[gone]))
		gone++;
	for (i = gone; gone && i < f->n; i++) {
		f->end[i - gone] = f->end[i];
		f->count[i - gone] = f->count[i];
	}
	f->n -= (u8)gone;
}

static u32 in_flight(const struct flight *f)
{
	u32 i, n = 0;

	for (i = 0; i < f->n; i++)
		n += f->count[i];
	return n;
}

static void add(struct flight *f, u32 end, u32 segs)
{
	if (f->n == FLIGHT_PACKETS) {
		/* Tell the last two apart no more: they count for longer. */
		f->n--;
		segs += f->count[f->n];
	}
	f->end[f->n] = end;
	f->count[f->n] = (u16)(segs < 0xffff ? segs : 0xffff);
	f->n++;
}

void flight_packet(struct flight *f, u32 end, u32 segs, u32 mss, u32 now)
{
	u32 n;

	if (!f->bytes)
		f->bytes = f->start * mss;
	if (!seq_before(f->acked, f->max) && now - f->last > IDLE_MS) {
		/* Senders go back to their initial window. */
		if (f->bytes > RESTART * mss)
			f->bytes = RESTART * mss;
		if (f->packets > START_PACKETS)
			f->packets = START_PACKETS;
	}
	f->last = now;
	if (!seq_before(f->max, end))
		return;
	f->max = end;
	add(f, end, segs);
	if (f->collapsed && seq_before(f->acked, f->recover))
		return;
	f->collapsed = false;
	n = in_flight(f);
	if (end - f->acked > f->bytes)
		f->bytes = end - f->acked;
	if (n > f->packets)
		f->packets = n;
}

void flight_repeat(struct flight *f)
{
	f->bytes = 1;
	f->packets = 1;
	f->recover = f->max;
	f->collapsed = true;
}

bool flight_allows(const struct flight *f, u32 end)
{
	if (f->has_edge && seq_before(f->edge, end))
		return false;
	return end - f->acked <= f->bytes && in_flight(f) < f->packets;
}
