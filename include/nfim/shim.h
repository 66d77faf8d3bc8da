/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The only header that knows whether it is compiled into the module or into a
 * program: integers, bool, memory functions, and nothing else.
 */
#ifndef _NFIM_SHIM_H
#define _NFIM_SHIM_H

#ifdef __KERNEL__

#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>

#else /* !__KERNEL__ */

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;

#define __must_check __attribute__((warn_unused_result))

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif /* __KERNEL__ */

#endif /* _NFIM_SHIM_H */
