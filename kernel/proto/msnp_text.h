/* SPDX-License-Identifier: GPL-2.0 */
/* Texts that announce, and what they travel in: from msnp_p2p.c and the like to msnp_text.c. */
#ifndef _NFIM_MSNP_TEXT_H
#define _NFIM_MSNP_TEXT_H

#include "msnp_job.h"
#include "msnp_state.h"
#include "p2p.h"
#include "passage.h"

/**
 * struct msnp_text - a text that may announce
 * @job: the message that it, or its last part, is in
 * @p: where it stands
 * @p2p: what it travels in; NULL without P2P header
 * @parts: it comes in parts
 * @whole: this is all of it
 * @resize: what it travels in allows another length
 * @length: a Content-Length outside of it that counts it; empty if none
 * @unit: webcam: the text and the unit in front
 * @grown: bytes that it grows by
 */
struct msnp_text {
	struct msnp_job *job;
	struct passage p;
	const struct p2p *p2p;
	struct msnp_parts *parts;
	bool whole;
	bool resize;
	struct span length;
	struct span unit;
	s32 grown;
};

/**
 * msnp_on_slp() - an MSNSLP message
 * @text: the message
 */
void msnp_on_slp(struct msnp_text *text);

/**
 * msnp_on_webcam() - a webcam's XML
 * @text: the XML
 */
void msnp_on_webcam(struct msnp_text *text);

/**
 * msnp_on_p2p() - a P2P message in a MSG
 * @job: the MSG
 */
void msnp_on_p2p(struct msnp_job *job);

/**
 * msnp_on_p2p_packet() - a P2P message
 * @job: the message that it stands in
 * @p: the P2P message
 */
void msnp_on_p2p_packet(struct msnp_job *job, const struct p2p *p);

/**
 * msnp_on_note() - a notification from client to client
 * @job: a UUN or UBN
 */
void msnp_on_note(struct msnp_job *job);

/**
 * msnp_on_sdg() - a message of dialect 21
 * @job: an SDG
 */
void msnp_on_sdg(struct msnp_job *job);

#endif /* _NFIM_MSNP_TEXT_H */
