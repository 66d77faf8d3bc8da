/* SPDX-License-Identifier: GPL-2.0 */
/* Messages of one call, between the two ends of a struct box. */
#ifndef _NFIM_UNIT_DIALOG_H
#define _NFIM_UNIT_DIALOG_H

#include <stdio.h>

#include "phonebox.h"

#define IN	BOX_INSIDE
#define OUT	BOX_OUTSIDE

static struct box box;
static char text[8192];

static const char sdp_in[] =
	"v=0\n"
	"o=- 1 1 IN IP4 192.168.0.12\n"
	"s=-\n"
	"c=IN IP4 192.168.0.12\n"
	"t=0 0\n"
	"m=audio 40000 RTP/AVP 0\n";

static const char sdp_out[] =
	"v=0\n"
	"o=- 1 1 IN IP4 198.51.100.7\n"
	"s=-\n"
	"c=IN IP4 198.51.100.7\n"
	"t=0 0\n"
	"m=audio 30000 RTP/AVP 0\n";

/* What differs from message to message. */
struct msg {
	const char *start;	/* start line */
	const char *cseq;	/* "1 INVITE" */
	const char *to_tag;	/* with its semicolon, or "" */
	const char *more;	/* further header lines */
	const char *body;	/* a session description */
	const char *call;	/* Call-ID, "c1" unless named */
	const char *via;	/* of the topmost Via, unless it is the asker's */
};

/* A message about a call of the inside; what is sent by @from. */
static const char *send_msg(unsigned int from, bool by_inside,
			    const struct msg *m)
{
	const char *body = m->body ? m->body : "";
	const char *via = m->via ? m->via :
			  by_inside ? "192.168.0.12:5060;branch=z9hG4bKin" :
				      "198.51.100.7:5060;branch=z9hG4bKout";

	snprintf(text, sizeof(text),
		 "%s\n"
		 "Via: SIP/2.0/UDP %s\n"
		 "From: <sip:a@192.168.0.12>%s\n"
		 "To: <sip:b@198.51.100.7>%s\n"
		 "Call-ID: %s\n"
		 "CSeq: %s\n"
		 "Contact: <sip:%s:5060>\n"
		 "%s%sContent-Length: ?\n\n%s",
		 m->start, via, by_inside ? ";tag=in" : m->to_tag,
		 by_inside ? m->to_tag : ";tag=in",
		 m->call ? m->call : "c1", m->cseq,
		 from == IN ? "192.168.0.12" : "198.51.100.7",
		 m->more ? m->more : "",
		 *body ? "Content-Type: application/sdp\n" : "", body);
	return box_send(&box, from, text);
}

#define REQUEST(from, method, n, tag, sdp)				\
	send_msg(from, (from) == IN, &(struct msg){			\
		.start = method " sip:b@198.51.100.7 SIP/2.0",		\
		.cseq = #n " " method, .to_tag = tag, .body = sdp })

#define ANSWER(from, status, method, n, tag, sdp)			\
	send_msg(from, (from) != IN, &(struct msg){			\
		.start = "SIP/2.0 " status,				\
		.cseq = #n " " method, .to_tag = tag, .body = sdp })

#define TAG	";tag=out"

static inline bool is_reserved(u16 port)
{
	const struct box_hole *h = box_hole(&box, port);

	return h && h->offer.reserved;
}

static inline bool peer_is(u16 port, const char *addr)
{
	const struct box_hole *h = box_hole(&box, port);
	struct addr a;

	return h && text_addr(span_make(addr, strlen(addr)), &a) &&
	       addr_equal(&h->offer.peer, &a);
}

static inline void talk(void)
{
	REQUEST(IN, "INVITE", 1, "", sdp_in);
	ANSWER(OUT, "200 OK", "INVITE", 1, TAG, sdp_out);
	REQUEST(IN, "ACK", 1, TAG, NULL);
}

#endif /* _NFIM_UNIT_DIALOG_H */
