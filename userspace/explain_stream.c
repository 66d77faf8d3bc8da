// SPDX-License-Identifier: GPL-2.0
/* From segments to a stream, and what edits make of it. */
#include <stdlib.h>

#include "explain_stream.h"

static bool before(u32 a, u32 b)
{
	return (s32)(a - b) < 0;
}

static bool after(u32 a, u32 b)
{
	return before(b, a);
}

/* --- from behind a gap ---------------------------------------------------- */

/* Cut off what is remembered already; return what is left. */
static u32 new_bytes(struct stream *s, u32 *seq, u32 len,
		     struct stream_piece ***where)
{
	struct stream_piece **at = &s->piece, *p;

	for (p = s->piece; p; p = p->next) {
		u32 end = p->seq + p->len, known;

		if (!before(p->seq, *seq + len))
			break;
		if (before(*seq, p->seq)) {
			/* The front is new; the rest will be seen again. */
			len = p->seq - *seq;
			break;
		}
		at = &p->next;
		if (!before(*seq, end))
			continue;
		known = end - *seq < len ? end - *seq : len;
		*seq += known;
		len -= known;
		if (!len)
			break;
	}
	*where = at;
	return len;
}

static enum stream_outcome add_piece(struct stream *s, u32 seq,
				     const char *data, u32 len, u32 limit)
{
	struct stream_piece **where, *p;
	u32 end = seq + len;

	while (before(seq, end)) {
		u32 start = seq, n = new_bytes(s, &seq, end - seq, &where);

		if (!n)
			break;
		if (s->n_pieces >= NFIM_FLOW_PIECES ||
		    s->piece_bytes + n > limit)
			return STREAM_GAP;
		p = malloc(sizeof(*p) + n);
		if (!p)
			return STREAM_NOMEM;
		data += seq - start;
		memcpy(p->data, data, n);
		p->seq = seq;
		p->len = n;
		p->next = *where;
		*where = p;
		s->n_pieces++;
		s->piece_bytes += n;
		seq += n;
		data += n;
	}
	return STREAM_EARLY;
}

/* The piece that holds the next byte; the caller frees it. */
static struct stream_piece *take_piece(struct stream *s)
{
	struct stream_piece *p;

	while ((p = s->piece) && !after(p->seq, s->next)) {
		s->piece = p->next;
		s->n_pieces--;
		s->piece_bytes -= p->len;
		if (after(p->seq + p->len, s->next))
			return p;
		free(p);
	}
	return NULL;
}

/* The gap has closed: read on in what left earlier. */
static void read_pieces(struct stream *s, stream_read_fn read, void *arg)
{
	struct stream_piece *p;

	while (msnp_scan_opaque(&s->scan) == NFIM_OK && (p = take_piece(s))) {
		u32 known = s->next - p->seq;
		struct stream_bytes b = {
			.data = { p->data + known, p->data + p->len },
		};

		s->next = p->seq + p->len;
		read(arg, &b);
		free(p);
	}
}

static void free_pieces(struct stream *s)
{
	struct stream_piece *p;

	while ((p = s->piece)) {
		s->piece = p->next;
		free(p);
	}
	s->n_pieces = 0;
	s->piece_bytes = 0;
}

/* --- in order ------------------------------------------------------------- */

static enum stream_outcome stop(struct stream *s, enum nfim_counter why,
				enum stream_outcome outcome)
{
	msnp_scan_stop(&s->scan, why);
	free_pieces(s);
	return outcome;
}

enum stream_outcome stream_begin(struct stream *s, const struct packet *p)
{
	u32 first = p->seq + 1;
	bool same = s->begun && s->next == first;

	if (msnp_scan_opaque(&s->scan) != NFIM_OK)
		return STREAM_READ;
	if (p->len || (s->begun && !same && !msnp_scan_fresh(&s->scan)))
		return stop(s, NFIM_OPAQUE_MIDSTREAM, STREAM_MIDSTREAM);
	if (same)
		return STREAM_READ;
	stream_free(s);
	s->isn = p->seq;
	s->next = first;
	s->begun = true;
	return STREAM_READ;
}

static enum stream_outcome set_aside(struct stream *s, const struct packet *p)
{
	u32 limit = msnp_scan_fresh(&s->scan) ? NFIM_FLOW_EARLY :
						NFIM_FLOW_BYTES;
	enum stream_outcome how;

	how = add_piece(s, p->seq, packet_payload(p).p, p->len, limit);
	if (how == STREAM_GAP)
		return stop(s, NFIM_OPAQUE_GAP, how);
	return how;
}

/* Whether the repeated front of a packet has kept its length. */
static bool front_kept(const struct stream *s, u32 seq, u32 known)
{
	return stream_map(s, seq + known) - stream_map(s, seq) == known;
}

enum stream_outcome stream_packet(struct stream *s, const struct packet *p,
				  stream_read_fn read, void *arg)
{
	u32 known = s->next - p->seq;
	struct stream_bytes b;

	if (msnp_scan_opaque(&s->scan) != NFIM_OK)
		return STREAM_READ;
	if (!s->begun)
		return stop(s, NFIM_OPAQUE_MIDSTREAM, STREAM_MIDSTREAM);
	if (!after(p->seq, s->next) && known >= p->len)
		return STREAM_READ;
	if (!known && !s->unskipped && p->len <= msnp_scan_skip(&s->scan)) {
		msnp_scan_skipped(&s->scan, p->len);
		s->next += p->len;
		read_pieces(s, read, arg);
		return STREAM_READ;
	}
	if (p->have < p->len)
		return stop(s, NFIM_OPAQUE_GAP, STREAM_CUT);
	if (after(p->seq, s->next))
		return set_aside(s, p);

	b.data = packet_payload(p);
	b.data.p += known;
	b.off = known;
	b.in_hand = front_kept(s, p->seq, known);
	s->next += p->len - known;
	read(arg, &b);
	read_pieces(s, read, arg);
	return STREAM_READ;
}

void stream_free(struct stream *s)
{
	struct stream_edit *e;

	free_pieces(s);
	while ((e = s->first)) {
		s->first = e->next;
		free(e);
	}
	s->last = NULL;
}
