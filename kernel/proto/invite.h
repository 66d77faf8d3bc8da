/* SPDX-License-Identifier: GPL-2.0 */
/* text/x-msmsgsinvite: invitations of MSN Messenger (reference: msnp.md 3). */
#ifndef _NFIM_INVITE_H
#define _NFIM_INVITE_H

#include <nfim/counters.h>
#include <nfim/limits.h>

#include "edit.h"
#include "offer.h"

/* "PortX" is the port number with these bits turned (msnp.md 3.1). */
#define INVITE_PORT_XOR	0x3141

/**
 * enum invite_command - Invitation-Command
 * @INVITE_OTHER: missing or none of the others
 * @INVITE_INVITE: INVITE
 * @INVITE_ACCEPT: ACCEPT
 * @INVITE_CANCEL: CANCEL
 * @INVITE_CONTEXT: Context
 */
enum invite_command {
	INVITE_OTHER,
	INVITE_INVITE,
	INVITE_ACCEPT,
	INVITE_CANCEL,
	INVITE_CONTEXT,
};

/**
 * enum invite_app - Application-GUID (msnp.md 3.2)
 * @INVITE_UNKNOWN: none, or none of the others
 * @INVITE_FILE: file transfer
 * @INVITE_CALL: voice, or voice and video
 * @INVITE_NETMEETING: NetMeeting
 * @INVITE_SHARING: application sharing
 * @INVITE_WHITEBOARD: whiteboard
 * @INVITE_ASK_ASSISTANCE: remote assistance; the one who invites is helped
 * @INVITE_OFFER_ASSISTANCE: remote assistance; the one who invites helps
 * @INVITE_WEBCAM: "viewing webcam", an add-on; it announces in its INVITE
 * @INVITE_GAME: a game that uses DirectPlay
 */
enum invite_app {
	INVITE_UNKNOWN,
	INVITE_FILE,
	INVITE_CALL,
	INVITE_NETMEETING,
	INVITE_SHARING,
	INVITE_WHITEBOARD,
	INVITE_ASK_ASSISTANCE,
	INVITE_OFFER_ASSISTANCE,
	INVITE_WEBCAM,
	INVITE_GAME,
};

/**
 * enum invite_kind - a field that names an address or a port
 * @INVITE_IP: IP-Address, in sessions with a port; IP of the webcam add-on
 * @INVITE_IP_INTERNAL: IP-Address-Internal
 * @INVITE_PORT: Port
 * @INVITE_PORTX: PortX
 * @INVITE_PORTX_INTERNAL: PortX-Internal
 * @INVITE_ENC64: IP-Address-Enc64: base64 of what IP-Address says
 * @INVITE_DATA: Context-Data, where it is an address with a port
 */
enum invite_kind {
	INVITE_IP,
	INVITE_IP_INTERNAL,
	INVITE_PORT,
	INVITE_PORTX,
	INVITE_PORTX_INTERNAL,
	INVITE_ENC64,
	INVITE_DATA,
};

/**
 * struct invite_field - where such a field stands
 * @kind: which one
 * @ok: its value could be read
 * @both: it is an address field with a port
 * @port: value of a port field, already turned back for the X forms
 * @off: offset of the value from the start of the body
 * @len: bytes of the value
 * @addr: value of an address field
 */
struct invite_field {
	enum invite_kind kind;
	bool ok;
	bool both;
	u16 port;
	u16 off;
	u16 len;
	struct addr addr;
};

/**
 * struct invite - an invitation
 * @command: what it says
 * @has_cookie: Invitation-Cookie was there and a number
 * @session: it belongs to a session (SM1), not to a file transfer
 * @sip: its Context-Data speaks of SIP
 * @mapped: it says that a router has mapped its port (UPnP)
 * @app: its Application-GUID
 * @crowded: it has more bytes, lines or address and port fields than are read
 * @cookie: Invitation-Cookie
 * @n: number of @field
 * @field: address and port fields in the order of the text
 */
struct invite {
	enum invite_command command;
	bool has_cookie;
	bool session;
	bool sip;
	bool mapped;
	bool crowded;
	enum invite_app app;
	u32 cookie;
	u32 n;
	struct invite_field field[NFIM_INVITE_FIELDS];
};

/**
 * struct invite_place - where an invitation stands in a packet
 * @data: payload of the packet
 * @line: its MSG line without the line's end; inside @data
 * @body: its body; inside @data
 * @payload_len: the length that the line names
 */
struct invite_place {
	struct span data;
	struct span line;
	struct span body;
	u32 payload_len;
};

/**
 * invite_parse() - read an invitation
 * @body: body of the message; at most %NFIM_MSG_MAX bytes are read
 * @inv: what it says
 */
void invite_parse(struct span body, struct invite *inv);

/**
 * invite_first() - the first field of a kind
 * @inv: a parsed invitation
 * @kind: the kind
 *
 * Return: the field, or NULL.
 */
const struct invite_field *invite_first(const struct invite *inv,
					enum invite_kind kind);

/**
 * invite_announces() - whether it names an endpoint of a file transfer
 * @inv: a parsed invitation
 *
 * Return: true for an ACCEPT with an address and a port.
 */
bool invite_announces(const struct invite *inv);

/**
 * invite_addr() - the address that peers are told
 * @inv: an invitation that announces
 * @addr: the address
 *
 * Return: false when it could not be read.
 */
bool __must_check invite_addr(const struct invite *inv, struct addr *addr);

/**
 * invite_offer() - what it offers
 * @inv: an invitation that announces
 * @self: the announcer's own addresses
 * @offer: filled on success
 *
 * Return: %NFIM_OK or the reason why it cannot be accepted.
 */
enum nfim_counter invite_offer(const struct invite *inv,
			       const struct self *self, struct offer *offer);

/**
 * invite_plan_fields() - how to rewrite its fields, whatever length results
 * @inv: the invitation
 * @self: the announcer's own addresses
 * @offer: from invite_offer()
 * @outside_port: port at the outside address that peers are to use
 * @where: where it stands; only @where->data and @where->body matter
 * @plan: replacements are added here; unchanged on failure
 *
 * Return: false when it cannot be rewritten.
 */
bool __must_check invite_plan_fields(const struct invite *inv,
				     const struct self *self,
				     const struct offer *offer,
				     u16 outside_port,
				     const struct invite_place *where,
				     struct edit_plan *plan);

/**
 * invite_plan() - how to rewrite it
 * @inv: the invitation
 * @self: the announcer's own addresses
 * @offer: from invite_offer()
 * @outside_port: port at the outside address that peers are to use
 * @where: where it stands
 * @resize: whether the packet's length may change
 * @plan: replacements are added here; unchanged on failure
 *
 * The same length is tried first: blanks behind the last line make up for
 * what is shorter. Messages of one packet are planned in the order in which they
 * stand there.
 *
 * Return: false when it cannot be rewritten.
 */
bool __must_check invite_plan(const struct invite *inv,
			      const struct self *self,
			      const struct offer *offer, u16 outside_port,
			      const struct invite_place *where, bool resize,
			      struct edit_plan *plan);

/**
 * invite_plan_length() - make up for a change of length
 * @where: where the invitation stands
 * @delta: bytes that it has grown by
 * @resize: whether the packet's length may change
 * @plan: replacements are added; in disorder on failure
 *
 * Return: false when that is impossible.
 */
bool __must_check invite_plan_length(const struct invite_place *where,
				     s32 delta, bool resize,
				     struct edit_plan *plan);

/* Endpoints of one session. */
#define INVITE_ENDS	4

/**
 * struct invite_end - an endpoint of a session
 * @offer: what it is
 * @field: the field that tells its port; NULL if that is known from the
 *	application alone
 */
struct invite_end {
	struct offer offer;
	const struct invite_field *field;
};

/**
 * invite_session_addr() - the address that peers of a session are told
 * @inv: a parsed invitation
 *
 * Return: a field, or NULL.
 */
const struct invite_field *invite_session_addr(const struct invite *inv);

/**
 * invite_session() - which endpoints of a session it names (msnp.md 3.4)
 * @inv: a parsed invitation
 * @app: the application, from its INVITE
 * @by_client: who announces is the one who invited
 * @end: the endpoints, without regard to whose address it is
 *
 * Return: how many.
 */
u32 invite_session(const struct invite *inv, enum invite_app app,
		   bool by_client, struct invite_end end[INVITE_ENDS]);

/**
 * invite_session_offer() - whether an endpoint is the announcer's own
 * @inv: the invitation
 * @end: the endpoint
 * @self: the announcer's own addresses
 * @offer: filled on success
 *
 * Return: %NFIM_OK or why not.
 */
enum nfim_counter invite_session_offer(const struct invite *inv,
				       const struct invite_end *end,
				       const struct self *self,
				       struct offer *offer);

/**
 * invite_session_plan() - how to rewrite an endpoint
 * @inv: the invitation
 * @end: the endpoint
 * @self: the announcer's own addresses
 * @port: port at the outside address that peers are to use
 * @where: where it stands
 * @plan: replacements are added; unchanged on failure
 *
 * Endpoints of the same message share their address: it is rewritten once. What
 * becomes of its length is for invite_plan_length(), when all have been planned.
 *
 * Return: false when it cannot be rewritten.
 */
bool __must_check invite_session_plan(const struct invite *inv,
				      const struct invite_end *end,
				      const struct self *self, u16 port,
				      const struct invite_place *where,
				      struct edit_plan *plan);

#endif /* _NFIM_INVITE_H */
