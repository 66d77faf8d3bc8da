// SPDX-License-Identifier: GPL-2.0
/*
 * Calls the help() of a conntrack helper with made-up packets and measures each
 * call. A case is written to debugfs nfim_bench and its result read from the same
 * open file: see bench.py. The connection and its packets never touch a network.
 */

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <net/ip.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_expect.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_conntrack_seqadj.h>
#include <net/netfilter/nf_conntrack_zones.h>
#include <net/route.h>
#include <net/tcp.h>

#define SPEC_MAX	(4 * 1024 * 1024)
#define ROUNDS_MAX	101
#define RESULT_MAX	8192

/* Addresses and ports of every case. */
#define INSIDE		0xc0a84d02		/* 192.168.77.2, and those behind it */
#define OUTSIDE		htonl(0xc0000201)	/* 192.0.2.1 */
#define SERVER		htonl(0xc633640a)	/* 198.51.100.10 */
#define CLIENT_PORT	5060

/**
 * struct bench_case - the head of a case, as it is written
 * @helper: its name; empty: nothing is called
 * @proto: IPPROTO_TCP or IPPROTO_UDP
 * @nat: the connection is masqueraded
 * @dport: the server's port
 * @client: its address is that of the first one and so many more
 * @keep: only what is said once, and the connection stays while the file is open
 * @rounds: so many values come out
 * @per_round: each the mean of so many times all items; what they leave open
 *	is closed each time
 * @items: so many follow
 */
struct bench_case {
	char helper[16];
	u8 proto;
	u8 nat;
	__le16 dport;
	__le16 client;
	u8 keep;
	__le16 rounds;
	__le16 per_round;
	__le32 items;
} __packed;

#define ITEM_REPLY	1	/* the server says it */
#define ITEM_SETUP	2	/* once, before all rounds */
#define ITEM_TIMED	4
#define ITEM_SYN	8
#define ITEM_GSO	16	/* one packet of many segments */
#define ITEM_SWEEP	32	/* expectations go once it has been said */

/**
 * struct bench_item - a packet; its payload follows
 * @flags: ITEM_*
 * @len: of the payload
 */
struct bench_item {
	u8 flags;
	__le32 len;
} __packed;

/**
 * struct bench - an open file
 * @spec: what was written
 * @len: bytes of it
 * @room: bytes that it has
 * @result: what is read
 * @result_len: bytes of it
 * @ct: the connection
 * @dst: the route of its packets
 * @seq: next sequence number, by direction
 * @grown: by how much edits made it longer, by direction
 * @proto: see struct bench_case
 * @expected: expectations that were made by timed packets
 * @in_len: length of the last timed packet
 * @out_len: the same behind the helper
 * @verdict: the last one of a timed packet
 */
struct bench {
	char *spec;
	size_t len;
	size_t room;
	char *result;
	size_t result_len;
	struct nf_conn *ct;
	struct dst_entry *dst;
	u32 seq[IP_CT_DIR_MAX];
	s32 grown[IP_CT_DIR_MAX];
	u8 proto;
	u64 expected;
	u32 in_len;
	u32 out_len;
	unsigned int verdict;
};

static struct dentry *file;

/* --- the connection ------------------------------------------------------ */

static void make_tuples(const struct bench_case *c,
			struct nf_conntrack_tuple *orig,
			struct nf_conntrack_tuple *reply)
{
	memset(orig, 0, sizeof(*orig));
	orig->src.l3num = AF_INET;
	orig->src.u3.ip = htonl(INSIDE + le16_to_cpu(c->client));
	orig->src.u.all = htons(CLIENT_PORT);
	orig->dst.u3.ip = SERVER;
	orig->dst.u.all = htons(le16_to_cpu(c->dport));
	orig->dst.protonum = c->proto;
	orig->dst.dir = IP_CT_DIR_ORIGINAL;
	memset(reply, 0, sizeof(*reply));
	reply->src.l3num = AF_INET;
	reply->src.u3.ip = SERVER;
	reply->src.u.all = orig->dst.u.all;
	reply->dst.u3.ip = c->nat ? OUTSIDE : orig->src.u3.ip;
	reply->dst.u.all = orig->src.u.all;
	reply->dst.protonum = c->proto;
	reply->dst.dir = IP_CT_DIR_REPLY;
}

/* As if it had been confirmed: extensions are found without a check. */
static void settle_extensions(struct nf_conn *ct)
{
#ifdef BENCH_EXT_GEN_ID
	ct->ext->gen_id = 0;
#endif
}

static int make_connection(struct bench *b, const struct bench_case *c)
{
	struct nf_conntrack_tuple orig, reply;
	struct nf_conntrack_helper *helper;
	struct nf_conn_help *help;
	struct nf_conn *ct;

	make_tuples(c, &orig, &reply);
	ct = nf_conntrack_alloc(&init_net, &nf_ct_zone_dflt, &orig, &reply,
				GFP_KERNEL);
	if (IS_ERR(ct))
		return PTR_ERR(ct);
	refcount_set(&ct->ct_general.use, 1);
	b->ct = ct;
	b->proto = c->proto;
	ct->status = IPS_SEEN_REPLY | IPS_ASSURED;
	ct->timeout = nfct_time_stamp + 3600 * HZ;
	if (!c->helper[0])
		return 0;
	help = nf_ct_helper_ext_add(ct, GFP_KERNEL);
	if (!help)
		return -ENOMEM;
	if (c->nat) {
		ct->status |= IPS_SRC_NAT | IPS_NAT_DONE_MASK;
		if (!nfct_seqadj_ext_add(ct))
			return -ENOMEM;
	}
	rcu_read_lock();
	helper = nf_conntrack_helper_try_module_get(c->helper, AF_INET,
						    c->proto);
	rcu_read_unlock();
	if (!helper)
		return -ENOENT;
	rcu_assign_pointer(help->helper, helper);
	ct->status |= IPS_CONFIRMED;
	settle_extensions(ct);
	return 0;
}

static void end_connection(struct bench *b)
{
	struct nf_conn_help *help;
	struct nf_conn *ct = b->ct;

	if (!ct)
		return;
	nf_ct_remove_expectations(ct);
	help = nfct_help(ct);
	if (help && help->helper)
		nf_conntrack_helper_put(help->helper);
	/* It never was in a table. */
	ct->status = 0;
	b->ct = NULL;
	nf_ct_put(ct);
}

static int find_route(struct bench *b)
{
	struct flowi4 fl = { .daddr = SERVER };
	struct rtable *rt = ip_route_output_key(&init_net, &fl);

	if (IS_ERR(rt))
		return PTR_ERR(rt);
	b->dst = &rt->dst;
	return 0;
}

/* --- packets ------------------------------------------------------------- */

static void put_tcp(struct bench *b, struct sk_buff *skb, u8 flags,
		    enum ip_conntrack_dir dir, __be16 sport, __be16 dport)
{
	struct tcphdr *th = skb_put_zero(skb, sizeof(*th));

	th->source = sport;
	th->dest = dport;
	th->seq = htonl(b->seq[dir]);
	th->ack_seq = htonl(b->seq[!dir] + b->grown[!dir]);
	th->doff = sizeof(*th) / 4;
	th->ack = !(flags & ITEM_SYN) || flags & ITEM_REPLY;
	th->syn = !!(flags & ITEM_SYN);
	th->window = htons(65535);
}

static void put_udp(struct sk_buff *skb, u32 len, __be16 sport, __be16 dport)
{
	struct udphdr *uh = skb_put_zero(skb, sizeof(*uh));

	uh->source = sport;
	uh->dest = dport;
	uh->len = htons(sizeof(*uh) + len);
}

static struct sk_buff *make_packet(struct bench *b,
				   const struct bench_item *item,
				   const char *data)
{
	enum ip_conntrack_dir dir = item->flags & ITEM_REPLY ?
		IP_CT_DIR_REPLY : IP_CT_DIR_ORIGINAL;
	/* Behind NAT: source and destination as they leave. */
	const struct nf_conntrack_tuple *t = &b->ct->tuplehash[!dir].tuple;
	u32 len = le32_to_cpu(item->len);
	struct sk_buff *skb;
	struct iphdr *ip;

	skb = alloc_skb(len + 400, GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_reserve(skb, 128);
	skb_reset_network_header(skb);
	ip = skb_put_zero(skb, sizeof(*ip));
	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->ttl = 63;
	ip->protocol = b->proto;
	ip->saddr = t->dst.u3.ip;
	ip->daddr = t->src.u3.ip;
	skb_set_transport_header(skb, sizeof(*ip));
	if (b->proto == IPPROTO_TCP)
		put_tcp(b, skb, item->flags, dir, t->dst.u.all, t->src.u.all);
	else
		put_udp(skb, len, t->dst.u.all, t->src.u.all);
	skb_put_data(skb, data, len);
	ip->tot_len = htons(min_t(u32, skb->len, 65535));
	ip_send_check(ip);
	skb->protocol = htons(ETH_P_IP);
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->dev = b->dst->dev;
	skb_dst_set(skb, dst_clone(b->dst));
	nf_conntrack_get(&b->ct->ct_general);
	nf_ct_set(skb, b->ct, dir == IP_CT_DIR_REPLY ? IP_CT_ESTABLISHED_REPLY :
						       IP_CT_ESTABLISHED);
	if (item->flags & ITEM_GSO) {
		skb_shinfo(skb)->gso_size = 1448;
		skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(len, 1448);
		skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	}
	return skb;
}

static unsigned int expecting(const struct nf_conn *ct)
{
	const struct nf_conn_help *help = nfct_help(ct);
	unsigned int i, n = 0;

	for (i = 0; help && i < NF_CT_MAX_EXPECT_CLASSES; i++)
		n += help->expecting[i];
	return n;
}

/* Return: nanoseconds, if the item is timed. */
static u64 call(struct bench *b, struct sk_buff *skb, bool timed)
{
	const struct nf_conn_help *help = nfct_help(b->ct);
	const struct nf_conntrack_helper *helper = help ? help->helper : NULL;
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);
	enum ip_conntrack_dir dir = CTINFO2DIR(ctinfo);
	unsigned int verdict = NF_ACCEPT, before;
	u32 len = skb->len;
	u64 begin, end;

	local_bh_disable();
	rcu_read_lock();
	before = expecting(ct);
	begin = ktime_get_ns();
	if (helper)
		verdict = helper->help(skb, sizeof(struct iphdr), ct, ctinfo);
	end = ktime_get_ns();
	if (timed)
		b->expected += expecting(ct) - before;
	rcu_read_unlock();
	local_bh_enable();
	if (timed) {
		b->in_len = len;
		b->verdict = verdict;
	}
	if (verdict == NF_STOLEN) {
		/* All of it is held, and leaves with the next one. */
		b->grown[dir] -= len - sizeof(struct iphdr) -
				 sizeof(struct tcphdr);
	} else {
		if (timed)
			b->out_len = skb->len;
		b->grown[dir] += (s32)(skb->len - len);
		kfree_skb(skb);
	}
	return timed ? end - begin : 0;
}

static u64 play(struct bench *b, const struct bench_item *item,
		const char *data)
{
	enum ip_conntrack_dir dir = item->flags & ITEM_REPLY ?
		IP_CT_DIR_REPLY : IP_CT_DIR_ORIGINAL;
	struct sk_buff *skb = make_packet(b, item, data);
	u64 ns;

	if (!skb)
		return 0;
	ns = call(b, skb, item->flags & ITEM_TIMED);
	b->seq[dir] += le32_to_cpu(item->len) + !!(item->flags & ITEM_SYN);
	if (item->flags & ITEM_SWEEP) {
		nf_ct_remove_expectations(b->ct);
		cond_resched();
	}
	return ns;
}

/* --- a case -------------------------------------------------------------- */

static u64 play_all(struct bench *b, const struct bench_case *c, bool setup)
{
	const char *p = b->spec + sizeof(*c);
	u32 i, n = le32_to_cpu(c->items);
	u64 ns = 0;

	for (i = 0; i < n; i++) {
		const struct bench_item *item = (const void *)p;

		p += sizeof(*item) + le32_to_cpu(item->len);
		if (!(item->flags & ITEM_SETUP) == !setup)
			ns += play(b, item, (const char *)(item + 1));
	}
	return ns;
}

static bool is_sound(const struct bench *b, const struct bench_case *c)
{
	size_t at = sizeof(*c);
	u32 i;

	if (b->len < at || c->helper[sizeof(c->helper) - 1] ||
	    !c->rounds || le16_to_cpu(c->rounds) > ROUNDS_MAX || !c->per_round)
		return false;
	for (i = 0; i < le32_to_cpu(c->items); i++) {
		const struct bench_item *item = (const void *)(b->spec + at);

		if (b->len - at < sizeof(*item) ||
		    b->len - at - sizeof(*item) < le32_to_cpu(item->len) ||
		    le32_to_cpu(item->len) > 65000)
			return false;
		at += sizeof(*item) + le32_to_cpu(item->len);
	}
	return at == b->len;
}

static void say(struct bench *b, const char *what, u64 value)
{
	b->result_len += scnprintf(b->result + b->result_len,
				   RESULT_MAX - b->result_len, "%s %llu\n",
				   what, value);
}

static void run_rounds(struct bench *b, const struct bench_case *c)
{
	unsigned int round, i, n = le16_to_cpu(c->per_round);

	play_all(b, c, true);
	for (round = 0; round <= le16_to_cpu(c->rounds); round++) {
		u64 ns = 0;

		b->expected = 0;
		for (i = 0; i < n; i++) {
			ns += play_all(b, c, false);
			nf_ct_remove_expectations(b->ct);
			/* Or RCU never frees them. */
			if (i % 32 == 31)
				cond_resched();
		}
		/* The first one warms caches. */
		if (round)
			say(b, "round", div_u64(ns * 100, n));
	}
	say(b, "expected", div_u64(b->expected * 100, n));
	say(b, "in", b->in_len);
	say(b, "out", b->out_len);
	say(b, "verdict", b->verdict);
}

static int run(struct bench *b)
{
	const struct bench_case *c = (const void *)b->spec;
	int err;

	if (!is_sound(b, c))
		return -EINVAL;
	b->result = kvzalloc(c->keep ? 1 : RESULT_MAX, GFP_KERNEL);
	if (!b->result)
		return -ENOMEM;
	b->seq[IP_CT_DIR_ORIGINAL] = 1000;
	b->seq[IP_CT_DIR_REPLY] = 2000;
	err = find_route(b);
	if (err)
		return err;
	err = make_connection(b, c);
	if (!err && c->keep)
		play_all(b, c, true);
	else if (!err)
		run_rounds(b, c);
	if (err || !c->keep)
		end_connection(b);
	dst_release(b->dst);
	b->dst = NULL;
	/* Thousands may stay. */
	vfree(b->spec);
	b->spec = NULL;
	return err;
}

static int bench_open(struct inode *inode, struct file *f)
{
	struct bench *b = kzalloc(sizeof(*b), GFP_KERNEL);

	if (!b)
		return -ENOMEM;
	f->private_data = b;
	return 0;
}

static int make_room(struct bench *b, size_t n)
{
	size_t room = roundup_pow_of_two(b->len + n);
	char *spec;

	if (room <= b->room)
		return 0;
	spec = vmalloc(room);
	if (!spec)
		return -ENOMEM;
	if (b->len)
		memcpy(spec, b->spec, b->len);
	vfree(b->spec);
	b->spec = spec;
	b->room = room;
	return 0;
}

static ssize_t bench_write(struct file *f, const char __user *from, size_t n,
			   loff_t *pos)
{
	struct bench *b = f->private_data;

	int err;

	if (b->result)
		return -EBUSY;
	if (!n || n > SPEC_MAX - b->len)
		return n ? -EFBIG : 0;
	err = make_room(b, n);
	if (err)
		return err;
	if (copy_from_user(b->spec + b->len, from, n))
		return -EFAULT;
	b->len += n;
	return n;
}

static ssize_t bench_read(struct file *f, char __user *to, size_t n,
			  loff_t *pos)
{
	struct bench *b = f->private_data;
	int err;

	if (!b->result) {
		err = run(b);
		if (err)
			return err;
	}
	return simple_read_from_buffer(to, n, pos, b->result, b->result_len);
}

static int bench_release(struct inode *inode, struct file *f)
{
	struct bench *b = f->private_data;

	end_connection(b);
	kvfree(b->result);
	vfree(b->spec);
	kfree(b);
	return 0;
}

static const struct file_operations bench_ops = {
	.owner = THIS_MODULE,
	.open = bench_open,
	.write = bench_write,
	.read = bench_read,
	.release = bench_release,
};

static int __init bench_init(void)
{
	file = debugfs_create_file("nfim_bench", 0600, NULL, NULL, &bench_ops);
	return PTR_ERR_OR_ZERO(file);
}

static void __exit bench_exit(void)
{
	debugfs_remove(file);
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Measures conntrack helpers");
