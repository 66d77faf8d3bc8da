/* SPDX-License-Identifier: GPL-2.0 */
/* Runs the helper's protocol code over a capture and says what it would do. */
#ifndef _NFIM_EXPLAIN_H
#define _NFIM_EXPLAIN_H

#include <stdio.h>

#include "../kernel/proto/policy.h"
#include "err.h"

/**
 * struct explain_opts - what to explain
 * @name: name of the capture, for errors
 * @policy: policies in the order of their file; NULL for the built-in ones
 * @n_policies: how many
 * @inside: networks whose hosts are inside; NULL to find out
 * @n_inside: how many
 * @outside: the gateway's address outside; @outside.len 0 to find out
 * @write: name of the capture to write, or NULL
 * @svg: name of the diagram to draw, or NULL
 * @html: name of the page to write, or NULL
 * @json: print JSON
 */
struct explain_opts {
	const char *name;
	const struct policy *policy;
	u32 n_policies;
	const struct addr_prefix *inside;
	size_t n_inside;
	struct addr outside;
	const char *write;
	const char *svg;
	const char *html;
	bool json;
};

/**
 * explain_capture() - explain a capture, on standard output
 * @o: what to explain
 * @first: the capture, at its beginning; closed here
 * @second: the same once more; closed here
 *
 * Return: %RC_DONE, or another after err().
 */
enum rc explain_capture(const struct explain_opts *o, FILE *first,
			FILE *second);

#endif /* _NFIM_EXPLAIN_H */
