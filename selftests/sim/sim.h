/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A deterministic world for the stream engine: two TCP ends, a path, and the
 * engine with conntrack's sequence adjustment in the middle. Time is in
 * microseconds; a seed decides everything.
 */
#ifndef _SIM_H
#define _SIM_H

#include "proto/stream.h"

#define MAX_MSGS	32
#define MAX_DATA	49152	/* bytes one end writes */
#define MAX_WIRE	(MAX_DATA + MAX_MSGS * 512)
#define MAX_WRITES	2048
#define MAX_RANGES	64
#define MAX_HELD	64	/* packets kept back that one direction recalls */
#define MAX_PKT		24576	/* payload of one packet */
#define NEVER		UINT64_MAX
#define SEC		1000000ull
#define MS		1000ull

struct rng {
	u64 s;
};

u32 rnd(struct rng *r);				/* any */
u32 below(struct rng *r, u32 n);		/* 0 .. n-1 */
u32 between(struct rng *r, u32 lo, u32 hi);	/* both included */
bool chance(struct rng *r, u32 permille);

/* What a message is; the byte behind its four digits. */
enum kind {
	KIND_PLAIN,	/* not worth holding */
	KIND_LOOK,	/* worth holding, nothing to edit */
	KIND_SAME,	/* edited, the same length */
	KIND_SHRINK,
	KIND_GROW,
};

/* How a message left the box. */
enum variant { AS_IS, SAME_LENGTH, RESIZED };

struct msg {
	u32 off, len;
	enum kind kind;
	enum variant how;
	bool read, fallback, must;
	u32 at, old_len, new_len;	/* the resize */
};

struct write {
	u64 at;
	u32 len;
};

/* One direction's application data. */
struct app {
	char data[MAX_DATA];
	u32 total;
	struct msg msg[MAX_MSGS];
	u32 n_msgs;
	struct write write[MAX_WRITES];
	u32 n_writes;
};

enum nagle { NODELAY, MINSHALL, CLASSIC };

struct tcp_cfg {
	u32 mss, iw, rto_min, delack, wnd, read_every;
	enum nagle nagle;
	bool tlp, sack, collapse, gso, fin_late;
	bool packets;		/* small packets count as full ones */
	bool handshake;		/* the round trip is known from it */
};

struct link_cfg {
	u32 delay, jitter;
	u32 loss, dup, reorder;	/* permille */
};

/* A packet that the engine kept back, until it was merged or given up. */
struct held {
	u32 end;
	u64 at, late;		/* late: 0 while nothing came of it */
};

/* A schedule: everything that a seed decides. */
struct sched {
	u64 seed, path_seed;
	bool hostile, msnp, mss_known, clean, no_hold, no_seqadj, syn_flow, nomem, urg, forget;
	u64 rst_at;
	u32 isn[2];
	struct tcp_cfg tcp[2];
	struct link_cfg link[2];	/* 0: end 0 - box, 1: box - end 1 */
	struct app app[2];
	/* What the engine held, for a run whose path does as much to it. */
	bool suffer;
	u32 n_held[2];
	struct held held[2][MAX_HELD];
};

struct pkt {
	struct pkt *next;
	u32 seq, ack, wnd, len;
	u32 seg, segs;
	bool fin, rst, urg;
	u8 n_sack;
	u32 sack[3][2];
	char data[MAX_PKT];
};

struct range {
	u32 a, b;
};

struct ranges {
	u32 n;
	struct range r[MAX_RANGES];
};

void ranges_add(struct ranges *rs, u32 a, u32 b);
void ranges_cut(struct ranges *rs, u32 up_to);

/* One end. Offsets count from its first byte; FIN is one byte at the end. */
struct tcp {
	const struct tcp_cfg *cfg;
	const struct app *app;
	u32 id, isn, peer_isn;
	u32 written, next_write;
	bool closed, dead;
	/* sender */
	u32 una, nxt, max, cwnd, ssthresh, edge, recover, small_end, rtx;
	u32 dupacks, backoff, probes;
	u64 srtt, rttvar, rto, rto_at, tlp_at, persist_at;
	u64 rtt_sent;
	u32 rtt_off;
	bool in_recovery, rtt_on, lost;
	struct ranges sacked;
	u8 mark[MAX_DATA + 2];		/* a segment ended here */
	/* receiver */
	u32 rcv_nxt, unacked, unread, fin_at;
	bool fin_seen;
	u64 delack_at, read_at;
	struct ranges ooo;
	char rx[MAX_WIRE];
	u32 retransmits, n_arrived;
	u64 arrived[MAX_MSGS];		/* true while nothing is resized */
};

/* conntrack's record of one direction (nf_conntrack_seqadj.c). */
struct seqadj {
	u32 pos;
	s32 before, after;
};

struct box {
	bool on;
	struct stream_dir dir[2];
	struct stream_flow flow[2];
	bool has_flow[2];
	struct seqadj adj[2];
	u32 mem;
	struct rng rng;
	u32 n_read[2];
	/* what went by behind the box */
	char wire[2][MAX_WIRE];
	u8 sent[2][MAX_WIRE];
	u32 held, merged, released, gaps, edits, seen, stolen, opaque;
	/* for the must-edit rule */
	u32 top[2], wire_top[2];
	u32 acked[2], max[2], ends[2][64], n_ends[2];
	bool repeat[2];
};

struct sim {
	struct sched *sc;
	bool verbose;
	u64 now;
	struct tcp end[2];
	struct box box;
	u32 drops, order;
	struct rng path[4];
	u64 last[4];
	u64 done[2];
	u64 max_stall, end_time;
	char error[200];
};

/* What the engine hands back to us. */
struct ctx {
	struct sim *s;
	u32 dir;
	struct pkt *p;
};

extern const struct stream_ops digits_ops, msnp_ops;

void got_message(void *arg, const struct stream_msg *msg,
		 struct edit_plan *into);
const char *get_payload(void *arg);
struct stream_flow *get_flow(void *arg);

void sched_make(struct sched *sc, u64 seed);
/* The wire form of a message; returns its length. */
u32 msg_render(const struct app *app, const struct msg *m, char *out);
void msg_plan(const struct app *app, const struct msg *m, enum variant how,
	      struct edit_plan *plan);

void sim_run(struct sim *s, struct sched *sc, bool engine, bool verbose);
bool sim_check(struct sim *s);
void sim_fail(struct sim *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void sim_trace(struct sim *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

struct pkt *pkt_get(void);
void pkt_put(struct pkt *p);
/* Hand a packet to the path, from an end or from the box to end @to. */
void path_from_end(struct sim *s, u32 from, struct pkt *p);
void path_to_end(struct sim *s, u32 to, struct pkt *p);
/* Let a packet come to the box from end @from once more, after @late. */
void path_again(struct sim *s, u32 from, struct pkt *p, u64 late);

void tcp_init(struct sim *s, u32 id);
void tcp_input(struct sim *s, struct tcp *t, const struct pkt *p);
void tcp_timers(struct sim *s, struct tcp *t);
u64 tcp_next(const struct tcp *t);
bool tcp_done(const struct tcp *t);

void box_init(struct sim *s, bool on);
void box_packet(struct sim *s, u32 from, struct pkt *p);
void box_exit(struct sim *s);
void box_engine(struct sim *s, u32 dir, struct pkt *p, struct stream_out *out);
void box_ack(struct sim *s, u32 dir, u32 ack, u32 wnd);
/* Recall what was held, and for how long; what is given up was never there. */
void held_recall(struct sim *s, u32 dir, const struct pkt *p, u32 what);
/* Do to a packet what the engine would have done. Return: whether it is gone. */
bool held_suffer(struct sim *s, u32 from, struct pkt *p);
/* A packet leaves; it has arrived; an acknowledgment as it came, and moved. */
void witness_wire(struct sim *s, u32 dir, const struct pkt *p);
void witness_data(struct sim *s, u32 dir, const struct pkt *p);
void witness_ack(struct sim *s, u32 dir, u32 wire, u32 ack);
bool hostile(struct sim *s, struct sched *sc, u64 seed);

int table(void);

#endif /* _SIM_H */
