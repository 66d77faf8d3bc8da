/* SPDX-License-Identifier: GPL-2.0 */
/* Where a piece of text stands in a message: half the size of a span. */
#ifndef _NFIM_PLACE_H
#define _NFIM_PLACE_H

#include "span.h"

#define PLACE_MAX	0xffff

/**
 * struct place - a piece of a message of less than 64 KiB
 * @off: offset from the start of the data that was parsed
 * @len: bytes; 0 when there is none
 */
struct place {
	u16 off;
	u16 len;
};

/**
 * place_of() - where a span stands
 * @data: what was parsed
 * @part: lies in @data
 *
 * Return: the place.
 */
static inline struct place place_of(struct span data, struct span part)
{
	return (struct place){
		.off = (u16)(part.p - data.p),
		.len = (u16)span_len(part),
	};
}

/**
 * place_span() - the bytes at a place
 * @data: what was parsed
 * @at: a place in it
 *
 * Return: the span; empty when there is none.
 */
static inline struct span place_span(struct span data, struct place at)
{
	return span_make(data.p + at.off, at.len);
}

#endif /* _NFIM_PLACE_H */
