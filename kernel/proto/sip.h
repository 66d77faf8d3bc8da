/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SIP messages: one pass over the start line and the header notes what a helper
 * needs and where it stands (reference: sip.md 1). Nothing behind the empty
 * line is ever taken for a header.
 */
#ifndef _NFIM_SIP_H
#define _NFIM_SIP_H

#include <nfim/limits.h>

#include "mime.h"
#include "sip_uri.h"

/**
 * enum sip_method - methods that mean something to a helper
 * @SIP_OTHER: any other one
 */
enum sip_method {
	SIP_OTHER,
	SIP_INVITE,
	SIP_ACK,
	SIP_BYE,
	SIP_CANCEL,
	SIP_REGISTER,
	SIP_OPTIONS,
	SIP_PRACK,
	SIP_UPDATE,
	SIP_INFO,
	SIP_MESSAGE,
	SIP_REFER,
	SIP_SUBSCRIBE,
	SIP_NOTIFY,
	SIP_PUBLISH,
	SIP_SERVICE,
	SIP_BENOTIFY,
	SIP_NEGOTIATE,
};

/**
 * enum sip_result - what some bytes are
 * @SIP_OK: a message; the parser's result holds it
 * @SIP_KEEPALIVE: nothing but line ends, or no more than four bytes of junk
 * @SIP_FOREIGN: not SIP 2.0: no request line and no status line
 * @SIP_MALFORMED: a message that breaks a rule that matters: passes untouched
 * @SIP_CROWDED: more bytes or header fields than are read: passes untouched
 */
enum sip_result {
	SIP_OK,
	SIP_KEEPALIVE,
	SIP_FOREIGN,
	SIP_MALFORMED,
	SIP_CROWDED,
};

/**
 * struct sip_contact - one value of Contact
 * @uri: where to
 * @expires: the parameter, seconds; beyond 32 bits it is ~0
 * @has_expires: the parameter is there and a number
 * @replace: "proxy=replace" is there (sip.md 4.2)
 */
struct sip_contact {
	struct sip_uri uri;
	u32 expires;
	bool has_expires;
	bool replace;
};

/**
 * struct sip - a message
 * @status: of a response; 0 for a request
 * @method: of a request; for a response, that of its CSeq
 * @cseq: the number in CSeq
 * @expires: the header, seconds; beyond 32 bits it is ~0
 * @content_length: its number
 * @method_at: the method of a request, or the method in a response's CSeq
 * @call_id: value of Call-ID
 * @from_tag: tag of From
 * @to_tag: tag of To; empty where there is none yet
 * @agent: value of User-Agent
 * @server: value of Server
 * @content_type: value of Content-Type, see mime_parse()
 * @length_at: digits of Content-Length
 * @body: what follows the empty line, as far as it belongs to the message
 * @uri: Request-URI of a request
 * @via: values of Via, the topmost one first
 * @contact: values of Contact
 * @record_route: values of Record-Route, the topmost ones
 * @route: values of Route, the topmost ones
 * @vias: number of @via
 * @contacts: number of @contact
 * @record_routes: number of @record_route
 * @routes: number of @route
 * @has_expires: Expires is there and a number
 * @has_length: Content-Length is there
 * @star: "Contact: *"
 * @encoded: Content-Encoding is not identity: the body cannot be read
 * @auth_int: its credentials cover the body, which must not be changed
 * @reliable: Require or Supported names 100rel, or it has an RSeq
 * @more: there are more Contacts than are kept, or some cannot be read
 *
 * Entries of @via and what follows are of no use beyond their numbers. Places
 * count from the start of the data parsed.
 */
struct sip {
	u16 status;
	u8 method;
	u8 vias;
	u8 contacts;
	u8 record_routes;
	u8 routes;
	bool has_expires;
	bool has_length;
	bool star;
	bool encoded;
	bool auth_int;
	bool reliable;
	bool more;
	u32 cseq;
	u32 expires;
	u32 content_length;
	struct place method_at;
	struct place call_id;
	struct place from_tag;
	struct place to_tag;
	struct place agent;
	struct place server;
	struct place content_type;
	struct place length_at;
	struct place body;
	struct sip_uri uri;
	struct sip_via via[NFIM_SIP_VIAS];
	struct sip_contact contact[NFIM_SIP_CONTACTS];
	struct sip_uri record_route[NFIM_SIP_ROUTES];
	struct sip_uri route[NFIM_SIP_ROUTES];
};

/* Too large for a stack: callers have one per CPU. */
static_assert(sizeof(struct sip) <= 3072, "struct sip stays small");

/**
 * sip_is_request() - whether a message is a request
 * @sip: a message
 *
 * Return: false for a response.
 */
static inline bool sip_is_request(const struct sip *sip)
{
	return !sip->status;
}

/**
 * sip_method() - the method of some name
 * @name: a method's name; case matters
 *
 * Return: the method, or %SIP_OTHER.
 */
enum sip_method sip_method(struct span name);

/**
 * sip_parse() - read a message
 * @data: a whole message, or a datagram; line ends may stand in front
 * @datagram: bytes behind the body are ignored, and Content-Length may be
 *	missing; else the message must fill @data exactly
 * @sip: what it says; of no use unless %SIP_OK is returned
 *
 * A message must have From, To, Call-ID and CSeq once, and a Via, and its
 * CSeq must name its method. Header fields beside these that cannot be read
 * are as if they were not there.
 *
 * Return: see enum sip_result.
 */
enum sip_result sip_parse(struct span data, bool datagram, struct sip *sip);

/**
 * sip_skim() - read a message of which no address will be looked at
 * @data: as above
 * @datagram: as above
 * @sip: as above, but of a request that can neither begin, change nor end a
 *	session or registration there are no URIs, tags, and values of Via
 *
 * Return: as above; what is not read need not be well-formed.
 */
enum sip_result sip_skim(struct span data, bool datagram, struct sip *sip);

/**
 * sip_body_parse() - the parts of a message's body
 * @data: what was parsed
 * @sip: the message
 * @mime: its parts; none where the body cannot be read
 *
 * Return: false when there are more or deeper parts than are read: then the
 * body must not be changed.
 */
bool __must_check sip_body_parse(struct span data, const struct sip *sip,
				 struct mime *mime);

#endif /* _NFIM_SIP_H */
