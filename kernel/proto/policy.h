/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What may be opened: policies, which client each of them speaks for, and the
 * judgement on an offer. The module and the tool share this, so that a
 * capture is judged as the gateway would.
 */
#ifndef _NFIM_PROTO_POLICY_H
#define _NFIM_PROTO_POLICY_H

#include <nfim/counters.h>
#include <nfim/limits.h>

#include "offer.h"

/**
 * enum policy_helper - which helper a policy speaks for
 * @POLICY_MSNP: "msnp"
 * @POLICY_IMSIP: "imsip"
 * @POLICY_HELPER_MAX: number of helpers
 */
enum policy_helper {
	POLICY_MSNP,
	POLICY_IMSIP,
	POLICY_HELPER_MAX
};

/**
 * policy_helper_name() - the name of a helper, as in nft
 * @helper: which one
 *
 * Return: a constant string.
 */
static inline const char *policy_helper_name(enum policy_helper helper)
{
	return helper == POLICY_IMSIP ? "imsip" : "msnp";
}

/**
 * enum policy_peers - who may send media to an endpoint of a SIP call
 * @POLICY_PEERS_SDP: whoever the other party's description names, and the
 *	signalling peer as long as it has named nobody
 * @POLICY_PEERS_SIGNALLING: the signalling peer
 * @POLICY_PEERS_ANY: anybody
 * @POLICY_PEERS_MAX: number of these
 */
enum policy_peers {
	POLICY_PEERS_SDP,
	POLICY_PEERS_SIGNALLING,
	POLICY_PEERS_ANY,
	POLICY_PEERS_MAX
};

/**
 * policy_peers_name() - the public name of one of these
 * @peers: which one
 *
 * Return: a constant string.
 */
static inline const char *policy_peers_name(enum policy_peers peers)
{
	static const char *const names[POLICY_PEERS_MAX] = {
		"sdp", "peer", "any",
	};

	return names[peers];
}

/* Transport protocols of an application, as bits. */
#define POLICY_TCP	0x01
#define POLICY_UDP	0x02

/**
 * struct port_range - ports from @lo to @hi, both included
 * @lo: first port, host byte order; 0 marks an unused entry
 * @hi: last port
 */
struct port_range {
	u16 lo;
	u16 hi;
};

/**
 * struct policy_app - what one application may do
 * @allow: whether anything is opened for it
 * @protos: POLICY_TCP and POLICY_UDP
 * @limit: endpoints open or in use at once for one host
 * @lifetime: seconds until an unused expectation closes
 * @inside: ports a client may listen on; used entries first
 * @outside: ports to choose from at the outside address; used entries first;
 *	the announced port is taken first if it is among them
 */
struct policy_app {
	bool allow;
	u8 protos;
	u16 limit;
	u16 lifetime;
	struct port_range inside[NFIM_POLICY_RANGES];
	struct port_range outside[NFIM_POLICY_RANGES];
};

/**
 * struct version_range - client versions from @lo to @hi, both included
 * @lo: from version_read()
 * @hi: from version_read()
 */
struct version_range {
	u64 lo;
	u64 hi;
};

/**
 * struct addr_prefix - a network
 * @addr: its address; @addr.len 0 marks an unused entry
 * @bits: length of the prefix
 */
struct addr_prefix {
	struct addr addr;
	u8 bits;
};

/**
 * struct client - what is known of a host's client
 * @dialect: n of the dialect "MSNPn" that the server chose; 0 if unknown
 * @version: from version_read(); 0 if unknown
 * @name: client name of CVR, such as "MSNMSGR"; "" if unknown
 * @text: version as the client wrote it
 * @agent: SIP User-Agent or Server; "" if unknown
 *
 * Strings are terminated and cut to fit.
 */
struct client {
	u8 dialect;
	u64 version;
	char name[NFIM_CLIENT_NAME];
	char text[NFIM_CLIENT_NAME];
	char agent[NFIM_CLIENT_AGENT];
};

/**
 * struct policy - rules for some clients
 * @name: what the administrator calls it; terminated
 * @helper: which helper it is for
 * @is_default: it holds for clients that no policy speaks for
 * @client: client names, compared without regard to case; "" ends the list;
 *	an empty list fits any
 * @version: version ranges; an entry with @hi 0 ends the list; an empty list
 *	fits any
 * @dialect_lo: lowest MSNP dialect; 0 for any
 * @dialect_hi: highest MSNP dialect; 0 for any
 * @agent: text that the User-Agent contains, case ignored; "" fits any
 * @privileged: ports below 1024 may be opened if a range names them
 * @hold: messages in several packets may be held back until they are whole
 * @client_ip: the server's word about the client's address is corrected
 * @hairpin: peers on the listener's side of the gateway are let in
 * @no_ice: descriptions with ICE candidates are left alone
 * @media_peers: enum policy_peers
 * @host_limit: endpoints of all applications at once for one host
 * @net_limit: endpoints of all hosts at once, beyond which none is opened by
 *	this policy
 * @third_party: hosts that a client may announce beside itself; an entry with
 *	no address ends the list
 * @media_net: networks that may send media, in place of what @media_peers
 *	says; the same
 * @app: by enum nfim_app; what is not mentioned is not allowed
 */
struct policy {
	char name[NFIM_POLICY_NAME];
	enum policy_helper helper;
	bool is_default;
	char client[NFIM_POLICY_CLIENTS][NFIM_CLIENT_NAME];
	struct version_range version[NFIM_POLICY_VERSIONS];
	u8 dialect_lo;
	u8 dialect_hi;
	char agent[NFIM_CLIENT_AGENT];
	bool privileged;
	bool hold;
	bool client_ip;
	bool hairpin;
	bool no_ice;
	u8 media_peers;
	u16 host_limit;
	u16 net_limit;
	struct addr_prefix third_party[NFIM_POLICY_PREFIXES];
	struct addr_prefix media_net[NFIM_POLICY_PREFIXES];
	struct policy_app app[NFIM_APP_MAX];
};

/**
 * struct policy_quota - limits of a policy that says nothing of them
 * @host: its @host_limit
 * @net: its @net_limit
 */
struct policy_quota {
	u16 host;
	u16 net;
};

/**
 * policy_quota - by enum policy_helper: a SIP host may be a trunk or a PBX, with
 * calls of many people
 */
extern const struct policy_quota policy_quota[POLICY_HELPER_MAX];

/**
 * policy_builtin - what holds when the administrator loaded nothing (D12):
 * one default policy for each helper, by enum policy_helper
 */
extern const struct policy policy_builtin[POLICY_HELPER_MAX];

/**
 * version_read() - read a version number
 * @s: one to four decimal numbers below 65536 joined by dots; anything that
 *	follows them is ignored
 * @fill: what missing numbers are: 0 for a lower end, 0xffff for an upper
 * @version: the numbers as 16 bits each, the first one on top
 *
 * Return: false when it does not begin with a number.
 */
bool __must_check version_read(struct span s, u16 fill, u64 *version);

/**
 * policy_fits() - whether a policy speaks for a client
 * @p: the policy
 * @c: the client
 *
 * Every condition that the policy names must hold.
 *
 * Return: true if it does.
 */
bool policy_fits(const struct policy *p, const struct client *c);

/**
 * policy_is_open() - whether a policy names no condition
 * @p: the policy
 *
 * Return: true if it fits every client.
 */
bool policy_is_open(const struct policy *p);

/**
 * policy_find() - the policy for a client
 * @set: policies in the order of the file
 * @n: how many
 * @helper: which helper asks
 * @c: the client, or NULL if nothing is known of it
 *
 * Return: the first one that fits, else the default one of the helper, else
 * NULL.
 */
const struct policy *policy_find(const struct policy *set, u32 n,
				 enum policy_helper helper,
				 const struct client *c);

/**
 * policy_check() - whether a policy makes sense by itself
 * @p: the policy
 * @why: set to a sentence when it does not
 *
 * Return: false when it does not.
 */
bool __must_check policy_check(const struct policy *p, const char **why);

/**
 * policy_port() - judge a port against a list
 * @ranges: %NFIM_POLICY_RANGES entries
 * @port: the port, host byte order
 * @privileged: ports below 1024 are as good as others
 *
 * Ports of the system and of common servers are refused inside a range too,
 * unless a range names just that port (security.md 6).
 *
 * Return: %NFIM_OK or why not.
 */
enum nfim_counter policy_port(const struct port_range *ranges, u16 port,
			      bool privileged);

/**
 * policy_judge() - judge an offer
 * @p: the policy, or NULL if there is none for the client
 * @offer: what was announced
 *
 * Return: %NFIM_OK or why not.
 */
enum nfim_counter policy_judge(const struct policy *p,
			       const struct offer *offer);

/**
 * policy_third_party() - whether a client may announce another host
 * @p: the policy
 * @addr: address of the other host
 *
 * Return: true when the policy names it.
 */
bool policy_third_party(const struct policy *p, const struct addr *addr);

/**
 * struct port_choice - walks the outside ports worth trying
 * @first: port to try first
 * @seed: any number; spreads the rest
 * @i: how many were given out
 */
struct port_choice {
	u16 first;
	u32 seed;
	u32 i;
};

/**
 * policy_next_port() - the next outside port to try
 * @p: the policy
 * @app: the application
 * @c: where we are; set @first and @seed, leave @i zero at first
 *
 * First @c->first if it is allowed, then the ranges in their order, each from
 * a place that @c->seed decides, at most %NFIM_PORT_TRIES in all.
 *
 * Return: a port, or 0 when there is nothing left to try.
 */
u16 policy_next_port(const struct policy *p, enum nfim_app app,
		     struct port_choice *c);

#endif /* _NFIM_PROTO_POLICY_H */
