// SPDX-License-Identifier: GPL-2.0
/*
 * Sends the packets of two flows in turn and tells what one of them costs, all the
 * way from here through the gateway to where it is dropped:
 *
 *   gateway udp|ack|tcp|bulk SIZE SERVER PORT-A PORT-B ROUNDS
 *
 *   udp    datagrams that are no messages
 *   ack    acknowledgments without payload
 *   tcp    segments of a stream that is no protocol of a helper
 *   bulk   segments inside one payload of a switchboard connection
 *
 * Rounds are A, B, B, A, each of many packets; prints ns per packet for A and B,
 * and the median and quartiles of their ratio in each pair of rounds. The packets
 * have DSCP 1, for whoever drops them behind the gateway. Nothing is repeated:
 * sequence numbers grow, so conntrack must be liberal and ignore checksums.
 */

#include <arpa/inet.h>
#include <err.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH	32
#define BATCHES	24
#define ROUNDS	99
#define SIZE	1400
#define TOS	4

struct flow {
	int fd;
	int raw;
	uint32_t seq;
	uint32_t grow;
	char data[BATCH][sizeof(struct iphdr) + sizeof(struct tcphdr) + SIZE];
	struct iovec iov[BATCH];
	struct mmsghdr msg[BATCH];
	struct sockaddr_in to;
};

static size_t size;
static int batches = BATCHES;

static uint32_t queue_seq(int fd, int queue)
{
	uint32_t seq;
	socklen_t len = sizeof(seq);

	if (setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, &queue,
		       sizeof(queue)) ||
	    getsockopt(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, &seq, &len))
		err(1, "TCP_QUEUE_SEQ");
	return seq;
}

static void say(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		err(1, "write");
}

/* The server answers each line with "USR 1 OK a A". */
static void greet(int fd, const char *kind)
{
	char buf[100];

	if (!strcmp(kind, "tcp"))
		say(fd, "\x17\x03\x03 this is no protocol of a helper\n");
	else
		say(fd, "USR 1 a@example.com 1.2\r\n");
	if (read(fd, buf, sizeof(buf)) <= 0)
		err(1, "no answer");
	if (!strcmp(kind, "bulk")) {
		say(fd, "MSG 2 D 1000000\r\nMIME-Version: 1.0\r\n");
		say(fd, "Content-Type: application/x-msnmsgrp2p\r\n\r\n");
	}
	/* All of it is acknowledged. */
	usleep(300000);
}

static void fill_tcp(struct flow *f, char *data)
{
	struct iphdr *ip = (struct iphdr *)data;
	struct tcphdr *th = (struct tcphdr *)(ip + 1);
	struct sockaddr_in from;
	socklen_t len = sizeof(from);

	if (getsockname(f->fd, (struct sockaddr *)&from, &len))
		err(1, "getsockname");
	*ip = (struct iphdr){
		.version = 4,
		.ihl = 5,
		.tos = TOS,
		.ttl = 64,
		.protocol = IPPROTO_TCP,
		.tot_len = htons((uint16_t)(sizeof(*ip) + sizeof(*th) + size)),
		.saddr = from.sin_addr.s_addr,
		.daddr = f->to.sin_addr.s_addr,
	};
	*th = (struct tcphdr){
		.source = from.sin_port,
		.dest = f->to.sin_port,
		.ack_seq = htonl(queue_seq(f->fd, 1)),
		.doff = 5,
		.ack = 1,
		.window = htons(30000),
	};
	memset(th + 1, 0xa5, size);
}

static void open_flow(struct flow *f, const char *kind, const char *server,
		      int port)
{
	int i, on = 1, tos = TOS, udp = !strcmp(kind, "udp");

	memset(f, 0, sizeof(*f));
	f->to.sin_family = AF_INET;
	f->to.sin_port = htons((uint16_t)port);
	if (inet_pton(AF_INET, server, &f->to.sin_addr) != 1)
		errx(1, "no address");
	f->fd = socket(AF_INET, udp ? SOCK_DGRAM : SOCK_STREAM, 0);
	if (f->fd < 0 || connect(f->fd, (struct sockaddr *)&f->to,
				 sizeof(f->to)))
		err(1, "connect");
	f->raw = f->fd;
	if (udp) {
		/* Let the server answer once, so the flow is established. */
		char buf[16];

		if (send(f->fd, "\x80", 1, 0) != 1 ||
		    recv(f->fd, buf, sizeof(buf), 0) < 0 ||
		    setsockopt(f->fd, IPPROTO_IP, IP_TOS, &tos, sizeof(tos)))
			err(1, "udp");
	} else {
		greet(f->fd, kind);
		if (setsockopt(f->fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)))
			err(1, "TCP_REPAIR");
		f->seq = queue_seq(f->fd, 2);
		f->grow = (uint32_t)size;
		f->raw = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
		if (f->raw < 0)
			err(1, "raw socket");
	}
	for (i = 0; i < BATCH; i++) {
		f->iov[i].iov_base = f->data[i];
		f->iov[i].iov_len = size;
		f->msg[i].msg_hdr.msg_iov = f->iov + i;
		f->msg[i].msg_hdr.msg_iovlen = 1;
		if (udp) {
			memset(f->data[i], 0xa5, size);
			continue;
		}
		fill_tcp(f, f->data[i]);
		f->iov[i].iov_len += sizeof(struct iphdr) +
				     sizeof(struct tcphdr);
		f->msg[i].msg_hdr.msg_name = &f->to;
		f->msg[i].msg_hdr.msg_namelen = sizeof(f->to);
	}
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Return: ns per packet. */
static double run(struct flow *f)
{
	double begin, end;
	int i, j;

	begin = now();
	for (i = 0; i < batches; i++) {
		for (j = 0; j < BATCH && f->fd != f->raw; j++) {
			struct tcphdr *th = (void *)(f->data[j] +
						     sizeof(struct iphdr));

			th->seq = htonl(f->seq);
			f->seq += f->grow;
		}
		if (sendmmsg(f->raw, f->msg, BATCH, 0) != BATCH)
			err(1, "sendmmsg");
	}
	end = now();
	return (end - begin) / (BATCH * batches);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	static double a[ROUNDS], b[ROUNDS], ratio[ROUNDS];
	static struct flow fa, fb;
	int i, n;

	if (argc != 7)
		errx(2, "see the comment");
	size = (size_t)atoi(argv[2]);
	n = atoi(argv[6]);
	if (size > SIZE || n < 1 || n > ROUNDS)
		errx(2, "too large");
	/* No payload is longer than this. */
	if (!strcmp(argv[1], "bulk")) {
		batches = 4;
		n = n < 4 ? n : 4;
	}
	open_flow(&fa, argv[1], argv[3], atoi(argv[4]));
	open_flow(&fb, argv[1], argv[3], atoi(argv[5]));
	run(&fa);
	run(&fb);
	for (i = 0; i < n; i++) {
		if (i % 2)
			b[i] = run(&fb);
		a[i] = run(&fa);
		if (!(i % 2))
			b[i] = run(&fb);
		ratio[i] = a[i] / b[i];
	}
	qsort(a, (size_t)n, sizeof(*a), compare);
	qsort(b, (size_t)n, sizeof(*b), compare);
	qsort(ratio, (size_t)n, sizeof(*ratio), compare);
	printf("%.0f\t%.0f\t%.4f\t%.4f\t%.4f\n", a[n / 2], b[n / 2],
	       ratio[n / 2], ratio[n / 4], ratio[n * 3 / 4]);
	return 0;
}
