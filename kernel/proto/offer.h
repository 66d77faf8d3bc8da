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
 * @OFFER_Q931: the kernel's "Q.931", if it is there (ruling 17)
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
