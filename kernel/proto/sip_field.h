/* SPDX-License-Identifier: GPL-2.0 */
/* Between sip.c and sip_field.c: the header fields of one message. */
#ifndef _NFIM_SIP_FIELD_H
#define _NFIM_SIP_FIELD_H

#include "sip.h"

/* Bits of struct sip_fields.seen: fields that must be there, or only once. */
#define SIP_SEEN_FROM		0x01
#define SIP_SEEN_TO		0x02
#define SIP_SEEN_CALL_ID	0x04
#define SIP_SEEN_CSEQ		0x08
#define SIP_SEEN_VIA		0x10
#define SIP_SEEN_LENGTH		0x20
#define SIP_SEEN_TYPE		0x40
#define SIP_SEEN_OTHER		0x80	/* any other one */
#define SIP_SEEN_NEEDED \
	(SIP_SEEN_FROM | SIP_SEEN_TO | SIP_SEEN_CALL_ID | SIP_SEEN_CSEQ | \
	 SIP_SEEN_VIA)
#define SIP_SEEN_ONCE \
	(SIP_SEEN_FROM | SIP_SEEN_TO | SIP_SEEN_CALL_ID | SIP_SEEN_CSEQ | \
	 SIP_SEEN_LENGTH | SIP_SEEN_TYPE)

/**
 * struct sip_fields - a header that is being read
 * @data: where places count from
 * @sip: the message
 * @cseq_method: the method in CSeq
 * @seen: SIP_SEEN_* bits
 * @skim: see sip_skim(); of this message only what it says there
 */
struct sip_fields {
	struct span data;
	struct sip *sip;
	struct span cseq_method;
	u32 seen;
	bool skim;
};

/**
 * sip_field() - read one header field
 * @f: the header
 * @name: its name, without blanks; not empty
 * @value: its value, trimmed; may have folds in it
 *
 * Return: false when the message breaks a rule with it.
 */
bool __must_check sip_field(struct sip_fields *f, struct span name,
			    struct span value);

#endif /* _NFIM_SIP_FIELD_H */
