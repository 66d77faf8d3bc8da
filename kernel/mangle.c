// SPDX-License-Identifier: GPL-2.0
/* Writing to packets. */

#include <linux/netfilter.h>
#include <net/netfilter/nf_nat_helper.h>
#include <net/tcp.h>

#include "mangle.h"

/*
 * The stack segments what is larger than gso_size and refuses what is not.
 * Bits are set anew: the packet is linear now, whatever it was made of.
 */
static void fix_gso(struct sk_buff *skb, const struct nf_conn *ct, bool cwr,
		    u32 len, u16 seg)
{
	struct skb_shared_info *si = skb_shinfo(skb);
	bool ecn = cwr || si->gso_type & SKB_GSO_TCP_ECN;

	if (len <= seg) {
		if (skb_is_gso(skb))
			skb_gso_reset(skb);
		return;
	}
	si->gso_size = seg;
	si->gso_segs = DIV_ROUND_UP(len, seg);
	si->gso_type = SKB_GSO_DODGY |
		       (nf_ct_l3num(ct) == NFPROTO_IPV4 ? SKB_GSO_TCPV4 :
							  SKB_GSO_TCPV6) |
		       (ecn ? SKB_GSO_TCP_ECN : 0);
}

/* It is urgent up to the same byte as before. */
static void fix_urgent(struct tcphdr *th, u32 moved)
{
	u32 urg = ntohs(th->urg_ptr) + moved;

	if (!th->urg)
		return;
	if (urg > U16_MAX) {
		th->urg = 0;
		urg = 0;
	}
	th->urg_ptr = htons(urg);
}

bool nfim_mangle_tcp(const struct nfim_pkt *pkt, const struct stream_out *out)
{
	u32 new_len = (u32)span_len(out->text);
	struct sk_buff *skb = pkt->skb;
	struct tcphdr *th;

	/* Leaves CHECKSUM_PARTIAL, so the header is free to change after it. */
	if (!__nf_nat_mangle_tcp_packet(skb, pkt->ct, pkt->ctinfo,
					pkt->protoff, out->off, out->old_len,
					out->text.p, new_len, false))
		return false;
	th = (void *)skb->data + pkt->protoff;
	if (out->seq != pkt->seq) {
		fix_urgent(th, pkt->seq - out->seq);
		th->seq = htonl(out->seq);
	}
	fix_gso(skb, pkt->ct, th->cwr, pkt->len - out->old_len + new_len,
		out->seg);
	return true;
}
