/* SPDX-License-Identifier: GPL-2.0 */
/* The table of calls, as kernel/calls.c has it, with the capture's clock. */
#ifndef _NFIM_EXPLAIN_CALLS_H
#define _NFIM_EXPLAIN_CALLS_H

#include "explain_state.h"

/* For struct imsip; its ctx is struct explain. */
extern const struct imsip_ops calls_ops;

#endif /* _NFIM_EXPLAIN_CALLS_H */
