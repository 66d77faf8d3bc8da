// SPDX-License-Identifier: GPL-2.0
/* Everything that belongs to one network namespace: made, aged, undone. */

#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/rwsem.h>
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

/* A user can have many namespaces, and most of them are none of our business. */
static_assert(sizeof(struct nfim_net) <= 2048, "inert namespaces cost little");

static bool userns;
static DEFINE_MUTEX(userns_lock);	/* who walks the namespaces */
static bool running;

static bool may_act(const struct net *net)
{
	return net->user_ns == &init_user_ns || READ_ONCE(userns);
}

bool nfim_net_active(const struct net *net)
{
	return may_act(net) && nfim_has_tables(nfim_pernet(net));
}

/* Never in a packet's time: what it needs is there before, or it passes unread. */
static int make_tables(struct nfim_net *nn)
{
	struct nfim_tables *t;

	if (nn->t)
		return 0;
	t = kvzalloc(sizeof(*t), GFP_KERNEL_ACCOUNT);
	if (!t)
		return -ENOMEM;
	nfim_calls_start(t);
	/* Pairs with nfim_has_tables(). */
	smp_store_release(&nn->t, t);
	return 0;
}

/* Namespaces that were inert until now have to be able to act. */
static int wake_all(void)
{
	struct net *net;
	int err = 0;

	down_read(&net_rwsem);
	for_each_net(net) {
		err = make_tables(nfim_pernet(net));
		if (err)
			break;
	}
	up_read(&net_rwsem);
	return err;
}

/*
 * One that is being made right now has looked at the old value and is not in the list
 * yet: it stays inert until the parameter is set again.
 */
static int set_userns(const char *val, const struct kernel_param *kp)
{
	int err;

	mutex_lock(&userns_lock);
	err = param_set_bool(val, kp);
	if (!err && userns && running)
		err = wake_all();
	mutex_unlock(&userns_lock);
	return err;
}

static const struct kernel_param_ops userns_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = set_userns,
	.get = param_get_bool,
};

module_param_cb(userns, &userns_ops, &userns, 0644);
__MODULE_PARM_TYPE(userns, "bool");
MODULE_PARM_DESC(userns,
		 "act in network namespaces of unprivileged users too (default: no)");

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
	INIT_LIST_HEAD(&nn->offer_reserved);
	nn->offers_reaped = jiffies - HZ;
	spin_lock_init(&nn->conn_lock);
	spin_lock_init(&nn->client_lock);
	INIT_LIST_HEAD(&nn->client_lru);
	atomic_set(&nn->call_cookie, get_random_u32());
	nfim_policy_start(nn);
	INIT_DELAYED_WORK(&nn->gc, gc_work);
	if (!may_act(net) || !make_tables(nn))
		return 0;
	nfim_policy_stop(nn);
	free_percpu(nn->counters);
	return -ENOMEM;
}

static void empty_tables(struct nfim_net *nn)
{
	nfim_calls_gc(nn, true);
	nfim_offers_gc(nn, true);
	nfim_conns_gc(nn, true);
	nfim_clients_gc(nn, true);
	WARN_ON_ONCE(atomic_read(&nn->memory));
	kvfree(nn->t);
}

static void __net_exit nfim_net_stop(struct net *net)
{
	struct nfim_net *nn = nfim_pernet(net);

	cancel_delayed_work_sync(&nn->gc);
	if (nn->t)
		empty_tables(nn);
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
	int err;

	mutex_lock(&userns_lock);
	err = register_pernet_subsys(&nfim_net_ops);
	running = !err;
	mutex_unlock(&userns_lock);
	return err;
}

void nfim_net_exit(void)
{
	mutex_lock(&userns_lock);
	running = false;
	mutex_unlock(&userns_lock);
	unregister_pernet_subsys(&nfim_net_ops);
	nfim_policy_exit();
}
