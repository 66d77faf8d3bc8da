/* SPDX-License-Identifier: GPL-2.0 */
/* A SIP message, parsed with all that is in it. */
#ifndef _NFIM_UNIT_SIP_SEEN_H
#define _NFIM_UNIT_SIP_SEEN_H

#include "../../kernel/proto/sdp.h"
#include "../../kernel/proto/sip.h"

/**
 * struct sip_seen - a message with all its parts
 * @data: its bytes
 * @result: of sip_parse()
 * @sip: the message
 * @mime: its parts
 * @sdp: descriptions in it, the first ones
 * @sdp_part: which part each is
 * @sdps: how many
 * @broken: its body, or a description, cannot be read
 */
struct sip_seen {
	struct span data;
	enum sip_result result;
	struct sip sip;
	struct mime mime;
	struct sdp sdp[4];
	u32 sdp_part[4];
	u32 sdps;
	bool broken;
};

/**
 * sip_see() - parse a message and what is in it
 * @seen: filled
 * @data: the bytes
 * @datagram: see sip_parse()
 */
static inline void sip_see(struct sip_seen *seen, struct span data,
			   bool datagram)
{
	u32 i;

	memset(seen, 0, sizeof(*seen));
	seen->data = data;
	seen->result = sip_parse(data, datagram, &seen->sip);
	if (seen->result != SIP_OK)
		return;
	if (!sip_body_parse(data, &seen->sip, &seen->mime)) {
		seen->broken = true;
		return;
	}
	for (i = 0; i < seen->mime.n; i++) {
		const struct mime_part *part = seen->mime.part + i;

		if (part->type != MIME_SDP || part->encoded ||
		    seen->sdps == ARRAY_SIZE(seen->sdp))
			continue;
		if (sdp_parse(data, place_span(data, part->body),
			      seen->sdp + seen->sdps))
			seen->sdp_part[seen->sdps++] = i;
		else
			seen->broken = true;
	}
}

#endif /* _NFIM_UNIT_SIP_SEEN_H */
