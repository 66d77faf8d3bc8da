/* SPDX-License-Identifier: GPL-2.0 */
/*
 * P2P messages: the binary headers in front of MSNSLP and webcam texts, of
 * versions 1 and 2 (reference: msnp.md 6, 7 and 8).
 */
#ifndef _NFIM_P2P_H
#define _NFIM_P2P_H

#include "edit.h"
#include "text.h"

/* Offsets in a version 1 header. */
#define P2P_TOTAL	16
#define P2P_LENGTH	24
#define P2P_ACKED_SIZE	40
#define P2P_HEADER	48

/**
 * enum p2p_kind - what a P2P message is, as far as its header tells
 * @P2P_BULK: data of a file or picture, or nothing that we know
 * @P2P_SLP: MSNSLP, or a part of it
 * @P2P_SESSION: data of another session: it may be a webcam's
 * @P2P_ACK: a receipt of version 1
 */
enum p2p_kind {
	P2P_BULK,
	P2P_SLP,
	P2P_SESSION,
	P2P_ACK,
};

/**
 * struct p2p - one P2P message
 * @kind: what it is
 * @v2: its header is of version 2
 * @session: SessionID; 0 for MSNSLP
 * @id: names the message that it is a part of, for both parts and receipts
 * @uid: version 1: the sender's number beside it; in a receipt the number of
 *	what was received
 * @acked: in a receipt: which message was received
 * @offset: where the part begins; for version 2 only whether it is 0
 * @total: bytes of the whole message; version 2: of this part and what comes
 * @zero: version 1: its length field is 0 although data follows
 * @head: the header
 * @data: the part
 */
struct p2p {
	enum p2p_kind kind;
	bool v2;
	u32 session;
	u32 id;
	u32 uid;
	u32 acked;
	u32 offset;
	u32 total;
	bool zero;
	struct span head;
	struct span data;
};

/**
 * p2p_read() - read a P2P message
 * @payload: a whole MSG payload, with its MIME header
 * @p: what it is
 *
 * Return: false when it is malformed.
 */
bool __must_check p2p_read(struct span payload, struct p2p *p);

/**
 * p2p_read_bare() - read a P2P message of version 2 that stands alone
 * @data: the message, with or without its footer
 * @p: what it is
 *
 * Return: false when it is malformed.
 */
bool __must_check p2p_read_bare(struct span data, struct p2p *p);

/**
 * p2p_guess() - whether a P2P message may be worth reading
 * @payload: first bytes of a MSG payload, any number
 *
 * Return: what it may be; %P2P_BULK when it is not worth waiting for.
 */
enum p2p_kind p2p_guess(struct span payload);

/**
 * p2p_plan_grow() - make a version 1 header say another length
 * @p: a message that consists of one part
 * @data: what offsets in @plan count from; @p->head lies in it
 * @delta: bytes that the part grows by
 * @plan: replacements are added
 *
 * Return: false when they cannot be added.
 */
bool __must_check p2p_plan_grow(const struct p2p *p, struct span data,
				s32 delta, struct edit_plan *plan);

/**
 * p2p_plan_ack() - make a receipt speak of the original length
 * @p: a receipt
 * @data: what offsets in @plan count from; @p->head lies in it
 * @now: length that the receiver saw
 * @was: length that the sender sent
 * @plan: replacements are added
 *
 * Return: false when they cannot be added.
 */
bool __must_check p2p_plan_ack(const struct p2p *p, struct span data, u32 now,
			       u32 was, struct edit_plan *plan);

#endif /* _NFIM_P2P_H */
