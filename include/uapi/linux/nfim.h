/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR MIT) */
/*
 * Generic netlink family "nfim": what nf_conntrack_im and a program tell each
 * other. include/netlink/nfim.yaml describes the same in the kernel's schema.
 *
 * Every command, dumps included, needs CAP_NET_ADMIN in the user namespace
 * that owns the network namespace, and speaks of the caller's network
 * namespace only. Integers are u32 in host byte order unless said otherwise; a
 * u64 may stand at any multiple of four bytes; addresses are 4 or 16 bytes in
 * network byte order; strings are terminated.
 */
#ifndef _UAPI_LINUX_NFIM_H
#define _UAPI_LINUX_NFIM_H

#define NFIM_GENL_NAME		"nfim"
#define NFIM_GENL_VERSION	1

/* Multicast groups. */
#define NFIM_MCGRP_EVENTS	"events"	/* NFIM_CMD_EVENT */
#define NFIM_MCGRP_POLICY	"policy"	/* NFIM_CMD_POLICY_NTF */

/**
 * enum nfim_cmd - commands of the family; a reply carries the same number
 * @NFIM_CMD_INFO_GET: do: one message with NFIM_A_VERSION, NFIM_A_GENERATION,
 *	NFIM_A_POLICIES and one NFIM_A_HELPER for each registered helper
 * @NFIM_CMD_STATS_GET: do: one message with one NFIM_A_STAT per counter and
 *	one NFIM_A_GAUGE per gauge
 * @NFIM_CMD_OFFER_GET: dump: one message with one NFIM_A_OFFER for each
 *	announced endpoint that is open or in use
 * @NFIM_CMD_CLIENT_GET: dump: one message with one NFIM_A_CLIENT for each
 *	host whose client is known
 * @NFIM_CMD_POLICY_GET: dump: one message for each policy in force, in order,
 *	with NFIM_A_POLICY and NFIM_A_GENERATION; with NFIM_A_DEFAULTS in the
 *	request, the built-in ones instead. Generation 0 means that the
 *	built-in ones are in force
 * @NFIM_CMD_POLICY_SET: do: replace all policies by the NFIM_A_POLICY of the
 *	request, in order; with NFIM_A_CHECK, only say whether that would do;
 *	with NFIM_A_GENERATION, only if that is the generation in force. The
 *	reply has NFIM_A_GENERATION
 * @NFIM_CMD_POLICY_BEGIN: do: begin a set that does not fit into one message;
 *	it belongs to the socket and is dropped when that closes
 * @NFIM_CMD_POLICY_ADD: do: append the NFIM_A_POLICY of the request to it
 * @NFIM_CMD_POLICY_COMMIT: do: put it in force, as NFIM_CMD_POLICY_SET does;
 *	with NFIM_A_CHECK it is judged and dropped
 * @NFIM_CMD_POLICY_FLUSH: do: go back to the built-in policies
 * @NFIM_CMD_EVENT: notification with one NFIM_A_EVENT
 * @NFIM_CMD_POLICY_NTF: notification that another set is in force, with
 *	NFIM_A_GENERATION and NFIM_A_POLICIES
 */
enum nfim_cmd {
	NFIM_CMD_INFO_GET = 1,
	NFIM_CMD_STATS_GET,
	NFIM_CMD_OFFER_GET,
	NFIM_CMD_CLIENT_GET,
	NFIM_CMD_POLICY_GET,
	NFIM_CMD_POLICY_SET,
	NFIM_CMD_POLICY_BEGIN,
	NFIM_CMD_POLICY_ADD,
	NFIM_CMD_POLICY_COMMIT,
	NFIM_CMD_POLICY_FLUSH,
	NFIM_CMD_EVENT,
	NFIM_CMD_POLICY_NTF,

	__NFIM_CMD_MAX,
	NFIM_CMD_MAX = __NFIM_CMD_MAX - 1,
};

/**
 * enum nfim_attr - top-level attributes
 * @NFIM_A_VERSION: string: version of the module
 * @NFIM_A_HELPER: string: name of a conntrack helper; repeated
 * @NFIM_A_STAT: nest of enum nfim_stat_attr; repeated
 * @NFIM_A_OFFER: nest of enum nfim_offer_attr
 * @NFIM_A_CLIENT: nest of enum nfim_client_attr
 * @NFIM_A_POLICY: nest of enum nfim_policy_attr; repeated in requests
 * @NFIM_A_EVENT: nest of enum nfim_event_attr
 * @NFIM_A_GENERATION: u32: number of the policy set in force; each change
 *	counts it up
 * @NFIM_A_POLICIES: u32: how many policies are in force
 * @NFIM_A_CHECK: flag: judge, do not change
 * @NFIM_A_DEFAULTS: flag: the built-in policies
 * @NFIM_A_GAUGE: nest of enum nfim_stat_attr; repeated: what there is now
 */
enum nfim_attr {
	NFIM_A_VERSION = 1,
	NFIM_A_HELPER,
	NFIM_A_STAT,
	NFIM_A_OFFER,
	NFIM_A_CLIENT,
	NFIM_A_POLICY,
	NFIM_A_EVENT,
	NFIM_A_GENERATION,
	NFIM_A_POLICIES,
	NFIM_A_CHECK,
	NFIM_A_DEFAULTS,
	NFIM_A_GAUGE,

	__NFIM_A_MAX,
	NFIM_A_MAX = __NFIM_A_MAX - 1,
};

/**
 * enum nfim_stat_attr - one counter or gauge
 * @NFIM_STAT_A_NAME: string: lower-case words joined by '-'; a name keeps its
 *	meaning for ever
 * @NFIM_STAT_A_VALUE: u64: events since the namespace or the module began; of
 *	a gauge how many there are now
 */
enum nfim_stat_attr {
	NFIM_STAT_A_NAME = 1,
	NFIM_STAT_A_VALUE,

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
 * @NFIM_OFFER_A_MECHANISM: string: in what it was announced, see
 *	@NFIM_EVENT_A_MECHANISM; absent if another gateway announced it
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
	NFIM_OFFER_A_MECHANISM,

	__NFIM_OFFER_A_MAX,
	NFIM_OFFER_A_MAX = __NFIM_OFFER_A_MAX - 1,
};

/**
 * enum nfim_client_attr - what is known of a host
 * @NFIM_CLIENT_A_FAMILY: u32: AF_INET or AF_INET6
 * @NFIM_CLIENT_A_ZONE: u32: conntrack zone
 * @NFIM_CLIENT_A_ADDR: address of the host, before NAT
 * @NFIM_CLIENT_A_HELPER: string: helper that learnt it
 * @NFIM_CLIENT_A_DIALECT: u32: n of "MSNPn"; absent if unknown
 * @NFIM_CLIENT_A_NAME: string: client name of CVR; absent if unknown
 * @NFIM_CLIENT_A_VERSION: string: client version of CVR; absent if unknown
 * @NFIM_CLIENT_A_AGENT: string: SIP User-Agent; absent if unknown
 * @NFIM_CLIENT_A_POLICY: string: name of the policy that speaks for it;
 *	absent if there is none
 * @NFIM_CLIENT_A_IDLE: u32: seconds since it was last heard of
 */
enum nfim_client_attr {
	NFIM_CLIENT_A_FAMILY = 1,
	NFIM_CLIENT_A_ZONE,
	NFIM_CLIENT_A_ADDR,
	NFIM_CLIENT_A_HELPER,
	NFIM_CLIENT_A_DIALECT,
	NFIM_CLIENT_A_NAME,
	NFIM_CLIENT_A_VERSION,
	NFIM_CLIENT_A_AGENT,
	NFIM_CLIENT_A_POLICY,
	NFIM_CLIENT_A_IDLE,

	__NFIM_CLIENT_A_MAX,
	NFIM_CLIENT_A_MAX = __NFIM_CLIENT_A_MAX - 1,
};

/**
 * enum nfim_policy_attr - one policy
 * @NFIM_POLICY_A_NAME: string: unique in the set, at most 31 bytes, printable
 * @NFIM_POLICY_A_HELPER: string: "msnp" or "imsip"
 * @NFIM_POLICY_A_DEFAULT: flag: holds where no policy fits; one per helper
 * @NFIM_POLICY_A_CLIENT: string: client name, at most 23 bytes; up to 8
 * @NFIM_POLICY_A_CLIENT_VERSION: nest of enum nfim_version_attr; up to 8
 * @NFIM_POLICY_A_DIALECT_LO: u32: lowest MSNP dialect
 * @NFIM_POLICY_A_DIALECT_HI: u32: highest MSNP dialect
 * @NFIM_POLICY_A_AGENT: string: part of the User-Agent, at most 63 bytes
 * @NFIM_POLICY_A_PRIVILEGED: flag: ports below 1024 may be opened
 * @NFIM_POLICY_A_NO_HOLD: flag: messages are never held back
 * @NFIM_POLICY_A_CLIENT_IP: flag: correct what the server says about the
 *	client's address
 * @NFIM_POLICY_A_NO_HAIRPIN: flag: no peers on the listener's side
 * @NFIM_POLICY_A_HOST_LIMIT: u32: endpoints of all applications for one host;
 *	if absent, 64 for "msnp" and 256 for "imsip"
 * @NFIM_POLICY_A_THIRD_PARTY: nest of enum nfim_prefix_attr; up to 8
 * @NFIM_POLICY_A_APP: nest of enum nfim_app_attr; one for each application
 *	that the policy mentions
 * @NFIM_POLICY_A_NET_LIMIT: u32: endpoints of all hosts, 1 to 16384: beyond,
 *	this policy opens none; if absent, 1024 for "msnp" and 4096 for "imsip"
 * @NFIM_POLICY_A_NO_ICE: flag: descriptions with ICE candidates are left alone
 * @NFIM_POLICY_A_MEDIA_PEERS: string: who may send media in a SIP call: "sdp",
 *	"peer" or "any"; if absent, "sdp"
 * @NFIM_POLICY_A_MEDIA_NET: nest of enum nfim_prefix_attr; up to 8 networks
 *	that may, in place of that
 */
enum nfim_policy_attr {
	NFIM_POLICY_A_NAME = 1,
	NFIM_POLICY_A_HELPER,
	NFIM_POLICY_A_DEFAULT,
	NFIM_POLICY_A_CLIENT,
	NFIM_POLICY_A_CLIENT_VERSION,
	NFIM_POLICY_A_DIALECT_LO,
	NFIM_POLICY_A_DIALECT_HI,
	NFIM_POLICY_A_AGENT,
	NFIM_POLICY_A_PRIVILEGED,
	NFIM_POLICY_A_NO_HOLD,
	NFIM_POLICY_A_CLIENT_IP,
	NFIM_POLICY_A_NO_HAIRPIN,
	NFIM_POLICY_A_HOST_LIMIT,
	NFIM_POLICY_A_THIRD_PARTY,
	NFIM_POLICY_A_APP,
	NFIM_POLICY_A_NET_LIMIT,
	NFIM_POLICY_A_NO_ICE,
	NFIM_POLICY_A_MEDIA_PEERS,
	NFIM_POLICY_A_MEDIA_NET,

	__NFIM_POLICY_A_MAX,
	NFIM_POLICY_A_MAX = __NFIM_POLICY_A_MAX - 1,
};

/**
 * enum nfim_version_attr - client versions from one to another, both included
 * @NFIM_VERSION_A_LO: u64: four numbers of 16 bits, the first one on top
 * @NFIM_VERSION_A_HI: u64: the same; missing numbers are 65535
 */
enum nfim_version_attr {
	NFIM_VERSION_A_LO = 1,
	NFIM_VERSION_A_HI,

	__NFIM_VERSION_A_MAX,
	NFIM_VERSION_A_MAX = __NFIM_VERSION_A_MAX - 1,
};

/**
 * enum nfim_prefix_attr - a network
 * @NFIM_PREFIX_A_ADDR: its address
 * @NFIM_PREFIX_A_BITS: u32: length of the prefix
 */
enum nfim_prefix_attr {
	NFIM_PREFIX_A_ADDR = 1,
	NFIM_PREFIX_A_BITS,

	__NFIM_PREFIX_A_MAX,
	NFIM_PREFIX_A_MAX = __NFIM_PREFIX_A_MAX - 1,
};

/**
 * enum nfim_app_attr - what one application may do
 * @NFIM_APP_A_NAME: string: the application, such as "file-transfer"
 * @NFIM_APP_A_ALLOW: flag: it may; absent, it is refused
 * @NFIM_APP_A_PROTOS: u32: bit 0 for TCP, bit 1 for UDP
 * @NFIM_APP_A_LIMIT: u32: endpoints at once for one host, 1 to 65535
 * @NFIM_APP_A_LIFETIME: u32: seconds until an unused one closes, 5 to 7200
 * @NFIM_APP_A_INSIDE: nest of enum nfim_range_attr; up to 8
 * @NFIM_APP_A_OUTSIDE: nest of enum nfim_range_attr; up to 8; none means
 *	those of @NFIM_APP_A_INSIDE
 */
enum nfim_app_attr {
	NFIM_APP_A_NAME = 1,
	NFIM_APP_A_ALLOW,
	NFIM_APP_A_PROTOS,
	NFIM_APP_A_LIMIT,
	NFIM_APP_A_LIFETIME,
	NFIM_APP_A_INSIDE,
	NFIM_APP_A_OUTSIDE,

	__NFIM_APP_A_MAX,
	NFIM_APP_A_MAX = __NFIM_APP_A_MAX - 1,
};

/**
 * enum nfim_range_attr - ports from one to another, both included
 * @NFIM_RANGE_A_LO: u32: first port, 1 to 65535
 * @NFIM_RANGE_A_HI: u32: last port
 */
enum nfim_range_attr {
	NFIM_RANGE_A_LO = 1,
	NFIM_RANGE_A_HI,

	__NFIM_RANGE_A_MAX,
	NFIM_RANGE_A_MAX = __NFIM_RANGE_A_MAX - 1,
};

/**
 * enum nfim_event_attr - something that happened
 * @NFIM_EVENT_A_TYPE: string: "offer" (an announcement was judged: all that is
 *	known of it), "connected" (a peer used an endpoint), "cancelled" (an
 *	invitation was taken back), "opaque" (a stream was given up), "client"
 *	(a host's client became known or changed), "held" (the beginning of a
 *	message was held back), "merged" (it went on with its rest), "released"
 *	(it went on without), "repeated" (a retransmission was edited again)
 * @NFIM_EVENT_A_HELPER: string
 * @NFIM_EVENT_A_FAMILY: u32: AF_INET or AF_INET6
 * @NFIM_EVENT_A_ZONE: u32: conntrack zone
 * @NFIM_EVENT_A_HOST: address of the client whose control connection it is
 * @NFIM_EVENT_A_SERVER: address of the other end of that connection
 * @NFIM_EVENT_A_SERVER_PORT: u32: its port
 * @NFIM_EVENT_A_REASON: string: name of the counter that was moved, such as
 *	"expected-edited", "refused-host-limit", "opaque-gap"
 * @NFIM_EVENT_A_APP: string: application; offer, connected
 * @NFIM_EVENT_A_PROTO: u32: IPPROTO_TCP or IPPROTO_UDP; offer, connected
 * @NFIM_EVENT_A_LISTENER: address of the host that listens
 * @NFIM_EVENT_A_INSIDE_PORT: u32: port it listens on
 * @NFIM_EVENT_A_OUTSIDE: address that a peer connects to; when opened
 * @NFIM_EVENT_A_OUTSIDE_PORT: u32: port that a peer connects to; when opened
 * @NFIM_EVENT_A_PEER: address of the peer; connected
 * @NFIM_EVENT_A_PEER_PORT: u32: its port; connected
 * @NFIM_EVENT_A_EDIT: string: "none", "same-length", "resize", "skipped"; offer
 * @NFIM_EVENT_A_POLICY: string: name of the policy that judged; offer, client
 * @NFIM_EVENT_A_CLIENT: string: client and version, such as
 *	"MSNMSGR 6.1.0203 MSNP10"; as far as known
 * @NFIM_EVENT_A_MECHANISM: string: in what it was announced: "invitation",
 *	"p2pv1" or "p2pv2" (MSNSLP or a webcam's XML behind a P2P header),
 *	"uun" (MSNSLP without), "sdg" (dialect 21), "referral" (XFR or RNG),
 *	"sip"; offer, connected
 */
enum nfim_event_attr {
	NFIM_EVENT_A_TYPE = 1,
	NFIM_EVENT_A_HELPER,
	NFIM_EVENT_A_FAMILY,
	NFIM_EVENT_A_ZONE,
	NFIM_EVENT_A_HOST,
	NFIM_EVENT_A_SERVER,
	NFIM_EVENT_A_SERVER_PORT,
	NFIM_EVENT_A_REASON,
	NFIM_EVENT_A_APP,
	NFIM_EVENT_A_PROTO,
	NFIM_EVENT_A_LISTENER,
	NFIM_EVENT_A_INSIDE_PORT,
	NFIM_EVENT_A_OUTSIDE,
	NFIM_EVENT_A_OUTSIDE_PORT,
	NFIM_EVENT_A_PEER,
	NFIM_EVENT_A_PEER_PORT,
	NFIM_EVENT_A_EDIT,
	NFIM_EVENT_A_POLICY,
	NFIM_EVENT_A_CLIENT,
	NFIM_EVENT_A_MECHANISM,

	__NFIM_EVENT_A_MAX,
	NFIM_EVENT_A_MAX = __NFIM_EVENT_A_MAX - 1,
};

#endif /* _UAPI_LINUX_NFIM_H */
