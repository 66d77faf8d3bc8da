// SPDX-License-Identifier: GPL-2.0
/* Writing to datagrams. */

#include <linux/netfilter.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/netfilter/nf_nat_helper.h>

#include "mangle_udp.h"

/*
 * A sender that has learnt the path's MTU would send the same datagram again
 * and again: for itself it is small enough.
 */
static void let_fragment(const struct nfim_pkt *pkt)
{
	struct sk_buff *skb = pkt->skb;
	const struct dst_entry *dst = skb_dst(skb);
	struct iphdr *iph = ip_hdr(skb);

	if (!dst || skb->len <= dst_mtu(dst))
		return;
	skb->ignore_df = 1;
	if (nf_ct_l3num(pkt->ct) != NFPROTO_IPV4 ||
	    !(iph->frag_off & htons(IP_DF)))
		return;
	iph->frag_off &= ~htons(IP_DF);
	/* Without fragments in mind it need not have been unique. */
	__ip_select_ident(pkt->nn->net, iph, 1);
	ip_send_check(iph);
}

bool nfim_mangle_udp(const struct nfim_pkt *pkt, const struct edit_plan *plan,
		     char *work)
{
	u32 start = edit_start(plan), old_len = edit_end(plan) - start;
	struct span data = span_make(pkt->skb->data + pkt->dataoff, pkt->len);
	size_t len = edit_render(plan, data, work);

	if (!nf_nat_mangle_udp_packet(pkt->skb, pkt->ct, pkt->ctinfo,
				      pkt->protoff, start, old_len, work, len))
		return false;
	if (len > old_len)
		let_fragment(pkt);
	return true;
}
