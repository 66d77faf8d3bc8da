/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Session descriptions: which endpoints they announce and where each number
 * stands (RFC 8866; reference: sip.md 2). What is not understood is passed
 * over: it neither opens anything nor is it changed.
 */
#ifndef _NFIM_SDP_H
#define _NFIM_SDP_H

#include <nfim/limits.h>

#include "offer.h"
#include "place.h"

/* Index for "of the session, of no media". */
#define SDP_SESSION	255

/**
 * enum sdp_status - what is to be done about a media description
 * @SDP_LISTENS: somebody listens there
 * @SDP_SAME: the same endpoint as that of struct sdp_media.same, before it
 * @SDP_REJECTED: port 0
 * @SDP_HELD: the address is 0.0.0.0 or ::, an old form of hold
 * @SDP_CONNECTS: TCP, and the announcer connects itself
 * @SDP_DISCARD: port 9: the real ports come later or elsewhere
 * @SDP_NO_ADDRESS: no address, a host name, not a unicast one, or several
 * @SDP_UNKNOWN: a kind or transport of media that is not handled
 * @SDP_BAD: the port cannot be read
 */
enum sdp_status {
	SDP_LISTENS,
	SDP_SAME,
	SDP_REJECTED,
	SDP_HELD,
	SDP_CONNECTS,
	SDP_DISCARD,
	SDP_NO_ADDRESS,
	SDP_UNKNOWN,
	SDP_BAD,
};

/**
 * enum sdp_direction - who sends
 * @SDP_SENDRECV: both, or nothing was said
 * @SDP_SENDONLY: the announcer
 * @SDP_RECVONLY: the other one
 * @SDP_INACTIVE: nobody; RTCP flows
 */
enum sdp_direction {
	SDP_SENDRECV,
	SDP_SENDONLY,
	SDP_RECVONLY,
	SDP_INACTIVE,
};

/**
 * enum sdp_setup - who connects (RFC 4145)
 * @SDP_SETUP_NONE: not said
 * @SDP_SETUP_ACTIVE: the announcer
 * @SDP_SETUP_PASSIVE: the other one
 * @SDP_SETUP_ACTPASS: either
 * @SDP_SETUP_HOLDCONN: nobody for now
 */
enum sdp_setup {
	SDP_SETUP_NONE,
	SDP_SETUP_ACTIVE,
	SDP_SETUP_PASSIVE,
	SDP_SETUP_ACTPASS,
	SDP_SETUP_HOLDCONN,
};

/* Bits of struct sdp_media.flags. */
#define SDP_RTP			0x01	/* RTP: every port has one for RTCP */
#define SDP_RTCP_MUX		0x02	/* a=rtcp-mux */
#define SDP_RTCP_NAMED		0x04	/* a=rtcp names the port */
#define SDP_BUNDLED		0x08	/* its a=mid is in a a=group:BUNDLE */
#define SDP_BUNDLE_ONLY		0x10	/* a=bundle-only */
#define SDP_ICE			0x20	/* it has candidates */
#define SDP_OWN_CONN		0x40	/* it has its own c= line */

/**
 * struct sdp_media - a media description
 * @addr: address of its c= line, or the session's
 * @rtcp_addr: address of a=rtcp, if it has one, else @addr
 * @port_at: the digits of the port; @port_at.len 0 where unreadable
 * @rtcp_at: the digits of the port in a=rtcp
 * @rtcp_addr_at: the address in a=rtcp
 * @end: the line end of its last line; @end.len 0 where the text has none
 * @port: the port
 * @rtcp_port: where its RTCP goes; 0 where there is none
 * @ports: number of ports, at least 1: @port, @port + 2 ... for RTP, each with
 *	RTCP one above; @port, @port + 1 ... for others
 * @status: enum sdp_status
 * @app: enum nfim_app
 * @proto: 6 or 17
 * @same: for %SDP_SAME: index of the media description before it
 * @direction: enum sdp_direction
 * @setup: enum sdp_setup
 * @flags: SDP_* bits
 * @kind: place of the first word: "audio"
 * @mid: value of a=mid
 */
struct sdp_media {
	struct addr addr;
	struct addr rtcp_addr;
	struct place port_at;
	struct place rtcp_at;
	struct place rtcp_addr_at;
	struct place end;
	struct place kind;
	struct place mid;
	u16 port;
	u16 rtcp_port;
	u16 ports;
	u8 status;
	u8 app;
	u8 proto;
	u8 same;
	u8 direction;
	u8 setup;
	u8 flags;
};

/**
 * struct sdp_conn - the address of a c= line
 * @addr: the address; @addr.len 0 where it is none
 * @at: where it stands, without "/ttl"
 * @media: index of the media it belongs to, or %SDP_SESSION
 */
struct sdp_conn {
	struct addr addr;
	struct place at;
	u8 media;
};

/**
 * enum sdp_candidate_type - the type of a candidate (RFC 8839)
 * @SDP_HOST: host, and all in the form of Communicator 2007
 * @SDP_SRFLX: srflx or prflx
 * @SDP_RELAY: relay
 */
enum sdp_candidate_type {
	SDP_HOST,
	SDP_SRFLX,
	SDP_RELAY,
};

/**
 * struct sdp_candidate - an a=candidate line
 * @addr: its address
 * @at: where the address stands
 * @port_at: where the port stands
 * @port: its port
 * @media: index of its media
 * @component: 1 RTP, 2 RTCP
 * @proto: 6, 17 or 0
 * @type: enum sdp_candidate_type
 * @raddr_at: address of "raddr"
 * @rport_at: port of "rport"
 * @rport: that port
 * @raddr: that address
 */
struct sdp_candidate {
	struct addr addr;
	struct addr raddr;
	struct place at;
	struct place port_at;
	struct place raddr_at;
	struct place rport_at;
	u16 port;
	u16 rport;
	u8 media;
	u8 component;
	u8 proto;
	u8 type;
};

/**
 * struct sdp - a session description
 * @origin: address of o=; @origin.len 0 where it is none
 * @origin_at: where it stands
 * @conns: number of @conn
 * @medias: number of @media
 * @candidates: number of @candidate
 * @lines: number of lines, %NFIM_SDP_LINES at most
 * @conn: c= lines in the order of the text
 * @media: m= lines in the order of the text
 * @candidate: candidates in the order of the text, the first ones
 * @ice: there are candidates, of some media or all
 * @more_candidates: there are more than are kept
 */
struct sdp {
	struct addr origin;
	struct place origin_at;
	u16 conns;
	u16 medias;
	u16 candidates;
	u16 lines;
	bool ice;
	bool more_candidates;
	struct sdp_conn conn[NFIM_SDP_CONNS];
	struct sdp_media media[NFIM_SDP_MEDIA];
	struct sdp_candidate candidate[NFIM_SDP_CANDIDATES];
};

/* Too large for a stack: callers have one per CPU. */
static_assert(sizeof(struct sdp) <= 8192, "struct sdp stays small");

/**
 * sdp_parse() - read a session description
 * @data: where places count from; at most %PLACE_MAX bytes
 * @body: the description, inside @data
 * @sdp: what it says; of no use on failure
 *
 * Return: false when it does not begin with v=, holds several descriptions, or
 * has more lines than are read.
 */
bool __must_check sdp_parse(struct span data, struct span body,
			    struct sdp *sdp);

#endif /* _NFIM_SDP_H */
