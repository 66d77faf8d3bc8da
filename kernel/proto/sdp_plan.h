/* SPDX-License-Identifier: GPL-2.0 */
/* How to make a session description say other addresses and ports. */
#ifndef _NFIM_SDP_PLAN_H
#define _NFIM_SDP_PLAN_H

#include "edit.h"
#include "sdp.h"

/**
 * struct sdp_change - what becomes of one media description
 * @port: the new port, the first one of several; 0 = nothing changes, not even
 *	its own c= line
 * @rtcp_port: the new port for RTCP; 0 = as it is. Where none is named and this
 *	is not @port + 1, an a=rtcp line is added
 * @beside: it listens at another host, and that address is replaced as well
 */
struct sdp_change {
	u16 port;
	u16 rtcp_port;
	bool beside;
};

/**
 * struct sdp_changes - what becomes of a session description
 * @from: the address that is replaced
 * @to: by this one
 * @media: by index of struct sdp.media; not looked at for %SDP_SAME, which
 *	takes the changes of the one it is the same as
 * @candidates: change candidates at changed endpoints, too
 */
struct sdp_changes {
	struct addr from;
	struct addr to;
	struct sdp_change media[NFIM_SDP_MEDIA];
	bool candidates;
};

/**
 * sdp_plan() - how to rewrite a session description
 * @sdp: the description
 * @ch: what is to change
 * @plan: replacements are added here; unchanged on failure
 *
 * o= is rewritten wherever it is @ch->from, so that it stays the same from
 * offer to offer; the session's c= if it is @ch->from and any media changes.
 * Nothing else than @ch->from is replaced, whatever the ports are, except for the
 * addresses of changed media that listen beside it.
 *
 * Return: false when it cannot be rewritten.
 */
bool __must_check sdp_plan(const struct sdp *sdp, const struct sdp_changes *ch,
			   struct edit_plan *plan);

#endif /* _NFIM_SDP_PLAN_H */
