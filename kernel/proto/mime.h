/* SPDX-License-Identifier: GPL-2.0 */
/* Bodies of SIP messages and their parts (RFC 2046 section 5.1, RFC 5621). */
#ifndef _NFIM_MIME_H
#define _NFIM_MIME_H

#include <nfim/limits.h>

#include "place.h"
#include "text.h"

/**
 * enum mime_type - types of bodies that mean something to a helper
 * @MIME_OTHER: any other one; never looked into
 * @MIME_SDP: application/sdp
 * @MIME_INVITATION: text/x-msmsgsinvite
 * @MIME_MULTIPART: multipart/mixed, /alternative or /related: has parts
 */
enum mime_type {
	MIME_OTHER,
	MIME_SDP,
	MIME_INVITATION,
	MIME_MULTIPART,
};

/* struct mime_part.parent of the outermost part. */
#define MIME_NO_PARENT	255

/**
 * struct mime_part - a part of a body, or all of it
 * @body: its contents, without headers and boundaries
 * @length_at: digits of its own Content-Length; the message's is not here
 * @length: their number
 * @boundary: for a %MIME_MULTIPART; forgotten behind its last delimiter
 * @type: enum mime_type
 * @parent: index of the %MIME_MULTIPART it is in, or %MIME_NO_PARENT
 * @depth: how many it is in
 * @encoded: its Content-Encoding or Content-Transfer-Encoding hides it
 */
struct mime_part {
	struct place body;
	struct place length_at;
	struct place boundary;
	u32 length;
	u8 type;
	u8 parent;
	u8 depth;
	bool encoded;
};

/**
 * struct mime - a body
 * @n: number of @part
 * @part: a part comes behind the one it is in
 */
struct mime {
	u32 n;
	struct mime_part part[NFIM_MIME_PARTS];
};

static_assert(sizeof(struct mime) <= 512, "struct mime stays small");

/**
 * mime_type() - what a Content-Type says
 * @value: value of the header
 * @boundary: set to its boundary, without quotes; empty if there is none
 *
 * Return: see enum mime_type.
 */
enum mime_type mime_type(struct span value, struct span *boundary);

/**
 * mime_parse() - find the parts of a body
 * @data: where places count from; at most %PLACE_MAX bytes
 * @body: the body
 * @content_type: value of its Content-Type
 * @mime: its parts; the first one is the whole body, unless it is empty
 *
 * A preamble, an epilogue and what a missing last boundary leaves open are
 * allowed. Parts whose Content-Length is not that of their body have none.
 *
 * Return: false when there are more or deeper parts than are read.
 */
bool __must_check mime_parse(struct span data, struct span body,
			     struct span content_type, struct mime *mime);

#endif /* _NFIM_MIME_H */
