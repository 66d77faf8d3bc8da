/* SPDX-License-Identifier: GPL-2.0 */
/* Base64 of RFC 4648 section 4, for short texts. */
#ifndef _NFIM_BASE64_H
#define _NFIM_BASE64_H

#include "span.h"

/**
 * base64_decode() - read base64 that fills the span
 * @s: four characters for each three bytes, with padding
 * @out: room
 * @size: of @out
 * @len: set to bytes written
 *
 * Return: false on anything else and when it does not fit.
 */
bool __must_check base64_decode(struct span s, char *out, size_t size,
				size_t *len);

/**
 * base64_encode() - write base64
 * @out: room for 4 bytes for each 3 of @s, or part of 3
 * @s: the bytes
 *
 * Return: bytes written.
 */
size_t base64_encode(char *out, struct span s);

#endif /* _NFIM_BASE64_H */
