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
 * struct offer - an announced endpoint, parsed
 * @app: what it is for
 * @proto: IPPROTO_TCP or IPPROTO_UDP
 * @inside_port: port the announcer listens on, host byte order
 * @announced_port: port that peers are told
 * @cookie: names the invitation on its connection
 * @fixed: what was announced must not be rewritten (another NAT is in front)
 * @in_place: the announced address needs no rewriting
 */
struct offer {
	enum nfim_app app;
	u8 proto;
	u16 inside_port;
	u16 announced_port;
	u32 cookie;
	bool fixed;
	bool in_place;
};

#endif /* _NFIM_OFFER_H */
