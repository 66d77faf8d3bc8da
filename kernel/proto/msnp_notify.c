// SPDX-License-Identifier: GPL-2.0
/*
 * Texts on a notification server: "UUN to 3", which arrives as "UBN from 3", is
 * bare MSNSLP, and SDG of dialect 21 carries MSNSLP or P2P packets behind blocks
 * of headers.
 */

#include "msnp_text.h"

#define NOTE_SLP	3
#define SDG_BLOCKS	3	/* Routing, Reliability, Messaging */
#define SDG_PACKETS	8	/* P2P packets in one message */

void msnp_on_note(struct msnp_job *job)
{
	struct msnp_text text = {
		.job = job,
		.p = {
			.text = job->f->payload,
			.at = (u32)(job->f->payload.p - job->msg->data.p),
		},
		.whole = true,
		.resize = true,
	};

	if (msnp_note_type(job->f->line) == NOTE_SLP)
		msnp_on_slp(&text);
}

/**
 * struct sdg - a message of dialect 21
 * @signal: "Message-Type: Signal/P2P": MSNSLP
 * @data: "Message-Type: Data" with P2P packets
 * @p2p: their content type
 * @length: value of Content-Length
 * @offsets: where the packets begin
 * @body: what follows the blocks
 */
struct sdg {
	bool signal;
	bool data;
	bool p2p;
	struct span length;
	struct span offsets;
	struct span body;
};

static void sdg_line(struct sdg *s, struct span line)
{
	struct span name, value;

	if (!text_field(line, &name, &value))
		return;
	if (text_is(name, "message-type")) {
		s->signal = text_is(value, "signal/p2p");
		s->data = text_is(value, "data");
	} else if (text_is(name, "content-type")) {
		s->p2p = text_starts(value, "application/x-msnmsgrp2p");
	} else if (text_is(name, "content-length")) {
		s->length = value;
	} else if (text_is(name, "bridging-offsets")) {
		s->offsets = value;
	}
}

static bool sdg_read(struct span payload, struct sdg *s)
{
	unsigned int i, blocks = 0;
	struct span line;

	memset(s, 0, sizeof(*s));
	s->length = span_make(payload.p, 0);
	s->offsets = s->length;
	for (i = 0; i < NFIM_HEADER_LINES; i++) {
		if (!text_line(&payload, &line))
			return false;
		if (line.p != line.end) {
			sdg_line(s, line);
		} else if (++blocks == SDG_BLOCKS) {
			s->body = payload;
			return true;
		}
	}
	return false;
}

/* The next number of "0,52,1352". */
static bool next_offset(struct span *list, u32 *off)
{
	const char *comma = memchr(list->p, ',', span_len(*list));
	struct span one = { list->p, comma ? comma : list->end };

	if (list->p == list->end || !text_u32(text_trim(one), NFIM_MSG_MAX,
					      off))
		return false;
	list->p = comma ? comma + 1 : list->end;
	return true;
}

static void sdg_packets(struct msnp_job *job, const struct sdg *s)
{
	struct span list = s->offsets;
	u32 i, off = 0;
	struct p2p p;

	for (i = 0; i < SDG_PACKETS; i++) {
		if (!next_offset(&list, &off) && i)
			return;
		if (off > span_len(s->body))
			return;
		if (p2p_read_bare(span_make(s->body.p + off,
					    span_len(s->body) - off), &p))
			msnp_on_p2p_packet(job, &p);
	}
}

void msnp_on_sdg(struct msnp_job *job)
{
	struct msnp_text text = {
		.job = job,
		.whole = true,
		.resize = true,
	};
	struct sdg s;

	if (!sdg_read(job->f->payload, &s))
		return;
	if (s.data && s.p2p) {
		sdg_packets(job, &s);
		return;
	}
	if (!s.signal)
		return;
	text.p.text = s.body;
	text.p.at = (u32)(s.body.p - job->msg->data.p);
	text.length = s.length;
	msnp_on_slp(&text);
}
