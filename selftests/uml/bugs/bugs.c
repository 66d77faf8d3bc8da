// SPDX-License-Identifier: GPL-2.0
/*
 * Deliberate bugs, one at a time: "insmod bugs.ko bug=NAME". Each must be
 * reported by the kernel's checks, or these checks prove nothing.
 */

#include <linux/delay.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/timer.h>

static char *bug = "";
module_param(bug, charp, 0);
MODULE_PARM_DESC(bug, "which bug to show");

static int zero;
static void __rcu *pointer;
static DEFINE_SPINLOCK(lock_a);
static DEFINE_SPINLOCK(lock_b);

static void out_of_bounds(void)
{
	char *p = kmalloc(16, GFP_KERNEL);

	WRITE_ONCE(p[16 + zero], 1);
	kfree(p);
}

static void use_after_free(void)
{
	char *p = kmalloc(16, GFP_KERNEL);

	kfree(p);
	WRITE_ONCE(p[zero], 1);
}

static void leak(void)
{
	void *p = kmalloc(100, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(p);
}

static void inversion(void)
{
	spin_lock(&lock_a);
	spin_lock(&lock_b);
	spin_unlock(&lock_b);
	spin_unlock(&lock_a);
	spin_lock(&lock_b);
	spin_lock(&lock_a);
	spin_unlock(&lock_a);
	spin_unlock(&lock_b);
}

static void atomic_sleep(void)
{
	spin_lock(&lock_a);
	msleep(20);
	spin_unlock(&lock_a);
}

static void bad_shift(void)
{
	int by = 40 + zero;

	OPTIMIZER_HIDE_VAR(by);
	zero = 1 << by;
}

static void rcu_outside(void)
{
	zero = !rcu_dereference(pointer);
}

static void double_delete(void)
{
	struct list_head head, a;

	INIT_LIST_HEAD(&head);
	list_add(&a, &head);
	list_del(&a);
	list_del(&a);
}

static void nothing(struct timer_list *t)
{
}

static void freed_timer(void)
{
	struct timer_list *t = kzalloc(sizeof(*t), GFP_KERNEL);

	timer_setup(t, nothing, 0);
	mod_timer(t, jiffies + 100 * HZ);
	kfree(t);
}

static const struct {
	const char *name;
	void (*show)(void);
} bugs[] = {
	{ "out-of-bounds", out_of_bounds },
	{ "use-after-free", use_after_free },
	{ "leak", leak },
	{ "inversion", inversion },
	{ "atomic-sleep", atomic_sleep },
	{ "bad-shift", bad_shift },
	{ "rcu-outside", rcu_outside },
	{ "double-delete", double_delete },
	{ "freed-timer", freed_timer },
};

static int __init bugs_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bugs); i++)
		if (!strcmp(bug, bugs[i].name))
			bugs[i].show();
	return 0;
}
module_init(bugs_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Deliberate bugs to prove the kernel's checks");
