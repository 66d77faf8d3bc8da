/* SPDX-License-Identifier: GPL-2.0 */
/* What a parser found and policy judges: an endpoint somebody announced. */
#ifndef _NFIM_OFFER_H
#define _NFIM_OFFER_H

#include "text.h"

/* X(symbol, name): the name is that of policy files and netlink. */
#define NFIM_APPS(X)						\
	X(FILE_TRANSFER,	"file-transfer")		\
	X(DIRECT,		"direct")			\
	X(VOICE,		"voice")			\
	X(VIDEO,		"video")			\
	X(WEBCAM,		"webcam")			\
	X(WHITEBOARD,		"whiteboard")			\
	X(APP_SHARING,		"app-sharing")			\
	X(REMOTE_ASSISTANCE,	"remote-assistance")		\
	X(NETMEETING,		"netmeeting")			\
	X(GAME,			"game")				\
	X(SWITCHBOARD,		"switchboard")			\
	X(RTP_AUDIO,		"rtp-audio")			\
	X(RTP_VIDEO,		"rtp-video")			\
	X(RTCP,			"rtcp")				\
	X(IMAGE,		"image")			\
	X(SIP_SIGNALLING,	"sip-signalling")		\
	X(SIP_FILE_TRANSFER,	"sip-file-transfer")

/**
 * enum nfim_app - what the endpoint is for (msnp.md 3.2, 16; sip.md)
 * @NFIM_APP_MAX: number of applications
 */
enum nfim_app {
#define X(sym, name) NFIM_APP_##sym,
	NFIM_APPS(X)
#undef X
	NFIM_APP_MAX
};

/**
 * nfim_app_name() - the public name of an application
 * @app: which one
 *
 * Return: a constant string.
 */
static inline const char *nfim_app_name(enum nfim_app app)
{
	static const char *const names[NFIM_APP_MAX] = {
#define X(sym, name) name,
		NFIM_APPS(X)
#undef X
	};

	return names[app];
}

/* X(symbol, name): the name is that of netlink and JSON. */
#define NFIM_VIAS(X)						\
	X(INVITATION,		"invitation")			\
	X(P2PV1,		"p2pv1")			\
	X(P2PV2,		"p2pv2")			\
	X(UUN,			"uun")				\
	X(SDG,			"sdg")				\
	X(REFERRAL,		"referral")			\
	X(SIP,			"sip")

/**
 * enum nfim_via - in what an endpoint was announced (msnp.md 3, 6 to 10)
 * @NFIM_VIA_UNKNOWN: another gateway knew
 * @NFIM_VIA_INVITATION: an invitation to a file transfer or a session
 * @NFIM_VIA_P2PV1: MSNSLP or a webcam's XML behind a P2P header of 48 bytes
 * @NFIM_VIA_P2PV2: the same behind one of version 2
 * @NFIM_VIA_UUN: bare MSNSLP in a UUN
 * @NFIM_VIA_SDG: MSNSLP or P2P packets in an SDG of dialect 21
 * @NFIM_VIA_REFERRAL: a server's XFR or RNG
 * @NFIM_VIA_SIP: a SIP message, or the description in it
 * @NFIM_VIA_MAX: number of values
 */
enum nfim_via {
	NFIM_VIA_UNKNOWN,
#define X(sym, name) NFIM_VIA_##sym,
	NFIM_VIAS(X)
#undef X
	NFIM_VIA_MAX
};

/**
 * nfim_via_name() - the public name of a mechanism
 * @via: which one
 *
 * Return: a constant string; NULL if it is unknown.
 */
static inline const char *nfim_via_name(enum nfim_via via)
{
	static const char *const names[NFIM_VIA_MAX] = {
		NULL,
#define X(sym, name) name,
		NFIM_VIAS(X)
#undef X
	};

	return names[via];
}

/**
 * struct self - the addresses that count as the announcer's own (design D5)
 * @inside: of the host itself
 * @outside: what the other end of this connection sees; equal to @inside
 *	where there is no NAT
 */
struct self {
	struct addr inside;
	struct addr outside;
};

/**
 * self_is_natted() - whether the two addresses differ
 * @self: both addresses
 *
 * Return: true when announcements may have to be rewritten.
 */
static inline bool self_is_natted(const struct self *self)
{
	return !addr_equal(&self->inside, &self->outside);
}

/**
 * enum offer_helper - which helper the peer's connection gets
 * @OFFER_NO_HELPER: none
 * @OFFER_IMSIP: our "imsip"
 * @OFFER_Q931: the kernel's "Q.931"; without it there is nothing to open
 */
enum offer_helper {
	OFFER_NO_HELPER,
	OFFER_IMSIP,
	OFFER_Q931,
};

/**
 * struct offer - an announced endpoint, parsed
 * @app: what it is for
 * @proto: IPPROTO_TCP or IPPROTO_UDP
 * @also: the other one of the two as well, or 0; at the same port numbers
 * @ports: consecutive ports, 0 counts as 1. With an even number the first
 *	one outside is even; every second one is for RTCP
 * @inside_port: port the announcer listens on, host byte order
 * @announced_port: port that peers are told
 * @cookie: what is closed and activated together on its connection has the
 *	same; 0 is none
 * @helper: for the peer's connection
 * @reserved: not open before env_ops.activate()
 * @peer: who may come; @peer.len 0 = anybody
 * @peer_bits: bits of @peer that count; 0 for all
 * @from: where the peer listens itself, if that is known; what it sends comes
 *	from there, most likely
 * @peer_port: and at which port; 0 without @from
 * @peer_rtcp: the same for every second one of @ports; 0 for @peer_port + 1
 * @again: only if nothing waits there or is connected, for any peer
 * @another: one more peer; what waits for others stays. Otherwise it takes the
 *	place of what waits at the same endpoint with the same @cookie
 * @lifetime: seconds to wait for the peer; 0 for what policy says, which is
 *	never exceeded
 * @fixed: what was announced must not be rewritten (another NAT is in front)
 * @in_place: the announced address needs no rewriting
 */
struct offer {
	enum nfim_app app;
	u8 proto;
	u8 also;
	u8 ports;
	u16 inside_port;
	u16 announced_port;
	u32 cookie;
	enum offer_helper helper;
	bool reserved;
	struct addr peer;
	u8 peer_bits;
	struct addr from;
	u16 peer_port;
	u16 peer_rtcp;
	bool again;
	bool another;
	u32 lifetime;
	bool fixed;
	bool in_place;
};

#endif /* _NFIM_OFFER_H */
