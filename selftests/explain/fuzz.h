/* SPDX-License-Identifier: GPL-2.0 */
/* What libFuzzer calls. */
#ifndef _NFIM_EXPLAIN_FUZZ_H
#define _NFIM_EXPLAIN_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* _NFIM_EXPLAIN_FUZZ_H */
