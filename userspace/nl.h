/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink: a socket, requests, batches, and attributes without surprises. */
#ifndef _NFIM_NL_H
#define _NFIM_NL_H

#include <libmnl/libmnl.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* The kernel fills pages of this size when it dumps. */
#define NL_BUFFER_SIZE	32768

/* Times to ask again when something changed in between. */
#define NL_TRIES	8

/**
 * struct nl - a netlink socket
 * @sock: the socket, NULL if not open
 * @seq: last sequence number used
 * @text: what the kernel added to its last refusal, "" if nothing
 * @offset: byte of the request that the kernel's last refusal is about, counted
 *	from its beginning; 0 if it did not say
 */
struct nl {
	struct mnl_socket *sock;
	uint32_t seq;
	char text[160];
	uint32_t offset;
};

/**
 * nl_open() - open a socket
 * @nl: result; harmless to nl_close() even if this fails
 * @bus: NETLINK_GENERIC or NETLINK_NETFILTER
 *
 * Return: 0 or a negative errno.
 */
int nl_open(struct nl *nl, int bus);

/**
 * nl_close() - close a socket
 * @nl: socket, open or not
 */
void nl_close(struct nl *nl);

/**
 * nl_talk() - send one request and read all of its answer
 * @nl: socket
 * @req: request with NLM_F_ACK or NLM_F_DUMP; gets its sequence number here
 * @cb: gets each message of the answer, returns 0 or a negative errno; may be
 *	NULL
 * @data: for @cb
 *
 * Return: 0 or a negative errno; -EINTR says that what was dumped changed while
 * it was read, so that @cb may have got something twice or not at all: better
 * ask again.
 */
int nl_talk(struct nl *nl, struct nlmsghdr *req,
	    int (*cb)(const struct nlmsghdr *nlh, void *data), void *data);

/**
 * nl_send_batch() - send messages that the kernel takes all or not at all
 * @nl: socket
 * @buf: the messages; the last but one has NLM_F_ACK
 * @len: their length in bytes
 * @last_seq: sequence number of the message with NLM_F_ACK
 * @bad_seq: set to the sequence number of the first message refused
 *
 * Return: 0 or the negative errno of the first refusal.
 */
int nl_send_batch(struct nl *nl, const void *buf, size_t len,
		  uint32_t last_seq, uint32_t *bad_seq);

/**
 * nl_join() - have the messages of a multicast group delivered
 * @nl: socket
 * @group: number of the group
 *
 * Return: 0 or a negative errno.
 */
int nl_join(struct nl *nl, uint32_t group);

/**
 * nl_grow() - make the receive buffer as large as is allowed, up to a size
 * @nl: socket
 * @bytes: the size
 */
void nl_grow(struct nl *nl, int bytes);

/**
 * nl_fd() - what to poll() for messages
 * @nl: socket
 *
 * Return: its descriptor.
 */
int nl_fd(const struct nl *nl);

/**
 * nl_receive() - read what has been delivered, without waiting
 * @nl: socket
 * @cb: gets each message of one datagram, returns 0 or a negative errno
 * @data: for @cb
 *
 * Return: 1 if there may be more, 0 if there is not, or a negative errno;
 * -ENOBUFS says that messages were lost, and the next call goes on.
 */
int nl_receive(struct nl *nl, int (*cb)(const struct nlmsghdr *nlh, void *data),
	       void *data);

/**
 * nl_err() - remember that the kernel refused
 * @nl: socket
 * @error: negative errno
 * @what: what was refused, as in "cannot ..."
 *
 * Return: %RC_REFUSED.
 */
enum rc nl_err(const struct nl *nl, int error, const char *what);

/**
 * nl_parse() - sort the attributes of a message
 * @nlh: message
 * @header: size of the family's header before the attributes
 * @tb: result, indexed by type; NULL where absent; has @max + 1 elements
 * @max: highest type of interest
 */
void nl_parse(const struct nlmsghdr *nlh, size_t header,
	      const struct nlattr **tb, uint16_t max);

/**
 * nl_parse_nested() - sort the attributes in a nest
 * @nest: attribute that holds them
 * @tb: as nl_parse()
 * @max: as nl_parse()
 */
void nl_parse_nested(const struct nlattr *nest, const struct nlattr **tb,
		     uint16_t max);

/**
 * nl_u32() - value of a u32 attribute
 * @attr: attribute or NULL
 *
 * Return: the value; 0 if it is absent or has another size.
 */
uint32_t nl_u32(const struct nlattr *attr);

/**
 * nl_u64() - value of a u64 attribute
 * @attr: attribute or NULL
 *
 * Return: the value; 0 if it is absent or has another size.
 */
uint64_t nl_u64(const struct nlattr *attr);

/**
 * nl_str() - value of a string attribute
 * @attr: attribute or NULL
 *
 * Return: a terminated string within the message; "" if it is absent or not
 * terminated.
 */
const char *nl_str(const struct nlattr *attr);

#endif /* _NFIM_NL_H */
