// SPDX-License-Identifier: GPL-2.0
/* From TCP packets to a stream: every byte once and in order. */

#include <linux/hash.h>
#include <linux/slab.h>
#include <net/tcp.h>

#include "events.h"
#include <nfim/limits.h>

#include "flow.h"
#include "stream.h"
#include "trace.h"

/* Both directions of one connection meet here; others rarely do. */
#define LOCK_BITS	8

/* A SYN this far behind what was read is the one that began the stream. */
#define REPEATED_SYN	0x1000000

/* In msnp_scan.owner: */
#define BEGUN		0x01	/* the direction was seen from its SYN */
#define HAS_FLOW	0x02	/* there may be a flow in the table */
#define HAS_PIECES	0x04	/* ... with packets from behind a gap */

static spinlock_t locks[1 << LOCK_BITS];

static spinlock_t *lock_of(const struct nf_conn *ct)
{
	return locks + hash_ptr(ct, LOCK_BITS);
}

void nfim_stream_stop(const struct nfim_pkt *pkt, struct nfim_dir *d,
		      enum nfim_counter why)
{
	enum ip_conntrack_dir dir = CTINFO2DIR(pkt->ctinfo);
	const struct nf_conn *ct = pkt->ct;
	struct nfim_net *nn = pkt->nn;

	msnp_scan_stop(&d->scan, why);
	if (d->scan.owner & HAS_PIECES)
		nfim_flow_forget_pieces(nn, ct, dir);
	d->scan.owner &= ~HAS_PIECES;
	nfim_count(nn, why);
	trace_nfim_opaque(ct, why);
	nfim_event_reason(nn, ct, "opaque", why);
}

void nfim_stream_edited(struct nfim_stream *stream, enum ip_conntrack_dir dir)
{
	stream->dir[dir].scan.owner |= HAS_FLOW;
}

/*
 * A SYN, perhaps a repeated one. With another number it begins the direction
 * anew as long as nothing was read in it; later it belongs to a stream whose
 * beginning we did not see, as do bytes that come with a SYN.
 */
static void begin(struct nfim_pkt *pkt, struct nfim_dir *d)
{
	bool begun = d->scan.owner & BEGUN;
	u32 first = pkt->seq + 1;

	if (msnp_scan_opaque(&d->scan) != NFIM_OK ||
	    (begun && d->next - first < REPEATED_SYN))
		return;
	if (pkt->len || (begun && !msnp_scan_fresh(&d->scan))) {
		nfim_stream_stop(pkt, d, NFIM_OPAQUE_MIDSTREAM);
		return;
	}
	/* An earlier connection may have had the same addresses and ports. */
	nfim_flow_drop(pkt->nn, pkt->ct, CTINFO2DIR(pkt->ctinfo));
	*d = (struct nfim_dir){ .next = first, .scan.owner = BEGUN };
}

static void note_ack(struct nfim_pkt *pkt, struct nfim_dir *other, u32 ack)
{
	struct nfim_flow *flow;

	if (!(other->scan.owner & HAS_FLOW))
		return;
	flow = nfim_flow_find(pkt->nn, pkt->ct, !CTINFO2DIR(pkt->ctinfo));
	if (flow)
		nfim_flow_ack(flow, ack);
	else
		other->scan.owner &= ~HAS_FLOW;
	nfim_flow_put(pkt->nn);
}

/* Behind a gap: pass it on, remember it for framing (design D8.4). */
static void set_aside(struct nfim_pkt *pkt, struct nfim_dir *d)
{
	u32 limit = msnp_scan_fresh(&d->scan) ? NFIM_FLOW_EARLY :
						NFIM_FLOW_BYTES;
	enum nfim_counter why = NFIM_OPAQUE_GAP;
	struct nfim_flow *flow;

	flow = nfim_flow_get(pkt->nn, pkt->ct, CTINFO2DIR(pkt->ctinfo));
	if (flow) {
		d->scan.owner |= HAS_FLOW | HAS_PIECES;
		why = nfim_flow_add_piece(pkt->nn, flow, pkt->skb,
					  pkt->dataoff, pkt->seq, pkt->len,
					  limit);
	}
	nfim_flow_put(pkt->nn);
	if (why != NFIM_OK)
		nfim_stream_stop(pkt, d, why);
	else
		nfim_count(pkt->nn, NFIM_OUT_OF_ORDER);
}

static struct nfim_piece *next_piece(struct nfim_pkt *pkt, struct nfim_dir *d)
{
	struct nfim_piece *p = NULL;
	struct nfim_flow *flow;

	if (!(d->scan.owner & HAS_PIECES))
		return NULL;
	flow = nfim_flow_find(pkt->nn, pkt->ct, CTINFO2DIR(pkt->ctinfo));
	if (flow)
		p = nfim_flow_take_piece(pkt->nn, flow, d->next);
	if (!flow || !flow->n_pieces)
		d->scan.owner &= ~HAS_PIECES;
	nfim_flow_put(pkt->nn);
	return p;
}

/* The gap has closed: read on in what left earlier. */
static void read_pieces(struct nfim_pkt *pkt, struct nfim_stream *stream,
			struct nfim_dir *d, nfim_read_fn read)
{
	struct nfim_bytes b = { .pkt = pkt, .stream = stream };
	struct nfim_piece *p;

	while (msnp_scan_opaque(&d->scan) == NFIM_OK &&
	       (p = next_piece(pkt, d))) {
		u32 known = d->next - p->seq;

		b.data = span_make(p->data + known, p->len - known);
		d->next = p->seq + p->len;
		read(&b);
		kfree(p);
	}
}

/* @off: bytes of the payload that were read before. */
static unsigned int read_packet(struct nfim_pkt *pkt,
				struct nfim_stream *stream,
				struct nfim_dir *d, u32 off, bool in_hand,
				nfim_read_fn read)
{
	struct nfim_bytes b = {
		.pkt = pkt,
		.stream = stream,
		.off = off,
		.in_hand = in_hand,
	};
	struct nfim_dir saved = *d;

	if (skb_linearize(pkt->skb)) {
		nfim_stream_stop(pkt, d, NFIM_OPAQUE_NOMEM);
		return NF_ACCEPT;
	}
	b.data = span_make(pkt->skb->data + pkt->dataoff + off,
			   pkt->len - off);
	d->next += pkt->len - off;
	if (!read(&b)) {
		saved.scan.owner |= d->scan.owner & HAS_FLOW;
		*d = saved;
		return NF_DROP;
	}
	read_pieces(pkt, stream, d, read);
	return NF_ACCEPT;
}

static unsigned int take_data(struct nfim_pkt *pkt, struct nfim_stream *stream,
			      struct nfim_dir *d, nfim_read_fn read)
{
	u32 known = d->next - pkt->seq, len = pkt->len;

	if (before(pkt->seq, d->next) && d->scan.owner & HAS_FLOW &&
	    !nfim_mangle_repeat(pkt))
		return NF_DROP;
	if (msnp_scan_opaque(&d->scan) != NFIM_OK) {
		/* Keep up, so that what is new is not taken for a repeat. */
		if (after(pkt->seq + len, d->next))
			d->next = pkt->seq + len;
		return NF_ACCEPT;
	}
	if (!(d->scan.owner & BEGUN)) {
		nfim_stream_stop(pkt, d, NFIM_OPAQUE_MIDSTREAM);
		return NF_ACCEPT;
	}
	if (after(pkt->seq, d->next)) {
		set_aside(pkt, d);
		return NF_ACCEPT;
	}
	if (known >= len)
		return NF_ACCEPT;
	if (!known && !(d->scan.owner & HAS_PIECES) &&
	    len < msnp_scan_skip(&d->scan)) {
		msnp_scan_skipped(&d->scan, len);
		d->next += len;
		return NF_ACCEPT;
	}
	/* The edit of a repeated part may have moved what follows it. */
	return read_packet(pkt, stream, d, known + pkt->len - len,
			   pkt->len == len, read);
}

unsigned int nfim_stream_packet(struct nfim_pkt *pkt,
				struct nfim_stream *stream, nfim_read_fn read)
{
	enum ip_conntrack_dir dir = CTINFO2DIR(pkt->ctinfo);
	unsigned int verdict = NF_ACCEPT;
	const struct tcphdr *th;
	struct tcphdr buf;

	th = skb_header_pointer(pkt->skb, pkt->protoff, sizeof(buf), &buf);
	if (!th || pkt->protoff + th->doff * 4 > pkt->skb->len)
		return NF_ACCEPT;
	pkt->dataoff = pkt->protoff + th->doff * 4;
	pkt->len = pkt->skb->len - pkt->dataoff;
	pkt->seq = ntohl(th->seq);

	spin_lock_bh(lock_of(pkt->ct));
	if (th->syn) {
		begin(pkt, stream->dir + dir);
	} else if (!th->rst) {
		if (th->ack)
			note_ack(pkt, stream->dir + !dir, ntohl(th->ack_seq));
		if (pkt->len)
			verdict = take_data(pkt, stream, stream->dir + dir,
					    read);
	}
	spin_unlock_bh(lock_of(pkt->ct));
	return verdict;
}

void __init nfim_streams_init(void)
{
	int i;

	for (i = 0; i < 1 << LOCK_BITS; i++)
		spin_lock_init(locks + i);
}
