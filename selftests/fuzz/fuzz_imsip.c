// SPDX-License-Identifier: GPL-2.0
/*
 * kernel/proto/imsip and all behind it: the input is what both ends of a
 * connection say, message by message. Whatever they say, only the host's own
 * address is opened, at ports that policy allows, what is signed is not changed,
 * and what leaves can be read again.
 */

#include "../unit/input.h"
#include "../unit/phonebox.h"
#include "fuzz.h"

#define MESSAGES	32

/* Between messages; no text has it. */
#define BETWEEN	0x01

static struct box box;
static struct sip before, after;

static void check_holes(void)
{
	u32 i;

	for (i = 0; i < BOX_HOLES; i++) {
		const struct box_hole *h = box.hole + i;

		if (!h->used)
			continue;
		want(addr_equal(&h->listener, &box.self[BOX_INSIDE].inside),
		     "only the host itself listens");
		want(policy_judge(&box.policy, &h->offer) == NFIM_OK,
		     "policy allows what is open");
		want(h->offer.cookie, "what is open can be closed");
		want(!h->offer.peer_port || h->offer.from.len,
		     "a port is somebody's");
	}
}

static bool same(struct span a, struct place x, struct span b, struct place y)
{
	return x.len == y.len && !memcmp(a.p + x.off, b.p + y.off, x.len);
}

static void check_text(struct span data)
{
	struct span out = span_make(box.out, box.out_len);

	if (!box.edits) {
		want(box.out_len == span_len(data) &&
		     !memcmp(box.out, data.p, box.out_len), "no edit, no change");
		return;
	}
	want(box.fit != SIP_FIT_SAME || box.out_len == span_len(data),
	     "a length that stays");
	want(sip_parse(data, box.proto == 17, &before) == SIP_OK &&
	     (box.out_len > NFIM_SIP_MAX ||
	      sip_parse(out, box.proto == 17, &after) == SIP_OK),
	     "what leaves can be read");
	if (box.out_len > NFIM_SIP_MAX)
		return;
	want(same(data, before.call_id, out, after.call_id) &&
	     same(data, before.from_tag, out, after.from_tag) &&
	     same(data, before.to_tag, out, after.to_tag) &&
	     same(data, before.agent, out, after.agent) &&
	     before.cseq == after.cseq && before.expires == after.expires &&
	     before.contacts == after.contacts && before.vias == after.vias,
	     "what is signed stays");
}

/* Every call's endpoints have names of their own. */
static void check_calls(void)
{
	u32 i, k;

	want(!box.locked, "locks are given back");
	for (i = 0; i < BOX_CALLS; i++) {
		if (!box.used[i])
			continue;
		want(box.call[i].parties <= IMSIP_PARTIES, "parties fit");
		want(box.call[i].branches <= IMSIP_BRANCHES, "branches fit");
		want(box.call[i].secs && box.call[i].secs <= IMSIP_TALKING_SECS,
		     "calls end");
		for (k = 0; imsip_waiting(box.call + i, k); k++)
			want(k < IMSIP_STREAMS + IMSIP_LISTENS, "few wait");
	}
}

static void configure(u8 how)
{
	u32 i;

	box_open(&box, how & 1 ? 6060 : 5060);
	box.proto = how & 2 ? 6 : 17;
	box.fit = how & 2 ? (how & 4 ? SIP_FIT_SAME : SIP_FIT_RATHER) :
			    SIP_FIT_FREE;
	box.policy.no_ice = how & 8;
	box.policy.media_peers = (how >> 4) % POLICY_PEERS_MAX;
	box.taken = how & 0x40 ? 49170 : 0;
	box.ours[BOX_OUTSIDE] = how & 0x80;
	for (i = 0; i < NFIM_APP_MAX; i++)
		if (!box.policy.app[i].allow)
			box.policy.app[i] =
				box.policy.app[NFIM_APP_SIP_SIGNALLING];
	if (box.ours[BOX_OUTSIDE])
		box.self[BOX_INSIDE].outside = box.self[BOX_INSIDE].inside;
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t len)
{
	const u8 *end = bytes + len, *next;
	u32 n = 0, from = BOX_INSIDE;

	if (!len)
		return 0;
	configure(*bytes++);
	for (; bytes < end && n < MESSAGES; bytes = next + 1, n++) {
		struct span data;

		next = memchr(bytes, BETWEEN, (size_t)(end - bytes));
		if (!next)
			next = end;
		data = input_bytes(bytes, (size_t)(next - bytes));
		box_raw(&box, from, data);
		check_text(data);
		check_calls();
		if (!box.ours[BOX_OUTSIDE])
			check_holes();
		input_done();
		from = !from;
		if (next == end)
			break;
	}
	return 0;
}
