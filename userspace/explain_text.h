/* SPDX-License-Identifier: GPL-2.0 */
/* How the records of an explanation look to a person. */
#ifndef _NFIM_EXPLAIN_TEXT_H
#define _NFIM_EXPLAIN_TEXT_H

#include "../kernel/proto/edit.h"
#include "explain_state.h"
#include "out.h"

extern const struct out_col text_offer[];
extern const struct out_col text_client[];
extern const struct out_col text_nat[];
extern const struct out_col text_follow[];
extern const struct out_col text_cancel[];
extern const struct out_col text_opaque[];
extern const struct out_col text_message[];
extern const struct out_col text_summary[];

/**
 * text_lines() - the lines that a plan changes
 * @plan: the plan
 * @data: what it is for
 *
 * Return: an array of objects "old" and "new"; NULL when out of memory.
 */
json_t *text_lines(const struct edit_plan *plan, struct span data);

/**
 * text_diff() - print what text_lines() found
 * @x: everything; @x->rc is set on failure
 * @lines: the lines
 */
void text_diff(struct explain *x, const json_t *lines);

#endif /* _NFIM_EXPLAIN_TEXT_H */
