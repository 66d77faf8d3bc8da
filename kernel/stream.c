// SPDX-License-Identifier: GPL-2.0
/* From TCP packets to a stream and back: what the engine asks of a kernel. */

#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <net/dst.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_conntrack_seqadj.h>
#include <net/tcp.h>

#include <nfim/limits.h>

#include "conn.h"
#include "events.h"
#include "stream.h"
#include "trace.h"

/* Both directions of one connection meet here; others rarely do. */
#define LOCK_BITS	8

/* A SYN this far behind what was read is the one that began the stream. */
#define REPEATED_SYN	0x1000000

/* No TCP segment has less room than this. */
#define SEG_MIN		48

/**
 * struct work - what one packet needs, too large for the stack
 * @plan: for the engine
 * @bytes: for the engine
 *
 * One per CPU; used with BH off.
 */
struct work {
	struct edit_plan plan;
	char bytes[STREAM_WORK];
};

static DEFINE_PER_CPU(struct work *, works);
static spinlock_t locks[1 << LOCK_BITS];

static spinlock_t *lock_of(const struct nf_conn *ct)
{
	return locks + hash_ptr(ct, LOCK_BITS);
}

static struct stream_dir *dir_of(const struct nfim_segment *s)
{
	return s->stream->dir + nfim_segment_dir(s);
}

static struct stream_flow *flow_of(const struct nfim_segment *s,
				   enum ip_conntrack_dir dir)
{
	if (!s->conn || !s->conn->flow[dir].begun)
		return NULL;
	return s->conn->flow + dir;
}

static void find_conn(struct nfim_segment *s)
{
	struct stream_dir *dir = s->stream->dir;

	s->mem = (struct stream_mem){ nfim_conn_alloc, nfim_conn_free, NULL };
	if (!((dir[0].scan.raw.owner | dir[1].scan.raw.owner) &
	      STREAM_HAS_FLOW))
		return;
	s->conn = nfim_conn_get(s->pkt.nn, s->pkt.ct);
	s->mem.ctx = s->conn;
	if (!s->conn) {
		dir[0].scan.raw.owner &= (u8)~STREAM_HAS_FLOW;
		dir[1].scan.raw.owner &= (u8)~STREAM_HAS_FLOW;
	}
}

static struct nfim_conn *need_conn(struct nfim_segment *s)
{
	if (!s->conn) {
		s->conn = nfim_conn_make(s->pkt.nn, s->pkt.ct, s->helper);
		s->mem.ctx = s->conn;
	}
	if (s->conn)
		dir_of(s)->scan.raw.owner |= STREAM_HAS_FLOW;
	return s->conn;
}

struct stream_flow *nfim_segment_flow(void *ctx)
{
	struct nfim_segment *s = ctx;

	return need_conn(s) ? s->conn->flow + nfim_segment_dir(s) : NULL;
}

const char *nfim_segment_payload(void *ctx)
{
	struct nfim_segment *s = ctx;

	if (skb_linearize(s->pkt.skb))
		return NULL;
	return (const char *)s->pkt.skb->data + s->pkt.dataoff;
}

void *nfim_segment_state(struct nfim_segment *s, size_t size, bool make)
{
	if (s->conn && s->conn->state)
		return s->conn->state;
	if (!make || !need_conn(s))
		return NULL;
	s->conn->state = s->mem.alloc(s->conn, size);
	if (!s->conn->state)
		return NULL;
	memset(s->conn->state, 0, size);
	s->conn->state_size = size;
	WRITE_ONCE(s->conn->lasting, true);
	return s->conn->state;
}

/* Counted and told to listeners. */
static void tell(const struct nfim_segment *s, const char *type,
		 enum nfim_counter what)
{
	nfim_count(s->pkt.nn, what);
	nfim_event_reason(s->pkt.nn, s->pkt.ct, type, what);
}

static void tell_opaque(const struct nfim_segment *s, enum nfim_counter why)
{
	trace_nfim_opaque(s->pkt.ct, why);
	tell(s, "opaque", why);
}

/* --- a direction begins ------------------------------------------------- */

/* The MSS that a SYN names; 0 = none. */
static u16 mss_option(const struct nfim_segment *s, const struct tcphdr *th)
{
	unsigned int i = 0, len = th->doff * 4 - sizeof(*th);
	u8 buf[40];
	const u8 *p;

	p = skb_header_pointer(s->pkt.skb, s->pkt.protoff + sizeof(*th), len,
			       buf);
	while (p && i < len && p[i] != TCPOPT_EOL) {
		if (p[i] == TCPOPT_NOP) {
			i++;
			continue;
		}
		if (i + 1 >= len || p[i + 1] < 2 || i + p[i + 1] > len)
			break;
		if (p[i] == TCPOPT_MSS && p[i + 1] == TCPOLEN_MSS)
			return p[i + 2] << 8 | p[i + 3];
		i += p[i + 1];
	}
	return 0;
}

/* Nothing was read in it and nothing is held, so it may begin once more. */
static bool is_untouched(const struct nfim_segment *s,
			 const struct stream_dir *d)
{
	union stream_scan scan = d->scan;

	scan.raw.owner = 0;
	return !memchr_inv(&scan, 0, sizeof(scan)) &&
	       !flow_of(s, nfim_segment_dir(s));
}

/* It belongs to a stream whose beginning was not seen, or comes with data. */
static void refuse(struct nfim_segment *s, struct stream_dir *d)
{
	if (s->helper->ops.opaque(&d->scan) != NFIM_OK)
		return;
	d->scan.raw.owner |= STREAM_BEGUN;
	s->helper->ops.stop(&d->scan, NFIM_OPAQUE_MIDSTREAM);
	tell_opaque(s, NFIM_OPAQUE_MIDSTREAM);
}

/* Another connection between the same ports: nothing remembered is true of it. */
static void give_up(struct nfim_segment *s)
{
	int dir;

	for (dir = 0; dir < IP_CT_DIR_MAX; dir++) {
		refuse(s, s->stream->dir + dir);
		if (flow_of(s, dir))
			stream_flow_free(s->conn->flow + dir, &s->mem);
	}
}

/* Where it is smaller than what every path takes, it has to be known. */
static void note_mss(struct nfim_segment *s, u16 mss)
{
	if (!mss || mss >= TCP_MSS_DEFAULT || !need_conn(s))
		return;
	s->conn->mss[!nfim_segment_dir(s)] = mss;
	WRITE_ONCE(s->conn->lasting, true);
}

/* A SYN that conntrack lets pass in an open connection may be anybody's. */
static bool is_open(const struct nf_conn *ct)
{
	u8 state = READ_ONCE(ct->proto.tcp.state);

	return state >= TCP_CONNTRACK_ESTABLISHED &&
	       state != TCP_CONNTRACK_SYN_SENT2;
}

static void begin(struct nfim_segment *s, const struct tcphdr *th)
{
	struct stream_dir *d = dir_of(s);

	if (is_open(s->pkt.ct))
		return;
	note_mss(s, mss_option(s, th));
	if (s->pkt.len) {
		refuse(s, d);
		return;
	}
	if (stream_begin(d, s->pkt.seq) ||
	    d->next - (s->pkt.seq + 1) < REPEATED_SYN)
		return;
	/* The first attempt came to nothing, and the client tries again. */
	if (is_untouched(s, d))
		d->next = s->pkt.seq + 1;
	else if (th->ack)
		give_up(s);
	else
		refuse(s, d);
}

/* --- a packet ------------------------------------------------------------ */

/* What nf_ct_seq_adjust() will make of it; only we set adjustments. */
static u32 unshift(const struct nfim_segment *s, u32 ack)
{
	const struct nf_conn_seqadj *adj = nfct_seqadj(s->pkt.ct);
	const struct nf_ct_seqadj *a;

	if (!adj || !test_bit(IPS_SEQ_ADJUST_BIT, &s->pkt.ct->status))
		return ack;
	a = adj->seq + !nfim_segment_dir(s);
	if (after(ack - a->offset_before, a->correction_pos))
		return ack - a->offset_after;
	return ack - a->offset_before;
}

static void note_ack(struct nfim_segment *s, const struct tcphdr *th)
{
	enum ip_conntrack_dir dir = nfim_segment_dir(s);
	struct stream_flow *flow = flow_of(s, !dir);
	u8 scale = READ_ONCE(s->pkt.ct->proto.tcp.seen[dir].td_scale);
	u32 ack = unshift(s, ntohl(th->ack_seq));

	if (flow)
		stream_ack(flow, &s->mem, ack, (u32)ntohs(th->window) <<
			   min_t(u8, scale, TCP_MAX_WSCALE));
	else
		stream_ack_dir(s->stream->dir + !dir, ack);
}

/* The largest segment that the route and, if known, the receiver take. */
static u16 max_segment(const struct nfim_segment *s, u16 peer)
{
	const struct dst_entry *dst = skb_dst(s->pkt.skb);
	u32 mtu = dst ? dst_mtu(dst) : IP_MAX_MTU, used = s->pkt.dataoff;
	u32 mss = mtu - min(mtu, used);

	if (peer) {
		used -= s->pkt.protoff + sizeof(struct tcphdr);
		mss = min(mss, peer - min_t(u32, peer, used));
	}
	return clamp_t(u32, mss, SEG_MIN, U16_MAX);
}

static void describe(const struct nfim_segment *s, const struct tcphdr *th,
		     struct stream_pkt *in)
{
	u16 peer = s->conn ? s->conn->mss[nfim_segment_dir(s)] : 0;
	bool confirmed = nf_ct_is_confirmed(s->pkt.ct);
	u32 len = s->pkt.len, seg = len;

	if (skb_is_gso(s->pkt.skb) && skb_shinfo(s->pkt.skb)->gso_size < len)
		seg = skb_shinfo(s->pkt.skb)->gso_size;
	*in = (struct stream_pkt){
		.seq = s->pkt.seq,
		.len = len,
		.ack = ntohl(th->ack_seq),
		.wnd = ntohs(th->window),
		.mss = max_segment(s, peer),
		.seg = min_t(u32, seg, U16_MAX),
		.segs = seg ? min_t(u32, DIV_ROUND_UP(len, seg), U16_MAX) : 1,
		.max = IP_MAX_MTU - s->pkt.dataoff,
		.now = jiffies_to_msecs(jiffies),
		.mss_known = peer,
		.fin = th->fin,
		.rst = th->rst,
		.urg = th->urg,
		.may_hold = confirmed,
		.may_edit = confirmed,
		.may_resize = nfct_seqadj(s->pkt.ct),
	};
}

static void trace_edits(const struct nfim_segment *s,
			const struct stream_out *out)
{
	const struct stream_flow *flow = flow_of(s, nfim_segment_dir(s));
	const struct logged_edit *e = flow ? flow->log.last : NULL;
	u16 i;

	for (i = 0; i < out->edits && e; i++, e = e->next)
		trace_nfim_edit(s->pkt.ct, e->seq, e->old_len,
				(s32)(e->new_len - e->old_len));
}

static void count(const struct nfim_segment *s, const struct stream_out *out)
{
	struct nfim_net *nn = s->pkt.nn;
	u16 same = out->edits - out->adjust;

	if (out->what & STREAM_MERGED)
		tell(s, "merged", NFIM_MERGED);
	if (out->what & STREAM_RELEASED) {
		nfim_count(nn, NFIM_RELEASED);
		tell(s, "released", out->released);
	}
	if (out->what & STREAM_HELD)
		tell(s, "held", NFIM_HELD);
	if (out->what & STREAM_GAP)
		nfim_count(nn, NFIM_OUT_OF_ORDER);
	if (out->what & STREAM_REPEATED)
		tell(s, "repeated", NFIM_EDIT_REPEATED);
	if (out->adjust)
		nfim_count(nn, NFIM_EDIT_RESIZED);
	for (; same; same--)
		nfim_count(nn, NFIM_EDIT_SAME_LENGTH);
	if (out->edits)
		trace_edits(s, out);
	if (out->why != NFIM_OK)
		tell_opaque(s, out->why);
}

/*
 * conntrack of 6.12 looks before it calls us whether sequence numbers are
 * adjusted. Where another CPU has begun to adjust them since, it would let
 * this packet out unadjusted. It is dropped; its sender repeats it.
 */
static bool comes_too_soon(const struct nfim_segment *s, u32 ack)
{
	enum ip_conntrack_dir dir = nfim_segment_dir(s);

	return test_bit(IPS_SEQ_ADJUST_BIT, &s->pkt.ct->status) &&
	       (nf_ct_seq_offset(s->pkt.ct, dir, s->pkt.seq) ||
		unshift(s, ack) != ack);
}

/*
 * conntrack moves SACK blocks by as much as the acknowledgment of their packet.
 * While a segment that grew is missing, a block behind it seems to reach
 * beyond what was sent, and the packet is called invalid. So the blocks are
 * not to be looked at; all they could do there is to widen the window that
 * conntrack accepts.
 */
static void ignore_sack(const struct nfim_segment *s)
{
	struct nf_conn *ct = s->pkt.ct;

	spin_lock_bh(&ct->lock);
	ct->proto.tcp.seen[nfim_segment_dir(s)].flags &=
		(u8)~IP_CT_TCP_FLAG_SACK_PERM;
	spin_unlock_bh(&ct->lock);
}

static void adjust(const struct nfim_segment *s, const struct stream_out *out)
{
	if (out->adjust_by > 0)
		ignore_sack(s);
	nf_ct_seqadj_set(s->pkt.ct, s->pkt.ctinfo, htonl(out->adjust_pos),
			 out->adjust_by);
}

static unsigned int take(struct nfim_segment *s, const struct tcphdr *th)
{
	struct work *work = this_cpu_read(works);
	struct stream_pkt in;
	struct stream_out out;
	struct stream st = {
		.ops = &s->helper->ops,
		.ctx = s,
		.mem = &s->mem,
		.dir = dir_of(s),
		.flow = flow_of(s, nfim_segment_dir(s)),
		.plan = &work->plan,
		.work = work->bytes,
	};

	describe(s, th, &in);
	stream_packet(&st, &in, &out);
	if (out.adjust)
		adjust(s, &out);
	count(s, &out);
	switch (out.verdict) {
	case STREAM_FORWARD:
		return NF_ACCEPT;
	case STREAM_REPLACE:
		return nfim_mangle_tcp(&s->pkt, &out) ? NF_ACCEPT : NF_DROP;
	case STREAM_STEAL:
		return NF_STOLEN;
	default:
		return NF_DROP;
	}
}

/* Nothing but an acknowledgment. */
static unsigned int pass_ack(const struct nfim_segment *s,
			     const struct tcphdr *th)
{
	struct stream_flow *flow = flow_of(s, nfim_segment_dir(s));

	if (flow)
		stream_note_ack(flow, ntohl(th->ack_seq), ntohs(th->window));
	return NF_ACCEPT;
}

/* Before the entry is given back. */
static void settle(struct nfim_segment *s)
{
	struct nfim_conn *conn = s->conn;
	u32 held = conn->flow[0].hold.len + conn->flow[1].hold.len;

	if (held != conn->held) {
		atomic_add((int)(held - conn->held), &s->pkt.nn->held_bytes);
		conn->held = held;
	}
	WRITE_ONCE(conn->idle, !conn->lasting &&
		   stream_flow_idle(conn->flow) &&
		   stream_flow_idle(conn->flow + 1));
	nfim_conn_put(conn);
}

/* No flow, and nothing that an acknowledgment would change. */
static bool is_plain(const struct stream_dir *d, const struct stream_dir *other)
{
	return !(READ_ONCE(d->scan.raw.owner) & STREAM_HAS_FLOW) &&
	       !(READ_ONCE(other->scan.raw.owner) &
		 (STREAM_HAS_FLOW | STREAM_COLLAPSED));
}

/* Nobody looks at its payload, or nobody does any more. Under the lock. */
static bool is_bulk(struct stream_dir *d, const struct stream_ops *ops,
		    u32 seq, u32 len)
{
	if (seq == d->next && len <= ops->skip(&d->scan)) {
		ops->skipped(&d->scan, len);
		d->next += len;
		return true;
	}
	return d->scan.raw.owner & STREAM_BEGUN &&
	       ops->opaque(&d->scan) != NFIM_OK;
}

bool nfim_stream_passes(const struct sk_buff *skb, unsigned int protoff,
			struct nf_conn *ct, enum ip_conntrack_info ctinfo,
			const struct nfim_stream_helper *helper)
{
	struct nfim_stream *stream = nfct_help_data(ct);
	struct stream_dir *d = stream->dir + CTINFO2DIR(ctinfo);
	struct stream_dir *other = stream->dir + !CTINFO2DIR(ctinfo);
	const struct tcphdr *th;
	struct tcphdr buf;
	unsigned int off;
	bool passes;

	if (!is_plain(d, other))
		return false;
	th = skb_header_pointer(skb, protoff, sizeof(buf), &buf);
	if (!th || tcp_flag_word(th) & (TCP_FLAG_SYN | TCP_FLAG_FIN |
					TCP_FLAG_RST))
		return false;
	off = protoff + th->doff * 4;
	if (th->doff * 4 < sizeof(buf) || off >= skb->len ||
	    skb->len > IP_MAX_MTU)
		return off == skb->len;
	spin_lock_bh(lock_of(ct));
	passes = is_plain(d, other) &&
		 is_bulk(d, &helper->ops, ntohl(th->seq), skb->len - off);
	spin_unlock_bh(lock_of(ct));
	return passes;
}

/*
 * Of a list of packets that GRO made, each has its own numbers, and the core adjusts
 * those of the first. As one packet it is segmented with numbers that follow.
 */
static bool unlist(struct sk_buff *skb)
{
	return !(skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST) ||
	       !skb_linearize(skb);
}

unsigned int nfim_stream_packet(struct nfim_segment *s,
				const struct nfim_stream_helper *helper)
{
	unsigned int verdict = NF_ACCEPT;
	const struct tcphdr *th;
	struct tcphdr buf;

	if (s->adjusted && !unlist(s->pkt.skb))
		return NF_DROP;
	th = skb_header_pointer(s->pkt.skb, s->pkt.protoff, sizeof(buf), &buf);
	if (!th || th->doff * 4 < sizeof(buf) ||
	    s->pkt.protoff + th->doff * 4 > s->pkt.skb->len)
		return NF_ACCEPT;
	/* The packet may move. */
	buf = *th;
	s->pkt.dataoff = s->pkt.protoff + buf.doff * 4;
	s->pkt.len = s->pkt.skb->len - s->pkt.dataoff;
	s->pkt.seq = ntohl(buf.seq);
	s->helper = helper;
	s->stream = nfct_help_data(s->pkt.ct);

	spin_lock_bh(lock_of(s->pkt.ct));
	find_conn(s);
	if (buf.syn) {
		begin(s, &buf);
	} else if (!s->adjusted && comes_too_soon(s, ntohl(buf.ack_seq))) {
		verdict = NF_DROP;
	} else {
		if (buf.ack && !buf.rst)
			note_ack(s, &buf);
		verdict = s->pkt.len || buf.fin || buf.rst ?
			  take(s, &buf) : pass_ack(s, &buf);
	}
	if (s->conn)
		settle(s);
	spin_unlock_bh(lock_of(s->pkt.ct));
	if (verdict == NF_STOLEN)
		consume_skb(s->pkt.skb);
	return verdict;
}

int __init nfim_streams_init(void)
{
	int i, cpu;

	for (i = 0; i < 1 << LOCK_BITS; i++)
		spin_lock_init(locks + i);
	for_each_possible_cpu(cpu) {
		struct work *work = kvmalloc_node(sizeof(*work), GFP_KERNEL,
						  cpu_to_node(cpu));

		per_cpu(works, cpu) = work;
		if (!work) {
			nfim_streams_exit();
			return -ENOMEM;
		}
	}
	return 0;
}

void nfim_streams_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		kvfree(per_cpu(works, cpu));
}
