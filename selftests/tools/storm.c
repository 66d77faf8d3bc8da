// SPDX-License-Identifier: GPL-2.0
/*
 * Sends mutated messages through a gateway as real packets, in conversations of
 * made-up hosts on both sides of it, cut, repeated, overlapped and out of order.
 *
 *   storm CORPUS CLIENT-NS SERVER-NS CLIENT SERVER OUTSIDE PACKETS SEED
 *
 * CLIENT ends in ".2"; six neighbours of it speak as well. OUTSIDE is
 * the clients' address as the server sees it. No TCP of a kernel is involved: the
 * namespaces should drop what arrives.
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "storm.h"

/**
 * struct talk - one conversation
 * @port: of server and client
 * @seq: next sequence number of client and server
 * @kind: see struct text
 * @proto: IPPROTO_TCP or IPPROTO_UDP
 * @host: the last digit of the client's address
 */
struct talk {
	char host;
	uint16_t port[2];
	uint32_t seq[2];
	char kind;
	int proto;
};

enum { CLIENT, SERVER };

static int sock[2];
static struct in_addr addr[2], outside;
static unsigned long sent, budget;

static int raw_socket(const char *ns)
{
	int fd = open(ns, O_RDONLY), s;

	if (fd < 0 || setns(fd, CLONE_NEWNET)) {
		perror(ns);
		exit(2);
	}
	close(fd);
	s = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	if (s < 0) {
		perror("socket");
		exit(2);
	}
	return s;
}

static uint32_t sum(const void *data, size_t len)
{
	const unsigned char *p = data;
	uint32_t total = 0;
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		total += p[i] << 8 | p[i + 1];
	return len & 1 ? total + (p[len - 1] << 8) : total;
}

static uint16_t fold(uint32_t total)
{
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return htons((uint16_t)~total);
}

/* What "192.168.77.2" says of itself, another host says of itself. */
static void become(struct text *text, const char *name, char host)
{
	size_t len = strlen(name);
	unsigned char *p = text->byte, *end = p + text->len;

	while ((p = memmem(p, end - p, name, len))) {
		p[len - 1] = host;
		p += len;
	}
}

/* Sends what stands behind the IP header in `packet`. */
static void send_ip(int side, unsigned char *packet, size_t len, int proto)
{
	struct in_addr from = side == CLIENT ? addr[CLIENT] : addr[SERVER];
	struct in_addr to = side == CLIENT ? addr[SERVER] : outside;
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_addr = to };
	struct iphdr *ip = (struct iphdr *)packet;
	uint16_t check;

	memset(ip, 0, sizeof(*ip));
	ip->version = 4;
	ip->ihl = 5;
	ip->ttl = 64;
	ip->protocol = proto;
	ip->saddr = from.s_addr;
	ip->daddr = to.s_addr;
	ip->tot_len = htons(sizeof(*ip) + len);
	check = fold(sum(packet + sizeof(*ip), len) + sum(&from, 4) +
		     sum(&to, 4) + proto + (uint32_t)len);
	if (proto == IPPROTO_TCP)
		((struct tcphdr *)(ip + 1))->check = any(500) ? check : 0x1234;
	else
		((struct udphdr *)(ip + 1))->check = check ? check : 0xffff;
	if (sendto(sock[side], packet, sizeof(*ip) + len, 0,
		   (struct sockaddr *)&sin, sizeof(sin)) >= 0)
		sent++;
}

static void send_tcp(const struct talk *t, int side, uint32_t seq, int flags,
		     const void *data, size_t len)
{
	unsigned char packet[2000];
	struct tcphdr *th = (struct tcphdr *)(packet + sizeof(struct iphdr));
	unsigned char *option = (unsigned char *)(th + 1);
	size_t head = sizeof(*th);

	memset(th, 0, sizeof(*th) + 40);
	th->source = htons(t->port[side]);
	th->dest = htons(t->port[!side]);
	th->seq = htonl(seq);
	th->ack_seq = htonl(t->seq[!side]);
	th->window = htons(65535);
	th->syn = !!(flags & 2);
	th->fin = flags & 1;
	th->rst = !!(flags & 4);
	th->psh = !!len;
	th->ack = !!(flags & 16);
	th->urg = !any(2000);
	if (th->syn) {
		memcpy(option, "\2\4\5\264\4\2\1\1", 8);
		head += 8;
	} else if (!any(20)) {
		/* A SACK of something. */
		uint32_t edge[2] = { htonl(t->seq[!side] + any(3000)),
				     htonl(t->seq[!side] + any(6000)) };

		memcpy(option, "\1\1\5\12", 4);
		memcpy(option + 4, edge, sizeof(edge));
		head += 12;
	}
	th->doff = head / 4;
	memcpy(packet + sizeof(struct iphdr) + head, data, len);
	send_ip(side, packet, head + len, IPPROTO_TCP);
}

static void send_udp(const struct talk *t, int side, const void *data,
		     size_t len)
{
	unsigned char packet[sizeof(struct iphdr) + sizeof(struct udphdr) +
			     TEXT_MAX];
	struct udphdr *uh = (struct udphdr *)(packet + sizeof(struct iphdr));

	*uh = (struct udphdr){
		.source = htons(t->port[side]),
		.dest = htons(t->port[!side]),
		.len = htons(sizeof(*uh) + len),
	};
	memcpy(uh + 1, data, len);
	send_ip(side, packet, sizeof(*uh) + len, IPPROTO_UDP);
}

static size_t piece_size(void)
{
	switch (any(6)) {
	case 0:
		return 1 + any(4);
	case 1:
		return 1 + any(80);
	case 2:
		return 1 + any(536);
	default:
		return 1 + any(1400);
	}
}

/* A text as segments: repeated, overlapping, missing, in another order. */
static void say_tcp(struct talk *t, int side, const struct text *text)
{
	struct { size_t at, n; } cut[64], x;
	unsigned int n = 0, i;
	size_t at;

	for (at = 0; at < text->len && n < 64; at += cut[n++].n) {
		cut[n].at = at;
		cut[n].n = piece_size();
		if (n == 63 || cut[n].n > text->len - at)
			cut[n].n = text->len - at;
		if (cut[n].n > 1400)
			cut[n].n = 1400;
	}
	for (i = 0; i + 1 < n; i++)
		if (!any(8)) {
			x = cut[i];
			cut[i] = cut[i + 1];
			cut[i + 1] = x;
		}
	for (i = 0; i < n; i++) {
		unsigned int times = any(10) ? 1 : any(3);
		size_t back = any(12) ? 0 : any(60);

		if (back > cut[i].at)
			back = cut[i].at;
		if (cut[i].n + back > 1440)
			back = 0;
		while (times--)
			send_tcp(t, side, t->seq[side] + cut[i].at - back, 16,
				 text->byte + cut[i].at - back,
				 cut[i].n + back);
		if (!any(4))
			send_tcp(t, !side, t->seq[!side], 16, NULL, 0);
	}
	/* A repeat that says something else. */
	if (n && !any(10))
		send_tcp(t, side, t->seq[side], 16,
			 text->byte + any(text->len - cut[0].n + 1),
			 cut[0].n);
	t->seq[side] += text->len;
	send_tcp(t, !side, t->seq[!side], 16, NULL, 0);
}

static void say(struct talk *t, int side, const struct text *text)
{
	if (t->proto == IPPROTO_UDP)
		send_udp(t, side, text->byte, text->len);
	else
		say_tcp(t, side, text);
}

static void say_line(struct talk *t, int side, const char *line)
{
	struct text text = { .len = strlen(line) };

	memcpy(text.byte, line, text.len);
	say(t, side, &text);
}

static void greet(struct talk *t)
{
	if (!any(12))
		return;
	switch (t->kind) {
	case 's':
		say_line(t, CLIENT, "USR 1 alice@example.com 1115000001.2\r\n");
		say_line(t, SERVER, "USR 1 OK alice@example.com Alice\r\n");
		break;
	case 'n':
		say_line(t, CLIENT, "VER 1 MSNP8 CVR0\r\n");
		say_line(t, SERVER, "VER 1 MSNP8 CVR0\r\n");
		break;
	}
}

static void open_talk(struct talk *t)
{
	t->kind = "ssntu"[any(5)];
	t->proto = t->kind == 'u' ? IPPROTO_UDP : IPPROTO_TCP;
	t->port[CLIENT] = 10000 + any(50000);
	t->port[SERVER] = t->kind == 't' || t->kind == 'u' ? 5060 : 1863;
	t->seq[CLIENT] = any(5) ? any(0) + any(0x7fffffff) : 0xffffff00;
	t->seq[SERVER] = any(0x7fffffff);
	if (t->proto == IPPROTO_UDP)
		return;
	if (any(40)) {
		send_tcp(t, CLIENT, t->seq[CLIENT]++, 2, NULL, 0);
		send_tcp(t, SERVER, t->seq[SERVER]++, 2 | 16, NULL, 0);
	}
	send_tcp(t, CLIENT, t->seq[CLIENT], 16, NULL, 0);
}

static void one_talk(void)
{
	unsigned int rounds = 1 + any(8);
	struct talk t = { 0 };
	static struct text text;
	struct in_addr base = addr[CLIENT];
	int side;

	t.host = "2456789"[any(7)];
	addr[CLIENT].s_addr = base.s_addr + htonl(t.host - '2');
	open_talk(&t);
	greet(&t);
	while (rounds-- && sent < budget) {
		side = any(4) ? CLIENT : SERVER;
		text = *corpus_any(t.kind, side == CLIENT);
		mutate(&text);
		become(&text, inet_ntoa(base), t.host);
		if (text.len)
			say(&t, side, &text);
	}
	if (t.proto == IPPROTO_TCP && any(3))
		send_tcp(&t, any(2), t.seq[CLIENT], any(2) ? 4 : 1 | 16, NULL,
			 0);
	addr[CLIENT] = base;
}

int main(int argc, char **argv)
{
	if (argc != 9) {
		fputs("usage: storm CORPUS CLIENT-NS SERVER-NS CLIENT SERVER OUTSIDE N SEED\n",
		      stderr);
		return 2;
	}
	corpus_read(argv[1]);
	sock[CLIENT] = raw_socket(argv[2]);
	sock[SERVER] = raw_socket(argv[3]);
	inet_aton(argv[4], &addr[CLIENT]);
	inet_aton(argv[5], &addr[SERVER]);
	inet_aton(argv[6], &outside);
	budget = strtoul(argv[7], NULL, 10);
	seed_with(strtoull(argv[8], NULL, 10));
	while (sent < budget)
		one_talk();
	printf("%lu packets\n", sent);
	return 0;
}
