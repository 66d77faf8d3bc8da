// SPDX-License-Identifier: GPL-2.0
/* Everything that belongs to one network namespace: made, aged, undone. */

#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/user_namespace.h>

#include "calls.h"
#include "clients.h"
#include "conn.h"
#include "net.h"
#include "netlink.h"
#include "offers.h"
#include "policy.h"

#define GC_PERIOD	(IMSIP_REFRESH_SECS * HZ)

unsigned int nfim_net_id __read_mostly;

static bool userns;
module_param(userns, bool, 0644);
MODULE_PARM_DESC(userns,
		 "act in network namespaces of unprivileged users too (default: no)");

bool nfim_net_active(const struct net *net)
{
	return net->user_ns == &init_user_ns || READ_ONCE(userns);
}

u64 nfim_counter_sum(const struct nfim_net *nn, enum nfim_counter c)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(nn->counters, cpu)->v[c]);
	return sum;
}

void nfim_net_kick_gc(struct nfim_net *nn)
{
	queue_delayed_work(system_power_efficient_wq, &nn->gc, GC_PERIOD);
}

static void gc_work(struct work_struct *work)
{
	struct nfim_net *nn = container_of(to_delayed_work(work),
					   struct nfim_net, gc);
	bool left = nfim_calls_gc(nn, false);

	left |= nfim_offers_gc(nn, false);
	left |= nfim_clients_gc(nn, false);
	left |= nfim_conns_gc(nn, false);
	if (left)
		nfim_net_kick_gc(nn);
}

static int __net_init nfim_net_start(struct net *net)
{
	struct nfim_net *nn = nfim_pernet(net);

	nn->net = net;
	nn->counters = alloc_percpu(struct nfim_counters);
	if (!nn->counters)
		return -ENOMEM;
	spin_lock_init(&nn->offer_lock);
	nn->offers_reaped = jiffies - HZ;
	spin_lock_init(&nn->conn_lock);
	hash_init(nn->offer_host);
	hash_init(nn->offer_out);
	hash_init(nn->offer_end);
	hash_init(nn->offer_cause);
	spin_lock_init(&nn->client_lock);
	hash_init(nn->conn);
	hash_init(nn->conn_host);
	hash_init(nn->client_hash);
	INIT_LIST_HEAD(&nn->client_lru);
	nfim_calls_start(nn);
	nfim_policy_start(nn);
	INIT_DELAYED_WORK(&nn->gc, gc_work);
	return 0;
}

static void __net_exit nfim_net_stop(struct net *net)
{
	struct nfim_net *nn = nfim_pernet(net);

	cancel_delayed_work_sync(&nn->gc);
	nfim_calls_gc(nn, true);
	nfim_offers_gc(nn, true);
	nfim_conns_gc(nn, true);
	nfim_clients_gc(nn, true);
	nfim_netlink_drop(net, 0);
	nfim_policy_stop(nn);
	free_percpu(nn->counters);
}

static struct pernet_operations nfim_net_ops = {
	.init = nfim_net_start,
	.exit = nfim_net_stop,
	.id = &nfim_net_id,
	.size = sizeof(struct nfim_net),
};

int nfim_net_init(void)
{
	return register_pernet_subsys(&nfim_net_ops);
}

void nfim_net_exit(void)
{
	unregister_pernet_subsys(&nfim_net_ops);
	nfim_policy_exit();
}
