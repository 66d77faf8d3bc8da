/* SPDX-License-Identifier: GPL-2.0 */
/* The attributes of an expectation as text, and back. */
#ifndef _NFIM_EXPECT_RAW_H
#define _NFIM_EXPECT_RAW_H

#include <jansson.h>
#include <libmnl/libmnl.h>
#include <stddef.h>
#include <stdint.h>

/* An expectation of IPv6 with all its attributes takes some 400 bytes. */
#define EXPECT_RAW_MAX	1024

/**
 * struct expect_raw - a message without its netlink header
 * @len: bytes of it, at least those of struct nfgenmsg
 * @align: makes attributes lie where they may be read
 * @b: the bytes
 */
struct expect_raw {
	size_t len;
	union {
		uint32_t align;
		unsigned char b[EXPECT_RAW_MAX];
	};
};

/**
 * expect_raw_pack() - a message as text
 * @nlh: the message
 *
 * Return: hexadecimal digits, NULL if memory ran out or it is too long.
 */
json_t *expect_raw_pack(const struct nlmsghdr *nlh);

/**
 * expect_raw_unpack() - text as a message
 * @text: of expect_raw_pack(), or from a stranger
 * @raw: result
 *
 * Return: NULL, or what is wrong with it: a constant string.
 */
const char *expect_raw_unpack(const char *text, struct expect_raw *raw);

/**
 * enum expect_ask - what the kernel is asked to do
 * @EXPECT_MAKE: make the expectation, if it is not there
 * @EXPECT_TIME: set its timeout
 * @EXPECT_DELETE: delete it
 */
enum expect_ask {
	EXPECT_MAKE,
	EXPECT_TIME,
	EXPECT_DELETE,
};

/**
 * expect_raw_request() - a request about an expectation
 * @raw: of expect_raw_unpack()
 * @ask: which
 * @seconds: for %EXPECT_TIME
 * @buf: memory for the request, twice %EXPECT_RAW_MAX
 *
 * Return: the request, in @buf.
 */
struct nlmsghdr *expect_raw_request(const struct expect_raw *raw,
				    enum expect_ask ask, uint32_t seconds,
				    void *buf);

#endif /* _NFIM_EXPECT_RAW_H */
