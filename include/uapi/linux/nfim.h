/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR MIT) */
/*
 * Generic netlink family "nfim": what nf_conntrack_im tells a program.
 *
 * Every command needs CAP_NET_ADMIN in the user namespace that owns the
 * network namespace, and speaks of the caller's network namespace only.
 * Integers are u32 in host byte order unless said otherwise; addresses are
 * 4 or 16 bytes in network byte order.
 */
#ifndef _UAPI_LINUX_NFIM_H
#define _UAPI_LINUX_NFIM_H

#define NFIM_GENL_NAME		"nfim"
#define NFIM_GENL_VERSION	1

/**
 * enum nfim_cmd - commands of the family; a reply carries the same number
 * @NFIM_CMD_INFO_GET: do: one message with NFIM_A_VERSION and one
 *	NFIM_A_HELPER for each registered helper
 * @NFIM_CMD_STATS_GET: do: one message with one NFIM_A_STAT per counter
 * @NFIM_CMD_OFFER_GET: dump: one message with one NFIM_A_OFFER for each
 *	announced endpoint that is open or in use
 */
enum nfim_cmd {
	NFIM_CMD_INFO_GET = 1,
	NFIM_CMD_STATS_GET,
	NFIM_CMD_OFFER_GET,

	__NFIM_CMD_MAX,
	NFIM_CMD_MAX = __NFIM_CMD_MAX - 1,
};

/**
 * enum nfim_attr - top-level attributes
 * @NFIM_A_VERSION: string: version of the module
 * @NFIM_A_HELPER: string: name of a conntrack helper; repeated
 * @NFIM_A_STAT: nest of enum nfim_stat_attr; repeated
 * @NFIM_A_OFFER: nest of enum nfim_offer_attr
 */
enum nfim_attr {
	NFIM_A_VERSION = 1,
	NFIM_A_HELPER,
	NFIM_A_STAT,
	NFIM_A_OFFER,

	__NFIM_A_MAX,
	NFIM_A_MAX = __NFIM_A_MAX - 1,
};

/**
 * enum nfim_stat_attr - one counter
 * @NFIM_STAT_A_NAME: string: lower-case words joined by '-'; a name keeps its
 *	meaning for ever
 * @NFIM_STAT_A_VALUE: u64: events since the namespace or the module began
 * @NFIM_STAT_A_PAD: padding
 */
enum nfim_stat_attr {
	NFIM_STAT_A_NAME = 1,
	NFIM_STAT_A_VALUE,
	NFIM_STAT_A_PAD,

	__NFIM_STAT_A_MAX,
	NFIM_STAT_A_MAX = __NFIM_STAT_A_MAX - 1,
};

/**
 * enum nfim_offer_state - what became of an announced endpoint
 * @NFIM_OFFER_WAITING: its expectation waits for the peer
 * @NFIM_OFFER_CONNECTED: the peer's connection has arrived
 */
enum nfim_offer_state {
	NFIM_OFFER_WAITING = 1,
	NFIM_OFFER_CONNECTED,
};

/**
 * enum nfim_offer_attr - one announced endpoint
 * @NFIM_OFFER_A_HELPER: string: helper that made it
 * @NFIM_OFFER_A_APP: string: application ("file-transfer", "switchboard")
 * @NFIM_OFFER_A_STATE: u32: enum nfim_offer_state
 * @NFIM_OFFER_A_FAMILY: u32: AF_INET or AF_INET6
 * @NFIM_OFFER_A_PROTO: u32: IPPROTO_TCP or IPPROTO_UDP
 * @NFIM_OFFER_A_ZONE: u32: conntrack zone
 * @NFIM_OFFER_A_LISTENER: address of the host that listens
 * @NFIM_OFFER_A_INSIDE_PORT: u32: port it listens on
 * @NFIM_OFFER_A_OUTSIDE: address that a peer connects to
 * @NFIM_OFFER_A_OUTSIDE_PORT: u32: port that a peer connects to
 * @NFIM_OFFER_A_SECONDS_LEFT: u32: until it closes; only when waiting
 * @NFIM_OFFER_A_PEER: address of the peer; only when connected
 * @NFIM_OFFER_A_PEER_PORT: u32: port of the peer; only when connected
 */
enum nfim_offer_attr {
	NFIM_OFFER_A_HELPER = 1,
	NFIM_OFFER_A_APP,
	NFIM_OFFER_A_STATE,
	NFIM_OFFER_A_FAMILY,
	NFIM_OFFER_A_PROTO,
	NFIM_OFFER_A_ZONE,
	NFIM_OFFER_A_LISTENER,
	NFIM_OFFER_A_INSIDE_PORT,
	NFIM_OFFER_A_OUTSIDE,
	NFIM_OFFER_A_OUTSIDE_PORT,
	NFIM_OFFER_A_SECONDS_LEFT,
	NFIM_OFFER_A_PEER,
	NFIM_OFFER_A_PEER_PORT,

	__NFIM_OFFER_A_MAX,
	NFIM_OFFER_A_MAX = __NFIM_OFFER_A_MAX - 1,
};

#endif /* _UAPI_LINUX_NFIM_H */
