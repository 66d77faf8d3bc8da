// SPDX-License-Identifier: GPL-2.0
/* nfim monitor: what the helpers do, line by line, as it happens. */
#include <errno.h>

#include "../cmd.h"
#include "../event.h"
#include "../expect_watch.h"
#include "../module.h"
#include "../row.h"
#include "../top.h"
#include "../watch.h"

static const struct opt *const opts[] = {
	&opt_count, &opt_timeout, &opt_expect, &opt_top, NULL
};

/* A run of the command. */
struct run {
	const struct args *args;
	struct module module;
	unsigned long printed;	/* events of the module */
	enum rc rc;		/* why printing failed */
};

/* Return: 0 or a negative errno, with the reason in @watch. */
static int print(struct run *run, json_t *record)
{
	run->rc = record ? out_record(record, event_cols,
					run->args->json) :
			     err_nomem();
	json_decref(record);
	return run->rc ? -EIO : 0;
}

static bool is_over(const struct run *run)
{
	return run->args->count && run->printed >= run->args->count;
}

static bool is_full(void *ctx)
{
	return is_over(ctx);
}

static int fill(json_t *record, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[NFIM_A_MAX + 1];
	json_t *set;

	nl_parse(nlh, MODULE_HEADER, tb, NFIM_A_MAX);
	if (tb[NFIM_A_EVENT])
		return row_event(record, tb[NFIM_A_EVENT]);
	set = json_pack("{s:I, s:I}", "generation",
			(json_int_t)nl_u32(tb[NFIM_A_GENERATION]), "policies",
			(json_int_t)nl_u32(tb[NFIM_A_POLICIES]));
	return json_object_update_new(record, set);
}

static int on_message(const struct nlmsghdr *nlh, void *data)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	struct run *run = data;
	json_t *record;

	if (is_over(run) || (genl->cmd != NFIM_CMD_EVENT &&
			     genl->cmd != NFIM_CMD_POLICY_NTF))
		return 0;
	record = event_new("policy");
	if (!record || fill(record, nlh)) {
		json_decref(record);
		return print(run, NULL);
	}
	if (run->args->quiet && !event_is_trouble(record)) {
		json_decref(record);
		return 0;
	}
	run->printed++;
	return print(run, record);
}

/* All that is there; more may come. */
static enum rc read_all(void *ctx)
{
	struct run *run = ctx;
	int ret;

	do {
		ret = module_receive(&run->module, on_message, run);
		if (ret == -ENOBUFS && !print(run, event_new("lost")))
			ret = 1;
	} while (ret > 0 && !is_over(run));
	if (run->rc || ret >= 0)
		return run->rc;
	if (ret == -ENODEV)
		return err(RC_ABSENT, "module " MODULE_NAME " has been unloaded");
	return nl_err(&run->module.nl, ret, "read events");
}

static enum rc at_end(const struct run *run)
{
	if (is_over(run) || !run->args->count)
		return RC_DONE;
	return err(RC_REFUSED, "only %lu of %lu events in %lu s", run->printed,
		   run->args->count, run->args->timeout);
}

static enum rc run(const struct args *args)
{
	struct run run = { .args = args };
	struct watch watch = {
		.readable = read_all, .is_over = is_full, .ctx = &run,
		.timeout = args->timeout,
	};
	enum rc rc;

	if (args->expect && args->top)
		return err(RC_USAGE, "--top and --expect are two things: leave out one");
	if (args->top)
		return top_run(args);
	if (args->expect)
		return expect_watch(args);
	rc = module_open(&run.module);
	if (!rc)
		rc = module_subscribe(&run.module);
	if (!rc)
		rc = watch_begin(&watch);
	if (!rc && args->verbose && print(&run, event_new("watching")))
		rc = run.rc;
	if (!rc) {
		watch.fd = nl_fd(&run.module.nl);
		rc = watch_run(&watch);
		if (!rc && watch.timed_out)
			rc = at_end(&run);
	}
	module_close(&run.module);
	return rc;
}

const struct cmd cmd_monitor = {
	.name = "monitor",
	.summary = "print what the helpers do, as it happens",
	.about = "Prints one line for each event until it is interrupted. With --quiet\n"
		 "only what was refused, given up or lost; with --verbose a line\n"
		 "'watching' when it begins. With --expect it prints what the helpers expect,\n"
		 "and each change of that; with --json too, for 'nfim expect restore'.\n"
		 "With --top it draws a table each second: press q to end it. Where no terminal is,\n"
		 "one table is printed behind the other; --count 1 for only one.\n",
	.opts = opts,
	.run = run,
};
