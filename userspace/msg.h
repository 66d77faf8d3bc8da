/* SPDX-License-Identifier: GPL-2.0 */
/* Policies as netlink attributes, and back. Neither sends nor prints. */
#ifndef _NFIM_MSG_H
#define _NFIM_MSG_H

#include <libmnl/libmnl.h>

#include "conf.h"

/* Bytes of one message; the kernel takes more, but not on every socket. */
#define MSG_SIZE	32768

/**
 * msg_put_policy() - append a policy to a message
 * @nlh: the message
 * @size: bytes that it may have in all
 * @p: the policy
 *
 * Return: false if it does not fit; the message is as it was.
 */
bool msg_put_policy(struct nlmsghdr *nlh, size_t size, const struct policy *p);

/**
 * msg_get_policy() - read a policy
 * @nest: %NFIM_A_POLICY
 * @p: result; settled, see conf_settle()
 *
 * Attributes that are not known, or do not have the right size, are passed
 * over.
 */
void msg_get_policy(const struct nlattr *nest, struct policy *p);

/**
 * msg_locate() - which part of a message is it?
 * @nlh: a message of msg_put_policy()
 * @header: size of the family's header before the attributes
 * @offset: a byte, counted from @nlh
 * @where: result; policies are counted from 0 in this message
 *
 * Return: false if the byte is in no policy.
 */
bool msg_locate(const struct nlmsghdr *nlh, size_t header, size_t offset,
		struct conf_where *where);

#endif /* _NFIM_MSG_H */
