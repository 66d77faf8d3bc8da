/* SPDX-License-Identifier: GPL-2.0 */
/* What is remembered of a conversation between two of its messages. */
#ifndef _NFIM_MSNP_STATE_H
#define _NFIM_MSNP_STATE_H

#include <nfim/limits.h>

#include "mem.h"
#include "offer.h"
#include "p2p.h"

/**
 * struct msnp_parts - a text that comes in parts
 * @used: it is in use
 * @v2: version of the P2P header
 * @judged: what it announces was judged
 * @opened: ... and is open
 * @id: names the text
 * @session: ... and what it belongs to
 * @total: how long it will be
 * @have: how much of it has come
 * @n: in how many parts
 * @text: the bytes as they have left; from env.mem, of @total bytes
 * @offer: once @opened: what was announced
 * @port: once @opened: port at the outside address
 */
struct msnp_parts {
	bool used;
	bool v2;
	bool judged;
	bool opened;
	u32 id;
	u32 session;
	u32 total;
	u32 have;
	u32 n;
	char *text;
	struct offer offer;
	u16 port;
};

/**
 * struct msnp_resized - a P2P message that has another length now
 * @id: its Identifier
 * @uid: its number beside it
 * @was: length that the sender sent; 0 = this entry is not in use
 * @now: length that the receiver sees
 */
struct msnp_resized {
	u32 id;
	u32 uid;
	u32 was;
	u32 now;
};

/**
 * struct msnp_invited - an invitation
 * @used: it is in use
 * @by_client: our client invites, else the peer does
 * @kind: of a known application, see invite_kind_of()
 * @cookie: names it
 */
struct msnp_invited {
	bool used;
	bool by_client;
	u8 kind;
	u32 cookie;
};

/**
 * struct msnp_state - what is remembered of one connection
 * @parts: texts that come in parts
 * @resized: P2P messages whose receipts have to be corrected
 * @invited: invitations
 * @next_parts: entry of @parts to give up next
 * @next_resized: entry of @resized to use next
 * @next_invited: entry of @invited to use next
 *
 * All zero at first, about 700 bytes.
 */
struct msnp_state {
	struct msnp_parts parts[NFIM_TALK_TEXTS];
	struct msnp_resized resized[NFIM_TALK_RESIZED];
	struct msnp_invited invited[NFIM_TALK_INVITED];
	u8 next_parts;
	u8 next_resized;
	u8 next_invited;
};

/**
 * msnp_parts_add() - another part of a text
 * @state: the state
 * @mem: where memory comes from
 * @p: the part
 *
 * Parts must come in order; others end the text, and so do more than
 * %NFIM_TALK_PARTS: what there is of a text is read again with each part.
 *
 * Return: the text, of which the part is the last now; NULL when it is none,
 * too long or there is no memory.
 */
struct msnp_parts *msnp_parts_add(struct msnp_state *state,
				  const struct stream_mem *mem,
				  const struct p2p *p);

/**
 * msnp_parts_end() - forget a text
 * @parts: the text
 * @mem: where memory came from
 */
void msnp_parts_end(struct msnp_parts *parts, const struct stream_mem *mem);

/**
 * msnp_resized_add() - a P2P message was resized
 * @state: the state
 * @p: the message as the sender sent it
 * @now: the length it has now
 */
void msnp_resized_add(struct msnp_state *state, const struct p2p *p, u32 now);

/**
 * msnp_resized_find() - which message a receipt is for
 * @state: the state
 * @p: the receipt
 *
 * Return: the message; NULL when it was not resized.
 */
const struct msnp_resized *msnp_resized_find(const struct msnp_state *state,
					     const struct p2p *p);

/**
 * msnp_invited_add() - an invitation was seen
 * @state: the state
 * @cookie: names it
 * @by_client: our client invites
 * @kind: of which kind
 */
void msnp_invited_add(struct msnp_state *state, u32 cookie, bool by_client,
		      u8 kind);

/**
 * msnp_invited_find() - the invitation that a message belongs to
 * @state: the state
 * @cookie: names it
 *
 * Return: the last one of that name, or NULL.
 */
const struct msnp_invited *msnp_invited_find(const struct msnp_state *state,
					     u32 cookie);

#endif /* _NFIM_MSNP_STATE_H */
