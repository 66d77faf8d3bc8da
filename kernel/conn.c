// SPDX-License-Identifier: GPL-2.0
/* The table of TCP connections, and the memory that hangs on its entries. */

#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include <nfim/limits.h>

#include "conn.h"
#include "memory.h"
#include "stream.h"

/* Idle seconds after which what nobody needs is forgotten. */
#define IDLE_SECS	10

/* The same where TCP has ended: late repeats may still come. */
#define OVER_SECS	30

/* For so long a host that is at its limit, with all in use, is believed so. */
#define FULL_TIME	(HZ / 8)

static struct kmem_cache *conn_cache __ro_after_init;
static struct kmem_cache *host_cache __ro_after_init;
static u32 conn_seed __ro_after_init;

static void make_id(struct nfim_conn_id *id, const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *t =
		&ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;

	BUILD_BUG_ON(sizeof(*id) != 2 * sizeof(union nf_inet_addr) + 8);
	*id = (struct nfim_conn_id){
		.src = t->src.u3,
		.dst = t->dst.u3,
		.sport = t->src.u.all,
		.dport = t->dst.u.all,
		.zone = nf_ct_zone(ct)->id,
		.zone_dir = nf_ct_zone(ct)->dir,
		.l3num = t->src.l3num,
	};
}

static u32 id_hash(const struct nfim_conn_id *id)
{
	if (id->l3num == NFPROTO_IPV4)
		return jhash_3words((__force u32)id->src.ip,
				    (__force u32)id->dst.ip,
				    (__force u32)id->sport << 16 |
				    (__force u16)id->dport,
				    conn_seed ^ id->zone);
	return jhash2((const u32 *)id, sizeof(*id) / sizeof(u32), conn_seed);
}

static bool same_id(const struct nfim_conn_id *a, const struct nfim_conn_id *b)
{
	return a->sport == b->sport && a->dport == b->dport &&
	       a->zone == b->zone && a->zone_dir == b->zone_dir &&
	       a->l3num == b->l3num && nf_inet_addr_cmp(&a->src, &b->src) &&
	       nf_inet_addr_cmp(&a->dst, &b->dst);
}

static u32 host_hash(const struct nfim_conn_id *id)
{
	return jhash2((const u32 *)id->src.all, ARRAY_SIZE(id->src.all),
		      conn_seed ^ id->zone);
}

static struct nfim_conn *find(struct nfim_net *nn,
			      const struct nfim_conn_id *id)
{
	struct nfim_conn *conn;

	lockdep_assert_held(&nn->conn_lock);
	hash_for_each_possible(nn->t->conn, conn, node, id_hash(id))
		if (same_id(&conn->id, id))
			return conn;
	return NULL;
}

static struct nfim_conn_host *find_host(struct nfim_net *nn,
					const struct nfim_conn_id *id)
{
	struct nfim_conn_host *host;

	hash_for_each_possible(nn->t->conn_host, host, node, host_hash(id))
		if (host->zone == id->zone &&
		    nf_inet_addr_cmp(&host->addr, &id->src))
			return host;
	return NULL;
}

static struct nfim_conn_host *make_host(struct nfim_net *nn,
					const struct nfim_conn_id *id)
{
	struct nfim_conn_host *host;

	host = nfim_mem_new(nn, host_cache, sizeof(*host));
	if (!host)
		return NULL;
	host->addr = id->src;
	host->zone = id->zone;
	host->full_until = jiffies;
	hash_add(nn->t->conn_host, &host->node, host_hash(id));
	return host;
}

/* Out of all tables; the reference of the tables is the caller's now. */
static void unlink_conn(struct nfim_conn *conn)
{
	lockdep_assert_held(&conn->nn->conn_lock);
	hash_del(&conn->node);
	hlist_del(&conn->by_host);
}

static void leave_host(struct nfim_conn *conn)
{
	struct nfim_conn_host *host = conn->host;

	spin_lock_bh(&conn->nn->conn_lock);
	conn->nn->conns--;
	if (!--host->conns) {
		hash_del(&host->node);
		nfim_mem_del(conn->nn, host_cache, host, sizeof(*host));
	}
	spin_unlock_bh(&conn->nn->conn_lock);
}

/* The last reference is gone, so nobody else looks at it. */
static void destroy(struct nfim_conn *conn)
{
	struct stream_mem mem = { nfim_conn_alloc, nfim_conn_free, conn };
	int dir;

	atomic_sub(conn->held, &conn->nn->held_bytes);
	for (dir = 0; dir < IP_CT_DIR_MAX; dir++)
		stream_flow_free(conn->flow + dir, &mem);
	if (conn->state) {
		if (conn->helper->destroy)
			conn->helper->destroy(conn->state, &mem);
		nfim_conn_free(conn, conn->state, conn->state_size);
	}
	WARN_ON_ONCE(conn->bytes);
	leave_host(conn);
	nfim_mem_del(conn->nn, conn_cache, conn, sizeof(*conn));
}

void nfim_conn_put(struct nfim_conn *conn)
{
	if (refcount_dec_and_test(&conn->refs))
		destroy(conn);
}

static void put_all(struct hlist_head *dead)
{
	struct hlist_node *next;
	struct nfim_conn *conn;

	hlist_for_each_entry_safe(conn, next, dead, node)
		nfim_conn_put(conn);
}

/* Whether conntrack has closed the connection or has another in its place. */
static bool is_over(struct nfim_net *nn, const struct nfim_conn *conn,
		    unsigned long idle, bool pressing)
{
	struct nf_conntrack_tuple t = {
		.src.u3 = conn->id.src,
		.src.u.all = conn->id.sport,
		.src.l3num = conn->id.l3num,
		.dst.u3 = conn->id.dst,
		.dst.u.all = conn->id.dport,
		.dst.protonum = IPPROTO_TCP,
	};
	struct nf_conntrack_tuple_hash *h;
	struct nf_conntrack_zone zone;
	struct nf_conn *ct;
	bool same;
	u8 state;

	nf_ct_zone_init(&zone, conn->id.zone, conn->id.zone_dir, 0);
	h = nf_conntrack_find_get(nn->net, &zone, &t);
	if (!h)
		return true;
	ct = nf_ct_tuplehash_to_ctrack(h);
	same = ct == conn->ct;
	state = READ_ONCE(ct->proto.tcp.state);
	nf_ct_put(ct);
	if (!same)
		return true;
	return (pressing || idle > OVER_SECS * HZ) &&
	       (state == TCP_CONNTRACK_TIME_WAIT ||
		state == TCP_CONNTRACK_CLOSE);
}

static bool is_dead(struct nfim_net *nn, const struct nfim_conn *conn,
		    bool pressing)
{
	unsigned long idle = jiffies - conn->used;
	unsigned int max = READ_ONCE(conn->lasting) ? NFIM_STATE_SECS :
						      NFIM_FLOW_SECS;

	/* One is the table's; another one is a packet's. */
	if (refcount_read(&conn->refs) > 1)
		return false;
	return (READ_ONCE(conn->idle) && (pressing || idle > IDLE_SECS * HZ)) ||
	       idle > max * HZ || is_over(nn, conn, idle, pressing);
}

/*
 * Make room for a host that is at its limit. Each of its connections has to be
 * looked up, so that is not done for every packet of somebody who likes to
 * stay there.
 */
static void reap_host(struct nfim_net *nn, struct nfim_conn_host *host,
		      struct hlist_head *dead)
{
	struct hlist_node *next;
	struct nfim_conn *conn;
	bool any = false;

	if (time_before(jiffies, host->full_until))
		return;
	hlist_for_each_entry_safe(conn, next, &host->list, by_host)
		if (is_dead(nn, conn, true)) {
			unlink_conn(conn);
			hlist_add_head(&conn->node, dead);
			any = true;
		}
	if (!any)
		host->full_until = jiffies + FULL_TIME;
}

struct nfim_conn *nfim_conn_get(struct nfim_net *nn, const struct nf_conn *ct)
{
	struct nfim_conn_id id;
	struct nfim_conn *conn;

	make_id(&id, ct);
	spin_lock_bh(&nn->conn_lock);
	conn = find(nn, &id);
	if (conn && conn->ct == ct) {
		refcount_inc(&conn->refs);
		conn->used = jiffies;
	} else {
		conn = NULL;
	}
	spin_unlock_bh(&nn->conn_lock);
	return conn;
}

/* Also what the host has no share of is at its limit. */
static bool host_full(const struct nfim_net *nn,
		      const struct nfim_conn_host *host)
{
	return host->conns >= NFIM_HOST_FLOWS ||
	       !nfim_has_share(host->conns, nn->conns, NFIM_NET_FLOWS, 1);
}

static struct nfim_conn *new_conn(struct nfim_net *nn,
				  const struct nfim_conn_id *id)
{
	struct nfim_conn_host *host = find_host(nn, id);
	struct nfim_conn *conn;

	if (nn->conns >= NFIM_NET_FLOWS || (host && host_full(nn, host)))
		return NULL;
	conn = nfim_mem_new(nn, conn_cache, sizeof(*conn));
	if (conn && !host)
		host = make_host(nn, id);
	if (!host) {
		if (conn)
			nfim_mem_del(nn, conn_cache, conn, sizeof(*conn));
		return NULL;
	}
	if (!conn)
		return NULL;
	conn->id = *id;
	conn->nn = nn;
	conn->host = host;
	conn->used = jiffies;
	refcount_set(&conn->refs, 2);
	hash_add(nn->t->conn, &conn->node, id_hash(id));
	hlist_add_head(&conn->by_host, &host->list);
	host->conns++;
	nn->conns++;
	return conn;
}

/* What stands in the way of a new entry. */
static void make_room(struct nfim_net *nn, const struct nfim_conn_id *id,
		      struct hlist_head *dead)
{
	struct nfim_conn *old = find(nn, id);
	struct nfim_conn_host *host;

	if (old) {
		unlink_conn(old);
		hlist_add_head(&old->node, dead);
	}
	host = find_host(nn, id);
	if (host && host_full(nn, host))
		reap_host(nn, host, dead);
}

struct nfim_conn *nfim_conn_make(struct nfim_net *nn, const struct nf_conn *ct,
				 const struct nfim_stream_helper *helper)
{
	HLIST_HEAD(dead);
	struct nfim_conn_id id;
	struct nfim_conn *conn;

	make_id(&id, ct);
	spin_lock_bh(&nn->conn_lock);
	make_room(nn, &id, &dead);
	spin_unlock_bh(&nn->conn_lock);
	put_all(&dead);

	spin_lock_bh(&nn->conn_lock);
	conn = new_conn(nn, &id);
	if (conn) {
		conn->ct = ct;
		conn->helper = helper;
	}
	spin_unlock_bh(&nn->conn_lock);
	if (conn)
		nfim_net_kick_gc(nn);
	return conn;
}

void *nfim_conn_alloc(void *ctx, size_t size)
{
	struct nfim_conn *conn = ctx;
	struct nfim_net *nn = conn->nn;
	bool room;
	void *p;

	spin_lock_bh(&nn->conn_lock);
	room = size <= NFIM_CONN_BYTES - conn->bytes &&
	       size <= NFIM_HOST_BYTES - conn->host->bytes &&
	       nfim_has_share(conn->host->bytes, nn->conn_bytes,
			      NFIM_NET_BYTES, size) &&
	       nfim_mem_take(nn, size);
	if (room) {
		conn->bytes += size;
		conn->host->bytes += size;
		nn->conn_bytes += size;
	}
	spin_unlock_bh(&nn->conn_lock);
	if (!room)
		return NULL;
	p = kmalloc(size, GFP_ATOMIC | __GFP_NOWARN);
	if (!p)
		nfim_conn_free(ctx, NULL, size);
	return p;
}

void nfim_conn_free(void *ctx, void *p, size_t size)
{
	struct nfim_conn *conn = ctx;
	struct nfim_net *nn = conn->nn;

	kfree(p);
	nfim_mem_give(nn, size);
	spin_lock_bh(&nn->conn_lock);
	conn->bytes -= size;
	conn->host->bytes -= size;
	nn->conn_bytes -= size;
	spin_unlock_bh(&nn->conn_lock);
}

bool nfim_conns_gc(struct nfim_net *nn, bool all)
{
	struct hlist_node *next;
	struct nfim_conn *conn;
	int i;

	for (i = 0; i < HASH_SIZE(nn->t->conn); i++) {
		HLIST_HEAD(dead);

		spin_lock_bh(&nn->conn_lock);
		hlist_for_each_entry_safe(conn, next, nn->t->conn + i, node)
			if (all || is_dead(nn, conn, false)) {
				unlink_conn(conn);
				hlist_add_head(&conn->node, &dead);
			}
		spin_unlock_bh(&nn->conn_lock);
		put_all(&dead);
	}
	return READ_ONCE(nn->conns);
}

int __init nfim_conns_init(void)
{
	conn_seed = get_random_u32();
	conn_cache = KMEM_CACHE(nfim_conn, 0);
	if (!conn_cache)
		return -ENOMEM;
	host_cache = KMEM_CACHE(nfim_conn_host, 0);
	if (!host_cache) {
		kmem_cache_destroy(conn_cache);
		return -ENOMEM;
	}
	return 0;
}

void nfim_conns_exit(void)
{
	kmem_cache_destroy(host_cache);
	kmem_cache_destroy(conn_cache);
}
