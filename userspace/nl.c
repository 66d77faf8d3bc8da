// SPDX-License-Identifier: GPL-2.0
/* Netlink: a socket, requests, batches, and attributes without surprises. */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "nl.h"

/* Well below any default of net.core.wmem_default. */
#define FITS_ALWAYS	(64 * 1024)

/* Where nl_parse() puts attributes. */
struct attr_table {
	const struct nlattr **tb;
	uint16_t max;
};

int nl_open(struct nl *nl, int bus)
{
	int on = 1;

	*nl = (struct nl){ .sock = mnl_socket_open2(bus, SOCK_CLOEXEC) };
	if (!nl->sock)
		return -errno;
	if (mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID))
		return -errno;
	/* Without these a refusal is only longer, or a number only. */
	mnl_socket_setsockopt(nl->sock, NETLINK_CAP_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->sock, NETLINK_EXT_ACK, &on, sizeof(on));
	return 0;
}

void nl_close(struct nl *nl)
{
	if (nl->sock)
		mnl_socket_close(nl->sock);
	nl->sock = NULL;
}

/* Store what a refusal adds, which follows the repeated request. */
static void keep_text(struct nl *nl, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *nlerr = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[NLMSGERR_ATTR_OFFS + 1];
	size_t skip = sizeof(*nlerr);

	nl->text[0] = '\0';
	nl->offset = 0;
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += mnl_nlmsg_get_payload_len(&nlerr->msg);
	if (skip > mnl_nlmsg_get_payload_len(nlh))
		return;
	nl_parse(nlh, skip, tb, NLMSGERR_ATTR_OFFS);
	nl->offset = nl_u32(tb[NLMSGERR_ATTR_OFFS]);
	snprintf(nl->text, sizeof(nl->text), "%s",
		 nl_str(tb[NLMSGERR_ATTR_MSG]));
}

/* 0 for an ACK, else a negative errno. */
static int read_error(struct nl *nl, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *nlerr = mnl_nlmsg_get_payload(nlh);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*nlerr))
		return -EBADMSG;
	if (nlerr->error)
		keep_text(nl, nlh);
	return nlerr->error;
}

/* A dump ends with its length, or with a negative errno. */
static int read_done(const struct nlmsghdr *nlh)
{
	int error = 0;

	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(error))
		memcpy(&error, mnl_nlmsg_get_payload(nlh), sizeof(error));
	return error < 0 ? error : 0;
}

/*
 * A torn dump is read to its end all the same: the kernel begins no other one on
 * this socket before that.
 *
 * Return: 1 to go on, 0 at the end, negative errno.
 */
static int read_messages(struct nl *nl, const void *buf, int len, bool *torn,
			 int (*cb)(const struct nlmsghdr *nlh, void *data),
			 void *data)
{
	unsigned int portid = mnl_socket_get_portid(nl->sock);
	const struct nlmsghdr *nlh;
	int ret;

	for (nlh = buf; mnl_nlmsg_ok(nlh, len);
	     nlh = mnl_nlmsg_next(nlh, &len)) {
		if (!mnl_nlmsg_portid_ok(nlh, portid) ||
		    !mnl_nlmsg_seq_ok(nlh, nl->seq))
			continue;
		if (nlh->nlmsg_type == NLMSG_ERROR)
			return read_error(nl, nlh);
		*torn |= nlh->nlmsg_flags & NLM_F_DUMP_INTR;
		if (nlh->nlmsg_type == NLMSG_DONE)
			return read_done(nlh);
		if (nlh->nlmsg_type < NLMSG_MIN_TYPE || !cb)
			continue;
		ret = cb(nlh, data);
		if (ret)
			return ret;
	}
	return 1;
}

int nl_talk(struct nl *nl, struct nlmsghdr *req,
	    int (*cb)(const struct nlmsghdr *nlh, void *data), void *data)
{
	char buf[NL_BUFFER_SIZE];
	bool torn = false;
	ssize_t len;
	int ret;

	nl->text[0] = '\0';
	nl->offset = 0;
	req->nlmsg_seq = ++nl->seq;
	if (mnl_socket_sendto(nl->sock, req, req->nlmsg_len) < 0)
		return -errno;
	do {
		len = mnl_socket_recvfrom(nl->sock, buf, sizeof(buf));
		if (len < 0)
			return -errno;
		ret = read_messages(nl, buf, len, &torn, cb, data);
	} while (ret > 0);
	return !ret && torn ? -EINTR : ret;
}

/* A message must fit the send buffer, which is doubled when it is set. */
static void make_room(struct nl *nl, size_t len)
{
	int size = len > INT_MAX / 2 ? INT_MAX / 2 : (int)len;
	int fd = mnl_socket_get_fd(nl->sock);

	if (len < FITS_ALWAYS)
		return;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

/*
 * The kernel has answered a batch when sending it returns, so reading stops
 * where it would wait. Every refused message is answered; the first one is
 * the cause of the others.
 */
int nl_send_batch(struct nl *nl, const void *buf, size_t len,
		  uint32_t last_seq, uint32_t *bad_seq)
{
	int fd = mnl_socket_get_fd(nl->sock);
	char answer[NL_BUFFER_SIZE];
	const struct nlmsghdr *nlh;
	int ret = -ENOMSG;
	ssize_t got;
	int left;

	nl->text[0] = '\0';
	make_room(nl, len);
	if (mnl_socket_sendto(nl->sock, buf, len) < 0)
		return -errno;
	while ((got = recv(fd, answer, sizeof(answer), MSG_DONTWAIT)) > 0 ||
	       (got < 0 && errno == ENOBUFS)) {
		left = got;
		for (nlh = (const void *)answer; mnl_nlmsg_ok(nlh, left);
		     nlh = mnl_nlmsg_next(nlh, &left)) {
			if (nlh->nlmsg_type != NLMSG_ERROR ||
			    (ret && ret != -ENOMSG))
				continue;
			*bad_seq = nlh->nlmsg_seq;
			ret = read_error(nl, nlh);
			if (!ret && nlh->nlmsg_seq != last_seq)
				ret = -ENOMSG;
		}
	}
	return ret;
}

int nl_join(struct nl *nl, uint32_t group)
{
	int ret = mnl_socket_setsockopt(nl->sock, NETLINK_ADD_MEMBERSHIP,
					&group, sizeof(group));

	return ret ? -errno : 0;
}

void nl_grow(struct nl *nl, int bytes)
{
	int fd = mnl_socket_get_fd(nl->sock);

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}

int nl_fd(const struct nl *nl)
{
	return mnl_socket_get_fd(nl->sock);
}

int nl_receive(struct nl *nl, int (*cb)(const struct nlmsghdr *nlh, void *data),
	       void *data)
{
	const struct nlmsghdr *nlh;
	char buf[NL_BUFFER_SIZE];
	ssize_t got;
	int ret = 0;
	int left;

	got = recv(nl_fd(nl), buf, sizeof(buf), MSG_DONTWAIT | MSG_TRUNC);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if ((size_t)got > sizeof(buf))
		return -ENOBUFS;
	left = got;
	for (nlh = (const void *)buf; !ret && mnl_nlmsg_ok(nlh, left);
	     nlh = mnl_nlmsg_next(nlh, &left))
		ret = cb(nlh, data);
	return ret ? ret : 1;
}

enum rc nl_err(const struct nl *nl, int error, const char *what)
{
	if (error == -EPERM && !nl->text[0])
		return err(RC_REFUSED, "cannot %s: needs CAP_NET_ADMIN", what);
	if (error == -ERESTART || error == -EINTR)
		return err(RC_REFUSED, "cannot %s: it kept changing meanwhile",
			   what);
	if (nl->text[0])
		return err(RC_REFUSED, "cannot %s: %s (%s)", what, nl->text,
			   strerror(-error));
	return err(RC_REFUSED, "cannot %s: %s", what, strerror(-error));
}

static int sort_attr(const struct nlattr *attr, void *data)
{
	struct attr_table *table = data;
	uint16_t type = mnl_attr_get_type(attr);

	if (type <= table->max)
		table->tb[type] = attr;
	return MNL_CB_OK;
}

void nl_parse(const struct nlmsghdr *nlh, size_t header,
	      const struct nlattr **tb, uint16_t max)
{
	struct attr_table table = { .tb = tb, .max = max };
	int i;

	for (i = 0; i <= max; i++)
		tb[i] = NULL;
	mnl_attr_parse(nlh, header, sort_attr, &table);
}

void nl_parse_nested(const struct nlattr *nest, const struct nlattr **tb,
		     uint16_t max)
{
	struct attr_table table = { .tb = tb, .max = max };
	int i;

	for (i = 0; i <= max; i++)
		tb[i] = NULL;
	mnl_attr_parse_nested(nest, sort_attr, &table);
}

uint32_t nl_u32(const struct nlattr *attr)
{
	if (!attr || mnl_attr_get_payload_len(attr) != sizeof(uint32_t))
		return 0;
	return mnl_attr_get_u32(attr);
}

uint64_t nl_u64(const struct nlattr *attr)
{
	if (!attr || mnl_attr_get_payload_len(attr) != sizeof(uint64_t))
		return 0;
	return mnl_attr_get_u64(attr);
}

const char *nl_str(const struct nlattr *attr)
{
	if (!attr || mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) < 0)
		return "";
	return mnl_attr_get_str(attr);
}
