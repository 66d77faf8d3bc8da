// SPDX-License-Identifier: GPL-2.0
/*
 * nfim explain over any file, and over any packets: an input that begins with
 * 'P' is a list of segments of two connections, which makes sense more often
 * than a file whose lengths were changed.
 */
#include <stdlib.h>
#include <string.h>

#include "../../userspace/explain.h"
#include "fuzz.h"

#define PACKETS_MAX	200
#define PCAP_HEADER	24
#define PACKET_HEADER	(16 + 20 + 20)
#define INPUT_HEADER	5	/* of a packet in the input */

static struct policy allow_all[POLICY_HELPER_MAX];

static void make_policies(void)
{
	static const struct policy_app app = {
		.allow = true, .protos = POLICY_TCP | POLICY_UDP,
		.limit = 10, .lifetime = 60,
		.inside = { { 1864, 1864 }, { 1024, 65535 } },
		.outside = { { 6891, 6901 }, { 40000, 65535 } },
	};
	int i, j;

	for (i = 0; i < POLICY_HELPER_MAX; i++) {
		struct policy *p = allow_all + i;

		memcpy(p->name, "all", 4);
		p->helper = (enum policy_helper)i;
		p->is_default = true;
		p->hold = true;
		p->client_ip = true;
		p->host_limit = 64;
		p->net_limit = 1024;
		for (j = 0; j < NFIM_APP_MAX; j++)
			p->app[j] = app;
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	make_policies();
	if (!freopen("/dev/null", "w", stdout))
		abort();
	return 0;
}

static size_t payload_len(const uint8_t *from, size_t size)
{
	size_t len = (size_t)(from[3] | from[4] << 8);

	return len < size - INPUT_HEADER ? len : size - INPUT_HEADER;
}

/*
 * Five bytes and the payload: side, connection, flags and server; distance
 * from the next sequence number; distance of what is confirmed; length.
 */
static size_t put_packet(uint8_t *out, const uint8_t *from, size_t size,
			 uint32_t next[2][2])
{
	static const uint8_t host[2][4] = { { 10, 0, 0, 1 }, { 192, 0, 2, 9 } };
	static const uint8_t flags[8] = { 2, 0x10, 0x18, 0x11, 4, 0x38, 2, 0x18 };
	static const uint16_t port[4] = { 1863, 1864, 5060, 5060 };
	int side = from[0] & 1, conn = from[0] >> 1 & 1, kind = from[0] >> 5 & 3;
	uint32_t len = (uint32_t)payload_len(from, size), seq, ack, total;
	uint8_t *ip = out + 16, *tcp = ip + 20;
	bool udp = kind == 3;

	total = (udp ? 28 : 40) + len;
	seq = next[conn][side] + (uint32_t)(int8_t)from[1];
	ack = next[conn][!side] + (uint32_t)(int8_t)from[2];
	memset(out, 0, PACKET_HEADER);
	memcpy(out + 8, &total, 4);
	memcpy(out + 12, &total, 4);
	ip[0] = 0x45;
	ip[2] = (uint8_t)(total >> 8);
	ip[3] = (uint8_t)total;
	ip[9] = udp ? 17 : 6;
	memcpy(ip + 12, host[side], 4);
	memcpy(ip + 16, host[!side], 4);
	tcp[side ? 2 : 0] = (uint8_t)(100 + conn);
	tcp[side ? 0 : 2] = (uint8_t)(port[kind] >> 8);
	tcp[side ? 1 : 3] = (uint8_t)port[kind];
	if (udp) {
		tcp[4] = (uint8_t)((8 + len) >> 8);
		tcp[5] = (uint8_t)(8 + len);
		memcpy(tcp + 8, from + INPUT_HEADER, len);
		return 16 + total;
	}
	for (int i = 0; i < 4; i++) {
		tcp[4 + i] = (uint8_t)(seq >> (24 - 8 * i));
		tcp[8 + i] = (uint8_t)(ack >> (24 - 8 * i));
	}
	tcp[12] = 5 << 4;
	tcp[13] = flags[from[0] >> 2 & 7] | (side ? 0x10 : 0);
	memcpy(tcp + 20, from + INPUT_HEADER, len);
	next[conn][side] += len + (tcp[13] & 2 ? 1 : 0);
	return 16 + total;
}

static size_t make_capture(uint8_t *out, const uint8_t *data, size_t size)
{
	static const uint32_t header[6] = {
		0xa1b2c3d4, 4 << 16 | 2, 0, 0, 262144, 101
	};
	uint32_t next[2][2] = { { 0, 0xfffffff0 }, { 7, 9 } };
	size_t n = PCAP_HEADER, packets = 0;

	memcpy(out, header, PCAP_HEADER);
	while (size > INPUT_HEADER && packets++ < PACKETS_MAX) {
		size_t len = INPUT_HEADER + payload_len(data, size);

		n += put_packet(out + n, data, size, next);
		data += len;
		size -= len;
	}
	return n;
}

static void explain(uint8_t *data, size_t size, bool translate)
{
	struct explain_opts o = {
		.name = "input",
		.policy = allow_all,
		.n_policies = POLICY_HELPER_MAX,
		.write = "/dev/null",
		.json = translate,
	};
	FILE *first, *second;

	if (translate)
		o.outside = (struct addr){ .len = 4, .b = { 192, 0, 2, 1 } };
	first = fmemopen(data, size, "r");
	second = fmemopen(data, size, "r");
	if (!first || !second)
		abort();
	explain_capture(&o, first, second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy;

	if (!size)
		return 0;
	copy = malloc(PCAP_HEADER + size +
		      (size_t)PACKETS_MAX * PACKET_HEADER);
	if (!copy)
		return 0;
	if (*data == 'P')
		size = make_capture(copy, data + 1, size - 1);
	else
		memcpy(copy, data, size);
	explain(copy, size, true);
	explain(copy, size, false);
	free(copy);
	return 0;
}
