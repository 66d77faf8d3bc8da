// SPDX-License-Identifier: GPL-2.0
/* Edit log and out-of-order memory of TCP directions. */

#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_zones.h>
#include <net/tcp.h>

#include <nfim/limits.h>

#include "flow.h"

static struct kmem_cache *flow_cache __ro_after_init;
static u32 flow_seed __ro_after_init;

static void make_id(struct nfim_flow_id *id, const struct nf_conn *ct,
		    enum ip_conntrack_dir dir)
{
	const struct nf_conntrack_tuple *t =
		&ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;

	BUILD_BUG_ON(sizeof(*id) != 2 * sizeof(union nf_inet_addr) + 8);
	*id = (struct nfim_flow_id){
		.src = t->src.u3,
		.dst = t->dst.u3,
		.sport = t->src.u.all,
		.dport = t->dst.u.all,
		.zone = nf_ct_zone(ct)->id,
		.l3num = t->src.l3num,
		.dir = dir,
	};
}

static u32 id_hash(const struct nfim_flow_id *id)
{
	return jhash2((const u32 *)id, sizeof(*id) / sizeof(u32), flow_seed);
}

static struct nfim_flow *find(struct nfim_net *nn,
			      const struct nfim_flow_id *id)
{
	struct nfim_flow *flow;

	lockdep_assert_held(&nn->flow_lock);
	hash_for_each_possible(nn->flow, flow, node, id_hash(id))
		if (!memcmp(&flow->id, id, sizeof(*id)))
			return flow;
	return NULL;
}

static u32 host_hash(const struct nfim_flow_id *id)
{
	return jhash2((const u32 *)id->src.all, ARRAY_SIZE(id->src.all),
		      flow_seed ^ id->zone);
}

/* How many flows the client of a connection has, and what they hold. */
static unsigned int host_flows(struct nfim_net *nn,
			       const struct nfim_flow_id *id, u32 *bytes)
{
	struct nfim_flow *flow;
	unsigned int n = 0;

	*bytes = 0;
	hash_for_each_possible(nn->flow_host, flow, by_host, host_hash(id)) {
		if (flow->id.zone != id->zone ||
		    !nf_inet_addr_cmp(&flow->id.src, &id->src))
			continue;
		*bytes += flow->bytes;
		n++;
	}
	return n;
}

static bool has_bytes(struct nfim_net *nn, const struct nfim_flow *flow,
		      u32 more)
{
	u32 bytes;

	host_flows(nn, &flow->id, &bytes);
	return bytes + more <= NFIM_HOST_BYTES &&
	       nn->flow_bytes + more <= NFIM_NET_BYTES;
}

static void account(struct nfim_net *nn, struct nfim_flow *flow, int bytes)
{
	flow->bytes += bytes;
	nn->flow_bytes += bytes;
}

static void drop_edit(struct nfim_net *nn, struct nfim_flow *flow,
		      struct nfim_edit *e)
{
	list_del(&e->list);
	flow->n_edits--;
	account(nn, flow, -(int)struct_size(e, text, e->new_len));
	kfree(e);
}

static void unlink_piece(struct nfim_net *nn, struct nfim_flow *flow,
			 struct nfim_piece *p)
{
	list_del(&p->list);
	flow->n_pieces--;
	flow->piece_bytes -= p->len;
	account(nn, flow, -(int)struct_size(p, data, p->len));
}

static void destroy(struct nfim_net *nn, struct nfim_flow *flow)
{
	struct nfim_piece *p, *p_next;
	struct nfim_edit *e, *e_next;

	list_for_each_entry_safe(e, e_next, &flow->edits, list)
		drop_edit(nn, flow, e);
	list_for_each_entry_safe(p, p_next, &flow->pieces, list) {
		unlink_piece(nn, flow, p);
		kfree(p);
	}
	hash_del(&flow->node);
	hash_del(&flow->by_host);
	nn->flows--;
	kmem_cache_free(flow_cache, flow);
}

/* A flow of a connection that is over will not be asked for any more. */
static bool is_dead(struct nfim_net *nn, const struct nfim_flow *flow)
{
	struct nf_conntrack_tuple t = {
		.src.u3 = flow->id.src,
		.src.u.all = flow->id.sport,
		.src.l3num = flow->id.l3num,
		.dst.u3 = flow->id.dst,
		.dst.u.all = flow->id.dport,
		.dst.protonum = IPPROTO_TCP,
	};
	struct nf_conntrack_tuple_hash *h;
	struct nf_conntrack_zone zone;
	struct nf_conn *ct;
	u8 state;

	if (time_after(jiffies, flow->used + NFIM_FLOW_SECS * HZ))
		return true;
	nf_ct_zone_init(&zone, flow->id.zone, NF_CT_DEFAULT_ZONE_DIR, 0);
	h = nf_conntrack_find_get(nn->net, &zone, &t);
	if (!h)
		return true;
	ct = nf_ct_tuplehash_to_ctrack(h);
	state = READ_ONCE(ct->proto.tcp.state);
	nf_ct_put(ct);
	return state == TCP_CONNTRACK_TIME_WAIT || state == TCP_CONNTRACK_CLOSE;
}

/* Make room for a host that is at its limit. */
static void reap_host(struct nfim_net *nn, const struct nfim_flow_id *id)
{
	struct hlist_node *next;
	struct nfim_flow *flow;

	hash_for_each_possible_safe(nn->flow_host, flow, next, by_host,
				    host_hash(id))
		if (flow->id.zone == id->zone &&
		    nf_inet_addr_cmp(&flow->id.src, &id->src) &&
		    is_dead(nn, flow))
			destroy(nn, flow);
}

static bool host_full(struct nfim_net *nn, const struct nfim_flow_id *id)
{
	u32 bytes;

	if (host_flows(nn, id, &bytes) < NFIM_HOST_FLOWS)
		return false;
	reap_host(nn, id);
	return host_flows(nn, id, &bytes) >= NFIM_HOST_FLOWS;
}

struct nfim_flow *nfim_flow_find(struct nfim_net *nn, const struct nf_conn *ct,
				 enum ip_conntrack_dir dir)
	__acquires(&nn->flow_lock)
{
	struct nfim_flow_id id;

	make_id(&id, ct, dir);
	spin_lock_bh(&nn->flow_lock);
	return find(nn, &id);
}

struct nfim_flow *nfim_flow_get(struct nfim_net *nn, const struct nf_conn *ct,
				enum ip_conntrack_dir dir)
	__acquires(&nn->flow_lock)
{
	struct nfim_flow *flow = nfim_flow_find(nn, ct, dir);
	struct nfim_flow_id id;

	make_id(&id, ct, dir);
	if (flow || nn->flows >= NFIM_NET_FLOWS || host_full(nn, &id))
		return flow;
	flow = kmem_cache_zalloc(flow_cache, GFP_ATOMIC);
	if (!flow)
		return NULL;
	flow->id = id;
	INIT_LIST_HEAD(&flow->edits);
	INIT_LIST_HEAD(&flow->pieces);
	flow->used = jiffies;
	hash_add(nn->flow, &flow->node, id_hash(&flow->id));
	hash_add(nn->flow_host, &flow->by_host, host_hash(&flow->id));
	nn->flows++;
	nfim_net_kick_gc(nn);
	return flow;
}

void nfim_flow_put(struct nfim_net *nn)
	__releases(&nn->flow_lock)
{
	spin_unlock_bh(&nn->flow_lock);
}

void nfim_flow_drop(struct nfim_net *nn, const struct nf_conn *ct,
		    enum ip_conntrack_dir dir)
{
	struct nfim_flow *flow = nfim_flow_find(nn, ct, dir);

	if (flow)
		destroy(nn, flow);
	nfim_flow_put(nn);
}

bool nfim_flow_may_resize(const struct nfim_flow *flow)
{
	const struct nfim_edit *e;

	list_for_each_entry(e, &flow->edits, list)
		if (!e->acked && e->new_len != e->old_len)
			return false;
	return !flow->n_pieces;
}

static bool oldest_is_acked(const struct nfim_flow *flow)
{
	return list_first_entry(&flow->edits, struct nfim_edit, list)->acked;
}

bool nfim_flow_has_room(struct nfim_net *nn, const struct nfim_flow *flow)
{
	return (flow->n_edits < NFIM_FLOW_EDITS || oldest_is_acked(flow)) &&
	       has_bytes(nn, flow, NFIM_EDIT_SPAN + NFIM_EDIT_GROWTH +
			 sizeof(struct nfim_edit));
}

struct nfim_edit *nfim_flow_new_edit(struct nfim_net *nn,
				     struct nfim_flow *flow, u32 new_len)
{
	struct nfim_edit *e;

	if (!nfim_flow_has_room(nn, flow))
		return NULL;
	if (flow->n_edits >= NFIM_FLOW_EDITS)
		drop_edit(nn, flow, list_first_entry(&flow->edits,
						     struct nfim_edit, list));
	e = kmalloc(struct_size(e, text, new_len), GFP_ATOMIC | __GFP_NOWARN);
	if (e) {
		e->new_len = new_len;
		e->acked = false;
	}
	return e;
}

void nfim_flow_forget_pieces(struct nfim_net *nn, const struct nf_conn *ct,
			     enum ip_conntrack_dir dir)
{
	struct nfim_flow *flow = nfim_flow_find(nn, ct, dir);
	struct nfim_piece *p, *next;

	if (flow)
		list_for_each_entry_safe(p, next, &flow->pieces, list) {
			unlink_piece(nn, flow, p);
			kfree(p);
		}
	nfim_flow_put(nn);
}

void nfim_flow_add_edit(struct nfim_net *nn, struct nfim_flow *flow,
			struct nfim_edit *e)
{
	/* Edits are made in the order of the stream. */
	list_add_tail(&e->list, &flow->edits);
	flow->used = jiffies;
	flow->n_edits++;
	account(nn, flow, (int)struct_size(e, text, e->new_len));
}

void nfim_flow_ack(struct nfim_flow *flow, u32 ack)
{
	struct nfim_edit *e;

	/*
	 * An acknowledged edit is kept: the ack may get lost behind us, and
	 * the repeat that follows must find the same bytes again.
	 */
	list_for_each_entry(e, &flow->edits, list)
		if (!before(ack, e->wire_end))
			e->acked = true;
}

/* Cut off what is remembered already; return what is left. */
static u32 new_bytes(const struct nfim_flow *flow, u32 *seq, u32 len,
		     struct list_head **where)
{
	struct list_head *at = (struct list_head *)&flow->pieces;
	struct nfim_piece *p;

	list_for_each_entry(p, &flow->pieces, list) {
		u32 end = p->seq + p->len;

		if (!before(p->seq, *seq + len))
			break;
		at = &p->list;
		if (before(*seq, p->seq)) {
			/* The front is new; the rest will be seen again. */
			len = p->seq - *seq;
			at = p->list.prev;
			break;
		}
		if (before(*seq, end)) {
			u32 known = min(end - *seq, len);

			*seq += known;
			len -= known;
			if (!len)
				break;
		}
	}
	*where = at;
	return len;
}

enum nfim_counter nfim_flow_add_piece(struct nfim_net *nn,
				      struct nfim_flow *flow,
				      const struct sk_buff *skb, u32 off,
				      u32 seq, u32 len, u32 limit)
{
	struct list_head *where;
	struct nfim_piece *p;
	u32 end = seq + len;

	flow->used = jiffies;
	while (before(seq, end)) {
		u32 start = seq, n = new_bytes(flow, &seq, end - seq, &where);

		if (!n)
			break;
		if (flow->n_pieces >= NFIM_FLOW_PIECES ||
		    flow->piece_bytes + n > limit || !has_bytes(nn, flow, n))
			return NFIM_OPAQUE_GAP;
		p = kmalloc(struct_size(p, data, n),
			    GFP_ATOMIC | __GFP_NOWARN);
		if (!p)
			return NFIM_OPAQUE_NOMEM;
		p->seq = seq;
		p->len = n;
		off += seq - start;
		if (skb_copy_bits(skb, off, p->data, n)) {
			kfree(p);
			return NFIM_OPAQUE_NOMEM;
		}
		list_add(&p->list, where);
		flow->n_pieces++;
		flow->piece_bytes += n;
		account(nn, flow, (int)struct_size(p, data, n));
		seq += n;
		off += n;
	}
	return NFIM_OK;
}

struct nfim_piece *nfim_flow_take_piece(struct nfim_net *nn,
					struct nfim_flow *flow, u32 seq)
{
	struct nfim_piece *p, *next;

	list_for_each_entry_safe(p, next, &flow->pieces, list) {
		if (after(p->seq, seq))
			break;
		unlink_piece(nn, flow, p);
		if (after(p->seq + p->len, seq))
			return p;
		kfree(p);
	}
	return NULL;
}

bool nfim_flows_gc(struct nfim_net *nn, bool all)
{
	struct hlist_node *next;
	struct nfim_flow *flow;
	int i;

	for (i = 0; i < HASH_SIZE(nn->flow); i++) {
		spin_lock_bh(&nn->flow_lock);
		hlist_for_each_entry_safe(flow, next, nn->flow + i, node)
			if (all || is_dead(nn, flow))
				destroy(nn, flow);
		spin_unlock_bh(&nn->flow_lock);
	}
	return READ_ONCE(nn->flows);
}

int __init nfim_flows_init(void)
{
	flow_seed = get_random_u32();
	flow_cache = KMEM_CACHE(nfim_flow, 0);
	return flow_cache ? 0 : -ENOMEM;
}

void nfim_flows_exit(void)
{
	kmem_cache_destroy(flow_cache);
}
