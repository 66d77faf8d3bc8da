/* SPDX-License-Identifier: GPL-2.0 */
/* Between sdp.c and sdp_attr.c: one session description that is being read. */
#ifndef _NFIM_SDP_JOB_H
#define _NFIM_SDP_JOB_H

#include "sdp.h"

/**
 * struct sdp_job - a description
 * @data: where places count from
 * @sdp: what it says
 * @m: the media at hand; NULL before the first one
 * @bundle: the identification tags of a=group:BUNDLE
 * @conn: the session's address
 * @several: the session's c= lines differ
 * @direction: enum sdp_direction of the session
 * @setup: enum sdp_setup of the session
 */
struct sdp_job {
	struct span data;
	struct sdp *sdp;
	struct sdp_media *m;
	struct span bundle;
	struct addr conn;
	bool several;
	u8 direction;
	u8 setup;
};

/**
 * sdp_take_word() - take what stands between blanks
 * @rest: moved behind it
 * @word: the word
 *
 * Return: false when there is none.
 */
bool __must_check sdp_take_word(struct span *rest, struct span *word);

/**
 * sdp_take_addr() - take "IN IP4 address" or "IN IP6 address"
 * @rest: moved behind it
 * @at: set to the address, without "/ttl"
 * @a: set to the address; none where it is a host name
 *
 * Return: false when there is nothing of the kind.
 */
bool __must_check sdp_take_addr(struct span *rest, struct span *at,
				struct addr *a);

/**
 * sdp_read_port() - read a port
 * @s: digits without leading zeros
 * @port: the port
 *
 * Return: false on anything else.
 */
bool __must_check sdp_read_port(struct span s, u16 *port);

/**
 * sdp_attribute() - read an a= line
 * @j: the description
 * @line: what stands behind "a="
 */
void sdp_attribute(struct sdp_job *j, struct span line);

#endif /* _NFIM_SDP_JOB_H */
