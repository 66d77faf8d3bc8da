/* SPDX-License-Identifier: GPL-2.0 */
/* What the names of reasons mean. */
#ifndef _NFIM_EXPLAIN_WHY_H
#define _NFIM_EXPLAIN_WHY_H

/**
 * explain_why() - what a reason means
 * @name: its public name
 *
 * Return: a constant text, without capital and full stop.
 */
const char *explain_why(const char *name);

#endif /* _NFIM_EXPLAIN_WHY_H */
