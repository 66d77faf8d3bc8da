/* SPDX-License-Identifier: GPL-2.0 */
/* Between the parts of imsip: one message while it is being decided about. */
#ifndef _NFIM_IMSIP_JOB_H
#define _NFIM_IMSIP_JOB_H

#include "imsip.h"

/* What host-wide holes for signalling are called; calls have no such cookie. */
#define IMSIP_LISTEN_COOKIE	0x80000000u

/**
 * struct imsip_job - a message
 * @t: its surroundings
 * @data: the message
 * @plan: collects replacements
 * @sip: what it says
 * @mime: its body; no parts when it must not be changed
 * @body_ok: the body may be changed
 * @call_id: from imsip_ops.lock()
 * @call: the call, for either end; NULL when there is none
 * @map: what the sender's own endpoints become
 * @tag: of From and To, once they were asked for; see imsip_tag()
 * @hashed: which of @tag were, as bits
 * @asked: of a transaction that is followed, tag of the party in which its number
 *	is noted, for either end
 * @opened: slots of streams that this message opened, as bits
 * @file: cookie of the file transfer that it opened, or 0
 */
struct imsip_job {
	struct imsip *t;
	struct span data;
	struct edit_plan *plan;
	struct sip *sip;
	struct mime *mime;
	bool body_ok;
	u64 call_id;
	struct imsip_call *call[2];
	struct sip_map map;
	u32 tag[2];
	u8 hashed;
	u32 asked[2];
	u32 opened;
	u32 file;
};

/**
 * imsip_env() - surroundings of one end
 * @j: the message
 * @side: which end
 *
 * Return: see struct env.
 */
static inline const struct env *imsip_env(const struct imsip_job *j, u8 side)
{
	return j->t->side[side].env;
}

/**
 * imsip_policy() - the policy for the host at one end
 * @j: the message
 * @side: which end
 *
 * Return: NULL when none speaks for it.
 */
static inline const struct policy *imsip_policy(const struct imsip_job *j,
						u8 side)
{
	const struct env *env = imsip_env(j, side);

	return env->ops->policy(env->ctx);
}

/**
 * imsip_names_nets() - whether policy names who may send media
 * @j: the message
 * @side: the host
 *
 * Return: true if there are networks, of whatever family.
 */
bool imsip_names_nets(const struct imsip_job *j, u8 side);

/**
 * imsip_peer() - who may send to an endpoint
 * @j: the message
 * @side: the host
 * @offer: the endpoint; all of it that speaks of a peer is set
 * @media: index of its m= line
 * @nth: which one of several, from 0
 *
 * Return: false behind the last one.
 */
bool imsip_peer(const struct imsip_job *j, u8 side, struct offer *offer,
		u8 media, u32 nth);

/**
 * imsip_set_peer() - the other party said where it listens
 * @j: the message
 * @m: its description of a media
 * @p: set
 *
 * What it names may be what we told it ourselves: then it is behind this gateway
 * as well, its media never get outside, and come from its own address.
 */
void imsip_set_peer(struct imsip_job *j, const struct sdp_media *m,
		    struct imsip_peer *p);

/**
 * imsip_tx() - which transaction a method belongs to
 * @method: enum sip_method
 *
 * Return: %IMSIP_TX_MAX for those that are not followed.
 */
enum imsip_tx imsip_tx(u8 method);

/**
 * imsip_count_sdp() - session descriptions in the body
 * @j: the message
 *
 * Return: their number.
 */
u32 imsip_count_sdp(const struct imsip_job *j);

/**
 * imsip_readable() - whether a description can be opened and rewritten as a
 *	whole
 * @j: the message
 * @side: the host whose policy counts
 *
 * Return: false when candidates in j->t->scratch->sdp are to stay or are too
 * many.
 */
bool imsip_readable(const struct imsip_job *j, u8 side);

/**
 * imsip_announce() - the host gave a session description
 * @j: the message
 * @side: the host
 *
 * Opens what is new in j->t->scratch->sdp and plans the rewriting.
 */
void imsip_announce(struct imsip_job *j, u8 side);

/**
 * imsip_described() - the host has given its descriptions
 * @j: the message
 * @side: the host
 *
 * Closes what they do not name any more, if nothing is left to be agreed on.
 */
void imsip_described(struct imsip_job *j, u8 side);

/**
 * imsip_settle() - what was described last holds
 * @j: the message
 * @side: the host
 *
 * Closes what it does not name any more, unless others were told of that.
 */
void imsip_settle(struct imsip_job *j, u8 side);

/**
 * imsip_revert() - what was described last does not hold
 * @j: the message
 * @side: the host
 */
void imsip_revert(struct imsip_job *j, u8 side);

/**
 * imsip_meet() - the other party said where it listens
 * @j: the message
 * @side: the host
 *
 * Lets just that party come (security.md 8).
 */
void imsip_meet(struct imsip_job *j, u8 side);

/**
 * imsip_activate() - what was reserved is open from now on
 * @j: the message
 * @side: the host
 */
void imsip_activate(struct imsip_job *j, u8 side);

/**
 * imsip_close_opened() - take back what this message opened
 * @j: the message
 * @side: the host
 */
void imsip_close_opened(struct imsip_job *j, u8 side);

/**
 * imsip_said() - the host sent it
 * @j: the message
 * @side: the host
 */
void imsip_said(struct imsip_job *j, u8 side);

/**
 * imsip_heard() - the host is to get it
 * @j: the message
 * @side: the host
 */
void imsip_heard(struct imsip_job *j, u8 side);

/**
 * imsip_find() - the record of the call
 * @j: the message
 * @side: the host
 * @make: make one
 *
 * Return: NULL when there is none.
 */
struct imsip_call *imsip_find(struct imsip_job *j, u8 side, bool make);

/**
 * imsip_hash_tag() - imsip_tag(), asked for the first time
 * @j: the message
 * @to: the one in To, else that in From
 *
 * Return: a hash of it; 0 where there is none.
 */
u32 imsip_hash_tag(struct imsip_job *j, bool to);

/**
 * imsip_tag() - what stands for a party of a call
 * @j: the message
 * @to: the one in To, else that in From
 *
 * Return: a hash of it; 0 where there is none.
 */
static inline u32 imsip_tag(struct imsip_job *j, bool to)
{
	return j->hashed & 1 << to ? j->tag[to] : imsip_hash_tag(j, to);
}

/**
 * imsip_party() - a party of a call
 * @call: the call
 * @tag: from imsip_tag()
 *
 * Return: NULL when there is none with that tag.
 */
struct imsip_party *imsip_party(struct imsip_call *call, u32 tag);

/**
 * imsip_add_parties() - those in From and To take part in a call
 * @j: the message
 * @call: the call
 */
void imsip_add_parties(struct imsip_job *j, struct imsip_call *call);

/**
 * imsip_leg() - with whom a call has to do that is spoken of
 * @j: the message
 * @call: the call
 *
 * Return: the party that was called; the caller as long as there is none; NULL
 * when that is not known either.
 */
struct imsip_party *imsip_leg(struct imsip_job *j, struct imsip_call *call);

/**
 * imsip_taken() - how many have the call
 * @call: the call
 *
 * Return: the number.
 */
u32 imsip_taken(const struct imsip_call *call);

/**
 * imsip_is_forked() - whether what one party was told may not be all that counts
 * @call: the call
 *
 * Early media may come from any who rings, until one takes the call (sip.md 3).
 *
 * Return: true if several have the call or, as long as nobody does, ring.
 */
bool imsip_is_forked(const struct imsip_call *call);

/**
 * imsip_is_stale() - whether a request is older than what was asked before
 * @j: the request
 * @call: the call
 * @who: who asks: 0 the host, 1 another
 *
 * Each dialog counts for itself (RFC 3261 12.2.1.1).
 *
 * Return: true if so.
 */
bool imsip_is_stale(struct imsip_job *j, struct imsip_call *call, u8 who);

/**
 * imsip_note() - a request waits for its answer
 * @j: the request; its From is known
 * @side: the host
 * @who: who asks
 */
void imsip_note(struct imsip_job *j, u8 side, u8 who);

/**
 * imsip_is_answer() - whether a response is for what was asked last
 * @j: the response
 * @side: the host
 * @who: who had asked
 *
 * Return: true if so.
 */
bool imsip_is_answer(struct imsip_job *j, u8 side, u8 who);

/**
 * imsip_asks() - an INVITE for a call is alive
 * @j: the INVITE, which the host sent, or a provisional answer of the host
 * @call: the call, not taken yet
 * @who: who had asked
 *
 * Only by what the host itself says: others could ask again and again for what
 * it refuses, and so keep the call.
 */
void imsip_asks(const struct imsip_job *j, struct imsip_call *call, u8 who);

/**
 * imsip_asks_anew() - what was asked so far does not count any more
 * @call: the call
 * @who: who asks
 */
void imsip_asks_anew(struct imsip_call *call, u8 who);

/**
 * imsip_refused() - an INVITE for a call is not alive any more
 * @j: the answer
 * @call: the call
 * @who: who had asked
 */
void imsip_refused(const struct imsip_job *j, struct imsip_call *call, u8 who);

/**
 * imsip_asked_elsewhere() - whether there is another INVITE for a call
 * @j: the one, or a CANCEL of it
 * @call: the call
 * @who: who asks
 *
 * Return: true if another one is alive.
 */
bool imsip_asked_elsewhere(const struct imsip_job *j,
			   const struct imsip_call *call, u8 who);

/**
 * imsip_register() - the host registers
 * @j: the message
 * @side: the host
 */
void imsip_register(struct imsip_job *j, u8 side);

/**
 * imsip_registered() - the registrar agrees
 * @j: the message
 * @side: the host
 */
void imsip_registered(struct imsip_job *j, u8 side);

/**
 * imsip_listen_cookie() - the name of a port for requests
 * @l: the port
 *
 * One for each port of a host and each server that may come there: it may serve many
 * calls, but none of them speaks for another server.
 *
 * Return: the cookie.
 */
static inline u32 imsip_listen_cookie(const struct imsip_listen *l)
{
	return IMSIP_LISTEN_COOKIE |
	       ((l->peer ^ (u32)(l->proto == 6) << 16 ^ l->inside_port) &
		0x3fffffff);
}

/**
 * imsip_known_ports() - the host names ports that it was let listen on before
 * @j: the message
 * @side: the host, which sent it
 */
void imsip_known_ports(struct imsip_job *j, u8 side);

/**
 * imsip_contacts() - the host names ports that it listens on for requests
 * @j: the message, not a REGISTER
 * @side: the host
 */
void imsip_contacts(struct imsip_job *j, u8 side);

/**
 * imsip_contacts_activate() - and the other side has answered
 * @j: the message
 * @side: the host
 */
void imsip_contacts_activate(struct imsip_job *j, u8 side);

/**
 * imsip_open() - have an endpoint opened that cannot be refused for its text
 * @j: the message
 * @side: the host
 * @offer: the endpoint; announced as it is to be
 * @edited: the announcement will be changed by other means
 *
 * Return: its outside port, or 0.
 */
u16 imsip_open(struct imsip_job *j, u8 side, const struct offer *offer,
	       bool edited);

/**
 * imsip_try() - judge an endpoint and have it opened, and tell what became of it
 * @j: the message
 * @side: the host
 * @o: the endpoint
 *
 * Return: false when it was refused.
 */
bool imsip_try(struct imsip_job *j, u8 side, struct opening *o);

/**
 * imsip_refuse() - tell that an announcement is refused
 * @j: the message
 * @side: the host
 * @offer: what was offered; NULL when it could not be read
 * @why: the reason
 */
void imsip_refuse(struct imsip_job *j, u8 side, const struct offer *offer,
		  enum nfim_counter why);

/**
 * imsip_invitation() - a part of the body is an invitation (sip.md 4.3)
 * @j: the message, a request
 * @side: a host at one of the ends
 * @body: the part
 */
void imsip_invitation(struct imsip_job *j, u8 side, struct span body);

#endif /* _NFIM_IMSIP_JOB_H */
