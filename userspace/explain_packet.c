// SPDX-License-Identifier: GPL-2.0
/* Takes frames apart: Ethernet, Linux cooked and raw IP; IPv4 and IPv6; TCP and UDP. */
#include <pcap/dlt.h>

#include "explain_packet.h"

#define ETHER_IPV4	0x0800
#define ETHER_IPV6	0x86dd

/* More headers in front of TCP than anyone sends. */
#define TAGS_MAX	4
#define EXTENSIONS_MAX	8
/* Nor does anything offload packets larger than that. */
#define OFFLOAD_MAX	0x100000

#define NEXT_HOP_BY_HOP	0
#define NEXT_TCP	6
#define NEXT_UDP	17
#define NEXT_ROUTING	43
#define NEXT_FRAGMENT	44
#define NEXT_AUTH	51
#define NEXT_OPTIONS	60

/* Where the type of the payload stands, and where the payload begins. */
static const struct link {
	int dlt;
	u8 type;
	u8 header;
} links[] = {
	{ DLT_EN10MB, 12, 14 },
	{ DLT_LINUX_SLL, 14, 16 },
	{ DLT_LINUX_SLL2, 0, 20 },
	/* The version of IP tells what it is. */
	{ DLT_RAW, 0, 0 },
	{ DLT_IPV4, 0, 0 },
	{ DLT_IPV6, 0, 0 },
	{ DLT_NULL, 0, 4 },
	{ DLT_LOOP, 0, 4 },
};

static u16 get16(const u8 *at)
{
	return (u16)(at[0] << 8 | at[1]);
}

static u32 get32(const u8 *at)
{
	return (u32)get16(at) << 16 | get16(at + 2);
}

static const struct link *find_link(int dlt)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(links); i++)
		if (links[i].dlt == dlt)
			return links + i;
	return NULL;
}

bool packet_link_known(int link)
{
	return find_link(link);
}

static bool has_type(const struct link *link)
{
	return link->header > 4;
}

static bool is_tag(u16 type)
{
	return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

/* Whether behind the link's header, and any VLAN tags, there is IP. */
static bool skip_link(struct packet *p, const struct link *link)
{
	unsigned int i;
	u16 type;

	p->ip = link->header;
	if (p->caplen <= p->ip)
		return false;
	if (!has_type(link))
		return true;
	type = get16(p->frame + link->type);
	for (i = 0; i < TAGS_MAX && is_tag(type); i++) {
		if (p->caplen <= p->ip + 4)
			return false;
		type = get16(p->frame + p->ip + 2);
		p->ip += 4;
	}
	return type == ETHER_IPV4 || type == ETHER_IPV6;
}

static void set_addr(struct addr *a, const u8 *from, u8 len)
{
	memset(a, 0, sizeof(*a));
	a->len = len;
	memcpy(a->b, from, len);
}

/* @len: what the header says; offloading leaves 0 in what is too large. */
static bool set_ip_len(struct packet *p, u32 len, u32 header)
{
	if (!len)
		len = p->wirelen - p->ip;
	p->ip_len = len;
	return len >= header && len <= p->wirelen - p->ip &&
	       len <= OFFLOAD_MAX;
}

static enum packet_kind kind_of(struct packet *p, u8 proto)
{
	p->proto = proto;
	switch (proto) {
	case NEXT_TCP:
		return PACKET_TCP;
	case NEXT_UDP:
		return PACKET_UDP;
	default:
		return PACKET_OTHER;
	}
}

static enum packet_kind read_ipv4(struct packet *p)
{
	const u8 *ip = p->frame + p->ip;
	u32 header, room = p->caplen - p->ip;

	if (room < 20)
		return PACKET_OTHER;
	header = (ip[0] & 15) * 4u;
	if (header < 20 || header > room ||
	    !set_ip_len(p, get16(ip + 2), header))
		return PACKET_OTHER;
	set_addr(&p->src.addr, ip + 12, 4);
	set_addr(&p->dst.addr, ip + 16, 4);
	if (get16(ip + 6) & 0x3fff)
		return PACKET_FRAGMENT;
	p->l4 = p->ip + header;
	return kind_of(p, ip[9]);
}

/* The bytes of an extension header, or 0 for one that cannot be passed. */
static u32 extension_len(u8 next, const u8 *at)
{
	switch (next) {
	case NEXT_HOP_BY_HOP:
	case NEXT_ROUTING:
	case NEXT_OPTIONS:
		return 8 + at[1] * 8u;
	case NEXT_FRAGMENT:
		return 8;
	case NEXT_AUTH:
		return 8 + at[1] * 4u;
	default:
		return 0;
	}
}

static enum packet_kind read_ipv6(struct packet *p)
{
	const u8 *ip = p->frame + p->ip;
	unsigned int i;
	u32 len;
	u8 next;

	if (p->caplen - p->ip < 40)
		return PACKET_OTHER;
	len = get16(ip + 4);
	if (!set_ip_len(p, len ? len + 40 : 0, 40))
		return PACKET_OTHER;
	set_addr(&p->src.addr, ip + 8, 16);
	set_addr(&p->dst.addr, ip + 24, 16);
	p->l4 = p->ip + 40;
	next = ip[6];
	for (i = 0; i < EXTENSIONS_MAX && kind_of(p, next) == PACKET_OTHER;
	     i++) {
		const u8 *at = p->frame + p->l4;

		if (p->l4 + 8 > p->caplen || !extension_len(next, at))
			return PACKET_OTHER;
		if (next == NEXT_FRAGMENT && get16(at + 2) & 0xfff9)
			return PACKET_FRAGMENT;
		p->l4 += extension_len(next, at);
		next = at[0];
	}
	return kind_of(p, next);
}

static bool read_tcp(struct packet *p)
{
	u32 end = p->ip + p->ip_len, seen = end < p->caplen ? end : p->caplen;
	const u8 *tcp = p->frame + p->l4;
	u32 header;

	if (p->l4 + 20 > seen)
		return false;
	header = (tcp[12] >> 4) * 4u;
	if (header < 20 || p->l4 + header > seen)
		return false;
	p->src.port = get16(tcp);
	p->dst.port = get16(tcp + 2);
	p->seq = get32(tcp + 4);
	p->ack = get32(tcp + 8);
	p->flags = tcp[13];
	p->wnd = get16(tcp + 14);
	p->data = p->l4 + header;
	p->len = end - p->data;
	p->have = seen - p->data;
	return true;
}

static bool read_udp(struct packet *p)
{
	u32 end = p->ip + p->ip_len, len, seen;
	const u8 *udp = p->frame + p->l4;

	if (p->l4 + 8 > end || p->l4 + 8 > p->caplen)
		return false;
	len = get16(udp + 4);
	if (len < 8 || p->l4 + len > end)
		return false;
	end = p->l4 + len;
	seen = end < p->caplen ? end : p->caplen;
	p->src.port = get16(udp);
	p->dst.port = get16(udp + 2);
	p->data = p->l4 + 8;
	p->len = end - p->data;
	p->have = seen - p->data;
	p->seq = 0;
	p->ack = 0;
	p->wnd = 0;
	p->flags = 0;
	return true;
}

enum packet_kind packet_read(struct packet *p, int link)
{
	const struct link *l = find_link(link);
	enum packet_kind kind = PACKET_OTHER;

	if (p->wirelen < p->caplen)
		p->wirelen = p->caplen;
	if (!l || !skip_link(p, l))
		return PACKET_OTHER;
	if (p->frame[p->ip] >> 4 == 4)
		kind = read_ipv4(p);
	else if (p->frame[p->ip] >> 4 == 6)
		kind = read_ipv6(p);
	if ((kind == PACKET_TCP && !read_tcp(p)) ||
	    (kind == PACKET_UDP && !read_udp(p)))
		return PACKET_OTHER;
	return kind;
}
