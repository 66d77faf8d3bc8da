// SPDX-License-Identifier: GPL-2.0
/*
 * Accepts every packet of an nfqueue, as a filter in user space would: queue [N].
 * Says "ready" when the queue is there. Ends when it is killed.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>

static struct mnl_socket *sock;
static uint16_t number;

static struct nlmsghdr *message(char *buf, int type)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *nfg;

	nlh->nlmsg_type = NFNL_SUBSYS_QUEUE << 8 | type;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	nfg->version = NFNETLINK_V0;
	nfg->res_id = htons(number);
	return nlh;
}

static void say(const struct nlmsghdr *nlh)
{
	if (mnl_socket_sendto(sock, nlh, nlh->nlmsg_len) >= 0)
		return;
	perror("queue: send");
	exit(1);
}

static int find_id(const struct nlattr *attr, void *data)
{
	const struct nfqnl_msg_packet_hdr *ph = mnl_attr_get_payload(attr);

	if (mnl_attr_get_type(attr) == NFQA_PACKET_HDR)
		*(uint32_t *)data = ph->packet_id;
	return MNL_CB_OK;
}

static int packet(const struct nlmsghdr *nlh, void *data)
{
	struct nfqnl_msg_verdict_hdr verdict = { .verdict = htonl(NF_ACCEPT) };
	char buf[256];
	struct nlmsghdr *answer = message(buf, NFQNL_MSG_VERDICT);

	(void)data;
	mnl_attr_parse(nlh, sizeof(struct nfgenmsg), find_id, &verdict.id);
	mnl_attr_put(answer, NFQA_VERDICT_HDR, sizeof(verdict), &verdict);
	say(answer);
	return MNL_CB_OK;
}

static void begin(void)
{
	struct nfqnl_msg_config_cmd bind = { .command = NFQNL_CFG_CMD_BIND };
	struct nfqnl_msg_config_params params = {
		.copy_range = htonl(64),
		.copy_mode = NFQNL_COPY_PACKET,
	};
	char buf[256];
	struct nlmsghdr *nlh = message(buf, NFQNL_MSG_CONFIG);

	mnl_attr_put(nlh, NFQA_CFG_CMD, sizeof(bind), &bind);
	say(nlh);
	nlh = message(buf, NFQNL_MSG_CONFIG);
	mnl_attr_put(nlh, NFQA_CFG_PARAMS, sizeof(params), &params);
	/* Large packets stay as they are. */
	mnl_attr_put_u32(nlh, NFQA_CFG_FLAGS, htonl(NFQA_CFG_F_GSO));
	mnl_attr_put_u32(nlh, NFQA_CFG_MASK, htonl(NFQA_CFG_F_GSO));
	say(nlh);
}

int main(int argc, char **argv)
{
	char buf[0xffff + 4096];
	unsigned int portid;
	int n;

	number = argc > 1 ? atoi(argv[1]) : 0;
	sock = mnl_socket_open(NETLINK_NETFILTER);
	if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) < 0) {
		perror("queue");
		return 1;
	}
	portid = mnl_socket_get_portid(sock);
	begin();
	puts("ready");
	fflush(stdout);
	for (;;) {
		n = mnl_socket_recvfrom(sock, buf, sizeof(buf));
		/* Too many at once: those are lost, as on a busy machine. */
		if (n < 0 && errno == ENOBUFS)
			continue;
		if (n >= 0)
			n = mnl_cb_run(buf, n, 0, portid, packet, NULL);
		/* A packet whose device or rules have gone since is gone, too. */
		if (n < 0 && errno != ENOENT) {
			perror("queue: receive");
			return 1;
		}
	}
}
