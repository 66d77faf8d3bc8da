/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where SIP names addresses: URIs (RFC 3261 section 19, 25), and the sent-by
 * and parameters of Via (RFC 3261 20.42, RFC 3581). Places count from the start
 * of the data that is parsed.
 */
#ifndef _NFIM_SIP_URI_H
#define _NFIM_SIP_URI_H

#include "place.h"
#include "text.h"

#define SIP_PORT	5060
#define SIPS_PORT	5061

/**
 * enum sip_transport - a transport as Via and URIs name it
 * @SIP_NO_TRANSPORT: not named
 * @SIP_UDP: UDP
 * @SIP_TCP: TCP
 * @SIP_TLS: TLS or TLS-SCTP
 * @SIP_OTHER_TRANSPORT: any other: SCTP, WS ...
 */
enum sip_transport {
	SIP_NO_TRANSPORT,
	SIP_UDP,
	SIP_TCP,
	SIP_TLS,
	SIP_OTHER_TRANSPORT,
};

/**
 * enum sip_scheme - the scheme of a URI
 * @SIP_SCHEME_OTHER: none of the others
 * @SIP_SCHEME_SIP: sip:
 * @SIP_SCHEME_SIPS: sips:
 * @SIP_SCHEME_TEL: tel:
 */
enum sip_scheme {
	SIP_SCHEME_OTHER,
	SIP_SCHEME_SIP,
	SIP_SCHEME_SIPS,
	SIP_SCHEME_TEL,
};

/**
 * struct sip_host - "host" or "host:port"
 * @at: all of it, brackets of an IPv6 address too; @at.len 0: there is none
 * @port_at: the digits of the port
 * @addr: the address; @addr.len 0 where it is a name
 * @port: the port; 0 where there is none
 * @bare: an IPv6 address without brackets, as received may have it (RFC 5118)
 */
struct sip_host {
	struct place at;
	struct place port_at;
	struct addr addr;
	u16 port;
	bool bare;
};

/**
 * struct sip_uri - a URI
 * @at: all of it
 * @user: the user part, as it is written, password included
 * @host: for sip: and sips:
 * @maddr: the parameter; it has no port
 * @scheme: enum sip_scheme
 * @transport: enum sip_transport, the parameter
 * @lr: the parameter
 * @ob: the parameter (RFC 5626)
 */
struct sip_uri {
	struct place at;
	struct place user;
	struct sip_host host;
	struct sip_host maddr;
	u8 scheme;
	u8 transport;
	bool lr;
	bool ob;
};

/**
 * struct sip_via - one value of Via
 * @sent_by: who has sent it
 * @maddr: the parameter; it has no port
 * @received: the parameter; it has no port
 * @branch: the parameter
 * @rport: value of the parameter; @rport.len 0 where it has none
 * @rport_no: its number; 0 where it has none
 * @transport: enum sip_transport
 * @has_rport: the parameter is there, with or without a value
 */
struct sip_via {
	struct sip_host sent_by;
	struct sip_host maddr;
	struct sip_host received;
	struct place branch;
	struct place rport;
	u16 rport_no;
	u8 transport;
	bool has_rport;
};

/**
 * sip_uri_parse() - read a URI that fills the span
 * @data: where places count from
 * @s: the URI without the angle brackets; parameters and headers belong to it
 * @uri: what it says; unknown schemes have only @uri.at
 *
 * Return: false when it cannot be read.
 */
bool __must_check sip_uri_parse(struct span data, struct span s,
				struct sip_uri *uri);

/**
 * sip_uri_port() - the port that a URI means
 * @uri: a sip: or sips: URI
 *
 * Return: the port named, or the default one.
 */
u16 sip_uri_port(const struct sip_uri *uri);

/**
 * sip_via_take() - read one value of Via
 * @data: where places count from
 * @rest: value of a header; moved behind the value and its comma
 * @via: what it says
 *
 * Return: false when it cannot be read.
 */
bool __must_check sip_via_take(struct span data, struct span *rest,
			       struct sip_via *via);

/**
 * sip_via_port() - the port that a sent-by means
 * @via: a value of Via
 *
 * Return: the port named, or the default one.
 */
u16 sip_via_port(const struct sip_via *via);

#endif /* _NFIM_SIP_URI_H */
