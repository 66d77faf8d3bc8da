// SPDX-License-Identifier: GPL-2.0
/*
 * Sends requests to the netlink family that no program would: valid ones with
 * bytes turned, cut, repeated or nested too deep, and plain noise. The kernel
 * may refuse them all; it must only stay well. Deterministic by seed.
 *
 *   nlfuzz COUNT [SEED]
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <linux/nfim.h>

#define ROOM	8192

static uint64_t state;

static uint32_t rnd(uint32_t below)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(state >> 33) % below;
}

static int family_cb(const struct nlattr *attr, void *data)
{
	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
		*(uint16_t *)data = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

static int reply_cb(const struct nlmsghdr *nlh, void *data)
{
	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), family_cb, data);
	return MNL_CB_OK;
}

static struct nlmsghdr *begin(char *buf, uint16_t type, uint16_t flags,
			      uint8_t cmd)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = 1;
	return nlh;
}

static uint16_t find_family(struct mnl_socket *nl)
{
	char buf[ROOM];
	struct nlmsghdr *nlh = begin(buf, GENL_ID_CTRL, 0, CTRL_CMD_GETFAMILY);
	uint16_t id = 0;
	ssize_t n;

	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, NFIM_GENL_NAME);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return 0;
	n = mnl_socket_recvfrom(nl, buf, sizeof(buf));
	if (n > 0)
		mnl_cb_run(buf, n, 0, 0, reply_cb, &id);
	return id;
}

static void put_range(struct nlmsghdr *nlh, uint16_t type)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, type);

	mnl_attr_put_u32(nlh, NFIM_RANGE_A_LO, 1 + rnd(70000));
	mnl_attr_put_u32(nlh, NFIM_RANGE_A_HI, 1 + rnd(70000));
	mnl_attr_nest_end(nlh, nest);
}

static void put_app(struct nlmsghdr *nlh)
{
	static const char *const names[] = {
		"file-transfer", "direct", "switchboard", "rtp-audio", "none"
	};
	struct nlattr *nest = mnl_attr_nest_start(nlh, NFIM_POLICY_A_APP);
	uint32_t i, n = rnd(10);

	mnl_attr_put_strz(nlh, NFIM_APP_A_NAME, names[rnd(5)]);
	if (rnd(2))
		mnl_attr_put(nlh, NFIM_APP_A_ALLOW, 0, NULL);
	mnl_attr_put_u32(nlh, NFIM_APP_A_PROTOS, rnd(5));
	mnl_attr_put_u32(nlh, NFIM_APP_A_LIMIT, rnd(70000));
	mnl_attr_put_u32(nlh, NFIM_APP_A_LIFETIME, rnd(8000));
	for (i = 0; i < n; i++)
		put_range(nlh, rnd(2) ? NFIM_APP_A_INSIDE : NFIM_APP_A_OUTSIDE);
	mnl_attr_nest_end(nlh, nest);
}

static void put_policy(struct nlmsghdr *nlh)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, NFIM_A_POLICY), *in;
	char name[40];
	uint32_t n;

	snprintf(name, sizeof(name), "policy-%u", rnd(6));
	mnl_attr_put_strz(nlh, NFIM_POLICY_A_NAME, name);
	mnl_attr_put_strz(nlh, NFIM_POLICY_A_HELPER, rnd(9) ? "msnp" : "imsip");
	if (!rnd(4))
		mnl_attr_put(nlh, NFIM_POLICY_A_DEFAULT, 0, NULL);
	for (n = rnd(4); n; n--)
		mnl_attr_put_strz(nlh, NFIM_POLICY_A_CLIENT, "MSNMSGR");
	if (rnd(2)) {
		in = mnl_attr_nest_start(nlh, NFIM_POLICY_A_CLIENT_VERSION);
		mnl_attr_put_u64(nlh, NFIM_VERSION_A_LO, rnd(1000));
		mnl_attr_put_u64(nlh, NFIM_VERSION_A_HI, rnd(2000));
		mnl_attr_nest_end(nlh, in);
	}
	if (!rnd(4)) {
		in = mnl_attr_nest_start(nlh, NFIM_POLICY_A_THIRD_PARTY);
		mnl_attr_put(nlh, NFIM_PREFIX_A_ADDR, rnd(18), name);
		mnl_attr_put_u32(nlh, NFIM_PREFIX_A_BITS, rnd(140));
		mnl_attr_nest_end(nlh, in);
	}
	for (n = rnd(4); n; n--)
		put_app(nlh);
	mnl_attr_nest_end(nlh, nest);
}

static struct nlmsghdr *make_request(char *buf, uint16_t family)
{
	struct nlmsghdr *nlh = begin(buf, family, rnd(4) ? NLM_F_ACK :
				     NLM_F_DUMP, rnd(NFIM_CMD_MAX + 2));
	uint32_t n;

	for (n = rnd(4); n && nlh->nlmsg_len < ROOM / 2; n--)
		put_policy(nlh);
	if (!rnd(3))
		mnl_attr_put(nlh, NFIM_A_CHECK, 0, NULL);
	if (!rnd(8))
		mnl_attr_put_u32(nlh, NFIM_A_GENERATION, rnd(1000));
	return nlh;
}

/* Turn, cut or repeat bytes behind the headers. */
static void mutate(struct nlmsghdr *nlh)
{
	uint32_t head = MNL_NLMSG_HDRLEN + sizeof(struct genlmsghdr);
	unsigned char *p = (unsigned char *)nlh;
	uint32_t n = rnd(6), at;

	while (n-- && nlh->nlmsg_len > head + 8) {
		at = head + rnd(nlh->nlmsg_len - head);
		switch (rnd(4)) {
		case 0:
			p[at] ^= 1u << rnd(8);
			break;
		case 1:
			p[at] = (unsigned char)rnd(256);
			break;
		case 2:
			nlh->nlmsg_len = head + rnd(nlh->nlmsg_len - head);
			break;
		case 3:
			memmove(p + head, p + at, nlh->nlmsg_len - at);
			break;
		}
	}
}

/* Read whatever has come, without waiting. */
static void drain(struct mnl_socket *nl)
{
	char buf[ROOM * 4];

	while (recv(mnl_socket_get_fd(nl), buf, sizeof(buf),
		    MSG_DONTWAIT) > 0 || errno == ENOBUFS)
		;
}

int main(int argc, char **argv)
{
	uint32_t i, count = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	struct mnl_socket *nl = mnl_socket_open(NETLINK_GENERIC);
	char buf[ROOM];
	uint16_t family;

	state = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	if (!count || !nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		fprintf(stderr, "usage: nlfuzz COUNT [SEED]\n");
		return 2;
	}
	family = find_family(nl);
	if (!family) {
		fprintf(stderr, "no family %s\n", NFIM_GENL_NAME);
		return 4;
	}
	for (i = 0; i < count; i++) {
		struct nlmsghdr *nlh = make_request(buf, family);

		mutate(nlh);
		mnl_socket_sendto(nl, nlh, nlh->nlmsg_len);
		drain(nl);
		if (!rnd(500)) {
			/* What was begun must go with the socket. */
			mnl_socket_close(nl);
			nl = mnl_socket_open(NETLINK_GENERIC);
			if (!nl ||
			    mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
				return 1;
		}
	}
	mnl_socket_close(nl);
	printf("sent %u\n", count);
	return 0;
}
